//! The signature of KMS's calls to a proxy: SigV4 with the service `kms-xks-proxy`, over the host, the time and the body.

use jiff::Timestamp;
use ring::{digest, hmac};

/// What is signed, beside the time: a POST without a query.
pub(super) struct Signed<'r> {
    pub(super) host: &'r str,
    /// Of characters that URLs do not encode.
    pub(super) path: &'r str,
    pub(super) body: &'r [u8],
    pub(super) region: &'r str,
}

impl Signed<'_> {
    /// The values of `x-amz-date` and `authorization`.
    pub(super) fn headers(
        &self,
        access_key_id: &str,
        secret: &str,
        now: Timestamp,
    ) -> [(&'static str, String); 2] {
        let Signed { host, path, body, region } = self;
        let time = now.strftime("%Y%m%dT%H%M%SZ").to_string();
        let day = time.get(..8).unwrap_or_default();
        let scope = format!("{day}/{region}/kms-xks-proxy/aws4_request");
        let request = format!(
            "POST\n{path}\n\nhost:{host}\nx-amz-date:{time}\n\nhost;x-amz-date\n{}",
            hexadecimal(digest::digest(&digest::SHA256, body).as_ref())
        );
        let request = hexadecimal(digest::digest(&digest::SHA256, request.as_bytes()).as_ref());
        let text = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{request}");
        let first = zeroize::Zeroizing::new(format!("AWS4{secret}"));
        let mut key = hmac::Key::new(hmac::HMAC_SHA256, first.as_bytes());
        for part in [day, region, "kms-xks-proxy", "aws4_request"] {
            key = hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&key, part.as_bytes()).as_ref());
        }
        let signature = hexadecimal(hmac::sign(&key, text.as_bytes()).as_ref());
        let credential = format!("AWS4-HMAC-SHA256 Credential={access_key_id}/{scope}");
        let authorization = format!("{credential}, SignedHeaders=host;x-amz-date, Signature={signature}");
        [("x-amz-date", time), ("authorization", authorization)]
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
