//! `[chaos] preset = "honest"`: what the service may do at any time, drawn by the seed. What is decided here is done, and
//! told to the journal, where requests are answered.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::Controls;
use crate::scenario::fault::{Preset, RetryAfter, RetryAfterForm};
use crate::seed::{Chance, Seed};

/// Of a hundred sessions so many die early.
pub const EARLY_DEATHS: u64 = 5;

/// A session that dies early does so within so many calls.
pub const CALLS_OF_A_SHORT_LIFE: u64 = 10;

/// Of a hundred calls so many are answered by 503.
pub const UNAVAILABLE: u64 = 2;

/// How many records a page of a query's answer holds.
pub const RECORDS_OF_A_TINY_PAGE: usize = 2;

/// Sessions that are to die, and live still; further ones are let live.
pub const MOST_DOOMED: usize = 10_000;

/// What the seed does to clients.
#[derive(Debug)]
pub(super) struct Chaos {
    seed: Seed,
    busy: Chance,
    order: Chance,
    hosts: Chance,
    /// The calls that doomed sessions have left.
    doomed: Mutex<HashMap<String, u64>>,
}

impl Chaos {
    /// Nothing, where the preset is faithful.
    pub(super) fn of(preset: Preset, seed: Seed) -> Option<Self> {
        let stream = |purpose: &str| seed.stream(&format!("chaos {purpose}"));
        let (busy, order, hosts) = (stream("busy"), stream("order"), stream("hosts"));
        (preset == Preset::Honest).then(|| Self { seed, busy, order, hosts, doomed: Mutex::default() })
    }

    /// All sessions have ended.
    pub(super) fn forget_sessions(&self) {
        self.doomed.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The calls that a session has before it dies; none if it lives as long as others.
    ///
    /// By its token, which the seed made: whoever else comes and goes makes no difference.
    fn life_of(&self, token: &str) -> Option<u64> {
        let lot = self.seed.stream(&format!("chaos session {token}"));
        (lot.below(100) < EARLY_DEATHS).then(|| 1 + lot.below(CALLS_OF_A_SHORT_LIFE))
    }
}

impl Controls {
    /// Whether the seed does anything to clients.
    pub fn is_honest(&self) -> bool {
        self.0.chaos.is_some()
    }

    /// A session has been opened: the number of calls after which it will die early, if it will.
    pub fn doom(&self, token: &str) -> Option<u64> {
        let chaos = self.0.chaos.as_ref()?;
        let calls = chaos.life_of(token)?;
        let mut doomed = chaos.doomed.lock().unwrap_or_else(PoisonError::into_inner);
        if doomed.len() >= MOST_DOOMED {
            // some have ended by a logout, or their time
            let now = self.clock().org_now();
            doomed.retain(|token, _| self.store().peek_session(token, now).is_some());
            if doomed.len() >= MOST_DOOMED {
                return None;
            }
        }
        doomed.insert(token.to_owned(), calls);
        Some(calls)
    }

    /// A call is made with a session: whether it dies of that.
    pub fn dies_early(&self, token: &str) -> bool {
        let Some(chaos) = &self.0.chaos else { return false };
        let mut doomed = chaos.doomed.lock().unwrap_or_else(PoisonError::into_inner);
        match doomed.get_mut(token) {
            None => false,
            Some(0) => doomed.remove(token).is_some(),
            Some(calls) => {
                *calls -= 1;
                false
            }
        }
    }

    /// Whether a call is answered by 503, and when to try again.
    pub fn is_busy(&self) -> Option<RetryAfter> {
        let chaos = self.0.chaos.as_ref()?;
        let retry = RetryAfter { after: Duration::from_secs(1), form: RetryAfterForm::Either };
        (chaos.busy.below(100) < UNAVAILABLE).then_some(retry)
    }

    /// Chance for the order of rows that no query asks for; none if they keep their own.
    pub fn disorder(&self) -> Option<&Chance> {
        self.0.chaos.as_ref().map(|chaos| &chaos.order)
    }

    /// Chance for the host in returned URLs, where several will do.
    pub fn any_host(&self) -> Option<&Chance> {
        self.0.chaos.as_ref().map(|chaos| &chaos.hosts)
    }
}
