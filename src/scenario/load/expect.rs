//! `[[expect]]`: what is expected is possible, and can fail.

use std::ops::Range;
use std::time::Duration;

use super::pattern::{Known, pattern};
use super::people::check_length;
use super::{Reading, names, values};
use crate::scenario::file::{ExpectTable, File, PatternTable, Spot, Word};
use crate::scenario::pattern::EventKind;
use crate::scenario::{ExpectSpec, Pattern, Wanted, guess};

/// The longest name of an expectation, in characters.
const LONGEST_EXPECTATION: usize = 200;

pub(super) fn expectations(file: &File, known: &Known<'_>, reading: &mut Reading<'_>) -> Vec<ExpectSpec> {
    let tables = &file.expect;
    names::check_unique("expectation", tables.iter().map(|table| &table.name), str::to_owned, reading);
    tables.iter().filter_map(|table| expectation(table, known, reading)).collect()
}

fn expectation(table: &ExpectTable, known: &Known<'_>, reading: &mut Reading<'_>) -> Option<ExpectSpec> {
    check_length("the expectation's name", &table.name, LONGEST_EXPECTATION, reading);
    let read =
        |table: &Spot<PatternTable>, reading: &mut Reading<'_>| pattern(table, table.span(), Some(known), reading);
    let after = table.after.as_ref().map(|table| read(table, reading));
    let before = table.before.as_ref().map(|table| read(table, reading));
    let wanted = match (&table.event, &table.never, &table.every) {
        (Some(event), None, None) => {
            let event = read(event, reading);
            count(table, event, reading)?
        }
        (None, Some(never), None) => {
            let event = read(never, reading);
            no_keys(table, "never", &["has", "at-least", "at-most", "exactly", "apart"], reading);
            Wanted::Count { event, at_least: 0, at_most: Some(0), apart: None }
        }
        (None, None, Some(every)) => {
            let event = read(every, reading);
            no_keys(table, "every", &["at-most", "exactly", "apart"], reading);
            let at_least = number("at-least", table.at_least.as_ref(), reading).unwrap_or(1);
            let Some(has) = &table.has else {
                reading.mistake(every.span(), "`every` needs `has`, which says how each of them must be");
                return None;
            };
            let has = self::has(has, event.kind, known, reading);
            Wanted::Every { event, has, at_least }
        }
        (None, None, None) => {
            let name = guess::quoted(&table.name);
            reading.mistake(table.name.span(), format!("{name} expects nothing; it takes `event`, `never` or `every`"));
            return None;
        }
        (_, Some(second), _) | (_, _, Some(second)) => {
            reading.mistake(second.span(), "one at a time: `event`, `never` or `every`");
            return None;
        }
    };
    Some(ExpectSpec { name: table.name.to_string(), wanted, after, before })
}

fn count(table: &ExpectTable, event: Pattern, reading: &mut Reading<'_>) -> Option<Wanted> {
    no_keys(table, "event", &["has"], reading);
    if table.exactly.is_some() {
        no_keys(table, "exactly", &["at-least", "at-most"], reading);
    }
    let exactly = number("exactly", table.exactly.as_ref(), reading);
    let least = number("at-least", table.at_least.as_ref(), reading);
    let most = number("at-most", table.at_most.as_ref(), reading);
    let at_most = exactly.or(most);
    let at_least = exactly.or(least).unwrap_or(u64::from(at_most.is_none()));
    if let (Some(least), Some(most), Some(spot)) = (least, most, &table.at_most)
        && least > most
    {
        reading.mistake(spot.span(), format!("at-most is {most}, which is less than at-least, {least}"));
    }
    if let (0, None, Some(spot)) = (at_least, at_most, &table.at_least) {
        reading.mistake(spot.span(), "at least none is no expectation: it cannot fail");
    }
    let apart = table.apart.as_ref().and_then(|text| apart(text, reading));
    Some(Wanted::Count { event, at_least, at_most, apart })
}

/// `has` is of the kind of `every`, and need not say so again.
fn has(has: &Spot<PatternTable>, kind: Option<EventKind>, known: &Known<'_>, reading: &mut Reading<'_>) -> Pattern {
    let mut table = PatternTable::clone(has);
    if let Some(word) = &table.kind {
        reading.mistake(word.text().span(), "`has` is of the kind that `every` is of; leave `kind` out");
    } else if table == PatternTable::default() {
        reading.mistake(has.span(), "`has` is empty: every event is so");
    }
    table.kind = kind.map(Word::of);
    pattern(&table, has.span(), Some(known), reading)
}

fn no_keys(table: &ExpectTable, beside: &str, keys: &[&str], reading: &mut Reading<'_>) {
    let present: [(&str, Option<Range<usize>>); 5] = [
        ("has", table.has.as_ref().map(Spot::span)),
        ("at-least", table.at_least.as_ref().map(Spot::span)),
        ("at-most", table.at_most.as_ref().map(Spot::span)),
        ("exactly", table.exactly.as_ref().map(Spot::span)),
        ("apart", table.apart.as_ref().map(Spot::span)),
    ];
    for (key, span) in present {
        if let (true, Some(span)) = (keys.contains(&key), span) {
            reading.mistake(span, format!("`{key}` has no meaning beside `{beside}`"));
        }
    }
}

fn number(key: &str, value: Option<&Spot<i64>>, reading: &mut Reading<'_>) -> Option<u64> {
    let value = value?;
    let number = u64::try_from(**value).ok();
    if number.is_none() {
        reading.mistake(value.span(), format!("{key} is {}; it counts events, from 0", **value));
    }
    number
}

fn apart(text: &Spot<String>, reading: &mut Reading<'_>) -> Option<Duration> {
    let found = values::duration(text).and_then(|duration| Duration::try_from(duration).ok());
    let found = found.filter(|duration| !duration.is_zero());
    if found.is_none() {
        let found = guess::quoted(text);
        reading.mistake(text.span(), format!("{found} is no time to wait such as \"2s\" or \"500ms\""));
    }
    found
}
