//! `/v1/clients`: renewing, revoking and handing out the identities of a scenario.

use http::HeaderValue;
use serde::Deserialize;
use serde_json::json;
use warp::reply::Response;

use super::{AdminDoor, Request, answer};
use crate::api::reject::Reject;
use crate::controls::RenewalKey;
use crate::controls::identities::MintError;
use crate::journal::event::SentCertificate;
use crate::scenario::Sends;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Renewal {
    #[serde(default)]
    key: Key,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Key {
    Keep,
    #[default]
    Replace,
}

pub(super) fn issue(door: &AdminDoor, request: &Request) -> Result<Response, Reject> {
    let [name] = request.names();
    let key = match request.json()? {
        Renewal { key: Key::Keep } => RenewalKey::Keep,
        Renewal { key: Key::Replace } => RenewalKey::Replace,
    };
    let client = door.controls.issue(name, key)?;
    let names = &door.controls.snapshot().edge.names;
    Ok(answer::ok(&json!({"name": client.name, "certificate": SentCertificate::new(&client.leaf, names)})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Delivery {
    #[serde(default)]
    sends: Option<Chain>,
}

/// As `sends` of a `[[client]]`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Chain {
    List(Vec<String>),
    Word(Word),
}

#[derive(Deserialize)]
enum Word {
    #[serde(rename = "chain")]
    Chain,
    #[serde(rename = "chain+root")]
    ChainAndRoot,
    #[serde(rename = "leaf")]
    Leaf,
}

pub(super) fn deliver(door: &AdminDoor, request: &Request) -> Result<Response, Reject> {
    let [name] = request.names();
    let Delivery { sends } = request.json()?;
    let sends = match sends {
        Some(Chain::List(names)) if names.is_empty() => {
            return Err(Reject::bad_value("sends", "at least one name", "an empty list"));
        }
        Some(Chain::List(names)) => Some(Sends::List(names)),
        Some(Chain::Word(Word::Chain)) => Some(Sends::Chain),
        Some(Chain::Word(Word::ChainAndRoot)) => Some(Sends::ChainAndRoot),
        Some(Chain::Word(Word::Leaf)) => Some(Sends::Leaf),
        None => None,
    };
    let client = door.controls.deliver(name, sends)?;
    let names = &door.controls.snapshot().edge.names;
    let sent = door.controls.identities().sends(&client);
    let sent: Vec<_> = sent.iter().map(|one| SentCertificate::new(one, names)).collect();
    Ok(answer::ok(&json!({"name": client.name, "certificates": sent})))
}

pub(super) fn revoke(door: &AdminDoor, request: &Request) -> Result<Response, Reject> {
    request.nothing()?;
    let [name] = request.names();
    door.controls.revoke(name)?;
    Ok(answer::nothing())
}

/// Key, then what the client sends: what curl's `--cert` takes.
pub(super) fn pem(door: &AdminDoor, request: &Request) -> Result<Response, Reject> {
    let [name] = request.names();
    known(door, name)?;
    let pem = door.handouts.client_pem(name).map_err(|cause| Reject::cannot_hand_out(&cause))?;
    Ok(answer::named(answer::file("application/x-pem-file", pem), &format!("{name}.pem")))
}

/// The same in PKCS#12; the password, made for this answer, is in a header.
pub(super) fn p12(door: &AdminDoor, request: &Request) -> Result<Response, Reject> {
    let [name] = request.names();
    known(door, name)?;
    let (der, password) = door.handouts.client_p12(name).map_err(|cause| Reject::cannot_hand_out(&cause))?;
    let mut response = answer::named(answer::file("application/x-pkcs12", der), &format!("{name}.p12"));
    if let Ok(password) = HeaderValue::try_from(password) {
        response.headers_mut().insert("mockorg-p12-password", password);
    }
    Ok(response)
}

fn known(door: &AdminDoor, name: &str) -> Result<(), Reject> {
    let known = door.controls.identities().client(name).is_some();
    if known { Ok(()) } else { Err(MintError::UnknownClient(name.to_owned()).into()) }
}
