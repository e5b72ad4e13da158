//! The edge's hook into the handshake: the certificates exactly as sent are judged, and the verdict kept for the journal.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock, OnceLock};

use jiff::Timestamp;
use openssl::ex_data::Index;
use openssl::ssl::{Ssl, SslRef};
use openssl::stack::StackRef;
use openssl::x509::X509;
use openssl_sys::X509_V_ERR_UNSPECIFIED;

use crate::pki::ffi::hook::Answer;
use crate::pki::{Certificate, Fault, Verdict, ffi, validate};
use crate::scenario::switches::BadChain;
use crate::store::EdgeState;

/// What one handshake is judged by, and what came of it.
#[derive(Debug)]
pub(super) struct Hearing {
    edge: Arc<EdgeState>,
    now: Timestamp,
    heard: OnceLock<Heard>,
}

/// What a client sent, and what the edge made of it.
#[derive(Debug)]
pub(super) struct Heard {
    /// In the order sent.
    pub certificates: Vec<Certificate>,
    /// What the edge found.
    pub verdict: Arc<Verdict>,
}

/// Where an `Ssl` keeps its hearing.
static SLOT: LazyLock<Index<Ssl, Arc<Hearing>>> =
    LazyLock::new(|| Ssl::new_ex_index().expect("OpenSSL has a slot for the hearing"));

impl Hearing {
    /// Judges by `edge`, at `now`; installed in `ssl`.
    pub(super) fn install(ssl: &mut Ssl, edge: Arc<EdgeState>, now: Timestamp) -> Arc<Self> {
        let hearing = Arc::new(Self { edge, now, heard: OnceLock::new() });
        ssl.set_ex_data(*SLOT, hearing.clone());
        hearing
    }

    /// What came of it; nothing if no certificate was sent.
    pub(super) fn heard(&self) -> Option<&Heard> {
        self.heard.get()
    }

    /// The fault that ends the handshake by an alert: with `edge.bad-chain = "page"` it is none.
    pub(super) fn refused(&self) -> Option<&Fault> {
        let fault = self.heard()?.verdict.fault()?;
        (self.edge.switches.bad_chain == BadChain::Alert).then_some(fault)
    }

    /// SHA-256 of a certificate to its name in the scenario.
    pub(super) fn names(&self) -> &HashMap<[u8; 32], Arc<str>> {
        &self.edge.names
    }

    fn hear(&self, sent: &StackRef<X509>) -> Answer {
        // one hearing a connection: renegotiation is off
        self.heard.get_or_init(|| {
            let certificates: Vec<Certificate> = ffi::owned(sent).into_iter().map(Certificate::new).collect();
            let EdgeState { trust, crls, policy, .. } = &*self.edge;
            let verdict = Arc::new(validate(&certificates, trust, crls, self.now, policy));
            Heard { certificates, verdict }
        });
        self.refused().map_or(Answer::Proceed, |fault| Answer::Refuse(fault.openssl))
    }
}

/// Called by OpenSSL in the handshake. A panic must not cross into it: it counts as a refusal.
pub(super) fn judge(ssl: &SslRef, sent: &StackRef<X509>) -> Answer {
    let Some(hearing) = ssl.ex_data(*SLOT) else { return Answer::Refuse(X509_V_ERR_UNSPECIFIED) };
    catch_unwind(AssertUnwindSafe(|| hearing.hear(sent))).unwrap_or(Answer::Refuse(X509_V_ERR_UNSPECIFIED))
}
