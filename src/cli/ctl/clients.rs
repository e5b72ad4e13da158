//! `ctl clients`: the identities of the scenario's clients.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::json;

use super::Answer;
use super::door::{Door, Failure, segment};
use super::shown::{at, certificate, either, table};

/// List, renew, revoke and download the identities of clients
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Put what a client has now into its kit's files, where its process looks for it
    Deliver {
        /// The client's name in the scenario
        name: String,
        /// What it sends from then on: chain, leaf, chain+root, or names of clients and CAs, in their order
        #[arg(long, value_name = "WHAT", value_delimiter = ',')]
        sends: Vec<String>,
    },
    /// Write a client's key and certificates as they are now: NAME.pem and NAME.p12
    Download {
        /// The client's name in the scenario
        name: String,
        /// Folder to write to
        #[arg(long, value_name = "DIR", default_value = ".")]
        out: PathBuf,
    },
    /// Renew a client: a new serial number and a new key; it is not uploaded
    Issue {
        /// The client's name in the scenario
        name: String,
        /// Keep the key
        #[arg(long)]
        keep_key: bool,
    },
    /// List the clients
    List,
    /// Put a client's present certificate on its CA's CRL
    Revoke {
        /// The client's name in the scenario
        name: String,
    },
}

const EXAMPLES: &str = "\
Examples:
  mockorg ctl clients list
  mockorg ctl clients issue billing
  mockorg ctl clients deliver billing
  mockorg ctl clients deliver billing --sends billing,acme-issuing-2026
  mockorg ctl clients download billing --out renewed
  mockorg ctl clients revoke billing";

pub(super) fn run(door: &Door, args: &Args, json: bool) -> Answer {
    match &args.verb {
        Verb::Deliver { name, sends } => {
            let delivery = match sends.as_slice() {
                [] => json!({}),
                [word] if matches!(word.as_str(), "chain" | "chain+root" | "leaf") => json!({"sends": word}),
                names => json!({"sends": names}),
            };
            let delivered = door.write("POST", &format!("/v1/clients/{}/deliver", segment(name)), &delivery)?;
            Ok(either(json, &delivered, || {
                let sent = delivered["certificates"].as_array().into_iter().flatten().map(certificate);
                table(&sent.map(Vec::from).collect::<Vec<_>>())
            }))
        }
        Verb::Download { name, out } => download(door, name, out, json),
        Verb::Issue { name, keep_key } => {
            let key = if *keep_key { "keep" } else { "replace" };
            let issued = door.write("POST", &format!("/v1/clients/{}/issue", segment(name)), &json!({"key": key}))?;
            Ok(either(json, &issued, || {
                let [subject, serial, until] = certificate(&issued["certificate"]);
                format!(
                    "renewed {subject}, {serial}, {until}; the kit still holds the old one: see ctl clients deliver\n"
                )
            }))
        }
        Verb::List => {
            let clients = door.read("/v1/org")?["clients"].take();
            Ok(either(json, &clients, || {
                let rows = clients.as_array().into_iter().flatten().map(|client| {
                    let [subject, serial, until] = certificate(&client["certificate"]);
                    let revoked = if client["revoked"] == true { "revoked" } else { "" };
                    vec![at(client, "name"), subject, serial, until, revoked.into()]
                });
                table(&rows.collect::<Vec<_>>())
            }))
        }
        Verb::Revoke { name } => {
            let revoked = door.write("POST", &format!("/v1/clients/{}/revoke", segment(name)), &json!({}))?;
            Ok(either(json, &revoked, || "revoked\n".into()))
        }
    }
}

fn download(door: &Door, name: &str, out: &Path, json: bool) -> Answer {
    let path = |ending: &str| format!("/v1/clients/{}.{ending}", segment(name));
    let (pem, p12) = (door.bytes(&path("pem"))?, door.get(&path("p12"))?);
    let password = p12.header("mockorg-p12-password").unwrap_or_default().to_owned();
    // the org knows the name, and scenarios have none that leaves a folder
    let files = [(format!("{name}.pem"), &pem), (format!("{name}.p12"), &p12.body)]
        .map(|(file, content)| (out.join(file), content));
    for (file, content) in &files {
        write_secret(file, content).map_err(|error| Failure::Here(format!("{}: {error}", file.display())))?;
    }
    let [pem, p12] = files.map(|(file, _)| file.display().to_string());
    let written = json!({"pem": pem, "p12": p12, "p12_password": password});
    Ok(either(json, &written, || format!("{pem}\n{p12} (password {password})\n")))
}

/// For its owner only, in place of what may be there.
fn write_secret(path: &Path, content: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(content)
}
