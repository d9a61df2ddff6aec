//! TLS sessions: which servers are trusted, and the session itself.

mod subject;
pub mod warning;

use std::fmt;
use std::fs;
use std::io;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, ServerName, TrustAnchor, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, InvalidMessage, OtherError, SignatureScheme,
};
use tokio_rustls::TlsConnector;
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert};

use self::subject::{common_names, fits};
use super::stream::Stream;
use crate::error::transport::{Distrust, TlsFailure};

/// The TLS side of a client. Nothing is read or built before the first session, and copies share what was read.
#[derive(Clone)]
pub struct Tls {
    verify: bool,
    bundle: Option<PathBuf>,
    trust: Arc<OnceLock<Arc<Trust>>>,
}

/// Which servers are trusted.
#[derive(Debug)]
enum Trust {
    /// All of them (`--no-verify-ssl`).
    Anyone,
    /// Those with a certificate of an authority that browsers trust.
    PublicAuthorities,
    /// Those with a certificate of an authority in the CA bundle, or with a certificate that the bundle holds.
    Bundle { anchors: Vec<TrustAnchor<'static>>, certificates: Vec<CertificateDer<'static>> },
}

/// Verifies the certificate of one host.
#[derive(Debug)]
struct Verifier {
    trust: Arc<Trust>,
    host: String,
    provider: Arc<CryptoProvider>,
}

impl Tls {
    /// `verify: false` beats the bundle, which is then not even read. Without a bundle the public authorities
    /// are trusted, and with one they are not: so does the reference.
    pub fn new(verify: bool, bundle: Option<PathBuf>) -> Tls {
        Tls { verify, bundle, trust: Arc::default() }
    }

    /// Whether servers are verified.
    pub fn is_verifying(&self) -> bool {
        self.verify
    }

    /// Makes a TLS session with `host` over a stream. TLS 1.2 or 1.3, HTTP/1.1.
    ///
    /// # Errors
    /// The outer error is that of the stream (`TimedOut` included), the inner one that of TLS.
    pub async fn connect(&self, host: &str, stream: Stream) -> io::Result<Result<Stream, TlsFailure>> {
        let config = match self.trust().and_then(|trust| client_config(trust, host)) {
            Ok(config) => config,
            Err(failure) => return Ok(Err(failure)),
        };
        let name = server_name(host).unwrap_or_else(no_host);
        match TlsConnector::from(Arc::new(config)).connect(name, stream).await {
            Ok(stream) => Ok(Ok(Stream::Tls(Box::new(stream)))),
            Err(error) => match failure_in(&error) {
                Some(failure) => Ok(Err(failure)),
                None if error.kind() == io::ErrorKind::UnexpectedEof => Ok(Err(TlsFailure::EndOfStream)),
                None => Err(error),
            },
        }
    }

    fn trust(&self) -> Result<Arc<Trust>, TlsFailure> {
        if let Some(trust) = self.trust.get() {
            return Ok(Arc::clone(trust));
        }
        let trust = match &self.bundle {
            _ if !self.verify => Trust::Anyone,
            None => Trust::PublicAuthorities,
            Some(bundle) => read_bundle(bundle)?,
        };
        Ok(Arc::clone(self.trust.get_or_init(|| Arc::new(trust))))
    }
}

/// Shows what was configured, whether or not it was read.
impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("verify", &self.verify).field("bundle", &self.bundle).finish()
    }
}

/// The TLS failure inside an error of a TLS stream, if it is one of TLS and not of TCP.
pub fn failure_in(error: &io::Error) -> Option<TlsFailure> {
    let error = error.get_ref()?.downcast_ref::<rustls::Error>()?;
    Some(match error {
        rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType) => TlsFailure::NotTls,
        rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(inner))) => inner
            .downcast_ref::<TlsFailure>()
            .cloned()
            .unwrap_or_else(|| TlsFailure::Other(error.to_string())),
        other => TlsFailure::Other(other.to_string()),
    })
}

fn client_config(trust: Arc<Trust>, host: &str) -> Result<ClientConfig, TlsFailure> {
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier { trust, host: host.to_owned(), provider: Arc::clone(&provider) };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| TlsFailure::Other(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.resumption = rustls::client::Resumption::disabled();
    Ok(config)
}

fn server_name(host: &str) -> Option<ServerName<'static>> {
    ServerName::try_from(host).ok().map(|name| name.to_owned())
}

/// Stands for a host whose text rustls does not take for a name, such as `127.1`; OpenSSL takes any text. It is
/// not sent to the server, and only the verifier judges the host.
fn no_host() -> ServerName<'static> {
    ServerName::IpAddress(Ipv4Addr::UNSPECIFIED.into())
}

