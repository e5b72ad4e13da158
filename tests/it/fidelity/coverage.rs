//! Every line of docs/fidelity.md that nobody has seen is probed, or says why it is not.

use std::collections::{BTreeMap, BTreeSet};

use mockorg::replay::fidelity::sheet::Ground;
use mockorg::scenario::{EdgeSwitches, OrgSwitches};

use super::*;

#[test]
fn every_probe_is_about_a_line_of_the_page() {
    for scenario in scenarios() {
        for probe in &scenario.probes {
            let rows: Vec<_> = sheet::rows().into_iter().filter(|row| row.subject == probe.line).collect();
            assert_eq!(rows.len(), 1, "{}", probe.line);
        }
    }
}

/// Beside `org.jwt-clock`, which is ours alone, those that need time or somebody at the other org.
const UNSEEN: [&str; 2] = ["edge.live-connections", "org.jwt-clock"];

#[test]
fn every_line_that_nobody_has_seen_is_probed_or_says_why_not() {
    let probes: Vec<_> = scenarios().into_iter().flat_map(|scenario| scenario.probes).collect();
    let unseen = [Ground::Inferred, Ground::Unverified, Ground::Ours];
    let rows: Vec<_> = sheet::rows().into_iter().filter(|row| unseen.contains(&row.ground)).collect();
    assert!(rows.len() > 40, "{} rows", rows.len());
    let missing: Vec<_> = rows.iter().filter(|row| !probes.iter().any(|probe| probe.line == row.subject)).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_switch_is_read_from_outside_or_known_to_be_hidden() {
    let probes: Vec<_> = scenarios().into_iter().flat_map(|scenario| scenario.probes).collect();
    let readings = probes.iter().flat_map(|probe| &probe.readings);
    let mut shown: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, value) in readings.flat_map(|reading| told(&reading.shows)) {
        shown.entry(name).or_default().insert(value);
    }
    for (table, switches) in [
        ("edge", serde_json::to_value(EdgeSwitches::default()).unwrap()),
        ("org", serde_json::to_value(OrgSwitches::default()).unwrap()),
    ] {
        for name in switches.as_object().unwrap().keys().map(|switch| format!("{table}.{switch}")) {
            let values = shown.get(&name).map_or(0, BTreeSet::len);
            assert_eq!(values >= 2, !UNSEEN.contains(&name.as_str()), "{name} is shown with {values} values");
        }
    }
}

/// One file of credentials serves all of them, and one org can be all of them.
#[test]
fn the_files_agree_on_what_they_share() {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for scenario in scenarios() {
        let cas = scenario.cas.iter().map(|ca| (format!("ca {}", ca.name), format!("{ca:?}")));
        let clients = scenario.clients.iter().map(|client| (format!("client {}", client.name), format!("{client:?}")));
        let users = scenario.users.iter().map(|user| (format!("user {}", user.username), format!("{user:?}")));
        let apps = scenario.apps.iter().map(|app| (format!("app {}", app.name), format!("{app:?}")));
        for (name, says) in cas.chain(clients).chain(users).chain(apps) {
            assert_eq!(*seen.entry(name.clone()).or_insert(says.clone()), says, "{name}");
        }
    }
}

#[test]
fn every_probe_file_of_the_repository_is_built_in() {
    let mut names: Vec<_> =
        std::fs::read_dir("scenarios/fidelity").unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, fidelity::FILES.map(|(name, _)| name));
}
