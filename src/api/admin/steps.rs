//! `/v1/steps`: playing a step that is there to be called.

use warp::reply::Response;

use super::{AdminDoor, Request, answer};
use crate::api::reject::Reject;

pub(super) fn play(door: &AdminDoor, request: &Request) -> Result<Response, Reject> {
    request.nothing()?;
    let [name] = request.names();
    door.controls.step(name)?;
    Ok(answer::nothing())
}
