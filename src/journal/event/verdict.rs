//! What a handshake brought, and what the edge found of it.

use jiff::Timestamp;
use serde::Serialize;

/// A certificate as sent.
#[derive(Clone, Debug, Serialize)]
pub struct SentCertificate {
    /// Most specific part first.
    pub subject: String,
    /// Likewise.
    pub issuer: String,
    /// Hexadecimal.
    pub serial: String,
    /// notBefore
    pub not_before: Timestamp,
    /// notAfter
    pub not_after: Timestamp,
    /// Hexadecimal with colons.
    pub sha256: String,
    /// Its name in the scenario, if it has one there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What the edge found.
#[derive(Clone, Debug, Serialize)]
pub struct VerdictEntry {
    /// Whether the chain holds.
    pub holds: bool,
    /// Every fault, the most telling first.
    pub faults: Vec<FaultEntry>,
    /// Subjects, leaf first.
    pub path: Vec<String>,
    /// Until when it stays the same, all else equal.
    pub holds_until: Timestamp,
    /// Whether it was remembered rather than computed.
    pub remembered: bool,
}

/// One fault.
#[derive(Clone, Debug, Serialize)]
pub struct FaultEntry {
    /// The code of the rejection: `expired`.
    pub rule: &'static str,
    /// Counted from 1; absent for a root that was not sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<usize>,
    /// Of the certificate at fault.
    pub subject: String,
    /// What the rule wants.
    pub expected: String,
    /// What was there.
    pub found: String,
    /// What to do.
    pub cure: String,
}
