//! `mockorg fidelity`: plays the built-in probes at an org of ours, and at another, and reports line by line.

use std::path::PathBuf;

use super::replay::against::AgainstArgs;
use super::verdict::write;
use super::{Outcome, could_not_run, print};
use crate::clock::Clock;
use crate::replay::fidelity::{self, Column, Report};
use crate::scenario::Scenario;
use crate::simulator::Simulator;

mod told;

use told::Progress;

/// Find out which way an org has what is not known of the service, and report it
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Print the report to standard output as JSON
    #[arg(long)]
    json: bool,

    /// File to write the report to, as JSON: without hosts, names and secrets, to be passed on (docs/fidelity-report.md)
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,

    #[command(flatten)]
    against: AgainstArgs,
}

const EXAMPLES: &str = "\
Examples:
  mockorg fidelity
  mockorg fidelity --against --standard https://acme--uat.sandbox.my.salesforce.com \\
    --mutual https://acme--uat.sandbox.my.salesforce.com:8443 \\
    --credentials uat.toml --report report.json
  mockorg fidelity --against --standard https://localhost:4443 \\
    --mutual https://localhost:8443 --kit kit

What is missing in --credentials is left out, and said to be: one client and one user settle a part.

Exit codes: 0 the report is made, 1 it contradicts a documented line (or an org of ours is not
as the probes say), 2 nothing was found out.";

pub(super) fn run(args: &Args) -> Outcome {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return could_not_run(error),
    };
    let report = runtime.block_on(report(args));
    runtime.shutdown_background();
    match report {
        Ok(report) => tell(args, &report),
        Err(why) => could_not_run(why),
    }
}

async fn report(args: &Args) -> Result<Report, String> {
    let other = args.against.other()?;
    let scenarios = fidelity::scenarios().map_err(|mistakes| mistakes.render(false))?;
    let exchanges = scenarios.iter().map(|scenario| scenario.exchanges.len()).sum();
    // all of it is settled before anything is sent
    let probers = match &other {
        Some(other) => Some(scenarios.iter().map(|scenario| other.prober(scenario)).collect::<Result<Vec<_>, _>>()?),
        None => None,
    };
    let ours: Vec<_> = scenarios.iter().cloned().map(|scenario| tokio::spawn(own(scenario))).collect();
    let progress = Progress::start(if probers.is_some() { exchanges } else { 0 });
    let theirs = match probers {
        Some(probers) => elsewhere(&scenarios, probers, &progress).await?,
        None => scenarios.iter().map(|_| None).collect(),
    };
    progress.end();
    let mut files = Vec::with_capacity(scenarios.len());
    for ((scenario, ours), theirs) in scenarios.into_iter().zip(ours).zip(theirs) {
        let ours = ours.await.map_err(|panic| panic.to_string())??;
        files.push((scenario, ours, theirs));
    }
    let day = jiff::tz::Offset::UTC.to_datetime(Clock::system().wall_now()).date();
    let report = Report::of(
        day,
        &files.iter().map(|(scenario, ours, theirs)| (scenario, ours, theirs.as_ref())).collect::<Vec<_>>(),
    );
    match report.against && report.tried() == 0 {
        true => Err(nothing_tried(&report)),
        false => Ok(report),
    }
}

async fn own(scenario: Scenario) -> Result<Column, String> {
    fidelity::ours(Simulator::default(), &scenario).await.map_err(|error| error.to_string())
}

type Prober = (crate::replay::Player, fidelity::Withheld);

/// One file after the other; an org that must be left alone is left alone.
async fn elsewhere(
    scenarios: &[Scenario],
    probers: Vec<Prober>,
    progress: &Progress,
) -> Result<Vec<Option<Column>>, String> {
    let mut columns = Vec::with_capacity(scenarios.len());
    for (scenario, (mut player, withheld)) in scenarios.iter().zip(probers) {
        columns.push(Some(fidelity::play(&mut player, scenario, &withheld, || progress.one_more()).await));
        if let Some(why) = player.stopped() {
            return Err(why.into());
        }
    }
    Ok(columns)
}

/// Why, in the words of the first line.
fn nothing_tried(report: &Report) -> String {
    let mut sides = report.lines.iter().filter_map(|line| line.theirs.as_ref());
    let found = sides.clone().find_map(|side| side.found.values().next());
    let first = found.or_else(|| sides.find_map(|side| side.untried.as_ref()));
    format!("nothing was found out of the other org: {}", first.map_or("nothing was sent", String::as_str))
}

fn tell(args: &Args, report: &Report) -> Outcome {
    let json = || serde_json::to_value(report).unwrap_or_default();
    if let Err(error) = write(args.report.as_deref(), || Ok(format!("{:#}\n", json()))) {
        return could_not_run(format_args!("the report cannot be written: {error}"));
    }
    let printed = match args.json {
        true => print(format_args!("{:#}\n", json())),
        false => print(told::text(report)),
    };
    match printed {
        Outcome::CouldNotRun => Outcome::CouldNotRun,
        _ if !report.is_sound() || report.contradicted().next().is_some() => Outcome::No,
        _ => Outcome::Fine,
    }
}
