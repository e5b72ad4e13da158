//! `mockorg serve`: starts an org, prints its doors, then one line an event, until it is told to stop.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::ArgPredicate;

use super::console::{Console, Told};
use super::recording::{RecordArgs, Taping};
use super::scenario_file::ScenarioFile;
use super::{Outcome, could_not_run, duration, wait_for};
use crate::Scenario;
use crate::api::Bodies;
use crate::simulator::kit::catalogue::{Manifest, SCENARIO};
use crate::simulator::{KitWriter, Reach, Simulator};

/// Start an org and say what happens at its doors
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    scenario: ScenarioFile,

    /// Serve a catalogue that `mockorg certs --catalogue` wrote: its folder
    #[arg(long, value_name = "DIR", conflicts_with = "scenario")]
    catalogue: Option<PathBuf>,

    /// Port of the standard door, which stands for 443 (0: a free one)
    #[arg(long, value_name = "N", default_value_t = 4443, default_value_if("for_tests", ArgPredicate::IsPresent, "0"))]
    standard_port: u16,

    /// Port of the mutual door, which asks for a client certificate (0: a free one)
    #[arg(long, value_name = "N", default_value_t = 8443, default_value_if("for_tests", ArgPredicate::IsPresent, "0"))]
    mutual_port: u16,

    /// Port of the proxy door, for clients with hard-coded hosts: HTTP CONNECT (0: a free one)
    #[arg(long, value_name = "N", default_value_t = 8441, default_value_if("for_tests", ArgPredicate::IsPresent, "0"))]
    proxy_port: u16,

    /// Port of the admin door: /health, /crl and, with the token, everything else (0: a free one)
    #[arg(long, value_name = "N", default_value_t = 8440, default_value_if("for_tests", ArgPredicate::IsPresent, "0"))]
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

    /// Folder for state that outlives the process (default: none, the org is forgotten when it stops)
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,

    /// Found the org anew: remove what the data folder holds, as far as it is ours
    #[arg(long, requires = "data_dir")]
    reset: bool,

    /// File to append the journal to, one JSON object a line (default: journal.jsonl in the data folder)
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,

    /// Let the kit's environment send clients through the proxy door: HTTPS_PROXY, NO_PROXY and Java's properties
    #[arg(long)]
    proxy: bool,

    #[command(flatten)]
    record: RecordArgs,

    /// Keep bodies in the journal, with passwords, secrets and tokens masked
    #[arg(long)]
    log_bodies: bool,

    /// Print events to standard output as JSON, one object a line
    #[arg(long)]
    json: bool,

    /// Stop when standard input closes, so that no org outlives the test runner that started it
    #[arg(long)]
    until_stdin_closes: bool,

    /// For a test runner that starts it: free ports, an end when standard input closes, and on standard output one line,
    /// when it is ready: `ready`, a space, the folder of the kit
    #[arg(long, conflicts_with = "json")]
    for_tests: bool,

    /// Stop after this long: 10m, 90s, 2h
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    max_life: Option<Duration>,
}

const EXAMPLES: &str = "\
Examples:
  mockorg serve
  mockorg serve scenarios/quickstart.toml --kit kit
  mockorg serve --catalogue catalogue --kit kit
  mockorg serve scenario.toml --for-tests

Ctrl-C lets requests in hand finish; a second one does not wait.";

pub(super) fn run(mut args: Args) -> Outcome {
    if let Some(folder) = &args.catalogue {
        // without its manifest a folder is not whole
        if let Err(why) = Manifest::read(folder) {
            return could_not_run(why);
        }
        args.scenario.scenario = Some(folder.join(SCENARIO));
    }
    let scenario = match args.scenario.read() {
        Ok(scenario) => scenario,
        Err(outcome) => return outcome,
    };
    wait_for(async { Ok(serve(args, scenario).await) }).unwrap_or_else(|outcome| outcome)
}

