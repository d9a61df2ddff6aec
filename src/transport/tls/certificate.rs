//! What a certificate says of itself, and whether that allows the role it is to play: OpenSSL's rules, which the
//! reference follows. webpki checks signatures, names and their constraints, but not what a root says of itself.

use std::time::Duration;

use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::UnixTime;
use x509_cert::der::asn1::{AnyRef, ObjectIdentifier};
use x509_cert::der::oid::AssociatedOid;
use x509_cert::der::oid::db::rfc4519::COMMON_NAME;
use x509_cert::der::oid::db::rfc5280;
use x509_cert::der::oid::db::rfc5912::RSA_ENCRYPTION;
use x509_cert::der::{Decode, Encode, Reader, SliceReader, Tag, Tagged};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage};
use x509_cert::name::Name;
use x509_cert::{TbsCertificate, Version};

use crate::transport::tls::error::Distrust;

/// The extensions for policies. No policy is required here, so that they have no effect.
const POLICIES: [ObjectIdentifier; 4] = [
    rfc5280::ID_CE_CERTIFICATE_POLICIES,
    rfc5280::ID_CE_POLICY_MAPPINGS,
    rfc5280::ID_CE_POLICY_CONSTRAINTS,
    rfc5280::ID_CE_INHIBIT_ANY_POLICY,
];

/// The other extensions that may be critical, since they are checked.
const CHECKED: [ObjectIdentifier; 6] = [
    rfc5280::ID_CE_KEY_USAGE,
    rfc5280::ID_CE_SUBJECT_ALT_NAME,
    rfc5280::ID_CE_BASIC_CONSTRAINTS,
    rfc5280::ID_CE_NAME_CONSTRAINTS,
    rfc5280::ID_CE_CRL_DISTRIBUTION_POINTS,
    rfc5280::ID_CE_EXT_KEY_USAGE,
];

/// A certificate that has been read, and its bytes.
pub(crate) struct Certificate {
    read: x509_cert::Certificate,
    der: Vec<u8>,
}

impl Certificate {
    /// `None` if it cannot be parsed.
    pub(crate) fn read(der: &[u8]) -> Option<Certificate> {
        let read = x509_cert::Certificate::from_der(der).ok()?;
        Some(Certificate { read, der: der.to_vec() })
    }

    /// Whether it names itself as its issuer, as roots do.
    pub(crate) fn is_self_issued(&self) -> bool {
        self.body().issuer() == self.body().subject()
    }

    /// Whether this one, by its name, may have issued the other one.
    pub(crate) fn may_have_issued(&self, other: &Certificate) -> bool {
        self.body().subject() == other.body().issuer() && self.der != other.der
    }

    /// Whether names below it are constrained.
    pub(crate) fn constrains_names(&self) -> bool {
        self.extensions().iter().any(|one| one.extn_id == rfc5280::ID_CE_NAME_CONSTRAINTS)
    }

    /// The name of its issuer: the contents of its DER sequence, as a trust anchor has its own.
    pub(crate) fn issuer(&self) -> Option<Vec<u8>> {
        contents(self.body().issuer())
    }

    /// Whose it is: the common name, or else the whole name.
    pub(crate) fn shown_subject(&self) -> String {
        shown(self.body().subject())
    }

    /// Who issued it, as for the subject.
    pub(crate) fn shown_issuer(&self) -> String {
        shown(self.body().issuer())
    }

    /// The last second in which it is valid, since the epoch.
    pub(crate) fn end(&self) -> Duration {
        self.body().validity().not_after.to_unix_duration()
    }

    /// Verifies that the key of the issuer has signed it.
    ///
    /// # Errors
    /// It has not, or not with one of the algorithms.
    pub(crate) fn verify_signature(
        &self,
        issuer: &Certificate,
        algorithms: WebPkiSupportedAlgorithms,
    ) -> Result<(), Distrust> {
        let (body, signed_with, signature) = self.signed().ok_or(Distrust::Malformed)?;
        let (key_algorithm, key) = issuer.key().ok_or(Distrust::Malformed)?;
        let mut fitting = algorithms.all.iter().filter(|algorithm| {
            algorithm.signature_alg_id().as_ref() == signed_with
                && algorithm.public_key_alg_id().as_ref() == key_algorithm
        });
        let algorithm = fitting.next().ok_or(Distrust::SignatureAlgorithm)?;
        algorithm.verify_signature(key, body, signature).map_err(|_| Distrust::Signature)
    }

