//! The verbs on a running org: one set, called by steps, the admin door and `Running` alike; each is journaled.

use std::sync::Arc;

use crate::clock::Clock;
use crate::journal::Journal;
use crate::org::Org;
use crate::scenario::Scenario;
use crate::seed::{Chance, Seed};
use crate::store::{EdgeState, Snapshot, Store};

mod switches;
mod time;
mod trust;
mod uploads;
mod users;

pub use switches::{SWITCHES, SwitchError};
pub use time::OutOfCalendar;
pub use trust::TrustError;
pub use uploads::UploadError;
pub use users::UnknownUser;

/// A running org's state and the verbs on it; clones share it.
#[derive(Clone, Debug)]
pub struct Controls(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    scenario: Arc<Scenario>,
    clock: Clock,
    seed: Seed,
    tokens: Chance,
    ids: Chance,
    journal: Journal,
    store: Store,
}

impl Controls {
    /// The verbs on an org that was just made of its scenario.
    pub fn new(scenario: Arc<Scenario>, org: Org, edge: EdgeState, clock: Clock, seed: Seed, journal: Journal) -> Self {
        let store = Store::new(Snapshot { org: Arc::new(org), edge: Arc::new(edge) });
        let (tokens, ids) = (seed.stream("tokens"), seed.stream("ids"));
        Self(Arc::new(Inner { scenario, clock, seed, tokens, ids, journal, store }))
    }

    /// The scenario that the org was made of.
    pub fn scenario(&self) -> &Arc<Scenario> {
        &self.0.scenario
    }

    /// Both clocks.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The run's seed.
    pub fn seed(&self) -> Seed {
        self.0.seed
    }

    /// Chance for session and refresh tokens.
    pub fn tokens(&self) -> &Chance {
        &self.0.tokens
    }

    /// Chance for record ids.
    pub fn ids(&self) -> &Chance {
        &self.0.ids
    }

    /// The journal.
    pub fn journal(&self) -> &Journal {
        &self.0.journal
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// The state now.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.0.store.snapshot()
    }
}
