//! `ctl trust`: the outbound CA list.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::json;

use super::Answer;
use super::certificates::text_of;
use super::door::{Door, segment};
use super::shown::{at, certificate, either, items, table};

/// List, extend, cut and export the outbound CA list
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Put a root on the list
    Add {
        /// PEM of one root
        file: PathBuf,
        /// Its name on the list (default: made from its common name)
        #[arg(long)]
        alias: Option<String>,
    },
    /// Print every root in PEM
    Export,
    /// List the roots
    List,
    /// Take a root off the list
    Remove {
        /// Its name on the list
        alias: String,
    },
}

const EXAMPLES: &str = "\
Examples:
  mockorg ctl trust list
  mockorg ctl trust add our-root.pem --alias ourroot
  mockorg ctl trust remove ourroot
  mockorg ctl trust export > trust.pem";

pub(super) fn run(door: &Door, args: &Args, json: bool) -> Answer {
    match &args.verb {
        Verb::Add { file, alias } => {
            let mut body = json!({"pem": text_of(file)?});
            if let Some(alias) = alias {
                body["alias"] = alias.as_str().into();
            }
            let added = door.write("POST", "/v1/trust", &body)?;
            Ok(either(json, &added, || format!("listed as {}\n", at(&added, "alias"))))
        }
        Verb::Export => Ok(String::from_utf8_lossy(&door.bytes("/v1/trust.pem")?).into_owned()),
        Verb::List => {
            let listed = door.read("/v1/trust")?;
            Ok(either(json, &listed, || {
                let rows = items(&listed, "roots").map(|root| {
                    let [subject, _, until] = certificate(&root["certificate"]);
                    vec![at(root, "alias"), until, subject]
                });
                table(&rows.collect::<Vec<_>>())
            }))
        }
        Verb::Remove { alias } => {
            let removed = door.delete(&format!("/v1/trust/{}", segment(alias)))?;
            Ok(either(json, &removed, || "no longer listed\n".into()))
        }
    }
}
