//! The switches: one for every point where sources differ or a fact is inferred, each with a documented default.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::pki::{ClientAuthEku, Policy, Revocation};

/// `edge.*`
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct EdgeSwitches {
    /// `no-certificate`: what a client without a certificate meets on the mutual door.
    pub no_certificate: NoCertificate,
    /// `bad-chain`: how a chain that does not hold is refused.
    pub bad_chain: BadChain,
    /// `client-auth-eku`
    pub client_auth_eku: ClientAuthEku,
    /// `revocation`
    pub revocation: Revocation,
    /// `ca-names`: the list in the certificate request.
    pub ca_names: CaNames,
    /// `security-level`: 0, 1 or 2.
    pub security_level: u8,
    /// `sni-mismatch`: Host other than SNI.
    pub sni_mismatch: SniMismatch,
    /// `login-hosts`: what a login host meets on the mutual door.
    pub login_hosts: LoginHosts,
    /// `page-status`: status of the edge's page.
    pub page_status: u16,
    /// `tls`: versions offered.
    pub tls: Vec<TlsVersion>,
    /// `live-connections`: what the verdict on a connection is worth as time goes by.
    pub live_connections: LiveConnections,
    /// `resumption`: what a resumed TLS session is worth.
    pub resumption: Resumption,
    /// `alerts`: like which server the edge refuses what it refuses.
    pub alerts: Alerts,
}

impl EdgeSwitches {
    /// The switches that [`validate`](crate::pki::validate()) takes.
    pub fn policy(&self) -> Policy {
        Policy {
            client_auth_eku: self.client_auth_eku,
            revocation: self.revocation,
            security_level: self.security_level,
            ..Policy::default()
        }
    }
}

impl Default for EdgeSwitches {
    fn default() -> Self {
        Self {
            no_certificate: NoCertificate::Pass,
            bad_chain: BadChain::Alert,
            client_auth_eku: ClientAuthEku::Require,
            revocation: Revocation::IfPublished,
            ca_names: CaNames::Empty,
            security_level: 2,
            sni_mismatch: SniMismatch::Serve,
            login_hosts: LoginHosts::Serve,
            page_status: 200,
            tls: vec![TlsVersion::Tls12, TlsVersion::Tls13],
            live_connections: LiveConnections::Keep,
            resumption: Resumption::Off,
            alerts: Alerts::Openssl,
        }
    }
}

/// `edge.no-certificate`
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoCertificate {
    /// The handshake is refused, as `edge.alerts` has it (a what-if).
    Alert,
    /// The edge answers every path with its HTML page (seen in 2018).
    Page,
    /// On to the org, which asks whether the user is enforced.
    #[default]
    Pass,
}

/// `edge.bad-chain`
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BadChain {
    /// A TLS alert ends the connection.
    #[default]
    Alert,
    /// The handshake completes, and the edge's page carries the reason.
    Page,
}

/// `edge.ca-names`: `"empty"`, `"listed"`, or a list of names of `[[ca]]`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaNames {
    /// No names, as the real edge sends.
    #[default]
    Empty,
    /// Every root of the trust list.
    Listed,
    /// These CAs of the scenario.
    These(Vec<String>),
}

/// `edge.alerts`: five kinds of server, as they were measured (docs/refusals.md#dialects).
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Alerts {
    /// Go's `crypto/tls` (Caddy): one alert for everything.
    Go,
    /// Java's JSSE (Jetty): another one, and one more for no certificate.
    Java,
    /// nginx: the handshake completes, and a page says 400.
    Nginx,
    /// Node.js: the connection closes without an alert.
    Node,
    /// OpenSSL: the alert of the fault.
    #[default]
    Openssl,
}

/// `edge.sni-mismatch`
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub enum SniMismatch {
    /// Served all the same.
    #[default]
    #[serde(rename = "serve")]
    Serve,
    /// 421 Misdirected Request.
    #[serde(rename = "421")]
    Misdirected,
}

/// `edge.login-hosts`
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub enum LoginHosts {
    /// Served like My Domain.
    #[default]
    #[serde(rename = "serve")]
    Serve,
    /// 421 Misdirected Request, for `login.salesforce.com:8443` leads nowhere (seen in 2018).
    #[serde(rename = "421")]
    Misdirected,
}

/// `edge.tls`
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize)]
pub enum TlsVersion {
    /// TLS 1.2
    #[serde(rename = "1.2")]
    Tls12,
    /// TLS 1.3
    #[serde(rename = "1.3")]
    Tls13,
}

/// `edge.live-connections`
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LiveConnections {
    /// The verdict of the handshake counts for as long as the connection lives.
    #[default]
    Keep,
    /// It is renewed at each request.
    Recheck,
}

/// `edge.resumption`
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resumption {
    /// Every connection shows its certificate anew.
    #[default]
    Off,
    /// The chain is kept with the session and judged again; a session whose chain no longer holds is not resumed.
    Rejudge,
    /// The verdict of the handshake in which the chain was shown goes on.
    Trust,
}

/// `org.*`
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct OrgSwitches {
    /// `api-endpoint`: the port in returned URLs.
    pub api_endpoint: ApiEndpoint,
    /// `soap-login`: who may log in by SOAP.
    pub soap_login: SoapLogin,
    /// `mutual-auth`: whether Support has turned the feature on.
    pub mutual_auth: Enabled,
    /// `refusal-status`: of `MUTUAL_AUTHENTICATION_FAILED` in REST.
    pub refusal_status: RefusalStatus,
    /// `jwt-clock`: the clock that assertions are judged by.
    pub jwt_clock: JwtClock,
    /// `enforced-login`: by which door an enforced user may log in.
    pub enforced_login: EnforcedLogin,
    /// `identity-match`: what a certificate must share with an upload.
    pub identity_match: IdentityMatch,
    /// `session-binding`: what a session is bound to.
    pub session_binding: SessionBinding,
}

/// `org.api-endpoint`
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ApiEndpoint {
    /// The port that the login came in on.
    AsArrived,
    /// The standard door's port: clients must change it (seen in 2018).
    #[default]
    Standard,
}

/// A feature that is on or off.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Enabled {
    /// Off.
    Disabled,
    /// On.
    #[default]
    Enabled,
}

/// `org.soap-login`
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SoapLogin {
    /// Nobody, as in orgs made since Winter '26.
    Disabled,
    /// Everybody.
    #[default]
    Enabled,
    /// Users with "Use Any API Auth".
    WithPermission,
}

/// `org.refusal-status`
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefusalStatus {
    /// 401
    #[default]
    Unauthorized,
    /// 403
    Forbidden,
}

impl RefusalStatus {
    /// The HTTP status.
    pub fn code(self) -> u16 {
        match self {
            Self::Unauthorized => 401,
            Self::Forbidden => 403,
        }
    }
}

/// `org.jwt-clock`
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum JwtClock {
    /// The org's clock.
    Org,
    /// The wall's clock.
    #[default]
    Wall,
}

/// `org.enforced-login`
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EnforcedLogin {
    /// By either; on the standard one the first call is refused (seen in 2018).
    #[default]
    AnyDoor,
    /// By the mutual one, with an uploaded certificate.
    Mutual,
}

/// `org.identity-match`
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum IdentityMatch {
    /// It is that certificate, byte for byte.
    #[default]
    Certificate,
    /// It has that certificate's issuer and serial number.
    IssuerSerial,
    /// It has that certificate's public key.
    PublicKey,
}

/// `org.session-binding`
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SessionBinding {
    /// The certificate that it was opened with, or none.
    Certificate,
    /// The door that it was opened by.
    Door,
    /// Nothing.
    #[default]
    None,
}
