//! A connection whose client may be slow, but not for ever, and which is closed so that the last answer is still read.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::time::{Sleep, sleep};

/// What a client may still send while it is being shown out, so that it comes to read the answer (a 413, say).
pub const LINGER_BYTES: usize = 16 * 1024 * 1024;

/// How long it may take over that.
pub const LINGER_TIME: Duration = Duration::from_secs(1);

/// Writes an answer and closes the connection; what the client still sends is taken until it has closed its side too.
///
/// It may be in the middle of a head or a body of which nobody has read the rest.
pub async fn answer_and_close(io: impl AsyncRead + AsyncWrite + Unpin, answer: &[u8], patience: Duration) {
    let mut io = Patient::new(io, None, patience);
    if io.write_all(answer).await.is_err() || io.io.shutdown().await.is_err() {
        return;
    }
    let mut parting = Parting { talks: true, ..Parting::new() };
    std::future::poll_fn(|cx| parting.poll(&mut io.io, cx)).await;
}

/// A connection with an end to its patience.
pub(super) struct Patient<IO> {
    io: IO,
    reading: Option<Patience>,
    writing: Patience,
    parting: Option<Parting>,
}

impl<IO> Patient<IO> {
    /// Reads that bring nothing for `reading`, and writes that nobody takes for `writing`, end the connection.
    pub(super) fn new(io: IO, reading: Option<Duration>, writing: Duration) -> Self {
        Self { io, reading: reading.map(Patience::new), writing: Patience::new(writing), parting: None }
    }
}

impl<IO: AsyncRead + Unpin> AsyncRead for Patient<IO> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let read = Pin::new(&mut this.io).poll_read(cx, buf);
        match &mut this.reading {
            Some(patience) => patience.with(read, cx),
            None => read,
        }
    }
}

impl<IO: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Patient<IO> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        let written = Pin::new(&mut this.io).poll_write(cx, bytes);
        this.writing.with(written, cx)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let flushed = Pin::new(&mut this.io).poll_flush(cx);
        this.writing.with(flushed, cx)
    }

    /// Closes the sending half, then takes what is still coming: closing a socket with unread data makes Linux send RST,
    /// and a client in mid-body would lose the answer. Where nothing was coming, nothing is waited for.
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.parting.is_none() {
            let shut = Pin::new(&mut this.io).poll_shutdown(cx);
            ready!(this.writing.with(shut, cx))?;
        }
        let parting = this.parting.get_or_insert_with(Parting::new);
        parting.poll(&mut this.io, cx).map(Ok)
    }
}

/// How long one direction may stand still.
struct Patience {
    limit: Duration,
    running: Option<Pin<Box<Sleep>>>,
}

impl Patience {
    fn new(limit: Duration) -> Self {
        Self { limit, running: None }
    }

    /// What came of a try, or that it took too long.
    fn with<T>(&mut self, tried: Poll<io::Result<T>>, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        if tried.is_ready() {
            self.running = None;
            return tried;
        }
        let limit = self.limit;
        let running = self.running.get_or_insert_with(|| Box::pin(sleep(limit)));
        ready!(running.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

/// A client being shown out.
struct Parting {
    left: usize,
    time: Pin<Box<Sleep>>,
    /// Whether anything came after the answer.
    talks: bool,
}

impl Parting {
    fn new() -> Self {
        Self { left: LINGER_BYTES, time: Box::pin(sleep(LINGER_TIME)), talks: false }
    }

    fn poll(&mut self, io: &mut (impl AsyncRead + Unpin), cx: &mut Context<'_>) -> Poll<()> {
        let mut sink = [0; 8 * 1024];
        while self.left > 0 {
            let mut buffer = ReadBuf::new(&mut sink);
            match Pin::new(&mut *io).poll_read(cx, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {
                    self.talks = true;
                    self.left = self.left.saturating_sub(buffer.filled().len());
                }
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending if self.talks => return self.time.as_mut().poll(cx),
                Poll::Pending => return Poll::Ready(()),
            }
            if self.time.as_mut().poll(cx).is_ready() {
                break;
            }
        }
        Poll::Ready(())
    }
}
