//! What the scenario did to the client on purpose: told, so that nobody takes it for the client's mistake or the org's.

use std::collections::BTreeMap;

use super::Case;
use crate::doctor::finding::{Code, Finding, Severity};
use crate::doctor::history::{asked, counted, injected, listed};
use crate::journal::Explanation;

/// What a fault struck.
#[derive(Default)]
struct Struck<'a> {
    connections: Vec<usize>,
    requests: Vec<(usize, String)>,
    explanation: Option<&'a Explanation>,
}

/// One finding for each fault.
pub(super) fn rule(case: &Case<'_>) -> Vec<Finding> {
    let mut faults: BTreeMap<&str, Struck<'_>> = BTreeMap::new();
    for connection in &case.history.connections {
        let handshake = connection.handshake;
        if let Some(fault) = connection.injected() {
            let struck = faults.entry(fault).or_default();
            struck.connections.push(connection.n);
            struck.explanation = struck.explanation.or(handshake.explanation.as_ref());
        }
        for request in &connection.requests {
            if let Some(fault) = injected(request) {
                let struck = faults.entry(fault).or_default();
                struck.requests.push((connection.n, asked(request)));
                struck.explanation = struck.explanation.or(request.explanation.as_ref());
            }
        }
    }
    faults.into_iter().map(|(name, struck)| told(case, name, &struck)).collect()
}

fn told(case: &Case<'_>, name: &str, struck: &Struck<'_>) -> Finding {
    let what = match case.history.effects.get(name) {
        Some(effect) if *effect != name => format!("the fault '{name}' ({effect})"),
        Some(_) => format!("the fault '{name}'"),
        None => name.to_owned(),
    };
    let counts = [(struck.connections.len(), "connection"), (struck.requests.len(), "request")];
    let counts = counts.iter().filter(|(count, _)| *count > 0).map(|(count, thing)| counted(*count, thing));
    let counts = counts.collect::<Vec<_>>().join(" and ");
    let calls = listed(struck.requests.iter().map(|(_, call)| call.clone()));
    let found = if calls.is_empty() { counts.clone() } else { format!("{counts}: {calls}") };
    let cure = struck.explanation.map_or(
        "it is not the client's fault: see that it notices, and that it tries again only what may be done twice",
        |explanation| &explanation.cure,
    );
    Finding::new(Code::InjectedFault, Severity::Notes, format!("{what} was injected into {counts}"))
        .rule("a fault of the scenario, one that a verb set, or [chaos]")
        .expected("a client that copes with it")
        .found(found)
        .production("such things happen there now and then; docs/fidelity.md says what is known of each")
        .cure(cure)
        .on(struck.connections.iter().copied().chain(struck.requests.iter().map(|(n, _)| *n)))
}
