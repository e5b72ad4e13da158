//! `mockorg rehearse`: a renewal played against a client's own command with the certificates that it deploys, and which
//! step is the culprit if calls fail.

use std::path::PathBuf;
use std::time::Duration;

use super::beside::Beside;
use super::child::{Reload, Signals};
use super::verdict::VerdictArgs;
use super::{Outcome, could_not_run, duration, say, wait_for};
use crate::Scenario;
use crate::api::Tap;

mod continuous;
mod culprit;
mod each_phase;
mod identity;
mod junit;
mod plan;
mod rehearsal;
mod report;
mod stage;
mod story;
mod tally;

use identity::Identities;
use plan::Step;
use rehearsal::Rehearsal;
use stage::Stage;

/// Play a certificate's renewal against a client's own command, and say for how long calls fail and which step is to blame
#[derive(clap::Args, Debug)]
#[command(
    after_help = EXAMPLES,
    override_usage = "mockorg rehearse [OPTIONS] --old <FILE> --new <FILE> [SCENARIO] -- <COMMAND>..."
)]
pub(super) struct Args {
    #[command(flatten)]
    beside: Beside,

    /// What the client deploys today: PEM (leaf first), DER, a PKCS#12 or JKS key store. Only its certificates are read
    #[arg(long, value_name = "FILE")]
    old: PathBuf,

    /// What it is to deploy, likewise
    #[arg(long, value_name = "FILE")]
    new: PathBuf,

    /// File with the old one's key, to be handed to the command by its name (MOCKORG_CLIENT_KEY); it is not read
    #[arg(long, value_name = "FILE")]
    old_key: Option<PathBuf>,

    /// File with the new one's key, likewise
    #[arg(long, value_name = "FILE")]
    new_key: Option<PathBuf>,

    /// The entry of the old key store that is meant
    #[arg(long, value_name = "NAME")]
    old_alias: Option<String>,

    /// The entry of the new key store that is meant
    #[arg(long, value_name = "NAME")]
    new_alias: Option<String>,

    /// File with the password of key stores (default: MOCKORG_STORE_PASSWORD, "changeit", or asked on a terminal)
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,

    /// Private root to put on the org's list of CAs, PEM or DER; may be given more than once
    #[arg(long, value_name = "FILE")]
    root: Vec<PathBuf>,

    /// The steps, in the order in which they are played; what is left out does not happen
    #[arg(long, value_name = "STEPS", value_delimiter = ',', default_value = "upload,cut-over,delete")]
    order: Vec<Step>,

    /// Move the org's clock by this much before each step: 7d, 12h
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    between: Option<Duration>,

    /// Run the command once, through all phases; it finds a link in MOCKORG_CLIENT_FILE that the cut-over points to the new file
    #[arg(long)]
    continuous: bool,

    /// With --continuous: go on to the next step after so many calls that show the certificate that is due
    #[arg(long, value_name = "N", default_value_t = 3, requires = "continuous", value_parser = clap::value_parser!(u64).range(1..))]
    calls: u64,

    /// With --continuous: go on after this long at the latest
    #[arg(long, value_name = "DURATION", default_value = "30s", requires = "continuous", value_parser = duration)]
    patience: Duration,

    /// With --continuous: send the command this signal once the link is changed, as a deployment tells a daemon to reload
    #[arg(long, value_name = "SIGNAL", requires = "continuous", ignore_case = true)]
    reload: Option<Reload>,

    /// Seed of ids, session tokens and order (default: random, and printed)
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    #[command(flatten)]
    verdict: VerdictArgs,
}

const EXAMPLES: &str = "\
Examples:
  mockorg rehearse --old old.pem --new new.pem -- ./client
  mockorg rehearse --old old.p12 --new new.p12 --root our-root.pem -- java -jar client.jar
  mockorg rehearse org.toml --old old.pem --new new.pem --junit renewal.xml -- npm test
  mockorg rehearse --old old.pem --new new.pem --order delete,upload,cut-over -- ./client
  mockorg rehearse --old old.pem --new new.pem --continuous --between 7d -- ./poller
  mockorg rehearse --old old.pem --new new.pem --continuous --reload HUP -- ./gateway

The old certificate is uploaded to a fresh org, and the command runs (before); the new one is
uploaded, and it runs again (upload); it is told to use the new one (cut-over); the old one is
deleted (delete). In each phase it finds in its environment MOCKORG_PHASE, MOCKORG_IDENTITY (old or
new), MOCKORG_CLIENT_FILE (the file of --old or --new), MOCKORG_CLIENT_KEY, and all that
`mockorg run` gives it. It is to log in as a user who is held to mutual authentication, and to make
a call on MOCKORG_MUTUAL_URL. See docs/rehearse.md.

Exit codes: 0 no call fails in any phase, 1 some do (or prove nothing), 2 it could not be rehearsed.";

pub(super) fn run(args: &Args) -> Outcome {
    if args.reload.is_some() && !cfg!(unix) {
        return could_not_run("--reload: there are no signals here; the command has to see that its file is another");
    }
    let scenario = match args.verdict.check().and_then(|()| args.beside.scenario.read()) {
        Ok(scenario) => scenario,
        Err(outcome) => return outcome,
    };
    let (phases, identities) = match plan::phases(&args.order).and_then(|phases| Ok((phases, Identities::read(args)?)))
    {
        Ok(read) => read,
        Err(why) => return could_not_run(why),
    };
    match wait_for(play(args, scenario, phases, identities)) {
        Ok(rehearsal) => tell(args, &rehearsal),
        Err(outcome) => outcome,
    }
}

async fn play(
    args: &Args,
    scenario: Scenario,
    phases: Vec<plan::Phase>,
    identities: Identities,
) -> Result<Rehearsal, Outcome> {
    let name = scenario.source.as_ref().map_or("the built-in quickstart".into(), |path| path.display().to_string());
    // before the first command begins: a signal must not end us alone
    let mut signals = Signals::hear().map_err(could_not_run)?;
    let mut session = args.beside.start(scenario, args.seed, Tap::default()).await?;
    let stage = match Stage::set(session.org.controls(), identities, args.between) {
        Ok(stage) => stage,
        Err(why) => {
            session.stop().await;
            return Err(could_not_run(why));
        }
    };
    let played = if args.continuous {
        continuous::play(args, &mut session, &stage, &phases, &mut signals).await
    } else {
        each_phase::play(args, &mut session, &stage, &phases, &mut signals).await
    };
    session.retract();
    let seed = session.org.seed().number();
    let rehearsal = played.map(|played| stage.rehearsal(name, args.beside.words(), seed, phases, played));
    session.stop().await;
    rehearsal.map_err(could_not_run)
}

fn tell(args: &Args, rehearsal: &Rehearsal) -> Outcome {
    say(story::text(rehearsal));
    args.verdict.tell(report::json(rehearsal), || junit::xml(rehearsal), rehearsal.holds())
}
