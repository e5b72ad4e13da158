//! A report as people read it: connections, questions, findings. Colours are the caller's.

use super::finding::{Finding, Severity};
use super::questions::{Answer, Question};
use super::timeline::{Entry, Visit};
use super::{Ended, Report};
use crate::journal::line::{Span, Tone, span};
use crate::org::Door;

/// So many connections are shown, and so many requests of each; the report in JSON has them all.
const MOST_SHOWN: usize = 12;

/// The characters of a line of text.
const WIDTH: usize = 96;

/// The lines of a report.
pub fn lines(report: &Report) -> Vec<Vec<Span>> {
    let mut lines = vec![headline(report)];
    if report.forgotten > 0 {
        let text = format!("the first {} events of this long run are not told", report.forgotten);
        lines.push(vec![span(Tone::Dim, text)]);
    }
    lines.push(Vec::new());
    lines.extend(report.connections.iter().take(MOST_SHOWN).flat_map(visit));
    lines.extend(more(report.connections.len(), "", "connection"));
    if !report.connections.is_empty() {
        lines.push(Vec::new());
    }
    lines.extend(report.questions.iter().map(question));
    lines.push(Vec::new());
    lines.push(vec![verdict(report)]);
    for (at, finding) in report.findings.iter().enumerate() {
        lines.push(Vec::new());
        lines.extend(told(at + 1, finding));
    }
    lines
}

fn headline(report: &Report) -> Vec<Span> {
    let tone = if report.ended == Ended::ExitCode(0) { Tone::Plain } else { Tone::Bad };
    vec![
        span(Tone::Label, "mockorg doctor:"),
        span(Tone::Plain, format!("`{}`", command(&report.command))),
        span(tone, report.ended.to_string()),
    ]
}

