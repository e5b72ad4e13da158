//! `[[user]]`, `[[profile]]`, `[[permission-set]]` and `[[connected-app]]` as on disk.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Spot, Word};
use crate::scenario::{Flow, Permission};

/// `[[profile]]` or `[[permission-set]]`: permissions under a name.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "bundle")]
pub struct BundleTable {
    /// Its name.
    pub name: Spot<String>,
    /// What it grants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Vec<Word<Permission>>>,
}

/// `[[user]]`
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "user")]
pub struct UserTable {
    /// An e-mail-like name, unique regardless of case.
    pub username: Spot<String>,
    /// The password, in the clear: this is a simulator.
    pub password: Spot<String>,
    /// Asked for, after the password, outside `trusted-ranges`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_token: Option<Spot<String>>,
    /// First name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Last name (default: the username up to the `@`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// E-mail address (default: the username).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The name of a profile (default "Standard User").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<Spot<String>>,
    /// Names of permission sets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission_sets: Option<Vec<Spot<String>>>,
    /// Permissions granted directly, besides profile and permission sets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Vec<Word<Permission>>>,
    /// Whether the user may log in (default true).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// Whether the user is locked out (default false).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locked: Option<bool>,
    /// Whether a new password must be set (default false).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_expired: Option<bool>,
    /// Networks where no security token is asked for (default loopback): "10.0.0.0/8", one address, or "10.0.0.1-10.0.0.9".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trusted_ranges: Option<Vec<Spot<String>>>,
}

/// `[[connected-app]]`
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "connected-app")]
pub struct AppTable {
    /// Its name.
    pub name: Spot<String>,
    /// The consumer key, unique.
    pub client_id: Spot<String>,
    /// The consumer secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<Spot<String>>,
    /// The grants that it may use (default all).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flows: Option<Vec<Word<Flow>>>,
    /// Where the web server flow may return to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_uris: Option<Vec<Spot<String>>>,
    /// The user that client credentials run as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_as: Option<Spot<String>>,
    /// What JWT bearer assertions are signed with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwt: Option<JwtTable>,
    /// Whether its web server flow needs PKCE (default false).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_pkce: Option<bool>,
    /// Whether each use of a refresh token replaces it (default false).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token_rotation: Option<bool>,
    /// Refresh tokens that users have given it before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_tokens: Option<Vec<RefreshTokenTable>>,
    /// The OAuth scopes granted (default api, refresh_token).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<Spot<String>>>,
}

/// One of `refresh-tokens` on a `[[connected-app]]`.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "refresh-token")]
pub struct RefreshTokenTable {
    /// Whose: a username.
    pub user: Spot<String>,
    /// The token, unique.
    pub token: Spot<String>,
}

/// `jwt` on a `[[connected-app]]`: one of its keys.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "jwt")]
pub struct JwtTable {
    /// A CA that mints key and certificate; the kit holds the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<Spot<String>>,
    /// A PEM or DER file of a certificate; its key stays with the team.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Spot<String>>,
}
