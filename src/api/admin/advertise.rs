//! `/v1/advertise`: the doors as they are seen from outside a port mapping.

use serde::{Deserialize, Serialize};
use warp::reply::Response;

use super::{AdminDoor, Request, answer};
use crate::api::Outside;
use crate::api::reject::Reject;

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Seen {
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    standard_port: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mutual_port: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proxy_port: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    admin_port: Option<u16>,
}

pub(super) fn show(door: &AdminDoor, _: &Request) -> Result<Response, Reject> {
    let Outside { host, standard_port, mutual_port, proxy_port, admin_port } = (*door.addresses.outside()).clone();
    Ok(answer::ok(&Seen { host, standard_port, mutual_port, proxy_port, admin_port }))
}

/// It replaces what was advertised before; `{}` takes it back.
pub(super) fn set(door: &AdminDoor, request: &Request) -> Result<Response, Reject> {
    let Seen { host, standard_port, mutual_port, proxy_port, admin_port } = request.json()?;
    let outside = Outside { host, standard_port, mutual_port, proxy_port, admin_port };
    door.addresses.advertise(&door.controls, outside)?;
    show(door, request)
}
