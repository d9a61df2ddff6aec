//! Whether the certificate of a server is one to trust.

use std::cell::Cell;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, TrustAnchor, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, OtherError, SignatureScheme};
use webpki::{EndEntityCert, KeyUsage, VerifiedPath, anchor_from_trusted_cert};

use super::bundle::Bundle;
use super::certificate::Certificate;
use super::host;
use super::path::PathSearch;
use super::reason::{Chain, reason};
use crate::transport::tls::error::{Distrust, TlsFailure};

/// Which servers are trusted.
#[derive(Debug)]
pub(crate) enum Trust {
    /// All of them (`--no-verify-ssl`).
    Anyone,
    /// Those with a certificate of an authority that browsers trust.
    PublicAuthorities,
    /// Those with a certificate of an authority in the CA bundle, or with a certificate that the bundle holds.
    Bundle(Bundle),
}

/// Verifies the certificate of one host.
#[derive(Debug)]
pub(crate) struct Verifier {
    /// Which servers are trusted.
    pub(crate) trust: Arc<Trust>,
    /// The host.
    pub(crate) host: String,
    /// What signatures are verified with.
    pub(crate) provider: Arc<CryptoProvider>,
}

impl Verifier {
    fn verify(
        &self,
        presented: &CertificateDer<'_>,
        sent: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), TlsFailure> {
        match &*self.trust {
            Trust::Anyone => Ok(()),
            Trust::PublicAuthorities => {
                let server = readable(presented)?;
                let anchors = webpki_roots::TLS_SERVER_ROOTS;
                self.find_path(&server, anchors, sent, now, None)
                    .map_err(|error| reason(&error, Chain { presented, sent, anchors, bundle: &[] }))?;
                host::verify(&server, &self.host, false)
            }
            Trust::Bundle(bundle) => self.verify_by(bundle, presented, sent, now),
        }
    }

    /// A certificate that the bundle holds vouches for itself, and any other needs a path to a root of the bundle.
    fn verify_by(
        &self,
        bundle: &Bundle,
        presented: &CertificateDer<'_>,
        sent: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), TlsFailure> {
        let server = readable(presented)?;
        let certificate = Certificate::read(presented).ok_or(Distrust::Malformed)?;
        let constrained = if bundle.holds(presented) {
            false
        } else {
            self.path_to(bundle, &server, &certificate, sent, now).map_err(|refused| match refused {
                Refused::ByUs(distrust) => distrust.into(),
                Refused::ByWebpki(error) => {
                    let (anchors, bundle) = (&bundle.anchors[..], &bundle.others[..]);
                    reason(&error, Chain { presented, sent, anchors, bundle })
                }
            })?
        };
        certificate.check_server(now)?;
        host::verify(&server, &self.host, constrained)
    }

    /// Finds a path from the server's certificate to a root of the bundle: webpki finds it, and what the authorities on
    /// it say of themselves is checked here. The value is whether one of them constrains names.
    fn path_to(
        &self,
        bundle: &Bundle,
        server: &EndEntityCert<'_>,
        certificate: &Certificate,
        sent: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<bool, Refused> {
        let all: Vec<CertificateDer<'_>> =
            sent.iter().chain(&bundle.others).map(|one| CertificateDer::from(one.as_ref())).collect();
        let plain = self.checked_path(server, &bundle.anchors, &all, now, |path| {
            let root = of_anchor(path, &bundle.anchors, &bundle.roots)?;
            check_path(path, root, now).map(|(constrained, _below)| constrained)
        });
        let Err(Refused::ByWebpki(error)) = plain else { return plain };
        let search = || PathSearch::new(bundle, sent, self.provider.signature_verification_algorithms, now);
        if error == webpki::Error::CaUsedAsEndEntity {
            let found = search().reaches_root(certificate, 0).map(|()| false).map_err(Refused::ByUs);
            return found.map_err(|refused| refused.or(error));
        }
        let has_policies = |der: &&CertificateDer<'_>| {
            Certificate::read(der).is_some_and(|certificate| certificate.has_critical_policies())
        };
        let (tops, anchors): (Vec<CertificateDer<'_>>, Vec<TrustAnchor<'_>>) = all
            .iter()
            .filter(has_policies)
            .filter_map(|der| Some((der.clone(), anchor_from_trusted_cert(der).ok()?)))
            .unzip();
        if anchors.is_empty() {
            return Err(Refused::ByWebpki(error));
        }
        let search = search();
        let found = self.checked_path(server, &anchors, &all, now, |path| {
            let top = of_anchor(path, &anchors, &tops)?;
            let (constrained, below) = check_path(path, top, now)?;
            let top = Certificate::read(top).ok_or(Distrust::Malformed)?;
            search.reaches_root(&top, below).map(|()| constrained)
        });
        found.map_err(|refused| refused.or(error))
    }

