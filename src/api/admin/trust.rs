//! `/v1/trust`: the outbound CA list.

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use warp::reply::Response;

use super::{AdminDoor, Request, answer};
use crate::api::reject::Reject;
use crate::journal::event::SentCertificate;
use crate::pki::{Anchor, Certificate};

pub(super) fn list(door: &AdminDoor, _: &Request) -> Result<Response, Reject> {
    let edge = &door.controls.snapshot().edge;
    let roots: Vec<_> = edge.trust.anchors().map(|anchor| shown(door, anchor)).collect();
    Ok(answer::ok(&json!({"roots": roots})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    alias: Option<String>,
    pem: String,
}

pub(super) fn add(door: &AdminDoor, request: &Request) -> Result<Response, Reject> {
    let New { alias, pem } = request.json()?;
    let mut certificates =
        Certificate::from_pem(pem.as_bytes()).map_err(|error| Reject::not_one_root(&error.to_string()))?;
    let root = match (certificates.pop(), certificates.len()) {
        (Some(root), 0) => root,
        (_, others) => return Err(Reject::not_one_root(&format!("{} certificates", others + 1))),
    };
    let alias = door.controls.list_as(alias.as_deref(), root)?;
    let trust = &door.controls.snapshot().edge.trust;
    // it may have been taken off again by now
    let shown = trust.anchor(&alias).map_or_else(|| json!({"alias": alias}), |anchor| shown(door, anchor));
    Ok(answer::json(StatusCode::CREATED, &shown))
}

pub(super) fn remove(door: &AdminDoor, request: &Request) -> Result<Response, Reject> {
    let [alias] = request.names();
    door.controls.delist(alias)?;
    Ok(answer::nothing())
}

/// Every root in PEM, its alias in a line before it.
pub(super) fn export(door: &AdminDoor, _: &Request) -> Result<Response, Reject> {
    let edge = &door.controls.snapshot().edge;
    let pem: String =
        edge.trust.anchors().map(|anchor| format!("# {}\n{}", anchor.alias, anchor.certificate.pem())).collect();
    Ok(answer::named(answer::file("application/x-pem-file", pem), "trust.pem"))
}

fn shown(door: &AdminDoor, anchor: &Anchor) -> Value {
    let names = &door.controls.snapshot().edge.names;
    let certificate = SentCertificate::new(&anchor.certificate, names);
    json!({"alias": anchor.alias, "source": anchor.source, "certificate": certificate})
}
