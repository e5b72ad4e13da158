//! The verdict as JUnit XML, for the pages of a CI service: a suite a round, a case for the command and each expectation.

use quick_junit::{Report, TestCase, TestCaseStatus, TestSuite};

use super::{Round, Rounds};
use crate::cli::verdict::failure;
use crate::journal::expectation::{Judgement, Outcome, story};
use crate::journal::line;

pub(super) fn xml(rounds: &Rounds) -> Result<String, String> {
    let mut report = Report::new("mockorg run");
    report.set_time(rounds.rounds.iter().map(|round| round.took).sum());
    report.add_test_suites(rounds.rounds.iter().map(|round| suite(rounds, round)));
    report.to_string().map_err(|error| error.to_string())
}

fn suite(rounds: &Rounds, round: &Round) -> TestSuite {
    let name = match rounds.wanted {
        1 => rounds.scenario.clone(),
        _ => format!("{}, round {}", rounds.scenario, round.number),
    };
    let mut suite = TestSuite::new(name);
    suite.set_time(round.took).add_property(("seed", round.seed.to_string().as_str()));
    suite.add_test_case(command(rounds, round));
    suite.add_test_cases(round.verdict.expectations.iter().map(|judgement| expectation(rounds, judgement)));
    suite
}

fn command(rounds: &Rounds, round: &Round) -> TestCase {
    let status = if round.ended.well() {
        TestCaseStatus::success()
    } else {
        failure(&format!("the command {}", round.ended), "")
    };
    let mut case = TestCase::new(rounds.command.join(" "), status);
    case.set_classname(rounds.scenario.as_str()).set_time(round.took);
    case
}

fn expectation(rounds: &Rounds, judgement: &Judgement) -> TestCase {
    let status = match judgement.outcome {
        Outcome::Met => TestCaseStatus::success(),
        Outcome::Failed | Outcome::Unmet => {
            let message = format!("expected {}; found {}", judgement.expected, judgement.found);
            failure(&message, &line::plain(&story::lines(judgement)))
        }
    };
    let mut case = TestCase::new(judgement.name.as_str(), status);
    case.set_classname(rounds.scenario.as_str());
    case
}
