//! `/v1/clock`: the org's clock. The wall's is shown, and nobody's to move.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;
use warp::reply::Response;

use super::{AdminDoor, Request, answer};
use crate::api::reject::Reject;
use crate::scenario;

pub(super) fn show(door: &AdminDoor, _: &Request) -> Result<Response, Reject> {
    let clock = door.controls.clock();
    let clock = json!({"org_time": clock.org_now(), "wall_time": clock.wall_now(), "stands": clock.stands()});
    Ok(answer::ok(&clock))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    advance: Option<String>,
    set: Option<Timestamp>,
}

pub(super) fn set(door: &AdminDoor, request: &Request) -> Result<Response, Reject> {
    match request.json()? {
        Change { advance: Some(by), set: None } => {
            let by = scenario::duration(&by)
                .ok_or_else(|| Reject::bad_value("advance", "\"30d\", \"-2d\" or \"90m\"", &by))?;
            door.controls.advance(by)?;
        }
        Change { advance: None, set: Some(time) } => {
            door.controls.set_clock(time)?;
        }
        _ => return Err(Reject::one_of(&["advance", "set"])),
    }
    show(door, request)
}
