//! `/v1/switches`: by their dotted names, several at once or none.

use std::collections::BTreeMap;

use serde_json::Value;
use warp::reply::Response;

use super::{AdminDoor, Request, answer};
use crate::api::reject::Reject;

pub(super) fn show(door: &AdminDoor, _: &Request) -> Result<Response, Reject> {
    Ok(answer::ok(&door.controls.switches()))
}

pub(super) fn set(door: &AdminDoor, request: &Request) -> Result<Response, Reject> {
    let wanted: BTreeMap<String, Value> = request.json()?;
    let mut changes = Vec::with_capacity(wanted.len());
    for (name, value) in &wanted {
        changes.push((name.as_str(), text(name, value)?));
    }
    let changes: Vec<_> = changes.iter().map(|(name, value)| (*name, value.as_str())).collect();
    door.controls.set_switches(&changes)?;
    show(door, request)
}

/// As the verb takes it: a word, a number, or several words with commas between them.
fn text(name: &str, value: &Value) -> Result<String, Reject> {
    let word = |value: &Value| match value {
        Value::Number(number) => Some(number.to_string()),
        Value::String(word) => Some(word.clone()),
        _ => None,
    };
    let text = match value {
        Value::Array(words) => words.iter().map(word).collect::<Option<Vec<_>>>().map(|words| words.join(",")),
        single => word(single),
    };
    text.ok_or_else(|| Reject::bad_value(name, "a text, a number or a list of texts", &value.to_string()))
}
