//! Paths to a root over certificates that webpki does not take, and OpenSSL does: authorities with critical policies,
//! as proxies that inspect TLS have them, and authorities that are servers too.

use std::cell::Cell;

use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::{CertificateDer, UnixTime};

use super::bundle::Bundle;
use super::certificate::Certificate;
use crate::transport::tls::error::Distrust;

/// The most signatures that are verified, as in webpki: whoever sends a thousand certificates gains nothing.
const MOST_SIGNATURES: usize = 100;

/// The certificates that a path may lead over.
pub(crate) struct Climb {
    known: Vec<Known>,
    algorithms: WebPkiSupportedAlgorithms,
    now: UnixTime,
    left: Cell<usize>,
}

struct Known {
    certificate: Certificate,
    is_root: bool,
}

impl Climb {
    /// Over the certificates of a bundle and those that a server has sent.
    pub(crate) fn new(
        bundle: &Bundle,
        sent: &[CertificateDer<'_>],
        algorithms: WebPkiSupportedAlgorithms,
        now: UnixTime,
    ) -> Climb {
        let roots = bundle.roots.iter().map(|der| (der.as_ref(), true));
        let others = bundle.others.iter().chain(sent).map(|der| (der.as_ref(), false));
        let known = roots.chain(others).filter_map(|(der, is_root)| {
            Certificate::read(der).map(|certificate| Known { certificate, is_root })
        });
        Climb { known: known.collect(), algorithms, now, left: Cell::new(MOST_SIGNATURES) }
    }

    /// Whether a root of the bundle stands above this certificate, which has `below` authorities below its issuer.
    /// An authority that constrains names is no way: nobody would compare them.
    ///
    /// # Errors
    /// There is none, or the last one that was tried is not good.
    pub(crate) fn reaches_root(&self, certificate: &Certificate, below: usize) -> Result<(), Distrust> {
        let mut refused = Distrust::UnknownIssuer;
        for issuer in self.known.iter().filter(|known| known.certificate.may_have_issued(certificate)) {
            match self.leads_up(certificate, issuer, below) {
                Ok(()) => return Ok(()),
                Err(distrust) => refused = distrust,
            }
        }
        Err(refused)
    }

    fn leads_up(&self, certificate: &Certificate, issuer: &Known, below: usize) -> Result<(), Distrust> {
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
