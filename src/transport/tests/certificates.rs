//! Certificates made for a test.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};

/// A certificate for these names, and whom it is from.
pub(crate) struct Identity {
    /// What the server shows.
    pub(crate) chain: Vec<CertificateDer<'static>>,
    pub(crate) key: PrivateKeyDer<'static>,
    /// The authority, or the certificate itself, as PEM.
    pub(crate) pem: String,
}

impl Identity {
    /// The settings of a server that shows the certificate, whatever that is.
    pub(crate) fn server_config(&self) -> Arc<ServerConfig> {
        let key = ring::sign::any_supported_type(&self.key).expect("a key");
        let shown = SingleCertAndKey::from(CertifiedKey::new(self.chain.clone(), key));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(shown));
        Arc::new(config)
    }
}

pub(crate) fn params(names: &[&str]) -> CertificateParams {
    CertificateParams::new(names.iter().map(|name| name.to_string()).collect::<Vec<_>>()).expect("names")
}

pub(crate) fn issued(change: impl FnOnce(&mut CertificateParams)) -> Identity {
    let mut authority = params(&[]);
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.distinguished_name.push(rcgen::DnType::CommonName, "authority");
    let authority =
        CertifiedIssuer::self_signed(authority, KeyPair::generate().expect("a key")).expect("a CA");
    let key = KeyPair::generate().expect("a key");
    let mut params = params(&["localhost", "127.0.0.1"]);
    change(&mut params);
    let certificate = params.signed_by(&key, &authority).expect("a certificate");
    Identity { chain: vec![certificate.der().clone()], key: key.into(), pem: authority.pem() }
}

pub(crate) fn self_signed(is_ca: IsCa, names: &[&str]) -> Identity {
    let mut params = params(names);
    params.is_ca = is_ca;
    let key = KeyPair::generate().expect("a key");
    let certificate = params.self_signed(&key).expect("a certificate");
    Identity { chain: vec![certificate.der().clone()], key: key.into(), pem: certificate.pem() }
}

/// A file that is removed with the value. Only [`Bundle::new`] makes one, so that it is never somebody else's.
pub(crate) struct Bundle(PathBuf);

impl Bundle {
    pub(crate) fn new(text: &str) -> Bundle {
        static COUNT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let name = format!("aws-kms-cli-bundle-{}-{count}.pem", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, text).expect("a temporary file");
        Bundle(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Bundle {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// A certificate with its key, as a link of a chain.
pub(crate) type Link = CertifiedIssuer<'static, KeyPair>;

pub(crate) fn key() -> KeyPair {
    KeyPair::generate().expect("a key")
}

/// The same key once more.
pub(crate) fn copy(key: &KeyPair) -> KeyPair {
    KeyPair::try_from(key.serialized_der()).expect("a key")
}

/// A certificate with this common name and these host names, signed by its issuer or by itself.
pub(crate) fn link(
    name: &str,
    hosts: &[&str],
    key: KeyPair,
    issuer: Option<&Link>,
    change: impl FnOnce(&mut CertificateParams),
) -> Link {
    let mut params = params(hosts);
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    change(&mut params);
    let link = match issuer {
        None => CertifiedIssuer::self_signed(params, key),
        Some(issuer) => CertifiedIssuer::signed_by(params, key, issuer),
    };
    link.expect("a certificate")
}

/// An authority with a new key.
pub(crate) fn authority(
    name: &str,
    issuer: Option<&Link>,
    change: impl FnOnce(&mut CertificateParams),
) -> Link {
    link(name, &[], key(), issuer, |params| {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        change(params);
    })
}

/// A certificate for `localhost`.
pub(crate) fn leaf(issuer: &Link) -> Link {
    link("server", &["localhost"], key(), Some(issuer), |_| {})
}

/// What a server shows that has the key of the first certificate.
pub(crate) fn chain(links: &[&Link]) -> Identity {
    let shown = links.first().expect("a certificate");
    Identity {
        chain: links.iter().map(|link| link.der().clone()).collect(),
        key: copy(shown.key()).into(),
        pem: links.iter().map(|link| link.pem()).collect(),
    }
}

/// The file of a bundle with these certificates.
pub(crate) fn bundle(links: &[&Link]) -> Bundle {
    Bundle::new(&links.iter().map(|link| link.pem()).collect::<String>())
}

/// The PEM block of some bytes.
pub(crate) fn pem(label: &str, bytes: &[u8]) -> String {
    use base64::Engine;
    let text = base64::engine::general_purpose::STANDARD.encode(bytes);
    format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n")
}

/// The same certificate in version 1 of the form: without the number of the version and without extensions.
pub(crate) fn version_1(link: &Link, signer: &KeyPair) -> CertificateDer<'static> {
    use rcgen::SigningKey;
    use x509_cert::der::{Reader, SliceReader};
    let contents = |der: &[u8]| {
        let mut values = Vec::new();
        let mut outer = SliceReader::new(der).expect("DER");
        outer
            .sequence(|reader| {
                while !reader.is_finished() {
                    values.push(reader.tlv_bytes()?.to_vec());
                }
                Ok::<_, x509_cert::der::Error>(())
            })
            .expect("a sequence");
        values
    };
    let parts = contents(link.der());
    let body: Vec<Vec<u8>> = contents(&parts[0]).into_iter().filter(|value| value[0] & 0xc0 == 0).collect();
    let body = sequence(&body.concat());
    let signature = signer.sign(&body).expect("a signature");
    let bits =
        [&[3, u8::try_from(signature.len() + 1).expect("a short signature"), 0][..], &signature].concat();
    CertificateDer::from(sequence(&[body, parts[1].clone(), bits].concat()))
}

fn sequence(contents: &[u8]) -> Vec<u8> {
    let length = u16::try_from(contents.len()).expect("a short sequence").to_be_bytes();
    let header = match length {
        [0, length @ ..=0x7f] => vec![0x30, length],
        [0, length] => vec![0x30, 0x81, length],
        [high, low] => vec![0x30, 0x82, high, low],
    };
    [&header[..], contents].concat()
}
