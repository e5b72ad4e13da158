//! The state of a running org: one immutable snapshot behind an atomic pointer, and what grows with use beside it.
//!
//! With a [`Disk`] whatever is told here outlives the process before it is answered; without one nothing is written. No
//! lock here is held across an await, and none is held while another of them is taken.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use jiff::Timestamp;

use crate::data::Id;
use crate::org::{LoginRow, Org, Session};
use crate::pki::crl::Crl;
use crate::pki::{Certificate, Crls, Policy, Remembered, TrustList};
use crate::scenario::{EdgeSwitches, ServerShown};

mod bounded;
mod browsers;
mod codes;
mod commits;
mod devices;
mod disk;
mod folder;
mod founding;
mod logins;
mod parts;
mod refresh_tokens;
mod sessions;

pub use browsers::{Browsers, MAX_BROWSERS, MAX_CONSENTS, MAX_PASSES, PASS_TIMEOUT};
pub use codes::{CODE_TIMEOUT, CodeGrant, Codes, Exchanged, MAX_CODES, Spent};
pub use devices::{Answer, DEVICE_TIMEOUT, Device, Devices, MAX_DEVICES, POLL_INTERVAL, Poll};
pub use disk::{Changes, Disk, Unkept};
pub use folder::{DataError, Folder, Former};
pub use founding::Founding;
pub use logins::LOGINS_KEPT;
use logins::Logins;
pub use parts::Parts;
use parts::Places;
use refresh_tokens::RefreshTokens;
pub use refresh_tokens::{MAX_APPROVALS, REPLACED_KEPT, RefreshGrant};
pub use sessions::MAX_SESSIONS;
use sessions::Sessions;

/// The key of the record that says that everything is being put back.
const STARTING_OVER: &str = "starting-over";

/// The state of a running org.
#[derive(Debug)]
pub struct Store {
    snapshot: ArcSwap<Snapshot>,
    /// Held by the verb that builds the next snapshot; readers never wait for it.
    turn: Mutex<Places>,
    sessions: Sessions,
    refresh: RefreshTokens,
    browsers: Browsers,
    codes: Codes,
    devices: Devices,
    logins: Logins,
    disk: Option<Disk>,
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
    /// What the doors prove themselves with.
    pub server: ServerShown,
    /// Verdicts found by all this; the next state begins without any.
    pub remembered: Remembered,
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

impl Store {
    /// A store that starts with this snapshot and is forgotten with the process.
    pub fn new(snapshot: Snapshot) -> Self {
        Self {
            snapshot: ArcSwap::from_pointee(snapshot),
            turn: Mutex::default(),
            sessions: Sessions::default(),
            refresh: RefreshTokens::default(),
            browsers: Browsers::default(),
            codes: Codes::default(),
            devices: Devices::default(),
            logins: Logins::default(),
            disk: None,
        }
    }

    /// A store that starts with this snapshot and keeps it, and `more`, on an empty disk.
    pub fn founded(snapshot: Snapshot, disk: Disk, more: Changes) -> Result<Self, Unkept> {
        let (mut places, mut changes) = (Places::default(), more);
        places.changes(None, &snapshot, &mut changes);
        disk.commit_many(changes)?;
        Ok(Self { turn: Mutex::new(places), disk: Some(disk), ..Self::new(snapshot) })
    }

    /// The store of an org that was kept: `snapshot` is what became of `parts`.
    pub fn restored(snapshot: Snapshot, parts: Parts, disk: Disk) -> Result<Self, DataError> {
        Ok(Self {
            turn: Mutex::new(parts.places),
            sessions: Sessions::read(&disk)?,
            refresh: RefreshTokens::read(&disk)?,
            logins: Logins::read(&disk)?,
            disk: Some(disk),
            ..Self::new(snapshot)
        })
    }

    /// The folder that outlives the process, if there is one.
    pub fn folder(&self) -> Option<&Path> {
        self.disk.as_ref().map(|disk| disk.folder().path())
    }

    /// The state now.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// Builds the next snapshot from the present one, and gives what `next` made besides.
    ///
    /// What differs is kept before anybody sees it. Verbs take turns, so `next` must not come back here, nor wait for
    /// whoever does.
    pub fn update<T>(&self, next: impl FnOnce(&Snapshot) -> (Snapshot, T)) -> Result<T, Unkept> {
        self.try_update(|now| Ok::<_, Unkept>(next(now)))
    }

    /// The same, unless `next` fails.
    pub fn try_update<T, E: From<Unkept>>(
        &self,
        next: impl FnOnce(&Snapshot) -> Result<(Snapshot, T), E>,
    ) -> Result<T, E> {
        self.update_with(|_| (), next)
    }

    /// The same; what `more` says is kept together with what differs, or not at all.
    pub fn update_with<T, E: From<Unkept>>(
        &self,
        more: impl FnOnce(&mut Changes),
        next: impl FnOnce(&Snapshot) -> Result<(Snapshot, T), E>,
    ) -> Result<T, E> {
        let mut turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.snapshot.load();
        let (snapshot, made) = next(&now)?;
        if let Some(disk) = &self.disk {
            let (mut places, mut changes) = (turn.clone(), Changes::default());
            places.changes(Some(&now), &snapshot, &mut changes);
            more(&mut changes);
            disk.commit(changes)?;
            *turn = places;
        }
        self.snapshot.store(Arc::new(snapshot));
        Ok(made)
    }

