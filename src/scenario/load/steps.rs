//! `[[step]]`: the triggers, and that each can come. What a step does is read in [`verbs`].

use std::collections::HashMap;

use super::names::{self, Names};
use super::pattern::{self, Known};
use super::{Reading, values};
use crate::scenario::file::{AfterTable, File, Spot, StepTable};
use crate::scenario::step::{StepSpec, Trigger, Verb};
use crate::scenario::{ClockSpec, Pattern, Scenario, When, guess};

mod aliases;
mod verbs;

/// The longest name of a step, in characters.
const LONGEST_NAME: usize = 80;

/// So many events a step may wait for.
const MOST_EVENTS: i64 = 1_000_000_000;

pub(super) fn steps(file: &File, names: &Names<'_>, scenario: &Scenario, reading: &mut Reading<'_>) -> Vec<StepSpec> {
    if file.step.is_empty() {
        return Vec::new();
    }
    names::check_unique("step", file.step.iter().map(|table| &table.name), str::to_owned, reading);
    let known = Known::of(file, names);
    let context = verbs::Context::of(file, names, scenario);
    let mut steps = Vec::new();
    for table in &file.step {
        super::people::check_length("the step's name", &table.name, LONGEST_NAME, reading);
        let trigger = trigger(table, &known, scenario, reading);
        let verb = verbs::verb(table, &context, reading);
        steps.push(trigger.zip(verb).map(|(trigger, verb)| StepSpec { name: table.name.to_string(), trigger, verb }));
    }
    check_circles(file, &steps, reading);
    steps.into_iter().flatten().collect()
}

fn trigger(table: &StepTable, known: &Known<'_>, scenario: &Scenario, reading: &mut Reading<'_>) -> Option<Trigger> {
    let spans = [
        table.at.as_ref().map(Spot::span),
        table.after.as_ref().map(Spot::span),
        table.when.as_ref().map(Spot::span),
        table.on.as_ref().map(|on| on.text().span()),
    ];
    let name = guess::quoted(&table.name);
    let mut given = spans.into_iter().flatten();
    if given.next().is_none() {
        reading.mistake(table.name.span(), format!("{name} has no trigger; it takes one of at, after, when and on"));
    }
    if let Some(second) = given.next() {
        reading.mistake(second, format!("{name} has a second trigger; it takes one of at, after, when and on"));
    }
    let at = table.at.as_ref().and_then(|at| moment(at, scenario, reading)).map(Trigger::At);
    let after = table.after.as_ref().and_then(|after| self::after(after, known, reading));
    let when = table.when.as_ref().map(|when| {
        let pattern = pattern::pattern(when, when.span(), Some(known), reading);
        Trigger::When(pattern)
    });
    let call = table.on.as_ref().and_then(|on| reading.word(on)).map(|_| Trigger::Call);
    at.or(after).or(when).or(call)
}

/// Not before the org begins, as far as that is known here.
fn moment(text: &Spot<String>, scenario: &Scenario, reading: &mut Reading<'_>) -> Option<When> {
    let when = values::when(text, reading)?;
    let start = match (when, scenario.org.clock) {
        (When::FromStart(by), _) if by.is_negative() => Some("its start".to_owned()),
        (When::At(time), ClockSpec::Standing(start)) if time < start => Some(format!("its start, {start}")),
        _ => None,
    };
    if let Some(start) = start {
        let message = format!("{} never comes: the org's clock goes on from {start}", guess::quoted(text));
        reading.mistake(text.span(), message);
    }
    Some(when)
}

fn after(table: &Spot<AfterTable>, known: &Known<'_>, reading: &mut Reading<'_>) -> Option<Trigger> {
    let pattern = pattern::pattern(&table.of, table.of.span(), Some(known), reading);
    let count = *table.count;
    if !(1..=MOST_EVENTS).contains(&count) {
        reading.mistake(table.count.span(), format!("count is {count}; it goes from 1 to {MOST_EVENTS}"));
        return None;
    }
    Some(Trigger::After { count: count.unsigned_abs(), pattern })
}

/// The step whose event a step waits for.
fn awaited(trigger: &Trigger) -> Option<(&Pattern, &str)> {
    let (Trigger::After { pattern, .. } | Trigger::When(pattern)) = trigger else { return None };
    let of_steps = pattern.kind.is_some_and(|kind| kind.name() == "step");
    pattern.name.as_deref().filter(|_| of_steps).map(|name| (pattern, name))
}

/// A step leaves one event, so nothing waits for a second one of it, nor for one that waits for this one.
fn check_circles(file: &File, steps: &[Option<StepSpec>], reading: &mut Reading<'_>) {
    let waits: HashMap<&str, &str> =
        (steps.iter().flatten()).filter_map(|step| Some((step.name.as_str(), awaited(&step.trigger)?.1))).collect();
    for (table, step) in file.step.iter().zip(steps) {
        let Some(step) = step else { continue };
        if let (Some((_, other)), Trigger::After { count: 2.., .. }, Some(after)) =
            (awaited(&step.trigger), &step.trigger, &table.after)
        {
            let other = guess::quoted(other);
            reading.mistake(after.count.span(), format!("each step is played once, so {other} leaves one event"));
        }
        let mut next = waits.get(step.name.as_str());
        // a circle is told at each of its steps, and nowhere else
        for _ in 0..waits.len() {
            match next {
                Some(name) if **name == *step.name => {
                    let message = "this never comes: the step waits for an event that comes after it";
                    reading.mistake(table.name.span(), message);
                    break;
                }
                Some(name) => next = waits.get(name),
                None => break,
            }
        }
    }
}

/// Whether a verb can do anything, whatever the file says.
pub(super) fn is_idle(verb: &Verb) -> bool {
    matches!(verb, Verb::Advance(by) if by.is_zero())
}
