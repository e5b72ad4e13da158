//! The fidelity report: what the probes see of an org, switch by switch, and what the report must not hold.

use mockorg::Scenario;
use mockorg::replay::fidelity::{self, Column, Report, Verdict, Withheld, sheet};
use mockorg::replay::{Party, Player};
use mockorg::scenario::probe::Switches;

use crate::wire::Org;

mod against;
mod coverage;
mod hostile;
mod seen;

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

fn scenarios() -> Vec<Scenario> {
    fidelity::scenarios().unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)))
}

/// An org for each file that shows switches, and what came of the file at one of its defaults.
struct Bench(Vec<(Scenario, Org, Column)>);

impl Bench {
    fn new() -> Self {
        let shows = |scenario: &Scenario| {
            let mut readings = scenario.probes.iter().flat_map(|probe| &probe.readings);
            readings.any(|reading| !reading.shows.is_empty())
        };
        let files = scenarios().into_iter().filter(shows);
        let files = files.map(|scenario| {
            let org = Org::with(Default::default(), scenario.clone());
            let ours = play(&org, &scenario);
            (scenario, org, ours)
        });
        Self(files.collect())
    }

    /// The report of an org of ours beside one whose switches stand so.
    fn report(&self, switches: &[(&str, &str)]) -> Report {
        let theirs = self.0.iter().map(|(scenario, org, _)| {
            org.controls().reset().unwrap();
            for (name, value) in switches {
                org.set_switch(name, value).unwrap_or_else(|error| panic!("{name}: {error}"));
            }
            play(org, scenario)
        });
        let theirs: Vec<_> = theirs.collect();
        let files = self.0.iter().zip(&theirs).map(|((scenario, _, ours), theirs)| (scenario, ours, Some(theirs)));
        Report::of("2026-01-01".parse().unwrap(), &files.collect::<Vec<_>>())
    }
}

fn play(org: &Org, scenario: &Scenario) -> Column {
    let mut player = Player::new(Party::own(org, scenario));
    runtime().block_on(fidelity::play(&mut player, scenario, &Withheld::new(), || ()))
}

/// `edge.bad-chain = page`
fn told(switches: &Switches) -> Vec<(String, String)> {
    let tables = switches.iter().flat_map(|(table, switches)| {
        switches.iter().map(move |(name, value)| {
            let value = match value {
                toml::Value::Array(items) => {
                    items.iter().map(|item| item.as_str().unwrap().to_owned()).collect::<Vec<_>>().join(",")
                }
                toml::Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            (format!("{table}.{name}"), value)
        })
    });
    tables.collect()
}
