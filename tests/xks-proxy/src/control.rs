//! The control paths for those who do not use the library, over plain HTTP on a port of their own:
//!
//! | request | does |
//! |---|---|
//! | `POST /_proxy/faults` | adds the fault, or the list of faults, in the body |
//! | `DELETE /_proxy/faults` | forgets all faults |
//! | `POST /_proxy/settings` | changes the settings in the body; the others stay |
//! | `GET /_proxy/requests` | lists the requests so far, without secrets |
//! | `DELETE /_proxy/requests` | forgets them |
//! | `GET /_proxy/ca` | the authority's certificate, as PEM |
//! | `GET /_proxy/client-certificate` | a client certificate that the proxy accepts, and its key, as PEM |

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::certificates::{Certificate, CertificateError, TlsVersions};
use crate::faults::Fault;
use crate::proxy::State;
use crate::server::{ResponseBody, locked, response};
use crate::settings::{Credential, KeyManager};

/// The largest body that is read.
const MAX_BODY: usize = 1 << 20;

/// A change of settings; what is left out stays.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    fleet: Option<Vec<KeyManager>>,
    /// By path; an empty list removes the key store.
    #[serde(default)]
    credentials: BTreeMap<String, Vec<Credential>>,
    certificate: Option<Certificate>,
    client_certificates: Option<bool>,
    tls_versions: Option<TlsVersions>,
}

#[derive(Debug, thiserror::Error)]
enum ControlError {
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    #[error("{0} {1} does not exist")]
    NotFound(Method, String),
}

/// What a control path answers with.
enum Reply {
    Json(Value),
    Pem(String),
}

/// Accepts connections until the task is dropped.
pub(crate) async fn serve(listener: TcpListener, state: Arc<State>) -> Infallible {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(1)).await;
            continue;
        };
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            let handler = service_fn(|request| handle(&state, request));
            let connection =
                hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), handler);
            connection.await.ok();
        });
    }
}

async fn handle(state: &State, request: Request<Incoming>) -> Result<Response<ResponseBody>, Infallible> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, MAX_BODY).collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let (status, content_type, text) = match answer(state, &head.method, head.uri.path(), &body) {
        Ok(Reply::Json(value)) => (200, "application/json", value.to_string()),
        Ok(Reply::Pem(text)) => (200, "application/x-pem-file", text),
        Err(error) => {
            let status = if matches!(error, ControlError::NotFound(..)) { 404 } else { 400 };
            (status, "application/json", json!({"message": error.to_string()}).to_string())
        }
    };
    Ok(response(status, content_type, ResponseBody::new(Bytes::from(text), None)))
}

fn answer(state: &State, method: &Method, path: &str, body: &[u8]) -> Result<Reply, ControlError> {
    let service = &state.service;
    match (method.as_str(), path) {
        ("POST", "/_proxy/faults") => {
            let faults = faults(body)?;
            let mut waiting = locked(&service.faults);
            faults.into_iter().for_each(|fault| waiting.add(fault));
        }
        ("DELETE", "/_proxy/faults") => locked(&service.faults).clear(),
        ("POST", "/_proxy/settings") => change(state, serde_json::from_slice(body)?)?,
        ("GET", "/_proxy/requests") => return Ok(Reply::Json(json!(locked(&service.journal).requests))),
        ("DELETE", "/_proxy/requests") => locked(&service.journal).clear(),
        ("GET", "/_proxy/ca") => return Ok(Reply::Pem(state.ca_pem())),
        ("GET", "/_proxy/client-certificate") => return Ok(Reply::Pem(state.client_certificate_pem()?)),
        _ => return Err(ControlError::NotFound(method.clone(), path.to_owned())),
    }
    Ok(Reply::Json(json!({})))
}

fn faults(body: &[u8]) -> Result<Vec<Fault>, serde_json::Error> {
    match serde_json::from_slice(body)? {
        list @ Value::Array(_) => serde_json::from_value(list),
        one => serde_json::from_value(one).map(|fault| vec![fault]),
    }
}

fn change(state: &State, change: Change) -> Result<(), CertificateError> {
    let Change { fleet, credentials, certificate, client_certificates, tls_versions } = change;
    if certificate.is_some() || client_certificates.is_some() || tls_versions.is_some() {
        state.change_tls(|tls| {
            tls.certificate = certificate.unwrap_or(tls.certificate);
            tls.client_certificates = client_certificates.unwrap_or(tls.client_certificates);
            tls.versions = tls_versions.unwrap_or(tls.versions);
        })?;
    }
    let mut settings = locked(&state.service.settings);
    if let Some(fleet) = fleet {
        settings.fleet = fleet;
    }
    for (path, credentials) in credentials {
        settings.set_credentials(&path, credentials);
    }
    Ok(())
}
