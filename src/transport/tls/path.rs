//! Paths to a root through certificates that OpenSSL accepts and webpki does not: authorities with critical policies, as
//! proxies that inspect TLS have them, and authorities that are servers too.

use std::cell::Cell;

use rustls::pki_types::CertificateDer;

use super::certificate::Certificate;
use super::reason::Chain;
use crate::transport::tls::error::Distrust;

/// The most signatures that are verified, as in webpki, however many certificates a server sends.
const MOST_SIGNATURES: usize = 100;

/// A search for paths from a certificate to a root of a CA bundle.
pub(crate) struct PathSearch<'c> {
    /// Certificates that may be on a path, and whether it may end there.
    candidates: Vec<(Certificate, bool)>,
    chain: &'c Chain<'c>,
    signatures_left: Cell<usize>,
}

impl<'c> PathSearch<'c> {
    /// Searches the roots of a bundle and other certificates, which are in it or which a server has sent.
    pub(crate) fn new(
        roots: &[CertificateDer<'_>],
        others: &[CertificateDer<'_>],
        chain: &'c Chain<'c>,
    ) -> PathSearch<'c> {
        let roots = roots.iter().map(|der| (der, true));
        let all = roots.chain(others.iter().map(|der| (der, false)));
        PathSearch {
            candidates: all.filter_map(|(der, is_root)| Some((Certificate::read(der)?, is_root))).collect(),
            chain,
            signatures_left: Cell::new(MOST_SIGNATURES),
        }
    }

    /// Finds a path to a root of the bundle from this certificate, which has `below` authorities below its issuer. A path
    /// may not contain an authority that constrains names: these are not compared here.
    ///
    /// # Errors
    /// There is no path, or the last one that was tried is not valid.
    pub(crate) fn reaches_root(&self, certificate: &Certificate, below: usize) -> Result<(), Distrust> {
        let mut refused = Distrust::UnknownIssuer;
        for (issuer, is_root) in &self.candidates {
            if issuer.may_have_issued(certificate) {
                match self.extend(certificate, issuer, *is_root, below) {
                    Ok(()) => return Ok(()),
                    Err(distrust) => refused = distrust,
                }
            }
        }
        Err(refused)
    }

    fn extend(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        is_root: bool,
        below: usize,
    ) -> Result<(), Distrust> {
        if issuer.constrains_names() {
            return Err(Distrust::NameConstraint);
        }
        issuer.check_authority(self.chain.now, below)?;
        let left = self.signatures_left.get().checked_sub(1).ok_or(Distrust::ChainTooLong)?;
        self.signatures_left.set(left);
        certificate.verify_signature(issuer, self.chain.algorithms)?;
        if is_root {
            return Ok(());
        }
        self.reaches_root(issuer, below + usize::from(!issuer.is_self_issued()))
    }
}
