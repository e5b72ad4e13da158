//! Steps of the scenario that failed: what came after them was another film than the one that was written.

use std::sync::Arc;

use crate::journal::event::Step;
use crate::journal::expectation::{Judgement, Outcome, Seen};
use crate::journal::{Event, Kind};

/// One judgement for each.
pub(super) fn failed(events: &[Arc<Event>]) -> Vec<Judgement> {
    let failed = events.iter().filter_map(|event| match &event.kind {
        Kind::Step(step) if step.outcome == "failed" => Some((event, &**step)),
        _ => None,
    });
    let judgement = |(event, step): (&Arc<Event>, &Step)| Judgement {
        name: format!("step {:?}", step.name),
        outcome: Outcome::Failed,
        expected: "a step that can be played".into(),
        found: step.explanation.as_ref().map(|explanation| explanation.found.clone()).unwrap_or_default(),
        events: vec![Seen { counted: true, differs: Vec::new(), event: event.clone() }],
    };
    failed.map(judgement).collect()
}
