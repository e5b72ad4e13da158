//! How an expectation stands: whether it is met, what was expected and found, and the events that show it.

use std::sync::Arc;

use serde::Serialize;

use super::nearest::Near;
use super::{Expectation, Failure, Window};
use crate::journal::event::Event;
use crate::scenario::{Wanted, seconds};

/// How an expectation stands.
#[derive(Clone, Debug, Serialize)]
pub struct Judgement {
    /// In the team's words.
    pub name: String,
    /// Whether it is met.
    pub outcome: Outcome,
    /// What is expected.
    pub expected: String,
    /// What was there so far.
    pub found: String,
    /// The events that show it: of a failure those that failed it, or came nearest.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Seen>,
}

/// Whether an expectation is met.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It failed, for good.
    Failed,
    /// It would hold if the run ended now.
    Met,
    /// It would fail if the run ended now.
    Unmet,
}

/// An event that a judgement shows.
#[derive(Clone, Debug, Serialize)]
pub struct Seen {
    /// Whether it counted; else it only came near.
    pub counted: bool,
    /// The keys in which it is not as expected.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub differs: Vec<&'static str>,
    /// What the journal has.
    pub event: Arc<Event>,
}

impl Expectation {
    /// How it stands.
    pub fn judgement(&self) -> Judgement {
        let outcome = match (&self.failure, self.too_few()) {
            (Some(_), _) => Outcome::Failed,
            (None, Some(_)) => Outcome::Unmet,
            (None, None) => Outcome::Met,
        };
        let events = if outcome == Outcome::Met { Vec::new() } else { self.shown() };
        Judgement { name: self.spec.name.clone(), outcome, expected: self.spec.expected(), found: self.found(), events }
    }

    fn found(&self) -> String {
        if self.window == Window::Waiting {
            let after = self.spec.after.as_ref().map(ToString::to_string).unwrap_or_default();
            return format!("nothing to judge: there was no {after}");
        }
        let event = self.spec.wanted.event();
        let counted = match (self.count, self.of_kind) {
            (0, 0) => format!("no {} at all", event.noun(1)),
            (0, all) => format!("none of {all} {}", event.noun(all)),
            (count, _) => format!("{count} {}", event.noun(count)),
        };
        let end =
            if self.window == Window::Closed && self.spec.before.is_some() { ", and no more to come" } else { "" };
        match &self.failure {
            Some(Failure::TooSoon { waited, .. }) => {
                format!("the {} only {} after the one before", ordinal(self.count), seconds(*waited))
            }
            Some(Failure::Otherwise { differs, .. }) => {
                format!("the {} differs in {}", ordinal(self.count), differs.join(", "))
            }
            Some(Failure::TooFew) => format!("{counted}{end}"),
            Some(Failure::TooMany { .. }) | None => counted,
        }
    }

    fn shown(&self) -> Vec<Seen> {
        let counted = |event: &Arc<Event>| Seen { counted: true, differs: Vec::new(), event: event.clone() };
        match &self.failure {
            Some(Failure::TooMany { event } | Failure::TooSoon { event, .. }) => {
                let is_never = matches!(self.spec.wanted, Wanted::Count { at_most: Some(0), .. });
                let before = self.first.iter().filter(|_| !is_never).map(counted);
                before.chain([counted(event)]).collect()
            }
            Some(Failure::Otherwise { event, differs }) => {
                vec![Seen { counted: true, differs: differs.clone(), event: event.clone() }]
            }
            Some(Failure::TooFew) | None => {
                let near =
                    |near: &Near| Seen { counted: false, differs: near.differs.clone(), event: near.event.clone() };
                self.nearest.iter().map(near).collect()
            }
        }
    }
}

/// `2nd`
fn ordinal(count: u64) -> String {
    let ending = match (count % 10, count % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{count}{ending}")
}
