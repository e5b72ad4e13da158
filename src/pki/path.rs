//! Which paths the certificates sent could form, from the leaf to a root on the list. Whether one holds is OpenSSL's to say.
//!
//! OpenSSL follows the first issuer that fits and never turns back, so a cross-signed twin could hide a path that holds.

use openssl_sys as sys;

use super::trust::Anchor;
use super::{Certificate, TrustList};

/// A way from the leaf upwards.
#[derive(Clone, Debug)]
pub(crate) struct Candidate<'a> {
    /// Places among the certificates sent, the leaf (0) first.
    pub places: Vec<usize>,
    /// The root on the list that it ends in, if it does.
    pub anchor: Option<&'a Anchor>,
}

/// More ways than these are not looked at.
pub const MAX_CANDIDATES: usize = 32;

/// How often two certificates are compared before the search gives up.
pub const MAX_STEPS: usize = 4_096;

/// The candidates that end in a root on the list, shorter ones first; if there is none, the longest that does not.
pub(crate) fn candidates<'a>(sent: &[Certificate], trust: &'a TrustList) -> Vec<Candidate<'a>> {
    let distinct = (1..sent.len()).filter(|&place| !sent[..place].contains(&sent[place])).collect();
    let mut search = Search { sent, distinct, trust, found: Vec::new(), dead_end: vec![0], steps: 0 };
    search.extend(&mut vec![0]);
    let Search { mut found, dead_end, .. } = search;
    if found.is_empty() {
        return vec![Candidate { places: dead_end, anchor: None }];
    }
    found.sort_by_key(|candidate| candidate.places.len());
    found
}

struct Search<'s, 'a> {
    sent: &'s [Certificate],
    /// Places of what may follow the leaf: copies would use up the candidates.
    distinct: Vec<usize>,
    trust: &'a TrustList,
    found: Vec<Candidate<'a>>,
    dead_end: Vec<usize>,
    steps: usize,
}

impl Search<'_, '_> {
    fn extend(&mut self, path: &mut Vec<usize>) {
        let top = &self.sent[path[path.len() - 1]];
        for anchor in self.trust.named_like(top.x509().issuer_name_hash()) {
            if may_issue(&anchor.certificate, top) {
                self.found.push(Candidate { places: path.clone(), anchor: Some(anchor) });
            }
        }
        if path.len() > self.dead_end.len() {
            self.dead_end.clone_from(path);
        }
        for at in 0..self.distinct.len() {
            let place = self.distinct[at];
            self.steps += 1;
            if self.found.len() >= MAX_CANDIDATES || self.steps > MAX_STEPS {
                return;
            }
            let next = &self.sent[place];
            if !path.contains(&place) && may_issue(next, top) {
                path.push(place);
                self.extend(path);
                path.pop();
            }
        }
    }
}

/// By name and key identifiers; whether it had the right to, and whether it did, is looked at later.
pub(crate) fn may_issue(issuer: &Certificate, subject: &Certificate) -> bool {
    matches!(issuer.x509().issued(subject.x509()).as_raw(), sys::X509_V_OK | sys::X509_V_ERR_KEYUSAGE_NO_CERTSIGN)
}
