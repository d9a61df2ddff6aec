//! The HTTP connector under the SDK: HTTP/1.1 over one kept connection.
//!
//! The SDK's own HTTP client reads all root certificates of the system, even for `http://`, cannot switch
//! verification off, and counts time-outs differently from the reference. This one does what the reference
//! does, and nothing else: no redirects, no HTTP/2, no pool.

use std::error::Error as StdError;
use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use http::header::HOST;
use http::uri::{PathAndQuery, Uri};
use http::{HeaderValue, Request, Response};
use http_body_util::BodyExt;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;

use super::proxy::Proxies;
use super::stream::{Stream, TimedStream};
use super::tls::{Tls, failure_in};
use crate::error::transport::TransportError;

/// Sends requests, one at a time, and keeps the connection for the next attempt or page.
#[derive(Clone)]
pub struct Connector {
    shared: Arc<Shared>,
}

/// Everything that decides how connections are made. It is the same for every service, but for the proxies: the
/// default of [`Proxies`] is none.
#[derive(Clone, Debug)]
pub struct ConnectionSettings {
    /// The limit for connecting to one address; `None` is no limit.
    pub connect_timeout: Option<Duration>,
    /// The limit for each read from the socket; `None` is no limit.
    pub read_timeout: Option<Duration>,
    /// Which servers are trusted.
    pub tls: Tls,
    /// Which requests go through a proxy.
    pub proxies: Proxies,
}

struct Shared {
    settings: ConnectionSettings,
    kept: Mutex<Option<Link>>,
}

type Connection = http1::Connection<TokioIo<Stream>, SdkBody>;

/// An open connection and where it leads. It makes progress only while a request is under way.
struct Link {
    origin: Origin,
    requests: http1::SendRequest<SdkBody>,
    connection: Option<Pin<Box<Connection>>>,
}

/// The scheme, host and port of a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Origin {
    scheme: Scheme,
    host: String,
    port: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
}

impl Connector {
    /// A connector without a connection. Nothing is read, looked up or connected before the first request.
    pub fn new(settings: ConnectionSettings) -> Connector {
        Connector { shared: Arc::new(Shared { settings, kept: Mutex::new(None) }) }
    }
}

impl Shared {
    /// Sends a request and collects the whole reply: an error inside the body is an error of the attempt, so
    /// that it is retried.
    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let url = request.uri().to_owned();
        let invalid = || TransportError::InvalidEndpoint { url: url.clone() };
        let mut request = request.try_into_http1x().map_err(|_| invalid())?;
        let origin = Origin::of(request.uri(), &url)?;
        address(&mut request, &origin).ok_or_else(invalid)?;
        let mut link = match self.kept_link(&origin).await {
            Some(link) => link,
            None => self.connect(&origin, &url).await?,
        };
        let response = link.send(request).await.map_err(|error| exchange_error(&error, &url))?;
        self.keep(link);
        response.try_into().map_err(|_| TransportError::ConnectionClosed { url })
    }

    async fn kept_link(&self, origin: &Origin) -> Option<Link> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut link = kept.filter(|link| link.origin == *origin)?;
        link.is_open().await.then_some(link)
    }

    fn keep(&self, link: Link) {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(link);
    }

    /// Opens a connection to the origin. The handshake of TLS counts as reading, under the connect time-out:
    /// so does urllib3.
    async fn connect(&self, origin: &Origin, url: &str) -> Result<Link, TransportError> {
        let url = || url.to_owned();
        let tcp = self.reach(origin).await.map_err(|cause| match cause.kind() {
            io::ErrorKind::TimedOut => TransportError::ConnectTimeout { url: url() },
            _ => TransportError::CouldNotConnect { url: url(), cause: cause.to_string() },
        })?;
        let mut stream = match origin.scheme {
            Scheme::Http => Stream::Plain(tcp),
            Scheme::Https => match self.settings.tls.connect(&origin.host, tcp).await {
                Ok(Ok(stream)) => Stream::Tls(Box::new(stream)),
                Ok(Err(failure)) => return Err(TransportError::Tls { url: url(), failure }),
                Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                    return Err(TransportError::ReadTimeout { url: url() });
                }
                Err(_) => return Err(TransportError::ConnectionClosed { url: url() }),
            },
        };
        stream.limit_reads(self.settings.read_timeout);
        let (requests, connection) = http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|_| TransportError::ConnectionClosed { url: url() })?;
        Ok(Link { origin: origin.clone(), requests, connection: Some(Box::pin(connection)) })
    }

    /// The way to the origin's host: directly, to one of its addresses.
    async fn reach(&self, origin: &Origin) -> io::Result<TimedStream> {
        TimedStream::connect(&origin.host, origin.port, self.settings.connect_timeout).await
    }
}

