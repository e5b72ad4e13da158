//! `ctl kit`: the kit of an org that shares no folder with its clients.

use std::path::PathBuf;

use serde_json::json;

use super::Answer;
use super::door::{Door, Failure};
use super::shown::either;
use crate::simulator::kit::{self, KIT_JSON};

/// Fetch the org's kit into a folder; what `kit.json` says of paths holds there
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Folder to write to; made if missing, other files in it are left alone
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  mockorg ctl kit --admin http://127.0.0.1:32771 --token TOKEN --out kit
  curl --cacert kit/server-ca.pem --cert kit/clients/billing.pem https://localhost:8443/services/data";

pub(super) fn run(door: &Door, args: &Args, json: bool) -> Answer {
    let tar = door.bytes("/v1/kit.tar")?;
    kit::unpack(&tar, &args.out).map_err(|error| Failure::Here(error.to_string()))?;
    let path = args.out.join(KIT_JSON).display().to_string();
    Ok(either(json, &json!({"kit": path}), || format!("{path}\n")))
}
