//! A rehearsal as people read it: a row for each phase, for how long calls failed, and the culprit.

use jiff::SignedDuration;

use super::culprit::Culprit;
use super::rehearsal::{Described, Overlap, Rehearsal, Scene};
use crate::cli::console::styled;
use crate::cli::verdict;
use crate::journal::Explanation;
use crate::journal::line::{Span, Tone, span};

pub(super) fn text(rehearsal: &Rehearsal) -> String {
    let title = format!("{}, seed {}", rehearsal.scenario, rehearsal.seed);
    let mut lines = vec![Vec::new(), vec![span(Tone::Label, "mockorg rehearse:"), span(Tone::Plain, title)]];
    lines.push(certificate("old", &rehearsal.old));
    lines.push(certificate("new", &rehearsal.new));
    lines.push(Vec::new());
    lines.extend(verdict::table(rows(rehearsal)));
    lines.push(Vec::new());
    lines.push(outage(rehearsal));
    lines.push(overlap(rehearsal));
    if let Some(culprit) = Culprit::of(rehearsal) {
        lines.push(Vec::new());
        lines.extend(blame(&culprit));
    }
    for (which, explanation) in chains(rehearsal) {
        lines.push(Vec::new());
        let text = format!("{which}, as it lies in its file, does not hold either");
        lines.push(vec![span(Tone::Label, "note:"), span(Tone::Plain, text)]);
        lines.extend(explained(explanation));
    }
    lines.push(Vec::new());
    lines.push(conclusion(rehearsal));
    lines.iter().map(|line| styled(line)).collect::<String>().trim_end().to_owned()
}

fn certificate(which: &str, described: &Described) -> Vec<Span> {
    let Described { file, subject, serial, not_after, .. } = described;
    let text = format!("{file}: {subject}, serial {serial}, until {not_after}");
    vec![span(Tone::Dim, format!("  {which}")), span(Tone::Plain, text)]
}

fn rows(rehearsal: &Rehearsal) -> Vec<verdict::Row> {
    let played = rehearsal.scenes().map(|scene| (scene.well(), name(&scene), found(&scene)));
    let unplayed =
        rehearsal.unplayed().iter().map(|phase| (false, padded(phase.name(), &phase.words()), "not played".to_owned()));
    played.chain(unplayed).collect()
}

fn name(scene: &Scene<'_>) -> String {
    padded(scene.phase.name(), &scene.phase.words())
}

fn padded(name: &str, words: &str) -> String {
    format!("{name:<9} {words}")
}

/// `3 granted by old, 1 refused`
pub(super) fn found(scene: &Scene<'_>) -> String {
    let calls = scene.calls;
    let mut found = Vec::new();
    let by = [("old", calls.by_old), ("new", calls.by_new), ("another certificate", calls.by_other)];
    found.extend(by.iter().filter(|(_, count)| *count > 0).map(|(which, count)| format!("{count} granted by {which}")));
    if calls.free > 0 {
        found.push(format!("{} granted without need of a certificate", calls.free));
    }
    if calls.refused > 0 {
        found.push(format!("{} refused", calls.refused));
    }
    if scene.acted.refused.is_some() {
        found.push("the upload refused".into());
    }
    if found.is_empty() {
        found.push("no calls".into());
    }
    if let Some(command) = scene.command.filter(|command| !command.well()) {
        found.push(format!("the command {}", command.ended));
    }
    found.join(", ")
}

pub(super) fn outage(rehearsal: &Rehearsal) -> Vec<Span> {
    let (org, wall) = rehearsal.failed_for();
    let (Some(first), Some(last)) = (rehearsal.windows.first(), rehearsal.windows.last()) else {
        return vec![span(Tone::Good, "no call failed")];
    };
    let name = |at: usize| rehearsal.phases.get(at).map_or("", super::plan::Phase::name);
    let refused: u64 = rehearsal.calls.iter().map(|calls| calls.refused).sum();
    let end = if last.recovered { format!("until {}", name(last.phases.1)) } else { "to the end".into() };
    let times = match rehearsal.windows.len() as u64 + rehearsal.more_windows {
        1 => String::new(),
        times => format!(", {times} times"),
    };
    let text = format!(
        "calls failed for {} on the org's clock, {} on the wall's: {refused} refused, from {} {end}{times}",
        lasted(org),
        lasted(wall),
        name(first.phases.0)
    );
    vec![span(Tone::Bad, text)]
}