impl Link {
    /// Whether the server has left the connection open. Waits until it can take a request.
    async fn is_open(&mut self) -> bool {
        // Lets the runtime ask the system for news of the socket, such as its end.
        tokio::task::yield_now().await;
        let Link { requests, connection, .. } = self;
        drive(connection, requests.ready()).await.is_ok() && self.connection.is_some()
    }

    async fn send(&mut self, request: Request<SdkBody>) -> Result<Response<SdkBody>, hyper::Error> {
        let Link { requests, connection, .. } = self;
        let exchange = async {
            let (head, body) = requests.send_request(request).await?.into_parts();
            let body = body.collect().await?.to_bytes();
            Ok(Response::from_parts(head, SdkBody::from(body)))
        };
        drive(connection, exchange).await
    }
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

impl Origin {
    fn of(uri: &Uri, url: &str) -> Result<Origin, TransportError> {
        let scheme = match uri.scheme_str() {
            Some("http") => Scheme::Http,
            Some("https") => Scheme::Https,
            Some(other) => return Err(TransportError::UnsupportedScheme { scheme: other.to_owned() }),
            None => return Err(TransportError::InvalidEndpoint { url: url.to_owned() }),
        };
        let host = uri.host().unwrap_or_default();
        // `[::1]` stands in brackets in a URL only.
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let port = uri.port_u16().unwrap_or(scheme.default_port());
        Ok(Origin { scheme, host: host.to_owned(), port })
    }
}

impl Scheme {
    fn default_port(self) -> u16 {
        match self {
            Scheme::Http => 80,
            Scheme::Https => 443,
        }
    }
}

/// Turns a request for a URL into one for a server: the `Host` header (without a default port, as it was
/// signed) and the path alone as target. `None` when the URL has no host.
fn address(request: &mut Request<SdkBody>, origin: &Origin) -> Option<()> {
    let authority = request.uri().authority()?;
    let host = match authority.port_u16() {
        Some(port) if port != origin.scheme.default_port() => format!("{}:{port}", authority.host()),
        _ => authority.host().to_owned(),
    };
    let host = HeaderValue::try_from(host).ok()?;
    let target = request.uri().path_and_query().cloned().unwrap_or(PathAndQuery::from_static("/"));
    request.headers_mut().insert(HOST, host);
    *request.uri_mut() = Uri::from(target);
    Some(())
}

fn exchange_error(error: &hyper::Error, url: &str) -> TransportError {
    let url = url.to_owned();
    let io = error.source().and_then(|source| source.downcast_ref::<io::Error>());
    match io {
        Some(error) if error.kind() == io::ErrorKind::TimedOut => TransportError::ReadTimeout { url },
        Some(error) => match failure_in(error) {
            Some(failure) => TransportError::Tls { url, failure },
            None => TransportError::ConnectionClosed { url },
        },
        None => TransportError::ConnectionClosed { url },
    }
}

/// The kind tells the SDK whether to try again: never for `user`.
fn connector_error(error: TransportError) -> ConnectorError {
    match error {
        error if error.is_final() => ConnectorError::user(error.into()),
        TransportError::ConnectTimeout { .. } | TransportError::ReadTimeout { .. } => {
            ConnectorError::timeout(error.into())
        }
        error => ConnectorError::io(error.into()),
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let shared = Arc::clone(&self.shared);
        HttpConnectorFuture::new(async move { shared.exchange(request).await.map_err(connector_error) })
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
