//! Paths to a root through certificates that OpenSSL accepts and webpki does not: authorities with critical policies, as
//! proxies that inspect TLS have them, and authorities that are servers too.

use std::cell::Cell;

use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::{CertificateDer, UnixTime};

use super::bundle::Bundle;
use super::certificate::Certificate;
use crate::transport::tls::error::Distrust;

/// The most signatures that are verified, as in webpki, however many certificates a server sends.
const MOST_SIGNATURES: usize = 100;

/// A search for paths from a certificate to a root of a CA bundle.
pub(crate) struct PathSearch {
    candidates: Vec<Candidate>,
    algorithms: WebPkiSupportedAlgorithms,
    now: UnixTime,
    left: Cell<usize>,
}

/// A certificate that may be on a path.
struct Candidate {
    certificate: Certificate,
    is_root: bool,
}

impl PathSearch {
    /// Searches the certificates of a bundle and those that a server has sent.
    pub(crate) fn new(
        bundle: &Bundle,
        sent: &[CertificateDer<'_>],
        algorithms: WebPkiSupportedAlgorithms,
        now: UnixTime,
    ) -> PathSearch {
        let roots = bundle.roots.iter().map(|der| (der.as_ref(), true));
        let others = bundle.others.iter().chain(sent).map(|der| (der.as_ref(), false));
        let candidates = roots.chain(others).filter_map(|(der, is_root)| {
            Certificate::read(der).map(|certificate| Candidate { certificate, is_root })
        });
        PathSearch { candidates: candidates.collect(), algorithms, now, left: Cell::new(MOST_SIGNATURES) }
    }

    /// Finds a path to a root of the bundle from this certificate, which has `below` authorities below its issuer. A path
    /// may not contain an authority that constrains names: these are not compared here.
    ///
    /// # Errors
    /// There is no path, or the last one that was tried is not valid.
    pub(crate) fn reaches_root(&self, certificate: &Certificate, below: usize) -> Result<(), Distrust> {
        let mut refused = Distrust::UnknownIssuer;
        for issuer in
            self.candidates.iter().filter(|candidate| candidate.certificate.may_have_issued(certificate))
        {
            match self.extend(certificate, issuer, below) {
                Ok(()) => return Ok(()),
                Err(distrust) => refused = distrust,
            }
        }
        Err(refused)
    }

    fn extend(&self, certificate: &Certificate, issuer: &Candidate, below: usize) -> Result<(), Distrust> {
        if issuer.certificate.constrains_names() {
            return Err(Distrust::NameConstraint);
        }
        issuer.certificate.check_authority(self.now, below)?;
        self.verify_signature(certificate, &issuer.certificate)?;
        if issuer.is_root {
            return Ok(());
        }
        self.reaches_root(&issuer.certificate, below + usize::from(!issuer.certificate.is_self_issued()))
    }

    fn verify_signature(&self, certificate: &Certificate, issuer: &Certificate) -> Result<(), Distrust> {
        let left = self.left.get().checked_sub(1).ok_or(Distrust::ChainTooLong)?;
        self.left.set(left);
        let signed = certificate.signed().ok_or(Distrust::Malformed)?;
        let (key_algorithm, key) = issuer.key().ok_or(Distrust::Malformed)?;
        let mut fitting = self.algorithms.all.iter().filter(|algorithm| {
            algorithm.signature_alg_id().as_ref() == signed.algorithm
                && algorithm.public_key_alg_id().as_ref() == key_algorithm
        });
        let algorithm = fitting.next().ok_or(Distrust::SignatureAlgorithm)?;
        algorithm.verify_signature(key, signed.body, signed.signature).map_err(|_| Distrust::Signature)
    }
}
