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
}

impl Default for Policy {
    fn default() -> Self {
        Self { client_auth_eku: ClientAuthEku::Require, revocation: Revocation::IfPublished, security_level: 2 }
    }
}

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
