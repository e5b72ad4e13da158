//! The outbound CA list: roots only, each with where it came from.

use super::Certificate;

/// The outbound CA list; clones share it.
#[derive(Clone, Debug, Default)]
pub struct TrustList {}

/// A root on the list.
#[derive(Clone, Debug)]
pub struct Anchor {
    /// Lower-case letters and digits, unique on the list: the anchor on `/cacerts.jsp`.
    pub alias: String,
    /// The root.
    pub certificate: Certificate,
    /// `Mozilla's roots of 2026-…`, `scenario`, a file.
    pub source: String,
}

impl TrustList {
    /// The roots, in order of alias.
    pub fn anchors(&self) -> impl Iterator<Item = &Anchor> {
        [].iter()
    }
}
