//! CA bundles: files of PEM certificates, as OpenSSL reads them.

use std::borrow::Cow;
use std::io;
use std::path::Path;

use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, TrustAnchor};
use webpki::{EndEntityCert, anchor_from_trusted_cert};
use x509_cert::der::{Reader, SliceReader};

use super::certificate::Certificate;
use crate::syntax::python::system_words;
use crate::transport::runtime::{in_thread, read_at_most};

/// The most bytes of a bundle. Those of operating systems have some 200 kB.
const LARGEST: u64 = 64 << 20;

/// Why a CA bundle cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BundleError {
    #[error("[Errno {errno}] {text}")]
    Unreadable { errno: i32, text: String },
    /// It is larger, or a pipe that does not end.
    #[error("The CA bundle is larger than {} MiB.", LARGEST >> 20)]
    TooLarge,
    #[error("[X509: NO_CERTIFICATE_OR_CRL_FOUND] no certificate or crl found (_ssl.c:4154)")]
    WithoutCertificate,
    /// A PEM block cannot be decoded.
    #[error("[X509] PEM lib (_ssl.c:4154)")]
    Undecodable,
}

/// The certificates of a bundle.
#[derive(Debug, Default)]
pub(crate) struct Bundle {
    /// Those that name themselves as their issuer: where paths may end.
    pub(crate) roots: Vec<CertificateDer<'static>>,
    /// The same for webpki, in the same order.
    pub(crate) anchors: Vec<TrustAnchor<'static>>,
    /// All others.
    pub(crate) others: Vec<CertificateDer<'static>>,
}

impl Bundle {
    /// Reads a bundle from a file, or from a pipe or a device that ends.
    ///
    /// # Errors
    /// The file cannot be read, is too large, or has no certificates.
    pub(crate) async fn read(path: &Path) -> Result<Bundle, BundleError> {
        let path = path.to_owned();
        let read = in_thread(move || read_at_most(&path, LARGEST)).await.flatten();
        let bytes = read.map_err(|error| match error.kind() {
            io::ErrorKind::FileTooLarge => BundleError::TooLarge,
            _ => BundleError::Unreadable {
                errno: error.raw_os_error().unwrap_or_default(),
                text: system_words(&error),
            },
        })?;
        Bundle::parse(&bytes)
    }

    /// Every certificate must be decodable, other PEM blocks are skipped.
    fn parse(bytes: &[u8]) -> Result<Bundle, BundleError> {
        let mut bundle = Bundle::default();
        for certificate in CertificateDer::pem_slice_iter(plain(bytes).as_bytes()) {
            let certificate = certificate.map_err(|error| match error {
                pem::Error::NoItemsFound => BundleError::WithoutCertificate,
                _ => BundleError::Undecodable,
            })?;
            let certificate = first_value(&certificate).ok_or(BundleError::Undecodable)?;
            match anchor_from_trusted_cert(&certificate) {
                Ok(anchor) if is_self_issued(&certificate) => {
                    bundle.anchors.push(anchor.to_owned());
                    bundle.roots.push(certificate);
                }
                Err(webpki::Error::BadDer | webpki::Error::TrailingData(_)) => {
                    return Err(BundleError::Undecodable);
                }
                Ok(_) | Err(_) => bundle.others.push(certificate),
            }
        }
        if bundle.roots.is_empty() && bundle.others.is_empty() {
            return Err(BundleError::WithoutCertificate);
        }
        Ok(bundle)
    }

    /// Whether it holds this very certificate.
    pub(crate) fn holds(&self, certificate: &CertificateDer<'_>) -> bool {
        self.roots.contains(certificate) || self.others.contains(certificate)
    }
}

fn is_self_issued(certificate: &CertificateDer<'_>) -> bool {
    match EndEntityCert::try_from(certificate) {
        Ok(certificate) => certificate.issuer() == certificate.subject(),
        // The first version of certificates, or critical policies.
        Err(_) => Certificate::read(certificate).is_some_and(|certificate| certificate.is_self_issued()),
    }
}

/// The text without a byte order mark, and with the one name for certificates that is usual. Certificates with
/// OpenSSL's trust settings have one of their own, and old programs wrote a third.
fn plain(bytes: &[u8]) -> Cow<'_, str> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut text = String::from_utf8_lossy(bytes);
    for name in ["TRUSTED CERTIFICATE-----", "X509 CERTIFICATE-----"] {
        if text.contains(name) {
            text = Cow::Owned(text.replace(name, "CERTIFICATE-----"));
        }
    }
    text
}

/// The certificate without the trust settings behind it.
fn first_value(block: &CertificateDer<'_>) -> Option<CertificateDer<'static>> {
    let value = SliceReader::new(block).ok()?.tlv_bytes().ok()?;
    Some(CertificateDer::from(value.to_vec()))
}

/// What the targets of fuzzing need of this module.
#[cfg(fuzzing)]
pub(crate) mod fuzzing {
    use std::time::Duration;

    use rustls::pki_types::UnixTime;

    use super::*;

    /// A bundle, or one certificate without PEM.
    pub(crate) fn bundle(data: &[u8]) {
        if data.first() == Some(&0x30) {
            let block = CertificateDer::from(data.to_vec());
            return first_value(&block).iter().for_each(certificate);
        }
        match Bundle::parse(data) {
            Ok(bundle) => {
                assert_eq!(bundle.roots.len(), bundle.anchors.len());
                for found in bundle.roots.iter().chain(&bundle.others) {
                    assert!(bundle.holds(found));
                    certificate(found);
                }
            }
            Err(error) => drop(error.to_string()),
        }
    }

    fn certificate(der: &CertificateDer<'static>) {
        let _ = (anchor_from_trusted_cert(der).is_ok(), is_self_issued(der));
        let Some(read) = Certificate::read(der) else { return };
        let now = UnixTime::since_unix_epoch(Duration::from_secs(1_700_000_000));
        let _ = (read.check_authority(now, 0), read.check_server(now), read.may_have_issued(&read));
        let _ = (read.shown_subject(), read.shown_issuer(), read.issuer(), read.end(), read.common_names());
        let _ =
            (read.has_weak_key(), read.is_version_1(), read.has_critical_policies(), read.constrains_names());
    }
}
