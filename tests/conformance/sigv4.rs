//! Checks a request's AWS Signature Version 4
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>).

use std::collections::BTreeMap;
use std::fmt::Write;

use hmac::{Hmac, KeyInit, Mac};
use regex_lite::Regex;
use sha2::{Digest, Sha256};

/// The access key ID that a case's environment has.
pub const ACCESS_KEY_ID: &str = "AKIDEXAMPLE000000000";
/// The secret access key that belongs to it, and that every signature is checked with.
pub const SECRET_ACCESS_KEY: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

const AUTHORIZATION: &str = "^AWS4-HMAC-SHA256 Credential=([^/]+)/([0-9]+)/([^/]+)/([^/]+)/aws4_request, \
                             ?SignedHeaders=([^,]+), ?Signature=([0-9a-zA-Z_]+)";

/// Whether the request is signed with `secret`; `None` when it has no signature at all.
///
/// `path` is the request's target as it was sent; in absolute form (to a proxy) its path counts. `headers` have
/// lower-case names.
pub fn verify(
    method: &str,
    path: &str,
    headers: &BTreeMap<String, String>,
    body: &[u8],
    secret: &str,
) -> Option<bool> {
    let authorization = headers.get("authorization")?;
    let Some(found) = Regex::new(AUTHORIZATION).expect("the pattern is right").captures(authorization) else {
        return Some(false);
    };
    let [day, region, service, signed, signature] = [2, 3, 4, 5, 6].map(|n| &found[n]);
    let header = |name: &str| headers.get(name).map_or("", String::as_str);
    let mut canonical_headers = String::new();
    for name in signed.split(';') {
        let value: Vec<&str> = header(name).split_whitespace().collect();
        let _ = writeln!(canonical_headers, "{name}:{}", value.join(" "));
    }
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let payload = match header("x-amz-content-sha256") {
        "" => hex(&Sha256::digest(body)),
        hash => hash.to_owned(),
    };
    let request = [method, origin_form(path), query, &canonical_headers, signed, &payload].join("\n");
    let scope = format!("{day}/{region}/{service}/aws4_request");
    let to_sign = format!(
        "AWS4-HMAC-SHA256\n{}\n{scope}\n{}",
        header("x-amz-date"),
        hex(&Sha256::digest(request.as_bytes()))
    );
    let key = [day, region, service, "aws4_request"]
        .iter()
        .fold(format!("AWS4{secret}").into_bytes(), |key, part| keyed_hash(&key, part));
    Some(hex(&keyed_hash(&key, &to_sign)) == signature)
}

/// The credential scope without its day: `ACCESS_KEY_ID/REGION/SERVICE/aws4_request`.
pub fn scope(headers: &BTreeMap<String, String>) -> Option<String> {
    let (_, rest) = headers.get("authorization")?.split_once("Credential=")?;
    let scope = rest.split(',').next()?;
    let parts = scope.split('/').enumerate().filter(|(n, _)| *n != 1).map(|(_, part)| part);
    Some(parts.collect::<Vec<_>>().join("/"))
}

/// The path of a request target in absolute form; any other target as it is.
fn origin_form(target: &str) -> &str {
    match target.strip_prefix("http://").or_else(|| target.strip_prefix("https://")) {
        Some(rest) => rest.find('/').map_or("/", |start| &rest[start..]),
        None => target,
    }
}

fn keyed_hash(key: &[u8], text: &str) -> Vec<u8> {
    let mut hash = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    hash.update(text.as_bytes());
    hash.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}