    /// Begins anew with this snapshot, and with what `more` says: no session, no refresh token, no login history.
    ///
    /// That may be too much for one batch, so the disk remembers that it was begun until [`started_over`] says that it
    /// is done.
    ///
    /// [`started_over`]: Self::started_over
    pub fn start_over(&self, snapshot: Snapshot, more: impl FnOnce(&mut Changes)) -> Result<(), Unkept> {
        let mut turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let disk = self.disk.as_ref();
        if let Some(disk) = disk {
            self.keep(|changes| changes.put(STARTING_OVER, &true))?;
            let (mut places, mut changes) = (turn.clone(), Changes::default());
            places.changes(Some(&self.snapshot.load()), &snapshot, &mut changes);
            more(&mut changes);
            disk.commit_many(changes)?;
            *turn = places;
        }
        self.snapshot.store(Arc::new(snapshot));
        self.sessions.end_all(disk)?;
        self.refresh.end_all(disk)?;
        self.logins.forget_all(disk)?;
        self.browsers.clear();
        self.codes.clear();
        self.devices.clear();
        Ok(())
    }

    /// Everything begins anew by now.
    pub fn started_over(&self) -> Result<(), Unkept> {
        self.keep(|changes| changes.remove(STARTING_OVER))
    }

    /// Whether an earlier process began to start over, and did not come to its end.
    pub fn is_starting_over(&self) -> Result<bool, DataError> {
        let begun = self.disk.as_ref().map(|disk| disk.read::<bool>(STARTING_OVER)).transpose()?;
        Ok(begun.flatten().is_some())
    }

    /// Replaces the snapshot by one that differs only in what is made anew at each start.
    pub fn refresh_snapshot(&self, next: impl FnOnce(&Snapshot) -> Snapshot) {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let next = next(&self.snapshot.load());
        self.snapshot.store(Arc::new(next));
    }

    /// Keeps records that no snapshot has.
    pub fn keep(&self, records: impl FnOnce(&mut Changes)) -> Result<(), Unkept> {
        let Some(disk) = &self.disk else { return Ok(()) };
        let mut changes = Changes::default();
        records(&mut changes);
        disk.commit(changes)
    }

    /// Keeps a session.
    pub fn open_session(&self, session: Session) -> Result<(), Unkept> {
        self.sessions.open(self.disk.as_ref(), session, |_| ())
    }

    /// Keeps a session and the row of the login that opened it, both or neither.
    pub fn log_in(&self, session: Session, row: LoginRow) -> Result<(), Unkept> {
        let row = self.logins.numbered(row);
        self.sessions.open(self.disk.as_ref(), session, |changes| row.keep(changes))?;
        self.logins.push(row, self.disk.as_ref());
        Ok(())
    }

    /// The session of that token, if it lives at `now`; using it in its second half renews it.
    pub fn session(&self, token: &str, now: Timestamp) -> Option<Session> {
        self.sessions.find(self.disk.as_ref(), token, now)
    }

    /// The same without using it: nothing is renewed.
    pub fn peek_session(&self, token: &str, now: Timestamp) -> Option<Session> {
        self.sessions.peek(token, now)
    }

    /// Ends a session; whether there was one.
    pub fn end_session(&self, token: &str) -> Result<bool, Unkept> {
        self.sessions.end(self.disk.as_ref(), token)
    }

    /// Ends every session of a user, in browsers too; how many there were. Refresh tokens stay good.
    pub fn expire_sessions(&self, user: &Id) -> Result<usize, Unkept> {
        Ok(self.sessions.end_of_user(self.disk.as_ref(), user)? + self.browsers.end_of_user(user))
    }

    /// The browsers that users have logged in to, and what users let apps do.
    pub fn browsers(&self) -> &Browsers {
        &self.browsers
    }

    /// The authorization codes.
    pub fn codes(&self) -> &Codes {
        &self.codes
    }

    /// The devices that wait for their user.
    pub fn devices(&self) -> &Devices {
        &self.devices
    }

    /// Gives a refresh token; a user's app holds at most [`MAX_APPROVALS`], so the oldest may end.
    pub fn give_refresh(&self, token: String, grant: RefreshGrant) -> Result<(), Unkept> {
        self.refresh.give(self.disk.as_ref(), token, grant)
    }

    /// Gives a refresh token in another's place, which ends; false if that one had been replaced or had ended already.
    ///
    /// Both at once, so that whoever finds the old one gone finds its successor.
    pub fn replace_refresh(&self, old: &str, new: String) -> Result<bool, Unkept> {
        self.refresh.replace(self.disk.as_ref(), old, new)
    }

    /// Ends the token of that app that took the place of one that comes back: whether there was one.
    pub fn end_successor(&self, replaced: &str, client_id: &str) -> Result<bool, Unkept> {
        self.refresh.end_successor(self.disk.as_ref(), replaced, client_id)
    }

    /// What a refresh token stands for.
    pub fn refresh(&self, token: &str) -> Option<RefreshGrant> {
        self.refresh.find(token)
    }

    /// Ends a refresh token; whether there was one.
    pub fn end_refresh(&self, token: &str) -> Result<bool, Unkept> {
        self.refresh.end(self.disk.as_ref(), token)
    }

    /// Appends to the login history (the last [`LOGINS_KEPT`] are kept).
    pub fn record_login(&self, row: LoginRow) -> Result<(), Unkept> {
        let row = self.logins.numbered(row);
        self.keep(|changes| row.keep(changes))?;
        self.logins.push(row, self.disk.as_ref());
        Ok(())
    }

    /// The login history, oldest first.
    pub fn logins(&self) -> Vec<Arc<LoginRow>> {
        self.logins.rows()
    }
}
