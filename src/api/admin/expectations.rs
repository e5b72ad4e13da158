//! `/v1/expectations`: how the scenario's expectations stand. They are judged in `journal`, and finished by whoever runs them.

use warp::reply::Response;

use super::{AdminDoor, Request, answer};
use crate::api::reject::Reject;

pub(super) fn show(door: &AdminDoor, _: &Request) -> Result<Response, Reject> {
    Ok(answer::ok(&door.controls.expectations().verdict()))
}
