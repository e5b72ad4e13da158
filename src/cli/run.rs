//! `mockorg run`: a command beside a fresh org, the expectations of the scenario, and a verdict for CI.

use std::time::Duration;

use super::beside::Beside;
use super::child::Signals;
use super::recording::{RecordArgs, Taping};
use super::verdict::VerdictArgs;
use super::{Outcome, could_not_run, say, wait_for};
use crate::Scenario;
use crate::doctor::Ended;
use crate::journal::Verdict;
use crate::seed::Seed;

mod junit;
mod report;
mod steps;
mod story;

/// Run a command beside a fresh org, and say whether it did what the scenario expects of it
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES, override_usage = "mockorg run [OPTIONS] [SCENARIO] -- <COMMAND>...")]
pub(super) struct Args {
    #[command(flatten)]
    beside: Beside,

    /// Seed of ids, session tokens, faults and order (default: random, and printed)
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    /// Run so many rounds, each with a fresh org and the next seed, and name the first seed that fails
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=MOST_ROUNDS))]
    repeat: u64,

    #[command(flatten)]
    record: RecordArgs,

    #[command(flatten)]
    verdict: VerdictArgs,
}

/// So many rounds at most.
const MOST_ROUNDS: u64 = 100_000;

const EXAMPLES: &str = "\
Examples:
  mockorg run scenario.toml -- npm test
  mockorg run scenario.toml --junit verdict.xml --timeout 10m -- pytest tests/org
  mockorg run scenario.toml --repeat 50 -- java -jar client.jar
  mockorg run scenario.toml --seed 41 -- java -jar client.jar
  mockorg run --proxy -- python load.py

The command finds the org in its environment: MOCKORG_STANDARD_URL, MOCKORG_MUTUAL_URL, MOCKORG_KIT,
MOCKORG_CLIENT_<NAME>_PEM, and what makes Node, Python, OpenSSL and Java trust the org's certificate.
Its input and output are left alone; the verdict goes to standard error. The verdict is on the command
itself (exit code 0) and on every [[expect]] of the scenario. See docs/run.md.

Exit codes: 0 the verdict is yes, 1 it is no, 2 the command could not be run.";

/// One command beside one org.
struct Round {
    /// From 1.
    number: u64,
    seed: u64,
    ended: Ended,
    took: Duration,
    verdict: Verdict,
}

impl Round {
    fn holds(&self) -> bool {
        self.ended.well() && self.verdict.holds
    }
}

/// All of them.
struct Rounds {
    scenario: String,
    command: Vec<String>,
    /// How many were asked for.
    wanted: u64,
    rounds: Vec<Round>,
}

impl Rounds {
    fn holds(&self) -> bool {
        self.rounds.len() as u64 == self.wanted && self.rounds.iter().all(Round::holds)
    }

    fn failed(&self) -> impl Iterator<Item = &Round> {
        self.rounds.iter().filter(|round| !round.holds())
    }
}

pub(super) fn run(args: &Args) -> Outcome {
    if args.record.is_wanted() && args.repeat > 1 {
        return could_not_run("--record goes with a single round: leave --repeat out");
    }
    let scenario = match args.verdict.check().and_then(|()| args.beside.scenario.read()) {
        Ok(scenario) => scenario,
        Err(outcome) => return outcome,
    };
    match wait_for(play(args, &scenario)) {
        Ok(rounds) => tell(args, &rounds),
        Err(outcome) => outcome,
    }
}

/// Round after round, until one is told to end.
async fn play(args: &Args, scenario: &Scenario) -> Result<Rounds, Outcome> {
    let first = args.seed.unwrap_or_else(|| Seed::random().number());
    let name = scenario.source.as_ref().map_or("the built-in quickstart".into(), |path| path.display().to_string());
    let mut rounds = Rounds { scenario: name, command: args.beside.words(), wanted: args.repeat, rounds: Vec::new() };
    // before the first begins: a signal must not end us alone
    let mut signals = Signals::hear().map_err(could_not_run)?;
    for number in 1..=args.repeat {
        let seed = first.wrapping_add(number - 1);
        let (round, told) = round(args, scenario.clone(), (number, seed), &mut signals).await?;
        say(story::round(&rounds, &round));
        rounds.rounds.push(round);
        if told || signals.waiting() {
            break;
        }
    }
    Ok(rounds)
}

async fn round(
    args: &Args,
    scenario: Scenario,
    (number, seed): (u64, u64),
    signals: &mut Signals,
) -> Result<(Round, bool), Outcome> {
    let taping = args.record.begin(&args.beside.scenario, &scenario).map_err(could_not_run)?;
    let mut session =
        args.beside.start(scenario, Some(seed), taping.as_ref().map(Taping::tap).unwrap_or_default()).await?;
    let finished = args.beside.run(&mut session, args.verdict.output(), signals).await;
    let ran = match finished.ran {
        Ok(ran) => ran,
        Err(error) => {
            session.stop().await;
            return Err(could_not_run(error));
        }
    };
    // from here on we knock at our own doors, which is nobody's to judge
    session.org.expectations().hold();
    let recorded = taping.map(|taping| taping.finish(session.org.journal(), seed)).transpose();
    let probes = session.settle().await;
    let mut verdict = session.org.expectations().finish_without(|event| probes.made(event));
    let failed = steps::failed(&session.org.journal().since(0));
    verdict.holds &= failed.is_empty();
    verdict.expectations.extend(failed);
    session.stop().await;
    recorded.map_err(could_not_run)?;
    Ok((Round { number, seed, ended: ran.ended, took: finished.took, verdict }, ran.told))
}

fn tell(args: &Args, rounds: &Rounds) -> Outcome {
    if let Some(summary) = story::summary(rounds) {
        say(summary);
    }
    args.verdict.tell(report::json(rounds), || junit::xml(rounds), rounds.holds())
}
