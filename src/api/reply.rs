//! An answer before it is HTTP: status, content type, headers, text.

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use warp::reply::Response;

use super::call::Call;

/// An answer.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub status: u16,
    content_type: &'static str,
    headers: Vec<(&'static str, String)>,
    body: String,
    /// For HEAD: as long as the body would be.
    length: Option<usize>,
    /// What `[chaos]` did to it.
    pub decisions: Vec<String>,
}

impl Reply {
    pub fn new(status: u16, content_type: &'static str, body: String) -> Self {
        Self { status, content_type, headers: Vec::new(), body, length: None, decisions: Vec::new() }
    }

    /// 200 and JSON, indented if the client asks for it (`X-PrettyPrint: 1`).
    pub fn json(call: &Call, value: &impl Serialize) -> Self {
        let pretty = call.header("x-prettyprint").is_some_and(|value| value.trim() == "1" || value.trim() == "true");
        Self::json_with_status(200, value, pretty)
    }

    pub fn json_with_status(status: u16, value: &impl Serialize, pretty: bool) -> Self {
        let text = if pretty { serde_json::to_string_pretty(value) } else { serde_json::to_string(value) };
        // Only maps with keys that are not text could fail; there are none.
        Self::new(status, "application/json;charset=UTF-8", text.unwrap_or_default())
    }

    pub fn html(status: u16, body: String) -> Self {
        Self::new(status, "text/html; charset=UTF-8", body)
    }

    pub fn text(status: u16, body: impl Into<String>) -> Self {
        Self::new(status, "text/plain;charset=UTF-8", body.into())
    }

    pub fn xml(status: u16, body: String) -> Self {
        Self::new(status, "text/xml; charset=utf-8", body)
    }

    /// To another place; `status` is 302, or 303 where a form was sent.
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::new(status, "", String::new()).with("location", location).uncached()
    }

    /// The text.
    pub fn body(&self) -> &str {
        &self.body
    }

    pub fn with(mut self, header: &'static str, value: &str) -> Self {
        self.headers.push((header, value.to_owned()));
        self
    }

    /// What `[chaos]` did to it, for the journal.
    pub fn decided(mut self, decisions: Vec<String>) -> Self {
        self.decisions.extend(decisions);
        self
    }

    /// For answers that carry a secret.
    pub fn uncached(self) -> Self {
        self.with("cache-control", "no-cache,no-store")
    }

    pub fn without_body(mut self) -> Self {
        self.length = Some(self.body.len());
        self.body = String::new();
        self
    }

    /// The answer, and its body apart, whose length the head says: for a body that is to come otherwise than at once.
    pub fn into_parts(mut self) -> (Response, Bytes) {
        let body = std::mem::take(&mut self.body);
        self.length = Some(body.len());
        (self.into_response(), body.into())
    }

    pub fn into_response(self) -> Response {
        let mut response = Response::new(self.body.into());
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        if !self.content_type.is_empty() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        }
        if let Some(length) = self.length {
            headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
        }
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        response
    }
}
