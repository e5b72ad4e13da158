//! Credentials, and the login history with the real object's field names.

use jiff::Timestamp;

use crate::data::Id;

/// A row of LoginHistory.
#[derive(Clone, Debug)]
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
    pub login_type: &'static str,
    /// `SourceIp`
    pub source_ip: String,
    /// `LoginUrl`
    pub login_url: String,
    /// `Application`
    pub application: String,
    /// `ApiType`: `SOAP Partner`, `SOAP Enterprise`; none for OAuth.
    pub api_type: Option<&'static str>,
    /// `ApiVersion`
    pub api_version: Option<String>,
    /// `Status`: `Success`, `Invalid Password`, `Mutual authentication failed` …
    pub status: &'static str,
    /// `TlsProtocol`: `TLS 1.3`
    pub tls_protocol: String,
    /// `CipherSuite`
    pub cipher_suite: String,
}
