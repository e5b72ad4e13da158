//! `/v1/cas`: revoking a CA, and what becomes of its CRL.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use warp::reply::Response;

use super::{AdminDoor, Request, answer};
use crate::api::reject::Reject;
use crate::controls::CrlChange;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    crl: Option<Publication>,
    pem: Option<String>,
    der: Option<String>,
}

/// The words of `crl` on a `[[ca]]`.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Publication {
    None,
    Published,
    Withheld,
}

pub(super) fn set_crl(door: &AdminDoor, request: &Request) -> Result<Response, Reject> {
    let [ca] = request.names();
    let change = match request.json()? {
        Change { crl: Some(Publication::None), pem: None, der: None } => CrlChange::Drop,
        Change { crl: Some(Publication::Published), pem: None, der: None } => CrlChange::Publish,
        Change { crl: Some(Publication::Withheld), pem: None, der: None } => CrlChange::Withhold,
        Change { crl: None, pem: Some(pem), der: None } => CrlChange::Replace(pem.into_bytes()),
        Change { crl: None, pem: None, der: Some(der) } => {
            let der = BASE64_STANDARD.decode(der.trim());
            CrlChange::Replace(der.map_err(|error| Reject::bad_value("der", "base64 of a CRL", &error.to_string()))?)
        }
        _ => return Err(Reject::one_of(&["crl", "pem", "der"])),
    };
    door.controls.set_crl(ca, change)?;
    Ok(answer::nothing())
}

pub(super) fn revoke(door: &AdminDoor, request: &Request) -> Result<Response, Reject> {
    request.nothing()?;
    let [ca] = request.names();
    door.controls.revoke_ca(ca)?;
    Ok(answer::nothing())
}
