//! `mockorg doctor`: runs a client's command once beside a fresh org and tells what its doors saw of it.

use std::path::PathBuf;
use std::sync::Arc;

use super::beside::Beside;
use super::child::{Output, Signals};
use super::verdict::{writable, write};
use super::{Outcome, console, could_not_run, print, say, wait_for};
use crate::Scenario;
use crate::api::Tap;
use crate::doctor::{self, Facts, Report, UploadFact, story};
use crate::journal::Event;
use crate::scenario::switches::ApiEndpoint;
use crate::simulator::Running;

/// Run a client once against a fresh org, and say what would break in production
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES, override_usage = "mockorg doctor [OPTIONS] [SCENARIO] -- <COMMAND>...")]
pub(super) struct Args {
    #[command(flatten)]
    beside: Beside,

    /// Print the report to standard output as JSON; the command's own output goes to standard error then
    #[arg(long)]
    json: bool,

    /// File to write the report to, as JSON
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  mockorg doctor -- npm test
  mockorg doctor scenario.toml --timeout 2m -- java -jar client.jar
  mockorg doctor --proxy -- python load.py
  mockorg doctor -- sh -c 'curl --cert \"$MOCKORG_CLIENT_BILLING_PEM\" \"$MOCKORG_MUTUAL_URL/services/data\"'
  mockorg doctor --json -- pytest tests/org > report.json

The command finds the org in its environment: MOCKORG_STANDARD_URL, MOCKORG_MUTUAL_URL, MOCKORG_KIT,
MOCKORG_CLIENT_<NAME>_PEM, and what makes Node, Python, OpenSSL and Java trust the org's certificate.
Its input and output are left alone; the story goes to standard error. See docs/doctor.md.

Exit codes: 0 nothing breaks in production, 1 something does, 2 it could not be run.";

pub(super) fn run(args: &Args) -> Outcome {
    if let Err(why) = args.report.as_deref().map_or(Ok(()), writable) {
        return could_not_run(why);
    }
    let scenario = match args.beside.scenario.read() {
        Ok(scenario) => scenario,
        Err(outcome) => return outcome,
    };
    match wait_for(examine(args, scenario)) {
        Ok(report) => tell(args, &report),
        Err(outcome) => outcome,
    }
}

/// Starts the org, runs the command to its end, and reads the journal.
async fn examine(args: &Args, scenario: Scenario) -> Result<Report, Outcome> {
    let mut session = args.beside.start(scenario, None, Tap::default()).await?;
    let mut facts = facts(args, &session.org);
    let output = if args.json { Output::Error } else { Output::Own };
    // before it starts: a signal must not end us alone
    let mut signals = Signals::hear().map_err(could_not_run)?;
    let finished = args.beside.run(&mut session, output, &mut signals).await;
    facts.took = finished.took;
    facts.ended = finished.ran.map_err(could_not_run)?.ended;
    let probes = session.settle().await;
    let (journal, before) = (session.org.journal().clone(), session.before);
    session.stop().await;
    let events = journal.since(before);
    facts.forgotten = (journal.last_seq() - before).saturating_sub(events.len() as u64);
    let events: Vec<Arc<Event>> = events.into_iter().filter(|event| !probes.made(event)).collect();
    Ok(doctor::diagnose(&facts, &events))
}

fn facts(args: &Args, org: &Running) -> Facts {
    let state = org.snapshot();
    let enforced = state.org.users.iter().filter(|user| state.org.enforces(user));
    let upload = |upload: &Arc<crate::org::Upload>| UploadFact {
        label: upload.label.clone(),
        name: state.edge.names.get(upload.leaf().sha256()).map(|name| name.to_string()),
        subject: upload.leaf().subject().to_owned(),
        sha256: upload.leaf().fingerprint(),
    };
    Facts {
        command: args.beside.words(),
        standard_url: org.standard_url(),
        mutual_url: org.mutual_url(),
        enforced: enforced.map(|user| user.spec.username.clone()).collect(),
        uploads: state.org.uploads.iter().map(upload).collect(),
        urls_as_arrived: state.org.switches.api_endpoint == ApiEndpoint::AsArrived,
        // with --proxy the variables are ours
        foreign_proxy: if args.beside.proxy { None } else { foreign_proxy(|name| std::env::var(name).ok()) },
        ..Facts::default()
    }
}

/// The variable that sends even `localhost` to somebody else's proxy, if there is one.
fn foreign_proxy(var: impl Fn(&str) -> Option<String>) -> Option<String> {
    let set = |name: &&&str| var(name).is_some_and(|value| !value.trim().is_empty());
    let spared = ["NO_PROXY", "no_proxy"]
        .iter()
        .filter_map(|name| var(name))
        .any(|hosts| hosts.split(',').map(str::trim).any(|host| matches!(host, "*" | "localhost" | "127.0.0.1")));
    let proxies = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    if spared { None } else { proxies.iter().find(set).map(|name| (*name).to_owned()) }
}

fn tell(args: &Args, report: &Report) -> Outcome {
    let json = match serde_json::to_string_pretty(report) {
        Ok(json) => json + "\n",
        Err(error) => return could_not_run(error),
    };
    if let Err(why) = write(args.report.as_deref(), || Ok(json.clone())) {
        return could_not_run(why);
    }
    let lines = story::lines(report);
    let text: String = lines.iter().map(|line| console::styled(line)).collect();
    say(format_args!("\n{}", text.trim_end()));
    let printed = if args.json { print(json) } else { Outcome::Fine };
    match (printed, report.breaks) {
        (Outcome::Fine, true) => Outcome::No,
        (printed, _) => printed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_counts_unless_localhost_is_spared() {
        let env = |set: &'static [(&str, &str)]| {
            foreign_proxy(move |name| set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
        };
        assert_eq!(env(&[]), None);
        assert_eq!(env(&[("https_proxy", "http://proxy:3128")]).as_deref(), Some("https_proxy"));
        assert_eq!(env(&[("HTTPS_PROXY", "http://proxy:3128"), ("no_proxy", "example.com, localhost")]), None);
        assert_eq!(env(&[("HTTPS_PROXY", "")]), None);
    }
}
