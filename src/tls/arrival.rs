//! How a connection comes to a door: straight from its listener, or out of a tunnel whose head somebody has read already.

use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::substitute::Substitute;

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
        Self { socket: Socket::new(stream, Bytes::new()), remote, connect: None }
    }

    /// Through the proxy door: `connect` is what the client asked it for, `ahead` what it sent behind the head.
    pub fn tunnelled(stream: TcpStream, remote: SocketAddr, connect: String, ahead: Bytes) -> Self {
        Self { socket: Socket::new(stream, ahead), remote, connect: Some(connect) }
    }
}

/// A socket, and what was read from it before its time.
#[derive(Debug)]
pub(super) struct Socket {
    stream: TcpStream,
    ahead: Bytes,
    /// Whether, and how far, it is to be cut off in its handshake.
    cut: Cut,
    /// What is sent in place of an alert of OpenSSL's.
    substitute: Option<Substitute>,
}

/// A socket that is to be cut off, for a fault.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Cut {
    /// Once something has been written, nothing more is read.
    AfterFirstFlight,
    /// It was.
    Done,
    /// Not at all.
    Never,
    /// Something has been written.
    Next,
}

impl Socket {
    fn new(stream: TcpStream, ahead: Bytes) -> Self {
        Self { stream, ahead, cut: Cut::Never, substitute: None }
    }

    /// Nothing is read any more once the first flight has been sent.
    pub(super) fn cut_after_first_flight(&mut self) {
        self.cut = Cut::AfterFirstFlight;
    }

    /// Whether it was cut off so.
    pub(super) fn was_cut(&self) -> bool {
        self.cut == Cut::Done
    }

    /// While there is a substitute, alerts are sent in its words.
    pub(super) fn substitute(&mut self, substitute: Option<Substitute>) {
        self.substitute = substitute;
    }

    /// Closes by RST.
    pub(super) fn reset(&self) {
        // where the system refuses, it is an ordinary end
        let _ = self.stream.set_zero_linger();
    }

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
        if self.cut == Cut::Next {
            self.cut = Cut::Done;
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
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
        if self.cut == Cut::AfterFirstFlight {
            self.cut = Cut::Next;
        }
        // as long as what it stands for, so a part of it that was written is a part of that
        match self.substitute.as_mut().and_then(|substitute| substitute.instead(bytes)) {
            Some(instead) => Pin::new(&mut self.stream).poll_write(cx, &instead),
            None => Pin::new(&mut self.stream).poll_write(cx, bytes),
        }
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
