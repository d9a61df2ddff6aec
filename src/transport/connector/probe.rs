//! One request to a server of TLS, step by step, so that each step can be judged: what `aws cks check` is made of.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use aws_smithy_types::body::SdkBody;
use http::{Request, Response, Uri};

use super::{Broken, ConnectionSettings, Link, Route, io_error_in};
use crate::transport::error::TransportError;
use crate::transport::proxy::error::ProxyFailure;
use crate::transport::stream::{self, Stream, TOO_MUCH, Watch, within};
use crate::transport::tls::error::TlsFailure;
use crate::transport::tls::failure_in;
use crate::transport::tls::session::{Demand, Session};

/// A request that is to be made. Each step may take so long as the connect time-out of the settings, which should be
/// there, and not longer.
pub(crate) struct Probe {
    settings: ConnectionSettings,
    route: Route,
}

/// A connection to the server.
pub(crate) struct Wire {
    stream: Stream,
    watch: Watch,
}

/// Why there is no reply.
#[derive(Debug)]
pub(crate) enum Unanswered {
    Silent,
    Closed,
    /// The reply is not HTTP.
    NotHttp,
    /// It has more bytes than it may have.
    TooLong,
    Tls(TlsFailure),
}

impl Probe {
    /// # Errors
    /// The URL, or that of the proxy for it, is not one that can be connected to.
    pub(crate) fn new(url: &Uri, settings: ConnectionSettings) -> Result<Probe, TransportError> {
        let route = Route::of(url, &settings.proxies)?;
        Ok(Probe { settings, route })
    }

    pub(crate) fn host(&self) -> &str {
        &self.route.origin.host
    }

    /// Whether the server's certificate is verified.
    pub(crate) fn verifies(&self) -> bool {
        self.settings.tls.verify
    }

    /// The proxy on the way, as it may be shown.
    pub(crate) fn proxy(&self) -> Option<&str> {
        self.route.proxy.as_ref().map(|proxy| proxy.shown.as_str())
    }

    /// Looks up the name of the server.
    ///
    /// # Errors
    /// It is not known, or there is no answer in time (`TimedOut`).
    pub(crate) async fn look_up(&self) -> io::Result<Vec<SocketAddr>> {
        let origin = &self.route.origin;
        within(self.limit(), stream::addresses(&origin.host, origin.port)).await
    }

    /// # Errors
    /// None of the addresses accepts a connection in time.
    pub(crate) async fn connect(&self, addresses: &[SocketAddr]) -> io::Result<Wire> {
        let (stream, watch) = within(self.limit(), stream::connect_to(addresses, None)).await?;
        watch.lock().read_timeout = self.limit();
        Ok(Wire { stream, watch })
    }

    /// Lets the proxy on the way connect to the server. `None` if there is no proxy.
    ///
    /// # Errors
    /// It does not.
    pub(crate) async fn tunnel(&self) -> Option<Result<Wire, ProxyFailure>> {
        let proxy = self.route.proxy.as_ref()?;
        let opened = self.settings.connect_to_proxy(proxy, &self.route).await;
        Some(opened.map(|(stream, watch)| Wire { stream, watch }))
    }

    /// Makes a TLS session and looks at the server's certificate, whether or not that is one to trust. Whether it demands
    /// a certificate of the client is known afterwards, even if there is no session.
    ///
    /// # Errors
    /// As for [`crate::transport::tls::Tls::connect`], but for a certificate that is not trusted.
    pub(crate) async fn secure(
        &self,
        wire: Wire,
        demand: &Arc<Demand>,
    ) -> io::Result<Result<(Wire, Session), TlsFailure>> {
        let Wire { stream, watch } = wire;
        let inspected = self.settings.tls.inspect(self.host(), stream, self.limit(), demand).await?;
        Ok(inspected.map(|(stream, session)| (Wire { stream, watch }, session)))
    }

    /// Sends a request and waits for the whole reply, with a body of `longest` bytes at most.
    ///
    /// # Errors
    /// There is none.
    pub(crate) async fn send(
        &self,
        wire: Wire,
        mut request: Request<SdkBody>,
        longest: usize,
    ) -> Result<Response<SdkBody>, Unanswered> {
        self.route.address(&mut request).ok_or(Unanswered::Closed)?;
        let exchange = async {
            let mut link = Link::open(&self.route.origin, wire.stream, wire.watch).await;
            let link = link.as_mut().map_err(|_| Unanswered::Closed)?;
            link.send(request, longest).await.map_err(Unanswered::from)
        };
        within(self.limit(), async { Ok(exchange.await) }).await.unwrap_or(Err(Unanswered::Silent))
    }

    fn limit(&self) -> Option<Duration> {
        self.settings.connect_timeout
    }
}

impl From<Broken> for Unanswered {
    fn from(broken: Broken) -> Unanswered {
        let (Broken::BeforeReply(error) | Broken::InReply(error)) = &broken else {
            return Unanswered::TooLong;
        };
        let io = io_error_in(error);
        match io.map(io::Error::kind) {
            Some(io::ErrorKind::TimedOut) => Unanswered::Silent,
            Some(TOO_MUCH) => Unanswered::TooLong,
            _ if error.is_parse() => Unanswered::NotHttp,
            _ => io.and_then(failure_in).map_or(Unanswered::Closed, Unanswered::Tls),
        }
    }
}
