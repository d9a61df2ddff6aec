//! A stream that ends when a server sends more than it may: also where the HTTP library would read for ever, such as
//! replies of status 1xx without end, or zeros in front of the length of a chunk.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::transport::stream::Stream;

/// What a read fails with when the server has sent too much.
pub(crate) const TOO_MUCH: io::ErrorKind = io::ErrorKind::QuotaExceeded;

/// How many bytes a server may still send.
#[derive(Clone, Default)]
pub(crate) struct Allowance(Arc<AtomicUsize>);

/// A stream whose reads use up an allowance.
pub(crate) struct Metered {
    stream: Stream,
    allowance: Allowance,
}

impl Allowance {
    /// Sets it.
    pub(crate) fn set(&self, bytes: usize) {
        self.0.store(bytes, Ordering::Relaxed);
    }

    /// Takes this many bytes, if there are as many.
    fn take(&self, bytes: usize) -> io::Result<()> {
        let rest = self.0.load(Ordering::Relaxed).checked_sub(bytes).ok_or(TOO_MUCH)?;
        self.set(rest);
        Ok(())
    }
}

impl Metered {
    /// Reads from a stream at the expense of an allowance.
    pub(crate) fn new(stream: Stream, allowance: Allowance) -> Metered {
        Metered { stream, allowance }
    }
}

impl AsyncRead for Metered {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        Poll::Ready(self.allowance.take(buffer.filled().len() - before))
    }
}

impl AsyncWrite for Metered {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
