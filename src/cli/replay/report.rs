//! The report of a replay: every file, every exchange, every difference.

use serde::Serialize;
use serde_json::Value;

use crate::replay::{Exchanged, Judged, Played};

/// Of everything that was played.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    /// Of this format: 1.
    version: u32,
    /// The worst of the files.
    result: Result,
    pub files: Vec<FileReport>,
}

/// Of one file.
#[derive(Debug, Serialize)]
pub(super) struct FileReport {
    pub file: String,
    pub result: Result,
    /// Why it was not played.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    pub exchanges: Vec<Exchanged>,
    /// The `[[expect]]` of the file: they are about a client that replay does not play.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_judged: Vec<String>,
    pub duration_us: u64,
}

/// How a file came out, the best first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Result {
    AsExpected,
    /// It has neither exchanges nor steps; its org starts.
    NothingToPlay,
    Different,
    NotRun,
}

impl Report {
    pub(super) fn of(files: Vec<FileReport>) -> Self {
        let result = files.iter().map(|file| file.result).max().unwrap_or(Result::NothingToPlay);
        Self { version: 1, result, files }
    }

    pub(super) fn result(&self) -> Result {
        self.result
    }

    pub(super) fn json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// How many exchanges came out so.
    pub(super) fn count(&self, judged: Judged) -> usize {
        self.files.iter().flat_map(|file| &file.exchanges).filter(|exchange| exchange.outcome == judged).count()
    }
}

impl FileReport {
    pub(super) fn played(file: String, played: Played, not_judged: Vec<String>) -> Self {
        let result = match played.first_difference() {
            Some(_) => Result::Different,
            None if played.exchanges.is_empty() => Result::NothingToPlay,
            None => Result::AsExpected,
        };
        Self { file, result, why: None, not_judged, duration_us: played.duration_us, exchanges: played.exchanges }
    }

    pub(super) fn not_run(file: String, why: String) -> Self {
        Self {
            file,
            result: Result::NotRun,
            why: Some(why),
            exchanges: Vec::new(),
            not_judged: Vec::new(),
            duration_us: 0,
        }
    }
}
