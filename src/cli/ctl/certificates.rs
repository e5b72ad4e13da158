//! `ctl certificates`: the org's mutual authentication certificates.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::json;

use super::Answer;
use super::door::{Door, Failure, segment};
use super::shown::{at, certificate, either, items, table};

/// List, upload and delete mutual authentication certificates
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Delete one
    Delete {
        /// Its label
        label: String,
    },
    /// List them
    List,
    /// Upload one
    Upload {
        /// Its label, at most 64 characters
        label: String,
        /// PEM, the client's certificate first
        #[arg(required_unless_present = "client", conflicts_with = "client")]
        file: Option<PathBuf>,
        /// The present certificate of this client of the scenario
        #[arg(long, value_name = "NAME")]
        client: Option<String>,
    },
}

const EXAMPLES: &str = "\
Examples:
  mockorg ctl certificates list
  mockorg ctl certificates upload \"Billing 2027\" billing.pem
  mockorg ctl certificates upload \"Billing 2027\" --client billing
  mockorg ctl certificates delete \"Billing 2026\"";

pub(super) fn run(door: &Door, args: &Args, json: bool) -> Answer {
    match &args.verb {
        Verb::Delete { label } => {
            let deleted = door.delete(&format!("/v1/certificates/{}", segment(label)))?;
            Ok(either(json, &deleted, || "deleted\n".into()))
        }
        Verb::List => {
            let listed = door.read("/v1/certificates")?;
            Ok(either(json, &listed, || {
                let rows = items(&listed, "certificates").map(|one| {
                    let [subject, serial, until] = certificate(&one["chain"][0]);
                    vec![at(one, "label"), subject, serial, until]
                });
                table(&rows.collect::<Vec<_>>())
            }))
        }
        Verb::Upload { label, file, client } => {
            let body = match file {
                Some(file) => json!({"label": label, "pem": text_of(file)?}),
                None => json!({"label": label, "client": client}),
            };
            let uploaded = door.write("POST", "/v1/certificates", &body)?;
            Ok(either(json, &uploaded, || {
                let [subject, serial, until] = certificate(&uploaded["chain"][0]);
                format!("uploaded {subject}, {serial}, {until}\n")
            }))
        }
    }
}

/// A file that should be PEM. What it is instead is the org's to say, unless it is no text at all.
pub(super) fn text_of(path: &std::path::Path) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|error| Failure::Here(format!("{}: {error}; PEM is expected", path.display())))
}
