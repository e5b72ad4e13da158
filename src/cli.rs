//! The command line: what may be asked, and which file answers it. One file per subcommand, each with `Args` and `run`.

use std::ffi::OsString;
use std::fmt::Display;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};

use crate::scenario;

mod beside;
mod certs;
mod check;
mod child;
mod completions;
mod console;
mod ctl;
mod doctor;
mod explain;
mod fidelity;
mod guard;
mod healthcheck;
mod new;
mod recording;
mod rehearse;
mod replay;
mod run;
mod scenario_file;
mod schema;
mod serve;
mod settle;
mod verdict;

/// `mockorg`
#[derive(Debug, Parser)]
#[command(name = "mockorg", version, about = ABOUT, after_help = EXAMPLES, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Certs(certs::Args),
    Check(check::Args),
    Completions(completions::Args),
    Ctl(ctl::Args),
    Doctor(doctor::Args),
    Explain(explain::Args),
    Fidelity(fidelity::Args),
    #[command(hide = true)]
    Guard(guard::Args),
    Healthcheck(healthcheck::Args),
    New(new::Args),
    Rehearse(rehearse::Args),
    Replay(replay::Args),
    Run(run::Args),
    Schema(schema::Args),
    Serve(serve::Args),
}

const ABOUT: &str = "A Salesforce-style org on this machine that judges client certificates and says why";

const EXAMPLES: &str = "\
Examples:
  mockorg new renewal
  mockorg serve scenarios/quickstart.toml --kit kit
  mockorg ctl clock advance 30d --kit kit
  mockorg check scenarios/quickstart.toml
  mockorg doctor -- npm test
  mockorg replay scenarios
  mockorg fidelity
  mockorg run scenario.toml --junit verdict.xml -- npm test
  mockorg rehearse --old old.pem --new new.pem -- ./client
  mockorg schema > mockorg.schema.json
  source <(mockorg completions bash)

Exit codes: 0 fine, 1 the answer is no, 2 could not run.";

/// How a command ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Outcome {
    /// 0
    Fine,
    /// 1: it ran, and the answer is no.
    No,
    /// 2: it could not run; it has said why.
    CouldNotRun,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Fine => Self::SUCCESS,
            Outcome::No => Self::from(1),
            Outcome::CouldNotRun => Self::from(2),
        }
    }
}

/// Runs the command that these arguments ask for; the first one is the program's own name.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            // help and version are answers, and clap knows which stream each goes to
            let failed = error.use_stderr();
            let printed = error.print();
            return if failed || printed.is_err() { Outcome::CouldNotRun.into() } else { Outcome::Fine.into() };
        }
    };
    let ended = match cli.command {
        Command::Certs(args) => certs::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Ctl(args) => ctl::run(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Fidelity(args) => fidelity::run(&args),
        Command::Guard(args) => guard::run(&args),
        Command::Healthcheck(args) => healthcheck::run(&args),
        Command::New(args) => new::run(&args),
        Command::Rehearse(args) => rehearse::run(&args),
        Command::Replay(args) => replay::run(args),
        Command::Run(args) => run::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::Serve(args) => serve::run(args),
    };
    ended.into()
}

/// Writes to standard output. A reader that has gone away (`| head`) is no failure.
pub(crate) fn print(text: impl Display) -> Outcome {
    use std::io::{ErrorKind, Write};

    let mut out = anstream::stdout().lock();
    match write!(out, "{text}").and_then(|()| out.flush()) {
        Ok(()) => Outcome::Fine,
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Outcome::Fine,
        Err(error) => could_not_run(format_args!("cannot write to standard output: {error}")),
    }
}

/// Says something to the human on standard error, with colour only on a terminal. Nobody is left to hear of a failure.
pub(crate) fn say(text: impl Display) {
    use std::io::Write;

    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// Says on standard error why a command could not run.
pub(crate) fn could_not_run(why: impl Display) -> Outcome {
    say(format_args!("mockorg: {why}"));
    Outcome::CouldNotRun
}

/// Waits for this on a runtime of its own, whose stragglers are left: a thread that reads standard input may wait for ever.
pub(crate) fn wait_for<T>(future: impl Future<Output = Result<T, Outcome>>) -> Result<T, Outcome> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(could_not_run)?;
    let ended = runtime.block_on(future);
    runtime.shutdown_background();
    ended
}

/// A duration on the command line: `10m`, `90s`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let duration = scenario::duration(text).and_then(|duration| Duration::try_from(duration).ok());
    duration.filter(|life| !life.is_zero()).ok_or_else(|| format!("{text:?} is no duration such as \"10m\" or \"90s\""))
}