async fn serve(args: Args, scenario: Scenario) -> Outcome {
    // removed again when this returns
    let temporary = tempfile::Builder::new().prefix("mockorg-kit-").tempdir();
    let kit = match (&args.kit, &temporary) {
        (Some(kit), _) => kit.clone(),
        (None, Ok(folder)) => folder.path().to_owned(),
        (None, Err(error)) => {
            return could_not_run(format_args!("no temporary folder for the kit: {error}; --kit DIR names a folder"));
        }
    };
    let name = scenario.source.as_ref().map_or("the built-in quickstart".into(), |path| path.display().to_string());
    let taping = match args.record.begin(&args.scenario, &scenario) {
        Ok(taping) => taping,
        Err(why) => return could_not_run(why),
    };
    let tap = taping.as_ref().map(Taping::tap).unwrap_or_default();
    let org = match simulator(&args).tap(tap).run(scenario).await {
        Ok(org) => org,
        Err(error) => return args.scenario.did_not_start(&error),
    };
    let writer = org.kit_writer();
    // the doors are ours by now: what an earlier org said of its own holds no longer
    writer.retract(&kit);
    let told = match (args.for_tests, args.json) {
        (true, _) => Told::Ready,
        (false, true) => Told::Json,
        (false, false) => Told::Lines,
    };
    let console = match Console::start(told, org.ports()) {
        Ok(console) => console,
        Err(error) => return could_not_run(error),
    };
    console.doors(&org, &name, &kit, &args.advertise);
    if let Some(why) = org.journal().file_error() {
        console.note(&format!("the journal is kept in memory only ({why}); --journal FILE names a file"));
    }
    if let Some(folder) = org.store().folder() {
        console.note(&format!("state is kept in {}: what was answered outlives this process", folder.display()));
    }
    let subscription = (!args.for_tests).then(|| org.journal().subscribe(console.subscriber()));
    if let Err(why) = hand_out(writer.clone(), kit.clone()).await {
        drop(subscription);
        console.finish();
        return could_not_run(format_args!("the kit cannot be written: {why}"));
    }
    console.ready(&kit);
    let reason = until_told(&args).await;
    console.note(&format!("stopping, {reason}: requests in hand may finish (Ctrl-C again does not wait)"));
    writer.retract(&kit);
    let (journal, seed) = (org.journal().clone(), org.seed().number());
    tokio::select! {
        () = org.stop() => {}
        () = signal() => {}
    }
    drop(subscription);
    console.finish();
    match taping.map(|taping| taping.finish(&journal, seed)).transpose() {
        Ok(_) => Outcome::Fine,
        Err(why) => could_not_run(why),
    }
}

fn simulator(args: &Args) -> Simulator {
    let mut simulator = Simulator::default()
        .ports(args.standard_port, args.mutual_port, args.admin_port)
        .proxy_port(args.proxy_port)
        .bind(args.bind)
        .advertise(args.advertise.iter().cloned());
    if args.log_bodies {
        simulator = simulator.bodies(Bodies::Log);
    }
    if args.proxy {
        simulator = simulator.reach(Reach::ThroughProxy);
    }
    if let Some(seed) = args.seed {
        simulator = simulator.seed(seed);
    }
    if let Some(folder) = &args.data_dir {
        simulator = simulator.data_dir(folder).reset(args.reset);
    }
    if let Some(journal) = &args.journal {
        simulator = simulator.journal(journal);
    }
    simulator
}

/// The kit comes last: its appearance means that every door is open. It may wait for an RSA key in the making.
async fn hand_out(writer: KitWriter, folder: PathBuf) -> Result<(), String> {
    let written =
        tokio::task::spawn_blocking(move || writer.write(&folder)).await.map_err(|error| error.to_string())?;
    written.map_err(|error| error.to_string())
}

/// Why the org is to stop.
async fn until_told(args: &Args) -> &'static str {
    let stdin_closed = async {
        if !args.until_stdin_closes && !args.for_tests {
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
