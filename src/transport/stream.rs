//! The byte stream to an endpoint: TCP, with or without TLS, with a time-out for each read.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;
use tokio_rustls::client::TlsStream;

use super::interrupt::in_thread;

/// A TCP stream whose reads fail with `TimedOut` when nothing arrives for the time-out.
///
/// The time-out starts anew with each read and each write, as a socket time-out in Python does: it limits
/// the silence, not the whole reply.
pub(crate) struct TimedStream {
    tcp: TcpStream,
    limit: Option<Duration>,
    silence: Option<Pin<Box<Sleep>>>,
    opening: Arc<Opening>,
}

/// How that which a server sends begins: how much of [`STATUS_LINE`] has come, or [`OTHER`].
#[derive(Debug, Default)]
pub(crate) struct Opening(AtomicU8);

/// The first bytes of a status line.
const STATUS_LINE: &[u8] = b"HTTP/";

/// Something else than a status line has come.
const OTHER: u8 = u8::MAX;

impl Opening {
    /// Whether the server has begun to answer with HTTP.
    pub(crate) fn is_http(&self) -> bool {
        usize::from(self.0.load(Ordering::Relaxed)) == STATUS_LINE.len()
    }

    fn take_in(&self, bytes: &[u8]) {
        let mut seen = self.0.load(Ordering::Relaxed);
        for byte in bytes {
            match STATUS_LINE.get(usize::from(seen)) {
                Some(expected) => seen = if byte == expected { seen + 1 } else { OTHER },
                None => break,
            }
        }
        self.0.store(seen, Ordering::Relaxed);
    }
}

/// A stream to an endpoint or a proxy.
pub(crate) enum Stream {
    /// For `http://`.
    Plain(TimedStream),
    /// For `https://`. A tunnel through a proxy that is itself spoken to over TLS has one session in the other.
    Tls(Box<TlsStream<Stream>>),
}

impl TimedStream {
    /// Connects to the first address of the host that accepts. The time-out holds for each address; `None` is
    /// no limit. The error is that of the last address, and has the kind `TimedOut` when that one was silent.
    ///
    /// A name is looked up in a thread of its own, for the system's call may block for long.
    pub(crate) async fn connect(host: &str, port: u16, limit: Option<Duration>) -> io::Result<TimedStream> {
        let mut outcome = Err(io::Error::new(io::ErrorKind::NotFound, "the name has no address"));
        for address in addresses(host, port).await? {
            outcome = within(limit, TcpStream::connect(address)).await;
            if outcome.is_ok() {
                break;
            }
        }
        let tcp = outcome?;
        // This fails when the other end has closed already, which is told by the first read.
        let _ = tcp.set_nodelay(true);
        Ok(TimedStream { tcp, limit, silence: None, opening: Arc::default() })
    }

    fn restart(&mut self) {
        self.silence = None;
    }

    /// Polls the time-out, which makes the task wake up when it is over.
    fn poll_silence(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        let Some(limit) = self.limit else { return Poll::Pending };
        let silence = self.silence.get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
        silence.as_mut().poll(cx).map(|()| io::ErrorKind::TimedOut.into())
    }
}

impl Stream {
    /// Changes the time-out of the following reads.
    pub(crate) fn limit_reads(&mut self, limit: Option<Duration>) {
        match self {
            Stream::Plain(stream) => {
                stream.limit = limit;
                stream.restart();
            }
            Stream::Tls(stream) => stream.get_mut().0.limit_reads(limit),
        }
    }

    /// How that which the server sends begins; `None` where it is encrypted.
    pub(crate) fn opening(&self) -> Option<Arc<Opening>> {
        match self {
            Stream::Plain(stream) => Some(Arc::clone(&stream.opening)),
            Stream::Tls(_) => None,
        }
    }
}

/// Waits for something at most so long, then fails with `TimedOut`. `None` is no limit.
///
/// # Errors
/// Those of the future, and `TimedOut`.
pub(crate) async fn within<T>(
    limit: Option<Duration>,
    future: impl Future<Output = io::Result<T>>,
) -> io::Result<T> {
    match limit {
        None => future.await,
        Some(limit) => match tokio::time::timeout(limit, future).await {
            Ok(outcome) => outcome,
            Err(_elapsed) => Err(io::ErrorKind::TimedOut.into()),
        },
    }
}

async fn addresses(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let host = host.to_owned();
    in_thread(move || (host.as_str(), port).to_socket_addrs().map(Iterator::collect)).await.flatten()
}

impl AsyncRead for TimedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.tcp).poll_read(cx, buffer) {
            Poll::Ready(outcome) => {
                self.opening.take_in(buffer.filled().get(before..).unwrap_or_default());
                self.restart();
                Poll::Ready(outcome)
            }
            Poll::Pending => self.poll_silence(cx).map(Err),
        }
    }
}

impl AsyncWrite for TimedStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let outcome = ready!(Pin::new(&mut self.tcp).poll_write(cx, bytes));
        if self.silence.is_some() {
            // A read is already waiting, and only the time-out itself makes it be polled again.
            self.restart();
            if let Poll::Ready(error) = self.poll_silence(cx) {
                return Poll::Ready(Err(error));
            }
        }
        Poll::Ready(outcome)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).poll_read(cx, buffer),
            Stream::Tls(stream) => Pin::new(stream).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Stream::Tls(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Stream::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Stream::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
