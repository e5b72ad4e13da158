//! The only source of time: the org's clock, which a scenario may move, and the wall clock, which nobody moves.
//!
//! Below this module time is a plain argument.

use std::sync::{Arc, RwLock};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Both clocks of a running org; clones share them.
#[derive(Clone, Debug)]
pub struct Clock(Arc<RwLock<Hands>>);

/// How the org's clock is set.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hands {
    /// Stands until it is moved.
    Standing(Timestamp),
    /// Runs with the system's clock, shifted.
    System(SignedDuration),
    /// Runs at a pace of its own, and no further than `until`.
    Paced {
        /// The time that it showed …
        from: Timestamp,
        /// … when the wall's clock showed this.
        since: Timestamp,
        /// How fast.
        pace: Pace,
        /// Where it waits.
        #[serde(default)]
        until: Option<Timestamp>,
    },
}

/// How fast an org's clock runs that would stand: so much for so much of the wall's time.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Pace {
    by: SignedDuration,
    per: SignedDuration,
}

impl Pace {
    /// Both are more than nothing; slower than a nanosecond a second, or faster than a thousand years, is no pace.
    pub fn new(by: SignedDuration, per: SignedDuration) -> Option<Self> {
        (by.is_positive() && per.is_positive()).then_some(Self { by, per })
    }

    /// How far the org's clock goes while the wall's goes so far.
    pub fn of_wall(self, wall: SignedDuration) -> SignedDuration {
        scaled(wall, self.by, self.per)
    }

    /// How long the wall's clock takes until the org's has gone so far: never too short.
    pub fn of_org(self, org: SignedDuration) -> SignedDuration {
        scaled(org, self.per, self.by).saturating_add(SignedDuration::from_nanos(1))
    }
}

fn scaled(what: SignedDuration, by: SignedDuration, per: SignedDuration) -> SignedDuration {
    let nanos = what.as_nanos().checked_mul(by.as_nanos()).map(|nanos| nanos / per.as_nanos());
    let most = SignedDuration::MAX;
    let Some(nanos) = nanos else { return if what.is_negative() { -most } else { most } };
    let (seconds, rest) = (nanos.div_euclid(1_000_000_000), nanos.rem_euclid(1_000_000_000));
    i64::try_from(seconds).map_or(most, |seconds| SignedDuration::new(seconds, rest as i32))
}

impl Clock {
    /// An org that lives on the system's clock.
    pub fn system() -> Self {
        Self::shifted(SignedDuration::ZERO)
    }

    /// An org that lives `by` ahead of the system's clock (behind it, if negative).
    pub fn shifted(by: SignedDuration) -> Self {
        Self::from(Hands::System(by))
    }

    /// An org whose clock stands at `time` until it is moved.
    pub fn standing_at(time: Timestamp) -> Self {
        Self::from(Hands::Standing(time))
    }

    /// How it is set.
    pub fn hands(&self) -> Hands {
        *self.0.read().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Sets it.
    pub fn set_hands(&self, hands: Hands) {
        *self.0.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = hands;
    }

    /// Moves the org's clock by `by`; it goes on standing or running as before.
    ///
    /// Returns the new time, or `None` (and moves nothing) if that lies outside the years that a timestamp can hold.
    pub fn advance(&self, by: SignedDuration) -> Option<Timestamp> {
        let mut hands = self.0.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        let next = hands.moved(by)?;
        *hands = next;
        Some(next.show())
    }

    /// Sets the org's clock to `time`; it goes on standing or running as before.
    pub fn set(&self, time: Timestamp) {
        let mut hands = self.0.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        *hands = hands.set_to(time);
    }

    /// Whether the org's clock stands until it is moved.
    pub fn stands(&self) -> bool {
        matches!(self.hands(), Hands::Standing(_))
    }

    /// The org's time: client certificates, CRLs, sessions, dates shown.
    pub fn org_now(&self) -> Timestamp {
        self.hands().show()
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

impl From<Hands> for Clock {
    fn from(hands: Hands) -> Self {
        Self(Arc::new(RwLock::new(hands)))
    }
}

impl Hands {
    /// Runs from `at` on, beginning now.
    pub fn paced(at: Timestamp, pace: Pace) -> Self {
        Self::Paced { from: at, since: system_now(), pace, until: None }
    }

    /// The same, but that a paced clock waits at `until`; where it is now it goes on from.
    pub fn until(self, until: Option<Timestamp>) -> Self {
        match self {
            Self::Paced { pace, .. } => Self::Paced { from: self.show(), since: system_now(), pace, until },
            other => other,
        }
    }

    /// As it goes on after the process that kept it has ended: a paced clock from where it was kept.
    pub fn taken_up(self) -> Self {
        match self {
            Self::Paced { from, pace, .. } => Self::paced(from, pace),
            other => other,
        }
    }

    /// How long the wall's clock takes until this one has gone so far; `None` if it stands.
    pub fn wall_time(self, org: SignedDuration) -> Option<SignedDuration> {
        match self {
            Self::Standing(_) => None,
            Self::System(_) => Some(org),
            Self::Paced { pace, .. } => Some(pace.of_org(org)),
        }
    }

    /// Moved by `by`; `None` if the time shown then lies outside the years that a timestamp can hold.
    pub fn moved(self, by: SignedDuration) -> Option<Self> {
        match self {
            Self::Standing(at) => at.checked_add(by).ok().map(Self::Standing),
            Self::System(shift) => {
                let shift = shift.checked_add(by)?;
                system_now().checked_add(shift).ok().map(|_| Self::System(shift))
            }
            Self::Paced { pace, .. } => self.show().checked_add(by).ok().map(|at| Self::paced(at, pace)),
        }
    }

    /// Set to `time`: standing or running as before.
    pub fn set_to(self, time: Timestamp) -> Self {
        match self {
            Self::Standing(_) => Self::Standing(time),
            Self::System(_) => Self::System(time.duration_since(system_now())),
            Self::Paced { pace, .. } => Self::paced(time, pace),
        }
    }

    /// The time that they show now.
    pub fn show(self) -> Timestamp {
        match self {
            Self::Standing(at) => at,
            Self::System(shift) => system_now().saturating_add(shift).unwrap_or(Timestamp::MAX),
            Self::Paced { from, since, pace, until } => {
                // the wall's clock may be set back; the org's then stands until it has caught up
                let gone = system_now().duration_since(since).max(SignedDuration::ZERO);
                let time = from.saturating_add(pace.of_wall(gone)).unwrap_or(Timestamp::MAX);
                until.map_or(time, |until| time.min(until.max(from)))
            }
        }
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
