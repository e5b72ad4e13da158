//! The fidelity report: what the probes see of an org, switch by switch, and what the report must not hold.

use mockorg::Scenario;
use mockorg::replay::fidelity::{self, Report, Verdict, Withheld, sheet};
use mockorg::replay::{Party, Player};
use mockorg::scenario::probe::Switches;

use crate::wire::Org;

mod coverage;
mod seen;

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

fn scenarios() -> Vec<Scenario> {
    fidelity::scenarios().unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)))
}

/// The report of an org of ours beside one whose switches stand so.
fn report(switches: &[(&str, &str)]) -> Report {
    let files = scenarios().into_iter().map(|scenario| {
        let org = Org::with(Default::default(), scenario.clone());
        for (name, value) in switches {
            org.set_switch(name, value).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
        let mut player = Player::new(Party::own(&org, &scenario));
        let (ours, theirs) = runtime().block_on(async {
            let ours = fidelity::ours(Default::default(), &scenario).await.unwrap();
            (ours, fidelity::play(&mut player, &scenario, &Withheld::new(), || ()).await)
        });
        (scenario, ours, Some(theirs))
    });
    Report::of("2026-01-01".parse().unwrap(), &files.collect::<Vec<_>>())
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
