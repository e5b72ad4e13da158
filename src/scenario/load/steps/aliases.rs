//! The aliases of the outbound CA list, as the org will give them to the roots of a scenario.

use std::collections::BTreeSet;

use crate::pki::TrustList;
use crate::scenario::{Scenario, Source};

/// The aliases that the list has when the org begins.
pub(super) fn at_start(scenario: &Scenario) -> BTreeSet<String> {
    let mut list = if scenario.trust.builtin { TrustList::builtin().clone() } else { TrustList::default() };
    for (root, _) in &scenario.trust.roots {
        // one that is no root is told elsewhere
        let _ = list.push(None, root.clone(), "the scenario".into());
    }
    let mut aliases: BTreeSet<String> = list.anchors().map(|anchor| anchor.alias.clone()).collect();
    for ca in scenario.cas.iter().filter(|ca| ca.listed) {
        let listed_already = match &ca.source {
            Source::Files { chain, .. } => chain.first().is_some_and(|root| list.lists(root.x509())),
            Source::Minted(_) => false,
        };
        if !listed_already {
            let free = free(&of_name(&ca.name), &aliases);
            aliases.insert(free);
        }
    }
    aliases
}

/// What a name becomes: its letters and digits, in lower case.
pub(super) fn of_name(name: &str) -> String {
    let alias: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    if alias.is_empty() { "root".into() } else { alias.to_ascii_lowercase() }
}

fn free(wanted: &str, taken: &BTreeSet<String>) -> String {
    if !taken.contains(wanted) {
        return wanted.to_owned();
    }
    (2..).map(|n| format!("{wanted}{n}")).find(|alias| !taken.contains(alias)).unwrap_or_default()
}
