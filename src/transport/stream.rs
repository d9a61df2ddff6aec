//! The byte stream to an endpoint: TCP, with or without TLS. Its reads have a time-out, and what the server sends a limit.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

use super::runtime::in_thread;

/// What a read fails with when the server has sent too much.
pub(crate) const TOO_MUCH: io::ErrorKind = io::ErrorKind::QuotaExceeded;

/// The most bytes before a body: the head, and what may come before it.
pub(crate) const LONGEST_START: usize = 1 << 20;

/// The first bytes of a status line.
const STATUS_LINE: &[u8] = b"HTTP/";

/// A stream to an endpoint or a proxy. A tunnel through a proxy that itself speaks TLS has one session in the other.
pub(crate) type Stream = Box<dyn ByteStream>;

/// The state of a connection, shared with its stream.
#[derive(Clone)]
pub(crate) struct Watch(Arc<Mutex<Watched>>);

pub(crate) struct Watched {
    /// The time-out of each read; `None` is no limit.
    pub(crate) read_timeout: Option<Duration>,
    /// How many bytes the server may still send. The HTTP library would read for ever where a server sends replies of
    /// status 1xx without end, or zeros in front of the length of a chunk.
    pub(crate) allowance: usize,
    /// The first bytes that the server has sent.
    start: Vec<u8>,
}

/// A TCP stream whose reads fail with `TimedOut` when nothing arrives for the time-out.
///
/// The time-out starts anew with each read and each write, as a socket time-out in Python does: it limits
/// the silence, not the whole reply.
struct Tcp {
    stream: TcpStream,
    silence: Option<Pin<Box<Sleep>>>,
    watch: Watch,
}

pub(crate) trait ByteStream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> ByteStream for T {}

impl Watch {
    /// Whether what the server has sent begins as a reply of HTTP.
    pub(crate) fn is_http(&self) -> bool {
        self.lock().start == STATUS_LINE
    }

    fn take_in(&self, bytes: &[u8]) -> io::Result<()> {
        let mut watched = self.lock();
        let missing = STATUS_LINE.len() - watched.start.len();
        watched.start.extend(bytes.iter().take(missing));
        watched.allowance = watched.allowance.checked_sub(bytes.len()).ok_or(TOO_MUCH)?;
        Ok(())
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Watched> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Connects to a host, as [`connect_to`] does.
pub(crate) async fn connect(host: &str, port: u16, limit: Option<Duration>) -> io::Result<(Stream, Watch)> {
    connect_to(&addresses(host, port).await?, limit).await
}

/// Connects to the first address that accepts. The time-out holds for each address; `None` is no limit. The error is that
/// of the last address, and has the kind `TimedOut` when that one was silent.
pub(crate) async fn connect_to(
    addresses: &[SocketAddr],
    limit: Option<Duration>,
) -> io::Result<(Stream, Watch)> {
    let mut outcome = Err(io::Error::new(io::ErrorKind::NotFound, "the name has no address"));
    for address in addresses {
        outcome = within(limit, TcpStream::connect(address)).await;
        if outcome.is_ok() {
            break;
        }
    }
    let stream = outcome?;
    // This fails when the other end has closed already, which the first read reports.
    let _ = stream.set_nodelay(true);
    let watched = Watched { read_timeout: limit, allowance: LONGEST_START, start: Vec::new() };
    let watch = Watch(Arc::new(Mutex::new(watched)));
    Ok((Box::new(Tcp { stream, silence: None, watch: watch.clone() }), watch))
}

/// The addresses of a host. A name is looked up in a thread of its own, for the system's call may block for long.
pub(crate) async fn addresses(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let host = host.to_owned();
    in_thread(move || (host.as_str(), port).to_socket_addrs().map(Iterator::collect)).await.flatten()
}

/// Waits for a future for at most the limit, then fails with `TimedOut`. `None` is no limit.
///
/// # Errors
/// Those of the future, and `TimedOut`.
pub(crate) async fn within<T>(
    limit: Option<Duration>,
    future: impl Future<Output = io::Result<T>>,
) -> io::Result<T> {
    match limit {
        None => future.await,
        Some(limit) => {
            tokio::time::timeout(limit, future).await.unwrap_or(Err(io::ErrorKind::TimedOut.into()))
        }
    }
}

impl Tcp {
    /// Polls the time-out, which makes the task wake up when it is over.
    fn poll_silence(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        let Some(limit) = self.watch.lock().read_timeout else { return Poll::Pending };
        let silence = self.silence.get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
        silence.as_mut().poll(cx).map(|()| io::ErrorKind::TimedOut.into())
    }
}

impl AsyncRead for Tcp {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(cx, buffer) {
            Poll::Ready(outcome) => {
                self.silence = None;
                let bytes = buffer.filled().get(before..).unwrap_or_default();
                Poll::Ready(outcome.and_then(|()| self.watch.take_in(bytes)))
            }
            Poll::Pending => self.poll_silence(cx).map(Err),
        }
    }
}

impl AsyncWrite for Tcp {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let outcome = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes));
        // A read is already waiting, and only the time-out itself makes it be polled again.
        if self.silence.take().is_some()
            && let Poll::Ready(error) = self.poll_silence(cx)
        {
            return Poll::Ready(Err(error));
        }
        Poll::Ready(outcome)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