    /// Finds a path with webpki that also passes a check of our own, and returns the value of the check.
    fn checked_path<T: Copy>(
        &self,
        server: &EndEntityCert<'_>,
        anchors: &[TrustAnchor<'_>],
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
        check: impl Fn(&VerifiedPath<'_>) -> Result<T, Distrust>,
    ) -> Result<T, Refused> {
        let verdict = Cell::new(None);
        let check = |path: &VerifiedPath<'_>| {
            let checked = check(path);
            verdict.set(Some(checked));
            checked.map(drop).map_err(|_| webpki::Error::CertDistrusted)
        };
        let found = self.find_path(server, anchors, intermediates, now, Some(&check));
        match (found, verdict.get()) {
            (Ok(()), Some(Ok(value))) => Ok(value),
            (Ok(()) | Err(webpki::Error::CertDistrusted), Some(Err(distrust))) => {
                Err(Refused::ByUs(distrust))
            }
            (Err(error), _) => Err(Refused::ByWebpki(error)),
            (Ok(()), None) => Err(Refused::ByUs(Distrust::UnknownIssuer)),
        }
    }

    fn find_path(
        &self,
        server: &EndEntityCert<'_>,
        anchors: &[TrustAnchor<'_>],
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
        check: Option<PathCheck<'_>>,
    ) -> Result<(), webpki::Error> {
        let algorithms = self.provider.signature_verification_algorithms.all;
        let usage = KeyUsage::server_auth();
        server.verify_for_usage(algorithms, anchors, intermediates, now, usage, None, check).map(drop)
    }
}

/// What webpki asks of a path before it takes it.
type PathCheck<'f> = &'f dyn Fn(&VerifiedPath<'_>) -> Result<(), webpki::Error>;

/// Who has refused a path.
enum Refused {
    ByWebpki(webpki::Error),
    ByUs(Distrust),
}

impl Refused {
    /// The reason of the first search, if this one only says that there is no path.
    fn or(self, first: webpki::Error) -> Refused {
        match self {
            Refused::ByWebpki(_) | Refused::ByUs(Distrust::UnknownIssuer) => Refused::ByWebpki(first),
            refused => refused,
        }
    }
}

/// The certificate of the anchor that a path ends at. Two may be alike for webpki and yet have other limits.
fn of_anchor<'c>(
    path: &VerifiedPath<'_>,
    anchors: &[TrustAnchor<'_>],
    certificates: &'c [CertificateDer<'c>],
) -> Result<&'c CertificateDer<'c>, Distrust> {
    let index = anchors.iter().position(|anchor| std::ptr::eq(anchor, path.anchor()));
    index.and_then(|index| certificates.get(index)).ok_or(Distrust::UnknownIssuer)
}

/// Checks what the authorities of a path say of themselves, up to the one at its top: whether one constrains names,
/// and how many count for the length of the path.
fn check_path(
    path: &VerifiedPath<'_>,
    top: &CertificateDer<'_>,
    now: UnixTime,
) -> Result<(bool, usize), Distrust> {
    let (mut below, mut constrained) = (0, false);
    let intermediates = path.intermediate_certificates().map(|certificate| certificate.der());
    for der in intermediates.chain([CertificateDer::from(top.as_ref())]) {
        let certificate = Certificate::read(&der).ok_or(Distrust::Malformed)?;
        certificate.check_authority(now, below)?;
        constrained |= certificate.constrains_names();
        // An authority that has only changed its key does not make the path longer.
        below += usize::from(!certificate.is_self_issued());
    }
    Ok((constrained, below))
}

fn readable<'a>(presented: &'a CertificateDer<'a>) -> Result<EndEntityCert<'a>, TlsFailure> {
    EndEntityCert::try_from(presented).map_err(|_| {
        TlsFailure::Untrusted(match Certificate::read(presented) {
            Some(read) if read.is_version_1() => Distrust::Version1,
            Some(read) if read.has_critical_policies() => Distrust::CriticalPolicies,
            Some(_) => Distrust::CriticalExtension,
            None => Distrust::Malformed,
        })
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
            .map_err(|error| key_failure(error, certificate))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
            .map_err(|error| key_failure(error, certificate))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// The server has not proved that it has the key of its certificate, which may be one that nothing is accepted from.
fn key_failure(error: rustls::Error, certificate: &CertificateDer<'_>) -> rustls::Error {
    let distrust = match Certificate::read(certificate) {
        Some(read) if read.has_weak_key() => Distrust::WeakKey,
        // Without verification too, the key has to be one that signatures can be checked with.
        Some(_) => match readable(certificate) {
            Ok(_) => return error,
            Err(failure) => return CertificateError::Other(OtherError(Arc::new(failure))).into(),
        },
        None => return error,
    };
    CertificateError::Other(OtherError(Arc::new(TlsFailure::Untrusted(distrust)))).into()
}
