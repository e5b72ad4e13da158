//! HTTP over one connection: HTTP/1.1, or h2 if ALPN chose it, with limits on what a client may send before anybody reads it.

use std::convert::Infallible;
use std::error::Error as StdError;
use std::future::pending;
use std::time::Duration;

use http::{Request, Response, Uri};
use hyper::body::{Body, Incoming};
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite};

use super::listener::Stop;
use super::patient::Patient;

/// The bytes of a request's head, in HTTP/1.1 and h2 alike; more is answered by 431.
pub const MAX_HEADER_BYTES: usize = 64 * 1024;

/// The headers of one HTTP/1.1 request; more is answered by 431.
pub const MAX_HEADERS: usize = 128;

/// How long a client may take over a request's head, and leave an HTTP/1.1 connection unused.
///
/// An h2 connection is asked for a sign of life that often, and closed after [`MISSED_PINGS`] times as long without one.
pub const HEADER_TIMEOUT: Duration = Duration::from_secs(60);

/// So many times the header time-out an h2 client may send nothing at all, answers to pings included.
pub const MISSED_PINGS: u32 = 2;

/// Requests at once on one h2 connection.
pub const MAX_STREAMS: u32 = 128;

/// What a connection speaks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Protocol {
    /// HTTP/1.1 (or 1.0)
    Http1,
    /// h2
    Http2,
}

impl Protocol {
    /// What ALPN chose; a client that did not ask speaks HTTP/1.1. Nobody is waited for to show it.
    pub(super) fn of_alpn(chosen: Option<&str>) -> Self {
        if chosen == Some("h2") { Self::Http2 } else { Self::Http1 }
    }
}

/// Serves requests until the client leaves or the org stops; then the one in hand is still answered.
pub async fn serve<IO, S, B>(io: IO, protocol: Protocol, service: S, header_timeout: Duration, stop: Stop)
where
    IO: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Send + 'static,
    S::Future: Send + 'static,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    serve_until(io, protocol, service, header_timeout, pending(), stop).await;
}

/// The same, or until the client is to leave: those in hand are answered, and in h2 the client reads GOAWAY.
pub(super) async fn serve_until<IO, S, B>(
    io: IO,
    protocol: Protocol,
    service: S,
    header_timeout: Duration,
    leave: impl Future<Output = ()>,
    mut stop: Stop,
) where
    IO: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Send + 'static,
    S::Future: Send + 'static,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    let builder = builder(protocol, header_timeout);
    // in HTTP/1.1 the header time-out and the body's patience leave no read without an end; h2 has no such thing
    let reading = (protocol == Protocol::Http2).then(|| header_timeout * MISSED_PINGS);
    let io = Patient::new(io, reading, header_timeout);
    let service = service_fn(move |mut request: Request<Incoming>| {
        with_path(&mut request);
        service.call(request)
    });
    let connection = builder.serve_connection(TokioIo::new(io), service);
    tokio::pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        () = stop.requested() => {}
        () = leave => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}

/// A target without a path (`CONNECT host:443`, or any other method with it) becomes `*`: warp insists on a path, and
/// nothing is served at this one.
fn with_path(request: &mut Request<Incoming>) {
    if request.uri().path_and_query().is_none() {
        *request.uri_mut() = Uri::from_static("*");
    }
}

fn builder(protocol: Protocol, header_timeout: Duration) -> Builder<TokioExecutor> {
    let mut builder = match protocol {
        Protocol::Http1 => Builder::new(TokioExecutor::new()).http1_only(),
        Protocol::Http2 => Builder::new(TokioExecutor::new()).http2_only(),
    };
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(header_timeout)
        .max_buf_size(MAX_HEADER_BYTES)
        .max_headers(MAX_HEADERS);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(MAX_HEADER_BYTES as u32)
        .max_concurrent_streams(MAX_STREAMS)
        .keep_alive_interval(header_timeout);
    builder
}
