//! `[[probe]]`: every exchange in it exists, and every reading can hold.

use super::exchanges::Way;
use super::names::Names;
use super::outcome::outcome;
use super::template::Captured;
use super::{Reading, org, people};
use crate::scenario::file::{ExchangeTable, File, ProbeTable, ReadingTable, Spot, SwitchTable};
use crate::scenario::guess;
use crate::scenario::probe::{Condition, ProbeSpec, ReadingSpec, Switches};

/// The longest text of a probe, in characters.
const LONGEST_TEXT: usize = 300;

pub(super) fn probes(
    file: &File,
    names: &Names<'_>,
    captured: &Captured<'_>,
    reading: &mut Reading<'_>,
) -> Vec<ProbeSpec> {
    file.probe.iter().map(|table| probe(table, file, names, captured, reading)).collect()
}

fn probe(
    table: &ProbeTable,
    file: &File,
    names: &Names<'_>,
    captured: &Captured<'_>,
    reading: &mut Reading<'_>,
) -> ProbeSpec {
    people::check_length("the line", &table.line, LONGEST_TEXT, reading);
    match &table.needs {
        Some(needs) => people::check_length("needs", needs, LONGEST_TEXT, reading),
        None if table.reading.is_empty() => {
            let message = "the probe has neither a reading nor `needs`, which says why it can have none";
            reading.mistake(table.line.span(), message);
        }
        None => {}
    }
    ProbeSpec {
        line: table.line.to_string(),
        needs: table.needs.as_ref().map(|needs| needs.to_string()),
        readings: table.reading.iter().map(|one| self::reading(one, file, names, captured, reading)).collect(),
    }
}

fn reading(
    table: &Spot<ReadingTable>,
    file: &File,
    names: &Names<'_>,
    captured: &Captured<'_>,
    reading: &mut Reading<'_>,
) -> ReadingSpec {
    let mut conditions = Vec::new();
    for (list, condition) in [(&table.granted, Condition::Granted), (&table.refused, Condition::Refused)] {
        for name in list {
            check_exchange(name, captured, reading);
            conditions.push((name.to_string(), condition.clone()));
        }
    }
    for (name, expected) in &table.when {
        check_exchange(&expected.with(name.clone()), captured, reading);
        let named = |exchange: &&Spot<ExchangeTable>| exchange.name.as_ref().is_some_and(|own| own.as_str() == name);
        let offered = file.exchange.iter().find(named).and_then(|exchange| exchange.resume.as_ref());
        let way = Way::offering(offered.map(|offered| offered.to_string()));
        let expected = outcome(Some(&**expected), &way, captured, reading);
        conditions.push((name.clone(), Condition::Like(Box::new(expected))));
    }
    if conditions.is_empty() {
        reading.mistake(table.span(), "the reading holds of any org: it takes granted, refused or when");
    }
    let shows = table.shows.as_ref().map(|shows| switches(shows, names, reading)).unwrap_or_default();
    let says = match &table.says {
        Some(says) => {
            people::check_length("says", says, LONGEST_TEXT, reading);
            says.to_string()
        }
        None => {
            let values = shows.values().flat_map(|table| table.values());
            values.map(in_words).collect::<Vec<_>>().join(" and ")
        }
    };
    if says.is_empty() {
        reading.mistake(table.span(), "the reading says nothing: it takes says or shows");
    }
    let contradicts = table.contradicts.as_ref().is_some_and(|contradicts| **contradicts);
    ReadingSpec { says, shows, contradicts, conditions }
}

fn check_exchange(name: &Spot<String>, captured: &Captured<'_>, reading: &mut Reading<'_>) {
    if !captured.all.contains(name.as_str()) {
        let message = guess::unknown("exchange", name, captured.all.iter().copied());
        reading.mistake(name.span(), message);
    }
}

/// Read as those of the org's tables are, and kept as they are written.
fn switches(table: &Spot<SwitchTable>, names: &Names<'_>, reading: &mut Reading<'_>) -> Switches {
    org::edge(table.edge.as_ref(), names, reading);
    if let Some(switches) = &table.org {
        org::switches(switches, reading);
    }
    let Ok(toml::Value::Table(tables)) = toml::Value::try_from(&**table) else { return Switches::new() };
    let tables = tables.into_iter().filter_map(|(name, table)| match table {
        toml::Value::Table(table) => Some((name, table)),
        _ => None,
    });
    tables.collect()
}

fn in_words(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Array(items) => items.iter().map(in_words).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
