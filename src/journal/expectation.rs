//! Whether a run shows what is expected of it, judged event by event in bounded memory. Who listens is `expectations`'s.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::connections::Connections;
use super::event::{Event, Kind};
use super::pattern::Pattern;
use crate::scenario::{ExpectSpec, Wanted};

mod judgement;
mod nearest;
pub mod story;

pub use judgement::{Judgement, Outcome, Seen};
use nearest::Nearest;

/// So many events that count are remembered for a failure's text, besides the one that failed it.
const MOST_SHOWN: usize = 3;

/// One expectation, as far as the run has come.
#[derive(Clone, Debug)]
pub struct Expectation {
    spec: ExpectSpec,
    window: Window,
    /// Events that counted.
    count: u64,
    /// Events of the kind that is asked for, whether they counted or not.
    of_kind: u64,
    /// The first that counted.
    first: Vec<Arc<Event>>,
    /// The end of the last one that counted, on the wall's clock.
    last: Option<Timestamp>,
    nearest: Nearest,
    failure: Option<Failure>,
}

/// Between which marks the run is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Window {
    /// `before` has come.
    Closed,
    /// What begins now counts, and what began since then on the wall's clock.
    Open(Option<Timestamp>),
    /// `after` has not come.
    Waiting,
}

/// Why it failed, and will not be met any more.
#[derive(Clone, Debug)]
enum Failure {
    /// One of `every` is not as it must be.
    Otherwise { event: Arc<Event>, differs: Vec<&'static str> },
    /// The end came with too few.
    TooFew,
    /// One more than the most.
    TooMany { event: Arc<Event> },
    /// One that did not wait.
    TooSoon { event: Arc<Event>, waited: Duration },
}

impl Expectation {
    /// Nothing has happened yet.
    pub fn new(spec: ExpectSpec) -> Self {
        let window = if spec.after.is_some() { Window::Waiting } else { Window::Open(None) };
        let nearest = Nearest::default();
        Self { spec, window, count: 0, of_kind: 0, first: Vec::new(), last: None, nearest, failure: None }
    }

    /// What is expected.
    pub fn spec(&self) -> &ExpectSpec {
        &self.spec
    }

    /// Takes the next event, which `connections` has observed; whether the expectation failed by it, for good.
    pub fn observe(&mut self, event: &Arc<Event>, connections: &Connections) -> bool {
        if self.failure.is_some() || matches!(event.kind, Kind::Expectation(_)) {
            return false;
        }
        match self.window {
            Window::Closed => {}
            Window::Waiting => self.await_opening(event, connections),
            Window::Open(since) => {
                if self.spec.before.as_ref().is_some_and(|before| before.matches(event, connections)) {
                    self.window = Window::Closed;
                    self.failure = self.too_few();
                } else if since.is_none_or(|since| began(event) >= since) {
                    self.failure = self.judge(event, connections);
                }
            }
        }
        self.failure.is_some()
    }

    /// The run is over; whether the expectation failed by that.
    pub fn finish(&mut self) -> bool {
        if self.failure.is_some() || self.window == Window::Closed {
            return false;
        }
        self.failure = self.too_few();
        self.window = if self.window == Window::Waiting { Window::Waiting } else { Window::Closed };
        self.failure.is_some()
    }

    fn await_opening(&mut self, event: &Arc<Event>, connections: &Connections) {
        let Some(after) = &self.spec.after else { return };
        if after.matches(event, connections) {
            self.window = Window::Open(Some(event.wall_time));
            self.nearest = Nearest::default();
        } else {
            self.nearest.consider(after, event, connections);
        }
    }

    /// An event between the marks.
    fn judge(&mut self, event: &Arc<Event>, connections: &Connections) -> Option<Failure> {
        let pattern = self.spec.wanted.event();
        self.of_kind += u64::from(pattern.is_of_kind(event));
        if !pattern.matches(event, connections) {
            self.nearest.consider(pattern, event, connections);
            return None;
        }
        self.count += 1;
        let before = self.last.replace(event.wall_time);
        let failure = match &self.spec.wanted {
            Wanted::Count { at_most: Some(most), .. } if self.count > *most => {
                Some(Failure::TooMany { event: event.clone() })
            }
            Wanted::Count { apart: Some(apart), .. } => before.and_then(|before| {
                let waited = began(event).duration_since(before);
                let waited = Duration::try_from(waited).unwrap_or_default();
                (waited < *apart).then(|| Failure::TooSoon { event: event.clone(), waited })
            }),
            Wanted::Every { has, .. } => {
                let differs = has.differences(event, connections);
                (!differs.is_empty()).then(|| Failure::Otherwise { event: event.clone(), differs })
            }
            Wanted::Count { .. } => None,
        };
        if failure.is_none() && self.first.len() < MOST_SHOWN {
            self.first.push(event.clone());
        }
        failure
    }

    fn too_few(&self) -> Option<Failure> {
        let missing = self.window == Window::Waiting || self.count < self.spec.wanted.at_least();
        missing.then_some(Failure::TooFew)
    }
}

impl Wanted {
    /// Which events are counted.
    pub fn event(&self) -> &Pattern {
        match self {
            Self::Count { event, .. } | Self::Every { event, .. } => event,
        }
    }

    fn at_least(&self) -> u64 {
        match self {
            Self::Count { at_least, .. } | Self::Every { at_least, .. } => *at_least,
        }
    }
}

/// When an event began, on the wall's clock: it is stamped with its end.
fn began(event: &Event) -> Timestamp {
    let took = match &event.kind {
        Kind::Handshake(handshake) => handshake.duration_us,
        Kind::Request(request) => request.duration_us,
        _ => 0,
    };
    event.wall_time.checked_sub(Duration::from_micros(took)).unwrap_or(event.wall_time)
}
