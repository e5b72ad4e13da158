//! `ctl crl`: what becomes of a CA's CRL, and of a CA on its issuer's.

use std::fs;
use std::path::PathBuf;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use clap::Subcommand;
use serde_json::{Value, json};

use super::Answer;
use super::door::{Door, Failure, segment};
use super::shown::either;

/// Publish, withhold, drop or replace the CRL of a CA, or revoke the CA
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Leave the CA without a CRL
    Drop {
        /// The CA's name in the scenario
        ca: String,
    },
    /// Sign a new one, and renew it on the org's clock
    Publish {
        /// The CA's name in the scenario
        ca: String,
    },
    /// Put a file in its place
    Replace {
        /// The CA's name in the scenario
        ca: String,
        /// A CRL, PEM or DER
        file: PathBuf,
    },
    /// Put the CA's own certificate on the CRL of its issuer
    Revoke {
        /// The CA's name in the scenario
        ca: String,
    },
    /// Let the present one grow stale, without what is revoked from now on
    Withhold {
        /// The CA's name in the scenario
        ca: String,
    },
}

const EXAMPLES: &str = "\
Examples:
  mockorg ctl crl withhold acme-issuing
  mockorg ctl clock advance 8d
  mockorg ctl crl publish acme-issuing
  mockorg ctl crl replace acme-issuing damaged.crl
  mockorg ctl crl revoke acme-issuing";

pub(super) fn run(door: &Door, args: &Args, json: bool) -> Answer {
    let (ca, body) = match &args.verb {
        Verb::Drop { ca } => (ca, json!({"crl": "none"})),
        Verb::Publish { ca } => (ca, json!({"crl": "published"})),
        Verb::Replace { ca, file } => {
            let content = fs::read(file).map_err(|error| Failure::Here(format!("{}: {error}", file.display())))?;
            let body = match String::from_utf8(content) {
                Ok(text) if text.contains("-----BEGIN") => json!({"pem": text}),
                Ok(text) => json!({"der": BASE64_STANDARD.encode(text)}),
                Err(bytes) => json!({"der": BASE64_STANDARD.encode(bytes.as_bytes())}),
            };
            (ca, body)
        }
        Verb::Revoke { ca } => {
            let done = door.write("POST", &format!("/v1/cas/{}/revoke", segment(ca)), &json!({}))?;
            return Ok(either(json, &done, || "revoked\n".into()));
        }
        Verb::Withhold { ca } => (ca, json!({"crl": "withheld"})),
    };
    let done: Value = door.write("PUT", &format!("/v1/cas/{}/crl", segment(ca)), &body)?;
    Ok(either(json, &done, || "done; it counts from the next handshake on\n".into()))
}
