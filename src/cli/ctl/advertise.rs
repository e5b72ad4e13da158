//! `ctl advertise`: the doors as they are seen from outside a port mapping.

use serde_json::{Map, Value};

use super::Answer;
use super::door::Door;
use super::shown::{at, either, table};

/// Set the host and ports that answers and kits carry, for port mappings; without any they follow each request again
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// A name given at start by --advertise, or a loopback one
    #[arg(long, value_name = "NAME")]
    host: Option<String>,

    /// The port that leads to the standard door
    #[arg(long, value_name = "N")]
    standard_port: Option<u16>,

    /// The port that leads to the mutual door
    #[arg(long, value_name = "N")]
    mutual_port: Option<u16>,

    /// The port that leads to the proxy door
    #[arg(long, value_name = "N")]
    proxy_port: Option<u16>,

    /// The port that leads to the admin door
    #[arg(long, value_name = "N")]
    admin_port: Option<u16>,
}

const EXAMPLES: &str = "\
Examples:
  mockorg ctl advertise --standard-port 32768 --mutual-port 32769
  mockorg ctl advertise";

pub(super) fn run(door: &Door, args: &Args, json: bool) -> Answer {
    let ports = [
        ("standard_port", args.standard_port),
        ("mutual_port", args.mutual_port),
        ("proxy_port", args.proxy_port),
        ("admin_port", args.admin_port),
    ];
    let ports = ports.into_iter().filter_map(|(name, port)| Some((name, port?.into())));
    let host = args.host.iter().map(|host| ("host", host.as_str().into()));
    let body: Map<String, Value> = ports.chain(host).map(|(name, value)| (name.to_owned(), value)).collect();
    let seen = door.write("PUT", "/v1/advertise", &Value::Object(body))?;
    Ok(either(json, &seen, || {
        let rows = seen.as_object().into_iter().flatten().map(|(name, _)| vec![name.clone(), at(&seen, name)]);
        let rows: Vec<_> = rows.collect();
        if rows.is_empty() { "answers follow each request\n".into() } else { table(&rows) }
    }))
}
