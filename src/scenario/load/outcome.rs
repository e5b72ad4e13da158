//! `expect` of an `[[exchange]]`: an outcome that can come to be.

use std::collections::BTreeMap;

use super::template::Captured;
use super::{Reading, pattern};
use crate::scenario::exchange::{Expected, Place, Template, Wanted};
use crate::scenario::file::{OutcomeTable, Scalar, Spot};
use crate::scenario::guess;
use crate::scenario::pattern::Status;

/// What is expected where nothing is said.
const SUCCESS: Status = Status::Class(2);

pub(super) fn outcome(table: Option<&OutcomeTable>, captured: &Captured<'_>, reading: &mut Reading<'_>) -> Expected {
    let Some(table) = table else { return Expected { status: Some(SUCCESS), ..Expected::default() } };
    let alert = table.alert.as_ref().and_then(|word| reading.word(word));
    let http = table.status.as_ref().map(Spot::span).or(table.error.as_ref().map(Spot::span));
    let http = http.or(table.text.as_ref().map(Spot::span));
    let http = http.or(table.values.iter().flatten().next().map(|(_, value)| value.span()));
    let http = http.or(table.headers.iter().flatten().next().map(|(_, value)| value.span()));
    if let (Some(_), Some(span)) = (&table.alert, http.clone()) {
        reading.mistake(span, "where an alert ends the connection there is no answer; it takes one of them");
    }
    let closed = table.closed.as_ref().is_some_and(|closed| **closed);
    if let Some(span) = table.closed.as_ref().map(Spot::span).filter(|_| closed)
        && (alert.is_some() || http.is_some())
    {
        reading.mistake(span, "where the connection is closed there is neither an alert nor an answer");
    }
    let status = table.status.as_ref().and_then(|status| pattern::status(status, reading));
    let is_success = !closed && alert.is_none() && table.status.is_none() && table.error.is_none();
    Expected {
        alert,
        closed,
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
