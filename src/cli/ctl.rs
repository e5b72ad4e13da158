//! `mockorg ctl`: the admin door for people. Each subcommand is one request; what it means is decided there.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::json;

use super::{Outcome, could_not_run, print};

mod advertise;
mod certificates;
mod clients;
mod clock;
mod crl;
mod door;
mod expectations;
mod journal;
mod kit;
mod org;
mod shown;
mod step;
mod switches;
mod trust;
mod users;

pub(super) use door::Door;
use door::Failure;

/// Ask a running org, and change it
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    which: Which,

    #[command(subcommand)]
    command: Command,
}

/// Which org is meant, and how answers are written.
#[derive(clap::Args, Debug)]
pub(super) struct Which {
    /// The org that wrote this kit
    #[arg(long, global = true, value_name = "DIR", conflicts_with = "admin")]
    kit: Option<PathBuf>,

    /// The org behind this admin door; its token is --token or MOCKORG_ADMIN_TOKEN
    #[arg(long, global = true, value_name = "URL")]
    admin: Option<String>,

    /// The admin door's token
    #[arg(long, global = true, value_name = "TOKEN", conflicts_with = "kit")]
    token: Option<String>,

    /// Print answers as JSON, to standard output
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    Advertise(advertise::Args),
    Certificates(certificates::Args),
    Clients(clients::Args),
    Clock(clock::Args),
    Crl(crl::Args),
    /// Show how what is expected of the run stands now
    Expectations,
    Journal(journal::Args),
    Kit(kit::Args),
    /// Give this place in the journal a name
    Mark {
        /// A name, for ctl journal --since NAME
        name: String,
    },
    /// Show the org at a glance
    Org,
    /// Go back to the scenario as it was loaded: keys and doors stay, sessions end
    Reset,
    Step(step::Args),
    Switches(switches::Args),
    Trust(trust::Args),
    Users(users::Args),
}

const EXAMPLES: &str = "\
Examples:
  mockorg serve --kit kit &
  export MOCKORG_KIT=kit
  mockorg ctl org
  mockorg ctl clock advance 30d
  mockorg ctl clients issue billing
  mockorg ctl certificates upload \"Billing 2027\" --client billing
  mockorg ctl users permissions add reports@acme.example enforce-mutual-authentication
  mockorg ctl journal --follow

Which org: --kit DIR, or --admin URL and --token TOKEN; without them MOCKORG_ADMIN_URL and MOCKORG_ADMIN_TOKEN, or
MOCKORG_KIT.

Exit codes: 0 done, 1 the org refused, 2 it could not be asked.";

/// What a subcommand says, to be printed.
type Answer = Result<String, Failure>;

pub(super) fn run(args: &Args) -> Outcome {
    let door = match Door::find(&args.which) {
        Ok(door) => door,
        Err(why) => return could_not_run(why),
    };
    let json = args.which.json;
    let answer = match &args.command {
        Command::Advertise(args) => advertise::run(&door, args, json),
        Command::Certificates(args) => certificates::run(&door, args, json),
        Command::Clients(args) => clients::run(&door, args, json),
        Command::Clock(args) => clock::run(&door, args, json),
        Command::Crl(args) => crl::run(&door, args, json),
        Command::Expectations => expectations::run(&door, json),
        Command::Journal(args) => journal::run(&door, args, json),
        Command::Kit(args) => kit::run(&door, args, json),
        Command::Mark { name } => {
            let marked = door.write("POST", "/v1/mark", &json!({"name": name}));
            marked.map(|marked| {
                shown::either(json, &marked, || format!("{} at {}\n", shown::at(&marked, "name"), marked["seq"]))
            })
        }
        Command::Org => org::run(&door, json),
        Command::Reset => {
            let reset = door.write("POST", "/v1/reset", &json!({}));
            reset.map(|none| shown::either(json, &none, || "back to the scenario as it was loaded\n".into()))
        }
        Command::Step(args) => step::run(&door, args, json),
        Command::Switches(args) => switches::run(&door, args, json),
        Command::Trust(args) => trust::run(&door, args, json),
        Command::Users(args) => users::run(&door, args, json),
    };
    match answer {
        Ok(text) => print(text),
        Err(failure) => failure.tell(json),
    }
}
