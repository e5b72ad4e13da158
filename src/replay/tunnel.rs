//! A tunnel through the proxy door of an org of ours: asked for by CONNECT, given or refused.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::http::{LARGEST_ANSWER_HEAD, MOST_ANSWER_HEADERS};
use crate::exchange::Outcome;

/// Asks for a tunnel to `target`; the outcome, if there is none.
pub(super) async fn through(tcp: &mut TcpStream, target: &str) -> Result<(), Outcome> {
    let failed = |why: String| Outcome::Failed(format!("the proxy: {why}"));
    let request = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n");
    tcp.write_all(request.as_bytes()).await.map_err(|error| failed(error.to_string()))?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        // not a byte more than the head: what follows it is the tunnel's
        let byte = tcp.read_u8().await.map_err(|error| failed(format!("no whole answer to CONNECT: {error}")))?;
        head.push(byte);
        if head.len() > LARGEST_ANSWER_HEAD {
            return Err(failed(format!("an answer whose head is larger than {LARGEST_ANSWER_HEAD} bytes")));
        }
    }
    let mut headers = [httparse::EMPTY_HEADER; MOST_ANSWER_HEADERS];
    let mut answer = httparse::Response::new(&mut headers);
    answer.parse(&head).map_err(|error| failed(format!("an answer that is no HTTP/1.1: {error}")))?;
    match (answer.code, answer.reason) {
        (Some(200..=299), _) => Ok(()),
        (Some(status), reason) => Err(Outcome::NoTunnel { status, reason: reason.unwrap_or_default().to_owned() }),
        (None, _) => Err(failed("an answer without a status".into())),
    }
}
