//! How the command ended, where nothing else tells why.

use super::Case;
use crate::doctor::facts::Ended;
use crate::doctor::finding::{Code, Finding, Severity};

pub(super) fn rule(case: &Case<'_>, others: &[Finding]) -> Option<Finding> {
    let ended = case.facts.ended;
    let explained = others.iter().any(|finding| finding.severity == Severity::Breaks);
    match ended {
        Ended::TimedOut(_) => Some(
            Finding::new(Code::TimedOut, Severity::Breaks, format!("the command {ended}"))
                .rule("a client has a time-out of its own")
                .expected("an end")
                .found("a command that still ran")
                .production("a client without a time-out hangs there, too (inferred)")
                .cure(
                    "give every call a time-out; Java 17's HttpClient over HTTP/2 now and then waits for ever after an alert \
                     (observed): HTTP/1.1 cures that; or give doctor a longer --timeout",
                ),
        ),
        _ if ended.well() || explained => None,
        _ => Some(
            Finding::new(Code::CommandFailed, Severity::Breaks, format!("the command {ended}, and not because of a refused certificate"))
                .rule("a command that ends well says so by exit code 0")
                .expected("exit code 0")
                .found(ended.to_string())
                .production("what makes it fail here makes it fail there, unless it lies in the simulator's gaps (docs/fidelity.md)")
                .cure("read the command's own output above; findings below, if any, may be the cause"),
        ),
    }
}
