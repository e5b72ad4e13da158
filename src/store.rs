//! The state of a running org: one immutable snapshot behind an atomic pointer, and what grows with use beside it.
//!
//! No lock here is held across an await, and none is held while another of them is taken.

use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, RwLock};

use arc_swap::ArcSwap;
use jiff::Timestamp;

use crate::data::Id;
use crate::org::{LoginRow, Org, Session};
use crate::pki::crl::Crl;
use crate::pki::{Certificate, Crls, Policy, TrustList};
use crate::scenario::EdgeSwitches;

mod sessions;

pub use sessions::MAX_SESSIONS;
use sessions::Sessions;

/// So many rows of login history are kept.
pub const LOGINS_KEPT: usize = 10_000;

/// The state of a running org.
#[derive(Debug)]
pub struct Store {
    snapshot: ArcSwap<Snapshot>,
    /// Held by the verb that builds the next snapshot; readers never wait for it.
    turn: Mutex<()>,
    sessions: Sessions,
    refresh: RwLock<HashMap<String, RefreshGrant>>,
    logins: RwLock<VecDeque<Arc<LoginRow>>>,
}

/// What a handshake or a request reads: never changed, only replaced.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The org: users, uploads, switches.
    pub org: Arc<Org>,
    /// What the edge judges by.
    pub edge: Arc<EdgeState>,
}

/// What the edge judges by.
#[derive(Clone, Debug)]
pub struct EdgeState {
    /// `edge.*`
    pub switches: EdgeSwitches,
    /// The part of them that validation takes.
    pub policy: Policy,
    /// The outbound CA list.
    pub trust: TrustList,
    /// Every CRL loaded: those given and those minted.
    pub crls: Crls,
    /// CRLs from files.
    pub given_crls: Vec<Arc<Crl>>,
    /// CRLs of this scenario's CAs.
    pub minted_crls: MintedCrls,
    /// The CAs that `edge.ca-names` lists by name.
    pub ca_names: Vec<Certificate>,
    /// SHA-256 of a certificate to its name in the scenario.
    pub names: Arc<HashMap<[u8; 32], Arc<str>>>,
}

/// The CRLs of a scenario's CAs, and the span in which they are current.
#[derive(Clone, Debug)]
pub struct MintedCrls {
    /// Each CA's name and its CRL, in DER and read.
    pub crls: Vec<(String, Vec<u8>, Arc<Crl>)>,
    /// The first second of the span.
    pub since: Timestamp,
    /// The last second of it.
    pub until: Timestamp,
}

impl MintedCrls {
    /// Whether they need no renewal at `now`.
    pub fn covers(&self, now: Timestamp) -> bool {
        self.since <= now && now <= self.until
    }
}

/// What a refresh token stands for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RefreshGrant {
    /// Whose.
    pub user_id: Id,
    /// The consumer key of the app it was given to.
    pub client_id: String,
    /// Scopes, space-separated.
    pub scope: String,
}

impl Store {
    /// A store that starts with this snapshot.
    pub fn new(snapshot: Snapshot) -> Self {
        Self {
            snapshot: ArcSwap::from_pointee(snapshot),
            turn: Mutex::default(),
            sessions: Sessions::default(),
            refresh: RwLock::default(),
            logins: RwLock::default(),
        }
    }

    /// The state now.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// Builds the next snapshot from the present one, and gives what `next` made besides.
    ///
    /// Verbs take turns, so `next` must not come back here, nor wait for whoever does.
    pub fn update<T>(&self, next: impl FnOnce(&Snapshot) -> (Snapshot, T)) -> T {
        let Ok(made) = self.try_update(|now| Ok::<_, Infallible>(next(now)));
        made
    }

    /// The same, unless `next` fails.
    pub fn try_update<T, E>(&self, next: impl FnOnce(&Snapshot) -> Result<(Snapshot, T), E>) -> Result<T, E> {
        let _turn = self.turn.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let (snapshot, made) = next(&self.snapshot.load())?;
        self.snapshot.store(Arc::new(snapshot));
        Ok(made)
    }

    /// Begins anew with this snapshot: no session, no refresh token, no login history.
    pub fn start_over(&self, snapshot: Snapshot) {
        self.update(|_| (snapshot, ()));
        self.sessions.clear();
        self.refresh.write().unwrap_or_else(|poisoned| poisoned.into_inner()).clear();
        self.logins.write().unwrap_or_else(|poisoned| poisoned.into_inner()).clear();
    }

    /// Keeps a session.
    pub fn open_session(&self, session: Session) {
        self.sessions.open(session);
    }

    /// The session of that token, if it lives at `now`; using it in its second half renews it.
    pub fn session(&self, token: &str, now: Timestamp) -> Option<Session> {
        self.sessions.find(token, now)
    }

    /// Ends a session; whether there was one.
    pub fn end_session(&self, token: &str) -> bool {
        self.sessions.end(token)
    }

    /// Ends every session of a user; how many there were. Refresh tokens stay good.
    pub fn expire_sessions(&self, user: &Id) -> usize {
        self.sessions.end_of_user(user)
    }

    /// Keeps a refresh token.
    pub fn keep_refresh(&self, token: String, grant: RefreshGrant) {
        self.refresh.write().unwrap_or_else(|poisoned| poisoned.into_inner()).insert(token, grant);
    }

    /// What a refresh token stands for.
    pub fn refresh(&self, token: &str) -> Option<RefreshGrant> {
        self.refresh.read().unwrap_or_else(|poisoned| poisoned.into_inner()).get(token).cloned()
    }

    /// Ends a refresh token; whether there was one.
    pub fn end_refresh(&self, token: &str) -> bool {
        self.refresh.write().unwrap_or_else(|poisoned| poisoned.into_inner()).remove(token).is_some()
    }

    /// Appends to the login history (the last [`LOGINS_KEPT`] are kept).
    pub fn record_login(&self, row: LoginRow) {
        let mut logins = self.logins.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        if logins.len() == LOGINS_KEPT {
            logins.pop_front();
        }
        logins.push_back(Arc::new(row));
    }

    /// The login history, oldest first.
    pub fn logins(&self) -> Vec<Arc<LoginRow>> {
        self.logins.read().unwrap_or_else(|poisoned| poisoned.into_inner()).iter().cloned().collect()
    }
}
