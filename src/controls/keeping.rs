//! An org that outlives its process: taken up from a data folder, or founded into one. What is kept how, the store says.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::film::Film;
use super::identities::{Identities, MintError};
use super::reset::{First, ResetError};
use super::{Controls, FoundError, Made, edge, time};
use crate::clock::{Clock, Hands};
use crate::journal::Journal;
use crate::pki::TrustList;
use crate::scenario::{Meaning, Scenario};
use crate::seed::Seed;
use crate::store::{Changes, DataError, Disk, EdgeState, Folder, Former, Founding, Parts, Snapshot, Store};

/// A data folder that was opened for a scenario.
#[derive(Debug)]
pub struct Keeping {
    disk: Disk,
    meaning: Meaning,
    /// None in a new folder.
    founding: Option<(Founding, Hands)>,
}

impl Keeping {
    /// Opens a folder for the org of `scenario`, and of `seed` if one was asked for.
    pub fn open(path: &Path, former: Former, scenario: &Scenario, seed: Option<u64>) -> Result<Self, DataError> {
        let disk = Disk::open(Folder::open(path, former)?)?;
        let meaning = scenario.meaning().map_err(|error| disk.folder().damaged(&error.to_string()))?;
        let founding = match Founding::read(&disk)? {
            None => None,
            Some(founding) => {
                founding.check(&disk, &meaning, seed)?;
                let hands = disk.need(time::CLOCK)?;
                Some((founding, hands))
            }
        };
        Ok(Self { disk, meaning, founding })
    }

    /// The seed that the org was founded with.
    pub fn seed(&self) -> Option<u64> {
        self.founding.as_ref().map(|(founding, _)| founding.seed)
    }

    /// The org's clock as it was left.
    pub fn clock(&self) -> Option<Clock> {
        self.founding.as_ref().map(|(_, hands)| Clock::from(hands.taken_up()))
    }

    /// Where the journal belongs.
    pub fn journal(&self) -> PathBuf {
        self.disk.folder().journal()
    }
}

impl Controls {
    /// Takes up the org that a folder holds, or founds it there. Keys of connected apps are made before this returns.
    pub fn kept(
        keeping: Keeping,
        scenario: Scenario,
        clock: Clock,
        seed: Seed,
        journal: Journal,
    ) -> Result<Self, FoundError> {
        let Keeping { disk, meaning, founding } = keeping;
        match founding {
            None => Self::found_on(disk, meaning, scenario, clock, seed, journal),
            Some((founding, _)) => Self::restore(disk, &founding, scenario, clock, journal),
        }
    }

    fn found_on(
        disk: Disk,
        meaning: Meaning,
        scenario: Scenario,
        clock: Clock,
        seed: Seed,
        journal: Journal,
    ) -> Result<Self, FoundError> {
        let now = clock.org_now();
        let (snapshot, identities) = super::founded(&scenario, now, seed)?;
        let mut changes = Changes::default();
        identities.keep_all(&mut changes)?;
        time::keep(clock.hands(), &mut changes);
        let store = Store::founded(snapshot, disk, changes)?;
        super::keep_refresh_tokens(&store)?;
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let founded = clock.wall_now();
        let founding = Founding { version, founded, org_time: now, seed: seed.number(), meaning };
        store.keep(|changes| founding.keep(changes))?;
        let first = First { identities: identities.clone(), now, seed };
        let film = Film::new(&scenario, now);
        Ok(Self::of(scenario, clock, seed, journal, store, Made { identities, first, film }))
    }

    fn restore(
        disk: Disk,
        founding: &Founding,
        scenario: Scenario,
        clock: Clock,
        journal: Journal,
    ) -> Result<Self, FoundError> {
        let first_seed = Seed::new(founding.seed);
        let seed = first_seed.after(Founding::restarts(&disk)?);
        let identities = Identities::read_first(&disk, &scenario)?;
        let first = First { identities, now: founding.org_time, seed: first_seed };
        let film = Film::read(&disk, &scenario, founding.org_time)?;
        let mut parts = Parts::read(&disk)?;
        let users = parts.org.users.iter().map(|user| &user.spec.username);
        // the org has apps of its own besides those of the scenario
        let has_apps = scenario.apps.iter().all(|app| parts.org.app(&app.client_id).is_some());
        if !users.eq(scenario.users.iter().map(|user| &user.username)) || !has_apps {
            return Err(disk.folder().damaged("a user or a connected app is missing").into());
        }
        let kept = Identities::read(&disk, &scenario)?;
        let mut identities = kept.clone();
        let trust = TrustList::of(std::mem::take(&mut parts.roots));
        let edge = edge::assembled(&scenario, parts.switches.clone(), trust, &mut identities, clock.org_now())?;
        let edge = EdgeState { server: parts.server, ..edge };
        let snapshot = Snapshot { org: Arc::new(parts.org.clone()), edge: Arc::new(edge) };
        let store = Store::restored(snapshot, parts, disk)?;
        store.keep(|changes| Identities::changes(&kept, &identities, changes))?;
        let starting_over = store.is_starting_over()?;
        let controls = Self::of(scenario, clock, seed, journal, store, Made { identities, first, film });
        if starting_over {
            controls.reset().map_err(|error| match error {
                ResetError::Found(error) => error,
                ResetError::Undelivered(undelivered) => MintError::Undelivered(undelivered).into(),
                ResetError::Unkept(unkept) => unkept.into(),
            })?;
        }
        Ok(controls)
    }
}
