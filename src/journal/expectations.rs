//! The expectations of a run: they follow its journal, and what fails for good is told there.

use std::fmt::{self, Debug, Formatter};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use serde::Serialize;

use super::connections::Connections;
use super::event::{self, Event, Kind};
use super::expectation::{Expectation, Judgement, Outcome, story};
use super::{Journal, Subscription, line};
use crate::scenario::ExpectSpec;

/// The expectations of a run; clones share them.
#[derive(Clone)]
pub struct Expectations(Arc<Inner>);

struct Inner {
    journal: Journal,
    state: Mutex<State>,
    /// Events reach the state as long as this lives.
    subscription: Mutex<Option<Subscription>>,
}

#[derive(Default)]
struct State {
    connections: Connections,
    expectations: Vec<Expectation>,
    /// The place up to which they have seen the journal.
    seen: u64,
    /// Events are left in the journal until the run is over.
    held: bool,
    finished: bool,
}

/// What a run has shown of what was expected of it.
#[derive(Clone, Debug, Serialize)]
pub struct Verdict {
    /// Whether every expectation is met.
    pub holds: bool,
    /// One each, in the order of the scenario.
    pub expectations: Vec<Judgement>,
}

impl Expectations {
    /// Follows a journal from now on.
    pub fn follow(journal: &Journal, specs: impl IntoIterator<Item = ExpectSpec>) -> Self {
        let expectations = specs.into_iter().map(Expectation::new).collect();
        let state = Mutex::new(State { expectations, seen: journal.last_seq(), ..State::default() });
        let this = Self(Arc::new(Inner { journal: journal.clone(), state, subscription: Mutex::default() }));
        // one that expects nothing costs nothing
        if !this.0.state().expectations.is_empty() {
            this.0.listen();
        }
        this
    }

    /// One more, for what happens from now on.
    pub fn add(&self, spec: ExpectSpec) {
        self.caught_up(|state| state.expectations.push(Expectation::new(spec)));
        self.0.listen();
    }

    /// How they stand now.
    pub fn verdict(&self) -> Verdict {
        self.caught_up(|state| state.verdict())
    }

    /// Looks at no more events until [`finish_without`](Self::finish_without): some that follow are not the client's.
    pub fn hold(&self) {
        self.caught_up(|state| state.held = true);
    }

    /// The run is over: what is not met by now has failed, and the journal tells.
    pub fn finish(&self) -> Verdict {
        self.finish_without(|_| false)
    }

    /// The same, but for events that are of no interest.
    pub fn finish_without(&self, ignored: impl Fn(&Event) -> bool) -> Verdict {
        let mut state = self.0.state();
        state.held = false;
        let mut failed = self.0.catch_up(&mut state, ignored);
        state.finished = true;
        failed.extend(state.expectations.iter_mut().filter_map(|one| one.finish().then(|| told(one))));
        let verdict = state.verdict();
        drop(state);
        self.0.tell(failed);
        verdict
    }

    /// The state, once it has seen all that was appended.
    fn caught_up<T>(&self, then: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.0.state();
        let failed = self.0.catch_up(&mut state, |_| false);
        let answer = then(&mut state);
        drop(state);
        self.0.tell(failed);
        answer
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn listen(self: &Arc<Self>) {
        let mut subscription = self.subscription.lock().unwrap_or_else(PoisonError::into_inner);
        if subscription.is_none() {
            let this: Weak<Self> = Arc::downgrade(self);
            *subscription = Some(self.journal.subscribe(move |event| {
                if let Some(this) = this.upgrade() {
                    this.observe(event);
                }
            }));
        }
    }

    /// Called in order, by whichever thread delivers: it may lag behind what has been appended.
    fn observe(&self, event: &Arc<Event>) {
        let mut state = self.state();
        let mut failed = Vec::new();
        if event.seq > state.seen + 1 {
            let missed = self.journal.since(state.seen);
            failed = missed.iter().filter(|missed| missed.seq < event.seq).flat_map(|one| state.observe(one)).collect();
        }
        failed.extend(state.observe(event));
        drop(state);
        self.tell(failed);
    }

    /// Takes what has been appended and is not delivered yet; what the journal must be told.
    fn catch_up(&self, state: &mut State, ignored: impl Fn(&Event) -> bool) -> Vec<Kind> {
        let events = self.journal.since(state.seen);
        // where the ring has lost some, they are still on their way
        if !state.expectations.is_empty() && events.first().is_some_and(|event| event.seq > state.seen + 1) {
            return Vec::new();
        }
        events.iter().filter(|event| !ignored(event)).flat_map(|event| state.observe(event)).collect()
    }

    fn tell(&self, failed: Vec<Kind>) {
        for kind in failed {
            self.journal.append(kind);
        }
    }
}

impl State {
    /// What the journal must be told.
    fn observe(&mut self, event: &Arc<Event>) -> Vec<Kind> {
        if self.finished || self.held || event.seq <= self.seen {
            return Vec::new();
        }
        self.seen = event.seq;
        self.connections.observe(event);
        let connections = &self.connections;
        let failing = |one: &mut Expectation| one.observe(event, connections).then(|| told(one));
        self.expectations.iter_mut().filter_map(failing).collect()
    }

    fn verdict(&self) -> Verdict {
        let expectations: Vec<Judgement> = self.expectations.iter().map(Expectation::judgement).collect();
        Verdict { holds: expectations.iter().all(|one| one.outcome == Outcome::Met), expectations }
    }
}

impl Verdict {
    /// The whole verdict as text, failures with the events that show them.
    pub fn text(&self) -> String {
        self.expectations.iter().map(|judgement| line::plain(&story::lines(judgement))).collect()
    }
}

/// A failure as the journal has it.
fn told(expectation: &Expectation) -> Kind {
    let Judgement { name, expected, found, events, .. } = expectation.judgement();
    let events = events.iter().map(|seen| seen.event.seq).collect();
    Kind::Expectation(Box::new(event::FailedExpectation { name, expected, found, events }))
}

impl Debug for Expectations {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "Expectations({})", self.0.state().expectations.len())
    }
}
