//! Expectations in a Rust team's tests: said in code, awaited without sleeping.

use std::time::Duration;

use mockorg::scenario::ExpectSpec;
use mockorg::{Running, Scenario, Simulator};

use super::{LIMITS, pattern};
use crate::wire::{Org, PATIENCE};

/// A client on a thread of its own, since the test waits for what it does.
async fn call(org: &Running, client: &str) {
    let identity = org.client(client).unwrap();
    let client = crate::wire::Client {
        port: org.ports().mutual,
        proxy: None,
        ca: org.server_ca().clone(),
        identity: Some(identity),
        version: None,
        sni: Some("localhost".into()),
        host: "localhost".into(),
        headers: Vec::new(),
    };
    tokio::task::spawn_blocking(move || client.get(LIMITS).unwrap()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_awaited_from_before_and_from_now_on() {
    let org = Simulator::start(Scenario::quickstart()).await.unwrap();
    let wanted = pattern("{ client = 'billing', status = 401 }");
    let ((), found) = tokio::join!(call(&org, "billing"), org.event(&wanted, 0, PATIENCE));
    let first = found.unwrap();
    assert_eq!(org.event(&wanted, 0, Duration::ZERO).await.unwrap().seq, first.seq, "it is there already");
    assert!(org.event(&wanted, first.seq, Duration::ZERO).await.is_err(), "only what comes after the place");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_does_not_come_is_missed_with_what_came_nearest() {
    let org = Simulator::start(Scenario::quickstart()).await.unwrap();
    call(&org, "billing").await;
    let missed = org.event(&pattern("{ client = 'billing', status = 200 }"), 0, Duration::ZERO).await.unwrap_err();
    let missed = missed.to_string();
    assert!(
        missed.starts_with("nothing like it within 0ns\nfailed: at least 1 request with client billing"),
        "{missed}"
    );
    assert!(missed.contains("differs in status\n    mutual - GET /services/data/v68.0/limits 401"), "{missed}");
}

#[test]
fn an_expectation_in_code_judges_what_comes_after_it() {
    let org = Org::quickstart();
    let _ = org.mutual("visitor").get(LIMITS);
    org.event(|event| event.kind.name() == "request");
    org.expect(ExpectSpec::never(pattern("{ client = 'visitor' }")).named("no visitor any more"));
    org.verdict().assert_met();
    let _ = org.mutual("visitor").get(LIMITS);
    assert!(!org.verdict().holds);
    let verdict = org.verdict();
    let panic = std::panic::catch_unwind(|| verdict.assert_met()).unwrap_err();
    let text = panic.downcast_ref::<String>().unwrap();
    assert!(text.contains("failed: no visitor any more\n  expected  no request with client visitor"), "{text}");
}

#[test]
fn an_expectation_says_in_its_name_what_it_means() {
    let event = || pattern("{ kind = 'login' }");
    for (spec, name) in [
        (ExpectSpec::at_least(2, event()), "at least 2 logins"),
        (ExpectSpec::at_most(2, event()), "at most 2 logins"),
        (ExpectSpec::exactly(1, event()).apart(Duration::from_millis(1_500)), "exactly 1 login"),
        (ExpectSpec::every(event(), pattern("{ flow = 'soap' }")), "every login has flow soap"),
        (ExpectSpec::never(event()).named("nobody logs in"), "nobody logs in"),
    ] {
        assert_eq!(spec.name, name);
    }
    let waiting = ExpectSpec::exactly(1, event()).apart(Duration::from_millis(1_500));
    assert_eq!(waiting.expected(), "exactly 1 login; each at least 1.5 s after the one before");
}
