//! What verdicts look like, whoever gives them: rows of yes and no, failures in JUnit XML, files. The verdict is not made here.

use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use quick_junit::{NonSuccessKind, TestCaseStatus};

use super::child::Output;
use super::{Outcome, could_not_run, print};
use crate::journal::line::{Span, Tone, span};

/// Where a verdict on a command goes, besides standard error.
#[derive(clap::Args, Debug)]
pub(super) struct VerdictArgs {
    /// File to write the verdict to, as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,

    /// File to write the verdict to, as JSON
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,

    /// Print the verdict to standard output as JSON; the command's own output goes to standard error then
    #[arg(long)]
    json: bool,
}

impl VerdictArgs {
    /// Says which of its files cannot be written, while nothing has begun yet.
    pub fn check(&self) -> Result<(), Outcome> {
        [&self.report, &self.junit].into_iter().flatten().try_for_each(|file| writable(file)).map_err(could_not_run)
    }

    /// Where the command's standard output goes.
    pub fn output(&self) -> Output {
        if self.json { Output::Error } else { Output::Own }
    }

    /// Writes and prints it, as far as that is asked for; the outcome is the command's.
    pub fn tell(
        &self,
        json: serde_json::Result<String>,
        junit: impl FnOnce() -> Result<String, String>,
        holds: bool,
    ) -> Outcome {
        let json = match json {
            Ok(json) => json,
            Err(error) => return could_not_run(error),
        };
        let written = write(self.report.as_deref(), || Ok(json.clone()));
        if let Err(error) = written.and_then(|()| write(self.junit.as_deref(), junit)) {
            return could_not_run(error);
        }
        match if self.json { print(json) } else { Outcome::Fine } {
            Outcome::Fine if !holds => Outcome::No,
            printed => printed,
        }
    }
}

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

/// Tries whether a file can be written, before all is done that is to stand in it; what stands there now is left alone.
pub(super) fn writable(file: &Path) -> Result<(), String> {
    let tried = match fs::metadata(file) {
        Ok(there) if there.is_dir() => Err(ErrorKind::IsADirectory.into()),
        Ok(there) if there.is_file() => OpenOptions::new().append(true).open(file).map(drop),
        // the reader of a pipe would take its first end for the only one
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => match File::create_new(file) {
            Ok(_) => fs::remove_file(file),
            // a link to what is not there yet
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error),
        },
        Err(error) => Err(error),
    };
    tried.map_err(|error| format!("{}: {error}", file.display()))
}

/// Writes a file that was asked for.
pub(super) fn write(file: Option<&Path>, text: impl FnOnce() -> Result<String, String>) -> Result<(), String> {
    let Some(file) = file else { return Ok(()) };
    fs::write(file, text()?).map_err(|error| format!("{}: {error}", file.display()))
}
