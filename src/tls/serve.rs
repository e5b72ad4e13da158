//! HTTP over one connection: HTTP/1.1 and h2 by ALPN, with limits on what a client may send before anybody reads it.

use std::convert::Infallible;
use std::error::Error as StdError;
use std::time::Duration;

use http::{Request, Response};
use hyper::body::{Body, Incoming};
use hyper::service::Service;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite};

use super::listener::Stop;

/// The bytes of a request's head, in HTTP/1.1 and h2 alike; more is answered by 431.
pub const MAX_HEADER_BYTES: usize = 64 * 1024;

/// The headers of one request; more is answered by 431.
pub const MAX_HEADERS: usize = 128;

/// How long a client may take over a request's head, and leave a connection unused.
const HEADER_TIMEOUT: Duration = Duration::from_secs(60);

/// Requests at once on one h2 connection.
const MAX_STREAMS: u32 = 128;

/// Serves requests until the client leaves or the org stops; then the one in hand is still answered.
pub async fn serve<IO, S, B>(io: IO, service: S, mut stop: Stop)
where
    IO: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Send + 'static,
    S::Future: Send + 'static,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(MAX_HEADER_BYTES)
        .max_headers(MAX_HEADERS);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(MAX_HEADER_BYTES as u32)
        .max_concurrent_streams(MAX_STREAMS)
        .keep_alive_interval(HEADER_TIMEOUT);
    let connection = builder.serve_connection(TokioIo::new(io), service);
    tokio::pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => {}
        () = stop.requested() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}
