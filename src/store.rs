//! The state of a running org: one immutable snapshot behind an atomic pointer, and what grows with use beside it.

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use jiff::Timestamp;

use crate::data::Id;
use crate::org::{LoginRow, Org, Session};
use crate::pki::crl::Crl;
use crate::pki::{Certificate, Crls, Policy, TrustList};
use crate::scenario::EdgeSwitches;

/// The state of a running org.
#[derive(Debug)]
pub struct Store {
    snapshot: ArcSwap<Snapshot>,
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
        Self { snapshot: ArcSwap::from_pointee(snapshot) }
    }

    /// The state now.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// Builds the next snapshot from the present one; tried again if another verb came between.
    pub fn update(&self, next: impl Fn(&Snapshot) -> Snapshot) {
        self.snapshot.rcu(|now| next(now));
    }

    /// Keeps a session.
    pub fn open_session(&self, _session: Session) {}

    /// The session of that token, if it lives at `now`; using it in its second half renews it.
    pub fn session(&self, _token: &str, _now: Timestamp) -> Option<Session> {
        None
    }

    /// Ends a session; whether there was one.
    pub fn end_session(&self, _token: &str) -> bool {
        false
    }

    /// Keeps a refresh token.
    pub fn keep_refresh(&self, _token: String, _grant: RefreshGrant) {}

    /// What a refresh token stands for.
    pub fn refresh(&self, _token: &str) -> Option<RefreshGrant> {
        None
    }

    /// Ends a refresh token; whether there was one.
    pub fn end_refresh(&self, _token: &str) -> bool {
        false
    }

    /// Appends to the login history (the last 10,000 are kept).
    pub fn record_login(&self, _row: LoginRow) {}

    /// The login history, oldest first.
    pub fn logins(&self) -> Vec<LoginRow> {
        Vec::new()
    }
}
