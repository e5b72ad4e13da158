//! When, of what and with which seed a kept org was founded. Its record comes last: without it nothing was founded.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::disk::{Changes, Disk};
use super::folder::DataError;
use crate::scenario::Meaning;

/// The founding of an org.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Founding {
    /// The version of mockorg that founded it.
    pub version: String,
    /// On the wall's clock.
    pub founded: Timestamp,
    /// On the org's.
    pub org_time: Timestamp,
    /// The seed.
    pub seed: u64,
    /// What the scenario said.
    pub meaning: Meaning,
}

const FOUNDING: &str = "founding";
const STARTS: &str = "starts";

impl Founding {
    /// The founding of the org on a disk; `None` if there was none, or one that was cut short, of which nothing stays.
    pub fn read(disk: &Disk) -> Result<Option<Self>, DataError> {
        let found = disk.read(FOUNDING)?;
        if found.is_none() {
            disk.clear().map_err(|unkept| disk.folder().full(&unkept))?;
        }
        Ok(found)
    }

    /// Whether it is the founding of an org of this scenario and this seed, if one is asked for.
    pub fn check(&self, disk: &Disk, meaning: &Meaning, seed: Option<u64>) -> Result<(), DataError> {
        let folder = disk.folder().path().display().to_string();
        let changed: Vec<&str> = meaning
            .iter()
            .filter(|(table, says)| self.meaning.get(*table) != Some(says))
            .map(|(table, _)| &**table)
            .collect();
        if !changed.is_empty() || meaning.len() != self.meaning.len() {
            let ours = env!("CARGO_PKG_VERSION");
            let versions = match self.version == ours {
                true => String::new(),
                false => format!(" (or mockorg {ours} reads it differently than {} did)", self.version),
            };
            return Err(DataError::Changed { folder, founded: self.founded, tables: changed.join(", "), versions });
        }
        match seed {
            Some(given) if given != self.seed => Err(DataError::Seed { folder, stored: self.seed, given }),
            _ => Ok(()),
        }
    }

    /// Says that everything is there.
    pub fn keep(&self, changes: &mut Changes) {
        changes.put(FOUNDING, self);
    }

    /// How often the org was started again before; counted from now on.
    pub fn restarts(disk: &Disk) -> Result<u64, DataError> {
        let restarts = disk.read::<u64>(STARTS)?.unwrap_or_default() + 1;
        let mut changes = Changes::default();
        changes.put(STARTS, &restarts);
        let kept = disk.commit(changes);
        kept.map(|()| restarts).map_err(|unkept| disk.folder().full(&unkept))
    }
}
