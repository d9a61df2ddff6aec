//! The HTTP connector under the SDK: HTTP/1.1 over one kept connection.
//!
//! The SDK's own HTTP client reads all root certificates of the system, even for `http://`, cannot switch
//! verification off, and counts time-outs differently from the reference. This one does what the reference
//! does, and nothing else: no redirects, no HTTP/2, no pool.

pub(crate) mod probe;
mod route;

use std::error::Error as StdError;
use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use http::{Request, Response};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::sync::Mutex;

use self::route::{Origin, Route};
use super::proxy::url::Proxy;
use super::proxy::{Proxies, tunnel};
use super::stream::{self, LONGEST_START, Stream, TOO_MUCH, Watch, within};
use super::tls::{Tls, failure_in};
use crate::syntax::python::system_words;
use crate::transport::error::{Retry, TransportError};
use crate::transport::proxy::error::ProxyFailure;

/// The most bytes that wait between the socket and the body. The head of a reply may be as long,
/// and a little longer.
const BUFFER: usize = 64 * 1024;

/// The most bytes of the body of a reply of a service.
pub(crate) const LONGEST_REPLY: usize = 64 << 20;

/// The most bytes that get room before they are there, whatever length a reply announces.
const MOST_ROOM: usize = 2 * 1024 * 1024;

/// Sends requests, one at a time, and keeps the connection for the next attempt or page.
#[derive(Clone)]
pub(crate) struct Connector {
    settings: Arc<ConnectionSettings>,
    /// The most bytes that the body of a reply may have.
    longest_reply: usize,
    kept: Arc<Mutex<Option<Link>>>,
}

/// Everything that decides how connections are made. It is the same for every service, but for the proxies: the
/// default of [`Proxies`] is none.
#[derive(Clone, Debug)]
pub(crate) struct ConnectionSettings {
    /// The limit for connecting to one address; `None` is no limit.
    pub(crate) connect_timeout: Option<Duration>,
    /// The limit for each read from the socket; `None` is no limit.
    pub(crate) read_timeout: Option<Duration>,
    /// Which servers are trusted.
    pub(crate) tls: Tls,
    /// Which requests go through a proxy.
    pub(crate) proxies: Proxies,
}

type Connection = http1::Connection<TokioIo<Stream>, SdkBody>;

/// An open connection and where it leads. It makes progress only while a request is under way.
struct Link {
    origin: Origin,
    requests: http1::SendRequest<SdkBody>,
    connection: Option<Pin<Box<Connection>>>,
    watch: Watch,
}

/// When an exchange failed.
enum Broken {
    BeforeReply(hyper::Error),
    InReply(hyper::Error),
    /// The reply has more bytes than it may have.
    TooLong,
}

impl Connector {
    /// A connector without a connection. Nothing is read, looked up or connected before the first request.
    pub(crate) fn new(settings: ConnectionSettings, longest_reply: usize) -> Connector {
        Connector { settings: Arc::new(settings), longest_reply, kept: Arc::default() }
    }

