//! Credentials, and the login history with the real object's field names. Sessions are opened elsewhere.

use std::borrow::Cow;
use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::User;
use crate::data::Id;

mod network;
pub mod refusal;

pub use network::Network;
pub use refusal::CredentialRefusal;

/// A row of LoginHistory.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct LoginRow {
    /// `0Ya…`
    pub id: Id,
    /// `UserId`; none if the username is unknown.
    pub user_id: Option<Id>,
    /// The username as given.
    pub username: String,
    /// `LoginTime`, the org's clock.
    pub time: Timestamp,
    /// `LoginType`: `Other Apex API`, `Remote Access 2.0` …
    pub login_type: Cow<'static, str>,
    /// `SourceIp`
    pub source_ip: String,
    /// `LoginUrl`
    pub login_url: String,
    /// `Application`
    pub application: String,
    /// `ApiType`: `SOAP Partner`, `SOAP Enterprise`; none for OAuth.
    pub api_type: Option<Cow<'static, str>>,
    /// `ApiVersion`
    pub api_version: Option<String>,
    /// `Status`: `Success`, `Invalid Password`, `Mutual authentication failed` …
    pub status: Cow<'static, str>,
    /// `TlsProtocol`: `TLS 1.3`
    pub tls_protocol: String,
    /// `CipherSuite`
    pub cipher_suite: String,
}

/// Whether `given` (a password, or password and security token in one) lets the user in, coming from this address.
///
/// Within the user's trusted ranges either is taken; outside them only the two together. What a locked or inactive
/// user gave is not looked at. An expired password logs in (documented): what may be done then is `authorize`'s to say.
pub fn check_credentials(user: &User, given: &str, from: IpAddr) -> Result<(), CredentialRefusal> {
    let spec = &user.spec;
    if !spec.active {
        return Err(CredentialRefusal::Inactive);
    }
    if spec.locked {
        return Err(CredentialRefusal::Locked);
    }
    let rest = given.strip_prefix(spec.password.as_str()).ok_or(CredentialRefusal::InvalidPassword)?;
    let with_token = spec.security_token.as_deref().is_some_and(|token| !token.is_empty() && token == rest);
    match (with_token, rest.is_empty()) {
        (false, false) => return Err(CredentialRefusal::InvalidPassword),
        (false, true) if !is_trusted(&spec.trusted_ranges, from) => return Err(CredentialRefusal::TokenRequired),
        _ => {}
    }
    Ok(())
}

/// Whether `given` is the password that lets the user in by a browser, where no security token is asked for.
pub fn check_password(user: &User, given: &str) -> Result<(), CredentialRefusal> {
    match &user.spec {
        spec if !spec.active => Err(CredentialRefusal::Inactive),
        spec if spec.locked => Err(CredentialRefusal::Locked),
        spec if spec.password != given => Err(CredentialRefusal::InvalidPassword),
        _ => Ok(()),
    }
}

/// Whether an address lies in one of these networks; text that is no network holds no address.
fn is_trusted(ranges: &[String], from: IpAddr) -> bool {
    ranges.iter().filter_map(|range| range.parse::<Network>().ok()).any(|network| network.contains(from))
}
