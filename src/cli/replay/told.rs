//! A replay for people: a bar while it runs, then each file with its outcomes, the first difference in full.

use std::fmt::Write;
use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};

use super::report::{FileReport, Report, Result};
use crate::journal::line::harmless;
use crate::replay::{Exchanged, Judged};

/// The longest action on one line, in characters.
const LONGEST_ACTION: usize = 100;

/// How far it has come, on a terminal.
pub(super) struct Progress(Option<ProgressBar>);

impl Progress {
    pub(super) fn start(files: usize) -> Self {
        let shown = files > 1 && std::io::stderr().is_terminal();
        Self(shown.then(|| {
            let bar = ProgressBar::new(files as u64);
            if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
                bar.set_style(style);
            }
            bar
        }))
    }

    pub(super) fn finished(&self, report: &FileReport) {
        if let Some(bar) = &self.0 {
            bar.set_message(harmless(&report.file));
            bar.inc(1);
        }
    }

    pub(super) fn end(self) {
        if let Some(bar) = self.0 {
            bar.finish_and_clear();
        }
    }
}

/// The whole report.
pub(super) fn text(report: &Report) -> String {
    let mut text = String::new();
    for file in &report.files {
        of_file(&mut text, file);
    }
    let files = match report.files.len() {
        1 => "1 file".to_owned(),
        many => format!("{many} files"),
    };
    let _ = write!(text, "{files}, {} outcomes as expected", report.count(Judged::AsExpected));
    for (judged, words) in [(Judged::Different, "different"), (Judged::NotPlayed, "not played")] {
        match report.count(judged) {
            0 => {}
            count => _ = write!(text, ", {count} {words}"),
        }
    }
    match report.files.iter().filter(|file| file.result == Result::NotRun).count() {
        0 => {}
        count => _ = write!(text, "; {count} of the files could not be played"),
    }
    text + "\n"
}

fn of_file(text: &mut String, file: &FileReport) {
    let _ = match (&file.why, file.result) {
        (Some(why), _) => writeln!(text, "{}: could not be played\n{}", harmless(&file.file), why),
        (None, Result::NothingToPlay) => writeln!(text, "{}: starts; it has no exchanges", harmless(&file.file)),
        _ => writeln!(text, "{}", harmless(&file.file)),
    };
    if !file.not_judged.is_empty() {
        let names = file.not_judged.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
        let _ = writeln!(text, "  not judged, since they are about the client of `mockorg run`: {}", harmless(&names));
    }
    let first = file.exchanges.iter().position(|exchange| exchange.outcome != Judged::AsExpected);
    for (at, exchange) in file.exchanges.iter().enumerate() {
        of_exchange(text, exchange, first == Some(at));
    }
}

fn of_exchange(text: &mut String, exchange: &Exchanged, in_full: bool) {
    let mark = match exchange.outcome {
        Judged::AsExpected => "ok",
        Judged::Different => "DIFFERS",
        Judged::NotPlayed => "skipped",
    };
    let line = format!("{}: {}", title(exchange), exchange.found);
    let _ = writeln!(text, "  {mark:<7}  {}", harmless(&line));
    for line in details(exchange, in_full).lines() {
        let _ = writeln!(text, "           {line}");
    }
}

/// `login: login soap ada@acme.example on the mutual door as billing`
pub(super) fn title(exchange: &Exchanged) -> String {
    let name = match (&exchange.name, exchange.line) {
        (Some(name), _) => format!("{name}: "),
        (None, 0) => String::new(),
        (None, line) => format!("line {line}: "),
    };
    let action = match exchange.action.char_indices().nth(LONGEST_ACTION) {
        Some((at, _)) => format!("{}…", &exchange.action[..at]),
        None => exchange.action.clone(),
    };
    let door = exchange.door.map_or_else(String::new, |door| format!(" on the {door} door"));
    let client = exchange.client.as_ref().map_or_else(String::new, |client| format!(" as {client}"));
    harmless(&format!("{name}{action}{door}{client}"))
}

/// What differs, what was answered, what ours does, and, in full, why.
pub(super) fn details(exchange: &Exchanged, in_full: bool) -> String {
    let mut text = String::new();
    for difference in &exchange.differences {
        let _ = writeln!(text, "{}", harmless(&difference.what));
        let _ = writeln!(text, "  expected  {}", harmless(&difference.expected));
        let _ = writeln!(text, "  found     {}", harmless(&difference.found));
    }
    if let Some(answer) = &exchange.answer {
        let _ = writeln!(text, "answered  {}", harmless(answer));
    }
    if let Some(ours) = &exchange.ours {
        let _ = writeln!(text, "ours      {}", harmless(ours));
    }
    let why = exchange.explanation.as_ref().filter(|_| in_full && exchange.outcome != Judged::AsExpected);
    for line in why.map(ToString::to_string).unwrap_or_default().lines() {
        let _ = writeln!(text, "{}", harmless(line));
    }
    text
}
