//! `mockorg explain`: judges a chain offline, as the doors would, and says what to do about it.

use std::fmt::Write as _;
use std::path::PathBuf;

use jiff::Timestamp;
use serde_json::json;

use super::{Outcome, could_not_run, print};
use crate::journal::Explanation;
use crate::journal::event::{SentCertificate, VerdictEntry};
use crate::org::near_miss::NearMiss;
use crate::pki::{Verdict, validate};

mod chain_file;
mod ground;
mod traps;

use chain_file::ChainFile;
use ground::Ground;

/// Judge a client's certificate chain offline, and say why
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// What the client sends, leaf first: PEM (a private key in it is passed over) or DER
    #[arg(value_name = "CHAIN")]
    chain: PathBuf,

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

    /// Print the verdict as JSON
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  mockorg explain kit/clients/billing.crt --kit kit
  mockorg explain kit/clients/leaf-only.crt --kit kit
  mockorg explain chain.pem --admin http://127.0.0.1:8440 --token TOKEN
  mockorg explain chain.pem --scenario scenario.toml --at 2027-06-01T00:00:00Z

Without --scenario, --kit or --admin only the built-in roots count: Mozilla's, which are not the real service's list.

Exit codes: 0 the chain holds, 1 it does not, 2 it could not be judged.";

pub(super) fn run(args: &Args) -> Outcome {
    let file = match ChainFile::read(&args.chain) {
        Ok(file) => file,
        Err(why) => return could_not_run(format_args!("{}: {why}", args.chain.display())),
    };
    let ground = match (&args.admin, &args.kit, &args.scenario) {
        (Some(url), _, _) => Ground::of_admin(url, args.token.as_deref()),
        (None, Some(kit), _) => Ground::of_kit(kit),
        (None, None, Some(scenario)) => Ground::of_scenario(scenario, args.allow_outside),
        (None, None, None) => Ok(Ground::builtin()),
    };
    let ground = match ground {
        Ok(ground) => ground,
        Err(why) => return could_not_run(why),
    };
    let now = args.at.unwrap_or(ground.now);
    let verdict = validate(&file.certificates, &ground.trust, &ground.crls, now, &ground.policy);
    let warnings = traps::warnings(&file, &verdict, &ground, now);
    let printed = if args.json {
        print_json(&file, &verdict, &ground, now, &warnings)
    } else {
        print(text(&file, &verdict, &ground, now, &warnings))
    };
    match printed {
        Outcome::Fine if verdict.holds() => Outcome::Fine,
        Outcome::Fine => Outcome::No,
        failed => failed,
    }
}

fn text(file: &ChainFile, verdict: &Verdict, ground: &Ground, now: Timestamp, warnings: &[String]) -> String {
    let mut out = String::new();
    for (at, certificate) in file.certificates.iter().enumerate() {
        let (subject, serial) = (certificate.subject(), certificate.serial());
        let dates = format!("{} to {}", certificate.not_before(), certificate.not_after());
        _ = writeln!(out, "{:>3}  {subject}, serial {serial}, {dates}", at + 1);
    }
    if let Some(anchor) = verdict.anchor.as_deref().and_then(|alias| ground.trust.anchor(alias)) {
        let (subject, source) = (anchor.certificate.subject(), &anchor.source);
        _ = writeln!(out, "  +  {subject}, root, listed in {source} as {}", anchor.alias);
    }
    match verdict.fault() {
        None => {
            _ = writeln!(out, "the chain holds at {now}, and until {} if nothing else changes", verdict.until);
        }
        Some(fault) => {
            _ = writeln!(out, "{}", Explanation::of_fault(fault, None));
            for also in &verdict.faults[1..] {
                let explanation = Explanation::of_fault(also, None);
                _ = writeln!(out, "also {}", explanation.headline.trim_start_matches("refused: "));
            }
        }
    }
    if verdict.holds() {
        _ = writeln!(out, "{}", org_says(file, ground));
    }
    for warning in warnings {
        _ = writeln!(out, "note: {warning}");
    }
    out
}

/// The second layer, as far as a certificate alone can tell.
fn org_says(file: &ChainFile, ground: &Ground) -> String {
    let leaf = &file.certificates[0];
    if let Some(upload) = ground.upload_of(leaf) {
        return format!("the org lets an enforced user in with it: uploaded as '{}'", upload.label);
    }
    let found = match NearMiss::search(&ground.uploads, ground.identity_match, leaf) {
        Some(near) => near.to_string(),
        None if ground.uploads.is_empty() => "nothing is uploaded to the org".into(),
        None => "none of the uploads has anything in common with it".into(),
    };
    format!("the org refuses an enforced user with it: it is not uploaded; {found}")
}

fn print_json(file: &ChainFile, verdict: &Verdict, ground: &Ground, now: Timestamp, warnings: &[String]) -> Outcome {
    let names = std::collections::HashMap::new();
    let sent: Vec<_> = file.certificates.iter().map(|certificate| SentCertificate::new(certificate, &names)).collect();
    let explanation = verdict.fault().map(|fault| Explanation::of_fault(fault, None));
    let uploaded = ground.upload_of(&file.certificates[0]);
    let report = json!({
        "version": 1,
        "at": now,
        "certificates": sent,
        "verdict": VerdictEntry::from(verdict),
        "anchor": verdict.anchor,
        "explanation": explanation,
        "uploaded_as": uploaded.map(|upload| &upload.label),
        "notes": warnings,
    });
    print(format_args!("{report:#}\n"))
}
