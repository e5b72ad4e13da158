//! The canonical form: what two runs of a scenario with one seed have in common. It is for comparing, not for reading.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{Event, Kind};

/// The events in canonical form, ordered by connection and place within it; verbs come first, as connection 0.
///
/// Certificates go by their name in the scenario, users by theirs, connections by the order in which they came.
/// Everything that differs between runs is left out: times, ports, durations, serial numbers, fingerprints, generated
/// ids, and the lines of an explanation that carry them.
pub fn canonical(events: &[Arc<Event>]) -> Vec<Value> {
    let mut connections: BTreeMap<u64, Vec<&Kind>> = BTreeMap::new();
    for event in events {
        connections.entry(event.kind.handshake().unwrap_or(VERBS)).or_default().push(&event.kind);
    }
    let verbs = connections.remove(&VERBS).unwrap_or_default();
    std::iter::once(verbs)
        .chain(connections.into_values())
        .enumerate()
        .flat_map(|(connection, kinds)| {
            kinds.into_iter().enumerate().map(move |(n, kind)| canonical_event(connection, n + 1, kind))
        })
        .collect()
}

fn canonical_event(connection: usize, n: usize, kind: &Kind) -> Value {
    let mut event = match serde_json::to_value(kind) {
        Ok(Value::Object(keys)) => keys,
        _ => Map::new(),
    };
    event.retain(|key, _| !GENERATED.contains(&key.as_str()));
    if let Some(Value::String(connect)) = event.get_mut("connect") {
        without_port(connect);
    }
    if let Some(Value::Array(certificates)) = event.get_mut("certificates") {
        certificates.iter_mut().for_each(|certificate| *certificate = name(certificate));
    }
    if let Some(Value::Object(explanation)) = event.get_mut("explanation") {
        explanation.retain(|key, _| matches!(key.as_str(), "headline" | "rule"));
    }
    if let Some(Value::Object(verdict)) = event.get_mut("verdict") {
        verdict.retain(|key, _| matches!(key.as_str(), "holds" | "faults" | "path"));
        for fault in verdict.get_mut("faults").and_then(Value::as_array_mut).into_iter().flatten() {
            if let Value::Object(fault) = fault {
                fault.retain(|key, _| matches!(key.as_str(), "rule" | "position" | "subject"));
            }
        }
    }
    event.insert("connection".into(), json!(connection));
    event.insert("n".into(), json!(n));
    Value::Object(event)
}

/// The doors' own ports differ between runs, and which door it was is said anyway.
fn without_port(target: &mut String) {
    let colon = target.rfind(':').filter(|&at| target[at + 1..].bytes().all(|byte| byte.is_ascii_digit()));
    target.truncate(colon.unwrap_or(target.len()));
}

/// The name in the scenario, or the subject of a certificate that is not from there.
fn name(certificate: &Value) -> Value {
    certificate.get("name").or_else(|| certificate.get("subject")).cloned().unwrap_or_default()
}

/// What an event carries that is made up anew in every run.
const GENERATED: [&str; 17] = [
    "id",
    "handshake",
    "resumed_from",
    "not_resumed",
    "remote",
    "serial",
    "session",
    "duration_us",
    "verdict_age_s",
    "request_body",
    "response_body",
    "standard_port",
    "mutual_port",
    "proxy_port",
    "admin_port",
    "found",
    "events",
];

/// No handshake has this id: they are counted from 1.
const VERBS: u64 = 0;
