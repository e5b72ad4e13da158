//! The engine on events that are made up: times between requests, and one evaluation like another.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use mockorg::journal::event::{Event, Kind, Request};
use mockorg::journal::expectation::{Expectation, Outcome};
use mockorg::journal::{Connections, Pattern};
use mockorg::scenario::{ExpectSpec, Wanted};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use super::{judged, pattern, spec};

/// A request that was answered at this millisecond and took so many.
fn request(seq: u64, at_ms: i64, took_ms: u64, status: u16) -> Arc<Event> {
    let request =
        Request { method: "GET".into(), path: "/x".into(), status, duration_us: took_ms * 1_000, ..Request::default() };
    event(seq, at_ms, Kind::Request(Box::new(request)))
}

fn event(seq: u64, at_ms: i64, kind: Kind) -> Arc<Event> {
    let wall_time = Timestamp::from_millisecond(1_800_000_000_000 + at_ms).unwrap();
    Arc::new(Event { version: 1, seq, org_time: Timestamp::UNIX_EPOCH, wall_time, kind })
}

fn outcome(spec: &ExpectSpec, events: &[Arc<Event>]) -> (Outcome, String) {
    let judgement = judged(spec.clone(), events).judgement();
    (judgement.outcome, judgement.found)
}

#[test]
fn a_client_that_waits_between_its_tries_is_told_from_one_that_does_not() {
    let waits = spec("event = { path = \"/x\" }\nat-most = 3\napart = \"2s\"");
    let patient = [request(1, 0, 5, 503), request(2, 2_010, 10, 503), request(3, 4_020, 10, 200)];
    assert_eq!(outcome(&waits, &patient), (Outcome::Met, "3 requests".into()));
    let hasty = [request(1, 0, 5, 503), request(2, 2_009, 10, 503)];
    let found = "the 2nd only 1.999 s after the one before";
    assert_eq!(outcome(&waits, &hasty), (Outcome::Failed, found.into()));
    let stubborn: Vec<_> = (0..4).map(|n| request(n + 1, n as i64 * 3_000, 5, 503)).collect();
    assert_eq!(outcome(&waits, &stubborn), (Outcome::Failed, "4 requests".into()));
}

#[test]
fn what_began_before_the_mark_does_not_count_after_it() {
    let never = spec("never = { path = \"/x\" }\nafter = { kind = \"clock\" }");
    let mark = |seq, at| event(seq, at, Kind::Clock { change: "moved".into() });
    let in_flight = [mark(1, 1_000), request(2, 1_010, 20, 200)];
    assert_eq!(outcome(&never, &in_flight).0, Outcome::Met);
    let later = [mark(1, 1_000), request(2, 1_030, 20, 200)];
    assert_eq!(outcome(&never, &later).0, Outcome::Failed);
}

#[test]
fn only_the_first_mark_counts() {
    let once =
        spec("event = { path = \"/x\" }\nexactly = 1\nafter = { kind = \"clock\" }\nbefore = { kind = \"crl\" }");
    let mark = |seq, at| event(seq, at, Kind::Clock { change: "moved".into() });
    let end = |seq, at| event(seq, at, Kind::Crl { ca: "a".into(), change: "withheld".into() });
    let run = [end(1, 1), mark(2, 2), request(3, 3, 0, 200), mark(4, 4), end(5, 5), request(6, 6, 0, 200), mark(7, 7)];
    assert_eq!(outcome(&once, &run).0, Outcome::Met);
}

#[test]
fn a_run_of_a_million_events_is_judged_in_the_memory_of_a_few() {
    let mut expectation = Expectation::new(spec("event = { path = \"/x\", status = 200 }\nat-least = 2000000"));
    let mut connections = Connections::new();
    let (hit, miss) = (request(1, 0, 0, 200), request(2, 0, 0, 401));
    for _ in 0..100_000 {
        for event in [&hit, &miss] {
            connections.observe(event);
            expectation.observe(event, &connections);
        }
    }
    // what the expectation keeps are counted references to these two
    assert!(Arc::strong_count(&hit) <= 4 && Arc::strong_count(&miss) <= 4);
    assert!(expectation.finish());
    assert_eq!(expectation.judgement().found, "100000 requests");
}

