//! `/v1/journal`: what happened, filtered; `/v1/mark`: a name for a place in it.

use std::sync::Arc;

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error;
use serde_json::{Value, json};
use warp::reply::Response;

use super::{AdminDoor, Request, answer};
use crate::api::reject::Reject;
use crate::journal::{Event, Query, canonical, line};

pub(super) const PARAMETERS: &[&str] = &["since", "kind", "door", "client", "user", "outcome", "form", "limit"];

/// How events are written.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Form {
    /// As two runs can be compared.
    Canonical,
    /// As they are.
    Json,
    /// As `serve` prints them.
    Text,
}

pub(super) fn query(door: &AdminDoor, request: &Request) -> Result<Response, Reject> {
    let query = asked(door, request)?;
    let limit = match request.parameter("limit") {
        None => usize::MAX,
        Some(text) => text.parse().map_err(|_| Reject::bad_value("limit", "a number of events", text))?,
    };
    // one look at the journal, so that whoever goes on from `last_seq` misses nothing
    let kept = door.controls.journal().since(0);
    let mut events = query.select(&kept);
    events.drain(..events.len().saturating_sub(limit));
    let events = match form(request)? {
        Form::Text => return Ok(answer::file("text/plain; charset=utf-8", text(door, &events))),
        Form::Json => events.iter().map(|event| json!(event)).collect(),
        Form::Canonical => canonical(&events),
    };
    let first = kept.first().map_or(0, |event| event.seq);
    let last = kept.last().map_or(0, |event| event.seq);
    let missed = first.saturating_sub(query.since + 1);
    Ok(answer::ok(&json!({"events": Value::Array(events), "last_seq": last, "missed": missed})))
}

/// What the parameters ask for.
pub(super) fn asked(door: &AdminDoor, request: &Request) -> Result<Query, Reject> {
    let since = request.parameter("since").map(|text| place(door, text)).transpose()?;
    Ok(Query {
        since: since.unwrap_or_default(),
        kind: request.parameter("kind").map(str::to_owned),
        door: word(request, "door", "mutual or standard")?,
        client: request.parameter("client").map(str::to_owned),
        user: request.parameter("user").map(str::to_owned),
        outcome: word(request, "outcome", "granted or refused")?,
    })
}

pub(super) fn form(request: &Request) -> Result<Form, Reject> {
    Ok(word(request, "form", "json, text or canonical")?.unwrap_or(Form::Json))
}

/// A place is a number, or the name of a mark.
fn place(door: &AdminDoor, text: &str) -> Result<u64, Reject> {
    let number = text.parse().ok();
    number.or_else(|| door.controls.marked(text)).ok_or_else(|| Reject::unknown_mark(text))
}

fn word<'a, T: Deserialize<'a>>(request: &'a Request, name: &str, expected: &str) -> Result<Option<T>, Reject> {
    let Some(text) = request.parameter(name) else { return Ok(None) };
    T::deserialize(text.into_deserializer()).map(Some).map_err(|_: Error| Reject::bad_value(name, expected, text))
}

/// The lines that `serve` prints.
pub(super) fn text(door: &AdminDoor, events: &[Arc<Event>]) -> String {
    let port = |of| door.addresses.own_port(of);
    events.iter().map(|event| line::plain(&line::lines(event, port))).collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mark {
    name: String,
}

pub(super) fn mark(door: &AdminDoor, request: &Request) -> Result<Response, Reject> {
    let Mark { name } = request.json()?;
    let seq = door.controls.mark(&name)?;
    Ok(answer::ok(&json!({"name": name, "seq": seq})))
}

pub(super) const STREAM_PARAMETERS: &[&str] = &["since", "kind", "door", "client", "user", "outcome", "form"];
