//! `/v1/faults`: what goes wrong on purpose, by the keys of a scenario's `[[fault]]`.

use http::StatusCode;
use serde_json::{Value, json};
use warp::reply::Response;

use super::{AdminDoor, Request, answer};
use crate::api::reject::Reject;
use crate::scenario::FaultSpec;
use crate::scenario::file::FaultTable;

/// The parameters of clearing.
pub(super) const PARAMETERS: &[&str] = &["name"];

pub(super) fn list(door: &AdminDoor, _: &Request) -> Result<Response, Reject> {
    let faults: Vec<FaultTable> = door.controls.faults().iter().map(FaultSpec::keys).collect();
    Ok(answer::ok(&json!({"faults": faults})))
}

/// Sets one; it counts from now on.
pub(super) fn set(door: &AdminDoor, request: &Request) -> Result<Response, Reject> {
    let keys: Value = request.json()?;
    let spec = FaultSpec::from_keys(&keys, door.controls.scenario()).map_err(|why| Reject::bad_fault(&why))?;
    let keys = spec.keys();
    door.controls.set_fault(spec)?;
    Ok(answer::json(StatusCode::CREATED, &keys))
}

/// Clears one, or all of them where none is named.
pub(super) fn clear(door: &AdminDoor, request: &Request) -> Result<Response, Reject> {
    let names: Vec<String> = request.parameter("name").map(str::to_owned).into_iter().collect();
    let cleared = door.controls.clear_faults(&names)?;
    Ok(answer::ok(&json!({"cleared": cleared})))
}
