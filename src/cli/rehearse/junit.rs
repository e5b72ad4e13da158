//! A rehearsal as JUnit XML, for the pages of a CI service: a case for each phase, the culprit in the first that fails.

use quick_junit::{Report, TestCase, TestCaseStatus, TestSuite};

use super::culprit::Culprit;
use super::rehearsal::Rehearsal;
use super::story;
use crate::cli::verdict::failure;
use crate::journal::line;

pub(super) fn xml(rehearsal: &Rehearsal) -> Result<String, String> {
    let mut culprit = Culprit::of(rehearsal);
    let mut suite = TestSuite::new(rehearsal.scenario.as_str());
    suite.set_time(rehearsal.played.commands.iter().map(|command| command.took).sum());
    suite.add_property(("seed", rehearsal.seed.to_string().as_str()));
    for scene in rehearsal.scenes() {
        let status = if scene.well() { TestCaseStatus::success() } else { told(&story::found(&scene), culprit.take()) };
        let mut case = TestCase::new(format!("{}: {}", scene.phase.name(), scene.phase.words()), status);
        case.set_classname(rehearsal.scenario.as_str());
        if let Some(command) = scene.command {
            case.set_time(command.took);
        }
        suite.add_test_case(case);
    }
    for phase in rehearsal.unplayed() {
        let status = told("not played", culprit.take());
        let mut case = TestCase::new(format!("{}: {}", phase.name(), phase.words()), status);
        case.set_classname(rehearsal.scenario.as_str());
        suite.add_test_case(case);
    }
    let mut report = Report::new("mockorg rehearse");
    report.add_test_suite(suite);
    report.to_string().map_err(|error| error.to_string())
}

fn told(message: &str, culprit: Option<Culprit>) -> TestCaseStatus {
    failure(message, &culprit.map(|culprit| line::plain(&story::blame(&culprit))).unwrap_or_default())
}
