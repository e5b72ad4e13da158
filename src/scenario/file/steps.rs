//! `[[step]]` as on disk: one trigger, and one verb under `do`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{EdgeTable, FaultTable, NameList, PatternTable, Spot, Word};
use crate::scenario::Permission;
use crate::scenario::step::{CrlVerb, OnCall, ServerVerb, StepKey};
use crate::scenario::switches::{
    ApiEndpoint, Enabled, EnforcedLogin, IdentityMatch, JwtClock, SessionBinding, SoapLogin,
};
use crate::scenario::vocabulary::ChainOrLeaf;

/// `[[step]]`: something that happens to the org while it runs, once.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "step")]
pub struct StepTable {
    /// Its name, unique.
    pub name: Spot<String>,
    /// The moment on the org's clock: a time, or a duration from its start such as "+30d".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Spot<String>>,
    /// After so many events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Spot<AfterTable>>,
    /// When the first such event comes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<Spot<PatternTable>>,
    /// "call": when the admin door or a test says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on: Option<Word<OnCall>>,
    /// What is done: one verb.
    #[serde(rename = "do")]
    pub verb: Spot<DoTable>,
}

/// `after = { count = 3, of = { … } }`
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "after")]
pub struct AfterTable {
    /// How many events.
    #[schemars(range(min = 1))]
    pub count: Spot<i64>,
    /// Which events count.
    pub of: Spot<PatternTable>,
}

/// `do`: one of its keys.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "do", extend("minProperties" = 1, "maxProperties" = 1))]
pub struct DoTable {
    /// Moves the org's clock by a duration; steps on the way are played at their moments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advance: Option<Spot<String>>,
    /// Clears a fault, by its name; "*" clears all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clear: Option<Spot<String>>,
    /// Changes what a CA's CRL does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crl: Option<CrlChangeTable>,
    /// Deletes a mutual authentication certificate, by its label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete_certificate: Option<Spot<String>>,
    /// Puts a client's present key and certificates into its kit's files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deliver: Option<DeliverTable>,
    /// Takes a root off the outbound CA list, by its alias.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delist: Option<Spot<String>>,
    /// Takes a permission from a user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deny: Option<PermissionChangeTable>,
    /// Ends the sessions of a user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expire_sessions: Option<Spot<String>>,
    /// Sets a fault, as `[[fault]]` does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<FaultTable>,
    /// Gives a user a permission.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant: Option<PermissionChangeTable>,
    /// Renews a client's certificate: a new serial number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issue: Option<IssueTable>,
    /// Puts a root on the outbound CA list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<ListTable>,
    /// Sets a user's password, or lets it expire.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<PasswordTable>,
    /// Puts a client's present certificate, or a CA's, on its issuer's CRL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoke: Option<Spot<String>>,
    /// Renews the server certificate, or shows one with a flaw until it is renewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_certificate: Option<Word<ServerVerb>>,
    /// Sets switches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub switch: Option<Spot<SwitchTable>>,
    /// Uploads a mutual authentication certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upload: Option<UploadVerbTable>,
}

/// `do.crl`
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "do-crl")]
pub struct CrlChangeTable {
    /// The CA.
    pub ca: Spot<String>,
    /// What becomes of its CRL.
    pub change: Word<CrlVerb>,
    /// A file, PEM or DER, with "replace".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<Spot<String>>,
}

/// `do.deliver`
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "do-deliver")]
pub struct DeliverTable {
    /// The client.
    pub client: Spot<String>,
    /// What it sends from then on, as `sends` of a client (default: as before).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sends: Option<NameList<ChainOrLeaf>>,
}

/// `do.grant` and `do.deny`
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "do-grant")]
pub struct PermissionChangeTable {
    /// The username.
    pub user: Spot<String>,
    /// The permission.
    pub permission: Word<Permission>,
}

/// `do.issue`
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "do-issue")]
pub struct IssueTable {
    /// The client.
    pub client: Spot<String>,
    /// Its key: a new one of the same kind (default), or the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Word<StepKey>>,
}

/// `do.list`
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "do-list")]
pub struct ListTable {
    /// A root of this file; or `file`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca: Option<Spot<String>>,
    /// A file with one certificate, PEM or DER.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<Spot<String>>,
    /// Its name on the list: lower-case letters and digits (default: made from the CA's name).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<Spot<String>>,
}

/// `do.password`
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "do-password")]
pub struct PasswordTable {
    /// The username.
    pub user: Spot<String>,
    /// The password from then on; or `expired`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<Spot<String>>,
    /// Whether a new password must be set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expired: Option<Spot<bool>>,
}

/// `do.switch`: as in `[edge]` and `[org]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "do-switch")]
pub struct SwitchTable {
    /// Switches of the edge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edge: Option<EdgeTable>,
    /// Switches of the org.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub org: Option<OrgSwitchTable>,
}

/// The switches of `[org]`, without its other keys.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "do-switch-org")]
pub struct OrgSwitchTable {
    /// The port in returned URLs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_endpoint: Option<Word<ApiEndpoint>>,
    /// Whether SOAP login() is offered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub soap_login: Option<Word<SoapLogin>>,
    /// Whether Support has turned mutual authentication on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mutual_auth: Option<Word<Enabled>>,
    /// The HTTP status of MUTUAL_AUTHENTICATION_FAILED in REST: 401 or 403.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("enum" = [401, 403]))]
    pub refusal_status: Option<Spot<i64>>,
    /// The clock that JWT assertions are judged by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwt_clock: Option<Word<JwtClock>>,
    /// By which door an enforced user may log in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enforced_login: Option<Word<EnforcedLogin>>,
    /// What a certificate must share with an upload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_match: Option<Word<IdentityMatch>>,
    /// What a session is bound to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_binding: Option<Word<SessionBinding>>,
}

/// `do.upload`
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "do-upload")]
pub struct UploadVerbTable {
    /// Its label, at most 64 characters.
    pub label: Spot<String>,
    /// The client whose leaf is uploaded, as it is then; or `file`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<Spot<String>>,
    /// A PEM file: the certificate, or its chain with the certificate first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<Spot<String>>,
}
