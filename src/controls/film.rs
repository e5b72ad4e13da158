//! The film: the scenario's steps, each played once, in an order that two runs share. When a running clock reaches a
//! moment, whoever has a timer says so ([`Controls::play_due`]); everything else is noticed here.
//!
//! One thread plays at a time: whoever moves the clock, calls a step, or appends the event that sets one off. Steps that
//! come due meanwhile are left to it. Nothing is played inside another step, so nothing here calls itself.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, ThreadId};

use jiff::Timestamp;
use tokio::sync::Notify;

use crate::journal::{Connections, Event, Subscription};
use crate::scenario::step::Trigger;
use crate::scenario::{Scenario, StepSpec};

mod kept;
mod pace;
mod perform;
mod play;
mod spares;

pub(super) use kept::forget;
pub(super) use play::Goal;
pub use play::StepError;
use spares::Spares;

/// The steps of an org, and how far they have been played.
#[derive(Debug)]
pub(super) struct Film {
    steps: Vec<StepSpec>,
    state: Mutex<State>,
    /// The thread that played has done.
    free: Condvar,
    /// The clock or the steps are no longer as the timer took them to be.
    changed: Notify,
    watching: OnceLock<Subscription>,
    spares: Spares,
}

#[derive(Debug)]
struct State {
    /// Moments are counted from it.
    start: Timestamp,
    /// The moments of steps, in order; of those at one moment, in the order of the file.
    due: Vec<(Timestamp, usize)>,
    /// So many of them have been passed.
    passed: usize,
    /// Played, being played, or waiting in `queue`.
    taken: Vec<bool>,
    /// How many events each step has counted.
    counts: Vec<u64>,
    connections: Connections,
    /// Steps that were set off, in that order.
    queue: VecDeque<usize>,
    /// Where a callback of the thread that plays wants the clock.
    errands: VecDeque<Goal>,
    player: Option<ThreadId>,
    /// Events are watched, and moments come.
    begun: bool,
    /// In which an earlier process ended.
    cut_short: Vec<usize>,
}

/// The right to play, until it is dropped.
pub(super) struct Player<'a>(&'a Film);

impl Film {
    /// Nothing played; moments are counted from `start`.
    pub(super) fn new(scenario: &Scenario, start: Timestamp) -> Self {
        let steps = scenario.steps.clone();
        let state = State::new(&steps, start);
        let (free, changed, watching) = (Condvar::new(), Notify::new(), OnceLock::new());
        Self { steps, state: Mutex::new(state), free, changed, watching, spares: Spares::default() }
    }

    /// Goes back to the beginning, which is now `start`.
    pub(super) fn rewind(&self, start: Timestamp) {
        let mut state = self.state();
        let (player, begun, connections) = (state.player, state.begun, std::mem::take(&mut state.connections));
        *state = State { player, begun, connections, ..State::new(&self.steps, start) };
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether any step waits for events.
    fn watches(&self) -> bool {
        self.steps.iter().any(|step| matches!(step.trigger, Trigger::After { .. } | Trigger::When(_)))
    }

    /// The right to play; `None` if this thread has it already.
    pub(super) fn enter(&self) -> Option<Player<'_>> {
        let me = thread::current().id();
        let mut state = self.state();
        while let Some(player) = state.player {
            if player == me {
                return None;
            }
            state = self.free.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.player = Some(me);
        Some(Player(self))
    }

    /// The right to play, unless somebody has it.
    fn try_enter(&self) -> Option<Player<'_>> {
        let mut state = self.state();
        if state.player.is_some() {
            return None;
        }
        state.player = Some(thread::current().id());
        Some(Player(self))
    }

    /// Takes note of an event; whether it set off a step.
    fn observe(&self, event: &Event) -> bool {
        let mut guard = self.state();
        let state = &mut *guard;
        state.connections.observe(event);
        let before = state.queue.len();
        for (at, step) in self.steps.iter().enumerate().filter(|(at, _)| !state.taken[*at]) {
            let (Trigger::After { pattern, .. } | Trigger::When(pattern)) = &step.trigger else { continue };
            if pattern.matches(event, &state.connections) {
                state.counts[at] += 1;
                let needed = if let Trigger::After { count, .. } = step.trigger { count } else { 1 };
                if state.counts[at] >= needed {
                    state.queue.push_back(at);
                }
            }
        }
        for at in before..state.queue.len() {
            state.taken[state.queue[at]] = true;
        }
        state.queue.len() > before
    }
}

impl State {
    fn new(steps: &[StepSpec], start: Timestamp) -> Self {
        let moment = |(at, step): (usize, &StepSpec)| match step.trigger {
            Trigger::At(when) => Some((when.resolve(start), at)),
            _ => None,
        };
        let mut due: Vec<_> = steps.iter().enumerate().filter_map(moment).collect();
        due.sort_unstable();
        Self {
            start,
            due,
            passed: 0,
            taken: vec![false; steps.len()],
            counts: vec![0; steps.len()],
            connections: Connections::new(),
            queue: VecDeque::new(),
            errands: VecDeque::new(),
            player: None,
            begun: false,
            cut_short: Vec::new(),
        }
    }

    /// The first moment of a step that is not played yet; of those at one moment, the file's first.
    fn next(&mut self) -> Option<(Timestamp, usize)> {
        self.passed += self.due[self.passed..].iter().take_while(|(_, at)| self.taken[*at]).count();
        self.due.get(self.passed).copied()
    }

    /// Takes the steps whose moment came before the start.
    fn take_over(&mut self) -> Vec<usize> {
        let before = self.due.iter().take_while(|(due, _)| *due < self.start);
        let over: Vec<usize> = before.map(|(_, at)| *at).filter(|at| !self.taken[*at]).collect();
        over.iter().for_each(|at| self.taken[*at] = true);
        over
    }

    /// Takes that step if its moment has come by `time`.
    fn take_due(&mut self, time: Timestamp) -> Option<usize> {
        let (_, at) = self.next().filter(|(due, _)| *due <= time)?;
        self.taken[at] = true;
        Some(at)
    }
}

impl Player<'_> {
    /// Gives the right back while `state` is held, so that whoever changes it next finds nobody playing.
    fn leave(self, mut state: MutexGuard<'_, State>) {
        state.player = None;
        drop(state);
        self.0.free.notify_all();
        // somebody else may play by now
        std::mem::forget(self);
    }
}

/// If playing panics, the next one must not wait for ever.
impl Drop for Player<'_> {
    fn drop(&mut self) {
        self.0.state().player = None;
        self.0.free.notify_all();
    }
}

impl super::Controls {
    /// Begins the film: from now on events are watched, moments come, and a clock that has a pace runs.
    ///
    /// Steps whose moment is now are played before this returns.
    pub fn begin(&self) {
        let film = &self.0.film;
        if film.watches() {
            let org = Arc::downgrade(&self.0);
            let subscription = self.journal().subscribe(move |event| {
                let Some(org) = org.upgrade().map(Self) else { return };
                if org.0.film.observe(event) {
                    org.play_due();
                }
            });
            // a second beginning watches once all the same
            let _ = film.watching.set(subscription);
        }
        film.state().begun = true;
        if let Some(player) = film.enter() {
            self.resume(player);
        }
    }

    /// Lets a clock that has a pace run, and plays what is due; nothing before the film has begun.
    pub(super) fn resume(&self, player: Player<'_>) {
        if !self.0.film.state().begun {
            return;
        }
        self.begin_spares();
        self.begin_pace();
        self.skip_what_is_over();
        self.run(player, play::Errand::Nothing);
    }
}
