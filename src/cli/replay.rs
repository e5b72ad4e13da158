//! `mockorg replay`: plays the client's side of scenario files, each against an org of its own, and compares every outcome.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::scenario_file::refused;
use super::verdict::{writable, write};
use super::{Outcome, could_not_run, print, wait_for};
use crate::replay::replay;
use crate::scenario::{Outside, Scenario};
use crate::simulator::{Simulator, StartError};

pub(super) mod against;
mod files;
mod junit;
mod report;
mod told;

use against::{AgainstArgs, Other};
use report::{FileReport, Report, Result};

/// Play the exchanges of scenario files and compare what comes of them with what the files say
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Scenario files, and folders that are searched for them
    #[arg(value_name = "SCENARIO", required = true)]
    scenarios: Vec<PathBuf>,

    /// Let the scenarios name files outside their own folders
    #[arg(long)]
    allow_outside: bool,

    /// Seed of ids, session tokens and order (default: random, and in the report)
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    #[command(flatten)]
    against: AgainstArgs,

    /// Print the report to standard output as JSON
    #[arg(long)]
    json: bool,

    /// File to write the report to, as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,

    /// File to write the report to, as JSON
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  mockorg replay scenarios/quickstart.toml
  mockorg replay scenarios --report report.json --junit report.xml
  mockorg replay scenario.toml --against --standard https://acme--uat.sandbox.my.salesforce.com \
    --mutual https://acme--uat.sandbox.my.salesforce.com:8443 --credentials uat.toml

Exit codes: 0 every outcome is as the files say, 1 one is not, 2 a file could not be played.";

pub(super) fn run(args: Args) -> Outcome {
    let files = [&args.report, &args.junit].into_iter().flatten();
    if let Err(why) = files.map(PathBuf::as_path).try_for_each(writable) {
        return could_not_run(format_args!("{UNWRITTEN}: {why}"));
    }
    let found = match files::below(&args.scenarios) {
        Ok(found) => found,
        Err(why) => return could_not_run(why),
    };
    let report = wait_for(async {
        let other = args.against.other().map_err(could_not_run)?;
        Ok(all(&args, found, other).await)
    });
    match report {
        Ok(report) => tell(&args, &report),
        Err(outcome) => outcome,
    }
}

/// Plays the files side by side, as many as there are cores; the reports in the files' order.
async fn all(args: &Args, found: Vec<PathBuf>, other: Option<Other>) -> Report {
    let other = other.map(Arc::new);
    // another org is asked for one thing at a time
    let cores = if other.is_some() { 1 } else { std::thread::available_parallelism().map_or(1, usize::from) };
    let (turns, mut tasks) = (Arc::new(Semaphore::new(cores)), JoinSet::new());
    let outside = if args.allow_outside { Outside::Allow } else { Outside::Refuse };
    for (at, path) in found.iter().cloned().enumerate() {
        let (turns, seed, other) = (turns.clone(), args.seed, other.clone());
        tasks.spawn(async move {
            let _turn = turns.acquire_owned().await;
            (at, one(&path, outside, seed, other.as_deref()).await)
        });
    }
    let progress = told::Progress::start(found.len());
    let mut reports = BTreeMap::new();
    while let Some(done) = tasks.join_next().await {
        match done {
            Ok((at, report)) => {
                progress.finished(&report);
                reports.insert(at, report);
            }
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        }
    }
    progress.end();
    Report::of(reports.into_values().collect())
}

async fn one(path: &Path, outside: Outside, seed: Option<u64>, other: Option<&Other>) -> FileReport {
    let file = path.display().to_string();
    let scenario = match Scenario::from_path(path, outside) {
        Ok(scenario) => scenario,
        Err(mistakes) => return FileReport::not_run(file, mistakes.render(false)),
    };
    let simulator = match seed {
        Some(seed) => Simulator::default().seed(seed),
        None => Simulator::default(),
    };
    let player = match other.map(|other| other.player(&scenario)).transpose() {
        Ok(player) => player,
        Err(why) => return FileReport::not_run(file, why),
    };
    let exchanges = scenario.exchanges.clone();
    let not_judged = scenario.expectations.iter().map(|expectation| expectation.name.clone()).collect();
    match (replay(simulator, scenario).await, player) {
        (Ok(ours), None) => FileReport::played(file, ours, not_judged),
        (Ok(ours), Some(player)) => FileReport::played(file, player.all(&exchanges).await.beside(&ours), not_judged),
        (Err(error), _) => FileReport::not_run(file, did_not_start(path, &error)),
    }
}

fn did_not_start(path: &Path, error: &StartError) -> String {
    let mistake = match error {
        StartError::Found(found) => refused(path, found),
        _ => None,
    };
    mistake.map_or_else(|| error.to_string(), |mistake| mistake.render(false))
}

const UNWRITTEN: &str = "the report cannot be written";

fn tell(args: &Args, report: &Report) -> Outcome {
    let written = write(args.report.as_deref(), || Ok(format!("{:#}\n", report.json())));
    if let Err(error) = written.and_then(|()| write(args.junit.as_deref(), || junit::xml(report))) {
        return could_not_run(format_args!("{UNWRITTEN}: {error}"));
    }
    let printed = match args.json {
        true => print(format_args!("{:#}\n", report.json())),
        false => print(told::text(report)),
    };
    match (printed, report.result()) {
        (Outcome::CouldNotRun, _) | (_, Result::NotRun) => Outcome::CouldNotRun,
        (_, Result::Different) => Outcome::No,
        _ => Outcome::Fine,
    }
}
