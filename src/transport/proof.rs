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
use ring::rand::{SystemRandom, generate};
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::json;
use zeroize::Zeroizing;

/// The length of a private key and of each coordinate on the curve P-256.
const LENGTH: usize = 32;

/// What stands before the private key in an `ECPrivateKey` (RFC 5915) of this curve, and between it and the public key:
/// `SEQUENCE { INTEGER 1, OCTET STRING, [0] { OID }, [1] { BIT STRING } }`. All lengths are fixed.
const BEFORE_PRIVATE: &[u8] = b"\x30\x77\x02\x01\x01\x04\x20";
const BEFORE_PUBLIC: &[u8] = b"\xa0\x0a\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\xa1\x44\x03\x42\x00";

/// A private key on the curve P-256. As an interceptor it puts the proof into the header of a request.
#[derive(Clone, Debug)]
pub(crate) struct ProofKey(Arc<EcdsaKeyPair>);

impl ProofKey {
    /// Reads a key of the form that `openssl ecparam -genkey` writes: SEC 1 in PEM, with its public key. Why one cannot be
    /// read is not kept: the key is a secret.
    pub(crate) fn from_pem(text: &str) -> Option<ProofKey> {
        let lines = text.lines().filter(|line| !line.starts_with("-----"));
        let encoded = Zeroizing::new(lines.map(str::trim).collect::<String>());
        let der = Zeroizing::new(BASE64_STANDARD.decode(encoded.as_bytes()).ok()?);
        let rest = der.strip_prefix(BEFORE_PRIVATE)?;
        let (private, rest) = rest.split_at_checked(LENGTH)?;
        let public = rest.strip_prefix(BEFORE_PUBLIC)?;
        let (form, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let pair = EcdsaKeyPair::from_private_key_and_public_key(form, private, public, &random);
        Some(ProofKey(pair.ok()?.into()))
    }

    /// The token that proves the possession of the key for one POST to the URL: a JWT that holds the public key.
    fn prove(&self, url: &str, seconds: u64) -> Option<String> {
        let encode = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let random = SystemRandom::new();
        let identifier: [u8; 16] = generate(&random).ok()?.expose();
        let point = self.0.public_key().as_ref();
        let (x, y) = point.get(1..).and_then(|point| point.split_at_checked(LENGTH))?;
        let key = json!({"kty": "EC", "x": encode(x), "y": encode(y), "crv": "P-256"});
        let header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": key});
        let claims = json!({"htm": "POST", "htu": url, "iat": seconds, "jti": encode(&identifier)});
        let signed = [header, claims].map(|part| encode(part.to_string().as_bytes())).join(".");
        let signature = self.0.sign(&random, signed.as_bytes()).ok()?;
        Some(format!("{signed}.{}", encode(signature.as_ref())))
    }
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
        let proof = self.prove(request.uri(), seconds).ok_or("The key cannot be used.")?;
        request.headers_mut().insert("dpop", proof);
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
        let parts = || {
            let proof = key.prove("https://h/v1/token", 1_700_000_000).expect("a proof");
            let decoded = |part| BASE64_URL_SAFE_NO_PAD.decode(part).expect("base64");
            proof.split('.').map(decoded).collect::<Vec<_>>()
        };
        let (one, other) = (parts(), parts());
        let claims = String::from_utf8_lossy(&one[1]);
        let start = r#"{"htm":"POST","htu":"https://h/v1/token","iat":1700000000,"jti":""#;
        assert!(claims.starts_with(start) && claims.len() == start.len() + 24, "{claims}");
        assert_ne!(one[1], other[1], "an identifier is used once");
        assert_eq!(one[2].len(), 2 * LENGTH);
        assert!(!format!("{key:?}").contains("private"), "{key:?}");
    }

    #[test]
    fn a_key_that_is_none_is_refused() {
        let without_public = "MDECAQEEIAPlAbVXB9UnYRcTxRn+McEUdRMCytUTpWSy+z6rPEf7oAoGCCqGSM49AwEH";
        for text in ["", "no key", without_public, &KEY.replace("IAPl", "IAPm")] {
            assert!(ProofKey::from_pem(text).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_der_panics(der in proptest::collection::vec(any::<u8>(), 0..120)) {
            for der in [der.clone(), [BEFORE_PRIVATE, &der].concat()] {
                let _ = ProofKey::from_pem(&BASE64_STANDARD.encode(der));
            }
        }

        #[test]
        fn no_text_panics(text in ".{0,60}") {
            let _ = ProofKey::from_pem(&text);
        }
    }
}
