//! `[[connected-app]]`.

use std::collections::HashMap;

use super::names::{self, Names};
use super::people::{LONGEST_NAME, LONGEST_SECRET, check_length};
use super::{Reading, values};
use crate::scenario::file::{AppTable, File, JwtTable, Spot};
use crate::scenario::{AppSpec, Flow, JwtSpec, guess};

/// What an app may do that does not say.
const DEFAULT_SCOPES: [&str; 2] = ["api", "refresh_token"];

/// Every flow: what an app may use that does not say.
const ALL_FLOWS: [Flow; 6] =
    [Flow::ClientCredentials, Flow::Device, Flow::JwtBearer, Flow::Password, Flow::RefreshToken, Flow::WebServer];

pub(super) fn apps(file: &File, names: &Names<'_>, reading: &mut Reading<'_>) -> Vec<AppSpec> {
    let tables = &file.connected_app;
    names::check_unique("connected app", tables.iter().map(|table| &table.name), str::to_owned, reading);
    names::check_unique("client-id", tables.iter().map(|table| &table.client_id), str::to_owned, reading);
    let given = tables.iter().flat_map(|table| table.refresh_tokens.iter().flatten());
    names::check_unique("refresh token", given.map(|given| &given.token), str::to_owned, reading);
    let users = usernames(file);
    tables.iter().map(|table| app(table, &users, names, reading)).collect()
}

fn app(table: &AppTable, users: &HashMap<String, &str>, names: &Names<'_>, reading: &mut Reading<'_>) -> AppSpec {
    check_length("the connected app's name", &table.name, LONGEST_NAME, reading);
    check_length("the client-id", &table.client_id, LONGEST_SECRET, reading);
    if let Some(secret) = &table.client_secret {
        check_length("the client-secret", secret, LONGEST_SECRET, reading);
    }
    let run_as = table.run_as.as_ref().and_then(|user| username(user, users, reading));
    let refresh_tokens = table.refresh_tokens.iter().flatten().filter_map(|given| {
        check_length("the refresh token", &given.token, LONGEST_SECRET, reading);
        Some((username(&given.user, users, reading)?, given.token.to_string()))
    });
    let refresh_tokens = refresh_tokens.collect();
    let uris = table.redirect_uris.iter().flatten().map(|uri| values::url(uri, &[], reading)).collect();
    AppSpec {
        name: table.name.to_string(),
        client_id: table.client_id.to_string(),
        client_secret: table.client_secret.as_ref().map(|secret| secret.to_string()),
        flows: table.flows.as_ref().map_or_else(|| ALL_FLOWS.to_vec(), |flows| reading.words(flows)),
        redirect_uris: uris,
        run_as,
        jwt: table.jwt.as_ref().and_then(|jwt| self::jwt(&table.name, jwt, names, reading)),
        require_pkce: table.require_pkce.unwrap_or(false),
        refresh_token_rotation: table.refresh_token_rotation.unwrap_or(false),
        refresh_tokens,
        scopes: match &table.scopes {
            Some(scopes) => scopes.iter().map(|scope| self::scope(scope, reading)).collect(),
            None => DEFAULT_SCOPES.map(str::to_owned).to_vec(),
        },
    }
}

/// The usernames of a file, by what they are in lower case.
pub(super) fn usernames(file: &File) -> HashMap<String, &str> {
    file.user.iter().map(|user| (user.username.to_lowercase(), user.username.as_str())).collect()
}

/// The username as its `[[user]]` writes it.
pub(super) fn username(
    user: &Spot<String>,
    users: &HashMap<String, &str>,
    reading: &mut Reading<'_>,
) -> Option<String> {
    let found = users.get(&user.to_lowercase()).map(|username| (*username).to_owned());
    if found.is_none() {
        reading.unknown("user", user, names::sorted(users.values()));
    }
    found
}

fn jwt(app: &Spot<String>, jwt: &JwtTable, names: &Names<'_>, reading: &mut Reading<'_>) -> Option<JwtSpec> {
    match (&jwt.issuer, &jwt.certificate) {
        (Some(issuer), None) => {
            names.ca(issuer, reading)?;
            Some(JwtSpec::Minted { issuer: issuer.to_string() })
        }
        (None, Some(path)) => {
            let first = reading.certificates(path)?.into_iter().next()?;
            Some(JwtSpec::Certificate(first))
        }
        (Some(_), Some(path)) => {
            reading.mistake(
                path.span(),
                format!("jwt of {} has issuer and certificate; it takes one", guess::quoted(app)),
            );
            None
        }
        (None, None) => {
            reading.mistake(app.span(), format!("jwt of {} has neither issuer nor certificate", guess::quoted(app)));
            None
        }
    }
}

fn scope(scope: &Spot<String>, reading: &mut Reading<'_>) -> String {
    if scope.is_empty() || !scope.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') {
        reading.mistake(scope.span(), format!("{} is not a scope such as \"api\"", guess::quoted(scope)));
    }
    scope.to_string()
}
