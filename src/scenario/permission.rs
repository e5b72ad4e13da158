//! User permissions by the names that scenario files use.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A user permission. `enforce-mutual-authentication` has no published API name: that name is ours.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, JsonSchema, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Permission {
    /// API Enabled
    ApiEnabled,
    /// API Only User: to access the org only through an API.
    ApiOnlyUser,
    /// Customize Application: may manage mutual authentication certificates.
    CustomizeApplication,
    /// Enforce SSL/TLS Mutual Authentication
    EnforceMutualAuthentication,
    /// Modify All Data
    ModifyAllData,
    /// Use Any API Auth: SOAP login() from API 65.0's rules on
    UseAnyApiAuth,
    /// View All Data
    ViewAllData,
}

impl Permission {
    /// All of them, in order of name.
    pub const ALL: [Self; 7] = [
        Self::ApiEnabled,
        Self::ApiOnlyUser,
        Self::CustomizeApplication,
        Self::EnforceMutualAuthentication,
        Self::ModifyAllData,
        Self::UseAnyApiAuth,
        Self::ViewAllData,
    ];

    /// The name in scenario files and at the admin door.
    pub fn name(self) -> &'static str {
        match self {
            Self::ApiEnabled => "api-enabled",
            Self::ApiOnlyUser => "api-only-user",
            Self::CustomizeApplication => "customize-application",
            Self::EnforceMutualAuthentication => "enforce-mutual-authentication",
            Self::ModifyAllData => "modify-all-data",
            Self::UseAnyApiAuth => "use-any-api-auth",
            Self::ViewAllData => "view-all-data",
        }
    }

    /// The label that the real Setup shows.
    pub fn label(self) -> &'static str {
        match self {
            Self::ApiEnabled => "API Enabled",
            Self::ApiOnlyUser => "API Only User",
            Self::CustomizeApplication => "Customize Application",
            Self::EnforceMutualAuthentication => "Enforce SSL/TLS Mutual Authentication",
            Self::ModifyAllData => "Modify All Data",
            Self::UseAnyApiAuth => "Use Any API Auth",
            Self::ViewAllData => "View All Data",
        }
    }
}
