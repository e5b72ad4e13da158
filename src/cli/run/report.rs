//! The verdict as JSON; docs/run.md has every key.

use serde::Serialize;

use super::{Round, Rounds};
use crate::doctor::Ended;
use crate::journal::expectation::Judgement;

/// `--report` and `--json`
#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    /// Whether every round holds.
    holds: bool,
    scenario: &'a str,
    command: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    first_failed: Option<u64>,
    rounds: Vec<RoundEntry<'a>>,
}

#[derive(Serialize)]
struct RoundEntry<'a> {
    seed: u64,
    holds: bool,
    ended: Ended,
    duration_ms: u128,
    expectations: &'a [Judgement],
}

pub(super) fn json(rounds: &Rounds) -> Result<String, serde_json::Error> {
    let report = Report {
        version: 1,
        holds: rounds.holds(),
        scenario: &rounds.scenario,
        command: &rounds.command,
        first_failed: rounds.failed().next().map(|round| round.seed),
        rounds: rounds.rounds.iter().map(entry).collect(),
    };
    serde_json::to_string_pretty(&report).map(|json| json + "\n")
}

fn entry(round: &Round) -> RoundEntry<'_> {
    RoundEntry {
        seed: round.seed,
        holds: round.holds(),
        ended: round.ended,
        duration_ms: round.took.as_millis(),
        expectations: &round.verdict.expectations,
    }
}
