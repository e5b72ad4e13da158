//! `mockorg certs`: a scenario's identities as files, with a scenario that reads them, so that another org judges the same
//! keys; or the catalogue of flaws.

use std::path::PathBuf;

use jiff::Timestamp;

use super::scenario_file::ScenarioFile;
use super::{Outcome, could_not_run, print};
use crate::clock::Clock;
use crate::controls::identities::Identities;
use crate::simulator::kit::catalogue::MANIFEST;
use crate::simulator::kit::{write_catalogue, write_certs};

/// Write the identities of a scenario to files, and a scenario.toml that reads them
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    scenario: ScenarioFile,

    /// Write the catalogue instead: an identity for everything that can be wrong, and a manifest of what comes of each
    #[arg(long, conflicts_with = "scenario")]
    catalogue: bool,

    /// Where the clock of the catalogue's org is to stand (RFC 3339; default: now)
    #[arg(long, value_name = "TIME", requires = "catalogue")]
    at: Option<Timestamp>,

    /// Folder to write to; made if missing, other files in it are left alone
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  mockorg certs scenarios/quickstart.toml --out certs-of-today
  mockorg serve certs-of-today/scenario.toml
  mockorg explain certs-of-today/clients/billing.crt --scenario certs-of-today/scenario.toml
  mockorg certs --catalogue --out catalogue
  mockorg serve --catalogue catalogue

No file holds a CA's key: with these files nobody can issue or revoke. [[exchange]], [[expect]] and [[step]] are left
out of the scenario.toml; its first lines say so where there were any.";

pub(super) fn run(args: &Args) -> Outcome {
    if args.catalogue {
        return catalogue(args);
    }
    let scenario = match args.scenario.read() {
        Ok(scenario) => scenario,
        Err(outcome) => return outcome,
    };
    let now = scenario.org.clock.clock().org_second();
    let written = Identities::mint(&scenario, now).map_err(|error| error.to_string()).and_then(|mut identities| {
        write_certs(&args.out, &mut identities, &scenario, now).map_err(|error| error.to_string())
    });
    match written {
        Ok(()) => print(format_args!("{}\n", args.out.join("scenario.toml").display())),
        Err(why) => could_not_run(why),
    }
}

fn catalogue(args: &Args) -> Outcome {
    let now = args.at.unwrap_or_else(|| Clock::system().org_second());
    match write_catalogue(&args.out, now) {
        Ok(_) => print(format_args!("{}\n", args.out.join(MANIFEST).display())),
        Err(why) => could_not_run(why),
    }
}
