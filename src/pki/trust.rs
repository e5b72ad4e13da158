//! The outbound CA list: roots only, each with where it came from.

use std::sync::Arc;

use super::Certificate;

/// The outbound CA list; clones share it.
#[derive(Clone, Debug, Default)]
pub struct TrustList {
    anchors: Arc<Vec<Anchor>>,
}

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
        self.anchors.iter()
    }

    /// The list with one more root; one of the same alias is replaced.
    pub fn with(&self, anchor: Anchor) -> Self {
        let mut anchors: Vec<_> = self.anchors().filter(|other| other.alias != anchor.alias).cloned().collect();
        let at = anchors.partition_point(|other| other.alias < anchor.alias);
        anchors.insert(at, anchor);
        Self { anchors: Arc::new(anchors) }
    }

    /// The list without the root of that alias.
    pub fn without(&self, alias: &str) -> Self {
        Self { anchors: Arc::new(self.anchors().filter(|anchor| anchor.alias != alias).cloned().collect()) }
    }
}
