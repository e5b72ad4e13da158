//! What came back: pages where data was expected, requests refused for other reasons, and what was tried again as it was.

use std::collections::BTreeMap;

use super::Case;
use crate::doctor::finding::{Code, Finding, Severity};
use crate::doctor::history::{Connection, asked, counted, failed_mutually, injected, listed};
use crate::journal::event::Request;

/// The journal's code for the edge's own page.
pub(super) const EDGE_PAGE: &str = "CERTIFICATE_ERROR_PAGE";

/// So many times the same refusal is called retrying.
const RETRIED: usize = 3;

pub(super) fn rule(case: &Case<'_>) -> Vec<Finding> {
    let mut found: Vec<_> = [edge_page(case), html_page(case)].into_iter().flatten().collect();
    found.extend(refused(case));
    found.extend(retries(case));
    found
}

fn edge_page(case: &Case<'_>) -> Option<Finding> {
    let pages: Vec<_> =
        case.history.requests().filter(|(_, request)| request.error.as_deref() == Some(EDGE_PAGE)).collect();
    let (_, first) = pages.first()?;
    let status = first.status;
    let finding = Finding::new(Code::EdgePage, Severity::Warns, "the edge's HTML page came where XML or JSON was expected")
        .rule("the edge answers every path itself where a certificate is missing or does not hold")
        .expected("a client that looks at Content-Type before it parses")
        .found(format!("{} answered by {status} text/html: {}", counted(pages.len(), "request"), calls(&pages)))
        .production("seen in 2018, for a missing certificate, on any path (observed); its status is not published (unverified)")
        .cure("\"not well-formed\" or \"unexpected token <\" from a parser means this page: cure the certificate, and report the page as what it is")
        .on(pages.iter().map(|(connection, _)| connection.n));
    Some(finding)
}

fn html_page(case: &Case<'_>) -> Option<Finding> {
    let is_page = |request: &Request| {
        let is_other = injected(request).is_some() || super::streaming::is_streaming(request);
        request.family == "page" && request.status >= 400 && !is_other
    };
    let pages: Vec<_> = case
        .history
        .requests()
        .filter(|(_, request)| is_page(request) && request.error.as_deref() != Some(EDGE_PAGE))
        .collect();
    let (_, first) = pages.first()?;
    let finding = Finding::new(Code::HtmlPage, Severity::Warns, "HTML came where data was expected: no API lies at that path")
        .rule("the APIs lie below /services, identity URLs below /id")
        .expected("a path such as /services/data/v68.0/… or /services/Soap/u/64.0")
        .found(format!("{} for {}", first.status, calls(&pages)))
        .production("a page for people comes for a path without an API (inferred)")
        .cure("look at how the client puts its URL together: a base URL with or without a path, a slash too many, a missing version")
        .on(pages.iter().map(|(connection, _)| connection.n));
    Some(finding)
}

/// Requests refused for reasons that no other rule is about, one finding for each error code.
fn refused(case: &Case<'_>) -> Vec<Finding> {
    let mut kinds: BTreeMap<&str, Vec<(&Connection<'_>, &Request)>> = BTreeMap::new();
    for (connection, request) in case.history.requests() {
        if let Some(error) = request.error.as_deref()
            && !is_another_rules(request, error)
        {
            kinds.entry(error).or_default().push((connection, request));
        }
    }
    kinds.into_iter().filter_map(|(error, requests)| refused_request(error, &requests)).collect()
}

fn is_another_rules(request: &Request, error: &str) -> bool {
    let logs_in = matches!(request.action, Some("login" | "token")) && request.decision == Some("refused");
    injected(request).is_some()
        || failed_mutually(request)
        || logs_in
        || request.family == "page"
        || matches!(error, EDGE_PAGE | "INVALID_SESSION_ID")
}

fn refused_request(error: &str, requests: &[(&Connection<'_>, &Request)]) -> Option<Finding> {
    let &(_, first) = requests.first()?;
    let explanation = first.explanation.clone().unwrap_or_default();
    let production = match error {
        "NOT_FOUND" => {
            "this simulator has only a part of the APIs: see docs/fidelity.md before you look for the fault in the client"
        }
        _ => "docs/refusals.md and docs/fidelity.md say what is known of this error",
    };
    let finding = Finding::new(
        Code::RequestRefused,
        Severity::Warns,
        format!("{} answered {}: {error}", counted(requests.len(), "request"), first.status),
    )
    .rule(explanation.rule)
    .expected(explanation.expected)
    .found(format!(
        "{}{}",
        calls(requests),
        if explanation.found.is_empty() { String::new() } else { format!("; {}", explanation.found) }
    ))
    .production(production)
    .cure(explanation.cure)
    .on(requests.iter().map(|(connection, _)| connection.n));
    Some(finding)
}

fn retries(case: &Case<'_>) -> Option<Finding> {
    let mut handshakes: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for connection in &case.history.connections {
        let handshake = connection.handshake;
        if let Some(ending) = handshake
            .ending
            .filter(|how| *how != "injected" && (handshake.alert_sent.is_some() || handshake.alert_received.is_some()))
        {
            let alert = handshake.alert_sent.as_ref().or(handshake.alert_received.as_ref());
            let leaf = connection.leaf().map_or("none", |leaf| &leaf.sha256);
            let what = format!("{ending} {leaf} {}", handshake.door.name());
            let key = format!("{what} {}", alert.map_or("", |alert| alert));
            handshakes.entry(key).or_default().push(connection.n);
        }
    }
    let mut requests: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (connection, request) in case.history.requests() {
        if failed_mutually(request) || request.error.as_deref() == Some(EDGE_PAGE) {
            let key = format!("{} {}", connection.handshake.door.name(), asked(request));
            requests.entry(key).or_default().push(connection.n);
        }
    }
    let longest = |kinds: BTreeMap<String, Vec<usize>>| {
        kinds.into_values().filter(|seen| seen.len() >= RETRIED).max_by_key(Vec::len)
    };
    let (what, seen) = match (longest(handshakes), longest(requests)) {
        (Some(seen), _) => ("the same refused handshake", seen),
        (None, Some(seen)) => ("the same refused request", seen),
        (None, None) => return None,
    };
    let finding = Finding::new(Code::Retries, Severity::Warns, format!("the client tried {what} {} times", seen.len()))
        .rule("a refused certificate is no fault of the network: the next try is refused, too")
        .expected("one try, and an error that names the cause")
        .found(format!("{} tries that differ in nothing", seen.len()))
        .production(
            "the same; in TLS 1.3 the alert comes on the client's first read, so that libraries take it for a broken connection \
             and try again (observed)",
        )
        .cure("do not retry a TLS alert nor MUTUAL_AUTHENTICATION_FAILED; log the alert's name")
        .on(seen);
    Some(finding)
}

fn calls(requests: &[(&Connection<'_>, &Request)]) -> String {
    listed(requests.iter().map(|(_, request)| asked(request)))
}
