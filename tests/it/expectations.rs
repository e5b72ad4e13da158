//! Expectations: a good and a bad client for each kind of them, the words of failures, and one evaluation like another.

use std::sync::Arc;

use expect_test::expect_file;
use mockorg::Scenario;
use mockorg::journal::event::{Event, Kind};
use mockorg::journal::expectation::{Expectation, Outcome};
use mockorg::journal::{Connections, Pattern, Verdict};
use mockorg::org::Door;
use mockorg::scenario::ExpectSpec;

use crate::wire::Org;

mod engine; // one evaluation like another, and times between requests
mod running; // in tests: waiting for events, expectations by code

const LIMITS: &str = "/services/data/v68.0/limits";

/// The quickstart with these expectations.
fn scenario(expectations: &str) -> Scenario {
    let text = format!("{}\n{expectations}", include_str!("../../scenarios/quickstart.toml"));
    let read = Scenario::from_text(&text, "test.toml", ".".as_ref());
    read.unwrap_or_else(|wrong| panic!("{}", wrong.render(false)))
}

fn spec(expectation: &str) -> ExpectSpec {
    scenario(&format!("[[expect]]\nname = \"x\"\n{expectation}")).expectations.remove(0)
}

/// The verdict on a client.
fn verdict(expectations: &str, client: impl FnOnce(&Org)) -> Verdict {
    let org = Org::start(scenario(expectations));
    client(&org);
    org.expectations().finish()
}

/// The expectation holds for the one client and fails for the other.
#[track_caller]
fn tells_apart(expectation: &str, good: impl FnOnce(&Org), bad: impl FnOnce(&Org)) {
    let expectation = format!("[[expect]]\nname = \"x\"\n{expectation}");
    let (good, bad) = (verdict(&expectation, good), verdict(&expectation, bad));
    assert!(good.holds, "the good client\n{}", good.text());
    assert_eq!(bad.expectations[0].outcome, Outcome::Failed, "the bad client");
}

#[test]
fn a_client_is_granted_on_the_mutual_door() {
    tells_apart(
        "event = { client = \"billing\", door = \"mutual\", outcome = \"granted\" }",
        |org| _ = org.mutual("billing").session(&org.billing()).get(LIMITS),
        |org| _ = org.door(Door::Standard).session(&org.billing()).get(LIMITS),
    );
}

#[test]
fn a_user_makes_no_call_on_the_standard_door() {
    tells_apart(
        "never = { user = \"billing@acme.example\", door = \"standard\", action = \"call\" }",
        |org| _ = org.mutual("billing").session(&org.billing()).get(LIMITS),
        |org| _ = org.door(Door::Standard).session(&org.billing()).get(LIMITS),
    );
}

#[test]
fn after_a_renewal_the_old_certificate_is_never_presented() {
    let renewed = |org: &Org, picked_up: bool| {
        let before = org.mutual("billing");
        assert_eq!(before.session(&org.billing()).get(LIMITS).map(|answer| answer.status), Ok(200));
        let old = org.mutual("billing");
        org.issue("billing", mockorg::controls::RenewalKey::Replace).unwrap();
        let client = if picked_up { org.mutual("billing") } else { old };
        let _ = client.get("/services/data");
    };
    tells_apart(
        "never = { kind = \"handshake\", certificate = \"replaced\" }\n\
         after = { kind = \"issue\", client = \"billing\" }",
        |org| renewed(org, true),
        |org| renewed(org, false),
    );
}

#[test]
fn leaf_and_intermediate_are_sent() {
    tells_apart(
        "every = { kind = \"handshake\", client = \"billing\" }\nhas = { sent = [\"billing\", \"acme-issuing\"] }",
        |org| _ = org.mutual("billing").get("/services/data"),
        |org| _ = org.mutual("billing").sending(Vec::new()).get("/services/data"),
    );
}

#[test]
fn a_server_that_is_not_trusted_is_refused() {
    tells_apart(
        "event = { door = \"mutual\", alert-received = \"unknown_ca\" }",
        |org| {
            let mut client = org.mutual("billing");
            client.ca = org.identities().authorities()[0].certificate.clone();
            assert!(client.get("/services/data").is_err());
            org.event(|event| matches!(&event.kind, Kind::Handshake(handshake) if handshake.alert_received.is_some()));
        },
        |org| _ = org.mutual("billing").get("/services/data"),
    );
}

#[test]
fn every_call_carries_the_certificate() {
    let expectation = "every = { user = \"billing@acme.example\", action = \"call\" }\nhas = { client = \"billing\" }";
    let calls = |org: &Org, last: &str| {
        let session = org.billing();
        let _ = org.mutual("billing").session(&session).get(LIMITS);
        let _ = org.mutual(last).session(&session).get(LIMITS);
    };
    tells_apart(expectation, |org| calls(org, "billing"), |org| calls(org, "visitor"));
    tells_apart(expectation, |org| calls(org, "billing"), |_| ());
}

