//! The TOML reader's own complaints, in the words of someone who writes a scenario.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::guess;

/// Keys and tables that a later version understands, by a key that only their table has.
const LATER: [(&str, &[&str]); 4] = [
    (
        "format",
        &[
            "apex-rest",
            "chaos",
            "exchange",
            "expect",
            "fault",
            "listener",
            "object",
            "outbound-message",
            "record",
            "step",
        ],
    ),
    ("my-domain", &["pace"]),
    ("revoked", &["flaw"]),
    ("listed", &["flaw"]),
];

/// Tables that a file may have many of.
const LISTS: [&str; 7] =
    ["ca", "client", "connected-app", "mutual-auth-certificate", "permission-set", "profile", "user"];

/// Where it went wrong, and a sentence about it.
pub(super) fn rewrite(error: &toml::de::Error, text: &str, root: Option<&DeTable<'_>>) -> (Range<usize>, String) {
    let span = error.span().unwrap_or(0..0);
    let message = error.message();
    let near = || root.and_then(|root| header_of(root, &span));
    let sentence = if let Some(rest) = message.strip_prefix("unknown field ") {
        unknown_key(rest)
    } else if let Some(rest) = message.strip_prefix("missing field ") {
        missing_key(&unticked(rest), near())
    } else if let Some(rest) = message.strip_prefix("invalid type: ") {
        wrong_type(rest, text.get(span.clone()).unwrap_or_default(), near())
    } else {
        syntax(message)
    };
    (span, sentence)
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
fn wrong_type(rest: &str, source: &str, header: Option<String>) -> String {
    let (found, expected) = rest.rsplit_once(", expected ").unwrap_or((rest, "something else"));
    if let Some(name) = header.as_deref().and_then(|header| header.strip_prefix('[')?.strip_suffix(']')) {
        let name = name.trim_matches(['[', ']']);
        let is_list = LISTS.contains(&name);
        if is_list && expected == "a sequence" {
            return format!("write [[{name}]], with two brackets: a file may have several");
        }
        if !is_list && found == "sequence" && expected.starts_with("struct ") {
            return format!("write [{name}], with one bracket: a file has only one");
        }
    }
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
    let mut sentence = message.replace('\n', ", ");
    if let Some(first) = sentence.get(..1) {
        let first = first.to_ascii_lowercase();
        sentence.replace_range(..1, &first);
    }
    sentence
}

/// The header of the table whose value stands at `span`: `[org]`, `[[ca]]`.
fn header_of(root: &DeTable<'_>, span: &Range<usize>) -> Option<String> {
    root.iter().find_map(|(key, value)| match value.get_ref() {
        DeValue::Table(_) if value.span() == *span => Some(format!("[{}]", key.get_ref())),
        DeValue::Array(items) => {
            let inside = value.span() == *span || items.iter().any(|item| item.span() == *span);
            inside.then(|| format!("[[{}]]", key.get_ref()))
        }
        _ => None,
    })
}

fn unticked(text: &str) -> String {
    text.replace('`', "")
}
