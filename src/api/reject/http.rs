//! Refusals that are HTTP's own: what no protocol of the org's has been reached for.

use std::time::Duration;

use super::{Cause, Reject, Reply, clipped, explain};

/// An error of HTTP's.
#[derive(Debug)]
pub(in crate::api) struct HttpError {
    pub status: u16,
    /// The code that REST gives it.
    pub code: &'static str,
    pub message: String,
    /// For 405: what would have been allowed.
    pub allow: Option<&'static str>,
}

impl Reject {
    /// Nothing lies at that path.
    pub fn not_found() -> Self {
        http(
            404,
            "NOT_FOUND",
            "The requested resource does not exist",
            ["a path that this org serves", "another one", "see docs/fidelity.md for what is served"],
        )
    }

    /// The path is right, the method is not.
    pub fn method(method: &::http::Method, allow: &'static str) -> Self {
        let method = clipped(method.as_str(), SHOWN);
        let message = format!("HTTP Method '{method}' not allowed. Allowed are {allow}");
        let mut reject = http(405, "METHOD_NOT_ALLOWED", &message, [allow, &method, "use a method that is allowed"]);
        if let Cause::Http(error) = &mut *reject.cause {
            error.allow = Some(allow);
        }
        reject
    }

    /// The body is longer than `limit` bytes, as sent or unpacked.
    pub fn too_large(limit: usize) -> Self {
        let message = format!("The request body is larger than {limit} bytes");
        let expected = format!("at most {limit} bytes, as sent and when unpacked");
        http(413, "REQUEST_ENTITY_TOO_LARGE", &message, [&expected, "more", "send less at a time"])
    }

    /// The body did not arrive in time.
    pub fn too_slow(patience: Duration) -> Self {
        let patience = format!("all of the body within {patience:?}");
        let found = "a part of it, then silence";
        http(408, "REQUEST_TIMEOUT", "The request body did not arrive in time", [&patience, found, "send it at once"])
    }

    /// The body ended too soon, or does not unpack.
    pub fn unreadable_body(error: &str) -> Self {
        let cure = "check Content-Length, Transfer-Encoding and Content-Encoding against what is sent";
        http(400, "BAD_REQUEST", "The request body could not be read", ["a whole body", error, cure])
    }

    /// A `Content-Encoding` that is not known here.
    pub fn unknown_encoding(coding: &str) -> Self {
        let coding = clipped(coding, SHOWN);
        let message = format!("Content-Encoding '{coding}' is not supported");
        let expected = "gzip, deflate or none at all";
        http(415, "UNSUPPORTED_MEDIA_TYPE", &message, [expected, &coding, "send the body plain or with gzip"])
    }

    /// A Host that is none, more than one, or not the host of the request's target.
    pub fn bad_host(found: &str) -> Self {
        let expected = "one Host: a name or an address, with or without a port";
        let cure = "send Host once, and the same as in the URL; a proxy between may add its own";
        http(400, "BAD_REQUEST", "The Host header is missing, repeated or malformed", [expected, found, cure])
    }

    /// The Host is not the name that the handshake asked for.
    pub fn misdirected(sni: &str, host: &str) -> Self {
        let expected = format!("Host {sni}, the name that the handshake asked for");
        let cure = "let the client use one name for TLS and HTTP; a proxy between may rewrite Host";
        http(421, "MISDIRECTED_REQUEST", "Host and TLS server name differ", [&expected, host, cure])
    }

    /// A login host on the mutual door, where only My Domain has one.
    pub fn login_host(host: &str, my_domain: &str) -> Self {
        let expected = format!("https://{my_domain}.my.salesforce.com:8443, the org's own host");
        let found = format!("{host} on the mutual door; edge.login-hosts = \"421\"");
        let cure = "log in and call by the My Domain URL with port 8443; see docs/refusals.md#login-host";
        let message = "This host takes no client certificates";
        http(421, "MISDIRECTED_REQUEST", message, [&expected, &found, cure])
    }
}

fn http(status: u16, code: &'static str, message: &str, [expected, found, cure]: [&str; 3]) -> Reject {
    let rule = format!("HTTP {status}");
    let explanation = explain(message, &rule, expected, found, cure);
    Reject::new(Cause::Http(HttpError { status, code, message: message.to_owned(), allow: None }), explanation)
}

/// So much of what a client sent is said back to it.
const SHOWN: usize = 60;

/// For people in a browser.
pub(super) fn page(cause: &Cause) -> Reply {
    match cause {
        Cause::Http(error) => Reply::text(error.status, format!("{}\n", error.message)),
        Cause::Injected(what) => Reply::text(what.status(), format!("{}\n", what.message())),
        Cause::Said { status, message, .. } => Reply::text(*status, format!("{message}\n")),
        Cause::Credentials(_) | Cause::Page { .. } | Cause::Query(_) | Cause::Refused(_) | Cause::Session => {
            Reply::text(403, "Access denied\n")
        }
    }
}