/// A command that is long, or has a script in it, in short.
fn command(words: &[String]) -> String {
    const LONG: usize = 60;
    let text = words.iter().flat_map(|word| word.split_whitespace()).collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(LONG) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn visit(visit: &Visit) -> Vec<Vec<Span>> {
    let mut first =
        vec![span(Tone::Label, format!("{:>3}", visit.n)), span(Tone::Plain, format!("{:<8}", visit.door.name()))];
    let (tls, rest) = (negotiated(visit), came_with(visit));
    if !tls.is_empty() {
        first.push(span(Tone::Dim, if rest.is_empty() { tls } else { tls + ":" }));
    }
    first.extend(rest);
    let requests = visit.requests.iter().take(MOST_SHOWN).map(entry);
    std::iter::once(first).chain(requests).chain(more(visit.requests.len(), "      ", "request")).collect()
}

fn negotiated(visit: &Visit) -> String {
    let mut parts: Vec<String> = visit.tls_version.iter().cloned().collect();
    if visit.tls_version.is_some() {
        parts.push(visit.sni.as_ref().map_or_else(|| "no SNI".into(), |name| format!("SNI {name}")));
        parts.extend(visit.alpn.as_ref().map(|alpn| format!("ALPN {alpn}")));
    }
    parts.extend(visit.connect.as_ref().map(|target| format!("by proxy as {target}")));
    parts.join(", ")
}

/// The certificate, and what became of the handshake.
fn came_with(visit: &Visit) -> Vec<Span> {
    let mut spans = Vec::new();
    match (visit.certificates.as_slice(), visit.door, visit.ending) {
        ([], Door::Mutual, None) => spans.push(span(Tone::Bad, "no certificate")),
        ([], ..) => {}
        ([only], ..) => spans.push(span(Tone::Plain, format!("certificate {only} alone,"))),
        ([leaf, rest @ ..], ..) => spans.push(span(Tone::Plain, format!("certificate {leaf} + {},", rest.join(" + ")))),
    }
    if let Some(flaw) = visit.server_flaw {
        spans.push(span(Tone::Label, format!("shown a bad server chain ({flaw}),")));
    }
    match (visit.ending, visit.holds) {
        (None, Some(true)) => spans.push(span(Tone::Good, "holds")),
        (None, Some(false)) => spans.push(span(Tone::Bad, "does not hold: answered by a page of the edge")),
        (None, None) => {}
        (Some("refused"), _) => spans.push(span(Tone::Bad, refused(visit))),
        (Some("alert-received"), _) => {
            let alert = visit.alert.as_deref().unwrap_or_default();
            spans.push(span(Tone::Bad, format!("the client sent the alert {alert}")));
        }
        (Some("injected"), _) => {
            let fault = visit.injected_fault.as_deref().unwrap_or_default();
            spans.push(span(Tone::Bad, format!("ended by the fault '{fault}', which was injected")));
        }
        (Some("plain-http"), _) => spans.push(span(Tone::Bad, "plain HTTP")),
        (Some("left"), _) => spans.push(span(Tone::Dim, "the client left during the handshake")),
        (Some("timed-out"), _) => spans.push(span(Tone::Bad, "the handshake took too long")),
        (Some(_), _) => spans.push(span(Tone::Bad, "the handshake failed")),
    }
    spans
}

fn refused(visit: &Visit) -> String {
    match &visit.alert {
        Some(alert) => format!("refused with the alert {alert}"),
        None => "refused by closing, without an alert".into(),
    }
}

fn entry(entry: &Entry) -> Vec<Span> {
    let mut line = vec![span(Tone::Plain, format!("      {} {} {}", entry.method, entry.path, entry.status))];
    if let Some(flow) = entry.login {
        line.push(span(Tone::Plain, format!("login ({flow})")));
    }
    line.extend(entry.user.as_ref().map(|user| span(Tone::Plain, user)));
    match (entry.decision, &entry.error) {
        (Some("granted"), None) => line.push(span(Tone::Good, "granted")),
        (_, Some(error)) => line.push(span(Tone::Bad, error)),
        _ => {}
    }
    line.extend(entry.injected_fault.as_ref().map(|fault| span(Tone::Label, format!("(injected: {fault})"))));
    line
}

fn more(count: usize, indent: &str, thing: &str) -> Option<Vec<Span>> {
    let hidden = count.checked_sub(MOST_SHOWN).filter(|hidden| *hidden > 0)?;
    Some(vec![span(Tone::Dim, format!("{indent}… and {hidden} more {thing}s: --json has them all"))])
}

fn question(question: &Question) -> Vec<Span> {
    let tone = match question.answer {
        Answer::No | Answer::Partly => Tone::Bad,
        Answer::Unknown => Tone::Dim,
        Answer::Yes => Tone::Good,
    };
    let colon = if question.detail.is_empty() { "" } else { ":" };
    let answer = span(tone, format!("{}{colon}", question.answer.word()));
    let mut line = vec![span(Tone::Plain, format!("  {:<46}", question.question)), answer];
    if !question.detail.is_empty() {
        line.push(span(Tone::Plain, &question.detail));
    }
    line
}

fn verdict(report: &Report) -> Span {
    let count = |severity| report.findings.iter().filter(|finding| finding.severity == severity).count();
    let (breaks, others) = (count(Severity::Breaks), count(Severity::Warns) + count(Severity::Notes));
    let rest = if others == 0 { String::new() } else { format!(", {others} more to know") };
    match breaks {
        0 if others == 0 => span(Tone::Good, "sound: nothing here breaks in production"),
        0 => span(Tone::Good, format!("nothing here breaks in production{rest}")),
        1 => span(Tone::Bad, format!("1 finding breaks in production{rest}")),
        breaks => span(Tone::Bad, format!("{breaks} findings break in production{rest}")),
    }
}

fn told(number: usize, finding: &Finding) -> Vec<Vec<Span>> {
    let tone = if finding.severity == Severity::Breaks { Tone::Bad } else { Tone::Label };
    let word = match finding.severity {
        Severity::Breaks => "breaks",
        Severity::Warns => "warning",
        Severity::Notes => "note",
    };
    let on = match finding.connections.as_slice() {
        [] => String::new(),
        [only] => format!(" (connection {only})"),
        numbers => format!(" (connections {})", listed(numbers)),
    };
    let headline = format!("{number}. {word} [{}]: {}{on}", finding.code.name(), finding.headline);
    let below = finding.lines().flat_map(|(label, text)| {
        wrapped(text).into_iter().enumerate().map(move |(at, piece)| {
            let label = if at == 0 { label } else { "" };
            vec![span(Tone::Dim, format!("   {label:<11}")), span(Tone::Plain, piece)]
        })
    });
    std::iter::once(vec![span(tone, headline)]).chain(below).collect()
}

/// Lines of at most [`WIDTH`] characters, but for words that are longer.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut width = usize::MAX;
    for word in text.split_whitespace() {
        let long = word.chars().count();
        match lines.last_mut() {
            Some(line) if width + 1 + long <= WIDTH => {
                *line += &format!(" {word}");
                width += 1 + long;
            }
            _ => {
                lines.push(word.to_owned());
                width = long;
            }
        }
    }
    lines
}

fn listed(numbers: &[usize]) -> String {
    const MOST: usize = 6;
    let shown = numbers.iter().take(MOST).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    if numbers.len() > MOST { format!("{shown} …") } else { shown }
}
