//! `expect` of an `[[exchange]]`: an outcome that can come to be.

use std::collections::BTreeMap;

use super::exchanges::Way;
use super::template::Captured;
use super::{Reading, pattern};
use crate::scenario::exchange::{Expected, Place, Template, Wanted};
use crate::scenario::file::{OutcomeTable, Scalar, Spot};
use crate::scenario::guess;
use crate::scenario::pattern::Status;

/// What is expected where nothing is said.
const SUCCESS: Status = Status::Class(2);

pub(super) fn outcome(
    table: Option<&OutcomeTable>,
    way: &Way,
    captured: &Captured<'_>,
    reading: &mut Reading<'_>,
) -> Expected {
    let Some(table) = table else { return Expected { status: Some(SUCCESS), http: way.http, ..Expected::default() } };
    let alert = table.alert.as_ref().and_then(|word| reading.word(word));
    let closed = table.closed.as_ref().is_some_and(|closed| **closed);
    let proxy = table.proxy.as_ref().and_then(|status| pattern::status(status, reading));
    check_kinds(table, reading);
    let is_answered = table.alert.is_none() && !closed && table.proxy.is_none();
    if let (Some(proxy), false) = (&table.proxy, way.is_by_proxy()) {
        reading.mistake(proxy.span(), "this goes to the door itself: `proxy` is what comes of `by-proxy`");
    }
    if let (Some(resumed), None) = (&table.resumed, &way.resume) {
        reading.mistake(resumed.span(), "no session is offered here: `resumed` is what comes of `resume`");
    }
    let status = table.status.as_ref().and_then(|status| pattern::status(status, reading));
    let is_success = is_answered && table.status.is_none() && table.error.is_none();
    let http = table.http.as_ref().and_then(|word| reading.word(word));
    Expected {
        alert,
        closed,
        proxy,
        http: http.or(way.http.filter(|_| is_answered)),
        resumed: table.resumed.as_ref().map(|resumed| **resumed),
        status: if is_success { Some(SUCCESS) } else { status },
        error: table.error.as_ref().map(|error| captured.template(error, reading)),
        headers: headers(table.headers.as_ref(), captured, reading),
        values: table
            .values
            .iter()
            .flatten()
            .filter_map(|(place, value)| wanted(place, value, captured, reading))
            .collect(),
        text: table.text.as_ref().map(|text| captured.template(text, reading)),
    }
}

/// An answer, an alert, an end without either, no tunnel: one of them comes to be.
fn check_kinds(table: &OutcomeTable, reading: &mut Reading<'_>) {
    let answer = table.status.as_ref().map(Spot::span).or(table.error.as_ref().map(Spot::span));
    let answer = answer.or(table.text.as_ref().map(Spot::span));
    let answer = answer.or(table.http.as_ref().map(|word| word.text().span()));
    let answer = answer.or(table.resumed.as_ref().map(Spot::span));
    let answer = answer.or(table.values.iter().flatten().next().map(|(_, value)| value.span()));
    let answer = answer.or(table.headers.iter().flatten().next().map(|(_, value)| value.span()));
    let closed = table.closed.as_ref().filter(|closed| ***closed).map(Spot::span);
    let kinds = [
        (table.alert.as_ref().map(|word| word.text().span()), "where an alert ends the connection"),
        (closed, "where the connection just ends"),
        (table.proxy.as_ref().map(Spot::span), "where the proxy gives no tunnel"),
        (answer, ""),
    ];
    let mut given = kinds.iter().filter_map(|(span, words)| Some((span.clone()?, words)));
    if let (Some((_, words)), Some((span, _))) = (given.next(), given.next()) {
        reading.mistake(span, format!("{words} there is nothing else to expect; it takes one of them"));
    }
}

fn wanted(
    place: &str,
    value: &Spot<Scalar>,
    captured: &Captured<'_>,
    reading: &mut Reading<'_>,
) -> Option<(Place, Wanted)> {
    let parsed = match Place::parse(place) {
        Ok(parsed) => parsed,
        Err(why) => {
            reading.mistake(value.span(), format!("{} is no place in an answer: {why}", guess::quoted(place)));
            return None;
        }
    };
    let wanted = match &**value {
        Scalar::Boolean(value) => Wanted::Boolean(*value),
        Scalar::Integer(value) => Wanted::Integer(*value),
        Scalar::Number(value) => Wanted::Number(*value),
        Scalar::Text(text) => Wanted::Text(captured.template(&value.with(text.clone()), reading)),
    };
    Some((parsed, wanted))
}

/// Headers by name, in the order of their names.
pub(super) fn headers(
    table: Option<&BTreeMap<String, Spot<String>>>,
    captured: &Captured<'_>,
    reading: &mut Reading<'_>,
) -> Vec<(String, Template)> {
    let mut headers = Vec::new();
    for (name, value) in table.into_iter().flatten() {
        let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
        if name.is_empty() || !name.bytes().all(token) {
            reading.mistake(value.span(), format!("{} is no name of a header", guess::quoted(name)));
        } else if value.chars().any(|c| c.is_control() && c != '\t') {
            reading.mistake(value.span(), format!("the header {name} has a control character in it"));
        }
        headers.push((name.clone(), captured.template(value, reading)));
    }
    headers
}
