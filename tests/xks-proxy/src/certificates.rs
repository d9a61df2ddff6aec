//! The proxy's own certificate authority, its certificate in every state, and the TLS settings made of them.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose,
};
use rustls::crypto::ring;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion, version};
use serde::Deserialize;
use time::{Duration, OffsetDateTime};

/// The certificate that the proxy shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certificate {
    /// For the proxy's names, valid for 90 days.
    #[default]
    Valid,
    /// The same, valid for this number of days. JSON: `{"valid_for_days": 3}`.
    ValidForDays(u16),
    /// The same, expired yesterday.
    Expired,
    /// The same, valid from tomorrow on.
    NotYetValid,
    /// For `wrong.example.com` only.
    WrongName,
    /// For the proxy's names, but from an authority that is not the proxy's.
    UnknownAuthority,
}

/// The versions of TLS that the proxy speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum TlsVersions {
    /// TLS 1.2 and 1.3.
    #[default]
    #[serde(rename = "both")]
    Both,
    /// TLS 1.2 only.
    #[serde(rename = "1.2")]
    Only12,
    /// TLS 1.3 only.
    #[serde(rename = "1.3")]
    Only13,
}

/// A certificate or TLS settings could not be made, for example because a host name is not valid.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A certificate could not be made.
    #[error("cannot make a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The TLS library refuses the settings.
    #[error("cannot set up TLS: {0}")]
    Tls(#[from] rustls::Error),
    /// The TLS library refuses the authority of client certificates.
    #[error("cannot set up client certificates: {0}")]
    Verifier(#[from] rustls::server::VerifierBuilderError),
}

/// A certificate authority of this proxy alone.
#[derive(Debug)]
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// What the proxy's side of TLS depends on.
#[derive(Clone, Debug, Default)]
pub(crate) struct TlsSettings {
    pub(crate) hosts: Vec<String>,
    pub(crate) certificate: Certificate,
    pub(crate) client_certificates: bool,
    pub(crate) versions: TlsVersions,
}

impl Authority {
    pub(crate) fn new(name: &str) -> Result<Self, CertificateError> {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        Ok(Self { issuer: CertifiedIssuer::self_signed(params, KeyPair::generate()?)? })
    }

    /// The authority's certificate.
    pub(crate) fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// A certificate such as KMS shows to proxies, from this authority, and its private key, as PEM.
    pub(crate) fn client_certificate(&self, region: &str) -> Result<String, CertificateError> {
        let mut params = CertificateParams::default();
        let name = format!("cks.kms.{region}.amazonaws.com");
        params.distinguished_name.push(DnType::CommonName, name);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let key = KeyPair::generate()?;
        Ok(format!("{}{}", params.signed_by(&key, &self.issuer)?.pem(), key.serialize_pem()))
    }

    /// The proxy's side of TLS.
    pub(crate) fn config(&self, settings: &TlsSettings) -> Result<Arc<ServerConfig>, CertificateError> {
        let versions: &[&SupportedProtocolVersion] = match settings.versions {
            TlsVersions::Both => &[&version::TLS12, &version::TLS13],
            TlsVersions::Only12 => &[&version::TLS12],
            TlsVersions::Only13 => &[&version::TLS13],
        };
        let provider = Arc::new(ring::default_provider());
        let builder =
            ServerConfig::builder_with_provider(Arc::clone(&provider)).with_protocol_versions(versions)?;
        let builder = if settings.client_certificates {
            let mut roots = RootCertStore::empty();
            roots.add(self.issuer.der().clone())?;
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build()?;
            builder.with_client_cert_verifier(verifier)
        } else {
            builder.with_no_client_auth()
        };
        let key = KeyPair::generate()?;
        let params = settings.params()?;
        let certificate = match settings.certificate {
            Certificate::UnknownAuthority => params.signed_by(&key, &Self::new("Unknown CA")?.issuer)?,
            _ => params.signed_by(&key, &self.issuer)?,
        };
        let key = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
        let mut config = builder.with_single_cert(vec![certificate.der().clone()], key)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

impl TlsSettings {
    fn params(&self) -> Result<CertificateParams, CertificateError> {
        let now = OffsetDateTime::now_utc();
        let (from, days) = match self.certificate {
            Certificate::ValidForDays(days) => (-1, i64::from(days)),
            Certificate::Expired => (-90, -1),
            Certificate::NotYetValid => (1, 90),
            Certificate::Valid | Certificate::WrongName | Certificate::UnknownAuthority => (-1, 90),
        };
        let names = match self.certificate {
            Certificate::WrongName => vec!["wrong.example.com".to_owned()],
            _ => self.hosts.clone(),
        };
        let mut params = CertificateParams::new(names)?;
        params.distinguished_name.push(DnType::CommonName, "XKS proxy for tests");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        params.not_before = now + Duration::days(from);
        // The extra minute keeps the number of whole days that are left.
        params.not_after = now + Duration::days(days) + Duration::minutes(1);
        Ok(params)
    }
}
