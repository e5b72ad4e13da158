//! The report: every line with what ours and the other org's answers say of it, and the switches that they show. It holds
//! nothing that would tell whose org it was.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::Column;
use super::hidden::Hidden;
use super::sheet::{self, Ground};
use crate::exchange::{Outcomes, Read, read};
use crate::scenario::Scenario;
use crate::scenario::probe::{ProbeSpec, ReadingSpec, Switches};

/// Of this form.
const VERSION: u32 = 1;

/// Everything that was found out.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Of this form: 1.
    pub version: u32,
    /// The mockorg that made it.
    pub mockorg: &'static str,
    /// The day when it was made.
    pub day: Date,
    /// Whether another org was asked.
    pub against: bool,
    /// How many lines came out each way.
    pub counts: BTreeMap<Verdict, usize>,
    /// The switches of the other org that stand otherwise than ours.
    pub switches: Switches,
    /// All switches that were seen, at the other org if one was asked.
    pub seen: Switches,
    /// Every line that was probed, or cannot be.
    pub lines: Vec<Line>,
    /// Of ours: what did not come out as its file says.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unexpected: Vec<String>,
}

/// A line of docs/fidelity.md.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// What it is about.
    pub subject: String,
    /// On what ground it stands there.
    pub ground: Ground,
    /// How the two compare.
    pub verdict: Verdict,
    /// At an org of ours.
    pub ours: Side,
    /// At the other org.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theirs: Option<Side>,
    /// Whether the other org has it otherwise than is documented.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub contradicts: bool,
    /// What would settle it, where nothing is settled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needs: Option<String>,
}

/// A line at one org.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Side {
    /// What it is, if that is settled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// What came of each exchange.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub found: BTreeMap<String, String>,
    /// Why not enough was tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub untried: Option<String>,
}

/// How a line came out.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The other org has it otherwise.
    Differs,
    /// Everything was tried, and none of the readings fits.
    Open,
    /// Something for it was missing.
    NotTried,
    /// Nothing that a client can do tells.
    NotFromOutside,
    /// As with us; without another org: settled.
    Same,
}

impl Verdict {
    /// All of them, in the order of a summary.
    pub const ALL: [Self; 5] = [Self::Same, Self::Differs, Self::Open, Self::NotTried, Self::NotFromOutside];
}

impl Report {
    /// Of files with what came of them: at ours, and at the other org if one was asked.
    pub fn of(day: Date, files: &[(&Scenario, &Column, Option<&Column>)]) -> Self {
        let mut report = Self {
            version: VERSION,
            mockorg: env!("CARGO_PKG_VERSION"),
            day,
            against: files.iter().any(|(_, _, theirs)| theirs.is_some()),
            counts: BTreeMap::new(),
            switches: Switches::new(),
            seen: Switches::new(),
            lines: Vec::new(),
            unexpected: Vec::new(),
        };
        let columns = files.iter().flat_map(|(_, ours, theirs)| theirs.iter().copied().chain([*ours]));
        let hidden = Hidden::together(columns.map(|column| &column.hidden));
        for (scenario, ours, theirs) in files {
            report.unexpected.extend(ours.unexpected.iter().map(|text| hidden.without(text)));
            let standing = standing(scenario);
            for probe in &scenario.probes {
                report.add(probe, &standing, &hidden, ours, *theirs);
            }
        }
        report.lines.sort_by_key(|line| sheet::rows().iter().position(|row| row.subject == line.subject));
        report
    }

