//! Does the chain that the client sends hold?

use std::collections::BTreeMap;

use super::Case;
use crate::doctor::finding::{Code, Finding, Severity};
use crate::doctor::habits::Topic;
use crate::doctor::history::{Connection, counted, name_of, times};
use crate::journal::event::FaultEntry;

/// One finding for each leaf and fault.
pub(super) fn rule(case: &Case<'_>) -> Vec<Finding> {
    let mut kinds: BTreeMap<(&str, &str), Vec<&Connection<'_>>> = BTreeMap::new();
    for connection in &case.history.connections {
        if let (Some(fault), Some(leaf)) = (fault_of(connection), connection.leaf()) {
            kinds.entry((leaf.sha256.as_str(), fault.rule)).or_default().push(connection);
        }
    }
    kinds.into_values().filter_map(|connections| broken(case, &connections)).collect()
}

fn broken(case: &Case<'_>, connections: &[&Connection<'_>]) -> Option<Finding> {
    let first = *connections.first()?;
    let (fault, leaf) = (fault_of(first)?, first.leaf()?);
    let sent = first.handshake.certificates.len();
    let code = match fault.rule {
        "missing-intermediate" | "no-issuer" if sent == 1 => Code::LeafOnly,
        "expired" => Code::Expired,
        "revoked" => Code::Revoked,
        _ => Code::BrokenChain,
    };
    let name = name_of(leaf);
    let what = match fault.position {
        Some(1) => format!("the client's certificate {name}"),
        _ => format!("{} in the chain of {name}", fault.subject),
    };
    let headline = match (code, &first.handshake.explanation) {
        (Code::LeafOnly, _) => format!("the client sends its leaf alone: {name} came without its intermediate"),
        (Code::Expired, _) => format!("{what} has expired"),
        (Code::Revoked, _) => format!("{what} is revoked"),
        (_, Some(explanation)) => explanation.headline.trim_start_matches("refused: ").to_owned(),
        (_, None) => format!("{name}'s chain does not hold: {}", fault.rule),
    };
    let rule = first.handshake.explanation.as_ref().map_or(fault.rule, |explanation| &explanation.rule);
    let seen = match (&first.handshake.alert_sent, first.is_open()) {
        (Some(alert), _) => format!("TLS alert {alert} {}", times(connections.len())),
        (None, false) => format!("closing {} without an alert", counted(connections.len(), "connection")),
        (None, true) => format!("a page of the edge on {}", counted(connections.len(), "connection")),
    };
    let mut finding = Finding::new(code, Severity::Breaks, headline)
        .rule(rule)
        .expected(fault.expected.clone())
        .found(format!("{}; answered by {seen}", fault.found))
        .production(
            "chain validation refuses it, whoever the user is (documented); whether by an alert or by the edge's HTML page is \
             not published (unverified)",
        )
        .cure(format!("{}; see docs/refusals.md#{}", fault.cure, fault.rule))
        .on(connections.iter().map(|connection| connection.n));
    if code == Code::LeafOnly {
        finding = finding.habits(case.platform.habits(Topic::LeafOnly));
    }
    Some(finding)
}

/// What is most telling of what is wrong with the chain.
fn fault_of<'a>(connection: &'a Connection<'_>) -> Option<&'a FaultEntry> {
    let verdict = connection.handshake.verdict.as_ref()?;
    if verdict.holds { None } else { verdict.faults.first() }
}
