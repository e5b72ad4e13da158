//! The verbs on a running org: one set, called by steps, the admin door and `Running` alike; each is journaled.

use std::sync::Arc;

use crate::clock::Clock;
use crate::journal::Journal;
use crate::seed::{Chance, Seed};
use crate::store::{Snapshot, Store};

pub mod edge;
pub mod identities;

/// A running org's state and the verbs on it; clones share it.
#[derive(Clone, Debug)]
pub struct Controls(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clock: Clock,
    seed: Seed,
    tokens: Chance,
    ids: Chance,
    journal: Journal,
    store: Store,
    identities: std::sync::Mutex<identities::Identities>,
}

impl Controls {
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

    /// The identities, with their keys.
    pub fn identities(&self) -> std::sync::MutexGuard<'_, identities::Identities> {
        self.0.identities.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