pub(super) fn lasted(duration: SignedDuration) -> String {
    if duration.abs() < SignedDuration::from_secs(1) {
        format!("{} ms", duration.as_millis())
    } else if duration.abs() < SignedDuration::from_secs(60) {
        format!("{:.1} s", duration.as_secs_f64())
    } else {
        let (days, rest) = (duration.as_secs() / DAY, SignedDuration::from_secs(duration.as_secs() % DAY));
        match (days, rest.is_zero()) {
            (0, _) => format!("{rest:#}"),
            (days, true) => format!("{days}d"),
            (days, false) => format!("{days}d {rest:#}"),
        }
    }
}

/// Seconds; days have 24 hours here, as in scenario files.
const DAY: i64 = 86_400;

fn overlap(rehearsal: &Rehearsal) -> Vec<Span> {
    let lasted = lasted(rehearsal.overlapped());
    match rehearsal.overlap() {
        Overlap::Clean => vec![span(Tone::Good, format!("the overlap was clean: both were uploaded for {lasted}"))],
        Overlap::Failed => vec![span(Tone::Bad, format!("the overlap was not clean: it lasted {lasted}"))],
        Overlap::None => vec![span(Tone::Bad, "no overlap: both were never uploaded at once")],
    }
}

/// The culprit, and below it why.
pub(super) fn blame(culprit: &Culprit) -> Vec<Vec<Span>> {
    let mut lines = vec![vec![
        span(Tone::Bad, "culprit:"),
        span(Tone::Label, culprit.step),
        span(Tone::Plain, format!("({})", culprit.why)),
    ]];
    lines.extend(culprit.explanation.iter().flat_map(explained));
    if let Some(cure) = &culprit.cure {
        lines.push(below("do", cure));
    }
    if let Some(event) = &culprit.event {
        lines.push(below("seen", &format!("event {} of the journal", event.seq)));
    }
    lines
}

fn explained(explanation: &Explanation) -> Vec<Vec<Span>> {
    let headline = vec![span(Tone::Plain, " "), span(Tone::Bad, &explanation.headline)];
    let lines = explanation.lines().map(|(label, text)| below(label, text));
    std::iter::once(headline).chain(lines).collect()
}

fn below(label: &str, text: &str) -> Vec<Span> {
    vec![span(Tone::Dim, format!("    {label:<8} ")), span(Tone::Plain, text)]
}

/// Files whose chain does not hold, where no refused call has told of it: a client may send another chain.
fn chains(rehearsal: &Rehearsal) -> Vec<(String, &Explanation)> {
    let told: Vec<&str> = rehearsal
        .calls
        .iter()
        .filter_map(|calls| calls.first_refused.as_ref()?.event.kind.explanation())
        .map(|explanation| explanation.headline.as_str())
        .collect();
    let mut found: Vec<(String, &Explanation)> = Vec::new();
    for scene in rehearsal.scenes() {
        let Some(explanation) = &scene.acted.chain else { continue };
        let which = format!("the chain of the {} certificate", scene.phase.client.word());
        if !told.contains(&explanation.headline.as_str()) && found.iter().all(|(other, _)| *other != which) {
            found.push((which, explanation));
        }
    }
    found
}

fn conclusion(rehearsal: &Rehearsal) -> Vec<Span> {
    if rehearsal.holds() {
        return vec![span(Tone::Good, "yes: the renewal goes through without a failed call")];
    }
    let all = rehearsal.phases.len();
    let failed = all - rehearsal.scenes().filter(Scene::well).count();
    vec![span(Tone::Bad, format!("no: {failed} of {all} phases not as they should be"))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_in_the_units_that_people_count_in() {
        let told = [(300, "300 ms"), (1_500, "1.5 s"), (7_200_000, "2h"), (172_800_000, "2d"), (176_400_000, "2d 1h")];
        for (ms, words) in told {
            assert_eq!(lasted(SignedDuration::from_millis(ms)), words);
        }
    }
}
