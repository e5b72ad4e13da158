//! `ctl faults`: what goes wrong on purpose.

use clap::Subcommand;
use serde_json::{Map, Value};

use super::Answer;
use super::door::{Door, segment};
use super::shown::{at, either, items, table};

/// List, set and clear what goes wrong on purpose
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Clear a fault, or all of them
    Clear {
        /// Its name (default: `*`, all)
        name: Option<String>,
    },
    /// List the faults that are set
    List,
    /// Set a fault: what it does, then whom it strikes and how, as KEY=VALUE
    Set {
        /// reset, unavailable, server-expired …: docs/scenarios.md has each
        effect: String,
        /// A key of [[fault]]: door=mutual nth=3 times=1 for=3s
        #[arg(value_name = "KEY=VALUE")]
        keys: Vec<String>,
    },
}

const EXAMPLES: &str = "\
Examples:
  mockorg ctl faults set reset door=mutual nth=3
  mockorg ctl faults set unavailable path=/services/data/* retry-after=2s retry-after-form=either
  mockorg ctl faults list
  mockorg ctl faults clear reset";

pub(super) fn run(door: &Door, args: &Args, json: bool) -> Answer {
    match &args.verb {
        Verb::Clear { name } => {
            let path = name
                .as_ref()
                .filter(|name| *name != "*")
                .map_or_else(|| "/v1/faults".to_owned(), |name| format!("/v1/faults?name={}", segment(name)));
            let cleared = door.delete(&path)?;
            Ok(either(json, &cleared, || format!("{} cleared\n", cleared["cleared"])))
        }
        Verb::List => {
            let faults = door.read("/v1/faults")?;
            Ok(either(json, &faults, || {
                let rows =
                    items(&faults, "faults").map(|fault| vec![at(fault, "name"), at(fault, "effect"), rest(fault)]);
                table(&rows.collect::<Vec<_>>())
            }))
        }
        Verb::Set { effect, keys } => {
            let set = door.write("POST", "/v1/faults", &wanted(effect, keys))?;
            Ok(either(json, &set, || format!("{} set\n", at(&set, "name"))))
        }
    }
}

/// A number where it reads as one: the door says what is wrong with the rest.
fn wanted(effect: &str, keys: &[String]) -> Value {
    let mut wanted = Map::from_iter([("effect".to_owned(), effect.into())]);
    for pair in keys {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let is_number = NUMBERS.contains(&key);
        let number = is_number.then(|| serde_json::from_str::<serde_json::Number>(value).ok()).flatten();
        wanted.insert(key.to_owned(), number.map_or_else(|| value.into(), Value::Number));
    }
    Value::Object(wanted)
}

/// Everything but name and effect.
fn rest(fault: &Value) -> String {
    let keys = fault.as_object().into_iter().flatten().map(|(key, _)| key.as_str());
    let keys = keys.filter(|key| !["name", "effect"].contains(key));
    keys.map(|key| format!("{key}={}", at(fault, key))).collect::<Vec<_>>().join(" ")
}

const NUMBERS: [&str; 4] = ["after-bytes", "nth", "probability", "times"];