    /// What its issuer has signed, the algorithm as the contents of a DER sequence, and the signature; `None` if it names
    /// two algorithms.
    fn signed(&self) -> Option<(&[u8], Vec<u8>, &[u8])> {
        let algorithm = self.read.signature_algorithm();
        if algorithm != self.body().signature() {
            return None;
        }
        let mut parts = SliceReader::new(AnyRef::from_der(&self.der).ok()?.value()).ok()?;
        Some((parts.tlv_bytes().ok()?, contents(algorithm)?, self.read.signature().as_bytes()?))
    }

    /// The algorithm of its key, as the contents of a DER sequence, and the key.
    fn key(&self) -> Option<(Vec<u8>, &[u8])> {
        let key = self.body().subject_public_key_info();
        Some((contents(&key.algorithm)?, key.subject_public_key.as_bytes()?))
    }

    /// Whether its key is too short for signatures to count: RSA below 2048 bits.
    pub(crate) fn has_weak_key(&self) -> bool {
        let key = self.body().subject_public_key_info();
        key.algorithm.oid == RSA_ENCRYPTION && key.subject_public_key.raw_bytes().len() < 256
    }

    /// Whether it has only the first form of certificates, without extensions.
    pub(crate) fn is_version_1(&self) -> bool {
        self.body().version() == Version::V1
    }

    /// Whether one of its policy extensions is critical. webpki reads no such certificate.
    pub(crate) fn has_critical_policies(&self) -> bool {
        self.critical_extensions().any(|id| POLICIES.contains(&id))
    }

    /// The common names of the subject, which a host is compared with when there are no alternative names. The
    /// reference still does that, and hand-made certificates still rely on it.
    pub(crate) fn common_names(&self) -> Vec<String> {
        common_names(self.body().subject())
    }

    /// Whether it may be an authority with `below` other authorities between it and the server.
    ///
    /// # Errors
    /// It is not an authority, its time is not now, or servers are not its purpose.
    pub(crate) fn check_authority(&self, now: UnixTime, below: usize) -> Result<(), Distrust> {
        let constraints: Option<BasicConstraints> = self.extension()?;
        let usage: Option<KeyUsage> = self.extension()?;
        let is_authority = match &constraints {
            Some(constraints) => constraints.ca,
            None => self.is_version_1() && self.is_self_issued(),
        };
        if !is_authority || usage.is_some_and(|usage| !usage.key_cert_sign()) {
            return Err(Distrust::NoAuthority);
        }
        let longest = constraints.and_then(|constraints| constraints.path_len_constraint);
        if longest.is_some_and(|longest| below > usize::from(longest)) {
            return Err(Distrust::PathTooLong);
        }
        self.check_common(now)
    }

    /// Whether a server may show it.
    ///
    /// # Errors
    /// Its time is not now, or servers are not its purpose.
    pub(crate) fn check_server(&self, now: UnixTime) -> Result<(), Distrust> {
        let usage: Option<KeyUsage> = self.extension()?;
        let serves =
            |usage: KeyUsage| usage.digital_signature() || usage.key_encipherment() || usage.key_agreement();
        if usage.is_some_and(|usage| !serves(usage)) {
            return Err(Distrust::Purpose);
        }
        self.check_common(now)
    }

    fn check_common(&self, now: UnixTime) -> Result<(), Distrust> {
        let purposes: Option<ExtendedKeyUsage> = self.extension()?;
        if purposes.is_some_and(|purposes| !purposes.0.contains(&rfc5280::ID_KP_SERVER_AUTH)) {
            return Err(Distrust::Purpose);
        }
        let known = |id: &ObjectIdentifier| CHECKED.contains(id) || POLICIES.contains(id);
        if !self.critical_extensions().all(|id| known(&id)) {
            return Err(Distrust::CriticalExtension);
        }
        let now = Duration::from_secs(now.as_secs());
        let validity = self.body().validity();
        if now < validity.not_before.to_unix_duration() {
            return Err(Distrust::NotYetValid);
        }
        if now > validity.not_after.to_unix_duration() {
            return Err(Distrust::Expired);
        }
        Ok(())
    }

    fn critical_extensions(&self) -> impl Iterator<Item = ObjectIdentifier> {
        self.extensions().iter().filter(|extension| extension.critical).map(|extension| extension.extn_id)
    }

    fn extensions(&self) -> &[Extension] {
        self.body().extensions().map(Vec::as_slice).unwrap_or_default()
    }

