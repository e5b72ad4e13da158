//! Calls as the org saw them, phase by phase, counted event by event in bounded memory: granted, refused, and for how
//! long they failed. Who is to blame is `culprit`'s.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::plan::Which;
use crate::journal::event::{Handshake, Request};
use crate::journal::{Event, Kind};
use crate::org::Door;

/// What a client showed on a connection.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Shown {
    /// One of the two.
    Known(Which),
    Nothing,
    /// Another certificate, by its subject.
    Other(String),
}

/// A call that was refused.
#[derive(Clone, Debug)]
pub(super) struct Refused {
    pub event: Arc<Event>,
    pub shown: Shown,
}

/// The calls of a phase.
#[derive(Clone, Debug, Default)]
pub(super) struct Calls {
    /// Granted to users who are held to the certificate, by which one.
    pub by_old: u64,
    pub by_new: u64,
    /// By another one that is uploaded.
    pub by_other: u64,
    /// Granted on the mutual door to users who are held to nothing: they prove nothing.
    pub free: u64,
    pub refused: u64,
    pub first_refused: Option<Refused>,
    /// Calls that showed each of them, whatever came of it.
    showed_old: u64,
    showed_new: u64,
}

impl Calls {
    /// To users who are held to the certificate.
    pub(super) fn granted(&self) -> u64 {
        self.by_old + self.by_new + self.by_other
    }

    /// So many were granted by this one.
    pub(super) fn by(&self, which: Which) -> u64 {
        match which {
            Which::New => self.by_new,
            Which::Old => self.by_old,
        }
    }

    /// So many showed this one.
    pub(super) fn showed(&self, which: Which) -> u64 {
        match which {
            Which::New => self.showed_new,
            Which::Old => self.showed_old,
        }
    }
}

/// A time in which calls failed: from the first that was refused to the next that was granted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    /// On the org's clock, and on the wall's.
    pub from: (Timestamp, Timestamp),
    pub until: (Timestamp, Timestamp),
    /// The places of the phases in which it began and ended.
    pub phases: (usize, usize),
    /// Whether a call was granted at its end.
    pub recovered: bool,
}

impl Window {
    pub(super) fn org(&self) -> SignedDuration {
        self.until.0.duration_since(self.from.0)
    }

    pub(super) fn wall(&self) -> SignedDuration {
        self.until.1.duration_since(self.from.1)
    }
}

/// All of it.
#[derive(Debug)]
pub(super) struct Tally {
    old: String,
    new: String,
    /// In lower case.
    enforced: HashSet<String>,
    connections: BTreeMap<u64, Shown>,
    pub phases: Vec<Calls>,
    /// The last one may still be open.
    pub windows: Vec<Window>,
    is_open: bool,
    is_over: bool,
    /// Windows that were not kept because there are too many.
    pub more_windows: u64,
}

/// So many of the newest connections are remembered for their requests.
const MOST_CONNECTIONS: usize = 10_000;

/// So many windows are told apart.
const MOST_WINDOWS: usize = 1_000;

impl Tally {
    /// Of two leaves, by their fingerprints.
    pub(super) fn new(old: String, new: String, enforced: HashSet<String>) -> Self {
        Self {
            old,
            new,
            enforced,
            connections: BTreeMap::new(),
            phases: Vec::new(),
            windows: Vec::new(),
            is_open: false,
            is_over: false,
            more_windows: 0,
        }
    }

    /// What comes from now on is of the next phase.
    pub(super) fn begin(&mut self) {
        self.phases.push(Calls::default());
    }

    /// An event. Whether it is a call.
    pub(super) fn observe(&mut self, event: &Arc<Event>) -> bool {
        match &event.kind {
            _ if self.is_over => false,
            Kind::Handshake(handshake) => self.handshake(event, handshake),
            Kind::Request(request) => self.request(event, request),
            _ => false,
        }
    }

    /// The end of all: who is still failing does not recover, and what comes later does not count.
    pub(super) fn end(&mut self, org: Timestamp, wall: Timestamp) {
        self.close((org, wall), false);
        self.is_over = true;
    }

    fn handshake(&mut self, event: &Arc<Event>, handshake: &Handshake) -> bool {
        let shown = match handshake.resumed_from.and_then(|from| self.connections.get(&from)) {
            Some(shown) => shown.clone(),
            None => self.shown(handshake),
        };
        self.connections.insert(handshake.id, shown.clone());
        if self.connections.len() > MOST_CONNECTIONS {
            self.connections.pop_first();
        }
        let failed = matches!(handshake.ending, Some("alert-received" | "failed" | "injected" | "refused"));
        if failed {
            self.refused(event, shown);
        }
        failed
    }

    fn shown(&self, handshake: &Handshake) -> Shown {
        match handshake.certificates.first() {
            None => Shown::Nothing,
            Some(leaf) if leaf.sha256 == self.old => Shown::Known(Which::Old),
            Some(leaf) if leaf.sha256 == self.new => Shown::Known(Which::New),
            Some(leaf) => Shown::Other(leaf.subject.clone()),
        }
    }

    fn request(&mut self, event: &Arc<Event>, request: &Request) -> bool {
        let shown = self.connections.get(&request.handshake).cloned().unwrap_or(Shown::Nothing);
        // the edge's page, or a fault; a session that has ended (401) says nothing of a certificate
        let unheard = request.decision.is_none() && request.explanation.is_some();
        if request.decision == Some("refused") || unheard && matches!(request.status, 403 | 503) {
            self.refused(event, shown);
            return true;
        }
        let granted = request.decision == Some("granted") && request.action != Some("logout");
        if !granted || request.door != Some(Door::Mutual) {
            return false;
        }
        let held = request.user.as_ref().is_some_and(|user| self.enforced.contains(&user.to_lowercase()));
        self.close((event.org_time, event.wall_time), true);
        let Some(calls) = self.phases.last_mut() else { return false };
        calls.show(&shown);
        match shown {
            _ if !held => calls.free += 1,
            Shown::Known(Which::Old) => calls.by_old += 1,
            Shown::Known(Which::New) => calls.by_new += 1,
            Shown::Nothing | Shown::Other(_) => calls.by_other += 1,
        }
        true
    }

    fn refused(&mut self, event: &Arc<Event>, shown: Shown) {
        let phase = self.phases.len().saturating_sub(1);
        let Some(calls) = self.phases.last_mut() else { return };
        calls.refused += 1;
        calls.show(&shown);
        calls.first_refused.get_or_insert_with(|| Refused { event: event.clone(), shown });
        if self.is_open {
            return;
        }
        if self.windows.len() == MOST_WINDOWS {
            self.more_windows += 1;
            return;
        }
        let at = (event.org_time, event.wall_time);
        self.windows.push(Window { from: at, until: at, phases: (phase, phase), recovered: false });
        self.is_open = true;
    }

    fn close(&mut self, until: (Timestamp, Timestamp), recovered: bool) {
        let phase = self.phases.len().saturating_sub(1);
        if let Some(window) = self.windows.last_mut().filter(|_| self.is_open) {
            (window.until, window.phases.1, window.recovered) = (until, phase, recovered);
            self.is_open = false;
        }
    }
}

impl Calls {
    fn show(&mut self, shown: &Shown) {
        match shown {
            Shown::Known(Which::New) => self.showed_new += 1,
            Shown::Known(Which::Old) => self.showed_old += 1,
            Shown::Nothing | Shown::Other(_) => {}
        }
    }
}
