//! The canonical form of a request: the text whose digest is signed.

use hyper::HeaderMap;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sha2::{Digest, Sha256};

use super::SignedRequest;

/// Everything but the unreserved characters of RFC 3986.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// In a path the slash stays, too. A path arrives encoded and is encoded once more, as for all services but S3.
const ENCODED_IN_PATH: &AsciiSet = &ENCODED.remove(b'/');

/// Method, path, query, signed headers, their names, and the digest of the body, each on its lines.
pub(super) fn canonical_request(request: SignedRequest<'_>, signed_headers: &[&str]) -> String {
    let SignedRequest { method, path, query, headers, body } = request;
    let path = utf8_percent_encode(path, ENCODED_IN_PATH);
    let values: String =
        signed_headers.iter().map(|name| format!("{name}:{}\n", canonical_value(headers, name))).collect();
    let names = signed_headers.join(";");
    let digest = hex::encode(Sha256::digest(body));
    format!("{method}\n{path}\n{}\n{values}\n{names}\n{digest}", canonical_query(query))
}

/// The values of a header, joined by commas, each without blanks at its ends and with single blanks inside.
fn canonical_value(headers: &HeaderMap, name: &str) -> String {
    let values = headers.get_all(name).iter().map(|value| {
        let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
        text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
    });
    values.collect::<Vec<_>>().join(",")
}

/// The parameters of the query, decoded and encoded again, sorted.
fn canonical_query(query: &str) -> String {
    let encode = |text: &str| {
        let bytes: Vec<u8> = percent_decode_str(text).collect();
        percent_encoding::percent_encode(&bytes, ENCODED).to_string()
    };
    let mut pairs: Vec<(String, String)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (encode(name), encode(value)))
        .collect();
    pairs.sort();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}
