//! `/v1/certificates`: the org's mutual authentication certificates.

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use warp::reply::Response;

use super::{AdminDoor, Request, answer};
use crate::api::reject::Reject;
use crate::journal::event::SentCertificate;
use crate::org::Upload;

pub(super) fn list(door: &AdminDoor, _: &Request) -> Result<Response, Reject> {
    let org = &door.controls.snapshot().org;
    let certificates: Vec<_> = org.uploads.iter().map(|upload| shown(door, upload)).collect();
    Ok(answer::ok(&json!({"certificates": certificates})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    label: String,
    pem: Option<String>,
    client: Option<String>,
}

pub(super) fn upload(door: &AdminDoor, request: &Request) -> Result<Response, Reject> {
    let uploaded = match request.json()? {
        New { label, pem: Some(pem), client: None } => door.controls.upload(&label, pem.as_bytes())?,
        New { label, pem: None, client: Some(client) } => door.controls.upload_of_client(&label, &client)?,
        _ => return Err(Reject::one_of(&["pem", "client"])),
    };
    Ok(answer::json(StatusCode::CREATED, &shown(door, &uploaded)))
}

pub(super) fn delete(door: &AdminDoor, request: &Request) -> Result<Response, Reject> {
    let [label] = request.names();
    door.controls.delete_certificate(label)?;
    Ok(answer::nothing())
}

fn shown(door: &AdminDoor, upload: &Upload) -> Value {
    let names = &door.controls.snapshot().edge.names;
    let chain: Vec<_> = upload.chain.iter().map(|certificate| SentCertificate::new(certificate, names)).collect();
    json!({"id": upload.id.as_str(), "label": upload.label, "uploaded_at": upload.at, "chain": chain})
}
