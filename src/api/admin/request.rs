//! A request that has come past the guard: names from its path, parameters that its route knows, a body of JSON.

use bytes::Bytes;
use http::{HeaderMap, Method};
use serde::de::DeserializeOwned;

use super::Head;
use super::route::Route;
use crate::api::call;
use crate::api::reject::Reject;

/// A request.
pub(super) struct Request {
    captures: Vec<String>,
    parameters: Vec<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
}

impl Request {
    /// A parameter or a body that the route does not know is refused: a typing error should not pass for a wish.
    pub(super) fn new(route: &Route, captures: Vec<String>, head: Head, body: Bytes) -> Result<Self, Reject> {
        let parameters = call::pairs(head.query.as_bytes());
        for (at, (name, _)) in parameters.iter().enumerate() {
            let again = parameters[..at].iter().any(|(before, _)| before == name);
            if again || !route.parameters.contains(&name.as_str()) {
                return Err(Reject::unknown_parameter(name, route.parameters));
            }
        }
        let takes_body = matches!(head.method, Method::POST | Method::PUT | Method::PATCH);
        if !takes_body && !body.is_empty() {
            return Err(Reject::body_not_taken(&head.method));
        }
        Ok(Self { captures, parameters, headers: head.headers, body })
    }

    /// The names in the path, in order.
    pub(super) fn names<const N: usize>(&self) -> [&str; N] {
        std::array::from_fn(|at| self.captures.get(at).map_or("", String::as_str))
    }

    /// A query parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        call::find(&self.parameters, name)
    }

    /// A header, if it is text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body. None at all counts as `{}`.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, Reject> {
        let body = if self.body.is_empty() { b"{}".as_slice() } else { &self.body };
        // serde would take a list for an object, field by field
        if !body.trim_ascii_start().starts_with(b"{") {
            return Err(Reject::bad_json("an object is expected"));
        }
        serde_json::from_slice(body).map_err(|error| Reject::bad_json(&error.to_string()))
    }

    /// For a verb that needs to be told nothing: no body, or `{}`.
    pub(super) fn nothing(&self) -> Result<(), Reject> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Nothing {}

        self.json().map(|Nothing {}| ())
    }
}
