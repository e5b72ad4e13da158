//! The TOML reader's own complaints, in the words of someone who writes a scenario.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::guess;

/// Keys and tables that a later version understands, by a key that only their table has.
const LATER: [(&str, &[&str]); 2] =
    [("format", &["apex-rest", "listener", "object", "outbound-message", "record"]), ("listed", &["flaw"])];

/// Tables that a file has one of.
const TABLES: [&str; 4] = ["chaos", "edge", "org", "trust"];

/// Tables that a file may have many of.
const LISTS: [&str; 12] = [
    "ca",
    "client",
    "connected-app",
    "exchange",
    "expect",
    "fault",
    "mutual-auth-certificate",
    "permission-set",
    "probe",
    "profile",
    "step",
    "user",
];

/// Where it went wrong, and a sentence about it.
pub(super) fn rewrite(error: &toml::de::Error, text: &str, root: Option<&DeTable<'_>>) -> (Range<usize>, String) {
    let span = error.span().unwrap_or(0..0);
    let message = error.message();
    let sentence = if let Some(rest) = message.strip_prefix("unknown field ") {
        unknown_key(rest)
    } else if let Some(rest) = message.strip_prefix("missing field ") {
        missing_key(&unticked(rest), root.and_then(|root| header_of(root, &span)))
    } else if let Some(rest) = message.strip_prefix("invalid type: ") {
        wrong_type(rest, text.get(span.clone()).unwrap_or_default())
    } else if message.starts_with("invalid length ") {
        "expected a table, found a list".into()
    } else {
        syntax(message)
    };
    (span, sentence)
}

/// What serde lets pass: a list in place of a table, its items taken for the keys in order.
pub(super) fn check_shape(root: &DeTable<'_>) -> Result<(), (Range<usize>, String)> {
    for (key, value) in root {
        let name: &str = key.get_ref();
        let tables = match value.get_ref() {
            DeValue::Table(_) if LISTS.contains(&name) => {
                return Err((value.span(), format!("write [[{name}]], with two brackets: a file may have several")));
            }
            DeValue::Array(_) if TABLES.contains(&name) => {
                return Err((value.span(), format!("write [{name}], with one bracket: a file has only one")));
            }
            DeValue::Array(items) if LISTS.contains(&name) => items.iter(),
            _ => continue,
        };
        for table in tables {
            check_table(table)?;
            match name {
                "probe" => check_probe(table.get_ref())?,
                "step" => check_step(table.get_ref())?,
                _ => {}
            }
        }
    }
    Ok(())
}

/// The tables in a step, and those in them.
fn check_step(table: &DeValue<'_>) -> Result<(), (Range<usize>, String)> {
    const INNER: [&str; 16] = [
        "after", "crl", "deliver", "deny", "do", "edge", "fault", "grant", "issue", "list", "of", "org", "password",
        "switch", "upload", "when",
    ];
    let DeValue::Table(keys) = table else { return Ok(()) };
    for (key, value) in keys.iter().filter(|(key, _)| INNER.contains(&key.get_ref().as_ref())) {
        if let DeValue::Array(_) = value.get_ref() {
            return Err((value.span(), format!("{} is a table, found a list", guess::quoted(key.get_ref()))));
        }
        check_step(value.get_ref())?;
    }
    Ok(())
}

/// The readings of a probe, and the tables in them.
fn check_probe(table: &DeValue<'_>) -> Result<(), (Range<usize>, String)> {
    let DeValue::Table(keys) = table else { return Ok(()) };
    let readings =
        keys.iter().filter(|(key, _)| key.get_ref() == "reading").filter_map(|(_, value)| value.get_ref().as_array());
    for reading in readings.flatten() {
        let DeValue::Table(keys) = reading.get_ref() else {
            return Err((reading.span(), "expected a table".into()));
        };
        for (key, value) in keys {
            match key.get_ref().as_ref() {
                "shows" => {
                    if let DeValue::Array(_) = value.get_ref() {
                        return Err((value.span(), "\"shows\" is a table, found a list".into()));
                    }
                    check_step(value.get_ref())?;
                }
                "when" => {
                    let outcomes = value.get_ref().as_table().into_iter().flatten();
                    if let Some((_, list)) =
                        outcomes.into_iter().find(|(_, one)| matches!(one.get_ref(), DeValue::Array(_)))
                    {
                        return Err((list.span(), "expected a table, found a list".into()));
                    }
                }
                _ => {}
            }
        }
    }
    Ok(())
}

