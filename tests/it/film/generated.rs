//! A thousand generated films: the same scenario, seed and calls leave the same canonical journal. Most are played in
//! process; a part of them has clients that come over TLS.

use std::fmt::Write;
use std::path::Path;

use mockorg::clock::Clock;
use mockorg::controls::Controls;
use mockorg::journal::{Journal, canonical};
use mockorg::org::Door;
use mockorg::scenario::Permission;
use mockorg::seed::Seed;
use mockorg::{RenewalKey, Scenario, Simulator};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;

use super::{START, at, days};
use crate::wire::Org;

const ORG: &str = "format = 1
org = { name = \"Acme\", clock = \"2029-03-01T00:00:00Z\" }
ca = [{ name = \"root\", listed = true }]
client = [{ name = \"one\", issuer = \"root\", valid = { from = \"-300d\", until = \"20d\" } }, { name = \"two\", issuer = \"root\" }]
mutual-auth-certificate = [{ label = \"One\", client = \"one\" }]
user = [{ username = \"u@acme.example\", password = \"pw\", permissions = [\"enforce-mutual-authentication\"] }]
connected-app = [{ name = \"app\", client-id = \"id\", client-secret = \"secret\", run-as = \"u@acme.example\" }]
";

/// What steps do; not all of it succeeds.
const VERBS: [&str; 16] = [
    "issue = { client = \"one\" }",
    "issue = { client = \"two\", key = \"same\" }",
    "upload = { label = \"Two\", client = \"two\" }",
    "upload = { label = \"One, again\", client = \"one\" }",
    "delete-certificate = \"One\"",
    "revoke = \"one\"",
    "revoke = \"two\"",
    "crl = { ca = \"root\", change = \"stale\" }",
    "crl = { ca = \"root\", change = \"publish\" }",
    "delist = \"root\"",
    "deny = { user = \"u@acme.example\", permission = \"enforce-mutual-authentication\" }",
    "expire-sessions = \"u@acme.example\"",
    "switch = { edge.alerts = \"java\", org.refusal-status = 403 }",
    "fault = { name = \"later\", effect = \"server-unavailable\", probability = 0.5 }",
    "clear = \"*\"",
    "advance = \"3d\"",
];

const FAULTS: [&str; 4] = [
    "effect = \"unavailable\"\nprobability = 0.5\nretry-after = \"2s\"\nretry-after-form = \"either\"",
    "effect = \"end-session\"\nnth = 2",
    "effect = \"request-limit-exceeded\"\ntimes = 1",
    "effect = \"alert\"\nprobability = 0.3",
];

const EXPECTATIONS: [&str; 5] = [
    "event = { client = \"one\", outcome = \"granted\" }",
    "never = { kind = \"handshake\", rule = \"expired\" }",
    "event = { kind = \"issue\" }\nat-most = 1",
    "never = { kind = \"upload\" }\nafter = { kind = \"clock\" }",
    "every = { user = \"u@acme.example\" }\nhas = { client = \"one\" }",
];

/// What comes from outside.
#[derive(Clone, Debug)]
enum Call {
    Advance(i64),
    Deny,
    Issue(&'static str),
    Mark,
    /// A login and a call by that client, or without one.
    Log(Option<&'static str>),
    Revoke(&'static str),
    Step(usize),
    Switch(&'static str),
}

fn calls() -> impl Strategy<Value = Vec<Call>> {
    let client = select(vec!["one", "two"]);
    let call = prop_oneof![
        3 => (1..12_i64).prop_map(Call::Advance),
        1 => Just(Call::Deny),
        2 => client.clone().prop_map(Call::Issue),
        1 => Just(Call::Mark),
        3 => proptest::option::of(client.clone()).prop_map(Call::Log),
        1 => client.prop_map(Call::Revoke),
        2 => (0..6_usize).prop_map(Call::Step),
        1 => select(vec!["enabled", "disabled"]).prop_map(Call::Switch),
    ];
    vec(call, 1..8)
}

fn trigger() -> impl Strategy<Value = String> {
    prop_oneof![
        (0..40_u32).prop_map(|day| format!("at = \"+{day}d\"")),
        Just("on = \"call\"".to_owned()),
        select(vec!["issue", "crl", "clock", "switch", "handshake", "request"])
            .prop_map(|kind| format!("when = {{ kind = \"{kind}\" }}")),
        (1..4_u32).prop_map(|count| format!("after = {{ count = {count}, of = {{ kind = \"step\" }} }}")),
    ]
}

/// A scenario that `check` may still refuse: a step that waits for itself, say.
fn films() -> impl Strategy<Value = String> {
    let steps = vec((trigger(), select(VERBS.to_vec())), 0..6);
    let faults = vec(select(FAULTS.to_vec()), 0..3);
    (steps, faults, vec(select(EXPECTATIONS.to_vec()), 0..4)).prop_map(|(steps, faults, expectations)| {
        let mut text = ORG.to_owned();
        for (n, (trigger, verb)) in steps.iter().enumerate() {
            write!(text, "\n[[step]]\nname = \"step {n}\"\n{trigger}\ndo.{verb}\n").unwrap();
        }
        for (n, fault) in faults.iter().enumerate() {
            write!(text, "\n[[fault]]\nname = \"fault {n}\"\n{fault}\n").unwrap();
        }
        for (n, expectation) in expectations.iter().enumerate() {
            write!(text, "\n[[expect]]\nname = \"expectation {n}\"\n{expectation}\n").unwrap();
        }
        text
    })
}

fn scenario(text: &str) -> Option<Scenario> {
    Scenario::from_text(text, "generated.toml", Path::new(".")).ok()
}

/// What a verb answers makes no difference here: the journal is looked at.
fn verb(controls: &Controls, call: &Call) {
    match call {
        Call::Advance(by) => drop(controls.advance(days(*by))),
        Call::Deny => drop(controls.deny("u@acme.example", Permission::EnforceMutualAuthentication)),
        Call::Issue(client) => drop(controls.issue(client, RenewalKey::Replace)),
        Call::Log(_) => {}
        Call::Mark => drop(controls.mark("here")),
        Call::Revoke(client) => drop(controls.revoke(client)),
        Call::Step(n) => drop(controls.step(&format!("step {n}"))),
        Call::Switch(value) => drop(controls.set_switch("org.soap-login", value)),
    }
}

/// What two plays must have in common; expectations that failed are in it as events.
fn left(controls: &Controls) -> Vec<Value> {
    canonical(&controls.journal().since(0))
}

fn play(scenario: &Scenario, seed: u64, calls: &[Call]) -> Vec<Value> {
    let clock = Clock::standing_at(at(START));
    let journal = Journal::new(clock.clone());
    let controls = Controls::found(scenario.clone(), clock, Seed::new(seed), journal).unwrap();
    controls.begin();
    calls.iter().for_each(|call| verb(&controls, call));
    left(&controls)
}

fn play_over_tls(scenario: &Scenario, seed: u64, calls: &[Call]) -> Vec<Value> {
    let org = Org::with(Simulator::default().seed(seed), scenario.clone());
    for call in calls {
        let Call::Log(client) = call else {
            verb(org.controls(), call);
            continue;
        };
        let before = org.journal().last_seq();
        let client = client.map_or_else(|| org.door(Door::Mutual), |client| org.mutual(client));
        let body = "grant_type=client_credentials&client_id=id&client_secret=secret";
        let answer = client.post("/services/oauth2/token", crate::wire::FORM, body);
        // an alert may come before its event: the next call must not
        org.journal().wait_for(before, crate::wire::PATIENCE, |event| event.kind.name() == "handshake").unwrap();
        let token = answer.ok().and_then(|answer| serde_json::from_str::<Value>(&answer.body).ok());
        if let Some(token) = token.and_then(|body| Some(body["access_token"].as_str()?.to_owned())) {
            let before = org.journal().last_seq();
            let _ = client.clone().session(&token).get("/services/data/v64.0/limits");
            org.journal().wait_for(before, crate::wire::PATIENCE, |event| event.kind.name() == "handshake").unwrap();
        }
    }
    left(org.controls())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, max_global_rejects: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn a_thousand_films_leave_the_same_journal_with_the_same_seed(film in films(), calls in calls(), seed in any::<u64>()) {
        let Some(scenario) = scenario(&film) else { return Err(TestCaseError::reject("check refuses it")) };
        prop_assert_eq!(play(&scenario, seed, &calls), play(&scenario, seed, &calls));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, max_global_rejects: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn clients_over_tls_leave_the_same_journal_too(film in films(), calls in calls(), seed in any::<u64>()) {
        let Some(scenario) = scenario(&film) else { return Err(TestCaseError::reject("check refuses it")) };
        prop_assert_eq!(play_over_tls(&scenario, seed, &calls), play_over_tls(&scenario, seed, &calls));
    }
}

#[test]
fn another_film_leaves_another_journal() {
    let plain = scenario(ORG).unwrap();
    let calls = [Call::Advance(5), Call::Log(Some("one"))];
    let text = format!("{ORG}\n[[step]]\nname = \"step\"\nat = \"+1d\"\ndo.revoke = \"one\"\n");
    let revoked = scenario(&text).unwrap();
    assert_ne!(play(&plain, 1, &calls), play(&revoked, 1, &calls));
    assert_ne!(play_over_tls(&plain, 1, &calls[..1]), play_over_tls(&plain, 1, &calls));
}
