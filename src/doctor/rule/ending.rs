//! What can be said only when everything else is known: how the command ended, and whether anything was tried at all.

use super::Case;
use crate::doctor::facts::Ended;
use crate::doctor::finding::{Code, Finding, Severity};
use crate::doctor::history::{counted, is_granted_call, listed};

pub(super) fn rule(case: &Case<'_>, others: &[Finding]) -> Vec<Finding> {
    let explained = others.iter().any(|finding| finding.severity == Severity::Breaks);
    let asked = if explained { None } else { never_asked(case) };
    ending(case, others, explained).into_iter().chain(asked).collect()
}

fn ending(case: &Case<'_>, others: &[Finding], explained: bool) -> Option<Finding> {
    let ended = case.facts.ended;
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
                .found(match others.iter().any(|finding| finding.code == Code::InjectedFault) {
                    true => format!("{ended}, after faults had been injected"),
                    false => ended.to_string(),
                })
                .production("what makes it fail here makes it fail there, unless it lies in the simulator's gaps (docs/fidelity.md)")
                .cure("read the command's own output above; findings below, if any, may be the cause"),
        ),
    }
}

/// The opposite failure: all is well because nobody looked.
fn never_asked(case: &Case<'_>) -> Option<Finding> {
    let enforced = |user: Option<&String>| user.is_some_and(|user| case.facts.enforces(user));
    let mut requests = case.history.requests();
    if requests
        .any(|(one, request)| one.is_mutual() && request.decision == Some("granted") && enforced(request.user.as_ref()))
    {
        return None;
    }
    let calls: Vec<_> = case.history.requests().filter(|(_, request)| is_granted_call(request)).collect();
    let users = listed(calls.iter().filter_map(|(_, request)| request.user.clone()));
    let found = match calls.len() {
        0 => "no call within a session".into(),
        count => format!("{} by {users}, who is not enforced", counted(count, "call")),
    };
    let finding = Finding::new(Code::NeverAsked, Severity::Warns, "nothing was held to mutual authentication")
        .rule("only a user with \"Enforce SSL/TLS Mutual Authentication\" is asked for an uploaded certificate (documented)")
        .expected("a call of an enforced user on the mutual door, if mutual authentication is what you want to try")
        .found(found)
        .production("it works on 443 and on 8443, with and without a certificate, and proves nothing (documented)")
        .cure("log in as a user of the scenario with enforce-mutual-authentication, and call on the mutual door")
        .on(calls.iter().map(|(connection, _)| connection.n));
    Some(finding)
}
