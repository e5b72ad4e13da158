//! An exchange as the bytes of a request: logins by every flow, calls of both APIs. Nothing is added that is not needed.

use jiff::Timestamp;
use openssl::pkey::{PKey, Private};

use super::{Captures, jwt};
use crate::scenario::exchange::{Act, Body, LoginFlow, LoginSpec, Reference, RequestSpec, SoapSpec, Template};

/// A request, but for its `Host` and its length.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Prepared {
    /// `POST`
    pub method: String,
    /// Path and query.
    pub target: String,
    /// In order.
    pub headers: Vec<(String, String)>,
    /// What follows the head.
    pub body: Vec<u8>,
}

/// Where the secrets of logins come from.
pub trait Keyring {
    /// Of a user, by the username in the scenario.
    ///
    /// # Errors
    /// Why it is not to be had, and where it is looked for.
    fn account(&self, username: &str) -> Result<Account, String>;

    /// Of a connected app, by its name in the scenario.
    ///
    /// # Errors
    /// Why it is not to be had, and where it is looked for.
    fn app(&self, name: &str) -> Result<App, String>;

    /// The refresh token that a user once gave an app.
    ///
    /// # Errors
    /// Why it is not to be had, and where it is looked for.
    fn refresh_token(&self, app: &str, username: &str) -> Result<String, String>;
}

/// What a user logs in with.
#[derive(Clone)]
pub struct Account {
    /// Of the org that is asked, which may be another than the scenario's.
    pub username: String,
    /// The password.
    pub password: String,
    /// The security token, if there is one.
    pub security_token: Option<String>,
}

/// What a connected app logs in with.
#[derive(Clone)]
pub struct App {
    /// The consumer key.
    pub client_id: String,
    /// The consumer secret.
    pub client_secret: Option<String>,
    /// What it signs assertions with.
    pub key: Option<PKey<Private>>,
    /// When it signs.
    pub now: Timestamp,
}

/// Why an exchange cannot be sent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Unprepared {
    /// An earlier exchange did not give what this one needs.
    Missing(Reference),
    /// A secret is not to be had, or does not do.
    Secret(String),
}

impl From<Reference> for Unprepared {
    fn from(reference: Reference) -> Self {
        Self::Missing(reference)
    }
}

/// The request of an exchange to the door at `base` (`https://localhost:8443`).
///
/// # Errors
/// What it lacks.
pub fn prepare(act: &Act, captures: &Captures, keyring: &dyn Keyring, base: &str) -> Result<Prepared, Unprepared> {
    match act {
        Act::Login(login) => self::login(login, captures, keyring, base),
        Act::Request(request) => self::request(request, captures),
        Act::Soap(soap) => self::soap(soap, captures),
    }
}

fn login(login: &LoginSpec, captures: &Captures, keyring: &dyn Keyring, base: &str) -> Result<Prepared, Unprepared> {
    let secret = |why: String| Unprepared::Secret(why);
    let user = login.user.as_deref().unwrap_or_default();
    if login.flow == LoginFlow::Soap {
        let account = keyring.account(user).map_err(secret)?;
        let password = password(login, &account, captures)?;
        let xml = format!(
            "<login xmlns=\"{PARTNER}\"><username>{}</username><password>{}</password></login>",
            escaped(&account.username),
            escaped(&password)
        );
        return Ok(envelope(&login.version, "login", "", &xml, Vec::new()));
    }
    let name = login.app.as_deref().unwrap_or_default();
    let app = keyring.app(name).map_err(secret)?;
    let mut form = vec![("client_id", app.client_id.clone())];
    form.extend(app.client_secret.clone().map(|secret| ("client_secret", secret)));
    let grant_type = match login.flow {
        LoginFlow::ClientCredentials => "client_credentials",
        LoginFlow::JwtBearer => {
            let key = app.key.as_ref();
            let key = key.ok_or_else(|| secret(format!("the connected app {name:?} has no key to sign with")))?;
            let username = keyring.account(user).map_err(secret)?.username;
            let audience = login.audience.as_deref().unwrap_or(base);
            let signed = jwt::assertion(&app.client_id, &username, audience, key, app.now);
            form = vec![("assertion", signed.map_err(|error| secret(format!("the key of {name:?}: {error}")))?)];
            "urn:ietf:params:oauth:grant-type:jwt-bearer"
        }
        LoginFlow::Password | LoginFlow::Soap => {
            let account = keyring.account(user).map_err(secret)?;
            form.push(("password", password(login, &account, captures)?));
            form.push(("username", account.username));
            "password"
        }
        LoginFlow::RefreshToken => {
            form.push(("refresh_token", keyring.refresh_token(name, user).map_err(secret)?));
            "refresh_token"
        }
    };
    form.insert(0, ("grant_type", grant_type.into()));
    Ok(Prepared {
        method: "POST".into(),
        target: "/services/oauth2/token".into(),
        headers: vec![content_type(FORM)],
        body: encoded(&form),
    })
}

