//! Requests and their answers over HTTP/1.1 or HTTP/2, within limits: an answer that keeps none of them ends in an error that
//! says so.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Response, Uri, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::connection::{Connection, Sessions};
use super::ending::Ending;
use super::party::Door;
use crate::exchange::{Answer, Outcome, Prepared, Tls};
use crate::scenario::exchange::HttpVersion;

mod broken;

/// How long an answer may take, from the request's first byte to its own last.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

/// The bytes of an answer's body.
pub const LARGEST_ANSWER: usize = 16 * 1024 * 1024;

/// The bytes of an answer's head.
pub const LARGEST_ANSWER_HEAD: usize = 128 * 1024;

/// The headers of an answer.
pub const MOST_ANSWER_HEADERS: usize = 256;

/// A connection on which HTTP is spoken, until this is dropped.
pub(super) struct Line {
    door: Door,
    sender: Sender,
    driving: JoinHandle<()>,
    ending: Ending,
    sessions: Sessions,
    resumed: Option<bool>,
    tls: Tls,
}

enum Sender {
    Http1(http1::SendRequest<Full<Bytes>>),
    Http2(http2::SendRequest<Full<Bytes>>),
}

impl Drop for Line {
    fn drop(&mut self) {
        self.driving.abort();
    }
}

impl Line {
    /// Begins to speak what ALPN chose; `door` is where the connection leads.
    pub async fn begin(connection: Connection, door: Door) -> Result<Self, Outcome> {
        let (ending, sessions, resumed) = (connection.ending(), connection.sessions(), connection.resumed);
        let failed = |error: hyper::Error| ending.outcome().unwrap_or_else(|| broken::of_hyper(&error));
        let (version, tls) = (connection.http, connection.tls());
        let io = TokioIo::new(connection);
        let (sender, driving) = match version {
            HttpVersion::Http1 => {
                let mut builder = http1::Builder::new();
                builder.max_buf_size(LARGEST_ANSWER_HEAD).max_headers(MOST_ANSWER_HEADERS).title_case_headers(true);
                let (sender, driver) = builder.handshake(io).await.map_err(failed)?;
                (Sender::Http1(sender), tokio::spawn(async move { drop(driver.await) }))
            }
            HttpVersion::Http2 => {
                let mut builder = http2::Builder::new(TokioExecutor::new());
                builder.max_header_list_size(LARGEST_ANSWER_HEAD as u32);
                let (sender, driver) = builder.handshake(io).await.map_err(failed)?;
                (Sender::Http2(sender), tokio::spawn(async move { drop(driver.await) }))
            }
        };
        Ok(Self { door, sender, driving, ending, sessions, resumed, tls })
    }

    /// Where it leads.
    pub fn door(&self) -> &Door {
        &self.door
    }

    /// The TLS sessions that it is given.
    pub fn sessions(&self) -> Sessions {
        self.sessions.clone()
    }

    /// Sends a request and reads its answer. Redirects are answers as any other. `last` tells an HTTP/1.1 server that nothing
    /// more is going to be asked.
    pub async fn ask(&mut self, prepared: &Prepared, last: bool, limit: Duration) -> Outcome {
        let answered = timeout(limit, self.answer(prepared, last)).await;
        match answered {
            Ok(Ok(answer)) => Outcome::Answered(answer),
            // what the connection says is nearer to the cause than what HTTP makes of it
            Ok(Err(outcome)) => self.ending.outcome().unwrap_or(outcome),
            Err(_) => Outcome::Failed(format!("no whole answer within {} s", limit.as_secs())),
        }
    }

    async fn answer(&mut self, prepared: &Prepared, last: bool) -> Result<Answer, Outcome> {
        let request = self.request(prepared, last).map_err(Outcome::Failed)?;
        let (response, http) = self.send(request).await?;
        let (head, body) = response.into_parts();
        if head.headers.len() > MOST_ANSWER_HEADERS {
            return Err(Outcome::Failed(format!("an answer of more than {MOST_ANSWER_HEADERS} headers")));
        }
        let body = Limited::new(body, LARGEST_ANSWER).collect().await.map_err(|error| broken::of_body(&*error))?;
        let headers = head
            .headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
        let (headers, body) = (headers.collect(), body.to_bytes().to_vec());
        Ok(Answer {
            status: head.status.as_u16(),
            headers,
            body,
            http: Some(http),
            resumed: self.resumed,
            tls: Some(self.tls),
        })
    }

    async fn send(&mut self, request: Request<Full<Bytes>>) -> Result<(Response<Incoming>, HttpVersion), Outcome> {
        let gone = |_| Outcome::Closed("the other side had ended the connection before".into());
        let (response, version) = match &mut self.sender {
            Sender::Http1(sender) => {
                sender.ready().await.map_err(gone)?;
                (sender.send_request(request).await, HttpVersion::Http1)
            }
            Sender::Http2(sender) => {
                sender.ready().await.map_err(gone)?;
                (sender.send_request(request).await, HttpVersion::Http2)
            }
        };
        response.map(|response| (response, version)).map_err(|error| broken::of_hyper(&error))
    }

    fn request(&self, prepared: &Prepared, last: bool) -> Result<Request<Full<Bytes>>, String> {
        let target: Uri = prepared.target.parse().map_err(|_| format!("{:?} is no path", prepared.target))?;
        let method = Method::from_bytes(prepared.method.as_bytes()).map_err(|error| error.to_string())?;
        let mut request = Request::new(Full::from(prepared.body.clone()));
        *request.method_mut() = method;
        let headers = request.headers_mut();
        for (name, value) in &prepared.headers {
            let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|error| error.to_string())?;
            let value =
                HeaderValue::from_bytes(value.as_bytes()).map_err(|_| format!("the header {name} has no value"))?;
            headers.append(parsed, value);
        }
        if !headers.contains_key(header::HOST) {
            let host = HeaderValue::from_str(&self.door.authority).map_err(|error| error.to_string())?;
            headers.insert(header::HOST, host);
        }
        match self.sender {
            Sender::Http1(_) => {
                if last {
                    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
                }
                *request.uri_mut() = target;
            }
            // there the host is part of what is asked for
            Sender::Http2(_) => {
                let host = headers.remove(header::HOST);
                let host = host.as_ref().and_then(|host| host.to_str().ok()).unwrap_or_default();
                let path = target.path_and_query().map_or("/", |path| path.as_str());
                let uri = Uri::builder().scheme("https").authority(host).path_and_query(path).build();
                *request.uri_mut() = uri.map_err(|_| format!("{host:?} is no host"))?;
            }
        }
        Ok(request)
    }
}
