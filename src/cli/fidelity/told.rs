//! The fidelity report for people: a bar while it is made, then a table, the switches to paste, and what is not settled.

use std::fmt::Write;
use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};

use crate::journal::line::harmless;
use crate::replay::fidelity::{Line, Report, Side, Verdict};

/// The widths of the table's columns, in characters; what is longer is cut.
const SUBJECT: usize = 58;
const READING: usize = 34;

/// How far it has come, on a terminal.
pub(super) struct Progress(Option<ProgressBar>);

impl Progress {
    pub(super) fn start(exchanges: usize) -> Self {
        let shown = exchanges > 0 && std::io::stderr().is_terminal();
        Self(shown.then(|| {
            let bar = ProgressBar::new(exchanges as u64);
            if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} exchanges") {
                bar.set_style(style);
            }
            bar
        }))
    }

    pub(super) fn one_more(&self) {
        if let Some(bar) = &self.0 {
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
    let mut text = table(report);
    switches(&mut text, report);
    unsettled(&mut text, report);
    for line in report.contradicted() {
        let _ = writeln!(text, "A documented line is otherwise there: {}", line.subject);
    }
    for wrong in &report.unexpected {
        let _ = writeln!(text, "An org of ours is not as its probes say: {}", harmless(wrong));
    }
    let counted: Vec<String> = Verdict::ALL
        .into_iter()
        .map(|verdict| (report.count(verdict), verdict))
        .filter(|(count, _)| *count > 0)
        .map(|(count, verdict)| format!("{count} {}", words(verdict, report.against)))
        .collect();
    let _ = writeln!(text, "{} lines: {}", report.lines.len(), counted.join(", "));
    text
}

fn table(report: &Report) -> String {
    let mut text = String::new();
    let mut row = |mark: &str, subject: &str, ground: &str, ours: &str, theirs: Option<&str>| {
        let (subject, ours) = (cut(subject, SUBJECT), cut(ours, READING));
        let line = format!("{mark:<7}  {subject:<SUBJECT$}  {ground:<10}  {ours:<READING$}");
        let line = theirs.map_or(line.clone(), |theirs| format!("{line}  {}", cut(theirs, READING)));
        let _ = writeln!(text, "{}", line.trim_end());
    };
    row("", "line of docs/fidelity.md", "ground", "ours", report.against.then_some("theirs"));
    for line in report.lines.iter().filter(|line| line.verdict != Verdict::NotFromOutside) {
        let mark = match line.verdict {
            Verdict::Differs => "DIFFERS",
            Verdict::NotTried => "skipped",
            Verdict::Open => "open",
            Verdict::NotFromOutside | Verdict::Same => "",
        };
        let theirs = line.theirs.as_ref().map(reading);
        row(mark, &line.subject, line.ground.word(), &reading(&line.ours), theirs.as_deref());
    }
    text + "\n"
}

/// What is known of a line at one org.
fn reading(side: &Side) -> String {
    match (&side.says, &side.untried) {
        (Some(says), _) => says.clone(),
        (None, Some(_)) => "-".into(),
        (None, None) => format!("? {}", found(side)),
    }
}

fn found(side: &Side) -> String {
    side.found.iter().map(|(name, found)| format!("{name}: {found}")).collect::<Vec<_>>().join(", ")
}

fn switches(text: &mut String, report: &Report) {
    if !report.against {
        return;
    }
    match Report::block(&report.switches) {
        none if none.is_empty() => _ = writeln!(text, "No switch of the other org was seen to stand otherwise.\n"),
        block => _ = writeln!(text, "Its switches that stand otherwise, for a scenario:\n\n{block}"),
    }
}

fn unsettled(text: &mut String, report: &Report) {
    let open: Vec<&Line> =
        report.lines.iter().filter(|line| !matches!(line.verdict, Verdict::Differs | Verdict::Same)).collect();
    if open.is_empty() {
        return;
    }
    let _ = writeln!(text, "Not settled, and what would settle it:\n");
    for line in open {
        let _ = writeln!(text, "  {} ({})", line.subject, line.ground.word());
        let side = line.theirs.as_ref().unwrap_or(&line.ours);
        if line.verdict == Verdict::Open {
            let _ = writeln!(text, "    found  {}", harmless(&found(side)));
        }
        if let Some(untried) = side.untried.as_ref().filter(|_| line.verdict == Verdict::NotTried) {
            let _ = writeln!(text, "    lacks  {}", harmless(untried));
        }
        if let Some(needs) = &line.needs {
            let _ = writeln!(text, "    needs  {needs}");
        }
    }
    text.push('\n');
}

fn words(verdict: Verdict, against: bool) -> &'static str {
    match verdict {
        Verdict::Differs => "differ",
        Verdict::NotFromOutside => "not to be told from outside",
        Verdict::NotTried => "not tried",
        Verdict::Open => "open",
        Verdict::Same if against => "the same",
        Verdict::Same => "settled",
    }
}

fn cut(text: &str, width: usize) -> String {
    let text = harmless(text);
    match text.char_indices().nth(width) {
        Some(_) => text.chars().take(width - 1).chain(['…']).collect(),
        None => text,
    }
}
