//! Why no path from the server's certificate to an authority was found.

use rustls::pki_types::{CertificateDer, TrustAnchor};

use super::certificate::Certificate;
use crate::transport::tls::error::{Distrust, TlsFailure};

/// The certificates that a path was looked for among.
#[derive(Clone, Copy)]
pub(crate) struct Chain<'c> {
    /// The server's own.
    pub(crate) presented: &'c CertificateDer<'c>,
    /// What the server sent with it.
    pub(crate) sent: &'c [CertificateDer<'c>],
    /// The roots that are trusted.
    pub(crate) anchors: &'c [TrustAnchor<'c>],
    /// The other certificates of the CA bundle.
    pub(crate) bundle: &'c [CertificateDer<'c>],
}

/// Where the issuers end that certificates name, one after the other.
enum End {
    Root,
    SelfSigned { is_server: bool },
    Missing { in_bundle: bool },
}

/// What webpki's reason amounts to. That the authority is not known comes before everything else, as in OpenSSL.
pub(crate) fn reason(error: &webpki::Error, chain: Chain<'_>) -> TlsFailure {
    TlsFailure::Untrusted(match chain.end() {
        Some(End::SelfSigned { is_server: true }) => Distrust::SelfSigned,
        Some(End::SelfSigned { is_server: false }) => Distrust::SelfSignedInChain,
        Some(End::Missing { in_bundle: true }) => Distrust::RootNotInBundle,
        Some(End::Missing { in_bundle: false }) => Distrust::UnknownIssuer,
        Some(End::Root) => chain.distrust(error),
        None => Distrust::Malformed,
    })
}

impl Chain<'_> {
    fn end(&self) -> Option<End> {
        let read = |der: &CertificateDer<'_>| Certificate::read(der);
        let sent: Vec<Certificate> = self.sent.iter().filter_map(read).collect();
        let bundle: Vec<Certificate> = self.bundle.iter().filter_map(read).collect();
        let presented = read(self.presented)?;
        let (mut last, mut in_bundle) = (&presented, false);
        // Who names each other as the issuer leads nowhere.
        for step in 0..=sent.len() + bundle.len() {
            let issuer = last.issuer()?;
            if self.anchors.iter().any(|anchor| anchor.subject.as_ref() == issuer) {
                return Some(End::Root);
            }
            if last.is_self_issued() {
                return Some(End::SelfSigned { is_server: step == 0 });
            }
            // Above a certificate of the bundle, OpenSSL looks nowhere else.
            let sent = sent.iter().filter(|_| !in_bundle).map(|one| (one, false));
            let known = bundle.iter().map(|one| (one, true)).chain(sent);
            match known.into_iter().find(|(one, _)| one.may_have_issued(last)) {
                Some(next) => (last, in_bundle) = next,
                None => return Some(End::Missing { in_bundle }),
            }
        }
        Some(End::Missing { in_bundle: false })
    }

    fn distrust(&self, error: &webpki::Error) -> Distrust {
        match error {
            webpki::Error::UnknownIssuer => Distrust::UnknownIssuer,
            webpki::Error::CertExpired { .. } => Distrust::Expired,
            webpki::Error::CertNotValidYet { .. } => Distrust::NotYetValid,
            webpki::Error::RequiredEkuNotFoundContext(_) | webpki::Error::EmptyEkuExtension => {
                Distrust::Purpose
            }
            webpki::Error::InvalidSignatureForPublicKey if self.any(Certificate::has_weak_key) => {
                Distrust::WeakKey
            }
            webpki::Error::InvalidSignatureForPublicKey => Distrust::Signature,
            // Authorities are of version 3, but for roots.
            webpki::Error::EndEntityUsedAsCa | webpki::Error::UnsupportedCertVersion => Distrust::NoAuthority,
            webpki::Error::PathLenConstraintViolated => Distrust::PathTooLong,
            webpki::Error::NameConstraintViolation => Distrust::NameConstraint,
            webpki::Error::MaximumPathDepthExceeded => Distrust::ChainTooLong,
            webpki::Error::UnsupportedCriticalExtension if self.any(Certificate::has_critical_policies) => {
                Distrust::CriticalPolicies
            }
            webpki::Error::UnsupportedCriticalExtension => Distrust::CriticalExtension,
            webpki::Error::UnsupportedSignatureAlgorithmContext(_)
            | webpki::Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => {
                Distrust::SignatureAlgorithm
            }
            _ => Distrust::Malformed,
        }
    }

    fn any(&self, holds: impl Fn(&Certificate) -> bool) -> bool {
        let all = self.sent.iter().chain(self.bundle).chain([self.presented]);
        all.filter_map(|der| Certificate::read(der)).any(|certificate| holds(&certificate))
    }
}
