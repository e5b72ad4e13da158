//! `mockorg explain`: judges a chain as the doors would, offline or from a client's own handshake, and says what to do.

use std::path::PathBuf;
use std::time::Duration;
use std::{fmt, fs};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Outcome, could_not_run, duration, print};

mod folder;
mod ground;
pub(super) mod input;
mod listen;
pub(super) mod password;
mod report;
mod story;
mod svg;
mod text;
mod traps;

use folder::Folder;
use ground::Ground;
use input::Reading;
use password::Passwords;
use story::Story;

/// Judge a client's certificate chain, draw it, and say why, until when, and what to send instead
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// What the client sends: PEM (leaf first; a private key in it is passed over), DER, a PKCS#12 or JKS key store, or a
    /// folder of such files
    #[arg(value_name = "CHAIN", required_unless_present = "listen", conflicts_with = "listen")]
    chain: Option<PathBuf>,

    /// Wait for a client at a port (none or 0: a free one) that asks for its certificate, and judge what it sends
    #[arg(long, value_name = "PORT", num_args = 0..=1, default_missing_value = "0")]
    listen: Option<u16>,

    /// With --listen: how many handshakes to judge
    #[arg(long, value_name = "N", default_value_t = 1, requires = "listen", value_parser = clap::value_parser!(u32).range(1..))]
    count: u32,

    /// With --listen: give up after this long (10m, 90s)
    #[arg(long, value_name = "DURATION", requires = "listen", value_parser = duration)]
    max_life: Option<Duration>,

    /// With --listen: where to write the CA that the client must trust (default: a temporary file)
    #[arg(long, value_name = "FILE", requires = "listen")]
    server_ca: Option<PathBuf>,

    /// The entry of a key store that is meant
    #[arg(long, value_name = "NAME", conflicts_with = "listen")]
    alias: Option<String>,

    /// File with the password of a key store (default: MOCKORG_STORE_PASSWORD, "changeit", or asked on a terminal)
    #[arg(long, value_name = "FILE", conflicts_with = "listen")]
    password_file: Option<PathBuf>,

    /// Judge by this scenario: its trust list, CRLs, switches and uploads
    #[arg(long, value_name = "FILE", conflicts_with = "kit")]
    scenario: Option<PathBuf>,

    /// Judge by the org that wrote this kit
    #[arg(long, value_name = "DIR")]
    kit: Option<PathBuf>,

    /// Judge by the running org behind this admin door
    #[arg(long, value_name = "URL", conflicts_with_all = ["kit", "scenario"])]
    admin: Option<String>,

    /// The admin door's token (default: MOCKORG_ADMIN_TOKEN)
    #[arg(long, value_name = "TOKEN", requires = "admin")]
    token: Option<String>,

    /// Judge at this time instead of the org's clock (RFC 3339)
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,

    /// Let the scenario name files outside its own folder
    #[arg(long)]
    allow_outside: bool,

    /// Draw the chain into this file too, as SVG
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,

    /// Print the verdict as JSON
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  mockorg explain kit/clients/billing.crt --kit kit
  mockorg explain kit/clients/leaf-only.crt --kit kit --svg chain.svg
  mockorg explain client.p12 --password-file password.txt --scenario scenario.toml
  mockorg explain kit/clients --kit kit
  mockorg explain chain.pem --admin http://127.0.0.1:8440 --token TOKEN
  mockorg explain chain.pem --scenario scenario.toml --at 2027-06-01T00:00:00Z
  mockorg explain --listen 9443 --kit kit

Without --scenario, --kit or --admin only the built-in roots count: Mozilla's, which are not the real service's list.

Exit codes: 0 every chain holds, 1 one does not (or a client sent none), 2 it could not be judged.";

pub(super) fn run(args: &Args) -> Outcome {
    let mut ground = match ground(args) {
        Ok(ground) => ground,
        Err(why) => return could_not_run(why),
    };
    let Some(path) = &args.chain else { return listen::run(args, &ground) };
    let told = |why: &dyn fmt::Display| could_not_run(format_args!("{}: {why}", path.display()));
    let passwords = match Passwords::new(args.password_file.as_deref()) {
        Ok(passwords) => passwords,
        Err(why) => return could_not_run(why),
    };
    let alias = args.alias.as_deref();
    if path.is_dir() {
        if args.svg.is_some() || alias.is_some() {
            return told(&"a folder; --svg and --alias are for one file");
        }
        let passwords = &passwords.unasked();
        return match Folder::read(path, &Reading { alias: None, passwords }) {
            Ok(folder) => explain_folder(&folder, &mut ground, args),
            Err(why) => told(&why),
        };
    }
    match (Reading { alias, passwords: &passwords }).file(path) {
        Ok(chain) => {
            let now = args.at.unwrap_or(ground.now);
            tell(&Story::of(chain, &ground, now), args)
        }
        Err(why) => told(&why),
    }
}

fn ground(args: &Args) -> Result<Ground, String> {
    match (&args.admin, &args.kit, &args.scenario) {
        (Some(url), _, _) => Ground::of_admin(url, args.token.as_deref()),
        (None, Some(kit), _) => Ground::of_kit(kit),
        (None, None, Some(scenario)) => Ground::of_scenario(scenario, args.allow_outside),
        (None, None, None) => Ok(Ground::builtin()),
    }
}

/// Prints a story, and draws it where that was asked for.
fn tell(story: &Story<'_>, args: &Args) -> Outcome {
    if let Some(failed) = draw(story, args) {
        return failed;
    }
    let printed = if args.json { print(format_args!("{:#}\n", story.report())) } else { print(story.text()) };
    answer(printed, story.verdict.holds())
}

/// Writes the drawing, if one was asked for; says so if that failed.
fn draw(story: &Story<'_>, args: &Args) -> Option<Outcome> {
    let path = args.svg.as_ref()?;
    let error = fs::write(path, svg::svg(&story.picture, &story.chain.source)).err()?;
    Some(could_not_run(format_args!("{}: {error}", path.display())))
}

fn explain_folder(folder: &Folder, ground: &mut Ground, args: &Args) -> Outcome {
    let stories = folder.judged(ground, args.at);
    let all_hold = stories.iter().all(|story| story.verdict.holds());
    let printed = if args.json {
        let passed_over = folder.passed_over.iter().map(|(file, why)| json!({ "file": file, "why": why }));
        let authorities: Vec<_> = folder.authorities.iter().map(|chain| &chain.source).collect();
        let report = json!({
            "version": 1,
            "chains": stories.iter().map(Story::report).collect::<Vec<Value>>(),
            "authorities": authorities,
            "passed_over": passed_over.collect::<Vec<Value>>(),
        });
        print(format_args!("{report:#}\n"))
    } else {
        print(folder.text(&stories))
    };
    answer(printed, all_hold)
}

fn answer(printed: Outcome, holds: bool) -> Outcome {
    match printed {
        Outcome::Fine if !holds => Outcome::No,
        printed => printed,
    }
}
