//! The server: accepts connections, with TLS or without, and answers requests as the faults allow.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request as HttpRequest, Response, StatusCode};
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use rustls::server::Acceptor;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::LazyConfigAcceptor;

use crate::faults::{Effect, Fault, Faults, Stage};
use crate::journal::{Journal, Request};
use crate::settings::Settings;
use crate::{health, signature};

/// The largest body that is read.
const MAX_BODY: usize = 1 << 16;

/// How long a connection without a handshake may stay open.
const LINGER: Duration = Duration::from_secs(5);

/// Everything that the server and the handle share.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) settings: Mutex<Settings>,
    /// `None` serves plain HTTP.
    pub(crate) tls: Option<Mutex<Arc<ServerConfig>>>,
    pub(crate) faults: Mutex<Faults>,
    pub(crate) journal: Mutex<Journal>,
}

/// The connection is to be closed without a response.
#[derive(Debug, thiserror::Error)]
#[error("the connection is closed without a response")]
pub(crate) struct NoResponse;

/// Locks, also after a panic elsewhere: the data is changed in single steps, so it is whole.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Accepts connections until the task is dropped.
pub(crate) async fn serve(listener: TcpListener, service: Arc<Service>) -> Infallible {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, or a connection that broke before it began: the next one may work.
            tokio::time::sleep(Duration::from_millis(1)).await;
            continue;
        };
        // A request and its response are small; without this, two small writes wait for each other.
        stream.set_nodelay(true).ok();
        let service = Arc::clone(&service);
        tokio::spawn(async move {
            locked(&service.journal).connections += 1;
            if let Err(error) = connection(stream, &service).await {
                locked(&service.journal).broken(&error);
            }
        });
    }
}

/// One connection from its start to its end. Errors are those of its handshake.
async fn connection(stream: TcpStream, service: &Arc<Service>) -> io::Result<()> {
    if !service.passes(Stage::Accept).await {
        return Ok(());
    }
    let Some(tls) = &service.tls else {
        requests(stream, service).await;
        return Ok(());
    };
    let start = LazyConfigAcceptor::new(Acceptor::default(), stream).await?;
    if !service.passes(Stage::Handshake).await {
        return Ok(());
    }
    let config = Arc::clone(&locked(tls));
    match start.into_stream(config).into_fallible().await {
        Ok(stream) => {
            requests(stream, service).await;
            Ok(())
        }
        Err((error, stream)) => {
            locked(&service.journal).broken(&error);
            // An error means that the client is gone, or waits longer than it may.
            tokio::time::timeout(LINGER, drain(stream)).await.ok();
            Ok(())
        }
    }
}

/// Ends the proxy's side of a connection and reads what is left: a socket that closes with unread data takes the
/// alert away that the client is to see.
async fn drain(mut stream: TcpStream) -> io::Result<()> {
    stream.shutdown().await?;
    tokio::io::copy(&mut stream, &mut tokio::io::sink()).await?;
    Ok(())
}

async fn requests(stream: impl AsyncRead + AsyncWrite + Unpin, service: &Arc<Service>) {
    let handler = service_fn(|request| service.handle(request));
    let connection =
        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), handler);
    // The only errors are broken connections: the client's business, or a fault's intention.
    connection.await.ok();
}

impl Service {
    fn fault(&self, stage: Stage) -> Option<Fault> {
        locked(&self.faults).next(stage)
    }

    /// Waits as a fault demands. False: the connection is to be closed.
    async fn passes(&self, stage: Stage) -> bool {
        let Some(fault) = self.fault(stage) else { return true };
        fault.wait().await;
        fault.effect == Effect::Answer
    }

    async fn handle(&self, request: HttpRequest<Incoming>) -> Result<Response<ResponseBody>, NoResponse> {
        let (head, body) = request.into_parts();
        let body = Limited::new(body, MAX_BODY).collect().await.map_err(|_| NoResponse)?.to_bytes();
        let settings = locked(&self.settings).clone();
        let authenticated = health::credentials(&settings, head.uri.path()).map(|credentials| {
            let region = settings.region.as_deref();
            signature::is_good(&head, &body, credentials, region, SystemTime::now())
        });
        let metadata: Value = serde_json::from_slice(&body).unwrap_or_default();
        let number = locked(&self.journal).record(Request {
            method: head.method.to_string(),
            path: head.uri.path().to_owned(),
            kms_operation: metadata["requestMetadata"]["kmsOperation"].as_str().map(str::to_owned),
            access_key_id: signature::access_key_id(&head),
            authenticated: authenticated == Some(true),
            status: None,
        });
        let fault = self.fault(Stage::Head);
        if let Some(fault) = &fault {
            fault.wait().await;
        }
        let (status, content_type, body) = match fault.map(|fault| fault.effect).unwrap_or_default() {
            Effect::Answer | Effect::Hang => {
                let answer = health::answer(&head, &body, authenticated);
                (answer.status(), "application/json".to_owned(), answer.body(&settings).to_string().into())
            }
            Effect::Respond { status, content_type, body } => (status, content_type, body),
            Effect::Close => {
                locked(&self.journal).answered(number, None);
                return Err(NoResponse);
            }
        };
        locked(&self.journal).answered(number, Some(status));
        Ok(response(status, &content_type, ResponseBody::new(body, self.fault(Stage::Body))))
    }
}

/// A response. A status outside 100 to 999 becomes 500; a content type that no header can have is left out.
pub(crate) fn response(status: u16, content_type: &str, body: ResponseBody) -> Response<ResponseBody> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Ok(value) = HeaderValue::from_str(content_type) {
        response.headers_mut().insert(CONTENT_TYPE, value);
    }
    response
}

/// The body of a response.
pub(crate) enum ResponseBody {
    /// Sent as it is.
    Whole(Option<Bytes>),
    /// Sent with a pause in it.
    Paused(Paused),
}

/// A body whose whole length is announced.
pub(crate) struct Paused {
    announced: u64,
    /// What comes before the pause.
    first: Option<Bytes>,
    pause: Pin<Box<dyn Future<Output = ()> + Send>>,
    /// What comes after it; `None` breaks the connection.
    rest: Option<Bytes>,
}

impl ResponseBody {
    /// The body, spoilt by the fault.
    pub(crate) fn new(body: Bytes, fault: Option<Fault>) -> Self {
        let Some(fault) = fault else { return Self::Whole(Some(body)) };
        let announced = body.len() as u64;
        let half = body.len() / 2;
        let (first, rest) = match fault.effect {
            Effect::Answer | Effect::Respond { .. } => (Bytes::new(), Some(body)),
            Effect::Close | Effect::Hang => (body.slice(..half), None),
        };
        let pause = Box::pin(async move {
            // One pause at least, so that what there is is written before the connection breaks.
            tokio::time::sleep(Duration::from_millis(1)).await;
            fault.wait().await;
        });
        Self::Paused(Paused { announced, first: Some(first), pause, rest })
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = self.get_mut();
        let paused = match this {
            Self::Whole(body) => return Poll::Ready(body.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Paused(paused) => paused,
        };
        if let Some(first) = paused.first.take().filter(|first| !first.is_empty()) {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        ready!(paused.pause.as_mut().poll(context));
        match paused.rest.take() {
            Some(rest) => {
                *this = Self::Whole(None);
                Poll::Ready(Some(Ok(Frame::data(rest))))
            }
            None => Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into()))),
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(match self {
            Self::Whole(body) => body.as_ref().map_or(0, |bytes| bytes.len() as u64),
            Self::Paused(paused) => paused.announced,
        })
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(None))
    }
}
