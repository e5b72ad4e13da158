//! One request and its answer over HTTP/1.1, within limits: an answer that keeps none of them ends in an error that says so.

use std::error::Error;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Uri, header};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::time::timeout;

use super::connection::Connection;
use super::party::Door;
use crate::exchange::{Answer, Outcome, Prepared};

/// How long an answer may take, from the request's first byte to its own last.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

/// The bytes of an answer's body.
pub const LARGEST_ANSWER: usize = 16 * 1024 * 1024;

/// The bytes of an answer's head.
pub const LARGEST_ANSWER_HEAD: usize = 128 * 1024;

/// The headers of an answer.
pub const MOST_ANSWER_HEADERS: usize = 256;

/// Sends a request and reads its answer. Redirects are answers as any other.
pub(super) async fn exchange(connection: Connection, door: &Door, prepared: &Prepared, limit: Duration) -> Outcome {
    let (ending, tls) = (connection.ending(), connection.tls());
    let answered = timeout(limit, answer(connection, door, prepared)).await;
    match answered {
        Ok(Ok(answer)) => Outcome::Answered(Answer { tls: Some(tls), ..answer }),
        // what the connection says is nearer to the cause than what HTTP makes of it
        Ok(Err(outcome)) => ending.outcome().unwrap_or(outcome),
        Err(_) => Outcome::Failed(format!("no whole answer within {} s", limit.as_secs())),
    }
}

async fn answer(connection: Connection, door: &Door, prepared: &Prepared) -> Result<Answer, Outcome> {
    let request = request(door, prepared).map_err(Outcome::Failed)?;
    let connecting = http1::Builder::new()
        .max_buf_size(LARGEST_ANSWER_HEAD)
        .max_headers(MOST_ANSWER_HEADERS)
        .title_case_headers(true)
        .handshake(TokioIo::new(connection));
    let (mut sender, driver) = connecting.await.map_err(|error| broken_off(&error))?;
    let driving = tokio::spawn(driver);
    let answered = async {
        let response = sender.send_request(request).await.map_err(|error| broken_off(&error))?;
        let (head, body) = response.into_parts();
        let body =
            Limited::new(body, LARGEST_ANSWER).collect().await.map_err(|error| Outcome::Failed(of_body(&*error)))?;
        let headers = head
            .headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
        let headers = headers.collect();
        Ok(Answer { status: head.status.as_u16(), headers, body: body.to_bytes().to_vec(), tls: None })
    };
    let answered = answered.await;
    driving.abort();
    answered
}

fn request(door: &Door, prepared: &Prepared) -> Result<Request<Full<Bytes>>, String> {
    let target: Uri = prepared.target.parse().map_err(|_| format!("{:?} is no path", prepared.target))?;
    let method = Method::from_bytes(prepared.method.as_bytes()).map_err(|error| error.to_string())?;
    let mut request = Request::new(Full::from(prepared.body.clone()));
    *request.method_mut() = method;
    *request.uri_mut() = target;
    let headers = request.headers_mut();
    for (name, value) in &prepared.headers {
        let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|error| error.to_string())?;
        let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| format!("the header {name} has no value"))?;
        headers.append(parsed, value);
    }
    if !headers.contains_key(header::HOST) {
        headers.insert(header::HOST, HeaderValue::from_str(&door.authority).map_err(|error| error.to_string())?);
    }
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    Ok(request)
}

fn of_body(error: &(dyn Error + Send + Sync + 'static)) -> String {
    if error.is::<LengthLimitError>() {
        return format!("an answer without end: more than {LARGEST_ANSWER} bytes of a body");
    }
    match error.downcast_ref::<hyper::Error>() {
        Some(error) => broken(error),
        None => error.to_string(),
    }
}

/// Of an answer that did not come, or is none.
fn broken_off(error: &hyper::Error) -> Outcome {
    let is_io = error.source().is_some_and(|cause| cause.is::<std::io::Error>());
    match error.is_incomplete_message() || error.is_canceled() || is_io {
        true => Outcome::Closed("the connection ended before the answer did".into()),
        false => Outcome::Failed(broken(error)),
    }
}

/// What is wrong with an answer.
fn broken(error: &hyper::Error) -> String {
    if error.is_parse_too_large() {
        return format!("an answer whose head is larger than {LARGEST_ANSWER_HEAD} bytes");
    }
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    match error.is_parse() {
        true => format!("an answer that is no HTTP/1.1: {error}"),
        false => format!("{error}{cause}"),
    }
}
