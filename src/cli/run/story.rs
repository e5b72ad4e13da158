//! The verdict as people read it: a table, what failed with the events that show it, and a line at the end.

use super::{Round, Rounds};
use crate::cli::console::styled;
use crate::cli::verdict;
use crate::journal::expectation::{Judgement, Outcome, story};
use crate::journal::line::{Span, Tone, span};

/// A round that has just ended. Of many rounds those that hold have one line.
pub(super) fn round(rounds: &Rounds, round: &Round) -> String {
    let place =
        if rounds.wanted > 1 { format!(", round {} of {}", round.number, rounds.wanted) } else { String::new() };
    let title = format!("{}, seed {}{place}", rounds.scenario, round.seed);
    let title = vec![span(Tone::Label, "mockorg run:"), span(Tone::Plain, title)];
    if rounds.wanted > 1 && round.holds() {
        let mut line = title;
        line.push(span(Tone::Good, "yes"));
        return styled(&line).trim_end().to_owned();
    }
    let mut lines = vec![Vec::new(), title];
    lines.extend(table(rounds, round));
    let failed = round.verdict.expectations.iter().filter(|one| one.outcome != Outcome::Met);
    for judgement in failed {
        lines.push(Vec::new());
        lines.extend(story::lines(judgement));
    }
    lines.push(Vec::new());
    lines.push(conclusion(round));
    lines.iter().map(|line| styled(line)).collect::<String>().trim_end().to_owned()
}

/// What many rounds came to; nothing of one.
pub(super) fn summary(rounds: &Rounds) -> Option<String> {
    if rounds.wanted == 1 {
        return None;
    }
    let (played, failed) = (rounds.rounds.len() as u64, rounds.failed().count());
    let mut line = vec![span(Tone::Label, "mockorg run:")];
    match rounds.failed().next() {
        None if played == rounds.wanted => line.push(span(Tone::Good, format!("yes, in all of {played} rounds"))),
        None => {}
        Some(first) => {
            line.push(span(Tone::Bad, format!("no, in {failed} of {played} rounds;")));
            let text = format!("the first is round {}: --seed {} plays it again", first.number, first.seed);
            line.push(span(Tone::Plain, text));
        }
    }
    if played < rounds.wanted {
        line.push(span(Tone::Bad, format!("ended by a signal after {played} of {} rounds", rounds.wanted)));
    }
    Some(styled(&line).trim_end().to_owned())
}

/// One row for the command, one for each expectation.
fn table(rounds: &Rounds, round: &Round) -> Vec<Vec<Span>> {
    let command = verdict::shortened(&rounds.command.join(" "));
    let ended = format!("{} after {:.1} s", round.ended, round.took.as_secs_f64());
    let expectations = round.verdict.expectations.iter();
    let rows = expectations.map(|one: &Judgement| (one.outcome == Outcome::Met, one.name.clone(), one.found.clone()));
    let rows = std::iter::once((round.ended.well(), command, ended)).chain(rows).collect();
    verdict::table(rows)
}

fn conclusion(round: &Round) -> Vec<Span> {
    let judged = 1 + round.verdict.expectations.len();
    let failed = usize::from(!round.ended.well())
        + round.verdict.expectations.iter().filter(|one| one.outcome != Outcome::Met).count();
    if failed == 0 {
        let what = if judged == 1 { "the command succeeded; the scenario expects nothing more" } else { "as expected" };
        vec![span(Tone::Good, format!("yes: {what}"))]
    } else {
        vec![span(Tone::Bad, format!("no: {failed} of {judged} not as expected"))]
    }
}
