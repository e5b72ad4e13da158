//! Playing: one loop in which steps come in their order, and the clock moves from one step's moment to the next.

use jiff::{SignedDuration, Timestamp};

use super::{Player, kept};
use crate::clock::Hands;
use crate::controls::{ClockError, Controls, unkept_explanation};
use crate::journal::event::Step;
use crate::journal::{Explanation, Kind};
use crate::scenario::step::{Trigger, Verb};

/// Where somebody wants the org's clock.
#[derive(Clone, Copy, Debug)]
pub(in crate::controls) enum Goal {
    /// So much later.
    By(SignedDuration),
    /// There.
    To(Timestamp),
}

/// Why a step was not played.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum StepError {
    /// It was, and its verb failed; the journal has it.
    #[error("the step {name:?} failed: {}", explanation.found)]
    Failed {
        /// The step.
        name: String,
        /// As in the journal.
        explanation: Box<Explanation>,
    },
    /// It has a trigger of its own.
    #[error("the step {name:?} is not played on call: it comes {trigger}")]
    NotOnCall {
        /// The step.
        name: String,
        /// Why it is played.
        trigger: String,
    },
    /// Each step is played once.
    #[error("the step {0:?} was played already")]
    Played(String),
    /// The scenario has no such step.
    #[error("no step {name:?}; steps on call: {known}")]
    Unknown {
        /// The name.
        name: String,
        /// Those that there are.
        known: String,
    },
}

/// What the thread that plays came for.
pub(super) enum Errand {
    Nothing,
    Step(usize),
    Travel(Goal),
}

/// What became of it.
#[derive(Default)]
pub(super) struct Outcome {
    clock: Option<Result<Timestamp, ClockError>>,
    step: Option<Result<(), Box<Explanation>>>,
}

/// The clock on its way; steps on the way are played at their moments.
struct Journey {
    goal: Goal,
    hands: Hands,
    end: Timestamp,
    forward: bool,
    /// The step that set it off; `None` for the errand.
    step: Option<usize>,
}

impl Controls {
    /// Plays a step that is there to be called.
    pub fn step(&self, name: &str) -> Result<(), StepError> {
        let film = &self.0.film;
        let at = film.steps.iter().position(|step| step.name == name).ok_or_else(|| self.unknown_step(name))?;
        let trigger = &film.steps[at].trigger;
        if !matches!(trigger, Trigger::Call) {
            return Err(StepError::NotOnCall { name: name.to_owned(), trigger: trigger.to_string() });
        }
        if std::mem::replace(&mut film.state().taken[at], true) {
            return Err(StepError::Played(name.to_owned()));
        }
        let Some(player) = film.enter() else {
            film.state().queue.push_back(at);
            return Ok(());
        };
        match self.run(player, Errand::Step(at)).step {
            Some(Err(explanation)) => Err(StepError::Failed { name: name.to_owned(), explanation }),
            _ => Ok(()),
        }
    }

    /// Plays the steps that are due, unless somebody is playing: then they are played there.
    pub fn play_due(&self) {
        if let Some(player) = self.0.film.try_enter() {
            self.run(player, Errand::Nothing);
        }
    }

    /// The same, but waits for whoever is playing: for a timer, which would come again at once.
    pub fn play_due_in_turn(&self) {
        if let Some(player) = self.0.film.enter() {
            self.run(player, Errand::Nothing);
        }
    }

    /// Moves the clock; the time it shows then.
    pub(in crate::controls) fn travel(&self, goal: Goal) -> Result<Timestamp, ClockError> {
        let Some(player) = self.0.film.enter() else {
            // called back by a step's own event: the clock moves once that step is done
            let journey = Journey::begin(goal, self.clock().hands(), None)?;
            self.0.film.state().errands.push_back(goal);
            return Ok(journey.end);
        };
        self.run(player, Errand::Travel(goal)).clock.unwrap_or_else(|| Ok(self.clock().org_now()))
    }