fn password(login: &LoginSpec, account: &Account, captures: &Captures) -> Result<String, Unprepared> {
    let mut password = match &login.password {
        Some(other) => captures.fill(other)?,
        None => account.password.clone(),
    };
    if login.with_token {
        let token = account.security_token.as_deref();
        password += token.ok_or_else(|| Unprepared::Secret(format!("{} has no security token", account.username)))?;
    }
    Ok(password)
}

fn request(request: &RequestSpec, captures: &Captures) -> Result<Prepared, Unprepared> {
    let mut headers = filled(&request.headers, captures)?;
    if let Some(session) = &request.session
        && !has(&headers, "authorization")
    {
        headers.push(("Authorization".into(), format!("Bearer {}", captures.value(session)?)));
    }
    let (body, kind) = match &request.body {
        Body::Bytes(bytes) => (bytes.clone(), Some("application/octet-stream")),
        Body::Form(form) => {
            let pairs = filled(form, captures)?;
            (encoded(&pairs.iter().map(|(name, value)| (name.as_str(), value.clone())).collect::<Vec<_>>()), Some(FORM))
        }
        Body::None => (Vec::new(), None),
        Body::Text(text) => {
            let text = captures.fill(text)?;
            let kind = match text.trim_start().chars().next() {
                Some('{' | '[') => "application/json",
                Some('<') => XML,
                _ => "text/plain;charset=UTF-8",
            };
            (text.into_bytes(), Some(kind))
        }
    };
    if let Some(kind) = kind
        && !has(&headers, "content-type")
    {
        headers.push(content_type(kind));
    }
    Ok(Prepared { method: request.method.clone(), target: captures.fill(&request.path)?, headers, body })
}

fn soap(soap: &SoapSpec, captures: &Captures) -> Result<Prepared, Unprepared> {
    let header = match &soap.session {
        Some(session) => format!(
            "<soapenv:Header><SessionHeader xmlns=\"{PARTNER}\"><sessionId>{}</sessionId></SessionHeader></soapenv:Header>",
            escaped(captures.value(session)?)
        ),
        None => String::new(),
    };
    let xml = captures.fill(&soap.xml)?;
    // an operation that names no namespace of its own is the partner API's
    let xml = match xml.find(['>', '/', ' ']) {
        Some(at) if !xml.contains("xmlns") && !xml[..at].contains(':') => {
            format!("{} xmlns=\"{PARTNER}\"{}", &xml[..at], &xml[at..])
        }
        _ => xml,
    };
    Ok(envelope(&soap.version, "\"\"", &header, &xml, filled(&soap.headers, captures)?))
}

fn envelope(version: &str, action: &str, header: &str, body: &str, mut headers: Vec<(String, String)>) -> Prepared {
    if !has(&headers, "content-type") {
        headers.push(content_type(XML));
    }
    if !has(&headers, "soapaction") {
        headers.push(("SOAPAction".into(), action.into()));
    }
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope \
         xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\">{header}<soapenv:Body>{body}</soapenv:Body>\
         </soapenv:Envelope>"
    );
    let target = format!("/services/Soap/u/{version}");
    Prepared { method: "POST".into(), target, headers, body: xml.into_bytes() }
}

fn filled(pairs: &[(String, Template)], captures: &Captures) -> Result<Vec<(String, String)>, Reference> {
    pairs.iter().map(|(name, value)| Ok((name.clone(), captures.fill(value)?))).collect()
}

fn has(headers: &[(String, String)], name: &str) -> bool {
    headers.iter().any(|(found, _)| found.eq_ignore_ascii_case(name))
}

fn content_type(kind: &str) -> (String, String) {
    ("Content-Type".into(), kind.into())
}

fn encoded(form: &[(&str, String)]) -> Vec<u8> {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish().into_bytes()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

const FORM: &str = "application/x-www-form-urlencoded";
const XML: &str = "text/xml;charset=UTF-8";
const PARTNER: &str = "urn:partner.soap.sforce.com";
