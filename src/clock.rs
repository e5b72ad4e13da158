//! The only source of time: the org's clock, which a scenario may move, and the wall clock, which nobody moves.
//!
//! Below this module time is a plain argument.

use std::sync::{Arc, RwLock};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// Both clocks of a running org; clones share them.
#[derive(Clone, Debug)]
pub struct Clock(Arc<RwLock<Hands>>);

#[derive(Clone, Copy, Debug)]
enum Hands {
    /// Stands until it is moved.
    Standing(Timestamp),
    /// Runs with the system's clock, shifted.
    System(SignedDuration),
}

impl Clock {
    /// An org that lives on the system's clock.
    pub fn system() -> Self {
        Self::shifted(SignedDuration::ZERO)
    }

    /// An org that lives `by` ahead of the system's clock (behind it, if negative).
    pub fn shifted(by: SignedDuration) -> Self {
        Self(Arc::new(RwLock::new(Hands::System(by))))
    }

    /// An org whose clock stands at `time` until it is moved.
    pub fn standing_at(time: Timestamp) -> Self {
        Self(Arc::new(RwLock::new(Hands::Standing(time))))
    }

    /// Moves the org's clock by `by`; it goes on standing or running as before.
    ///
    /// Returns the new time, or `None` (and moves nothing) if that lies outside the years that a timestamp can hold.
    pub fn advance(&self, by: SignedDuration) -> Option<Timestamp> {
        let mut hands = self.0.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        let (next, now) = match *hands {
            Hands::Standing(at) => {
                let now = at.checked_add(by).ok()?;
                (Hands::Standing(now), now)
            }
            Hands::System(shift) => {
                let shift = shift.checked_add(by)?;
                (Hands::System(shift), system_now().checked_add(shift).ok()?)
            }
        };
        *hands = next;
        Some(now)
    }

    /// Sets the org's clock to `time`; it goes on standing or running as before.
    pub fn set(&self, time: Timestamp) {
        let mut hands = self.0.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        *hands = match *hands {
            Hands::Standing(_) => Hands::Standing(time),
            Hands::System(_) => Hands::System(time.duration_since(system_now())),
        };
    }

    /// Sets the org's clock as another one is set: standing or running, and where.
    pub fn set_like(&self, other: &Self) {
        let hands = *other.0.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        *self.0.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = hands;
    }

    /// Whether the org's clock stands until it is moved.
    pub fn stands(&self) -> bool {
        matches!(*self.0.read().unwrap_or_else(|poisoned| poisoned.into_inner()), Hands::Standing(_))
    }

    /// The org's time: client certificates, CRLs, sessions, dates shown.
    pub fn org_now(&self) -> Timestamp {
        match *self.0.read().unwrap_or_else(|poisoned| poisoned.into_inner()) {
            Hands::Standing(at) => at,
            Hands::System(shift) => system_now().saturating_add(shift).unwrap_or(Timestamp::MAX),
        }
    }

    /// The org's time to the second, for people and for files.
    pub fn org_second(&self) -> Timestamp {
        let now = self.org_now();
        Timestamp::from_second(now.as_second()).unwrap_or(now)
    }

    /// The wall's time: the server certificate, JWT lifetimes, time-outs, the `Date` header.
    pub fn wall_now(&self) -> Timestamp {
        system_now()
    }
}

/// Measures how long something took, in real time.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// Starts now.
    #[expect(clippy::disallowed_methods, reason = "clock is the one place that asks")]
    pub fn start() -> Self {
        Self(std::time::Instant::now())
    }

    /// The time since the start.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

#[expect(clippy::disallowed_methods, reason = "clock is the one place that asks")]
fn system_now() -> Timestamp {
    Timestamp::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standing_clock_moves_only_when_told() {
        let start: Timestamp = "2029-03-01T00:00:00Z".parse().unwrap();
        let clock = Clock::standing_at(start);
        assert_eq!(clock.org_now(), start);
        clock.advance(SignedDuration::from_hours(48));
        assert_eq!(clock.org_now().to_string(), "2029-03-03T00:00:00Z");
    }

    #[test]
    fn a_clock_refuses_to_leave_the_calendar() {
        let clock = Clock::standing_at(Timestamp::MAX);
        assert_eq!(clock.advance(SignedDuration::from_hours(1)), None);
        assert_eq!(clock.org_now(), Timestamp::MAX);
    }
}
