//! Answers that are no refusals: JSON, files, nothing.

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use warp::reply::Response;

/// JSON.
pub(super) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    // only maps with keys that are not text could fail; there are none
    let body = serde_json::to_vec(value).unwrap_or_default();
    let mut response = file("application/json", body);
    *response.status_mut() = status;
    response
}

/// 200 and JSON.
pub(super) fn ok(value: &impl Serialize) -> Response {
    json(StatusCode::OK, value)
}

/// 200 and a file.
pub(super) fn file(content_type: &'static str, body: impl Into<Bytes>) -> Response {
    let mut response = Response::new(body.into().into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// 204.
pub(super) fn nothing() -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

/// The name under which a browser keeps a file.
pub(super) fn named(mut response: Response, name: &str) -> Response {
    // names of clients are letters, digits and hyphens; what is not goes without
    if let Ok(value) = HeaderValue::try_from(format!("attachment; filename=\"{}\"", name.replace(['"', '\\'], "_"))) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    response
}
