//! The edge's findings as the journal writes them: certificates as sent, faults, the six lines.

use std::collections::HashMap;
use std::sync::Arc;

use super::Explanation;
use super::event::{FaultEntry, SentCertificate, VerdictEntry};
use crate::pki::{Certificate, Fault, Verdict};

impl SentCertificate {
    /// A certificate as sent, with its name in the scenario if it has one there.
    pub fn new(certificate: &Certificate, names: &HashMap<[u8; 32], Arc<str>>) -> Self {
        Self {
            subject: certificate.subject().into(),
            issuer: certificate.issuer().into(),
            serial: certificate.serial().into(),
            not_before: certificate.not_before(),
            not_after: certificate.not_after(),
            sha256: certificate.fingerprint(),
            name: names.get(certificate.sha256()).map(|name| name.to_string()),
        }
    }
}

impl From<&Verdict> for VerdictEntry {
    fn from(verdict: &Verdict) -> Self {
        Self {
            holds: verdict.holds(),
            faults: verdict.faults.iter().map(FaultEntry::from).collect(),
            path: verdict.path.iter().map(|certificate| certificate.subject().to_owned()).collect(),
            holds_until: verdict.until,
            remembered: false,
        }
    }
}

impl From<&Fault> for FaultEntry {
    fn from(fault: &Fault) -> Self {
        Self {
            rule: fault.rejection.code(),
            position: fault.position,
            subject: fault.subject.clone(),
            expected: fault.expected.clone(),
            found: fault.found.clone(),
            cure: fault.cure.clone(),
        }
    }
}

impl Explanation {
    /// Why a chain was refused, in six lines; `client` says what the client saw of it.
    pub fn of_fault(fault: &Fault, client: Option<String>) -> Self {
        let which = match fault.position {
            Some(position) => format!("certificate {position} of {}", fault.sent),
            None => "the root".into(),
        };
        Self {
            headline: format!("refused: {which}, {}, {}", fault.subject, fault.rejection.headline()),
            rule: fault.rejection.rule().into(),
            expected: fault.expected.clone(),
            found: fault.found.clone(),
            client,
            cure: format!("{}; see docs/refusals.md#{}", fault.cure, fault.rejection.code()),
        }
    }
}
