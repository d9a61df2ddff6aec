//! Why no path from the server's certificate to an authority was found.

use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::{CertificateDer, TrustAnchor, UnixTime};
use webpki::Error;

use super::certificate::Certificate;
use crate::transport::tls::error::Distrust;

/// The certificates that a path was looked for among.
pub(crate) struct Chain<'c> {
    /// The server's own.
    pub(crate) presented: &'c CertificateDer<'c>,
    /// What the server sent with it.
    pub(crate) sent: &'c [CertificateDer<'c>],
    /// The roots that are trusted.
    pub(crate) anchors: &'c [TrustAnchor<'c>],
    /// The other certificates of the CA bundle.
    pub(crate) others: &'c [CertificateDer<'c>],
    pub(crate) algorithms: WebPkiSupportedAlgorithms,
    pub(crate) now: UnixTime,
}

impl Chain<'_> {
    /// What webpki's reason amounts to. That the authority is not known comes before everything else, as in OpenSSL.
    pub(crate) fn reason(&self, error: &Error) -> Distrust {
        if let Err(distrust) = self.follow_issuers() {
            return distrust;
        }
        match error {
            Error::UnknownIssuer => Distrust::UnknownIssuer,
            Error::CertExpired { .. } => Distrust::Expired,
            Error::CertNotValidYet { .. } => Distrust::NotYetValid,
            Error::RequiredEkuNotFoundContext(_) | Error::EmptyEkuExtension => Distrust::Purpose,
            Error::InvalidSignatureForPublicKey if self.any(Certificate::has_weak_key) => Distrust::WeakKey,
            Error::InvalidSignatureForPublicKey => Distrust::Signature,
            // Authorities are of version 3, but for roots.
            Error::EndEntityUsedAsCa | Error::UnsupportedCertVersion => Distrust::NoAuthority,
            Error::PathLenConstraintViolated => Distrust::PathTooLong,
            Error::NameConstraintViolation => Distrust::NameConstraint,
            Error::MaximumPathDepthExceeded => Distrust::ChainTooLong,
            Error::UnsupportedCriticalExtension if self.any(Certificate::has_critical_policies) => {
                Distrust::CriticalPolicies
            }
            Error::UnsupportedCriticalExtension => Distrust::CriticalExtension,
            Error::UnsupportedSignatureAlgorithmContext(_)
            | Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => Distrust::SignatureAlgorithm,
            _ => Distrust::Malformed,
        }
    }

    /// Follows the issuers that certificates name, one after the other.
    ///
    /// # Errors
    /// They do not lead to a root that is trusted.
    fn follow_issuers(&self) -> Result<(), Distrust> {
        let read = |der: &CertificateDer<'_>| Certificate::read(der);
        let sent: Vec<Certificate> = self.sent.iter().filter_map(read).collect();
        let others: Vec<Certificate> = self.others.iter().filter_map(read).collect();
        let presented = read(self.presented).ok_or(Distrust::Malformed)?;
        let (mut last, mut in_bundle) = (&presented, false);
        // Who names each other as the issuer leads nowhere.
        for step in 0..=sent.len() + others.len() {
            let issuer = last.issuer().ok_or(Distrust::Malformed)?;
            if self.anchors.iter().any(|anchor| anchor.subject.as_ref() == issuer) {
                return Ok(());
            }
            if last.is_self_issued() {
                return Err(if step == 0 { Distrust::SelfSigned } else { Distrust::SelfSignedInChain });
            }
            // Above a certificate of the bundle, OpenSSL looks nowhere else.
            let sent = sent.iter().filter(|_| !in_bundle).map(|one| (one, false));
            let mut known = others.iter().map(|one| (one, true)).chain(sent);
            match known.find(|(one, _)| one.may_have_issued(last)) {
                Some(next) => (last, in_bundle) = next,
                None if in_bundle => return Err(Distrust::RootNotInBundle),
                None => break,
            }
        }
        Err(Distrust::UnknownIssuer)
    }

    fn any(&self, holds: impl Fn(&Certificate) -> bool) -> bool {
        let all = self.sent.iter().chain(self.others).chain([self.presented]);
        all.filter_map(|der| Certificate::read(der)).any(|certificate| holds(&certificate))
    }
}
