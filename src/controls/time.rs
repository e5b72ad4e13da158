//! Moving the org's clock. The wall clock is nobody's to move.

use std::sync::PoisonError;

use jiff::{SignedDuration, Timestamp};

use super::Controls;
use super::film::Goal;
use crate::clock::Hands;
use crate::store::{Changes, Unkept};

/// Why the clock stays as it is.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ClockError {
    /// A clock cannot leave the years that a timestamp can hold.
    #[error("moving the clock by {0:#} leaves the calendar")]
    OutOfCalendar(SignedDuration),
    /// The data folder refuses it.
    #[error(transparent)]
    Unkept(#[from] Unkept),
}

impl Controls {
    /// Moves the org's clock by a duration (back, if negative); the time it shows then. Steps of the scenario whose moment
    /// lies on the way are played, each while the clock stands at its moment.
    pub fn advance(&self, by: SignedDuration) -> Result<Timestamp, ClockError> {
        self.travel(Goal::By(by))
    }

    /// Sets the org's clock; it goes on standing or running as before. Steps on the way are played as by
    /// [`advance`](Self::advance).
    pub fn set_clock(&self, time: Timestamp) -> Result<Timestamp, ClockError> {
        self.travel(Goal::To(time))
    }

    pub(super) fn set_hands(&self, next: Hands) -> Result<Timestamp, ClockError> {
        let _turn = self.0.clock_turn.lock().unwrap_or_else(PoisonError::into_inner);
        self.store().keep(|changes| keep(next, changes))?;
        self.clock().set_hands(next);
        Ok(next.show())
    }
}

/// The key of the clock's record.
pub(super) const CLOCK: &str = "clock";

pub(super) fn keep(hands: Hands, changes: &mut Changes) {
    changes.put(CLOCK, &hands);
}
