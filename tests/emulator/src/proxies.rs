//! KMS's side of the proxy API: GetHealthStatus, asked over TLS, and what KMS makes of the answers.
//!
//! Source: the AWS KMS external key store proxy API specification, and the texts of UpdateCustomKeyStore and
//! ConnectionErrorCode in the KMS API (2014-11-01).

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::SendRequest;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use hyper::{HeaderMap, Method, Request, Response};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::Resumption;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};

use crate::sigv4::{self, AccessKey};
use crate::state::ConnectionErrorCode;
use crate::store::Secret;

/// How long KMS waits for a proxy.
const TIME_LIMIT: Duration = Duration::from_millis(250);
/// The largest response that is read.
const MAX_BODY: usize = 1 << 16;
/// The most key managers that a response may have.
const MAX_FLEET: usize = 10;

/// The proxies that KMS can reach, and how.
pub(crate) struct Proxies {
    /// By host name in lower case.
    addresses: BTreeMap<String, SocketAddr>,
    tls: Arc<ClientConfig>,
    time_limit: Duration,
}

/// The settings of [`Proxies`].
#[derive(Clone, Debug)]
pub(crate) struct ProxySettings {
    /// `None` when proxies are not asked.
    pub(crate) addresses: Option<BTreeMap<String, SocketAddr>>,
    pub(crate) ca_pem: String,
    /// A client certificate and its private key.
    pub(crate) client_certificate_pem: Option<Secret>,
    pub(crate) time_limit: Duration,
}

