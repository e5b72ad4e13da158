//! The proxy door's own event.

use serde::Serialize;

use crate::journal::Explanation;

/// What the proxy door refused. None of the client's headers is kept, `Proxy-Authorization` among them.
#[derive(Clone, Debug, Serialize)]
pub struct Proxy {
    /// `127.0.0.1:50000`
    pub remote: String,
    /// `CONNECT`, as far as it could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Host and port that the client asked for, as far as they could be read; no path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connect: Option<String>,
    /// HTTP status; absent if the client did not wait for an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why.
    pub explanation: Explanation,
}
