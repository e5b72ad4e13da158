//! A fresh org with a command beside it: what `doctor` and `run` have in common. What they make of it is theirs.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use super::child::{self, NotStarted, Output, Ran, Signals, Task, Told};
use super::guard::{self, Guard};
use super::scenario_file::ScenarioFile;
use super::settle::{self, Probes};
use super::{Outcome, could_not_run, duration, say};
use crate::Scenario;
use crate::api::Tap;
use crate::clock::Stopwatch;
use crate::simulator::kit::{KIT_JSON, Kit};
use crate::simulator::{Reach, Running, Simulator};

/// An org and a command, on the command line.
#[derive(clap::Args, Debug)]
pub(super) struct Beside {
    #[command(flatten)]
    pub scenario: ScenarioFile,

    /// The client's command; it is run as it stands, without a shell
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub command: Vec<OsString>,

    /// End the command if it takes longer than this: 90s, 10m
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    timeout: Option<Duration>,

    /// Send the command through the proxy door, for clients with hard-coded salesforce.com hosts
    #[arg(long)]
    pub proxy: bool,

    /// Folder for what clients need (default: a temporary one, named by MOCKORG_KIT)
    #[arg(long, value_name = "DIR")]
    kit: Option<PathBuf>,

    /// Port of the standard door, for a client that cannot read it from its environment (0: a free one)
    #[arg(long, value_name = "N", default_value_t = 0)]
    standard_port: u16,

    /// Port of the mutual door, likewise
    #[arg(long, value_name = "N", default_value_t = 0)]
    mutual_port: u16,

    /// File to append the journal to, one JSON object a line
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
}

/// An org that waits for its command.
pub(super) struct Session {
    pub org: Running,
    /// Where the command's events begin.
    pub before: u64,
    env: BTreeMap<String, String>,
    kit: PathBuf,
    guard: Option<Guard>,
    folder: Option<TempDir>,
}

/// What became of the command.
pub(super) struct Finished {
    pub ran: Result<Ran, NotStarted>,
    pub took: Duration,
}

impl Beside {
    /// The command, for people.
    pub fn words(&self) -> Vec<String> {
        self.command.iter().map(|word| word.to_string_lossy().into_owned()).collect()
    }

    /// Starts the org, on free ports unless told otherwise; what went wrong has been said.
    pub async fn start(&self, scenario: Scenario, seed: Option<u64>, tap: Tap) -> Result<Session, Outcome> {
        // removed again when the session stops
        let folder = match (tempfile::Builder::new().prefix(guard::PREFIX).tempdir(), &self.kit) {
            (Ok(folder), _) => Some(folder),
            (Err(_), Some(_)) => None,
            (Err(error), None) => {
                return Err(could_not_run(format_args!("no temporary folder for the kit: {error}")));
            }
        };
        let guard = folder.as_ref().and_then(|folder| guard_of(folder.path()));
        let within = |name| folder.as_ref().map(|folder| folder.path().join(name));
        let kit = self.kit.clone().or_else(|| within("kit")).unwrap_or_default();
        let mut simulator = Simulator::default().ports(self.standard_port, self.mutual_port, 0).kit(&kit).tap(tap);
        if let Some(journal) = self.journal.clone().or_else(|| within("journal.jsonl")) {
            simulator = simulator.journal(journal);
        }
        if self.proxy {
            simulator = simulator.reach(Reach::ThroughProxy);
        }
        if let Some(seed) = seed {
            simulator = simulator.seed(seed);
        }
        let org = simulator.run(scenario).await.map_err(|error| self.scenario.did_not_start(&error))?;
        let env = environment(&kit).map_err(could_not_run)?;
        let before = org.journal().last_seq();
        Ok(Session { org, before, env, kit, guard, folder })
    }

    /// Runs the command to its end; nobody else is to find the org by its kit then.
    pub async fn run(&self, session: &mut Session, output: Output, signals: &mut Signals) -> Finished {
        let finished = self.run_with(session, &BTreeMap::new(), (output, Told::default()), signals).await;
        session.retract();
        finished
    }

    /// The same, with more in its environment, and told what `told` says; the org waits for the next one.
    pub async fn run_with(
        &self,
        session: &mut Session,
        more: &BTreeMap<String, String>,
        (output, told): (Output, Told<'_>),
        signals: &mut Signals,
    ) -> Finished {
        let mut env = session.env.clone();
        env.extend(more.clone());
        let task = Task { command: &self.command, env: &env, output, limit: self.timeout, told };
        let watch = Stopwatch::start();
        let ran = child::run(&task, signals, &mut session.guard).await;
        Finished { ran, took: watch.elapsed() }
    }
}

impl Session {
    /// The folder for what is temporary, which goes with the session.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_ref().map(TempDir::path)
    }

    /// Nobody finds the org by its kit any more.
    pub fn retract(&self) {
        self.org.kit_writer().retract(&self.kit);
    }

    /// Waits until the journal has all of a command that has ended.
    pub async fn settle(&self) -> Probes {
        settle::settle(self.org.journal(), self.before, self.org.ports()).await
    }

    /// Stops the org and removes what was temporary.
    pub async fn stop(self) {
        self.org.stop().await;
        drop(self.folder);
        if let Some(guard) = self.guard {
            guard.release();
        }
    }
}

fn guard_of(folder: &Path) -> Option<Guard> {
    Guard::start(folder).unwrap_or_else(|error| {
        say(format_args!("mockorg: nobody will clean up if this process is killed: {error}"));
        None
    })
}

/// What the kit would have a client's process know.
fn environment(kit: &Path) -> Result<BTreeMap<String, String>, String> {
    let file = kit.join(KIT_JSON);
    let read = std::fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let kit: Kit = serde_json::from_slice(&read).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(kit.env)
}
