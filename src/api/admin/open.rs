//! What everybody may read: whether the org is up, and the CRLs that certificates point to.

use serde_json::json;
use warp::reply::Response;

use super::{AdminDoor, Request, answer};
use crate::api::reject::Reject;

pub(super) fn health(door: &AdminDoor, _: &Request) -> Result<Response, Reject> {
    let (org, now) = (&door.controls.snapshot().org, door.controls.clock().org_now());
    let version = env!("CARGO_PKG_VERSION");
    Ok(answer::ok(&json!({"status": "ok", "org": org.id.as_str(), "org_time": now, "version": version})))
}

/// The CRL that the edge judges by, brought up to date if it came due.
pub(super) fn crl(door: &AdminDoor, request: &Request) -> Result<Response, Reject> {
    let [name] = request.names();
    let (edge, _) = door.controls.edge();
    let identities = door.controls.identities();
    let name = identities.authority(name).map_or(name, |ca| &*identities.keeper(ca).name);
    let crl = edge.minted_crls.crls.iter().find(|(ca, _, _)| ca == name);
    let (_, der, _) = crl.ok_or_else(|| Reject::no_crl(name))?;
    Ok(answer::file("application/pkix-crl", der.clone()))
}
