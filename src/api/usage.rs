//! Counts API calls over the last 24 hours of the org's clock, for `/limits` and the headers that report them.

use std::collections::VecDeque;
use std::sync::Mutex;

use jiff::Timestamp;

/// The calls that an org may make in 24 hours.
pub const DAILY_API_REQUESTS: u64 = 15_000;

/// Calls by the hour they were made in, oldest first; at most 24 hours.
#[derive(Debug, Default)]
pub(super) struct Usage(Mutex<VecDeque<(i64, u64)>>);

impl Usage {
    /// Counts one call.
    pub fn count(&self, now: Timestamp) {
        let mut hours = self.hours(now);
        match hours.back_mut() {
            Some((hour, calls)) if *hour == hour_of(now) => *calls += 1,
            _ => hours.push_back((hour_of(now), 1)),
        }
    }

    /// How many calls the last 24 hours saw.
    pub fn used(&self, now: Timestamp) -> u64 {
        self.hours(now).iter().map(|(_, calls)| calls).sum()
    }

    /// The value of `Sforce-Limit-Info`.
    pub fn header(&self, now: Timestamp) -> String {
        format!("api-usage={}/{DAILY_API_REQUESTS}", self.used(now))
    }

    /// The hours that count; a clock that was moved back leaves none from its future.
    fn hours(&self, now: Timestamp) -> std::sync::MutexGuard<'_, VecDeque<(i64, u64)>> {
        let mut hours = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        hours.retain(|(hour, _)| (hour_of(now) - 24 < *hour) && *hour <= hour_of(now));
        hours
    }
}

fn hour_of(time: Timestamp) -> i64 {
    time.as_second().div_euclid(3_600)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_count_for_a_day() {
        let usage = Usage::default();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        usage.count(at("2026-11-24T09:00:00Z"));
        usage.count(at("2026-11-24T09:59:00Z"));
        usage.count(at("2026-11-24T23:00:00Z"));
        assert_eq!(usage.header(at("2026-11-24T23:00:00Z")), "api-usage=3/15000");
        assert_eq!(usage.used(at("2026-11-25T09:00:00Z")), 1);
    }
}