/// Why proxies cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum ProxySettingsError {
    /// The text is not PEM, or has not what is expected.
    #[error("the certificates of the proxies cannot be read: {0}")]
    Pem(#[from] pem::Error),
    /// The emulator asks nobody outside of this machine.
    #[error("{0} is not an address of this machine")]
    NotLoopback(SocketAddr),
    /// A certificate or a key is not valid.
    #[error("the certificates of the proxies cannot be used: {0}")]
    Tls(#[from] rustls::Error),
}

/// One health check.
#[derive(Clone, Debug)]
pub(crate) struct HealthCheck {
    /// `https://` and a host name.
    pub(crate) uri_endpoint: String,
    pub(crate) uri_path: String,
    pub(crate) credential: AccessKey,
    pub(crate) region: String,
    /// What KMS asks for: an operation, or `KmsHealthCheck`.
    pub(crate) kms_operation: &'static str,
    pub(crate) request_id: String,
}

/// What is wrong with a proxy, in KMS's eyes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProxyError {
    /// No such host, no TCP connection, or one that breaks.
    NotReachable,
    TimedOut,
    InvalidTls,
    /// Status 429 or 503.
    Busy,
    AllUnavailable,
    AuthenticationFailed,
    AccessDenied,
    InvalidUriPath,
    InvalidResponse,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HealthStatus {
    xks_proxy_fleet_size: u32,
    #[serde(rename = "xksProxyVendor")]
    _xks_proxy_vendor: String,
    #[serde(rename = "xksProxyModel")]
    _xks_proxy_model: String,
    #[serde(rename = "ekmVendor")]
    _ekm_vendor: String,
    ekm_fleet_details: Vec<KeyManager>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeyManager {
    #[serde(rename = "id")]
    _id: String,
    #[serde(rename = "model")]
    _model: String,
    health_status: Health,
}

#[derive(PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Health {
    Active,
    Degraded,
    Unavailable,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ErrorBody {
    error_name: String,
}

impl ProxyError {
    /// The exception of CreateCustomKeyStore and UpdateCustomKeyStore.
    pub(crate) fn exception(self) -> &'static str {
        match self {
            Self::NotReachable | Self::TimedOut | Self::InvalidTls | Self::Busy | Self::AllUnavailable => {
                "XksProxyUriUnreachableException"
            }
            Self::AuthenticationFailed => "XksProxyIncorrectAuthenticationCredentialException",
            Self::AccessDenied | Self::InvalidUriPath => "XksProxyInvalidConfigurationException",
            Self::InvalidResponse => "XksProxyInvalidResponseException",
        }
    }

    /// What DescribeCustomKeyStores shows after ConnectCustomKeyStore.
    pub(crate) fn connection_error_code(self) -> ConnectionErrorCode {
        match self {
            Self::NotReachable | Self::Busy | Self::AllUnavailable => {
                ConnectionErrorCode::XKS_PROXY_NOT_REACHABLE
            }
            Self::TimedOut => ConnectionErrorCode::XKS_PROXY_TIMED_OUT,
            Self::InvalidTls => ConnectionErrorCode::XKS_PROXY_INVALID_TLS_CONFIGURATION,
            Self::AuthenticationFailed => ConnectionErrorCode::INVALID_CREDENTIALS,
            Self::AccessDenied => ConnectionErrorCode::XKS_PROXY_ACCESS_DENIED,
            Self::InvalidUriPath => ConnectionErrorCode::XKS_PROXY_INVALID_CONFIGURATION,
            Self::InvalidResponse => ConnectionErrorCode::XKS_PROXY_INVALID_RESPONSE,
        }
    }

    /// A TLS error anywhere among the causes, or a connection that does not work.
    fn of_connection(error: &(dyn Error + 'static)) -> Self {
        let mut cause = Some(error);
        while let Some(error) = cause {
            let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
            if inner.is_some_and(|inner| inner.is::<rustls::Error>()) {
                return Self::InvalidTls;
            }
            cause = error.source();
        }
        Self::NotReachable
    }
}

impl Default for ProxySettings {
    fn default() -> Self {
        Self { addresses: None, ca_pem: String::new(), client_certificate_pem: None, time_limit: TIME_LIMIT }
    }
}

impl ProxySettings {
    pub(crate) fn connect(self) -> Result<Option<Proxies>, ProxySettingsError> {
        let Some(addresses) = self.addresses else { return Ok(None) };
        if let Some(address) = addresses.values().find(|address| !address.ip().is_loopback()) {
            return Err(ProxySettingsError::NotLoopback(*address));
        }
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(self.ca_pem.as_bytes()) {
            roots.add(certificate?)?;
        }
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots);
        let mut tls = match self.client_certificate_pem {
            None => builder.with_no_client_auth(),
            Some(pem) => {
                let pem = pem.expose();
                let chain = CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<_, _>>()?;
                builder.with_client_auth_cert(chain, PrivateKeyDer::from_pem_slice(pem.as_bytes())?)?
            }
        };
        // Each check is to see the certificate that the proxy has now.
        tls.resumption = Resumption::disabled();
        Ok(Some(Proxies { addresses, tls: Arc::new(tls), time_limit: self.time_limit }))
    }
}

/// Shows no key.
impl fmt::Debug for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxies").field("addresses", &self.addresses).finish_non_exhaustive()
    }
}

impl Proxies {
    /// Asks the proxy for its health, as KMS does before it uses new settings.
    pub(crate) async fn check(&self, check: &HealthCheck) -> Result<(), ProxyError> {
        let answer = tokio::time::timeout(self.time_limit, self.ask(check)).await;
        answer.unwrap_or(Err(ProxyError::TimedOut))
    }

