//! What a connection's certificates are worth while it lives: the verdict of the handshake, and its renewal.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use super::Presented;
use super::hearing::Heard;
use crate::pki::{Certificate, Verdict, validate};
use crate::store::EdgeState;

/// The certificates of a connection, and the verdict on them as it was last renewed.
#[derive(Debug)]
pub struct Live {
    certificates: Arc<[Certificate]>,
    judged: Mutex<Judged>,
}

#[derive(Clone, Debug)]
struct Judged {
    /// What it was judged by; none if a resumed session brought the verdict with it.
    edge: Option<Arc<EdgeState>>,
    verdict: Arc<Verdict>,
    at: Timestamp,
}

impl Live {
    pub(super) fn new(heard: &Heard, edge: Option<Arc<EdgeState>>) -> Self {
        let judged = Judged { edge, verdict: heard.verdict.clone(), at: heard.at };
        Self { certificates: heard.certificates.clone(), judged: Mutex::new(judged) }
    }

    /// When, on the org's clock, the chain was judged last.
    pub fn judged_at(&self) -> Timestamp {
        self.judged.lock().unwrap_or_else(PoisonError::into_inner).at
    }

    /// What the certificates are worth at `now`: judged again if the edge's state is another one than last time, or time
    /// has left the span in which the verdict stays the same.
    pub fn recheck(&self, edge: &Arc<EdgeState>, now: Timestamp) -> Presented {
        let judged = self.judged.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let by_the_same = judged.edge.as_ref().is_some_and(|by| Arc::ptr_eq(by, edge));
        let verdict = if by_the_same && (judged.verdict.since..=judged.verdict.until).contains(&now) {
            judged.verdict
        } else {
            // not under the lock: the other streams of an h2 connection need not wait
            Arc::new(validate(&self.certificates, &edge.trust, &edge.crls, now, &edge.policy))
        };
        let renewed = Judged { edge: Some(edge.clone()), verdict: verdict.clone(), at: now };
        *self.judged.lock().unwrap_or_else(PoisonError::into_inner) = renewed;
        Presented::of(&self.certificates, verdict)
    }
}
