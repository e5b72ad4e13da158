//! `/v1/expectations`: how what is expected of the run stands now.

use warp::reply::Response;

use super::journal::{Form, form};
use super::{AdminDoor, Request, answer};
use crate::api::reject::Reject;

pub(super) const PARAMETERS: &[&str] = &["form"];

pub(super) fn show(door: &AdminDoor, request: &Request) -> Result<Response, Reject> {
    let verdict = door.controls.expectations().verdict();
    match form(request)? {
        Form::Json => Ok(answer::ok(&verdict)),
        Form::Text => Ok(answer::file("text/plain; charset=utf-8", verdict.text())),
        Form::Canonical => Err(Reject::bad_value("form", "json or text", "canonical")),
    }
}
