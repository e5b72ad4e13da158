//! The journal: order, memory, file, subscribers, waiting, queries, the canonical form and the lines on a console.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use expect_test::{expect, expect_file};
use mockorg::Clock;
use mockorg::journal::event::{Event, Handshake, Kind};
use mockorg::journal::{Journal, KEPT, Outcome, Query, line};
use mockorg::org::Door;
use serde_json::Value;

mod pattern;
mod samples;

use samples::{canonical_text, event, handshake, resumptions, samples};

/// Long enough for any machine; a test that passes does not wait for it.
const PATIENCE: Duration = Duration::from_secs(60);

fn journal() -> Journal {
    Journal::new(Clock::standing_at("2029-03-01T00:00:00Z".parse().unwrap()))
}

fn moved(number: usize) -> Kind {
    Kind::Clock { change: number.to_string() }
}

fn change(event: &Event) -> usize {
    match &event.kind {
        Kind::Clock { change } => change.parse().unwrap(),
        other => panic!("a clock event was expected, not {}", other.name()),
    }
}

#[test]
fn events_are_counted_and_carry_both_clocks() {
    let journal = journal();
    assert_eq!((journal.append(moved(1)), journal.append(moved(2))), (1, 2));
    let events = journal.since(0);
    assert_eq!(events.iter().map(|event| event.seq).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(events[0].org_time.to_string(), "2029-03-01T00:00:00Z");
    assert!(events[0].wall_time <= events[1].wall_time);
    assert_eq!(journal.since(1).len(), 1);
    assert!(journal.since(2).is_empty() && journal.since(99).is_empty());
}

#[test]
fn the_last_events_are_kept_and_the_count_goes_on() {
    let journal = journal();
    for number in 1..=KEPT + 5 {
        journal.append(moved(number));
    }
    let kept = journal.since(0);
    assert_eq!((kept.len(), change(&kept[0]), kept[0].seq), (KEPT, 6, 6));
    assert_eq!(journal.since(KEPT as u64).iter().map(|event| change(event)).collect::<Vec<_>>().len(), 5);
    assert_eq!(journal.last_seq(), KEPT as u64 + 5);
}

/// Appends from four threads at once, 250 events each.
fn append_from_four_threads(journal: &Journal) {
    thread::scope(|scope| {
        for thread in 0..4 {
            scope.spawn(move || (0..250).for_each(|number| _ = journal.append(moved(thread * 250 + number))));
        }
    });
}

#[test]
fn a_subscriber_sees_every_event_once_and_in_order_from_many_threads() {
    let journal = journal();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let subscription = journal.subscribe({
        let seen = seen.clone();
        move |event| seen.lock().unwrap().push(event.seq)
    });
    append_from_four_threads(&journal);
    assert_eq!(*seen.lock().unwrap(), (1..=1_000).collect::<Vec<_>>());
    drop(subscription);
    journal.append(moved(0));
    assert_eq!(seen.lock().unwrap().len(), 1_000, "a subscription ends when it is dropped");
}

#[test]
fn the_file_holds_every_event_in_order_a_line_each() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let journal = Journal::with_file(Clock::system(), &path).unwrap();
    append_from_four_threads(&journal);
    let text = std::fs::read_to_string(path).unwrap();
    let seqs: Vec<_> =
        text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, (1..=1_000).collect::<Vec<_>>());
    assert_eq!(journal.file_error(), None);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_and_the_journal_goes_on_in_memory() {
    let journal = Journal::with_file(Clock::system(), "/dev/full".as_ref()).unwrap();
    journal.append(moved(1));
    assert!(journal.file_error().is_some_and(|error| error.contains("No space left")));
    journal.append(moved(2));
    assert_eq!(journal.since(0).len(), 2);
}

#[test]
fn a_subscriber_may_append() {
    let journal = journal();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let _subscription = journal.subscribe({
        let (seen, journal) = (seen.clone(), journal.clone());
        move |event| {
            seen.lock().unwrap().push(change(event));
            if change(event) < 3 {
                journal.append(moved(change(event) + 1));
            }
        }
    });
    journal.append(moved(1));
    assert_eq!(*seen.lock().unwrap(), [1, 2, 3]);
}

#[test]
fn a_subscriber_that_panics_does_not_silence_the_journal() {
    let journal = journal();
    let seen = Arc::new(AtomicUsize::new(0));
    let _subscription = journal.subscribe({
        let seen = seen.clone();
        move |event| {
            seen.fetch_add(1, Ordering::SeqCst);
            assert_ne!(change(event), 1, "the panic of this test");
        }
    });
    let panicking = journal.clone();
    assert!(thread::spawn(move || panicking.append(moved(1))).join().is_err());
    journal.append(moved(2));
    assert_eq!(seen.load(Ordering::SeqCst), 2);
}

