//! `/v1/users`: what users may do, and ending their sessions.

use serde_json::json;
use warp::reply::Response;

use super::{AdminDoor, Request, answer, org};
use crate::api::reject::Reject;
use crate::scenario::Permission;

pub(super) fn grant(door: &AdminDoor, request: &Request) -> Result<Response, Reject> {
    request.nothing()?;
    let [username, name] = request.names();
    door.controls.grant(username, permission(name)?)?;
    user(door, username)
}

pub(super) fn deny(door: &AdminDoor, request: &Request) -> Result<Response, Reject> {
    let [username, name] = request.names();
    door.controls.deny(username, permission(name)?)?;
    user(door, username)
}

pub(super) fn expire_sessions(door: &AdminDoor, request: &Request) -> Result<Response, Reject> {
    request.nothing()?;
    let [username] = request.names();
    let ended = door.controls.expire_sessions(username)?;
    Ok(answer::ok(&json!({"ended": ended})))
}

fn permission(name: &str) -> Result<Permission, Reject> {
    let found = Permission::ALL.into_iter().find(|permission| permission.name() == name);
    found.ok_or_else(|| Reject::unknown_permission(name))
}

/// The user as things stand now.
fn user(door: &AdminDoor, username: &str) -> Result<Response, Reject> {
    let snapshot = door.controls.snapshot();
    let user =
        snapshot.org.user_named(username).ok_or_else(|| Reject::from(crate::controls::UnknownUser(username.into())))?;
    Ok(answer::ok(&org::user(&snapshot.org, user)))
}
