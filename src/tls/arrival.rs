//! How a connection comes to a door: straight from its listener, or out of a tunnel whose head somebody has read already.

use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// A connection that nobody has shaken hands with yet.
#[derive(Debug)]
pub struct Arrival {
    pub(super) socket: Socket,
    pub(super) remote: SocketAddr,
    pub(super) connect: Option<String>,
}

impl Arrival {
    /// From a door's own listener.
    pub fn direct(stream: TcpStream, remote: SocketAddr) -> Self {
        Self { socket: Socket { stream, ahead: Bytes::new() }, remote, connect: None }
    }

    /// Through the proxy door: `connect` is what the client asked it for, `ahead` what it sent behind the head.
    pub fn tunnelled(stream: TcpStream, remote: SocketAddr, connect: String, ahead: Bytes) -> Self {
        Self { socket: Socket { stream, ahead }, remote, connect: Some(connect) }
    }
}

/// A socket, and what was read from it before its time.
#[derive(Debug)]
pub(super) struct Socket {
    stream: TcpStream,
    ahead: Bytes,
}

impl Socket {
    /// The first byte, which stays to be read; none if the client has left.
    pub(super) async fn first_byte(&self) -> Option<u8> {
        if let Some(&first) = self.ahead.first() {
            return Some(first);
        }
        let mut first = [0];
        match self.stream.peek(&mut first).await {
            Ok(1) => Some(first[0]),
            _ => None,
        }
    }

    /// Our address.
    pub(super) fn local_addr(&self) -> io::Result<SocketAddr> {
        self.stream.local_addr()
    }
}

impl AsyncRead for Socket {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.ahead.is_empty() {
            return Pin::new(&mut self.stream).poll_read(cx, buf);
        }
        let count = self.ahead.len().min(buf.remaining());
        buf.put_slice(&self.ahead[..count]);
        self.ahead.advance(count);
        if self.ahead.is_empty() {
            // it may have shared a buffer with the head
            self.ahead = Bytes::new();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
