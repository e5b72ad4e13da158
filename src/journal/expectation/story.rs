//! A judgement as people read it: what was expected, what was found, the events that show it with their explanations.

use super::{Judgement, Outcome, Seen};
use crate::journal::line::{self, Span, Tone};

/// The lines of a judgement; one that is met has one.
pub fn lines(judgement: &Judgement) -> Vec<Vec<Span>> {
    let (word, tone) = match judgement.outcome {
        Outcome::Failed => ("failed:", Tone::Bad),
        Outcome::Met => ("met:", Tone::Good),
        Outcome::Unmet => ("not met yet:", Tone::Bad),
    };
    let mut lines = vec![vec![line::span(tone, word), line::span(Tone::Label, &judgement.name)]];
    if judgement.outcome == Outcome::Met {
        return lines;
    }
    let mut below = |label: &str, text: &str| {
        lines.push(vec![line::span(Tone::Dim, format!("  {label:<8} ")), line::span(Tone::Plain, text)]);
    };
    below("expected", &judgement.expected);
    below("found", &judgement.found);
    lines.extend(judgement.events.iter().flat_map(seen));
    lines
}

/// The event as the console prints it, and above it in what it is not as expected.
fn seen(seen: &Seen) -> Vec<Vec<Span>> {
    let label = if seen.counted { "seen" } else { "nearest" };
    let (plain, differs) = (|text: String| line::span(Tone::Plain, text), seen.differs.join(", "));
    let place = if differs.is_empty() {
        format!("event {}", seen.event.seq)
    } else {
        format!("event {} differs in {differs}", seen.event.seq)
    };
    let mut lines = vec![vec![line::span(Tone::Dim, format!("  {label:<8} ")), plain(place)]];
    for mut line in line::lines(&seen.event, |door| door.name()) {
        line.insert(0, plain("   ".into()));
        lines.push(line);
    }
    lines
}
