//! The verbs on a running org: one set, called by steps, the admin door and `Running` alike; each is journaled.

use std::sync::{Arc, Mutex, MutexGuard};

use crate::clock::Clock;
use crate::journal::Journal;
use crate::org::{App, Org, Unfounded};
use crate::pki::Certificate;
use crate::pki::mint::Unmintable;
use crate::scenario::Scenario;
use crate::seed::{Chance, Seed};
use crate::store::{RefreshGrant, Snapshot, Store};

mod clients;
mod crls;
mod marks;
mod reset;
mod switches;
mod time;
mod trust;
mod uploads;
mod users;

pub use clients::RenewalKey;
pub use crls::{CrlChange, CrlError};
pub use marks::{BadMark, LONGEST_MARK};
pub use switches::{SWITCHES, SwitchError};
pub use time::OutOfCalendar;
pub use trust::TrustError;
pub use uploads::UploadError;
pub use users::UnknownUser;

pub mod edge;
pub mod identities;

use edge::EdgeError;
use identities::{Identities, MintError};

/// Why a scenario makes no org.
#[derive(Clone, Debug, thiserror::Error)]
pub enum FoundError {
    /// Its edge cannot be set up.
    #[error(transparent)]
    Edge(#[from] EdgeError),
    /// Its identities cannot be made.
    #[error(transparent)]
    Mint(#[from] MintError),
    /// The org refuses what it says.
    #[error(transparent)]
    Org(#[from] Unfounded),
}

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
    identities: Mutex<Identities>,
    /// As the scenario has it, for a reset.
    first: reset::First,
}

impl Controls {
    /// Founds the org of a scenario: mints its identities, sets up its edge, uploads its certificates. No door opens.
    pub fn found(scenario: Scenario, clock: Clock, seed: Seed, journal: Journal) -> Result<Self, FoundError> {
        let now = clock.org_now();
        let mut identities = Identities::mint(&scenario, now)?;
        identities.begin_app_keys();
        let edge = edge::found(&scenario, &mut identities, now)?;
        let leaf = |client: &identities::Client| (client.name.clone(), client.leaf.clone());
        let leaves = identities.clients().iter().map(leaf).collect();
        let org = Org::from_scenario(&scenario, &leaves, now, seed)?;
        let store = Store::new(Snapshot { org: Arc::new(org), edge: Arc::new(edge) });
        keep_refresh_tokens(&store);
        let first = reset::First { snapshot: store.snapshot(), identities: identities.clone() };
        let (tokens, ids) = (seed.stream("tokens"), seed.stream("ids"));
        let (scenario, identities) = (Arc::new(scenario), Mutex::new(identities));
        Ok(Self(Arc::new(Inner { scenario, clock, seed, tokens, ids, journal, store, identities, first })))
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

    /// The identities, with their keys.
    pub fn identities(&self) -> MutexGuard<'_, Identities> {
        self.0.identities.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// The certificate that an app's JWT assertions are checked against, if it takes any.
    ///
    /// The first to ask may wait some 100 ms for an RSA key in the making: not on a thread that serves.
    pub fn jwt_certificate(&self, app: &App) -> Result<Option<Certificate>, Unmintable> {
        let key = self.identities().app(&app.spec.name).cloned();
        key.map(|key| key.certificate().cloned()).transpose()
    }
}

/// What users gave to connected apps before the org was founded.
fn keep_refresh_tokens(store: &Store) {
    let org = &store.snapshot().org;
    for app in &org.apps {
        for (username, token) in &app.spec.refresh_tokens {
            let Some(user) = org.user_named(username) else { continue };
            let (client_id, scope) = (app.spec.client_id.clone(), app.spec.scopes.join(" "));
            store.keep_refresh(token.clone(), RefreshGrant { user_id: user.id.clone(), client_id, scope });
        }
    }
}
