//! Which steps have been played, for an org that outlives its process: a step is written down before its verb begins, so
//! that nothing is played twice, and once more when it is done.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Film;
use crate::controls::Controls;
use crate::scenario::Scenario;
use crate::scenario::step::Trigger;
use crate::store::{Changes, DataError, Disk, Unkept};

/// How far a step has come.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Played {
    /// Its verb may be done or not: the process may have ended in it.
    Begun,
    /// Its verb is done.
    Done,
    /// Its verb could not be done.
    Failed,
}

const STEP: &str = "step/";
/// The moment from which the moments of steps are counted, once it is another than the founding's.
const START: &str = "film";

impl Film {
    /// The film of an org that was founded at `founded`, as it was kept.
    pub(in crate::controls) fn read(disk: &Disk, scenario: &Scenario, founded: Timestamp) -> Result<Self, DataError> {
        let film = Self::new(scenario, disk.read(START)?.unwrap_or(founded));
        for (rest, played) in disk.list::<Played>(STEP)? {
            let at = rest.parse::<usize>().ok().filter(|at| *at < film.steps.len());
            let at = at.ok_or_else(|| disk.folder().damaged(&format!("a key {STEP}{rest}")))?;
            let mut state = film.state();
            state.taken[at] = true;
            if played == Played::Begun {
                state.cut_short.push(at);
            }
        }
        Ok(film)
    }
}

impl Controls {
    pub(super) fn keep_step(&self, at: usize, played: Played) -> Result<(), Unkept> {
        self.store().keep(|changes| changes.put(key(at), &played))
    }

    /// Tells of the step in which the process ended, and of those whose moment was over when the org was founded.
    pub(super) fn skip_what_is_over(&self) {
        let film = &self.0.film;
        // taken first: whoever watches events asks for the state while they are told
        let cut_short = std::mem::take(&mut film.state().cut_short);
        for at in cut_short {
            let found = "mockorg was stopped while the step was played; it is not played again";
            self.tell_of_step(at, Some(&self.failure(at, found)));
            let _ = self.keep_step(at, Played::Failed);
        }
        let over = film.state().take_over();
        for at in over {
            if let Trigger::At(when) = film.steps[at].trigger {
                let start = film.state().start;
                let found =
                    format!("its moment, {}, was over when the org was founded, at {start}", when.resolve(start));
                self.tell_of_step(at, Some(&self.failure(at, &found)));
                let _ = self.keep_step(at, Played::Failed);
            }
        }
    }
}

/// Nothing is played any more, and the moments of steps are counted from `start`.
pub(in crate::controls) fn forget(steps: usize, start: Timestamp, changes: &mut Changes) {
    (0..steps).for_each(|at| changes.remove(key(at)));
    changes.put(START, &start);
}

fn key(at: usize) -> String {
    format!("{STEP}{at:010}")
}
