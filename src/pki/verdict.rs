//! What [`validate`](super::validate()) answers: whether a chain holds, and if not, every fault, the most telling first.

use jiff::Timestamp;

use super::{Certificate, Rejection, ffi};

/// The edge's answer to a chain.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Empty if the chain holds; else every fault of the best path, the most telling first.
    pub faults: Vec<Fault>,
    /// The path that holds (or came nearest), leaf first, the root last if one was reached.
    pub path: Vec<Certificate>,
    /// The root's name on the trust list, if the path reached one.
    pub anchor: Option<String>,
    /// From when this verdict has been the same, all else equal.
    pub since: Timestamp,
    /// The last second at which it stays the same, all else equal.
    pub until: Timestamp,
}

impl Verdict {
    /// Whether the chain holds.
    pub fn holds(&self) -> bool {
        self.faults.is_empty()
    }

    /// The most telling fault of a chain that does not hold.
    pub fn fault(&self) -> Option<&Fault> {
        self.faults.first()
    }
}

/// One thing that is wrong with a chain.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fault {
    /// Which rule.
    pub rejection: Rejection,
    /// Position among the certificates as sent, counted from 1; `None` for one that was not sent (a root).
    pub position: Option<usize>,
    /// How many were sent.
    pub sent: usize,
    /// The subject of the certificate at fault.
    pub subject: String,
    /// What the rule wants.
    pub expected: String,
    /// What was there.
    pub found: String,
    /// What to do about it.
    pub cure: String,
    /// OpenSSL's verification error, which also chooses the alert.
    pub openssl: i32,
}

impl Fault {
    /// Whether it is this certificate's, of those that were `sent`.
    pub fn is_of(&self, certificate: &Certificate, sent: &[Certificate]) -> bool {
        match self.position.and_then(|position| sent.get(position - 1)) {
            Some(at_fault) => at_fault == certificate,
            None => self.subject == certificate.subject() && !sent.contains(certificate),
        }
    }

    /// What OpenSSL calls it.
    pub fn openssl_words(&self) -> &'static str {
        ffi::words(self.openssl)
    }
}