fn check_table(table: &Spanned<DeValue<'_>>) -> Result<(), (Range<usize>, String)> {
    const INNER: [&str; 10] =
        ["after", "before", "event", "every", "expect", "has", "jwt", "name-constraints", "never", "valid"];
    let DeValue::Table(keys) = table.get_ref() else {
        return Err((table.span(), "expected a table".into()));
    };
    for (key, value) in keys {
        let DeValue::Array(list) = value.get_ref() else { continue };
        let misplaced = match key.get_ref().as_ref() {
            inner if INNER.contains(&inner) => Some(value.span()),
            "refresh-tokens" => list.iter().find(|one| matches!(one.get_ref(), DeValue::Array(_))).map(Spanned::span),
            _ => None,
        };
        if let Some(span) = misplaced {
            return Err((span, "expected a table, found a list".into()));
        }
    }
    Ok(())
}

/// `` `foo`, expected one of `a`, `b` ``
fn unknown_key(rest: &str) -> String {
    let mut names = rest.split('`').skip(1).step_by(2);
    let found = names.next().unwrap_or_default();
    let known: Vec<&str> = names.collect();
    let later = LATER.iter().any(|(marker, later)| known.contains(marker) && later.contains(&found));
    if later {
        return format!("{} is not supported by this version yet", guess::quoted(found));
    }
    guess::unknown("key", found, known.iter().copied())
}

fn missing_key(key: &str, header: Option<String>) -> String {
    match (key, header) {
        ("org", _) => "there is no [org] table; it is the one that every scenario needs".into(),
        (key, Some(header)) => format!("{} is missing in {header}", guess::quoted(key)),
        (key, None) => format!("{} is missing", guess::quoted(key)),
    }
}

/// `` integer `5`, expected a string ``
fn wrong_type(rest: &str, source: &str) -> String {
    let (found, expected) = rest.rsplit_once(", expected ").unwrap_or((rest, "something else"));
    let is_time = source.len() >= 5 && source.as_bytes()[..4].iter().all(u8::is_ascii_digit) && source.contains('-');
    if is_time && found == "map" {
        return format!("write the time in quotes: {}", guess::quoted(source));
    }
    format!("expected {}, found {}", wanted(expected), given(found))
}

fn wanted(expected: &str) -> &str {
    match expected {
        "a boolean" => "true or false",
        "a sequence" => "a list in brackets",
        "a string" => "text in quotes",
        "f64" => "a number with a point, such as 0.5",
        "i64" => "a whole number",
        table if table.starts_with("struct ") || table == "a map" => "a table",
        other => other,
    }
}

fn given(found: &str) -> String {
    let (kind, value) = found.split_once(' ').unwrap_or((found, ""));
    match kind {
        "boolean" => unticked(value),
        "floating" => format!("the number {}", unticked(value.trim_start_matches("point "))),
        "integer" => format!("the number {}", unticked(value)),
        "map" => "a table".into(),
        "sequence" => "a list".into(),
        "string" => {
            let value = value.trim_start_matches('"').trim_end_matches('"');
            format!("the text {}", guess::quoted(value))
        }
        _ => found.into(),
    }
}

fn syntax(message: &str) -> String {
    let known = [
        ("duplicate key", "this is written a second time"),
        ("invalid basic string", "the text is not closed by a quote on its line"),
        ("string values must be quoted", "text is written in quotes"),
    ];
    if let Some((_, ours)) = known.iter().find(|(theirs, _)| message.starts_with(theirs)) {
        return (*ours).into();
    }
    let mut sentence = message.replace('\n', ", ");
    if let Some(first) = sentence.get(..1) {
        let first = first.to_ascii_lowercase();
        sentence.replace_range(..1, &first);
    }
    sentence
}

/// The name of the table that stands at `span`: `[org]`, `[[ca]]`, `valid`.
fn header_of(root: &DeTable<'_>, span: &Range<usize>) -> Option<String> {
    root.iter().find_map(|(key, value)| match value.get_ref() {
        DeValue::Table(_) if value.span() == *span => Some(format!("[{}]", key.get_ref())),
        DeValue::Array(items) => {
            let inside = value.span() == *span || items.iter().any(|item| item.span() == *span);
            let inner = || items.iter().find_map(|item| key_of(item.get_ref(), span));
            if inside { Some(format!("[[{}]]", key.get_ref())) } else { inner() }
        }
        _ => None,
    })
}

fn key_of(table: &DeValue<'_>, span: &Range<usize>) -> Option<String> {
    let DeValue::Table(keys) = table else { return None };
    let own = keys.iter().find(|(_, value)| value.span() == *span).map(|(key, _)| key.get_ref().to_string());
    own.or_else(|| keys.iter().find_map(|(_, value)| key_of(value.get_ref(), span)))
}

fn unticked(text: &str) -> String {
    text.replace('`', "")
}
