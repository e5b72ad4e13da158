//! `[org]` and `[edge]` as on disk: the org's name and clock, and every switch.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{NameList, Spot, Word};
use crate::pki::{ClientAuthEku, Revocation};
use crate::scenario::switches::{
    Alerts, ApiEndpoint, BadChain, Enabled, EnforcedLogin, IdentityMatch, JwtClock, LiveConnections, LoginHosts,
    NoCertificate, Resumption, SessionBinding, SniMismatch, SoapLogin, TlsVersion,
};
use crate::scenario::vocabulary::EmptyOrListed;

/// `[org]`
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "org")]
pub struct OrgTable {
    /// The org's name.
    pub name: Spot<String>,
    /// My Domain: one DNS label; made from the name if missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub my_domain: Option<Spot<String>>,
    /// Where the org stands in time: "system" (default), an RFC 3339 time at which it stands, or a shift such as "+30d".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Spot<String>>,
    /// How fast a clock that would stand runs: "1d/s" (default: it stands).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pace: Option<Spot<String>>,
    /// The port in returned URLs (default "standard").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_endpoint: Option<Word<ApiEndpoint>>,
    /// Whether SOAP login() is offered (default "enabled").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub soap_login: Option<Word<SoapLogin>>,
    /// Whether Support has turned mutual authentication on (default "enabled").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mutual_auth: Option<Word<Enabled>>,
    /// The HTTP status of MUTUAL_AUTHENTICATION_FAILED in REST: 401 (default) or 403.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("enum" = [401, 403]))]
    pub refusal_status: Option<Spot<i64>>,
    /// The clock that JWT assertions are judged by (default "wall").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwt_clock: Option<Word<JwtClock>>,
    /// By which door an enforced user may log in (default "any-door").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enforced_login: Option<Word<EnforcedLogin>>,
    /// What a certificate must share with an upload (default "certificate": every byte).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_match: Option<Word<IdentityMatch>>,
    /// What a session is bound to (default "none").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_binding: Option<Word<SessionBinding>>,
}

/// `[edge]`
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "edge")]
pub struct EdgeTable {
    /// What a client without a certificate meets on the mutual door (default "pass").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_certificate: Option<Word<NoCertificate>>,
    /// How a chain that does not hold is refused (default "alert").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bad_chain: Option<Word<BadChain>>,
    /// Whether a leaf must name clientAuth (default "require").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_auth_eku: Option<Word<ClientAuthEku>>,
    /// What a missing CRL means (default "if-published").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocation: Option<Word<Revocation>>,
    /// The CA names in the certificate request: "empty" (default), "listed", or a list of CAs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_names: Option<NameList<EmptyOrListed>>,
    /// OpenSSL's security level: 0, 1 or 2 (default).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 2))]
    pub security_level: Option<Spot<i64>>,
    /// What a Host other than the SNI meets (default "serve").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sni_mismatch: Option<Word<SniMismatch>>,
    /// What login.salesforce.com and test.salesforce.com meet on the mutual door (default "serve").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login_hosts: Option<Word<LoginHosts>>,
    /// The HTTP status of the edge's page, 200 (default) to 599.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 200, max = 599))]
    pub page_status: Option<Spot<i64>>,
    /// The TLS versions offered (default both).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<Spot<Vec<Word<TlsVersion>>>>,
    /// When the verdict on an open connection is renewed (default "keep": never).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live_connections: Option<Word<LiveConnections>>,
    /// What a resumed TLS session is worth (default "off": none is resumed).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resumption: Option<Word<Resumption>>,
    /// Like which server the edge refuses what it refuses (default "openssl").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alerts: Option<Word<Alerts>>,
}
