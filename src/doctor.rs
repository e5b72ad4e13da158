//! What a client did at an org's doors, told from the journal: findings, each with its cure. Running it is not done here.
//!
//! A diagnosis is a pure function of the events of a run and of what is known of the org; see `docs/doctor.md`.

use std::sync::Arc;

use serde::Serialize;

use crate::journal::Event;

mod facts;
mod finding;
mod habits;
mod history;
mod questions;
mod rule;
pub mod story;
mod timeline;

pub use facts::{Ended, Facts, UploadFact};
pub use finding::{Code, Finding, Severity};
pub use questions::Question;
pub use timeline::{Entry, Visit};

use habits::Platform;
use history::History;
use rule::Case;

/// A diagnosis.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Of this format: 1.
    pub version: u32,
    /// The command and its arguments.
    pub command: Vec<String>,
    /// How it ended.
    pub ended: Ended,
    /// How long it ran.
    pub took_ms: u64,
    /// Whether it would break in production.
    pub breaks: bool,
    /// What was asked about the run, and the answers.
    pub questions: Vec<Question>,
    /// Its connections, in the order in which they came.
    pub connections: Vec<Visit>,
    /// What was found, the gravest first.
    pub findings: Vec<Finding>,
    /// Events that the journal no longer held: the first ones of a long run.
    pub forgotten: u64,
}

/// Tells what these events, all of one run, say of the client.
pub fn diagnose(facts: &Facts, events: &[Arc<Event>]) -> Report {
    let case = Case { facts, history: History::of(events), platform: Platform::of(&facts.command) };
    let mut findings = rule::findings(&case);
    findings.sort_by_key(|finding| (finding.severity, finding.code.rank(), finding.connections.first().copied()));
    Report {
        version: VERSION,
        command: facts.command.clone(),
        ended: facts.ended,
        took_ms: u64::try_from(facts.took.as_millis()).unwrap_or(u64::MAX),
        breaks: findings.iter().any(|finding| finding.severity == Severity::Breaks),
        questions: questions::answer(&case),
        connections: timeline::of(&case.history),
        findings,
        forgotten: facts.forgotten,
    }
}

const VERSION: u32 = 1;