    pub(super) fn run(&self, player: Player<'_>, errand: Errand) -> Outcome {
        let (film, mut outcome, mut journeys) = (player.0, Outcome::default(), Vec::new());
        match errand {
            Errand::Nothing => {}
            Errand::Step(at) => outcome.step = Some(self.play_step(at, &mut journeys)),
            Errand::Travel(goal) => match Journey::begin(goal, self.clock().hands(), None) {
                Ok(journey) => journeys.push(journey),
                Err(error) => outcome.clock = Some(Err(error)),
            },
        }
        loop {
            let set_off = film.state().queue.pop_front();
            let due = set_off.is_none().then(|| film.state().take_due(self.clock().org_now())).flatten();
            if let Some(at) = set_off.or(due) {
                // its failure is in the journal
                let _ = self.play_step(at, &mut journeys);
                if due.is_some() {
                    self.wait_for_steps();
                }
                continue;
            }
            if let Some(journey) = journeys.last() {
                let Some(result) = self.go_on(journey) else { continue };
                match (journeys.pop().and_then(|journey| journey.step), result) {
                    (None, result) => outcome.clock = Some(result),
                    (Some(at), Err(error)) => self.tell_of_step(at, Some(&self.failure(at, &error.to_string()))),
                    (Some(_), Ok(_)) => {}
                }
                continue;
            }
            let mut state = film.state();
            if let Some(goal) = state.errands.pop_front() {
                journeys.extend(Journey::begin(goal, self.clock().hands(), None).ok());
            } else if state.queue.is_empty() {
                // under the lock: whoever sets off a step after this finds nobody playing
                player.leave(state);
                outcome.clock = outcome.clock.map(|arrived| arrived.map(|_| self.clock().org_now()));
                return outcome;
            }
        }
    }

    /// To the next step's moment, or to the end: then what became of it.
    fn go_on(&self, journey: &Journey) -> Option<Result<Timestamp, ClockError>> {
        let now = self.clock().org_now();
        let next = self.0.film.state().next().map(|(due, _)| due);
        if let Some(due) = next.filter(|due| journey.forward && *due < journey.end) {
            let stopped = self.set_hands(self.clock().hands().set_to(due.max(now)));
            return stopped.err().map(Err);
        }
        // steps at the end come once it is reached; one on the way may have gone further
        let hands = if journey.forward && now > journey.end { self.clock().hands() } else { journey.at_its_end() };
        let arrived = self.set_hands(hands);
        self.wait_for_steps();
        if arrived.is_ok() {
            self.journal().append(Kind::Clock { change: journey.goal.to_string() });
        }
        Some(arrived)
    }

    fn play_step(&self, at: usize, journeys: &mut Vec<Journey>) -> Result<(), Box<Explanation>> {
        let step = &self.0.film.steps[at];
        let done = match self.keep_step(at, kept::Played::Begun) {
            Err(unkept) => Err(unkept_explanation(&unkept)),
            Ok(()) => match &step.verb {
                Verb::Advance(by) => {
                    let begun = Journey::begin(Goal::By(*by), self.clock().hands(), Some(at));
                    begun.map(|journey| journeys.push(journey)).map_err(|error| error.to_string())
                }
                verb => self.perform(at, verb),
            }
            .map_err(|cause| self.failure(at, &cause)),
        };
        let explanation = done.as_ref().err();
        // what was begun counts as played, should this be refused
        let _ = self.keep_step(at, if explanation.is_some() { kept::Played::Failed } else { kept::Played::Done });
        self.tell_of_step(at, explanation);
        done.map_err(Box::new)
    }

    pub(super) fn tell_of_step(&self, at: usize, explanation: Option<&Explanation>) {
        let step = &self.0.film.steps[at];
        self.journal().append(Kind::Step(Box::new(Step {
            name: step.name.clone(),
            trigger: step.trigger.to_string(),
            verb: step.verb.name(),
            what: step.verb.what(),
            outcome: if explanation.is_some() { "failed" } else { "done" },
            explanation: explanation.cloned(),
        })));
    }

    pub(super) fn failure(&self, at: usize, found: &str) -> Explanation {
        let step = &self.0.film.steps[at];
        Explanation {
            headline: format!("failed: the step '{}'", step.name),
            rule: "a step finds what it works on when its moment comes".into(),
            expected: format!("{} {}", step.verb.name(), step.verb.what()),
            found: found.to_owned(),
            client: None,
            cure: "change the step, or what comes before it; see docs/scenarios.md#step".into(),
        }
    }

    fn unknown_step(&self, name: &str) -> StepError {
        let on_call = self.0.film.steps.iter().filter(|step| matches!(step.trigger, Trigger::Call));
        let known: Vec<&str> = on_call.map(|step| step.name.as_str()).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        StepError::Unknown { name: name.to_owned(), known }
    }
}

impl Journey {
    fn begin(goal: Goal, from: Hands, step: Option<usize>) -> Result<Self, ClockError> {
        let hands = match goal {
            Goal::By(by) => from.moved(by).ok_or(ClockError::OutOfCalendar(by))?,
            Goal::To(time) => from.set_to(time),
        };
        let end = hands.show();
        Ok(Self { goal, hands, end, forward: end >= from.show(), step })
    }

    /// A clock that runs with the system's must not lose the time that the steps on the way took.
    fn at_its_end(&self) -> Hands {
        match self.hands {
            Hands::System(_) => self.hands,
            hands => hands.set_to(self.end),
        }
    }
}

impl std::fmt::Display for Goal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::By(by) => write!(f, "moved by {by:#}"),
            Self::To(time) => write!(f, "set to {time}"),
        }
    }
}
