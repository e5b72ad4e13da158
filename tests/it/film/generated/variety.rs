//! What a thousand generated films had in them: how many of them played each verb, met each fault, ended in each refusal.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write;
use std::sync::Arc;

use mockorg::journal::{Event, Kind};
use serde_json::Value;

#[derive(Default)]
pub(super) struct Variety {
    films: usize,
    with: BTreeMap<String, usize>,
    journals: HashSet<String>,
}

/// So many films at least have each of these in them. Several runs of a thousand had at least three times as many.
const LEAST: [(usize, &[&str]); 5] = [
    (
        15,
        &[
            "advance done",
            "clear done",
            "crl done",
            "delete-certificate done",
            "delist done",
            "deny done",
            "expire-sessions done",
            "fault done",
            "grant done",
            "issue done",
            "list done",
            "password done",
            "revoke done",
            "server-certificate done",
            "switch done",
            "upload done",
        ],
    ),
    (30, &["trigger after", "trigger at", "trigger on", "trigger when", "expectation failed"]),
    (
        5,
        &[
            "fault alert",
            "fault drop",
            "fault end-session",
            "fault hold-server-hello",
            "fault request-limit-exceeded",
            "fault reset",
            "fault server-expired",
            "fault server-unavailable",
            "fault slow-body",
            "fault unavailable",
            "upload failed",
        ],
    ),
    (150, &["handshake granted", "login granted", "request granted"]),
    (
        4,
        &[
            "handshake refused: crl-stale",
            "handshake refused: expired",
            "handshake refused: revoked",
            "handshake refused: unlisted-root",
            "request refused: not-uploaded",
            "request refused: standard-door",
            "request refused: sessions end at logout, when revoked, or after two unused hours on the org's clock",
        ],
    ),
];

/// So many films of a thousand leave a journal that no other of them leaves.
const LEAST_JOURNALS: usize = 900;

impl Variety {
    pub(super) fn see(&mut self, events: &[Arc<Event>], canonical: &[Value]) {
        self.films += 1;
        self.journals.insert(Value::from(canonical.to_vec()).to_string());
        let seen: BTreeSet<String> = events.iter().flat_map(|event| things(&event.kind)).collect();
        for thing in seen {
            *self.with.entry(thing).or_default() += 1;
        }
    }

    pub(super) fn check(&self) {
        let mut shown = format!("{} films, {} journals\n", self.films, self.journals.len());
        for (thing, films) in &self.with {
            writeln!(shown, "{films:5} {thing}").unwrap();
        }
        assert!(self.journals.len() >= LEAST_JOURNALS, "they are too much alike: {shown}");
        for (least, things) in LEAST {
            for thing in things {
                let films = self.with.get(*thing).copied().unwrap_or_default();
                assert!(films >= least, "only {films} of them have {thing:?} in them: {shown}");
            }
        }
    }
}

fn things(kind: &Kind) -> Vec<String> {
    match kind {
        Kind::Step(step) => {
            let trigger = step.trigger.split(' ').next().unwrap_or_default();
            vec![format!("{} {}", step.verb, step.outcome), format!("trigger {trigger}")]
        }
        Kind::Fault(fault) if fault.change == "injected" => {
            vec![format!("fault {}", fault.effect.split(',').next().unwrap_or_default())]
        }
        Kind::Handshake(handshake) if handshake.verdict.as_ref().is_some_and(|verdict| !verdict.holds) => {
            let faults = handshake.verdict.iter().flat_map(|verdict| &verdict.faults);
            faults.map(|fault| format!("handshake refused: {}", fault.rule)).collect()
        }
        Kind::Handshake(_) | Kind::Login(_) | Kind::Request(_) => {
            let why = kind.explanation().map(|why| why.anchor().unwrap_or(&why.rule));
            vec![why.map_or(format!("{} granted", kind.name()), |why| format!("{} refused: {why}", kind.name()))]
        }
        Kind::Expectation(_) => vec!["expectation failed".to_owned()],
        _ => Vec::new(),
    }
}
