//! Mutual authentication certificates: what an upload must be, and why it is refused.

use jiff::Timestamp;

use crate::data::Id;
use crate::pki::Certificate;

/// An uploaded mutual authentication certificate.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Key of the record.
    pub id: Id,
    /// At most 64 characters, unique.
    pub label: String,
    /// Leaf first; at most 10.
    pub chain: Vec<Certificate>,
    /// When, on the org's clock.
    pub at: Timestamp,
}

impl Upload {
    /// The certificate that clients must present.
    pub fn leaf(&self) -> &Certificate {
        &self.chain[0]
    }
}
