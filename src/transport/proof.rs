//! The proof that a request comes from who got the token: DPoP, RFC 9449, as `aws login` uses it.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::json;
use x509_cert::der::asn1::{AnyRef, BitStringRef, ObjectIdentifier, OctetStringRef};
use x509_cert::der::{Decode, Reader, SliceReader, TagMode, TagNumber};
use zeroize::Zeroizing;

/// The length of a private key and of each coordinate on the curve P-256.
const LENGTH: usize = 32;

/// A private key on the curve P-256, and an interceptor of the SDK that puts its proof into the header of a request.
#[derive(Clone, Debug)]
pub(crate) struct ProofKey(Arc<EcdsaKeyPair>);

impl ProofKey {
    /// Reads a key of the form that `openssl ecparam -genkey` writes: SEC 1 in PEM, with its public key. Why one cannot be
    /// read is not kept: the key is a secret.
    pub(crate) fn from_pem(text: &str) -> Option<ProofKey> {
        let lines = text.lines().filter(|line| !line.starts_with("-----"));
        let encoded = Zeroizing::new(lines.map(str::trim).collect::<String>());
        let der = Zeroizing::new(BASE64_STANDARD.decode(encoded.as_bytes()).ok()?);
        let (private, public) = components(&der)?;
        let random = SystemRandom::new();
        let pair = EcdsaKeyPair::from_private_key_and_public_key(
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            private,
            public,
            &random,
        );
        Some(ProofKey(Arc::new(pair.ok()?)))
    }

    /// The token that proves the possession of the key for one POST to the URL: a JWT that holds the public key.
    fn prove(&self, url: &str, seconds: u64, identifier: &str) -> Option<String> {
        let encode = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let point = self.0.public_key().as_ref();
        let (x, y) = point.get(1..).and_then(|point| point.split_at_checked(LENGTH))?;
        let header = json!({
            "typ": "dpop+jwt",
            "alg": "ES256",
            "jwk": { "kty": "EC", "x": encode(x), "y": encode(y), "crv": "P-256" },
        });
        let claims = json!({ "htm": "POST", "htu": url, "iat": seconds, "jti": identifier });
        let [header, claims] = [header, claims].map(|part| encode(part.to_string().as_bytes()));
        let signed = format!("{header}.{claims}");
        let signature = self.0.sign(&SystemRandom::new(), signed.as_bytes()).ok()?;
        Some(format!("{signed}.{}", encode(signature.as_ref())))
    }
}

/// The private key and the public key of an `ECPrivateKey` (RFC 5915):
/// `SEQUENCE { INTEGER 1, OCTET STRING, [0] { OID } OPTIONAL, [1] { BIT STRING } }`.
fn components(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut parts = SliceReader::new(AnyRef::from_der(der).ok()?.value()).ok()?;
    let version = u8::decode(&mut parts).ok()?;
    let private = <&OctetStringRef>::decode(&mut parts).ok()?.as_bytes();
    let _curve = parts.context_specific::<ObjectIdentifier>(TagNumber(0), TagMode::Explicit).ok()?;
    let public = parts.context_specific::<BitStringRef<'_>>(TagNumber(1), TagMode::Explicit).ok()??;
    (version == 1 && private.len() == LENGTH).then_some((private, public.as_bytes()?))
}

/// A random UUID (RFC 9562, version 4).
fn identifier() -> Option<String> {
    let mut bytes = [0; 16];
    SystemRandom::new().fill(&mut bytes).ok()?;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let digits = format!("{:032x}", u128::from_be_bytes(bytes));
    Some([&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-"))
}

#[dyn_dispatch_hint]
impl Intercept for ProofKey {
    fn name(&self) -> &'static str {
        "ProofKey"
    }

    /// Where the URL is final.
    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let proof = identifier().and_then(|identifier| self.prove(request.uri(), seconds, &identifier));
        request.headers_mut().insert("dpop", proof.ok_or("The key cannot be used.")?);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A key made for this test.
    const KEY: &str = "-----BEGIN EC PRIVATE KEY-----\n\
        MHcCAQEEIAPlAbVXB9UnYRcTxRn+McEUdRMCytUTpWSy+z6rPEf7oAoGCCqGSM49\n\
        AwEHoUQDQgAEpLQTNs0daFv1e8J/DlqcRA5Q7xxyCJi8WTzPNT16FghjJL4Rji7l\n\
        CLHuGGqCUlW7RdkuaQSQYaLWVwb/SFJjGw==\n\
        -----END EC PRIVATE KEY-----\n";

    #[test]
    fn a_proof_names_the_url_the_time_and_the_key() {
        let key = ProofKey::from_pem(KEY).expect("a key");
        let proof = key.prove("https://h/v1/token", 1_700_000_000, "id").expect("a proof");
        let parts: Vec<Vec<u8>> =
            proof.split('.').map(|part| BASE64_URL_SAFE_NO_PAD.decode(part).expect("base64")).collect();
        assert_eq!(
            String::from_utf8_lossy(&parts[1]),
            r#"{"htm":"POST","htu":"https://h/v1/token","iat":1700000000,"jti":"id"}"#
        );
        assert_eq!(parts[2].len(), 2 * LENGTH);
    }

    #[test]
    fn a_key_that_is_none_is_refused() {
        let without_public = "MDECAQEEIAPlAbVXB9UnYRcTxRn+McEUdRMCytUTpWSy+z6rPEf7oAoGCCqGSM49AwEH";
        for text in ["", "no key", without_public, &KEY.replace("IAPl", "IAPm")] {
            assert!(ProofKey::from_pem(text).is_none(), "{text}");
        }
    }

    #[test]
    fn identifiers_are_uuids_of_version_4() {
        let identifier = identifier().expect("an identifier");
        let marks: Vec<char> = [8, 13, 14, 18, 23].map(|at| identifier.as_bytes()[at].into()).to_vec();
        assert_eq!((identifier.len(), marks), (36, vec!['-', '-', '4', '-', '-']));
    }

    proptest! {
        #[test]
        fn no_der_panics(der in proptest::collection::vec(prop_oneof![any::<u8>(), Just(0x30), Just(2), Just(4), Just(0xa1)], 0..60)) {
            let _ = components(&der);
        }

        #[test]
        fn no_text_panics(text in ".{0,60}") {
            let _ = ProofKey::from_pem(&text);
        }
    }
}
