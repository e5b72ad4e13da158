//! `ctl step`: a step of the scenario that is there to be called.

use serde_json::json;

use super::Answer;
use super::door::{Door, segment};
use super::shown;

/// Play a step of the scenario that has on = "call"
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The step's name in the scenario
    name: String,
}

const EXAMPLES: &str = "\
Examples:
  mockorg ctl step cut-over";

pub(super) fn run(door: &Door, args: &Args, json: bool) -> Answer {
    let played = door.write("POST", &format!("/v1/steps/{}", segment(&args.name)), &json!({}));
    played.map(|none| shown::either(json, &none, || "played\n".into()))
}
