//! Answers as people read them: a value, a certificate, a table; control characters never reach the terminal.

use serde_json::Value;

use crate::journal::line::harmless;

/// A value of an object as text; empty if it is not there.
pub(super) fn at(value: &Value, key: &str) -> String {
    match &value[key] {
        Value::Null => String::new(),
        Value::String(text) => harmless(text),
        other => harmless(&other.to_string()),
    }
}

/// The items of a list.
pub(super) fn items<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value[key].as_array().into_iter().flatten()
}

/// JSON if it was asked for, words otherwise. Where the door says nothing, JSON is `null`.
pub(super) fn either(json: bool, value: &Value, words: impl FnOnce() -> String) -> String {
    if json { format!("{value:#}\n") } else { words() }
}

/// Subject, serial number and end of a certificate.
pub(super) fn certificate(value: &Value) -> [String; 3] {
    let [subject, serial, until] = ["subject", "serial", "not_after"].map(|key| at(value, key));
    [subject, format!("serial {serial}"), format!("until {until}")]
}

/// Rows with their columns one below the other.
pub(super) fn table(rows: &[Vec<String>]) -> String {
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let line = |row: &Vec<String>| {
        let padded = row.iter().enumerate().map(|(column, cell)| {
            let missing = width(column).unwrap_or(0).saturating_sub(cell.chars().count());
            format!("{cell}{}", " ".repeat(missing))
        });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}
