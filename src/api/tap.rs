//! Who listens to requests as they came, secrets included: the recorder, if there is one. Nothing is kept here.

use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

use bytes::Bytes;

use super::Head;
use super::reply::Reply;

/// A request and its answer, in the clear.
#[derive(Clone, Debug, Default)]
pub struct Passed {
    /// The place of its event in the journal.
    pub seq: u64,
    /// The connection it came on.
    pub handshake: u64,
    /// `GET`
    pub method: String,
    /// Path and query.
    pub target: String,
    /// In order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Unpacked.
    pub body: Bytes,
    /// Of the answer.
    pub status: u16,
    /// The answer's.
    pub answer: Bytes,
}

/// Told of every request, once it is in the journal and before the client has its answer.
#[derive(Clone, Default)]
pub struct Tap(Option<Arc<dyn Fn(Passed) + Send + Sync>>);

impl Tap {
    /// Calls this for every request, on a thread that serves: it must not block.
    pub fn new(listener: impl Fn(Passed) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(listener)))
    }

    pub(super) fn begin(&self, head: &Head) -> Option<Passed> {
        self.0.as_ref()?;
        let headers = head
            .headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
        // in HTTP/2 the host is no header, but part of what is asked for
        let host = head.host.as_ref().filter(|_| !head.headers.contains_key(http::header::HOST));
        let headers = headers.chain(host.map(|host| ("host".to_owned(), host.to_string())));
        let query = if head.query.is_empty() { String::new() } else { format!("?{}", head.query) };
        Some(Passed {
            handshake: head.peer.handshake,
            method: head.method.to_string(),
            target: format!("{}{query}", head.path),
            headers: headers.collect(),
            ..Passed::default()
        })
    }

    pub(super) fn end(&self, passed: Passed, seq: u64, reply: &Reply) {
        if let Some(listener) = &self.0 {
            let answer = Bytes::copy_from_slice(reply.body().as_bytes());
            listener(Passed { seq, status: reply.status, answer, ..passed });
        }
    }
}

impl Debug for Tap {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Tap(listening)" } else { "Tap(nobody)" })
    }
}