    fn add(&mut self, probe: &ProbeSpec, standing: &Switches, hidden: &Hidden, ours: &Column, theirs: Option<&Column>) {
        let tried = |name: &str| theirs.is_none_or(|theirs| matches!(theirs.outcomes.get(name), Some(Ok(_))));
        let other = theirs.map(|column| side(probe, &column.outcomes, column, hidden));
        // what was not tried there is not known of ours either, so that the two are compared by the same exchanges
        let known: Outcomes = match &other {
            Some((side, _)) if side.says.is_some() => ours
                .outcomes
                .iter()
                .filter(|(name, _)| tried(name))
                .map(|(n, outcome)| (n.clone(), outcome.clone()))
                .collect(),
            _ => ours.outcomes.clone(),
        };
        let (mine, mine_read) = side(probe, &known, ours, hidden);
        let (decisive, decisive_read) = match &other {
            Some((side, read)) => (side, *read),
            None => (&mine, mine_read),
        };
        if !probe.readings.is_empty()
            && matches!(read(probe, &ours.outcomes, &ours.captures), Read::Open | Read::Untried(_))
        {
            self.unexpected.push(format!("{}: none of its readings holds", probe.line));
        }
        let verdict = match (decisive_read, &decisive.untried) {
            _ if probe.readings.is_empty() => Verdict::NotFromOutside,
            (Some(_), _) if decisive.says == mine.says => Verdict::Same,
            (Some(_), _) => Verdict::Differs,
            (None, Some(_)) => Verdict::NotTried,
            (None, None) => Verdict::Open,
        };
        if let Some(reading) = decisive_read {
            merge(&mut self.seen, &reading.shows);
            if verdict == Verdict::Differs {
                merge(&mut self.switches, &without(&reading.shows, standing));
            }
        }
        *self.counts.entry(verdict).or_default() += 1;
        let ground = sheet::row(&probe.line).map_or(Ground::Unverified, |row| row.ground);
        let settled = matches!(verdict, Verdict::Differs | Verdict::Same);
        self.lines.push(Line {
            subject: probe.line.clone(),
            ground,
            verdict,
            contradicts: verdict == Verdict::Differs && decisive_read.is_some_and(|reading| reading.contradicts),
            needs: probe.needs.clone().filter(|_| !settled),
            theirs: other.map(|(side, _)| side),
            ours: mine,
        });
    }

    /// How many lines came out so.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.counts.get(&verdict).copied().unwrap_or_default()
    }

    /// How many lines were settled or at least answered.
    pub fn tried(&self) -> usize {
        self.lines.iter().filter(|line| line.theirs.as_ref().is_some_and(|side| side.says.is_some())).count()
    }

    /// The lines that the other org has otherwise than is documented.
    pub fn contradicted(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.contradicts)
    }

    /// Whether an org of ours is as its files say, and settles every line that can be.
    pub fn is_sound(&self) -> bool {
        self.unexpected.is_empty()
    }

    /// `[edge]` and `[org]` as they go into a scenario.
    pub fn block(switches: &Switches) -> String {
        toml::to_string(switches).unwrap_or_default()
    }
}

fn side<'a>(
    probe: &'a ProbeSpec,
    outcomes: &Outcomes,
    column: &Column,
    hidden: &Hidden,
) -> (Side, Option<&'a ReadingSpec>) {
    let mut found = BTreeMap::new();
    for name in probe.exchanges() {
        if let Some(Ok(outcome)) = outcomes.get(name) {
            found.insert(name.to_owned(), hidden.tell(outcome));
        }
    }
    let (reading, untried) = match read(probe, outcomes, &column.captures) {
        Read::Says(reading) => (Some(reading), None),
        Read::Open => (None, None),
        Read::Untried(why) => (None, Some(hidden.without(why))),
    };
    (Side { says: reading.map(|reading| reading.says.clone()), found, untried }, reading)
}

fn merge(into: &mut Switches, from: &Switches) {
    for (name, table) in from {
        into.entry(name.clone()).or_default().extend(table.clone());
    }
}

/// The switches of an org of ours, as a file writes them.
fn standing(scenario: &Scenario) -> Switches {
    let (edge, org) = (&scenario.edge, &scenario.org.switches);
    let mut tables = Switches::new();
    tables.insert("edge".into(), toml::Table::try_from(edge).unwrap_or_default());
    let mut table = toml::Table::try_from(org).unwrap_or_default();
    table.insert("refusal-status".into(), i64::from(org.refusal_status.code()).into());
    tables.insert("org".into(), table);
    tables
}

/// The switches that stand otherwise than there.
fn without(shows: &Switches, standing: &Switches) -> Switches {
    let mut left = shows.clone();
    for (name, table) in &mut left {
        let there = standing.get(name);
        table.retain(|switch, value| there.and_then(|there| there.get(switch)) != Some(value));
    }
    left.retain(|_, table| !table.is_empty());
    left
}
