//! TLS sessions: which servers are trusted, and the session itself.

pub(crate) mod bundle;
mod certificate;
pub(crate) mod error;
mod host;
mod path;
mod reason;
pub(crate) mod session;
mod verifier;
pub(crate) mod warning;

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::ring::cipher_suite::{
    TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, TLS13_AES_256_GCM_SHA384,
    TLS13_CHACHA20_POLY1305_SHA256,
};
use rustls::crypto::{CryptoProvider, ring};
use rustls::{CertificateError, ClientConfig, InvalidMessage, OtherError, SupportedCipherSuite};
use tokio::sync::OnceCell;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use self::bundle::Bundle;
use self::host::{no_host, server_name};
use self::session::{Demand, Session};
use self::verifier::{Trust, Verifier};
use super::stream::{Stream, within};
use crate::transport::tls::error::TlsFailure;

/// The cipher suites of which an external key store proxy must have one (proxy API specification 1.0.3).
static SUITES_OF_PROXIES: [SupportedCipherSuite; 4] = [
    TLS13_AES_256_GCM_SHA384,
    TLS13_CHACHA20_POLY1305_SHA256,
    TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
];

/// The TLS side of a client. Nothing is read or built before the first session, and copies share what was read.
#[derive(Clone)]
pub(crate) struct Tls {
    /// Whether servers are verified.
    pub(crate) verify: bool,
    bundle: Option<PathBuf>,
    trust: Arc<OnceCell<Arc<Trust>>>,
}

impl Tls {
    /// `verify: false` beats the bundle, which is then not even read. Without a bundle the public authorities
    /// are trusted, and with one they are not: so does the reference.
    pub(crate) fn new(verify: bool, bundle: Option<PathBuf>) -> Tls {
        Tls { verify, bundle, trust: Arc::default() }
    }

    /// Makes a TLS session with `host` over a stream. TLS 1.2 or 1.3, HTTP/1.1. The limit holds for the handshake as
    /// a whole: a server that sends a byte now and then does not hold the program.
    ///
    /// # Errors
    /// The outer error is that of the stream (`TimedOut` included), the inner one that of TLS.
    pub(crate) async fn connect(
        &self,
        host: &str,
        stream: Stream,
        limit: Option<Duration>,
    ) -> io::Result<Result<Stream, TlsFailure>> {
        let config =
            |trust| client_config(ring::default_provider(), Verifier::new(trust, host), Arc::default());
        let config = match self.trust().await.and_then(config) {
            Ok(config) => config,
            Err(failure) => return Ok(Err(failure)),
        };
        let made = handshake(config, host, stream, limit).await?;
        Ok(made.map(|stream| Box::new(stream) as Stream))
    }

    /// As [`Tls::connect`], but as KMS makes sessions with external key store proxies: with its cipher suites only. Makes one
    /// with any server and says what that has shown. Whether it demanded a certificate is known afterwards, even if there is
    /// no session.
    ///
    /// # Errors
    /// As for [`Tls::connect`], but for a certificate that is not trusted.
    pub(crate) async fn inspect(
        &self,
        host: &str,
        stream: Stream,
        limit: Option<Duration>,
        demand: &Arc<Demand>,
    ) -> io::Result<Result<(Stream, Session), TlsFailure>> {
        let provider =
            CryptoProvider { cipher_suites: SUITES_OF_PROXIES.to_vec(), ..ring::default_provider() };
        let anyone = Verifier::new(Arc::new(Trust::Anyone), host);
        let config = client_config(provider, anyone, Arc::clone(demand));
        let ready = self.trust().await.and_then(|trust| Ok((trust, config?)));
        let (trust, config) = match ready {
            Ok(ready) => ready,
            Err(failure) => return Ok(Err(failure)),
        };
        let made = handshake(config, host, stream, limit).await?;
        Ok(made.map(|stream| {
            let session = Session::of(stream.get_ref().1, trust, host);
            (Box::new(stream) as Stream, session)
        }))
    }

    async fn trust(&self) -> Result<Arc<Trust>, TlsFailure> {
        let trust = self.trust.get_or_try_init(|| async {
            Ok(Arc::new(match &self.bundle {
                _ if !self.verify => Trust::Anyone,
                None => Trust::PublicAuthorities,
                Some(bundle) => Trust::Bundle(Bundle::read(bundle).await?),
            }))
        });
        trust.await.cloned()
    }
}

/// Shows what was configured, whether or not it was read.
impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("verify", &self.verify).field("bundle", &self.bundle).finish()
    }
}

/// The TLS failure inside an error of a TLS stream, if it is one of TLS and not of TCP.
pub(crate) fn failure_in(error: &io::Error) -> Option<TlsFailure> {
    let error = error.get_ref()?.downcast_ref::<rustls::Error>()?;
    Some(match error {
        rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType) => TlsFailure::NotTls,
        rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(inner))) => {
            inner.downcast_ref::<TlsFailure>().cloned().unwrap_or(TlsFailure::Broken)
        }
        rustls::Error::AlertReceived(alert) => TlsFailure::Alert(u8::from(*alert)),
        rustls::Error::PeerIncompatible(_) => TlsFailure::Incompatible,
        _ => TlsFailure::Broken,
    })
}

/// The outer error is that of the stream, the inner one that of TLS.
async fn handshake(
    config: ClientConfig,
    host: &str,
    stream: Stream,
    limit: Option<Duration>,
) -> io::Result<Result<TlsStream<Stream>, TlsFailure>> {
    let name = server_name(host).unwrap_or_else(no_host);
    let handshake = TlsConnector::from(Arc::new(config)).connect(name, stream);
    match within(limit, handshake).await {
        Ok(stream) => Ok(Ok(stream)),
        Err(error) => match failure_in(&error) {
            Some(failure) => Ok(Err(failure)),
            None if error.kind() == io::ErrorKind::UnexpectedEof => Ok(Err(TlsFailure::EndOfStream)),
            None => Err(error),
        },
    }
}

fn client_config(
    provider: CryptoProvider,
    verifier: Verifier,
    demand: Arc<Demand>,
) -> Result<ClientConfig, TlsFailure> {
    let mut config = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .map_err(|_| TlsFailure::Incompatible)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_client_cert_resolver(demand);
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.resumption = rustls::client::Resumption::disabled();
    Ok(config)
}
