//! A replay as JUnit XML, for the pages of a CI service: a suite a file, a case an exchange.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Report as Xml, TestCase, TestCaseStatus, TestSuite};

use super::report::{FileReport, Report};
use super::told;
use crate::cli::verdict::failure;
use crate::replay::{Exchanged, Judged};

pub(super) fn xml(report: &Report) -> Result<String, String> {
    let mut xml = Xml::new("mockorg replay");
    xml.set_time(report.files.iter().map(|file| Duration::from_micros(file.duration_us)).sum());
    xml.add_test_suites(report.files.iter().map(suite));
    xml.to_string().map_err(|error| error.to_string())
}

fn suite(file: &FileReport) -> TestSuite {
    let mut suite = TestSuite::new(file.file.as_str());
    suite.set_time(Duration::from_micros(file.duration_us));
    if file.exchanges.is_empty() {
        let status = match &file.why {
            Some(why) => {
                let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
                status.set_message(format!("{} could not be played", file.file)).set_description(why);
                status
            }
            None => TestCaseStatus::success(),
        };
        suite.add_test_case(case(file, "starts", status, file.duration_us));
    }
    suite.add_test_cases(file.exchanges.iter().map(|exchange| {
        let name = told::title(exchange);
        case(file, &name, status(exchange), exchange.duration_us)
    }));
    suite
}

fn status(exchange: &Exchanged) -> TestCaseStatus {
    match exchange.outcome {
        Judged::AsExpected => TestCaseStatus::success(),
        Judged::Different => {
            let first = exchange.differences.first();
            let message =
                first.map(|first| format!("{}: expected {}; found {}", first.what, first.expected, first.found));
            failure(&message.unwrap_or_else(|| exchange.found.clone()), &told::details(exchange, true))
        }
        Judged::NotPlayed => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(exchange.found.as_str());
            status
        }
    }
}

fn case(file: &FileReport, name: &str, status: TestCaseStatus, micros: u64) -> TestCase {
    let mut case = TestCase::new(name, status);
    case.set_classname(file.file.as_str()).set_time(Duration::from_micros(micros));
    case
}
