//! The head of what a client asks the proxy door for, read without losing what follows it. Its headers do not matter.

use std::fmt::{self, Display, Formatter};

use bytes::{Bytes, BytesMut};
use http::Uri;
use http::uri::Authority;
use tokio::io::{AsyncRead, AsyncReadExt};

use crate::tls::{MAX_HEADER_BYTES, MAX_HEADERS};

/// What a client asks for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Head {
    /// As sent.
    pub method: String,
    /// As sent.
    pub target: String,
    /// What came behind the head: the first bytes of the tunnel.
    pub ahead: Bytes,
}

/// Host and port, as CONNECT names them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Target {
    /// With brackets, if it is an IPv6 address.
    pub host: String,
    pub port: u16,
}

/// Why no head was read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Unread {
    /// The client left in the middle of it.
    Left,
    /// It is no head of HTTP/1.
    Malformed(String),
    /// TLS, where the proxy is spoken to in plain HTTP.
    Tls,
    /// More than the door reads: bytes, or headers.
    TooLarge(String),
}

/// A head on its way.
#[derive(Debug, Default)]
pub(super) struct Reading {
    bytes: BytesMut,
    /// Empty lines before it.
    skipped: usize,
    /// So many bytes hold no end.
    searched: usize,
    /// Whether the client has said anything.
    pub begun: bool,
}

impl Reading {
    /// Reads until the head is there. What came so far stays here, so that the caller may give up at any time.
    pub async fn read(&mut self, stream: &mut (impl AsyncRead + Unpin)) -> Result<Head, Unread> {
        loop {
            self.bytes.reserve(CHUNK);
            match stream.read_buf(&mut self.bytes).await {
                Ok(0) | Err(_) => return Err(Unread::Left),
                Ok(_) => self.begun = true,
            }
            if let Some(head) = self.head()? {
                return Ok(head);
            }
        }
    }

    /// The head, if its end has come.
    fn head(&mut self) -> Result<Option<Head>, Unread> {
        // RFC 9112 2.2: empty lines before a request are passed over
        while let Some(b'\r' | b'\n') = self.bytes.first() {
            let _ = self.bytes.split_to(1);
            self.skipped += 1;
        }
        if self.bytes.first() == Some(&TLS_HANDSHAKE) {
            return Err(Unread::Tls);
        }
        let from = self.searched.saturating_sub(END_BYTES - 1);
        let Some(end) = end_of_head(&self.bytes[from..]).map(|end| from + end) else {
            self.searched = self.bytes.len();
            return if self.skipped + self.bytes.len() > MAX_HEADER_BYTES { Err(too_many_bytes()) } else { Ok(None) };
        };
        if self.skipped + end > MAX_HEADER_BYTES {
            return Err(too_many_bytes());
        }
        let head = self.bytes.split_to(end);
        let ahead = std::mem::take(&mut self.bytes).freeze();
        parse(&head, ahead).map(Some)
    }
}

impl Head {
    /// Host and port of a CONNECT.
    pub fn connect_target(&self) -> Option<Target> {
        let authority: Authority = self.target.parse().ok()?;
        let is_bare = !self.target.contains('@') && !authority.host().is_empty();
        let port = authority.port_u16().filter(|&port| is_bare && port != 0)?;
        Some(Target { host: authority.host().to_owned(), port })
    }

    /// The host, and the port if there is one, whatever the form: no path, no query, nobody's password.
    pub fn host(&self) -> Option<String> {
        let uri: Uri = self.target.parse().ok()?;
        let host = uri.host()?;
        Some(uri.port_u16().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
    }
}

impl Display for Target {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// Behind the empty line; ends of lines may be bare line feeds (RFC 9112 2.2).
fn end_of_head(bytes: &[u8]) -> Option<usize> {
    let line_feeds = bytes.iter().enumerate().filter(|&(_, &byte)| byte == b'\n').map(|(at, _)| at);
    line_feeds.into_iter().find_map(|at| match bytes[at + 1..] {
        [b'\n', ..] => Some(at + 2),
        [b'\r', b'\n', ..] => Some(at + 3),
        _ => None,
    })
}

fn parse(bytes: &[u8], ahead: Bytes) -> Result<Head, Unread> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    match request.parse(bytes) {
        Ok(httparse::Status::Complete(_)) => {}
        Ok(httparse::Status::Partial) => return Err(Unread::Malformed("an empty line too early".into())),
        Err(httparse::Error::TooManyHeaders) => {
            return Err(Unread::TooLarge(format!("at most {MAX_HEADERS} headers")));
        }
        Err(error) => return Err(Unread::Malformed(error.to_string())),
    }
    let (method, target) = (request.method.unwrap_or_default(), request.path.unwrap_or_default());
    Ok(Head { method: method.to_owned(), target: target.to_owned(), ahead })
}

fn too_many_bytes() -> Unread {
    Unread::TooLarge(format!("at most {MAX_HEADER_BYTES} bytes"))
}

/// A line feed, a carriage return, a line feed.
const END_BYTES: usize = 3;
/// Read at a time.
const CHUNK: usize = 4 * 1024;
/// The first byte of a ClientHello's record.
const TLS_HANDSHAKE: u8 = 22;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What comes of these pieces, one after the other.
    fn read(pieces: &[&[u8]]) -> Result<Option<Head>, Unread> {
        let mut reading = Reading::default();
        let mut pieces = pieces.iter();
        while let Some(piece) = pieces.next() {
            reading.bytes.extend_from_slice(piece);
            if let Some(mut head) = reading.head()? {
                let rest = pieces.flat_map(|piece| piece.iter().copied());
                head.ahead = head.ahead.iter().copied().chain(rest).collect();
                return Ok(Some(head));
            }
        }
        Ok(None)
    }

