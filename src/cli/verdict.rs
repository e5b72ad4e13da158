//! What verdicts look like, whoever gives them: rows of yes and no, failures in JUnit XML, files. The verdict is not made here.

use std::path::Path;

use quick_junit::{NonSuccessKind, TestCaseStatus};

use crate::journal::line::{Span, Tone, span};

/// One row: whether it holds, what, and what was found.
pub(super) type Row = (bool, String, String);

/// Names are padded to the longest, but no further than this.
pub(super) const WIDEST: usize = 60;

/// `yes name  found`, aligned.
pub(super) fn table(rows: Vec<Row>) -> Vec<Vec<Span>> {
    let widest = rows.iter().map(|(_, name, _)| name.chars().count()).max().unwrap_or_default().min(WIDEST);
    let row = |(met, name, found): Row| {
        let (tone, word) = if met { (Tone::Good, "yes") } else { (Tone::Bad, "no ") };
        vec![
            span(tone, format!("  {word}")),
            span(Tone::Plain, format!("{name:<widest$}")),
            span(Tone::Dim, format!(" {found}")),
        ]
    };
    rows.into_iter().map(row).collect()
}

/// A command in one line, with its end left out where it is long.
pub(super) fn shortened(command: &str) -> String {
    let line = command.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(WIDEST - 2) {
        Some(_) => format!("`{}…`", line.chars().take(WIDEST - 3).collect::<String>()),
        None => format!("`{line}`"),
    }
}

/// A case of JUnit's that failed.
pub(super) fn failure(message: &str, text: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_message(message);
    if !text.is_empty() {
        status.set_description(text);
    }
    status
}

/// Writes a file that was asked for.
pub(super) fn write(file: Option<&Path>, text: impl FnOnce() -> Result<String, String>) -> Result<(), String> {
    let Some(file) = file else { return Ok(()) };
    std::fs::write(file, text()?).map_err(|error| format!("{}: {error}", file.display()))
}
