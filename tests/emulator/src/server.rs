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

use crate::changes::Changes;
use crate::control;
use crate::error::ServiceError;
use crate::faults::{Delays, Effect, Fault, Faults};
use crate::journal::{Journal, Request};
use crate::operations::{Context, Operation};
use crate::proxies::{HealthCheck, Proxies, ProxyError};
use crate::sigv4::{self, AccessKey, SignedRequest};
use crate::state::{Connection, ConnectionErrorCode};
use crate::store::{Backing, CustomKeyStore, Owner, Stores};
use crate::validation::{self, Input};
use crate::wire::{self, ReplyBody};

/// The largest body that is read. The largest valid one is some 7 KB.
const MAX_BODY: usize = 1 << 20;

/// The emulator's settings and everything it remembers.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) access_keys: Vec<AccessKey>,
    pub(crate) signature_check: bool,
    pub(crate) connect_transition: Duration,
    pub(crate) disconnect_transition: Duration,
    pub(crate) propagation: Duration,
    pub(crate) region: String,
    /// The external key store proxies to ask; without them all proxies are good.
    pub(crate) proxies: Option<Proxies>,
    pub(crate) stores: Mutex<Stores>,
    pub(crate) faults: Mutex<Faults>,
    pub(crate) delays: Mutex<Delays>,
    pub(crate) changes: Mutex<Changes>,
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
    async fn answer(self: &Arc<Self>, operation: Operation, head: &Parts, body: Bytes, id: &str) -> Answer {
        let request = Request { operation, headers: head.headers.clone(), body: body.clone() };
        locked(&self.journal).record(request.clone());
        let failed = locked(&self.changes).before(operation, &mut locked(&self.stores));
        for error in failed {
            locked(&self.journal).note(&format!("a change before this call was not made: {error}"));
        }
        let fault = locked(&self.faults).next(operation);
        let fault = fault.unwrap_or_else(|| Fault::once(Effect::Answer));
        let delay = locked(&self.delays).of(operation) + fault.delay();
        tokio::time::sleep(delay).await;
        let call = |failure| self.call(operation, head, &body, failure, id);
        let log = |outcome: &str| locked(&self.journal).log(&request, outcome);
        let logged = |outcome: Result<Value, ServiceError>| {
            log(outcome.as_ref().map_or_else(ServiceError::code, |_| "ok"));
            wire::reply(&outcome, id)
        };
        match fault.effect {
            Effect::Answer => Ok(logged(call(None).await)),
            Effect::FailConnection { code } => Ok(logged(call(Some(code)).await)),
            Effect::Error { status, code, message } => {
                Ok(logged(Err(ServiceError::Injected { status, code, message })))
            }
            Effect::Body { status, body } => {
                log("fault: other body");
                Ok(wire::response(status, body.into(), id))
            }
            Effect::Truncate { keep } => Ok(wire::truncated(logged(call(None).await), keep)),
            Effect::LoseReply => {
                logged(call(None).await);
                Err(NoAnswer)
            }
            Effect::Close => {
                log("fault: closed");
                Err(NoAnswer)
            }
        }
    }

    /// Checks the signature and the input, then does the operation.
    async fn call(
        self: &Arc<Self>,
        operation: Operation,
        head: &Parts,
        body: &[u8],
        connection_failure: Option<ConnectionErrorCode>,
        id: &str,
    ) -> Result<Value, ServiceError> {
        let now = SystemTime::now();
        let owner = self.caller(head, body, now)?;
        let input = validation::check(operation.input(), &wire::object(body)?)?;
        let transition = match operation {
            Operation::DisconnectCustomKeyStore => self.disconnect_transition,
            _ => self.connect_transition,
        };
        let context = Context { owner, now, transition, propagation: self.propagation, connection_failure };
        if let Some(proxies) = &self.proxies
            && let Some(check) = self.health_check(operation, &context, &input, id)?
        {
            proxies.check(&check).await.map_err(ServiceError::Proxy)?;
        }
        let mut stores = locked(&self.stores);
        let starts = operation == Operation::ConnectCustomKeyStore && connection_failure.is_none();
        let sequence = starts.then(|| disconnected(&mut stores, &context, &input)).flatten();
        let reply = operation.run(&mut stores, &context, &input)?;
        if let Some(sequence) = sequence {
            self.ask_meanwhile(&mut stores, sequence, &context, id);
        }
        Ok(reply)
    }

    /// What KMS asks the proxy before it takes new values. Errors: what the operation fails with anyway.
    fn health_check(
        &self,
        operation: Operation,
        context: &Context,
        input: &Input,
        id: &str,
    ) -> Result<Option<HealthCheck>, ServiceError> {
        let changes_proxy = match operation {
            Operation::CreateCustomKeyStore => true,
            Operation::UpdateCustomKeyStore => input.names().any(|name| name.starts_with("XksProxy")),
            _ => false,
        };
        if !changes_proxy {
            return Ok(None);
        }
        let mut trial = locked(&self.stores).clone();
        let reply = operation.run(&mut trial, context, input)?;
        let store_id = reply["CustomKeyStoreId"].as_str().unwrap_or(input.required("CustomKeyStoreId"));
        let store = trial.find(&context.owner, store_id)?;
        let Backing::External(proxy) = &store.backing else { return Ok(None) };
        let is_new = input.has("XksProxyAuthenticationCredential");
        let current = (proxy.access_key_id.as_str(), &proxy.secret);
        let (key_id, secret) = if is_new { current } else { proxy.credential(context.now) };
        Ok(Some(HealthCheck {
            uri_endpoint: proxy.uri_endpoint.clone(),
            uri_path: proxy.uri_path.clone(),
            credential: AccessKey::new(key_id, secret.expose()),
            region: context.owner.region.clone(),
            kms_operation: operation.name(),
            request_id: id.to_owned(),
        }))
    }

    /// Lets a store that has begun to connect wait for its proxy, which is asked while the caller has the reply.
    fn ask_meanwhile(self: &Arc<Self>, stores: &mut Stores, sequence: u64, context: &Context, id: &str) {
        let store = stores.all().iter().find(|store| store.sequence == sequence);
        let check =
            store.and_then(|store| stored_health_check(store, context.now, "ConnectCustomKeyStore", id));
        let Some(check) = check.filter(|_| self.proxies.is_some()) else { return };
        let attempt = stores.begin_attempt(sequence);
        let (service, until) = (Arc::clone(self), context.now.checked_add(context.transition));
        tokio::spawn(async move {
            let Some(proxies) = &service.proxies else { return };
            let failure = proxies.check(&check).await.err().map(ProxyError::connection_error_code);
            locked(&service.stores).end_attempt(attempt, until, failure);
        });
    }

    /// Asks the proxies of all connected stores every `interval`, as KMS does all the time.
    pub(crate) async fn check_health(self: Arc<Self>, interval: Duration) {
        loop {
            tokio::time::sleep(interval).await;
            let Some(proxies) = &self.proxies else { return };
            let now = SystemTime::now();
            let checks: Vec<HealthCheck> = {
                let mut stores = locked(&self.stores);
                stores.settle(now);
                let connected = stores.all().iter().filter(|store| store.connection == Connection::Connected);
                let id = self.next_request_id();
                connected.filter_map(|store| stored_health_check(store, now, "KmsHealthCheck", &id)).collect()
            };
            for check in &checks {
                // The state of a store does not depend on it: CONNECTED only means connected once.
                proxies.check(check).await.ok();
            }
        }
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

/// The store that the input names, if it is DISCONNECTED.
fn disconnected(stores: &mut Stores, context: &Context, input: &Input) -> Option<u64> {
    stores.settle(context.now);
    let store = stores.find(&context.owner, input.required("CustomKeyStoreId")).ok()?;
    (store.connection == Connection::Disconnected).then_some(store.sequence)
}

/// What KMS asks the proxy of a store as it is, with the credential that its hosts use.
fn stored_health_check(
    store: &CustomKeyStore,
    now: SystemTime,
    kms_operation: &'static str,
    id: &str,
) -> Option<HealthCheck> {
    let Backing::External(proxy) = &store.backing else { return None };
    let (key_id, secret) = proxy.credential(now);
    Some(HealthCheck {
        uri_endpoint: proxy.uri_endpoint.clone(),
        uri_path: proxy.uri_path.clone(),
        credential: AccessKey::new(key_id, secret.expose()),
        region: store.owner.region.clone(),
        kms_operation,
        request_id: id.to_owned(),
    })
}