    /// Sends a request and collects the whole reply: an error inside the body is an error of the attempt, so
    /// that it is retried.
    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let url = request.uri().to_owned();
        let invalid = || TransportError::InvalidEndpoint { url: url.clone() };
        let mut request = request.try_into_http1x().map_err(|_| invalid())?;
        let route = Route::of(request.uri(), &self.settings.proxies)?;
        route.address(&mut request).ok_or_else(invalid)?;
        let mut link = match self.kept_link(&route.origin).await {
            Some(link) => link,
            None => self.connect(&route).await?,
        };
        let response = link.send(request, self.longest_reply).await;
        let response =
            response.map_err(|broken| exchange_error(&broken, &route, &link.watch, self.longest_reply))?;
        *self.kept.lock().await = Some(link);
        response.try_into().map_err(|_| TransportError::ConnectionClosed { url })
    }

    async fn kept_link(&self, origin: &Origin) -> Option<Link> {
        let kept = self.kept.lock().await.take();
        let mut link = kept.filter(|link| link.origin == *origin)?;
        link.is_open().await.then_some(link)
    }

    /// Opens a connection to the server. The connect time-out holds for each step to it, and when the handshake of
    /// TLS takes longer, that counts as reading: so does urllib3.
    async fn connect(&self, route: &Route) -> Result<Link, TransportError> {
        let Route { origin, .. } = route;
        let limit = self.settings.connect_timeout;
        let url = || route.url.clone();
        let proxy = route.proxy.as_ref().map(|proxy| proxy.shown.as_str());
        log::debug!(host = origin.host, port = origin.port, proxy; "connect");
        let (mut stream, watch) = match &route.proxy {
            None => stream::connect(&origin.host, origin.port, limit).await.map_err(|error| {
                match error.kind() {
                    io::ErrorKind::TimedOut => TransportError::ConnectTimeout { url: url() },
                    _ => TransportError::CouldNotConnect { url: url(), cause: system_words(&error) },
                }
            })?,
            Some(proxy) => {
                let stream = self.settings.connect_to_proxy(proxy, route);
                stream.await.map_err(|failure| route.proxy_error(proxy, failure))?
            }
        };
        if origin.is_secure {
            stream = match self.settings.tls.connect(&origin.host, stream, limit).await {
                Ok(Ok(stream)) => stream,
                Ok(Err(failure)) => return Err(TransportError::Tls { url: url(), failure }),
                Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                    return Err(TransportError::HandshakeTimeout { url: url() });
                }
                Err(_) => return Err(TransportError::ConnectionClosed { url: url() }),
            };
        }
        watch.lock().read_timeout = self.settings.read_timeout;
        let link = Link::open(origin, stream, watch).await;
        link.map_err(|_| TransportError::ConnectionClosed { url: url() })
    }
}

impl ConnectionSettings {
    /// Opens a connection to the proxy, and through it a tunnel to a server of TLS.
    async fn connect_to_proxy(&self, proxy: &Proxy, route: &Route) -> Result<(Stream, Watch), ProxyFailure> {
        let limit = self.connect_timeout;
        let reached = stream::connect(&proxy.host, proxy.port, limit).await;
        let (mut stream, watch) = reached.map_err(|error| match error.kind() {
            io::ErrorKind::TimedOut => ProxyFailure::Silent,
            _ => ProxyFailure::Unreachable { cause: system_words(&error) },
        })?;
        if proxy.is_secure {
            stream = match self.tls.connect(&proxy.host, stream, limit).await {
                Ok(session) => session.map_err(ProxyFailure::Tls)?,
                Err(error) if error.kind() == io::ErrorKind::TimedOut => return Err(ProxyFailure::Silent),
                Err(_) => return Err(ProxyFailure::Closed),
            };
        }
        if route.origin.is_secure {
            let end = route.tunnel_end();
            let opened = tunnel::open(&mut stream, &end, proxy.authorization.as_ref());
            within(limit, async { Ok(opened.await) }).await.unwrap_or(Err(ProxyFailure::TunnelSilent))?;
        }
        Ok((stream, watch))
    }
}

impl Link {
    /// Speaks HTTP over a stream.
    async fn open(origin: &Origin, stream: Stream, watch: Watch) -> Result<Link, hyper::Error> {
        let (requests, connection) = http1::Builder::new()
            .allow_obsolete_multiline_headers_in_responses(true)
            .allow_spaces_after_header_name_in_responses(true)
            .ignore_invalid_headers_in_responses(true)
            .max_buf_size(BUFFER)
            .handshake(TokioIo::new(stream))
            .await?;
        Ok(Link { origin: origin.clone(), requests, connection: Some(Box::pin(connection)), watch })
    }

    /// Whether the server has left the connection open. Waits until it can take a request.
    async fn is_open(&mut self) -> bool {
        // Lets the runtime ask the system for news of the socket, such as its end.
        tokio::task::yield_now().await;
        let Link { requests, connection, .. } = self;
        drive(connection, requests.ready()).await.is_ok() && self.connection.is_some()
    }

