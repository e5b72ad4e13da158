//! What [`validate`](super::validate()) answers: whether a chain holds, and if not, every fault, the most telling first.

use jiff::Timestamp;

use super::Certificate;

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

/// Why a chain does not hold; each has an entry in `docs/refusals.md`.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Rejection {
    /// A signature does not verify.
    BadSignature,
    /// A CRL's own signature, signer or scope is wrong.
    CrlInvalid,
    /// A CRL is needed and none covers the certificate.
    CrlMissing,
    /// A CRL is not yet valid.
    CrlNotYetValid,
    /// A CRL's next update lies in the past.
    CrlStale,
    /// Not after lies in the past.
    Expired,
    /// An issuer has no right to issue: no CA flag, no keyCertSign, or purposes that shut out clientAuth.
    IssuerNotCa,
    /// The leaf's extended key usage lacks clientAuth.
    NoClientAuth,
    /// The leaf is there, but the certificates that link it to a root were not sent.
    MissingIntermediate,
    /// A name constraint of an issuer is violated.
    NameConstraint,
    /// Not before lies in the future.
    NotYetValid,
    /// A path is longer than an issuer allows.
    PathTooLong,
    /// Certificate policies do not meet.
    Policy,
    /// On its issuer's CRL.
    Revoked,
    /// A leaf that signs itself.
    SelfSigned,
    /// More certificates than [`MAX_SENT`](super::validate::MAX_SENT).
    TooMany,
    /// A critical extension that nobody here understands.
    UnknownCriticalExtension,
    /// The path ends in a root that is not on the trust list.
    UnlistedRoot,
    /// A key or a digest below the security level.
    Weak,
    /// Anything else that OpenSSL objects to.
    Other,
}
