//! The same scenario, the same seed and the same calls: the same canonical journal.

use jiff::SignedDuration;
use mockorg::journal::canonical;
use mockorg::org::Door;
use mockorg::scenario::Permission;
use mockorg::{RenewalKey, Scenario, Simulator};
use serde_json::Value;

use super::{BILLING, LIMITS};
use crate::wire::{Client, FORM, Org};

/// Granted and refused, by both layers, with verbs in between; `last` is the client that calls at the end.
fn run(seed: u64, last: &str) -> Vec<Value> {
    let org = Org::with(Simulator::default().seed(seed), Scenario::quickstart());
    let session = org.billing();
    let call = |client: Client| {
        let _ = client.session(&session).get(LIMITS);
    };
    call(org.mutual("billing"));
    call(org.mutual("visitor"));
    call(org.mutual("expired"));
    call(org.mutual("leaf-only"));
    call(org.door(Door::Mutual));
    call(org.door(Door::Standard));
    let _ = org.door(Door::Standard).post("/services/oauth2/token", FORM, "grant_type=password&username=nobody");
    org.advance(SignedDuration::from_hours(1)).unwrap();
    org.issue("billing", RenewalKey::Replace).unwrap();
    call(org.mutual("billing"));
    org.upload("Billing renewed", org.client("billing").unwrap().certificates_pem.as_bytes()).unwrap();
    org.deny(BILLING, Permission::ModifyAllData).unwrap();
    call(org.mutual(last));
    let journal = org.journal().clone();
    org.stop();
    canonical(&journal.since(0))
}

#[test]
fn the_same_calls_give_the_same_canonical_journal() {
    let first = run(7, "billing");
    assert_eq!(run(7, "billing"), first);
    let decisions: Vec<&str> = first.iter().filter_map(|event| event["decision"].as_str()).collect();
    assert!(decisions.contains(&"granted") && decisions.contains(&"refused"), "{decisions:?}");
    assert!(first.iter().any(|event| event["alert_sent"].is_string()), "a chain that does not hold is among them");
    assert_eq!(run(8, "billing"), first, "ids and tokens differ by seed, and are no part of it");
}

#[test]
fn another_call_gives_another_canonical_journal() {
    assert_ne!(run(7, "visitor"), run(7, "billing"));
}

#[test]
fn the_seed_decides_ids_and_tokens() {
    let session = |seed| Org::with(Simulator::default().seed(seed), Scenario::quickstart()).billing();
    assert_eq!(session(7), session(7));
    assert_ne!(session(7), session(8));
}
