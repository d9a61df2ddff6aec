//! The proof that a request comes from who got the token: DPoP, RFC 9449, as `aws login` uses it.

use std::fmt;
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
use zeroize::Zeroizing;

use crate::value::Value;
use crate::value::json::write as json;

/// The length of a private key and of each coordinate on the curve P-256.
const LENGTH: usize = 32;

/// A key that cannot be used, or a random source that gives nothing. Why is not kept: the key is a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The key cannot be used.")]
pub(crate) struct Unusable;

/// A private key on the curve P-256.
pub(crate) struct ProofKey {
    pair: EcdsaKeyPair,
}

/// Puts the proof into the header of a request.
pub(crate) struct Proof {
    key: Arc<ProofKey>,
}

impl ProofKey {
    /// Reads a key of the form that `openssl ecparam -genkey` writes: SEC 1 in PEM, with its public key.
    ///
    /// # Errors
    /// It is not of this form.
    pub(crate) fn from_pem(text: &str) -> Result<ProofKey, Unusable> {
        let lines = text.lines().filter(|line| !line.starts_with("-----"));
        let encoded = Zeroizing::new(lines.map(str::trim).collect::<String>());
        let der = Zeroizing::new(BASE64_STANDARD.decode(encoded.as_bytes()).map_err(|_| Unusable)?);
        let (private, public) = components(&der).ok_or(Unusable)?;
        let random = SystemRandom::new();
        let pair = EcdsaKeyPair::from_private_key_and_public_key(
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            private,
            public,
            &random,
        );
        Ok(ProofKey { pair: pair.map_err(|_| Unusable)? })
    }

    /// The token that proves the possession of the key for one POST to the URL: a JWT that holds the public key.
    fn prove(&self, url: &str, seconds: u64, identifier: &str) -> Result<String, Unusable> {
        let encode = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let point = self.pair.public_key().as_ref();
        let (x, y) = point.get(1..).and_then(|point| point.split_at_checked(LENGTH)).ok_or(Unusable)?;
        let key = [
            ("kty", Value::string("EC")),
            ("x", Value::string(encode(x))),
            ("y", Value::string(encode(y))),
            ("crv", Value::string("P-256")),
        ];
        let header =
            [("typ", Value::string("dpop+jwt")), ("alg", Value::string("ES256")), ("jwk", Value::map(key))];
        let claims = [
            ("htm", Value::string("POST")),
            ("htu", Value::string(url)),
            ("iat", Value::integer(i64::try_from(seconds).unwrap_or(i64::MAX))),
            ("jti", Value::string(identifier)),
        ];
        let part = |value: Value| encode(json::to_compact(&value).as_bytes());
        let signed = format!("{}.{}", part(Value::map(header)), part(Value::map(claims)));
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).map_err(|_| Unusable)?;
        Ok(format!("{signed}.{}", encode(signature.as_ref())))
    }
}

/// The private key and the public key of an `ECPrivateKey` (RFC 5915):
/// `SEQUENCE { INTEGER 1, OCTET STRING, [0] { OID } OPTIONAL, [1] { BIT STRING } }`.
fn components(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (sequence, _) = element(der, 0x30)?;
    let (version, rest) = element(sequence, 0x02)?;
    let (private, rest) = element(rest, 0x04)?;
    let rest = element(rest, 0xa0).map_or(rest, |(_, rest)| rest);
    let (public, _) = element(rest, 0xa1)?;
    let (bits, _) = element(public, 0x03)?;
    let point = bits.strip_prefix(&[0])?;
    (version == [1] && private.len() == LENGTH).then_some((private, point))
}

/// The content of a DER element with this tag, and what follows it. Keys are short: a length has one byte, or two
/// after `0x81`.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (length, content) = match der {
        [found, 0x81, length, content @ ..] if *found == tag => (*length, content),
        [found, length @ ..=0x7f, content @ ..] if *found == tag => (*length, content),
        _ => return None,
    };
    content.split_at_checked(usize::from(length))
}

/// A random UUID (RFC 9562, version 4).
fn identifier() -> Result<String, Unusable> {
    let mut bytes = [0; 16];
    SystemRandom::new().fill(&mut bytes).map_err(|_| Unusable)?;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut text = String::with_capacity(36);
    for (index, byte) in bytes.iter().enumerate() {
        if [4, 6, 8, 10].contains(&index) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    Ok(text)
}

impl Proof {
    /// Proofs by this key.
    pub(crate) fn new(key: Arc<ProofKey>) -> Proof {
        Proof { key }
    }
}

#[dyn_dispatch_hint]
impl Intercept for Proof {
    fn name(&self) -> &'static str {
        "Proof"
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
        let proof = self.key.prove(request.uri(), seconds, &identifier()?)?;
        request.headers_mut().insert("dpop", proof);
        Ok(())
    }
}

impl fmt::Debug for ProofKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProofKey").finish_non_exhaustive()
    }
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proof").finish_non_exhaustive()
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
            assert!(ProofKey::from_pem(text).is_err(), "{text}");
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
