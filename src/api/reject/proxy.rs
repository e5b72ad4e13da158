//! How the proxy door says no: a status, a reason phrase that tells why (many clients show nothing else), and plain text.

use std::time::Duration;

use super::{SHOWN_TARGET, clipped, explain};
use crate::api::address::Elsewhere;
use crate::journal::Explanation;

/// Why a client gets no tunnel.
#[derive(Clone, Debug)]
pub(in crate::api) struct Refusal {
    /// None if there is nobody to answer.
    pub status: Option<u16>,
    pub explanation: Explanation,
}

impl Refusal {
    /// A target that leads to none of our doors.
    pub fn elsewhere(target: &str, elsewhere: &Elsewhere, hosts: &str) -> Self {
        let target = clipped(target, SHOWN_TARGET);
        let names = format!("{hosts} on port 443 (the standard door) or 8443 (the mutual door)");
        let (headline, expected, cure) = match elsewhere {
            Elsewhere::DirectPort(standard, mutual) => (
                // without the port: a free one differs between runs, and headlines are in the canonical journal
                format!("{} has no door on that port", target.rsplit_once(':').map_or(&*target, |(host, _)| host)),
                format!("port {standard} (the standard door) or {mutual} (the mutual door) of this host"),
                "let the client go there directly: NO_PROXY=localhost,127.0.0.1,::1".to_owned(),
            ),
            Elsewhere::Host => (
                format!("{target} is not this org's, and mockorg's proxy dials nobody"),
                names,
                "leave this host to the client's own network: list it in NO_PROXY".to_owned(),
            ),
            Elsewhere::MyDomain(ours, label) => (
                format!("{target} is another org's My Domain; this org's is {ours}"),
                names,
                format!(
                    "point the client at {ours}, or give the scenario's [org] my-domain = {:?}",
                    clipped(label, 63)
                ),
            ),
            Elsewhere::ServicePort => (
                format!("{target} is none of the service's ports"),
                names,
                "use 443, or 8443 with a client certificate".to_owned(),
            ),
        };
        Self::new(403, &headline, &expected, &format!("CONNECT {target}"), &cure)
    }

    /// A CONNECT that names no host and port.
    pub fn bad_target() -> Self {
        let found = "something else";
        let cure = "look at what the client calls: the target of CONNECT is the host and port of an https URL";
        Self::new(400, "CONNECT names no host and port", "CONNECT host:port", found, cure)
    }

    /// A request for the proxy to make.
    pub fn bad_method(method: &str) -> Self {
        let method = clipped(method, SHOWN_TARGET);
        let cure =
            "use https URLs and set HTTPS_PROXY, not HTTP_PROXY; the doors themselves are called without a proxy";
        Self::new(405, "this is mockorg's proxy door, which knows CONNECT only", "CONNECT host:port", &method, cure)
    }

    /// Not HTTP/1, or damaged.
    pub fn malformed(what: &str) -> Self {
        let cure = "set HTTPS_PROXY to the kit's proxy_url, and call the doors themselves by https";
        Self::new(400, "what came is no HTTP/1.1 request", "CONNECT host:port HTTP/1.1", what, cure)
    }

    /// TLS spoken to the proxy itself.
    pub fn tls() -> Self {
        let cure = "write http:// in HTTPS_PROXY: TLS begins inside the tunnel";
        Self::new(400, "TLS on the proxy door", "plain HTTP", "the beginning of a TLS handshake", cure)
    }

    /// A head beyond the limits.
    pub fn too_large(limit: &str) -> Self {
        Self::new(431, "the head of the request is too large", limit, "more", "send fewer or shorter headers")
    }

    /// A head that does not end.
    pub fn too_slow(limit: Duration) -> Self {
        let expected = format!("a whole head within {limit:?}");
        Self::new(
            408,
            "the head of the request took too long",
            &expected,
            "a part of one",
            "look at what the client waits for",
        )
    }

    /// A client that went in the middle.
    pub fn left() -> Self {
        let (headline, cure) = ("the client left before it had asked", "look at the client's own time-outs");
        let explanation = explain(headline, RULE, "a whole head", "a part of one", cure);
        Self { status: None, explanation }
    }

    fn new(status: u16, headline: &str, expected: &str, found: &str, cure: &str) -> Self {
        let mut explanation = explain(headline, RULE, expected, found, &format!("{cure}; see docs/proxy.md#refusals"));
        explanation.client = Some(format!("saw {status} instead of a tunnel"));
        Self { status: Some(status), explanation }
    }

    /// As it goes over the wire; `HEAD` has no body. None if there is nobody to answer.
    pub fn answer(&self, method: Option<&str>) -> Option<String> {
        let status = self.status?;
        let Explanation { headline, expected, cure, .. } = &self.explanation;
        let reason = headline.strip_prefix("refused: ").unwrap_or(headline);
        let text = format!("{headline}\n  expected  {expected}\n  cure      {cure}\n");
        let allow = if status == 405 { "Allow: CONNECT\r\n" } else { "" };
        let length = text.len();
        let body = if method == Some("HEAD") { "" } else { &text };
        Some(format!(
            "HTTP/1.1 {status} {}\r\nContent-Type: text/plain; charset=utf-8\r\n{allow}Content-Length: {length}\r\n\
             Connection: close\r\n\r\n{body}",
            printable(reason),
        ))
    }
}

/// What a status line can hold.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '?' }).collect()
}

const RULE: &str = "the proxy door leads to this org's own doors only";
