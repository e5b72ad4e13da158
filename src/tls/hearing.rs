//! The edge's hook into the handshake: the certificates exactly as sent are judged, and the verdict kept for the journal;
//! so is what a client that resumes a session showed before.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

use jiff::Timestamp;
use openssl::ex_data::Index;
use openssl::ssl::{Ssl, SslRef, SslSession};
use openssl::stack::StackRef;
use openssl::x509::X509;
use openssl_sys::X509_V_ERR_UNSPECIFIED;

use super::dialect::{self, Refusal};
use super::sessions::{Session, Sessions};
use crate::pki::ffi::hook::Answer;
use crate::pki::{Certificate, Fault, Verdict, validate};
use crate::scenario::switches::Resumption;
use crate::store::EdgeState;

/// What one handshake is judged by, and what came of it.
#[derive(Debug)]
pub(super) struct Hearing {
    handshake: u64,
    edge: Arc<EdgeState>,
    now: Timestamp,
    sessions: Option<Arc<Sessions>>,
    heard: OnceLock<Heard>,
    recall: Mutex<Option<Recall>>,
}

/// What a client sent, and what the edge made of it.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    /// In the order sent.
    pub certificates: Arc<[Certificate]>,
    /// What the edge found.
    pub verdict: Arc<Verdict>,
    /// When, on the org's clock.
    pub at: Timestamp,
    /// Whether it was found in an earlier handshake, by what still counts.
    pub remembered: bool,
}

/// What became of a session that the client would resume.
#[derive(Clone, Debug)]
pub(super) enum Recall {
    /// Its chain no longer holds, and the client has to show a certificate.
    Declined {
        /// The handshake in which the chain was shown.
        handshake: u64,
        /// In one line.
        why: String,
    },
    /// OpenSSL was given it.
    Offered {
        /// The handshake in which the client showed its certificates, or none.
        handshake: u64,
        /// What it showed, with the verdict that counts now.
        heard: Option<Heard>,
        /// Whether that verdict is the one of then.
        by: Resumption,
    },
}

/// Where an `Ssl` keeps its hearing.
static SLOT: LazyLock<Index<Ssl, Arc<Hearing>>> =
    LazyLock::new(|| Ssl::new_ex_index().expect("OpenSSL has a slot for the hearing"));

impl Hearing {
    /// Judges by `edge`, at `now`; installed in `ssl`. Only with `sessions` is anything resumed.
    pub(super) fn install(
        ssl: &mut Ssl,
        handshake: u64,
        edge: Arc<EdgeState>,
        now: Timestamp,
        sessions: Option<Arc<Sessions>>,
    ) -> Arc<Self> {
        let (heard, recall) = (OnceLock::new(), Mutex::default());
        let hearing = Arc::new(Self { handshake, edge, now, sessions, heard, recall });
        ssl.set_ex_data(*SLOT, hearing.clone());
        hearing
    }

    /// What came of it; nothing if no certificate was sent.
    pub(super) fn heard(&self) -> Option<&Heard> {
        self.heard.get()
    }

