//! What a test expects of a client: said in code, and awaited without sleeping.

use std::fmt::{self, Display, Formatter};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::timeout;

use super::Running;
use crate::journal::expectation::{Expectation, story};
use crate::journal::{Connections, Event, Pattern, Verdict, line};
use crate::scenario::ExpectSpec;

/// Nothing like it happened in time; says what came nearest.
#[derive(Clone, Debug, thiserror::Error)]
pub struct Missed {
    within: Duration,
    nearest: String,
}

impl Display for Missed {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "nothing like it within {:?}\n{}", self.within, self.nearest.trim_end())
    }
}

impl Running {
    /// One more expectation, besides those of the scenario, for what happens from now on.
    pub fn expect(&self, spec: ExpectSpec) {
        self.expectations().add(spec);
    }

    /// How the expectations stand now.
    pub fn verdict(&self) -> Verdict {
        self.expectations().verdict()
    }

    /// Waits for an event like this that comes after the place `since` (0: since the start), and gives it.
    ///
    /// # Errors
    /// There was none within this time.
    pub async fn event(&self, wanted: &Pattern, since: u64, within: Duration) -> Result<Arc<Event>, Missed> {
        let mut watch = Watch::new(wanted, since);
        let (sender, mut events) = mpsc::unbounded_channel();
        let _subscription = self.journal().subscribe(move |event| _ = sender.send(event.clone()));
        for event in self.journal().since(0) {
            if watch.sees(&event) {
                return Ok(event);
            }
        }
        let awaited = timeout(within, async {
            loop {
                match events.recv().await {
                    Some(event) if watch.sees(&event) => return Some(event),
                    Some(_) => {}
                    None => return None,
                }
            }
        });
        match awaited.await {
            Ok(Some(event)) => Ok(event),
            Ok(None) | Err(_) => Err(Missed { within, nearest: watch.nearest() }),
        }
    }
}

/// What has been seen on the way to an event.
struct Watch<'a> {
    wanted: &'a Pattern,
    since: u64,
    seen: u64,
    connections: Connections,
    expectation: Expectation,
}

impl<'a> Watch<'a> {
    fn new(wanted: &'a Pattern, since: u64) -> Self {
        let expectation = Expectation::new(ExpectSpec::at_least(1, wanted.clone()));
        Self { wanted, since, seen: 0, connections: Connections::new(), expectation }
    }

    fn sees(&mut self, event: &Arc<Event>) -> bool {
        if event.seq <= self.seen {
            return false;
        }
        self.seen = event.seq;
        self.connections.observe(event);
        if event.seq <= self.since {
            return false;
        }
        self.expectation.observe(event, &self.connections);
        self.wanted.matches(event, &self.connections)
    }

    fn nearest(mut self) -> String {
        self.expectation.finish();
        line::plain(&story::lines(&self.expectation.judgement()))
    }
}

impl Verdict {
    /// For tests: nothing if every expectation is met.
    ///
    /// # Panics
    /// If one is not, with [`text`](Self::text).
    #[track_caller]
    pub fn assert_met(&self) {
        assert!(self.holds, "not every expectation is met\n{}", self.text());
    }
}
