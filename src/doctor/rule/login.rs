//! Did the client log in, and did its calls carry the session?

use std::collections::BTreeMap;

use super::Case;
use crate::doctor::finding::{Code, Finding, Severity};
use crate::doctor::history::{Connection, asked, counted, injected, is_granted_call, listed, times};
use crate::journal::Explanation;
use crate::journal::event::{Login, Request};

pub(super) fn rule(case: &Case<'_>) -> Vec<Finding> {
    let mut found = refused_logins(case);
    found.extend(no_session(case));
    found
}

/// One finding for each user and reason; mutual authentication has rules of its own.
fn refused_logins(case: &Case<'_>) -> Vec<Finding> {
    let mut kinds: BTreeMap<(&str, &str), Vec<(&Connection<'_>, &Login)>> = BTreeMap::new();
    for (connection, login) in case.history.logins() {
        let injected = login.explanation.as_ref().is_some_and(|explanation| explanation.rule == Explanation::A_FAULT);
        if login.decision == "refused" && login.status != MUTUAL_FAILED && !injected {
            kinds.entry((&login.username, login.status)).or_default().push((connection, login));
        }
    }
    kinds.into_values().filter_map(|logins| refused_login(case, &logins)).collect()
}

/// LoginHistory's `Status` of a login that failed mutual authentication.
const MUTUAL_FAILED: &str = "Mutual authentication failed";

fn refused_login(case: &Case<'_>, logins: &[(&Connection<'_>, &Login)]) -> Option<Finding> {
    let &(_, login) = logins.first()?;
    let explanation = login.explanation.as_ref()?;
    let put_right = case.history.logins().any(|(_, other)| {
        other.decision == "granted"
            && (login.username.is_empty() || other.username.eq_ignore_ascii_case(&login.username))
    });
    let severity = if put_right { Severity::Warns } else { Severity::Breaks };
    let who = if login.username.is_empty() { "somebody" } else { &login.username };
    let headline =
        format!("{who} could not log in ({}): {}", login.flow, explanation.headline.trim_start_matches("refused: "));
    let later = if put_right { "; a later login succeeded" } else { "" };
    Some(
        Finding::new(Code::LoginRefused, severity, headline)
            .rule(explanation.rule.clone())
            .expected(explanation.expected.clone())
            .found(format!("{}, {}{later}", explanation.found, times(logins.len())))
            .production(format!(
                "refused there, too; login history says \"{}\" (docs/refusals.md has the ground)",
                login.status
            ))
            .cure(explanation.cure.clone())
            .on(logins.iter().map(|(connection, _)| connection.n)),
    )
}

fn no_session(case: &Case<'_>) -> Option<Finding> {
    let requests: Vec<(&Connection<'_>, &Request)> = case.history.requests().collect();
    let is_lost =
        |request: &Request| request.error.as_deref() == Some("INVALID_SESSION_ID") && injected(request).is_none();
    let lost: Vec<_> = requests.iter().filter(|(_, request)| is_lost(request)).collect();
    let (_, first) = lost.first()?;
    let last = requests.iter().rposition(|(_, request)| is_lost(request))?;
    let put_right = requests[last..].iter().any(|(_, request)| is_granted_call(request));
    let severity = if put_right { Severity::Warns } else { Severity::Breaks };
    let explanation = first.explanation.as_ref()?;
    let calls = listed(lost.iter().map(|(_, request)| asked(request)));
    let headline = match case.history.logins().any(|(_, login)| login.decision == "granted") {
        true => "calls came without a session that lives, although the client had logged in",
        false => "calls came without a session: the client never logged in",
    };
    Some(
        Finding::new(Code::NoSession, severity, headline)
            .rule(explanation.rule.clone())
            .expected(explanation.expected.clone())
            .found(format!("{}: {calls}", counted(lost.len(), "call")))
            .production("401 INVALID_SESSION_ID (observed)")
            .cure(explanation.cure.clone())
            .on(lost.iter().map(|(connection, _)| connection.n)),
    )
}