/// Reads a CA bundle as OpenSSL does: every certificate must be decodable, other PEM blocks are skipped.
fn read_bundle(path: &Path) -> Result<Trust, TlsFailure> {
    let text = fs::read(path).map_err(|error| unreadable(&error))?;
    let mut certificates = Vec::new();
    let mut anchors = Vec::new();
    for certificate in CertificateDer::pem_slice_iter(&text) {
        let certificate = certificate.map_err(|error| match error {
            pem::Error::NoItemsFound => TlsFailure::BundleWithoutCertificate,
            _ => TlsFailure::BundleUndecodable,
        })?;
        match anchor_from_trusted_cert(&certificate) {
            Ok(anchor) => anchors.push(anchor.to_owned()),
            Err(webpki::Error::BadDer | webpki::Error::TrailingData(_)) => {
                return Err(TlsFailure::BundleUndecodable);
            }
            Err(_of_no_use_as_an_authority) => {}
        }
        certificates.push(certificate);
    }
    if certificates.is_empty() {
        return Err(TlsFailure::BundleWithoutCertificate);
    }
    Ok(Trust::Bundle { anchors, certificates })
}

fn unreadable(error: &io::Error) -> TlsFailure {
    // Rust adds ` (os error 2)` to the system's text, Python does not.
    let errno = error.raw_os_error().unwrap_or_default();
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default().to_owned();
    TlsFailure::BundleUnreadable { errno, text }
}

impl Verifier {
    fn verify(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), TlsFailure> {
        let (anchors, certificates) = match &*self.trust {
            Trust::Anyone => return Ok(()),
            Trust::PublicAuthorities => (webpki_roots::TLS_SERVER_ROOTS, &[][..]),
            Trust::Bundle { anchors, certificates } => (&anchors[..], &certificates[..]),
        };
        let certificate = EndEntityCert::try_from(end_entity).map_err(|error| distrust(&error))?;
        let algorithms = self.provider.signature_verification_algorithms.all;
        let usage = KeyUsage::server_auth();
        match certificate.verify_for_usage(algorithms, anchors, intermediates, now, usage, None, None) {
            Ok(_path) => {}
            // OpenSSL accepts a server that shows a self-made authority certificate as its own, if the bundle
            // holds it. webpki refuses that role, after the check of the dates and before that of the issuer.
            Err(webpki::Error::CaUsedAsEndEntity) if certificates.contains(end_entity) => {}
            Err(webpki::Error::UnknownIssuer | webpki::Error::CaUsedAsEndEntity) => {
                return Err(TlsFailure::Untrusted(unknown_issuer(&certificate, intermediates)));
            }
            Err(error) => return Err(distrust(&error)),
        }
        self.verify_host(&certificate)
    }

    fn verify_host(&self, certificate: &EndEntityCert<'_>) -> Result<(), TlsFailure> {
        let name = server_name(&self.host);
        let mut names =
            match certificate.verify_is_valid_for_subject_name(&name.clone().unwrap_or_else(no_host)) {
                Ok(()) if name.is_some() => return Ok(()),
                Ok(()) => vec!["0.0.0.0".to_owned()],
                Err(webpki::Error::CertNotValidForName(context)) => {
                    context.presented.iter().filter_map(|name| shown_name(name)).collect()
                }
                Err(error) => return Err(distrust(&error)),
            };
        if names.is_empty() && !matches!(name, Some(ServerName::IpAddress(_))) {
            names = common_names(certificate.subject());
            if names.iter().any(|name| fits(name, &self.host)) {
                return Ok(());
            }
        }
        Err(TlsFailure::WrongHost { host: self.host.clone(), names })
    }
}

/// A name as webpki lists it, `DnsName("localhost")` or `IpAddress(127.0.0.1)`, without its wrapping. Names of
/// other kinds are not host names.
fn shown_name(listed: &str) -> Option<String> {
    let dns = listed.strip_prefix("DnsName(\"").and_then(|rest| rest.strip_suffix("\")"));
    let address = || listed.strip_prefix("IpAddress(").and_then(|rest| rest.strip_suffix(')'));
    dns.or_else(address).map(str::to_owned)
}

fn unknown_issuer(certificate: &EndEntityCert<'_>, intermediates: &[CertificateDer<'_>]) -> Distrust {
    if certificate.issuer() == certificate.subject() {
        return Distrust::SelfSigned;
    }
    let is_self_signed = |der| EndEntityCert::try_from(der).is_ok_and(|cert| cert.issuer() == cert.subject());
    if intermediates.iter().any(is_self_signed) {
        Distrust::SelfSignedInChain
    } else {
        Distrust::UnknownIssuer
    }
}

fn distrust(error: &webpki::Error) -> TlsFailure {
    TlsFailure::Untrusted(match error {
        webpki::Error::UnknownIssuer => Distrust::UnknownIssuer,
        webpki::Error::CertExpired { .. } => Distrust::Expired,
        webpki::Error::CertNotValidYet { .. } => Distrust::NotYetValid,
        webpki::Error::RequiredEkuNotFoundContext(_) => Distrust::Purpose,
        webpki::Error::InvalidSignatureForPublicKey => Distrust::Signature,
        other => Distrust::Other(other.to_string()),
    })
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        match self.verify(end_entity, intermediates, now) {
            Ok(()) => Ok(ServerCertVerified::assertion()),
            Err(failure) => Err(CertificateError::Other(OtherError(Arc::new(failure))).into()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
