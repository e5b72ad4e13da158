//! The lines of docs/fidelity.md: what each is about, and on what ground it stands.

use serde::Serialize;

/// The page, as it was when this was built.
const PAGE: &str = include_str!("../../../docs/fidelity.md");

/// A line of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Row {
    /// What it is about.
    pub subject: &'static str,
    /// On what ground it stands.
    pub ground: Ground,
}

/// The ground of a line: the first word of its tag.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// The service's documentation says so.
    Documented,
    /// Follows from neighbouring facts.
    Inferred,
    /// Somebody published what they saw.
    Observed,
    /// Nobody claims it of the service.
    Ours,
    /// Looked for and not found.
    Unverified,
}

impl Ground {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Inferred => "inferred",
            Self::Observed => "observed",
            Self::Ours => "ours",
            Self::Unverified => "unverified",
        }
    }
}

/// Every line that has a tag, in order.
pub fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    let mut tagged = false;
    for line in PAGE.lines() {
        let Some(inside) = line.strip_prefix("| ") else {
            tagged = tagged && line.starts_with('|');
            continue;
        };
        let mut cells = inside.split(" | ");
        let (Some(subject), Some(tag)) = (cells.next(), cells.next()) else { continue };
        match (subject, tag) {
            ("subject", "tag") => tagged = true,
            _ if tagged => rows.push(Row { subject, ground: ground(tag) }),
            _ => {}
        }
    }
    rows
}

/// The line about a subject.
pub fn row(subject: &str) -> Option<Row> {
    rows().into_iter().find(|row| row.subject == subject)
}

fn ground(tag: &str) -> Ground {
    let word = tag.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    match word {
        "documented" => Ground::Documented,
        "inferred" => Ground::Inferred,
        "observed" => Ground::Observed,
        "our" | "ours" => Ground::Ours,
        _ => Ground::Unverified,
    }
}
