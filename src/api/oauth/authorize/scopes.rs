//! Which scopes an app is given of those that it asks for.

use crate::org::App;

/// The scopes asked for, in the app's order; all that the app has if none is asked for. The first that it may not have,
/// if there is one.
pub(in crate::api::oauth) fn granted<'a>(app: &App, asked: Option<&'a str>) -> Result<String, &'a str> {
    let own = &app.spec.scopes;
    let Some(asked) = asked.filter(|asked| !asked.trim().is_empty()) else { return Ok(own.join(" ")) };
    let asked: Vec<&str> = asked.split_whitespace().collect();
    if let Some(beyond) = asked.iter().find(|scope| !may_have(own, scope)) {
        return Err(beyond);
    }
    let by_name = own.iter().map(String::as_str).filter(|scope| asked.contains(scope));
    let implied = asked.iter().copied().filter(|scope| own.iter().all(|own| own != scope));
    let mut all: Vec<&str> = Vec::new();
    for scope in by_name.chain(implied) {
        if !all.contains(&scope) {
            all.push(scope);
        }
    }
    Ok(all.join(" "))
}

/// Whether these scopes bring a refresh token.
pub(in crate::api::oauth) fn wants_refresh_token(scope: &str) -> bool {
    scope.split(' ').any(|scope| REFRESH.contains(&scope))
}

fn may_have(own: &[String], scope: &str) -> bool {
    let has = |name: &str| own.iter().any(|own| own == name);
    let is_refresh = REFRESH.contains(&scope);
    has(scope)
        || is_refresh && REFRESH.iter().any(|name| has(name))
        || IDENTITY.contains(&scope) && (has("id") || has("openid"))
        || !is_refresh && KNOWN.contains(&scope) && has("full")
}

/// Two names of one scope.
const REFRESH: [&str; 2] = ["offline_access", "refresh_token"];
/// What `id` is made of.
const IDENTITY: [&str; 5] = ["address", "email", "id", "phone", "profile"];
/// What `full` has in it.
const KNOWN: [&str; 10] = ["address", "api", "chatter_api", "email", "full", "id", "openid", "phone", "profile", "web"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Id;
    use crate::scenario::AppSpec;

    fn app(scopes: &[&str]) -> App {
        let spec = AppSpec {
            name: String::new(),
            client_id: String::new(),
            client_secret: None,
            flows: Vec::new(),
            redirect_uris: Vec::new(),
            run_as: None,
            jwt: None,
            require_pkce: false,
            refresh_token_rotation: false,
            refresh_tokens: Vec::new(),
            scopes: scopes.iter().map(|&scope| scope.to_owned()).collect(),
        };
        App { id: Id::new("0H4", 1), spec }
    }

    #[test]
    fn an_app_is_given_what_it_asks_for_and_has() {
        for (own, asked, given) in [
            (&["api", "refresh_token"][..], None, Ok("api refresh_token")),
            (&["api", "refresh_token"], Some(" "), Ok("api refresh_token")),
            (&["api", "refresh_token"], Some("refresh_token api api"), Ok("api refresh_token")),
            (&["api", "refresh_token"], Some("offline_access"), Ok("offline_access")),
            (&["api"], Some("api refresh_token"), Err("refresh_token")),
            (&["api"], Some("full"), Err("full")),
            (&["full"], Some("api web"), Ok("api web")),
            (&["full"], Some("refresh_token"), Err("refresh_token")),
            (&["full"], Some("made_up"), Err("made_up")),
            (&["openid", "api"], Some("api openid profile"), Ok("openid api profile")),
        ] {
            assert_eq!(granted(&app(own), asked).as_deref(), given.as_ref().copied(), "{own:?} {asked:?}");
        }
    }
}