    /// What became of the session that the client would resume, if there was one.
    pub(super) fn recall(&self) -> Option<Recall> {
        self.recall.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How a chain that does not hold is refused, and for what.
    pub(super) fn refused(&self) -> Option<(Refusal, &Fault)> {
        let fault = self.heard()?.verdict.fault()?;
        Some((dialect::of_bad_chain(&self.edge.switches, fault), fault))
    }

    /// SHA-256 of a certificate to its name in the scenario.
    pub(super) fn names(&self) -> &HashMap<[u8; 32], Arc<str>> {
        &self.edge.names
    }

    /// What it is judged by.
    pub(super) fn edge(&self) -> &Arc<EdgeState> {
        &self.edge
    }

    fn hear(&self, sent: &StackRef<X509>) -> Answer {
        // one hearing a connection: renegotiation is off
        self.heard.get_or_init(|| {
            let judge = |certificates: &[Certificate]| self.judge(certificates);
            let ((certificates, verdict), remembered) = self.edge.remembered.judged(sent, self.now, judge);
            Heard { certificates, verdict, at: self.now, remembered }
        });
        match self.refused() {
            Some((Refusal::Alert(_), fault)) => Answer::Refuse(dialect::code(self.edge.switches.alerts, fault)),
            Some((Refusal::Close | Refusal::Page, _)) | None => Answer::Proceed,
        }
    }

    fn judge(&self, certificates: &[Certificate]) -> Verdict {
        let EdgeState { trust, crls, policy, .. } = &*self.edge;
        validate(certificates, trust, crls, self.now, policy)
    }

    /// The session of that id, in DER, if it may be resumed: by `edge.resumption`.
    ///
    /// A session whose chain no longer holds is passed over, not refused: TLS then goes on to a full handshake, in which
    /// a client that has been given a new certificate shows that one, and any other meets the alert of its fault.
    fn recollect(&self, id: &[u8]) -> Option<Vec<u8>> {
        let Session { der, handshake, heard } = self.sessions.as_ref()?.find(id, &self.edge.switches)?;
        let (recall, der) = match (self.edge.switches.resumption, heard) {
            (Resumption::Off, _) => return None,
            (Resumption::Rejudge, Some(heard)) => {
                let verdict = Arc::new(self.judge(&heard.certificates));
                match verdict.fault().map(what) {
                    Some(why) => (Recall::Declined { handshake, why }, None),
                    None => {
                        let heard = Some(Heard { verdict, at: self.now, remembered: false, ..heard });
                        (Recall::Offered { handshake, heard, by: self.edge.switches.resumption }, Some(der))
                    }
                }
            }
            (by, heard) => {
                let heard = heard.map(|heard| Heard { remembered: true, ..heard });
                (Recall::Offered { handshake, heard, by }, Some(der))
            }
        };
        *self.recall.lock().unwrap_or_else(PoisonError::into_inner) = Some(recall);
        der
    }

    /// Keeps a new session with what the client showed, in this handshake or in the one that it resumed.
    fn keep(&self, session: &SslSession, resumed: bool) {
        let (Some(sessions), Ok(der)) = (&self.sessions, session.to_der()) else { return };
        let (handshake, heard) = match self.recall() {
            Some(Recall::Offered { handshake, heard, .. }) if resumed => (handshake, heard),
            _ => (self.handshake, self.heard().cloned()),
        };
        // with edge.bad-chain = "page" a broken chain gets this far: it is to be shown, and seen, each time
        if heard.as_ref().is_none_or(|heard| heard.verdict.holds()) {
            sessions.keep(session.id(), Session { der, handshake, heard }, &self.edge.switches);
        }
    }
}

fn what(fault: &Fault) -> String {
    format!("{}, {}", fault.subject, fault.rejection.headline())
}

/// Called by OpenSSL in the handshake. A panic must not cross into it: it counts as a refusal.
pub(super) fn judge(ssl: &SslRef, sent: &StackRef<X509>) -> Answer {
    let Some(hearing) = ssl.ex_data(*SLOT) else { return Answer::Refuse(X509_V_ERR_UNSPECIFIED) };
    catch_unwind(AssertUnwindSafe(|| hearing.hear(sent))).unwrap_or(Answer::Refuse(X509_V_ERR_UNSPECIFIED))
}

/// Called by OpenSSL for a session that the client would resume; a panic counts as none.
pub(super) fn recollect(ssl: &SslRef, id: &[u8]) -> Option<Vec<u8>> {
    let hearing = ssl.ex_data(*SLOT)?;
    catch_unwind(AssertUnwindSafe(|| hearing.recollect(id))).unwrap_or_default()
}

/// Called by OpenSSL for every session that it made.
pub(super) fn keep(ssl: &SslRef, session: &SslSession) {
    let Some(hearing) = ssl.ex_data(*SLOT) else { return };
    let _ = catch_unwind(AssertUnwindSafe(|| hearing.keep(session, ssl.session_reused())));
}
