//! `mockorg serve`: starts an org, prints its doors, then one line an event, until it is told to stop.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::console::Console;
use super::scenario_file::{self, ScenarioFile};
use super::{Outcome, could_not_run, say};
use crate::Scenario;
use crate::api::Bodies;
use crate::scenario;
use crate::simulator::{KitWriter, Simulator, StartError};

/// Start an org and say what happens at its doors
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    scenario: ScenarioFile,

    /// Port of the standard door, which stands for 443 (0: a free one)
    #[arg(long, value_name = "N", default_value_t = 4443)]
    standard_port: u16,

    /// Port of the mutual door, which asks for a client certificate (0: a free one)
    #[arg(long, value_name = "N", default_value_t = 8443)]
    mutual_port: u16,

    /// Port of the proxy door; there is none yet, so nothing listens on it
    #[arg(long, value_name = "N", default_value_t = 8441)]
    proxy_port: u16,

    /// Port of the admin door: /health, /crl and, with the token, everything else (0: a free one)
    #[arg(long, value_name = "N", default_value_t = 8440)]
    admin_port: u16,

    /// Address to listen on; the default is loopback, in IPv4 and IPv6
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1")]
    bind: IpAddr,

    /// A further host name or address that clients may use (repeatable)
    #[arg(long, value_name = "NAME", value_parser = host_name)]
    advertise: Vec<String>,

    /// Seed of ids, session tokens and order (default: random, and printed)
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    /// Folder for what clients need: kit.json appears in it when every door is open (default: a temporary one)
    #[arg(long, value_name = "DIR")]
    kit: Option<PathBuf>,

    /// Folder for state that outlives the process; accepted, but nothing is kept in it yet
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,

    /// File to append the journal to, one JSON object a line
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,

    /// Keep bodies in the journal, with passwords, secrets and tokens masked
    #[arg(long)]
    log_bodies: bool,

    /// Print events to standard output as JSON, one object a line
    #[arg(long)]
    json: bool,

    /// Stop when standard input closes, so that no org outlives the test runner that started it
    #[arg(long)]
    until_stdin_closes: bool,

    /// Stop after this long: 10m, 90s, 2h
    #[arg(long, value_name = "DURATION", value_parser = life)]
    max_life: Option<Duration>,
}

const EXAMPLES: &str = "\
Examples:
  mockorg serve
  mockorg serve scenarios/quickstart.toml --kit kit
  mockorg serve --kit kit --standard-port 0 --mutual-port 0 --admin-port 0 --until-stdin-closes

Ctrl-C lets requests in hand finish; a second one does not wait.";

pub(super) fn run(args: Args) -> Outcome {
    let scenario = match args.scenario.read() {
        Ok(scenario) => scenario,
        Err(outcome) => return outcome,
    };
    if args.data_dir.is_some() {
        say("mockorg: --data-dir is accepted, but this version keeps nothing in it: the org is temporary");
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return could_not_run(error),
    };
    let outcome = runtime.block_on(serve(args, scenario));
    // the thread that reads standard input may be waiting for it
    runtime.shutdown_background();
    outcome
}

async fn serve(args: Args, scenario: Scenario) -> Outcome {
    // removed again when this returns
    let temporary = tempfile::Builder::new().prefix("mockorg-kit-").tempdir();
    let kit = match (&args.kit, &temporary) {
        (Some(kit), _) => kit.clone(),
        (None, Ok(folder)) => folder.path().to_owned(),
        (None, Err(error)) => return could_not_run(format_args!("no temporary folder for the kit: {error}")),
    };
    let name = scenario.source.as_ref().map_or("the built-in quickstart".into(), |path| path.display().to_string());
    let org = match simulator(&args).run(scenario).await {
        Ok(org) => org,
        Err(error) => return did_not_start(&args, &error),
    };
    let writer = org.kit_writer();
    // the doors are ours by now: what an earlier org said of its own holds no longer
    writer.retract(&kit);
    let console = match Console::start(args.json, org.ports()) {
        Ok(console) => console,
        Err(error) => return could_not_run(error),
    };
    console.doors(&org, &name, &kit, &args.advertise);
    let subscription = org.journal().subscribe(console.subscriber());
    if let Err(outcome) = hand_out(writer.clone(), kit.clone()).await {
        return outcome;
    }
    console.note("ready");
    let reason = until_told(&args).await;
    console.note(&format!("stopping, {reason}: requests in hand may finish (Ctrl-C again does not wait)"));
    writer.retract(&kit);
    tokio::select! {
        () = org.stop() => {}
        () = signal() => {}
    }
    drop(subscription);
    console.finish();
    Outcome::Fine
}

fn did_not_start(args: &Args, error: &StartError) -> Outcome {
    match (error, &args.scenario.scenario) {
        (StartError::Found(found), Some(path)) if let Some(mistake) = scenario_file::refused(path, found) => {
            say(mistake.render(true));
            Outcome::CouldNotRun
        }
        _ => could_not_run(error),
    }
}

fn simulator(args: &Args) -> Simulator {
    let mut simulator = Simulator::default()
        .ports(args.standard_port, args.mutual_port, args.admin_port)
        .bind(args.bind)
        .advertise(args.advertise.iter().cloned());
    if args.log_bodies {
        simulator = simulator.bodies(Bodies::Log);
    }
    if let Some(seed) = args.seed {
        simulator = simulator.seed(seed);
    }
    if let Some(journal) = &args.journal {
        simulator = simulator.journal(journal);
    }
    simulator
}

/// The kit comes last: its appearance means that every door is open. It may wait for an RSA key in the making.
async fn hand_out(writer: KitWriter, folder: PathBuf) -> Result<(), Outcome> {
    match tokio::task::spawn_blocking(move || writer.write(&folder)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(could_not_run(error)),
        Err(error) => Err(could_not_run(error)),
    }
}

/// Why the org is to stop.
async fn until_told(args: &Args) -> &'static str {
    let stdin_closed = async {
        if !args.until_stdin_closes {
            std::future::pending::<()>().await;
        }
        let _ = tokio::io::copy(&mut tokio::io::stdin(), &mut tokio::io::sink()).await;
    };
    let life_over = async {
        match args.max_life {
            Some(life) => tokio::time::sleep(life).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = signal() => "told by a signal",
        () = stdin_closed => "standard input closed",
        () = life_over => "its life is over",
    }
}

/// Ctrl-C, or what a container engine sends.
async fn signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    drop(tokio::signal::ctrl_c().await);
}

fn host_name(text: &str) -> Result<String, String> {
    let letters = |label: &str| label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let label = |label: &str| {
        matches!(label.len(), 1..=63) && letters(label) && !label.starts_with('-') && !label.ends_with('-')
    };
    let is_address = text.parse::<IpAddr>().is_ok();
    let right = is_address || text.len() <= 253 && text.split('.').all(label);
    if right {
        Ok(text.to_ascii_lowercase())
    } else {
        Err(format!("{text:?} is neither a host name such as \"org.test\" nor an address"))
    }
}

fn life(text: &str) -> Result<Duration, String> {
    let duration = scenario::duration(text).and_then(|duration| Duration::try_from(duration).ok());
    duration.filter(|life| !life.is_zero()).ok_or_else(|| format!("{text:?} is no duration such as \"10m\" or \"90s\""))
}