#[test]
fn waiting_finds_what_was_there_and_what_arrives() {
    let journal = journal();
    journal.append(moved(1));
    assert_eq!(change(&journal.wait_for(0, PATIENCE, |event| change(event) == 1).unwrap()), 1);
    assert!(journal.wait_for(1, Duration::ZERO, |_| true).is_none(), "only events after the place count");
    let (asked, was_asked) = channel();
    thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            journal.wait_for(0, PATIENCE, |event| {
                asked.send(()).unwrap();
                change(event) == 3
            })
        });
        was_asked.recv().unwrap();
        journal.append(moved(2));
        journal.append(moved(3));
        assert_eq!(waiting.join().unwrap().unwrap().seq, 3);
    });
    assert_eq!(was_asked.try_iter().count(), 2, "no event is asked about twice");
}

#[test]
fn what_was_waited_for_has_reached_the_subscribers() {
    let journal = journal();
    let (returned, was_returned) = channel();
    let (entered, was_entered) = channel();
    let (was_returned, early) = (Mutex::new(was_returned), Arc::new(AtomicUsize::new(0)));
    let seen = early.clone();
    let _subscription = journal.subscribe(move |_| {
        entered.send(()).unwrap();
        let back = was_returned.lock().unwrap().recv_timeout(Duration::from_millis(100));
        seen.fetch_add(usize::from(back.is_ok()), Ordering::SeqCst);
    });
    thread::scope(|scope| {
        scope.spawn(|| journal.append(moved(1)));
        was_entered.recv().unwrap();
        assert!(journal.wait_for(0, PATIENCE, |_| true).is_some());
        let _ = returned.send(());
    });
    assert_eq!(early.load(Ordering::SeqCst), 0, "the wait was over before the subscriber was");
}

#[test]
fn a_subscriber_may_wait_for_an_event_that_is_there() {
    let journal = journal();
    let inner = journal.clone();
    let _subscription =
        journal.subscribe(move |event| assert!(inner.wait_for(0, PATIENCE, |there| there.seq == event.seq).is_some()));
    let watch = mockorg::clock::Stopwatch::start();
    journal.append(moved(1));
    assert!(watch.elapsed() < PATIENCE, "it waited for itself");
}

#[test]
fn a_query_narrows_by_everything_that_it_names() {
    let journal = journal();
    samples().iter().for_each(|event| _ = journal.append(event.kind.clone()));
    let of = |query: Query| journal.query(&query).iter().map(|event| event.seq).collect::<Vec<_>>();
    let all = Query::default();
    assert_eq!(of(all.clone()).len(), samples().len());
    assert_eq!(of(Query { kind: Some("login".into()), ..all.clone() }), [4, 6]);
    assert_eq!(of(Query { since: 4, kind: Some("login".into()), ..all.clone() }), [6]);
    assert_eq!(of(Query { door: Some(Door::Mutual), ..all.clone() }), [1, 2, 3, 4, 5, 6, 7, 27]);
    assert!(of(Query { door: Some(Door::Standard), ..all.clone() }).is_empty());
    assert_eq!(of(Query { client: Some("billing".into()), ..all.clone() }), [1, 3, 4, 5, 6, 7, 27]);
    assert!(of(Query { client: Some("visitor".into()), ..all.clone() }).is_empty());
    assert_eq!(of(Query { user: Some("Billing@ACME.example".into()), ..all.clone() }), [4, 5, 6, 7, 10, 11, 24]);
    assert_eq!(of(Query { outcome: Some(Outcome::Refused), ..all.clone() }), [1, 2, 6, 7, 15, 18, 21, 26]);
    assert_eq!(of(Query { outcome: Some(Outcome::Granted), ..all }), [3, 4, 5, 14, 25]);
}

#[test]
fn the_canonical_form_of_every_kind() {
    expect_file!["../golden/canonical.jsonl"].assert_eq(&canonical_text(&samples()));
}

#[test]
fn the_canonical_form_forgets_what_differs_between_runs() {
    let run = |id: u64, port: u16, seq: u64| {
        let first = Handshake { remote: format!("127.0.0.1:{port}"), duration_us: seq, ..handshake(id) };
        let second = Handshake { remote: format!("127.0.0.1:{}", port + 1), ..handshake(id + 4) };
        [first, second].map(|handshake| event(seq, Kind::Handshake(Box::new(handshake))))
    };
    assert_eq!(canonical_text(&run(1, 40_000, 1)), canonical_text(&run(7, 50_000, 90)));
    let proxied = |target: &str| {
        let handshake = Handshake { connect: Some(target.into()), ..handshake(1) };
        canonical_text(&[event(1, Kind::Handshake(Box::new(handshake)))])
    };
    assert_eq!(proxied("localhost:40000"), proxied("localhost:50000"));
    assert_ne!(proxied("[::1]:40000"), proxied("[::2]:40000"));
    let [first, second] = run(1, 40_000, 1);
    assert_eq!(
        canonical_text(&[first.clone(), second.clone()]),
        canonical_text(&[second, first]),
        "connections that overlap are told apart by who came first, not by who was done first"
    );
}

