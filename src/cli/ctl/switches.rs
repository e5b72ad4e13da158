//! `ctl switches`: by their dotted names.

use clap::Subcommand;
use serde_json::{Value, json};

use super::Answer;
use super::door::Door;
use super::shown::{at, either, table};

/// List the org's switches, or set one
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List every switch and its value
    List,
    /// Set a switch; it counts from the next handshake (edge.*) or request (org.*) on
    Set {
        /// edge.bad-chain, org.soap-login …
        name: String,
        /// As a scenario has it; lists with commas: 1.2,1.3
        value: String,
    },
}

const EXAMPLES: &str = "\
Examples:
  mockorg ctl switches list
  mockorg ctl switches set edge.bad-chain page
  mockorg ctl switches set edge.tls 1.2";

pub(super) fn run(door: &Door, args: &Args, json: bool) -> Answer {
    match &args.verb {
        Verb::List => {
            let switches = door.read("/v1/switches")?;
            Ok(either(json, &switches, || {
                let names = switches.as_object().into_iter().flatten();
                table(&names.map(|(name, value)| vec![name.clone(), word(value)]).collect::<Vec<_>>())
            }))
        }
        Verb::Set { name, value } => {
            let switches = door.write("PATCH", "/v1/switches", &json!({name: value}))?;
            Ok(either(json, &switches, || format!("{name} = {}\n", word(&switches[name]))))
        }
    }
}

fn word(value: &Value) -> String {
    match value {
        Value::Array(words) => words.iter().map(word).collect::<Vec<_>>().join(","),
        other => at(&json!({"value": other}), "value"),
    }
}
