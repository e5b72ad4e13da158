//! The verbs on a running org: one set, called by steps, the admin door and `Running` alike; each is journaled.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::clock::Clock;
use crate::journal::{Expectations, Explanation, Journal};
use crate::org::{App, Org, Unfounded};
use crate::pki::Certificate;
use crate::pki::mint::Unmintable;
use crate::scenario::Scenario;
use crate::seed::{Chance, Seed};
use crate::store::{DataError, RefreshGrant, Snapshot, Store, Unkept};

pub mod chaos;
mod clients;
mod crls;
mod deliveries;
mod faults;
mod film;
mod keeping;
mod marks;
mod passwords;
mod reset;
mod server;
mod signing;
mod switches;
mod time;
mod trust;
mod uploads;
mod users;

pub use clients::RenewalKey;
pub use crls::{CrlChange, CrlError};
pub use deliveries::{Undelivered, WriteFiles};
pub use faults::{FaultError, Moment, Situation};
pub use film::StepError;
pub use keeping::Keeping;
pub use marks::{BadMark, LONGEST_MARK};
pub use reset::ResetError;
pub use signing::{PublicKey, SigningKey};
pub use switches::{SWITCHES, SwitchError};
pub use time::ClockError;
pub use trust::TrustError;
pub use uploads::UploadError;
pub use users::{UnknownUser, UserError};

pub mod edge;
pub mod identities;

use chaos::Chaos;
use deliveries::Deliveries;
use edge::EdgeError;
use faults::Faults;
use film::Film;
use identities::{Identities, MintError};
use reset::First;

/// Why a scenario makes no org.
#[derive(Debug, thiserror::Error)]
pub enum FoundError {
    /// The data folder does not hold what it should.
    #[error(transparent)]
    Data(#[from] DataError),
    /// Its edge cannot be set up.
    #[error(transparent)]
    Edge(#[from] EdgeError),
    /// Its identities cannot be made.
    #[error(transparent)]
    Mint(#[from] MintError),
    /// The org refuses what it says.
    #[error(transparent)]
    Org(#[from] Unfounded),
    /// The data folder cannot be written.
    #[error(transparent)]
    Unkept(#[from] Unkept),
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
    identities: Mutex<Arc<Identities>>,
    /// Held by whoever moves the org's clock.
    clock_turn: Mutex<()>,
    signing: SigningKey,
    faults: Faults,
    /// Nothing, unless the scenario is honest.
    chaos: Option<Chaos>,
    /// As the scenario has it, for a reset.
    first: First,
    expectations: Expectations,
    film: Film,
    deliveries: Deliveries,
}

/// What a scenario, or a folder, was made into besides the snapshot.
struct Made {
    identities: Identities,
    first: First,
    film: Film,
}

impl Controls {
    /// Founds the org of a scenario: mints its identities, sets up its edge, uploads its certificates. No door opens.
    pub fn found(scenario: Scenario, clock: Clock, seed: Seed, journal: Journal) -> Result<Self, FoundError> {
        let now = clock.org_now();
        let (snapshot, identities) = founded(&scenario, now, seed)?;
        identities.begin_app_keys();
        let store = Store::new(snapshot);
        keep_refresh_tokens(&store)?;
        let first = First { identities: identities.clone(), now, seed };
        let film = Film::new(&scenario, now);
        Ok(Self::of(scenario, clock, seed, journal, store, Made { identities, first, film }))
    }

    fn of(scenario: Scenario, clock: Clock, seed: Seed, journal: Journal, store: Store, made: Made) -> Self {
        let Made { identities, first, film } = made;
        let (tokens, ids) = (seed.stream("tokens"), seed.stream("ids"));
        let expectations = Expectations::follow(&journal, scenario.expectations.iter().cloned());
        let (scenario, identities) = (Arc::new(scenario), Mutex::new(Arc::new(identities)));
        let faults = Faults::new(&scenario.faults, seed);
        let chaos = Chaos::of(scenario.chaos, seed);
        Self(Arc::new(Inner {
            scenario,
            clock,
            seed,
            tokens,
            ids,
            journal,
            store,
            identities,
            clock_turn: Mutex::default(),
            signing: SigningKey::new(),
            faults,
            chaos,
            first,
            expectations,
            film,
            deliveries: Deliveries::default(),
        }))
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

    /// What the run is expected to show.
    pub fn expectations(&self) -> &Expectations {
        &self.0.expectations
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// The state now.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.0.store.snapshot()
    }

    /// The identities as they are now, with their keys.
    pub fn identities(&self) -> Arc<Identities> {
        self.held().clone()
    }

    fn held(&self) -> MutexGuard<'_, Arc<Identities>> {
        self.0.identities.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The key that signs id tokens.
    pub fn signing(&self) -> &SigningKey {
        &self.0.signing
    }

    /// The certificate that an app's JWT assertions are checked against, if it takes any.
    ///
    /// The first to ask may wait some 100 ms for an RSA key in the making: not on a thread that serves.
    pub fn jwt_certificate(&self, app: &App) -> Result<Option<Certificate>, Unmintable> {
        let key = self.identities().app(&app.spec.name).cloned();
        key.map(|key| key.certificate().cloned()).transpose()
    }
}

/// What a scenario has at `now`, before anything happens to it.
fn founded(scenario: &Scenario, now: Timestamp, seed: Seed) -> Result<(Snapshot, Identities), FoundError> {
    let mut identities = Identities::mint(scenario, now)?;
    let snapshot = state(scenario, &mut identities, now, seed)?;
    Ok((snapshot, identities))
}

/// What a scenario has at `now` with these identities.
fn state(scenario: &Scenario, identities: &mut Identities, now: Timestamp, seed: Seed) -> Result<Snapshot, FoundError> {
    let edge = edge::found(scenario, identities, now)?;
    let leaf = |client: &Arc<identities::Client>| (client.name.clone(), client.leaf.clone());
    let leaves = identities.clients().iter().map(leaf).collect();
    let org = Org::from_scenario(scenario, &leaves, now, seed)?;
    Ok(Snapshot { org: Arc::new(org), edge: Arc::new(edge) })
}

/// Why a verb is refused for the disk's sake.
fn unkept_explanation(unkept: &Unkept) -> Explanation {
    Explanation {
        headline: format!("refused: {unkept}"),
        rule: "what is acknowledged outlives the process (--data-dir)".into(),
        expected: "a data folder that can be written".into(),
        found: unkept.cause().to_owned(),
        client: None,
        cure: "make room or mend the disk, and start mockorg again; see docs/state.md#a-disk-that-refuses".into(),
    }
}

/// What users gave to connected apps before the org was founded.
fn keep_refresh_tokens(store: &Store) -> Result<(), Unkept> {
    let org = &store.snapshot().org;
    for app in &org.apps {
        for (username, token) in &app.spec.refresh_tokens {
            let Some(user) = org.user_named(username) else { continue };
            let (client_id, scope) = (app.spec.client_id.clone(), app.spec.scopes.join(" "));
            store.give_refresh(token.clone(), RefreshGrant { user_id: user.id.clone(), client_id, scope })?;
        }
    }
    Ok(())
}
