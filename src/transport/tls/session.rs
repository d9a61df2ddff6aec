//! What a TLS session shows of the server.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustls::client::{ClientConnection, ResolvesClientCert};
use rustls::pki_types::UnixTime;
use rustls::sign::CertifiedKey;
use rustls::{ProtocolVersion, SignatureScheme};

use super::certificate::Certificate;
use super::error::TlsFailure;
use super::verifier::{Trust, Verifier};

/// A session with a server that may not be one to trust.
#[derive(Debug)]
pub(crate) struct Session {
    /// `1.2` or `1.3`.
    pub(crate) version: &'static str,
    pub(crate) certificate: Option<Shown>,
    /// Whether the certificate is one to trust, by the settings.
    pub(crate) trusted: Result<(), TlsFailure>,
    /// Whether it is one to trust by the public authorities alone.
    pub(crate) is_public: bool,
}

/// The certificate of a server.
#[derive(Debug)]
pub(crate) struct Shown {
    /// Whose it is, and who issued it: a common name, or else the whole name.
    pub(crate) subject: String,
    pub(crate) issuer: String,
    /// The whole days that it is still valid; negative when it has expired.
    pub(crate) days_left: i64,
}

/// Whether a server has demanded a certificate of the client, which gets none.
#[derive(Debug, Default)]
pub(crate) struct Demand(AtomicBool);

impl Session {
    pub(super) fn of(connection: &ClientConnection, trust: Arc<Trust>, host: &str) -> Session {
        let certificates = connection.peer_certificates().unwrap_or_default();
        let now = UnixTime::now();
        let verify = |trust| match certificates {
            [presented, sent @ ..] => Verifier::new(trust, host).verify(presented, sent, now),
            [] => Err(TlsFailure::Broken),
        };
        Session {
            version: match connection.protocol_version() {
                Some(ProtocolVersion::TLSv1_3) => "1.3",
                _ => "1.2",
            },
            certificate: certificates.first().and_then(|certificate| Shown::of(certificate, now)),
            trusted: verify(trust),
            is_public: verify(Arc::new(Trust::PublicAuthorities)).is_ok(),
        }
    }
}

impl Shown {
    fn of(certificate: &[u8], now: UnixTime) -> Option<Shown> {
        let read = Certificate::read(certificate)?;
        let seconds = i64::try_from(read.end().as_secs()).ok()? - i64::try_from(now.as_secs()).ok()?;
        let days_left = seconds.div_euclid(24 * 60 * 60);
        Some(Shown { subject: read.shown_subject(), issuer: read.shown_issuer(), days_left })
    }
}

impl Demand {
    pub(crate) fn was_made(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl ResolvesClientCert for Demand {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.0.store(true, Ordering::Relaxed);
        None
    }

    fn has_certs(&self) -> bool {
        false
    }
}
