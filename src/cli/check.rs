//! `mockorg check`: reads scenario files and says what is wrong with them.

use std::path::PathBuf;

use serde::Serialize;

use super::{Outcome, could_not_run, print, say, scenario_file};
use crate::scenario::{Diagnostic, Diagnostics, Outside};

/// Read scenario files, and the files that they name, and list every mistake
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Scenario files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Let scenarios name files outside their own folder
    #[arg(long)]
    allow_outside: bool,

    /// Print the result as JSON, to standard output
    #[arg(long)]
    json: bool,

    /// Rewrite files of an older format in the current one
    #[arg(long)]
    upgrade: bool,
}

const EXAMPLES: &str = "\
Examples:
  mockorg check scenarios/quickstart.toml
  mockorg check --json scenarios/*.toml

Exit codes: 0 every file is right, 1 a file has mistakes, 2 a file could not be read.";

/// What `--json` says about one file.
#[derive(Serialize)]
struct Report<'a> {
    file: &'a str,
    outcome: &'static str,
    mistakes: Vec<Mistake<'a>>,
}

/// Without a place where the file could not be read.
#[derive(Serialize)]
struct Mistake<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    message: &'a str,
}

impl<'a> From<&'a Diagnostic> for Mistake<'a> {
    fn from(Diagnostic { place, message, .. }: &'a Diagnostic) -> Self {
        let place = place.as_ref();
        Self { line: place.map(|place| place.line), column: place.map(|place| place.column), message }
    }
}

pub(super) fn run(args: &Args) -> Outcome {
    let outside = if args.allow_outside { Outside::Allow } else { Outside::Refuse };
    let read = |file: &PathBuf| scenario_file::check(file, outside).err();
    let results: Vec<(String, Option<Diagnostics>)> =
        args.files.iter().map(|file| (file.display().to_string(), read(file))).collect();
    let printed = if args.json { print_json(&results) } else { print_text(&results, args.upgrade) };
    let wrong = || results.iter().filter_map(|(_, diagnostics)| diagnostics.as_ref());
    if printed != Outcome::Fine {
        printed
    } else if wrong().any(Diagnostics::is_unreadable) {
        Outcome::CouldNotRun
    } else if wrong().next().is_some() {
        Outcome::No
    } else {
        Outcome::Fine
    }
}

fn print_text(results: &[(String, Option<Diagnostics>)], upgrade: bool) -> Outcome {
    let right = if upgrade { "already of format 1, the only one there has been; left as it is" } else { "right" };
    let mut answer = String::new();
    for (file, diagnostics) in results {
        match diagnostics {
            Some(diagnostics) => say(format_args!("{}\n", diagnostics.render(true))),
            None => answer.push_str(&format!("{file}: {right}\n")),
        }
    }
    print(answer)
}

fn print_json(results: &[(String, Option<Diagnostics>)]) -> Outcome {
    let reports: Vec<Report<'_>> = results
        .iter()
        .map(|(file, diagnostics)| Report {
            file,
            outcome: match diagnostics {
                None => "right",
                Some(diagnostics) if diagnostics.is_unreadable() => "unreadable",
                Some(_) => "wrong",
            },
            mistakes: diagnostics.iter().flat_map(Diagnostics::iter).map(Mistake::from).collect(),
        })
        .collect();
    match serde_json::to_string_pretty(&reports) {
        Ok(json) => print(format_args!("{json}\n")),
        Err(error) => could_not_run(error),
    }
}