    async fn send(&mut self, request: Request<SdkBody>, longest: usize) -> Result<Response<SdkBody>, Broken> {
        let Link { requests, connection, watch, .. } = self;
        let exchange = async {
            watch.lock().allowance = LONGEST_START;
            let reply = requests.send_request(request).await.map_err(Broken::BeforeReply)?;
            let (head, body) = reply.into_parts();
            // Chunks have their lengths beside the body.
            watch.lock().allowance = longest.saturating_mul(2);
            let body = bytes_of(body, longest).await?;
            Ok(Response::from_parts(head, SdkBody::from(body)))
        };
        drive(connection, exchange).await
    }
}

/// The bytes of a body, put together as they come: a page of stores is never there twice.
async fn bytes_of(mut body: Incoming, longest: usize) -> Result<Vec<u8>, Broken> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > longest {
        return Err(Broken::TooLong);
    }
    let mut bytes = Vec::with_capacity(announced.min(MOST_ROOM));
    while let Some(frame) = body.frame().await {
        if let Some(data) = frame.map_err(Broken::InReply)?.data_ref() {
            if data.len() > longest - bytes.len() {
                return Err(Broken::TooLong);
            }
            bytes.extend_from_slice(data);
        }
    }
    Ok(bytes)
}

/// Runs a future together with the connection that it needs. The connection is dropped when it ends, which
/// also ends whatever still waits for it.
async fn drive<C, F>(connection: &mut Option<Pin<Box<C>>>, future: F) -> F::Output
where
    C: Future,
    F: Future,
{
    let mut future = pin!(future);
    poll_fn(|cx| {
        if connection.as_mut().is_some_and(|connection| connection.as_mut().poll(cx).is_ready()) {
            *connection = None;
        }
        future.as_mut().poll(cx)
    })
    .await
}

/// The error of an exchange that failed. The reference takes a connection that is closed before a reply for a
/// failure of the proxy, if there is one.
fn exchange_error(broken: &Broken, route: &Route, watch: &Watch, limit: usize) -> TransportError {
    let url = route.url.clone();
    let (Broken::BeforeReply(error) | Broken::InReply(error)) = broken else {
        return TransportError::ReplyTooLong { url, limit };
    };
    let io = io_error_in(error);
    match io.map(io::Error::kind) {
        Some(io::ErrorKind::TimedOut) => return TransportError::ReadTimeout { url },
        Some(TOO_MUCH) => {
            let limit = if let Broken::BeforeReply(_) = broken { LONGEST_START } else { limit };
            return TransportError::ReplyTooLong { url, limit };
        }
        _ => {}
    }
    if let Some(failure) = io.and_then(failure_in) {
        return TransportError::Tls { url, failure };
    }
    match (broken, &route.proxy) {
        (Broken::BeforeReply(error), Some(proxy)) if !error.is_parse() => {
            route.proxy_error(proxy, ProxyFailure::Closed)
        }
        _ if !route.is_encrypted() && !watch.is_http() => TransportError::NoReply { url },
        _ => TransportError::ConnectionClosed { url },
    }
}

fn io_error_in(error: &hyper::Error) -> Option<&io::Error> {
    error.source().and_then(|source| source.downcast_ref())
}

/// The kind tells the SDK whether to try again: never for `user`.
fn connector_error(error: TransportError) -> ConnectorError {
    match error.class().1 {
        Retry::Never => ConnectorError::user(error.into()),
        Retry::AfterTimeout => ConnectorError::timeout(error.into()),
        Retry::AfterError => ConnectorError::io(error.into()),
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let connector = self.clone();
        HttpConnectorFuture::new(async move { connector.exchange(request).await.map_err(connector_error) })
    }
}

impl HttpClient for Connector {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector").finish_non_exhaustive()
    }
}
