//! The HTTP server: reads a request, spoils it if a fault says so, and lets the operation answer.

use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::service::service_fn;
use hyper::{Method, Request as HttpRequest, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;

use crate::control;
use crate::error::ServiceError;
use crate::faults::{Delays, Effect, Fault, Faults};
use crate::journal::{Journal, Request};
use crate::operations::{Context, Operation};
use crate::sigv4::{self, AccessKey, SignedRequest};
use crate::state::ConnectionErrorCode;
use crate::store::{Owner, Stores};
use crate::validation;
use crate::wire::{self, ReplyBody};

/// The largest body that is read. The largest valid one is some 7 KB.
const MAX_BODY: usize = 1 << 20;

/// The emulator's settings and everything it remembers.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) access_keys: Vec<AccessKey>,
    pub(crate) signature_check: bool,
    pub(crate) transition: Duration,
    pub(crate) region: String,
    pub(crate) stores: Mutex<Stores>,
    pub(crate) faults: Mutex<Faults>,
    pub(crate) delays: Mutex<Delays>,
    pub(crate) journal: Mutex<Journal>,
    pub(crate) answered: AtomicU64,
}

/// The connection is to be closed without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection is closed without an answer")]
pub(crate) struct NoAnswer;

type Answer = Result<Response<ReplyBody>, NoAnswer>;

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
        let service = Arc::clone(&service);
        tokio::spawn(async move {
            let handler = service_fn(|request| handle(Arc::clone(&service), request));
            let connection =
                hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), handler);
            // The only errors are broken connections: the client's business, or a fault's intention.
            connection.await.ok();
        });
    }
}

async fn handle(service: Arc<Service>, request: HttpRequest<Incoming>) -> Answer {
    let (head, body) = request.into_parts();
    let id = service.next_request_id();
    let Ok(body) = Limited::new(body, MAX_BODY).collect().await.map(|collected| collected.to_bytes()) else {
        return Ok(wire::response(413, Bytes::new(), &id));
    };
    if head.uri.path().starts_with(control::PREFIX) {
        let (status, body) = control::answer(&service, &head.method, head.uri.path(), &body);
        return Ok(wire::response(status, body.into(), &id));
    }
    if head.method != Method::POST || head.uri.path() != "/" {
        return Ok(wire::response(404, "<UnknownOperationException/>\n".into(), &id));
    }
    match wire::operation(&head.headers) {
        Ok(operation) => service.answer(operation, &head, body, &id).await,
        Err(error) => Ok(wire::reply(&Err(error), &id)),
    }
}

impl Service {
    /// Records a call, lets a waiting fault spoil it, and answers it.
    async fn answer(&self, operation: Operation, head: &Parts, body: Bytes, id: &str) -> Answer {
        let request = Request { operation, headers: head.headers.clone(), body: body.clone() };
        locked(&self.journal).record(request.clone());
        let fault = locked(&self.faults).next(operation);
        let fault = fault.unwrap_or_else(|| Fault::once(Effect::Answer));
        let delay = locked(&self.delays).of(operation) + fault.delay();
        tokio::time::sleep(delay).await;
        let call = |failure| self.call(operation, head, &body, failure);
        let log = |outcome: &str| locked(&self.journal).log(&request, outcome);
        let logged = |outcome: Result<Value, ServiceError>| {
            log(outcome.as_ref().map_or_else(ServiceError::code, |_| "ok"));
            wire::reply(&outcome, id)
        };
        match fault.effect {
            Effect::Answer => Ok(logged(call(None))),
            Effect::FailConnection { code } => Ok(logged(call(Some(code)))),
            Effect::Error { status, code, message } => {
                Ok(logged(Err(ServiceError::Injected { status, code, message })))
            }
            Effect::Body { status, body } => {
                log("fault: other body");
                Ok(wire::response(status, body.into(), id))
            }
            Effect::Truncate { keep } => Ok(wire::truncated(logged(call(None)), keep)),
            Effect::LoseReply => {
                logged(call(None));
                Err(NoAnswer)
            }
            Effect::Close => {
                log("fault: closed");
                Err(NoAnswer)
            }
        }
    }

    /// Checks the signature and the input, then does the operation.
    fn call(
        &self,
        operation: Operation,
        head: &Parts,
        body: &[u8],
        connection_failure: Option<ConnectionErrorCode>,
    ) -> Result<Value, ServiceError> {
        let now = SystemTime::now();
        let owner = self.caller(head, body, now)?;
        let input = validation::check(operation.input(), &wire::object(body)?)?;
        let context = Context { owner, now, transition: self.transition, connection_failure };
        operation.run(&mut locked(&self.stores), &context, &input)
    }

    fn caller(&self, head: &Parts, body: &[u8], now: SystemTime) -> Result<Owner, ServiceError> {
        if !self.signature_check {
            return Ok(sigv4::claimed(&head.headers, &self.access_keys, &self.region));
        }
        let signed = SignedRequest {
            method: head.method.as_str(),
            path: head.uri.path(),
            query: head.uri.query().unwrap_or_default(),
            headers: &head.headers,
            body,
        };
        Ok(sigv4::authenticate(signed, &self.access_keys, now)?)
    }

    /// A new request id, in the form of a UUID.
    fn next_request_id(&self) -> String {
        let number = self.answered.fetch_add(1, Ordering::Relaxed);
        let hex = hex::encode(Sha256::digest(format!("request/{number}")));
        format!("{}-{}-4{}-8{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32])
    }
}