#[test]
fn the_canonical_form_remembers_what_was_decided() {
    let refused = |alert: &str| Handshake { alert_sent: Some(alert.into()), ..handshake(1) };
    let text = |alert| canonical_text(&[event(1, Kind::Handshake(Box::new(refused(alert))))]);
    assert_ne!(text("certificate_expired (45)"), text("unknown_ca (48)"));
}

#[test]
fn a_line_for_every_event_and_the_explanation_of_a_refusal() {
    let port = |door| if door == Door::Mutual { 8443 } else { 4443 };
    let text: String = samples().iter().map(|event| line::plain(&line::lines(event, port))).collect();
    expect_file!["../golden/lines.txt"].assert_eq(&text);
    assert!(text.contains("8443 billing@acme.example GET /services/data/v68.0/limits 200 granted by CN=billing"));
}

#[test]
fn control_characters_from_the_network_do_not_reach_a_console() {
    let forged = Kind::Upload { label: "a\u{1b}[2Jb\nc".into(), outcome: "uploaded", explanation: None };
    assert_eq!(line::plain(&line::lines(&event(1, forged), |_| 0)), "upload 'a\u{fffd}[2Jb\u{fffd}c' uploaded\n");
}

const DOCS: &str = include_str!("../../docs/journal.md");

#[test]
fn a_handshake_says_what_it_resumed_and_what_it_did_not() {
    let first = |event: &Arc<Event>| line::plain(&line::lines(event, |_| 8443)).lines().next().unwrap().to_owned();
    expect![[r#"
        8443 handshake TLSv1.3 CN=billing resumed from 3 holds
        8443 handshake TLSv1.3 CN=billing did not resume the session of handshake 3: CN=Acme Issuing CA, expired; refused: certificate 2 of 2, CN=Acme Issuing CA, expired"#]]
    .assert_eq(&resumptions().iter().map(first).collect::<Vec<_>>().join("\n"));
}

#[test]
fn the_docs_name_every_key_and_every_kind() {
    let mut keys = BTreeSet::new();
    for event in samples().into_iter().chain(resumptions()) {
        collect_keys(&serde_json::to_value(&*event).unwrap(), &mut keys);
        keys.insert(event.kind.name().to_owned());
    }
    assert!(keys.len() > 50, "the samples have every key: {keys:?}");
    let missing: Vec<_> = keys.iter().filter(|key| !DOCS.contains(&format!("`{key}`"))).collect();
    assert!(missing.is_empty(), "docs/journal.md does not name {missing:?}");
}

#[test]
fn the_docs_show_the_events_of_the_samples() {
    let blocks = DOCS.split("```json\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let shown: Vec<Value> = blocks.map(|block| serde_json::from_str(block).expect(block)).collect();
    let kinds: BTreeSet<_> = shown.iter().map(|event| event["kind"].as_str().unwrap().to_owned()).collect();
    let expected: BTreeSet<_> = samples().iter().map(|event| event.kind.name().to_owned()).collect();
    assert_eq!(kinds, expected, "an example of every kind");
    let samples: Vec<_> = samples().iter().map(|event| serde_json::to_value(&**event).unwrap()).collect();
    for event in &shown {
        assert!(samples.contains(event), "docs/journal.md shows what no event looks like: {event:#}");
    }
}

/// A new kind must be added here, and to the samples.
#[test]
fn the_samples_hold_every_kind() {
    let number = |kind: &Kind| match kind {
        Kind::Clock { .. } => 0,
        Kind::Crl { .. } => 1,
        Kind::Handshake(_) => 2,
        Kind::Login(_) => 3,
        Kind::Permission { .. } => 4,
        Kind::Request(_) => 5,
        Kind::Sessions { .. } => 6,
        Kind::Switch { .. } => 7,
        Kind::Trust { .. } => 8,
        Kind::Upload { .. } => 9,
        Kind::Issue { .. } => 10,
        Kind::Advertise { .. } => 11,
        Kind::Proxy(_) => 12,
        Kind::Mark { .. } => 13,
        Kind::Reset => 14,
        Kind::Admin(_) => 15,
        Kind::Expectation(_) => 16,
        Kind::Server { .. } => 17,
        Kind::Password { .. } => 18,
        Kind::Step(_) => 19,
        Kind::Fault(_) => 20,
        Kind::Deliver(_) => 21,
    };
    let numbers: BTreeSet<_> = samples().iter().map(|event| number(&event.kind)).collect();
    assert_eq!(numbers, (0..=21).collect());
    for event in samples() {
        assert_eq!(serde_json::to_value(&*event).unwrap()["kind"], event.kind.name());
    }
}

fn collect_keys(value: &Value, keys: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect_keys(item, keys)),
        Value::Object(object) => object.iter().for_each(|(key, value)| {
            keys.insert(key.clone());
            collect_keys(value, keys);
        }),
        _ => {}
    }
}
