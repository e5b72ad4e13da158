//! `ctl clock`: shown, moved, set.

use clap::Subcommand;
use jiff::Timestamp;
use serde_json::json;

use super::Answer;
use super::door::Door;
use super::shown::{at, either};

/// Show the org's clock, or move it
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(subcommand)]
    change: Option<Change>,
}

#[derive(Debug, Subcommand)]
enum Change {
    /// Move it by a duration
    Advance {
        /// 30d, 90m, 1d12h; -2d goes back
        #[arg(allow_hyphen_values = true)]
        by: String,
    },
    /// Set it to a time
    Set {
        /// RFC 3339: 2027-03-01T00:00:00Z
        time: Timestamp,
    },
}

const EXAMPLES: &str = "\
Examples:
  mockorg ctl clock
  mockorg ctl clock advance 30d
  mockorg ctl clock set 2027-03-01T00:00:00Z";

pub(super) fn run(door: &Door, args: &Args, json: bool) -> Answer {
    let clock = match &args.change {
        None => door.read("/v1/clock")?,
        Some(Change::Advance { by }) => door.write("PUT", "/v1/clock", &json!({"advance": by}))?,
        Some(Change::Set { time }) => door.write("PUT", "/v1/clock", &json!({"set": time}))?,
    };
    Ok(either(json, &clock, || {
        let how = if clock["stands"] == true { "stands until it is moved" } else { "runs" };
        format!("{} ({how})\n", at(&clock, "org_time"))
    }))
}
