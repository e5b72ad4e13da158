//! The edge's switches that bear on whether a chain holds.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What [`validate`](super::validate()) takes besides chain, trust list, CRLs and time.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Policy {
    /// `edge.client-auth-eku`
    pub client_auth_eku: ClientAuthEku,
    /// `edge.revocation`
    pub revocation: Revocation,
    /// `edge.security-level`: 0, 1 or 2, as OpenSSL counts
    pub security_level: u8,
    /// Certificate policies; no switch leads here, since the real edge asks for none
    pub policies: Policies,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            client_auth_eku: ClientAuthEku::Require,
            revocation: Revocation::IfPublished,
            security_level: 2,
            policies: Policies::default(),
        }
    }
}

/// The inputs to a validation that are about certificate policies (RFC 5280 6.1.1 c, e, f, g).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Policies {
    /// The policies acceptable at first, as dotted OIDs.
    pub initial: Vec<String>,
    /// Whether the path must be valid for one of them.
    pub explicit: bool,
    /// Whether mappings are forbidden from the first.
    pub no_mapping: bool,
    /// Whether anyPolicy is passed over from the first.
    pub no_any: bool,
}

impl Default for Policies {
    fn default() -> Self {
        // OpenSSL takes no policy at all for none acceptable, so any of them has to be said
        Self { initial: vec![ANY_POLICY.to_owned()], explicit: false, no_mapping: false, no_any: false }
    }
}

/// anyPolicy (RFC 5280 4.2.1.4)
pub const ANY_POLICY: &str = "2.5.29.32.0";

/// `edge.client-auth-eku`: whether a leaf must name clientAuth.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClientAuthEku {
    /// A leaf that has an extended key usage must name clientAuth in it.
    IfPresent,
    /// Every leaf must name clientAuth (documented).
    #[default]
    Require,
}

/// `edge.revocation`: what a missing CRL means.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Revocation {
    /// Unchecked only where no loaded CRL names the issuer.
    #[default]
    IfPublished,
    /// CRLs are not looked at.
    Ignore,
    /// Every certificate below the root needs a CRL that covers it.
    Require,
}
