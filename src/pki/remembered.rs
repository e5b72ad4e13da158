//! Verdicts that were found before, so that a client that comes back need not be judged anew. What they were found by is
//! not looked at: whoever keeps them forgets them when trust list, CRLs or policy change.

use std::collections::{HashMap, VecDeque};
use std::fmt::{self, Debug, Formatter};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use openssl::hash::MessageDigest;
use openssl::sha::Sha256;
use openssl::stack::StackRef;
use openssl::x509::X509;

use super::validate::MAX_SENT;
use super::{Certificate, Verdict};

/// So many verdicts are remembered; the oldest go first.
pub const MAX_REMEMBERED: usize = 1_024;

/// Verdicts by the certificates as sent; a clone has forgotten them.
///
/// Only chains that hold are remembered: what is wrong with one is told in the words of its hour.
#[derive(Default)]
pub struct Remembered(Mutex<Memory>);

#[derive(Default)]
struct Memory {
    by_chain: HashMap<[u8; 32], Judged>,
    /// Keys, the oldest first.
    order: VecDeque<[u8; 32]>,
}

/// Certificates and the verdict on them.
pub type Judged = (Arc<[Certificate]>, Arc<Verdict>);

impl Remembered {
    /// The certificates `sent` and the verdict on them at `now`, and whether it was remembered: else `judge` finds it.
    pub fn judged(
        &self,
        sent: &StackRef<X509>,
        now: Timestamp,
        judge: impl FnOnce(&[Certificate]) -> Verdict,
    ) -> (Judged, bool) {
        let key = key(sent);
        if let Some(found) = key.and_then(|key| self.find(&key, now)) {
            return (found, true);
        }
        let certificates: Arc<[Certificate]> = sent.iter().map(|sent| Certificate::new(sent.to_owned())).collect();
        let verdict = Arc::new(judge(&certificates));
        let judged = (certificates, verdict);
        if let Some(key) = key.filter(|_| judged.1.holds()) {
            self.keep(key, judged.clone());
        }
        (judged, false)
    }

    fn find(&self, key: &[u8; 32], now: Timestamp) -> Option<Judged> {
        let memory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let judged = memory.by_chain.get(key)?;
        (judged.1.since..=judged.1.until).contains(&now).then(|| judged.clone())
    }

    fn keep(&self, key: [u8; 32], judged: Judged) {
        let mut memory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if memory.by_chain.insert(key, judged).is_some() {
            return;
        }
        memory.order.push_back(key);
        if memory.order.len() > MAX_REMEMBERED
            && let Some(oldest) = memory.order.pop_front()
        {
            memory.by_chain.remove(&oldest);
        }
    }
}

impl Clone for Remembered {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Debug for Remembered {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let memory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        write!(f, "Remembered({})", memory.order.len())
    }
}

/// SHA-256 over the SHA-256 of every certificate as sent, in that order: the lengths are all one, so no two chains share it.
fn key(sent: &StackRef<X509>) -> Option<[u8; 32]> {
    if sent.len() > MAX_SENT {
        return None;
    }
    let mut hash = Sha256::new();
    for certificate in sent {
        hash.update(&certificate.digest(MessageDigest::sha256()).ok()?);
    }
    Some(hash.finish())
}