/// The whole journal at once, as the reference says it in words.
fn whole(spec: &ExpectSpec, events: &[Arc<Event>]) -> Outcome {
    let none = Connections::new();
    let matches = |pattern: &Pattern, event: &Event| pattern.matches(event, &none);
    let opened = match &spec.after {
        None => Some(0),
        Some(after) => events.iter().position(|event| matches(after, event)).map(|at| at + 1),
    };
    let Some(opened) = opened else { return Outcome::Failed };
    let rest = &events[opened..];
    let closed = spec.before.as_ref().and_then(|before| rest.iter().position(|event| matches(before, event)));
    let window = &rest[..closed.unwrap_or(rest.len())];
    let since = spec.after.as_ref().map(|_| events[opened - 1].wall_time);
    let began = |event: &Event| match &event.kind {
        Kind::Request(request) => event.wall_time - Duration::from_micros(request.duration_us),
        _ => event.wall_time,
    };
    let (wanted, least) = match &spec.wanted {
        Wanted::Count { event, at_least, .. } | Wanted::Every { event, at_least, .. } => (event, *at_least),
    };
    let counted: Vec<&Arc<Event>> = window
        .iter()
        .filter(|event| since.is_none_or(|since| began(event) >= since) && matches(wanted, event))
        .collect();
    let holds = counted.len() as u64 >= least
        && match &spec.wanted {
            Wanted::Count { at_most, apart, .. } => {
                at_most.is_none_or(|most| counted.len() as u64 <= most)
                    && apart.is_none_or(|apart| {
                        counted.windows(2).all(|pair| {
                            let waited = began(pair[1]).duration_since(pair[0].wall_time);
                            Duration::try_from(waited).unwrap_or_default() >= apart
                        })
                    })
            }
            Wanted::Every { has, .. } => counted.iter().all(|event| matches(has, event)),
        };
    if holds { Outcome::Met } else { Outcome::Failed }
}

fn a_pattern() -> impl Strategy<Value = Pattern> {
    select(vec![
        "{ status = 200 }",
        "{ status = 503 }",
        "{ status = '5xx' }",
        "{ path = '/x' }",
        "{ kind = 'clock' }",
        "{ kind = 'crl' }",
    ])
    .prop_map(pattern)
}

prop_compose! {
    fn an_expectation()(
        event in a_pattern(), has in a_pattern(), least in 0..4_u64, most in of(0..4_u64), apart in of(1..2_000_u64),
        every in any::<bool>(), after in of(a_pattern()), before in of(a_pattern()),
    ) -> ExpectSpec {
        let spec = match (every, most) {
            (true, _) => ExpectSpec::every(event, has),
            (false, None) => ExpectSpec::at_least(least, event),
            (false, Some(most)) => ExpectSpec::at_most(most, event),
        };
        let spec = apart.map_or(spec.clone(), |apart| spec.apart(Duration::from_millis(apart)));
        ExpectSpec { after, before, ..spec }
    }
}

fn a_run() -> impl Strategy<Value = Vec<Arc<Event>>> {
    let one = (0..1_500_i64, 0..800_u64, select(vec![200_u16, 401, 503, 0, 1]));
    vec(one, 0..20).prop_map(|run| {
        let mut now = 0;
        let events = (1..).zip(run).map(|(seq, (later, took, what))| {
            now += later;
            match what {
                0 => event(seq, now, Kind::Clock { change: "moved".into() }),
                1 => event(seq, now, Kind::Crl { ca: "a".into(), change: "withheld".into() }),
                status => request(seq, now, took, status),
            }
        });
        events.collect()
    })
}

proptest! {
    #[test]
    fn event_by_event_is_judged_like_the_whole(spec in an_expectation(), run in a_run()) {
        prop_assert_eq!(judged(spec.clone(), &run).judgement().outcome, whole(&spec, &run), "{}", spec.expected());
    }
}
