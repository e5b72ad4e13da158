//! What is wrong with a query, in the org's form: the text around the place, a caret, row and column, one sentence.

use super::MAX_ITEMS;
use crate::data::{FieldType, Object};

/// Why a query is refused.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SoqlError {
    /// `MALFORMED_QUERY`, `INVALID_FIELD`, `INVALID_TYPE`
    pub code: &'static str,
    /// With the excerpt and the caret.
    pub message: String,
    /// Row and column, counted from 1; none where the query has no such place.
    pub place: Option<(usize, usize)>,
    /// What this simulator reads, where it may be less than an org does.
    pub cure: &'static str,
}

impl SoqlError {
    pub(super) fn unexpected(text: &str, at: usize, token: &str) -> Self {
        Self::pointing("MALFORMED_QUERY", text, at, &format!("unexpected token: '{token}'"), SUBSET)
    }

    pub(super) fn unexpected_end(text: &str) -> Self {
        let message = "unexpected token: '<EOF>'".to_owned();
        if text.trim().is_empty() {
            return Self { code: "MALFORMED_QUERY", message, place: None, cure: SUBSET };
        }
        Self::pointing("MALFORMED_QUERY", text, text.trim_end().len(), &message, SUBSET)
    }

    pub(super) fn too_many(text: &str, at: usize) -> Self {
        let sentence = format!("more than {MAX_ITEMS} fields, conditions or keys");
        Self::pointing("MALFORMED_QUERY", text, at, &sentence, "this is mockorg's limit; an org has others")
    }

    /// As documented for a field that is selected twice.
    pub(crate) fn duplicate_field(text: &str, at: usize, name: &str) -> Self {
        let sentence = format!("duplicate field selected: {name}");
        Self::pointing("INVALID_FIELD", text, at, &sentence, "select each field once")
    }

    pub(super) fn unclosed(text: &str, at: usize) -> Self {
        Self::pointing("MALFORMED_QUERY", text, at, "unexpected char: '''", "close the quote; a quote inside is \\'")
    }

    pub(crate) fn no_such_object(text: &str, at: usize, name: &str) -> Self {
        let sentence = format!(
            "sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to append \
             the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names."
        );
        Self::pointing("INVALID_TYPE", text, at, &sentence, "this org has User, Organization and LoginHistory")
    }

    pub(crate) fn no_such_field(text: &str, at: usize, name: &str, object: &Object) -> Self {
        let sentence = match name.split_once('.') {
            Some((relationship, _)) => format!(
                "Didn't understand relationship '{relationship}' in field path. If you are attempting to use a custom \
                 relationship, be sure to append the '__r' after the custom relationship name. Please reference your \
                 WSDL or the describe call for the appropriate names."
            ),
            None => format!(
                "No such column '{name}' on entity '{}'. If you are attempting to use a custom field, be sure to \
                 append the '__c' after the custom field name. Please reference your WSDL or the describe call for \
                 the appropriate names.",
                object.name
            ),
        };
        Self::pointing("INVALID_FIELD", text, at, &sentence, "ask for a field that the object has here")
    }

    pub(crate) fn wrong_type(text: &str, at: usize, name: &str, kind: FieldType, quoted: bool) -> Self {
        let quotes = match (kind, quoted) {
            (FieldType::Text | FieldType::Id, _) => " and should be enclosed in quotes",
            (_, true) => " and should not be enclosed in quotes",
            (_, false) => "",
        };
        let sentence = format!("value of filter criterion for field '{name}' must be of type {}{quotes}", kind.name());
        Self::pointing("INVALID_FIELD", text, at, &sentence, "write the value as its type is written in SOQL")
    }

    fn pointing(code: &'static str, text: &str, at: usize, sentence: &str, cure: &'static str) -> Self {
        Self { code, message: point(text, at, sentence), place: Some(place(text, at)), cure }
    }
}

const SUBSET: &str = "mockorg reads SELECT fields FROM object [WHERE field = value [AND …]] [ORDER BY fields] [LIMIT n]; an org reads more";

/// The line around `at`, a caret below it, row and column. An org shows about this much of a long query, in whole words.
fn point(text: &str, at: usize, sentence: &str) -> String {
    const BEFORE: usize = 50;
    const AFTER: usize = 40;
    let line_start = line_start(text, at);
    let (row, column) = place(text, at);
    let before: Vec<char> = text[line_start..at].chars().collect();
    let skipped = before.len().saturating_sub(BEFORE);
    let start = match skipped {
        0 => 0,
        _ => before[skipped..].iter().position(|c| *c == ' ').map_or(skipped, |space| skipped + space + 1),
    };
    let line_end = text[at..].find('\n').map_or(text.len(), |newline| at + newline);
    let after: Vec<char> = text[at..line_end].chars().collect();
    let end = match after.len() {
        length if length <= AFTER => length,
        _ => after[..AFTER].iter().rposition(|c| *c == ' ').unwrap_or(AFTER),
    };
    let shown: String = before[start..].iter().chain(&after[..end]).collect();
    let indent = " ".repeat(before.len() - start);
    format!("\n{shown}\n{indent}^\nERROR at Row:{row}:Column:{column}\n{sentence}")
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

fn place(text: &str, at: usize) -> (usize, usize) {
    let row = text[..at].matches('\n').count() + 1;
    (row, text[line_start(text, at)..at].chars().count() + 1)
}