    async fn ask(&self, check: &HealthCheck) -> Result<(), ProxyError> {
        let host = check.uri_endpoint.strip_prefix("https://").unwrap_or_default();
        let address = self.addresses.get(&host.to_ascii_lowercase()).ok_or(ProxyError::NotReachable)?;
        let stream = TcpStream::connect(address).await.map_err(|_| ProxyError::NotReachable)?;
        let name = ServerName::try_from(host.to_owned()).map_err(|_| ProxyError::NotReachable)?;
        let connector = TlsConnector::from(Arc::clone(&self.tls));
        let stream =
            connector.connect(name, stream).await.map_err(|error| ProxyError::of_connection(&error))?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(of_http)?;
        // Dropped with this future, when the time is over.
        let mut driver = JoinSet::new();
        driver.spawn(connection);
        let outcome = exchange(&mut sender, check.request(host)).await;
        drop(sender);
        if outcome != Err(ProxyError::NotReachable) {
            return outcome;
        }
        // An alert may have ended the connection before the request was sent.
        match driver.join_next().await {
            Some(Ok(Err(error))) => Err(of_http(error)),
            _ => outcome,
        }
    }
}

fn of_http(error: hyper::Error) -> ProxyError {
    ProxyError::of_connection(&error)
}

async fn exchange(
    sender: &mut SendRequest<Full<Bytes>>,
    request: Request<Full<Bytes>>,
) -> Result<(), ProxyError> {
    let (head, body) = sender.send_request(request).await.map_err(of_http)?.into_parts();
    let body = Limited::new(body, MAX_BODY).collect().await;
    let body = body.map_err(|error| match error.downcast::<hyper::Error>() {
        Ok(error) => of_http(*error),
        Err(_) => ProxyError::InvalidResponse,
    })?;
    judge(&Response::from_parts(head, body.to_bytes()))
}

impl HealthCheck {
    /// The signed request, with the headers that the specification names.
    fn request(&self, host: &str) -> Request<Full<Bytes>> {
        let metadata = json!({"kmsRequestId": self.request_id, "kmsOperation": self.kms_operation});
        let body = json!({"requestMetadata": metadata}).to_string();
        let path = format!("{}/health", self.uri_path);
        let mut headers = HeaderMap::new();
        // A host name, a time and a signature are always valid header values.
        let mut insert = |name: &'static str, value: &str| {
            HeaderValue::from_str(value).map(|value| headers.insert(name, value)).ok();
        };
        insert("host", host);
        insert("x-amz-date", &sigv4::timestamp_of(SystemTime::now()));
        insert("content-type", "application/json");
        let signature =
            sigv4::authorization(&self.credential, &self.region, &path, &headers, body.as_bytes());
        headers.extend(HeaderValue::from_str(&signature).ok().map(|value| (AUTHORIZATION, value)));
        let mut request = Request::new(Full::from(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = path.parse().unwrap_or_default();
        *request.headers_mut() = headers;
        request
    }
}

/// What KMS makes of a response.
fn judge(response: &Response<Bytes>) -> Result<(), ProxyError> {
    let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_json = content_type.is_some_and(|value| value.starts_with("application/json"));
    match response.status().as_u16() {
        429 | 503 => Err(ProxyError::Busy),
        _ if !is_json => Err(ProxyError::InvalidResponse),
        200 => {
            let health: HealthStatus =
                serde_json::from_slice(response.body()).map_err(|_| ProxyError::InvalidResponse)?;
            let fleet = &health.ekm_fleet_details;
            if health.xks_proxy_fleet_size == 0 || !(1..=MAX_FLEET).contains(&fleet.len()) {
                Err(ProxyError::InvalidResponse)
            } else if fleet.iter().all(|manager| manager.health_status == Health::Unavailable) {
                Err(ProxyError::AllUnavailable)
            } else {
                Ok(())
            }
        }
        _ => {
            let error = serde_json::from_slice(response.body());
            let name = error.map_or_else(|_| String::new(), |body: ErrorBody| body.error_name);
            Err(match name.as_str() {
                "AuthenticationFailedException" => ProxyError::AuthenticationFailed,
                "AccessDeniedException" => ProxyError::AccessDenied,
                "InvalidUriPathException" => ProxyError::InvalidUriPath,
                "ThrottlingException" | "DependencyTimeoutException" => ProxyError::Busy,
                _ => ProxyError::InvalidResponse,
            })
        }
    }
}