#[test]
fn marks_bound_what_is_judged() {
    let twice = |org: &Org, between: bool| {
        let client = org.mutual("billing").session(&org.billing());
        let _ = client.get(LIMITS);
        org.advance(jiff::SignedDuration::from_secs(1)).unwrap();
        if between {
            let _ = client.get(LIMITS);
        }
        org.grant("reports@acme.example", mockorg::scenario::Permission::ViewAllData).unwrap();
        let _ = client.get(LIMITS);
    };
    tells_apart(
        "exactly = 1\nevent = { client = \"billing\" }\nafter = { kind = \"clock\" }\nbefore = { kind = \"permission\" }",
        |org| twice(org, true),
        |org| twice(org, false),
    );
}

#[test]
fn what_never_began_has_failed() {
    let never = "[[expect]]\nname = \"x\"\nnever = { client = \"billing\" }\nafter = { kind = \"clock\" }";
    let verdict = verdict(never, |_| ());
    assert_eq!(verdict.expectations[0].outcome, Outcome::Failed);
    assert_eq!(verdict.expectations[0].found, "nothing to judge: there was no clock event");
}

#[test]
fn a_failure_is_in_the_journal_as_soon_as_it_is_sure() {
    let org = Org::start(scenario("[[expect]]\nname = \"no visitor\"\nnever = { client = \"visitor\" }"));
    let _ = org.mutual("visitor").get("/services/data");
    let told = org.event(|event| matches!(event.kind, Kind::Expectation(_)));
    let Kind::Expectation(failed) = &told.kind else { unreachable!("asked for an expectation") };
    assert_eq!((failed.name.as_str(), failed.found.as_str()), ("no visitor", "1 request"));
    assert_eq!(org.journal().since(failed.events[0] - 1)[0].kind.name(), "request");
    let again = org.expectations().finish();
    assert!(!again.holds);
    let told = org.journal().since(0).iter().filter(|event| event.kind.name() == "expectation").count();
    assert_eq!(told, 1, "once");
}

#[test]
fn failures_say_what_was_expected_and_what_came_nearest() {
    let expectations = "
        [[expect]]
        name = \"billing is granted on the mutual door\"
        event = { client = \"billing\", door = \"mutual\", outcome = \"granted\" }

        [[expect]]
        name = \"leaf-only gets through\"
        event = { client = \"leaf-only\", outcome = \"granted\" }

        [[expect]]
        name = \"reports makes no call\"
        never = { user = \"reports@acme.example\", action = \"call\" }

        [[expect]]
        name = \"every call carries the certificate\"
        every = { user = \"billing@acme.example\", action = \"call\" }
        has = { client = \"billing\", door = \"mutual\" }

        [[expect]]
        name = \"at most one call\"
        event = { action = \"call\" }
        at-most = 1

        [[expect]]
        name = \"an upload is refused\"
        event = { kind = \"upload\", outcome = \"refused\" }
        after = { mark = \"uploads\" }

        [[expect]]
        name = \"two logins\"
        event = { kind = \"login\", outcome = \"granted\" }
        exactly = 2";
    let verdict = verdict(expectations, |org| {
        let _ = org.door(Door::Standard).session(&org.billing()).get(LIMITS);
        let _ = org.mutual("leaf-only").sending(Vec::new()).get(LIMITS);
        org.handshake_of("leaf-only");
        let _ = org.door(Door::Mutual).session(&org.reports()).get(LIMITS);
        org.event(|event| event.kind.door() == Some(Door::Mutual) && event.kind.name() == "request");
    });
    expect_file!["../golden/expectations.txt"].assert_eq(&verdict.text());
}

/// The verdict of the engine on events that are at hand.
fn judged(spec: ExpectSpec, events: &[Arc<Event>]) -> Expectation {
    let mut connections = Connections::new();
    let mut expectation = Expectation::new(spec);
    for event in events {
        connections.observe(event);
        expectation.observe(event, &connections);
    }
    expectation.finish();
    expectation
}

#[test]
fn the_examples_of_the_reference_are_right() {
    let reference = std::fs::read_to_string("docs/scenarios.md").unwrap();
    let section = reference.split("\n## `[[expect]]`\n").nth(1).unwrap();
    let (examples, _) = section.split_once("```toml\n").unwrap().1.split_once("```").unwrap();
    let specs = scenario(examples).expectations;
    assert!(specs.len() >= 7);
    let fails = |spec: &ExpectSpec| judged(spec.clone(), &[]).judgement().outcome == Outcome::Failed;
    assert!(specs.iter().any(fails), "a run in which nothing happens is no good one");
}

/// A pattern, for code.
fn pattern(text: &str) -> Pattern {
    Pattern::from_toml(text).unwrap_or_else(|wrong| panic!("{wrong}"))
}
