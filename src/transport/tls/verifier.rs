//! Whether the certificate of a server is one to trust.

use std::cell::Cell;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, TrustAnchor, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, OtherError, SignatureScheme};
use webpki::{EndEntityCert, KeyUsage, VerifiedPath, anchor_from_trusted_cert};

use super::bundle::Bundle;
use super::certificate::Certificate;
use super::host;
use super::path::PathSearch;
use super::reason::Chain;
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
    trust: Arc<Trust>,
    /// The host.
    host: String,
    /// What signatures are verified with.
    algorithms: WebPkiSupportedAlgorithms,
}

impl Verifier {
    pub(crate) fn new(trust: Arc<Trust>, host: &str) -> Verifier {
        let algorithms = ring::default_provider().signature_verification_algorithms;
        Verifier { trust, host: host.to_owned(), algorithms }
    }

    /// Whether a server with this certificate, which came with others, is one to trust.
    ///
    /// # Errors
    /// It is not.
    pub(crate) fn verify(
        &self,
        presented: &CertificateDer<'_>,
        sent: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), TlsFailure> {
        let (anchors, others) = match &*self.trust {
            Trust::Anyone => return Ok(()),
            Trust::PublicAuthorities => (webpki_roots::TLS_SERVER_ROOTS, &[][..]),
            Trust::Bundle(bundle) => (&bundle.anchors[..], &bundle.others[..]),
        };
        let chain = Chain { presented, sent, anchors, others, algorithms: self.algorithms, now };
        let server = readable(presented)?;
        let constrained = match &*self.trust {
            Trust::Bundle(bundle) => verify_by(bundle, &server, &chain)?,
            _ => {
                let found = find_path(&server, anchors, sent, &chain, |_| Ok(false));
                found.map_err(|error| chain.reason(&error)).flatten()?
            }
        };
        host::verify(&server, &self.host, constrained)
    }
}

/// A certificate that the bundle holds vouches for itself, and any other needs a path to a root of the bundle. The value is
/// whether an authority on it constrains names.
fn verify_by(bundle: &Bundle, server: &EndEntityCert<'_>, chain: &Chain<'_>) -> Result<bool, Distrust> {
    let certificate = Certificate::read(chain.presented).ok_or(Distrust::Malformed)?;
    let constrained = !bundle.holds(chain.presented) && path_to(bundle, server, &certificate, chain)?;
    certificate.check_server(chain.now)?;
    Ok(constrained)
}

/// Finds a path from the server's certificate to a root of the bundle: webpki finds it, and what the authorities on
/// it say of themselves is checked here.
fn path_to(
    bundle: &Bundle,
    server: &EndEntityCert<'_>,
    certificate: &Certificate,
    chain: &Chain<'_>,
) -> Result<bool, Distrust> {
    let all = chain.sent.iter().chain(chain.others).map(|one| CertificateDer::from(one.as_ref()));
    let all: Vec<CertificateDer<'_>> = all.collect();
    let plain = find_path(server, chain.anchors, &all, chain, |path| {
        let root = of_anchor(path, chain.anchors, &bundle.roots)?;
        check_path(path, root, chain.now).map(|(constrained, _below)| constrained)
    });
    let error = match plain {
        Ok(checked) => return checked,
        Err(error) => error,
    };
    let search = PathSearch::new(&bundle.roots, &all, chain);
    let found = if error == webpki::Error::CaUsedAsEndEntity {
        search.reaches_root(certificate, 0).map(|()| false)
    } else {
        let has_policies = |der: &&CertificateDer<'_>| {
            Certificate::read(der).is_some_and(|certificate| certificate.has_critical_policies())
        };
        let tops = all.iter().filter(has_policies);
        let (tops, anchors): (Vec<CertificateDer<'_>>, Vec<TrustAnchor<'_>>) =
            tops.filter_map(|der| Some((der.clone(), anchor_from_trusted_cert(der).ok()?))).unzip();
        let found = find_path(server, &anchors, &all, chain, |path| {
            let top = of_anchor(path, &anchors, &tops)?;
            let (constrained, below) = check_path(path, top, chain.now)?;
            let top = Certificate::read(top).ok_or(Distrust::Malformed)?;
            search.reaches_root(&top, below).map(|()| constrained)
        });
        found.unwrap_or(Err(Distrust::UnknownIssuer))
    };
    // Where the second search only says that there is no path, the first one knows more.
    found.map_err(|distrust| match distrust {
        Distrust::UnknownIssuer => chain.reason(&error),
        distrust => distrust,
    })
}

/// Finds a path with webpki that also passes a check of our own, and returns what the check says of it: that of the last
/// path, if none passes.
///
/// # Errors
/// Those of webpki.
fn find_path(
    server: &EndEntityCert<'_>,
    anchors: &[TrustAnchor<'_>],
    intermediates: &[CertificateDer<'_>],
    chain: &Chain<'_>,
    check: impl Fn(&VerifiedPath<'_>) -> Result<bool, Distrust>,
) -> Result<Result<bool, Distrust>, webpki::Error> {
    let verdict = Cell::new(Err(Distrust::UnknownIssuer));
    let check = |path: &VerifiedPath<'_>| {
        verdict.set(check(path));
        verdict.get().map(drop).map_err(|_| webpki::Error::CertDistrusted)
    };
    let (algorithms, usage) = (chain.algorithms.all, KeyUsage::server_auth());
    match server.verify_for_usage(algorithms, anchors, intermediates, chain.now, usage, None, Some(&check)) {
        Ok(_) | Err(webpki::Error::CertDistrusted) => Ok(verdict.get()),
        Err(error) => Err(error),
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

fn readable<'a>(presented: &'a CertificateDer<'a>) -> Result<EndEntityCert<'a>, Distrust> {
    EndEntityCert::try_from(presented).map_err(|_| match Certificate::read(presented) {
        Some(read) if read.is_version_1() => Distrust::Version1,
        Some(read) if read.has_critical_policies() => Distrust::CriticalPolicies,
        Some(_) => Distrust::CriticalExtension,
        None => Distrust::Malformed,
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
        let verified = self.verify(end_entity, intermediates, now);
        verified.map(|()| ServerCertVerified::assertion()).map_err(refusal)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
            .map_err(|error| key_failure(error, certificate))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
            .map_err(|error| key_failure(error, certificate))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// The server has not proved that it has the key of its certificate. Without verification too, the key has to be one that
/// signatures can be checked with.
fn key_failure(error: rustls::Error, certificate: &CertificateDer<'_>) -> rustls::Error {
    let is_weak = Certificate::read(certificate).is_some_and(|read| read.has_weak_key());
    let usable = if is_weak { Err(Distrust::WeakKey) } else { readable(certificate).map(drop) };
    usable.map_or_else(|distrust| refusal(distrust.into()), |()| error)
}

fn refusal(failure: TlsFailure) -> rustls::Error {
    CertificateError::Other(OtherError(Arc::new(failure))).into()
}
