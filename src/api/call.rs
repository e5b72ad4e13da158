//! A request as the handlers see it: past the edge, body read, one view of the org for all of its life.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method};
use warp::host::Authority;

use super::Head;
use crate::data::Id;
use crate::org::{Edge, Org};
use crate::store::EdgeState;
use crate::tls::Peer;

/// A request.
pub(super) struct Call {
    pub method: Method,
    /// As it came, without its query.
    pub path: String,
    /// Decoded, empty ones left out: slashes at the end or doubled do not matter.
    pub segments: Vec<String>,
    pub query: Vec<(String, String)>,
    pub body: Bytes,
    pub host: Option<Authority>,
    pub peer: Arc<Peer>,
    /// What the edge passed on; a chain that does not hold never gets here.
    pub edge: Edge,
    pub org: Arc<Org>,
    pub edge_state: Arc<EdgeState>,
    headers: HeaderMap,
}

impl Call {
    pub fn new(head: Head, edge: Edge, body: Bytes, org: Arc<Org>, edge_state: Arc<EdgeState>) -> Self {
        Self {
            method: head.method,
            segments: segments(&head.path).map(|segment| decoded(segment, false).into_owned()).collect(),
            path: head.path,
            query: pairs(head.query.as_bytes()),
            body,
            host: head.host,
            peer: head.peer,
            edge,
            org,
            edge_state,
            headers: head.headers,
        }
    }

    /// A header's value, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The cookie of that name; an h2 client may send each in a header of its own.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let headers = self.headers.get_all("cookie").iter().filter_map(|value| value.to_str().ok());
        let mut pairs = headers.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(given, _)| *given == name).map(|(_, value)| value)
    }

    /// The first query parameter of that name.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        find(&self.query, name)
    }

    /// `Authorization: SCHEME …`, the scheme in any case.
    pub fn authorization(&self, scheme: &str) -> Option<&str> {
        let (given, rest) = self.header("authorization")?.trim().split_once(' ')?;
        given.eq_ignore_ascii_case(scheme).then(|| rest.trim())
    }

    /// The session that REST calls name.
    pub fn token(&self) -> Option<&str> {
        self.authorization("Bearer").or_else(|| self.authorization("OAuth"))
    }

    /// Whether it reads: GET and HEAD are one.
    pub fn reads(&self) -> bool {
        self.method == Method::GET || self.method == Method::HEAD
    }
}

/// The first value under that name.
pub(super) fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// The parts of a path that are not empty, as they came.
pub(super) fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

/// The pairs of a query or a form.
pub(super) fn pairs(encoded: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(encoded);
    let pairs = text.trim().split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(key, true).into_owned(), decoded(value, true).into_owned())
        })
        .collect()
}

/// Percent-encoded, so that it is one value of a query: only what RFC 3986 leaves unreserved stays.
pub(super) fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(byte)),
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}

/// Percent-decoded; a `%` that introduces nothing stays, and what is not UTF-8 is replaced.
pub(super) fn decoded(text: &str, plus_is_space: bool) -> Cow<'_, str> {
    if !text.contains(['%', '+']) {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        match (first, tail) {
            (b'+', _) if plus_is_space => bytes.push(b' '),
            (b'%', [high, low, after @ ..]) => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => {
                    bytes.push(high << 4 | low);
                    rest = after;
                }
                _ => bytes.push(first),
            },
            _ => bytes.push(first),
        }
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// The characters of a path in the journal.
pub const LONGEST_PATH: usize = 200;

/// A path for the journal: ids as `{id}`, what looks like a session or a JWT as `{token}`, and no longer than a line.
pub(super) fn masked(path: &str) -> String {
    let text = path.split('/').map(masked_segment).collect::<Vec<_>>().join("/");
    if text.chars().count() <= LONGEST_PATH { text } else { text.chars().take(LONGEST_PATH).chain(['…']).collect() }
}

fn masked_segment(segment: &str) -> &str {
    let plain = decoded(segment, false);
    let is_session = plain.contains("00D") && plain.contains('!');
    let is_jwt = plain.contains("eyJ") && plain.contains('.');
    match Id::parse(&plain) {
        _ if is_session || is_jwt => "{token}",
        Some(_) if plain.starts_with('0') => "{id}",
        _ => segment,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_decoded_with_plus_and_percent() {
        let read = pairs(b"a=b+c%20d&e=%C3%A9&f&g=100%&h=x%3Dy=z");
        let expected = [("a", "b c d"), ("e", "é"), ("f", ""), ("g", "100%"), ("h", "x=y=z")];
        assert_eq!(read, expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
    }

    #[test]
    fn what_is_encoded_is_read_again() {
        assert_eq!(encoded("a b&c=d%é~"), "a%20b%26c%3Dd%25%C3%A9~");
        assert_eq!(decoded(&encoded("a b&c=d%é~+"), true), "a b&c=d%é~+");
    }

    #[test]
    fn ids_are_masked() {
        assert_eq!(masked("/id/00D5e0000000001EAA/0055e0000000001AAA"), "/id/{id}/{id}");
        assert_eq!(masked("/services/data/v68.0/limits/"), "/services/data/v68.0/limits/");
        assert_eq!(masked("/secur/sid=00D5e0000000001!AQx/x"), "/secur/{token}/x");
        assert_eq!(masked("/00D5e0000000001%21AQx"), "/{token}");
        assert_eq!(masked("/eyJhbGciOiJSUzI1NiJ9.e30.AA"), "/{token}");
    }
}
