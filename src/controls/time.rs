//! Moving the org's clock. The wall clock is nobody's to move.

use jiff::{SignedDuration, Timestamp};

use super::Controls;
use crate::journal::Kind;

/// A clock cannot leave the years that a timestamp can hold.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("moving the clock by {0:#} leaves the calendar")]
pub struct OutOfCalendar(pub SignedDuration);

impl Controls {
    /// Moves the org's clock by a duration (back, if negative); the time it shows then.
    pub fn advance(&self, by: SignedDuration) -> Result<Timestamp, OutOfCalendar> {
        let now = self.clock().advance(by).ok_or(OutOfCalendar(by))?;
        self.journal().append(Kind::Clock { change: format!("moved by {by:#}") });
        Ok(now)
    }

    /// Sets the org's clock; it goes on standing or running as before.
    pub fn set_clock(&self, time: Timestamp) {
        self.clock().set(time);
        self.journal().append(Kind::Clock { change: format!("set to {time}") });
    }
}
