//! An outcome beside what was expected: every point where they differ, by name.

use serde::Serialize;
use serde_json::Value;

use super::{Answer, Captures, Outcome, error_code, masked};
use crate::scenario::exchange::{Expected, Template, Wanted};
use crate::scenario::pattern::Status;

/// A point where an outcome is not what was expected.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Difference {
    /// `alert`, `status`, `error`, `header content-type`, `value $.id`, `text` …
    pub what: String,
    /// What was to be.
    pub expected: String,
    /// What was.
    pub found: String,
}

/// Everything that is not as expected, the most telling first; what `expected` leaves out is not looked at.
pub fn differences(expected: &Expected, captures: &Captures, outcome: &Outcome) -> Vec<Difference> {
    let difference = |what: &str, expected: String, found: String| Difference { what: what.into(), expected, found };
    match (expected.alert, outcome) {
        (Some(alert), Outcome::Alert { name, .. }) if alert.name() == "any" || alert.name() == *name => Vec::new(),
        (Some(alert), outcome) => {
            let wanted = match alert.name() {
                "any" => "a TLS alert".to_owned(),
                name => format!("TLS alert {name}"),
            };
            vec![difference("alert", wanted, outcome.summary())]
        }
        (None, Outcome::Closed(_)) if expected.closed => Vec::new(),
        (None, outcome) if expected.closed => {
            vec![difference("closed", "an end without an answer and without an alert".into(), outcome.summary())]
        }
        (None, outcome) if expected.proxy.is_some() => of_proxy(expected, outcome),
        (None, Outcome::Answered(answer)) => of_answer(expected, captures, answer),
        (None, outcome) => vec![difference("answer", in_words(expected), outcome.summary())],
    }
}

fn of_proxy(expected: &Expected, outcome: &Outcome) -> Vec<Difference> {
    let Some(wanted) = expected.proxy else { return Vec::new() };
    match outcome {
        Outcome::NoTunnel { status, .. } if fits_status(wanted, *status) => Vec::new(),
        outcome => vec![Difference {
            what: "proxy".into(),
            expected: format!("no tunnel: {wanted}"),
            found: excerpt(&outcome.summary()),
        }],
    }
}

fn fits_status(wanted: Status, status: u16) -> bool {
    match wanted {
        Status::Class(digit) => status / 100 == digit,
        Status::Exactly(number) => status == number,
    }
}

fn of_connection(expected: &Expected, answer: &Answer, differ: &mut impl FnMut(String, String, String)) {
    if let (Some(wanted), Some(spoken)) = (expected.http, answer.http)
        && wanted != spoken
    {
        differ("http".into(), wanted.to_string(), spoken.to_string());
    }
    match (expected.resumed, answer.resumed) {
        (Some(true), None) => differ("resumed".into(), "true".into(), "there was no session to offer".into()),
        (Some(wanted), Some(resumed)) if wanted != resumed => {
            differ("resumed".into(), wanted.to_string(), resumed.to_string());
        }
        _ => {}
    }
}

fn of_answer(expected: &Expected, captures: &Captures, answer: &Answer) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut differ = |what: String, expected: String, was: String| {
        found.push(Difference { what, expected: excerpt(&expected), found: excerpt(&was) });
    };
    of_connection(expected, answer, &mut differ);
    if let Some(status) = expected.status
        && !fits_status(status, answer.status)
    {
        differ("status".into(), status.to_string(), Outcome::Answered(answer.clone()).summary());
    }
    if let Some(error) = &expected.error {
        let code = error_code(answer);
        let fits = filled(error, captures).is_ok_and(|error| code.as_ref().is_some_and(|code| like(&error, code)));
        if !fits {
            differ("error".into(), error.to_string(), code.unwrap_or_else(|| "no error code".into()));
        }
    }
    for (name, wanted) in &expected.headers {
        let values: Vec<&str> =
            answer.headers.iter().filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, v)| &**v).collect();
        match filled(wanted, captures) {
            Ok(wanted) if values.iter().any(|value| like(&wanted, value)) => {}
            Ok(_) if values.is_empty() => differ(format!("header {name}"), wanted.to_string(), "no such header".into()),
            Ok(_) => differ(format!("header {name}"), wanted.to_string(), values.join(", ")),
            Err(why) => differ(format!("header {name}"), wanted.to_string(), why),
        }
    }
    for (place, wanted) in &expected.values {
        match answer.value_at(place) {
            Ok(value) => match fits(wanted, &value, captures) {
                Ok(true) => {}
                Ok(false) => differ(format!("value {place}"), wanted.to_string(), value.to_string()),
                Err(why) => differ(format!("value {place}"), wanted.to_string(), why),
            },
            Err(why) => differ(format!("value {place}"), wanted.to_string(), why),
        }
    }
    if let Some(wanted) = &expected.text {
        let text = answer.text();
        match filled(wanted, captures) {
            Ok(wanted) if like(&wanted, &text) => {}
            Ok(_) => differ("text".into(), wanted.to_string(), format!("{text:?}")),
            Err(why) => differ("text".into(), wanted.to_string(), why),
        }
    }
    found
}

fn fits(wanted: &Wanted, value: &Value, captures: &Captures) -> Result<bool, String> {
    Ok(match wanted {
        Wanted::Boolean(wanted) => value.as_bool() == Some(*wanted) || value.as_str() == Some(&wanted.to_string()),
        Wanted::Integer(wanted) => value.as_i64() == Some(*wanted) || value.as_str() == Some(&wanted.to_string()),
        Wanted::Number(wanted) => value.as_f64() == Some(*wanted) || value.as_str() == Some(&wanted.to_string()),
        Wanted::Text(wanted) => {
            let wanted = filled(wanted, captures)?;
            match value {
                Value::String(text) => like(&wanted, text),
                // a number is no text; that something is there is all that a lone star asks for
                _ => wanted == "*",
            }
        }
    })
}

fn filled(template: &Template, captures: &Captures) -> Result<String, String> {
    captures.fill(template).map_err(|reference| format!("{reference} was not captured"))
}

/// What an answer was expected to be, where there was none.
fn in_words(expected: &Expected) -> String {
    let status = expected.status.map(|status| format!("an answer with status {status}"));
    let error = expected.error.as_ref().map(|error| format!("an answer with error {error}"));
    status.or(error).unwrap_or_else(|| "an answer".into())
}

/// Cut short, and without sessions.
pub fn excerpt(text: &str) -> String {
    const LONGEST_SHOWN: usize = 300;
    let text = masked(text);
    match text.char_indices().nth(LONGEST_SHOWN) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

/// Whether a text is like a pattern, in which `*` stands for any characters.
pub(super) fn like(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_characters() {
        for (pattern, text) in [("*", ""), ("a*", "a"), ("a*c", "abc"), ("*b*", "abc"), ("a*b*c", "a-b-c"), ("a", "a")]
        {
            assert!(like(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("a", "ab"), ("a*", "b"), ("a*a", "a"), ("*b", "abc"), ("", "a"), ("a*b*c", "acb")] {
            assert!(!like(pattern, text), "{pattern} {text}");
        }
    }
}