    /// An extension. One that cannot be read, or that is there twice, makes the whole certificate unreadable.
    fn extension<'a, T>(&'a self) -> Result<Option<T>, Distrust>
    where
        T: AssociatedOid + Decode<'a>,
    {
        let found = self.body().get_extension::<T>().map_err(|_| Distrust::Malformed)?;
        Ok(found.map(|(_critical, extension)| extension))
    }

    fn body(&self) -> &TbsCertificate {
        self.read.tbs_certificate()
    }
}

fn common_names(name: &Name) -> Vec<String> {
    let texts = [Tag::Utf8String, Tag::PrintableString, Tag::TeletexString, Tag::Ia5String];
    let attributes = name.iter().filter(|attribute| attribute.oid == COMMON_NAME);
    let values = attributes.map(|attribute| &attribute.value);
    let values = values.filter(|value| texts.contains(&value.tag()));
    values.map(|value| String::from_utf8_lossy(value.value()).into_owned()).collect()
}

fn shown(name: &Name) -> String {
    common_names(name).pop().unwrap_or_else(|| name.to_string())
}

/// The contents of a value that is a DER sequence.
fn contents(value: &impl Encode) -> Option<Vec<u8>> {
    let der = value.to_der().ok()?;
    AnyRef::from_der(&der).ok().map(|sequence| sequence.value().to_vec())
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::transport::tests::certificates::{authority, link};

    fn look_at(der: &[u8]) {
        let now = UnixTime::since_unix_epoch(Duration::from_secs(1_800_000_000));
        let Some(certificate) = Certificate::read(der) else { return };
        let _ = (certificate.check_authority(now, 1), certificate.check_server(now));
        let _ = (certificate.common_names(), certificate.issuer(), certificate.key().is_some());
        let _ = (certificate.signed().is_some(), certificate.has_weak_key(), certificate.is_self_issued());
        let _ = (certificate.has_critical_policies(), certificate.constrains_names());
    }

    #[test]
    fn only_texts_are_common_names() {
        let key = crate::transport::tests::certificates::key();
        let certificate = link("kms.test", &[], key, None, |params| {
            params.distinguished_name.push(rcgen::DnType::CountryName, "DE");
            params.distinguished_name.push(rcgen::DnType::OrganizationName, "forged");
        });
        let certificate = Certificate::read(certificate.der()).expect("a certificate");
        assert_eq!(certificate.common_names(), ["kms.test"]);
    }

    /// An RSA key of so many bits, as a certificate holds it.
    struct RsaKey(Vec<u8>);

    impl RsaKey {
        fn new(bits: usize) -> RsaKey {
            let length = |length: usize| u16::try_from(length).expect("a short key").to_be_bytes();
            let modulus = [&[0, 0x80][..], &vec![1; bits / 8 - 1]].concat();
            let modulus = [&[2, 0x82][..], &length(modulus.len()), &modulus].concat();
            let numbers = [&modulus[..], &[2, 3, 1, 0, 1]].concat();
            RsaKey([&[0x30, 0x82][..], &length(numbers.len()), &numbers].concat())
        }
    }

    impl rcgen::PublicKeyData for RsaKey {
        fn der_bytes(&self) -> &[u8] {
            &self.0
        }

        fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
            &rcgen::PKCS_RSA_SHA256
        }
    }

    #[test]
    fn rsa_keys_below_2048_bits_are_weak() {
        let root = authority("root", None, |_| {});
        for (bits, is_weak) in [(1024, true), (1536, true), (2048, false), (4096, false)] {
            let params = rcgen::CertificateParams::default();
            let certificate = params.signed_by(&RsaKey::new(bits), &root).expect("a certificate");
            let certificate = Certificate::read(certificate.der()).expect("it can be read");
            assert_eq!(certificate.has_weak_key(), is_weak, "{bits}");
        }
        assert!(!Certificate::read(root.der()).expect("a certificate").has_weak_key(), "it is not of RSA");
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in vec(any::<u8>(), 0..200)) {
            look_at(&bytes);
        }

        #[test]
        fn no_change_to_a_certificate_makes_it_panic(changes in vec((any::<u16>(), any::<u8>()), 1..6)) {
            let mut der = authority("root", None, |params| {
                params.key_usages = vec![rcgen::KeyUsagePurpose::KeyCertSign];
                params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
            }).der().to_vec();
            for (place, byte) in changes {
                let place = usize::from(place) % der.len();
                der[place] = byte;
            }
            look_at(&der);
        }
    }
}
