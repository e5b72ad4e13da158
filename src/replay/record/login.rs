//! Logins as a scenario writes them: the flow and who it is, and no secret.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use roxmltree::Document;
use serde_json::Value;

use super::Writer;
use crate::api::Passed;
use crate::data::xml_guard;
use crate::exchange::Answer;
use crate::scenario::UserSpec;
use crate::scenario::exchange::LoginFlow;
use crate::scenario::file::{ExchangeTable, Word};

/// Stands for a password that is not the user's.
const WRONG: &str = "not-the-password";

/// What a login said.
#[derive(Default)]
struct Said {
    username: String,
    password: Option<String>,
    client_id: Option<String>,
    version: Option<String>,
}

impl Writer<'_> {
    /// Writes a login, if this is one that a scenario can write; its session is known from then on.
    pub(super) fn login(&mut self, passed: &Passed, table: &mut ExchangeTable) -> Result<bool, String> {
        let Some((flow, said)) = self.said(passed)? else { return Ok(false) };
        if flow != LoginFlow::ClientCredentials {
            let user = self.user(&said.username)?.clone();
            if let Some(password) = &said.password {
                let whole = format!("{}{}", user.password, user.security_token.as_deref().unwrap_or_default());
                match password {
                    password if *password == user.password => {}
                    password if *password == whole => table.security_token = Some(true.into()),
                    _ => table.password = Some(WRONG.to_owned().into()),
                }
            }
            table.user = Some(user.username.into());
        }
        if flow != LoginFlow::Soap {
            let id = said.client_id.as_deref();
            let app = self.scenario.apps.iter().find(|app| Some(app.client_id.as_str()) == id);
            let app = app.ok_or("a connected app that the scenario does not have")?;
            table.app = (self.scenario.apps.len() > 1).then(|| app.name.clone().into());
        }
        table.login = Some(Word::of(flow));
        table.version = said.version.filter(|version| version != "64.0").map(Into::into);
        self.logins += 1;
        let name = format!("login-{}", self.logins);
        if let Some(session) = given(flow, passed) {
            self.sessions.insert(session, name.clone());
        }
        table.name = Some(name.into());
        Ok(true)
    }

    fn user(&self, username: &str) -> Result<&UserSpec, String> {
        let found = self.scenario.users.iter().find(|user| user.username.eq_ignore_ascii_case(username.trim()));
        found.ok_or_else(|| "a user that the scenario does not have".to_owned())
    }

    fn said(&self, passed: &Passed) -> Result<Option<(LoginFlow, Said)>, String> {
        let path = passed.target.split('?').next().unwrap_or_default().to_ascii_lowercase();
        if passed.method != "POST" {
            return Ok(None);
        }
        if path == "/services/oauth2/token" {
            return self.by_oauth(passed);
        }
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        match segments.as_slice() {
            ["services", "soap", "u", version, ..] => by_soap(passed, version.trim_start_matches('v')),
            _ => Ok(None),
        }
    }

    fn by_oauth(&self, passed: &Passed) -> Result<Option<(LoginFlow, Said)>, String> {
        let query = passed.target.split_once('?').map_or("", |(_, query)| query);
        let both = [passed.body.as_ref(), query.as_bytes()];
        let pairs: Vec<(String, String)> = both
            .iter()
            .flat_map(|part| form_urlencoded::parse(part))
            .map(|(n, v)| (n.into_owned(), v.into_owned()))
            .collect();
        let get = |name: &str| pairs.iter().find(|(found, _)| found == name).map(|(_, value)| value.clone());
        let client_id = get("client_id").or_else(|| by_basic(passed));
        let said = |username: Option<String>| Said {
            username: username.unwrap_or_default(),
            client_id: client_id.clone(),
            ..Said::default()
        };
        Ok(match get("grant_type").as_deref() {
            Some("client_credentials") => Some((LoginFlow::ClientCredentials, said(None))),
            Some("password") => {
                Some((LoginFlow::Password, Said { password: get("password"), ..said(get("username")) }))
            }
            Some("refresh_token") => {
                let token = get("refresh_token").unwrap_or_default();
                let given = self.scenario.apps.iter().flat_map(|app| &app.refresh_tokens);
                let user = given.clone().find(|(_, known)| *known == token).map(|(user, _)| user.clone());
                Some((
                    LoginFlow::RefreshToken,
                    said(Some(user.ok_or("a refresh token that the scenario does not have")?)),
                ))
            }
            Some("urn:ietf:params:oauth:grant-type:jwt-bearer") => {
                let claims =
                    get("assertion").and_then(|assertion| claims(&assertion)).ok_or("an assertion that is no JWT")?;
                let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
                let subject = text("sub").or_else(|| text("prn"));
                Some((LoginFlow::JwtBearer, Said { client_id: text("iss"), ..said(subject) }))
            }
            Some(_) => return Err("a grant that no exchange can play".into()),
            // the edge's page comes before anybody reads what was sent
            None => None,
        })
    }
}

fn by_basic(passed: &Passed) -> Option<String> {
    let header = passed.headers.iter().find(|(name, _)| name == "authorization").map(|(_, value)| value.as_str())?;
    let decoded = BASE64_STANDARD.decode(header.strip_prefix("Basic ")?).ok()?;
    String::from_utf8(decoded).ok()?.split_once(':').map(|(id, _)| id.to_owned())
}

fn claims(assertion: &str) -> Option<Value> {
    let claims = assertion.split('.').nth(1)?.trim_end_matches('=');
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}

fn by_soap(passed: &Passed, version: &str) -> Result<Option<(LoginFlow, Said)>, String> {
    let Ok(text) = std::str::from_utf8(&passed.body) else { return Ok(None) };
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if xml_guard::check(text).is_err() {
        return Ok(None);
    }
    let Ok(document) = Document::parse(text) else { return Ok(None) };
    let named = |name: &str| document.descendants().find(|node| node.tag_name().name() == name);
    let Some(login) = named("login") else { return Ok(None) };
    if named("LoginScopeHeader")
        .is_some_and(|scope| scope.descendants().any(|node| node.text().is_some_and(|t| !t.trim().is_empty())))
    {
        return Err("a login within a scope, which no exchange can play".into());
    }
    let child = |name: &str| {
        let found = login.children().find(|node| node.tag_name().name() == name)?;
        Some(found.descendants().filter_map(|node| node.is_text().then(|| node.text()).flatten()).collect::<String>())
    };
    let username = child("username").unwrap_or_default();
    let said = Said { username, password: child("password"), client_id: None, version: Some(version.to_owned()) };
    Ok(Some((LoginFlow::Soap, said)))
}

/// The session in the answer.
fn given(flow: LoginFlow, passed: &Passed) -> Option<String> {
    let answer = Answer { status: passed.status, body: passed.answer.to_vec(), ..Answer::default() };
    let (_, place) = flow.gives().into_iter().find(|(name, _)| *name == "session")?;
    answer.text_at(&place).ok().filter(|session| !session.is_empty())
}