    fn head(text: &str) -> Head {
        read(&[text.as_bytes()]).unwrap().unwrap()
    }

    #[test]
    fn what_follows_a_head_is_not_lost() {
        let head = head("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n\u{16}\u{3}\u{1}\r\n\r\n");
        assert_eq!((head.method.as_str(), head.target.as_str()), ("CONNECT", "a:443"));
        assert_eq!(&head.ahead[..], b"\x16\x03\x01\r\n\r\n");
    }

    #[test]
    fn a_target_is_a_host_and_a_port() {
        for (target, read) in [
            ("login.salesforce.com:443", Some("login.salesforce.com:443")),
            ("Login.Salesforce.com.:8443", Some("Login.Salesforce.com.:8443")),
            ("[::1]:8443", Some("[::1]:8443")),
            ("127.0.0.1:4443", Some("127.0.0.1:4443")),
            ("login.salesforce.com", None),
            ("login.salesforce.com:", None),
            ("login.salesforce.com:0", None),
            ("login.salesforce.com:65536", None),
            ("login.salesforce.com:-1", None),
            ("me:secret@login.salesforce.com:443", None),
            ("login.salesforce.com:443/path", None),
            ("https://login.salesforce.com:443", None),
            ("::1:8443", None),
            (":443", None),
            ("*", None),
            ("/", None),
        ] {
            let found = head(&format!("CONNECT {target} HTTP/1.1\r\n\r\n")).connect_target();
            assert_eq!(found.map(|target| target.to_string()).as_deref(), read, "{target}");
        }
    }

    #[test]
    fn what_is_said_of_other_targets_holds_no_path_and_no_password() {
        for (target, host) in [
            ("http://me:secret@localhost:4443/a?token=b", Some("localhost:4443")),
            ("http://example.com/a?token=b", Some("example.com")),
            ("/a?token=b", None),
            ("me:secret@example.com:443", Some("example.com:443")),
        ] {
            assert_eq!(head(&format!("GET {target} HTTP/1.1\r\n\r\n")).host().as_deref(), host, "{target}");
        }
    }

    #[test]
    fn what_is_no_head_is_told_from_what_is_too_large() {
        let many = |count| format!("CONNECT a:1 HTTP/1.1\r\n{}\r\n", "X: 1\r\n".repeat(count));
        assert!(read(&[many(MAX_HEADERS).as_bytes()]).is_ok());
        assert_eq!(read(&[many(MAX_HEADERS + 1).as_bytes()]), Err(Unread::TooLarge("at most 128 headers".into())));
        let long = |count: usize| format!("CONNECT a:1 HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(count - 29));
        assert_eq!(long(MAX_HEADER_BYTES).len(), MAX_HEADER_BYTES);
        assert!(read(&[long(MAX_HEADER_BYTES).as_bytes()]).is_ok());
        for text in [long(MAX_HEADER_BYTES + 1), "x".repeat(MAX_HEADER_BYTES + 1), "\n".repeat(MAX_HEADER_BYTES + 1)] {
            assert_eq!(read(&[text.as_bytes()]), Err(Unread::TooLarge("at most 65536 bytes".into())));
        }
        assert_eq!(read(&[b"\x16\x03\x01"]), Err(Unread::Tls));
        for text in
            ["CONNECT a:1\r\n\r\n", "PRI * HTTP/2.0\r\n\r\n", "CONNECT  a:1 HTTP/1.1\r\n\r\n", "\u{1}\n\n", "a\n\n"]
        {
            assert!(matches!(read(&[text.as_bytes()]), Err(Unread::Malformed(_))), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_head_reads_the_same_however_it_is_cut(
            lines in "\r?\n?",
            headers in proptest::collection::vec("[A-Za-z-]{1,12}: ?[ -~]{0,20}\r?\n", 0..6),
            ahead in proptest::collection::vec(any::<u8>(), 0..40),
            cuts in proptest::collection::vec(any::<proptest::sample::Index>(), 0..6),
        ) {
            let text = format!("{lines}CONNECT acme.my.salesforce.com:8443 HTTP/1.1\r\n{}\r\n", headers.concat());
            let bytes = [text.as_bytes(), &ahead].concat();
            let mut at: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            at.extend([0, bytes.len()]);
            at.sort_unstable();
            let pieces: Vec<&[u8]> = at.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
            let whole = read(&[&bytes]).unwrap().unwrap();
            prop_assert_eq!(&whole.target, "acme.my.salesforce.com:8443");
            prop_assert_eq!(&whole.ahead[..], &ahead[..]);
            prop_assert_eq!(read(&pieces).unwrap().unwrap(), whole);
        }

        #[test]
        fn anything_at_all_is_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(Some(head)) = read(&[&bytes]) {
                let _ = (head.connect_target(), head.host());
            }
        }

        #[test]
        fn anything_in_place_of_a_target_is_read_or_refused(target in "[!-~]{1,40}") {
            let head = read(&[format!("CONNECT {target} HTTP/1.1\r\n\r\n").as_bytes()]);
            if let Some(target) = head.ok().flatten().and_then(|head| head.connect_target()) {
                prop_assert!(!target.host.contains('@') && target.port != 0);
            }
        }
    }
}
