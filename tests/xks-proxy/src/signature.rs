//! The check of AWS Signature Version 4 in the Authorization header, for the service kms-xks-proxy.
//!
//! The proxy API has one error for every defect, so this says only whether the signature is good.

use std::time::SystemTime;

use hmac::{Hmac, KeyInit, Mac};
use hyper::http::request::Parts;
use sha2::{Digest, Sha256};
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{Duration, OffsetDateTime, PrimitiveDateTime};

use crate::settings::Credential;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const SERVICE: &str = "kms-xks-proxy";
const TERMINATOR: &str = "aws4_request";
/// How far the clocks may differ.
const SKEW: Duration = Duration::minutes(5);
const TIMESTAMP: &[BorrowedFormatItem<'_>] =
    format_description!("[year][month][day]T[hour][minute][second]Z");

/// The Authorization header, taken apart.
struct Authorization<'a> {
    access_key_id: &'a str,
    date: &'a str,
    region: &'a str,
    signed_headers: Vec<&'a str>,
    signature: &'a str,
}

/// The access key ID that the request is signed with, whether the signature is good or bad.
pub(crate) fn access_key_id(head: &Parts) -> Option<String> {
    let value = header(head, "authorization")?;
    let (_, credential) = value.split_once("Credential=")?;
    credential.split(['/', ',']).next().map(str::to_owned)
}

/// Whether the request is signed with one of the credentials, for the Region if there is one, and now.
pub(crate) fn is_good(
    head: &Parts,
    body: &[u8],
    credentials: &[Credential],
    region: Option<&str>,
    now: SystemTime,
) -> bool {
    check(head, body, credentials, region, now).is_some()
}

fn check(
    head: &Parts,
    body: &[u8],
    credentials: &[Credential],
    region: Option<&str>,
    now: SystemTime,
) -> Option<()> {
    let authorization = Authorization::read(header(head, "authorization")?)?;
    let timestamp = header(head, "x-amz-date")?;
    let signed_at = PrimitiveDateTime::parse(timestamp, TIMESTAMP).ok()?.assume_utc();
    let skew = OffsetDateTime::from(now) - signed_at;
    let names = &authorization.signed_headers;
    let all_signed = ["host", "x-amz-date"].iter().all(|name| names.contains(name));
    let in_scope = timestamp.starts_with(authorization.date)
        && region.is_none_or(|region| region == authorization.region);
    if skew.abs() > SKEW || !all_signed || !in_scope {
        return None;
    }
    let claimed = hex::decode(authorization.signature).ok()?;
    let text = authorization.string_to_sign(head, body, timestamp)?;
    let mut known = credentials.iter().filter(|known| known.access_key_id == authorization.access_key_id);
    known.find(|known| authorization.is_signature(known, &text, &claimed)).map(|_| ())
}

impl<'a> Authorization<'a> {
    /// Reads `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…` with a scope of this service.
    fn read(value: &'a str) -> Option<Self> {
        let parameters = value.strip_prefix(ALGORITHM)?;
        let parameter = |name: &str| {
            let mut pairs = parameters.split(',').filter_map(|pair| pair.trim().split_once('='));
            pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
        };
        let scope: Vec<&str> = parameter("Credential")?.split('/').collect();
        let [access_key_id, date, region, SERVICE, TERMINATOR] = scope[..] else { return None };
        let (signed_headers, signature) = (parameter("SignedHeaders")?, parameter("Signature")?);
        // A day has eight digits; a shorter one would also be the start of the timestamp.
        (date.len() == 8).then(|| Self {
            access_key_id,
            date,
            region,
            signed_headers: signed_headers.split(';').collect(),
            signature,
        })
    }

    fn string_to_sign(&self, head: &Parts, body: &[u8], timestamp: &str) -> Option<String> {
        let Self { date, region, signed_headers, .. } = self;
        let values: Option<String> = signed_headers
            .iter()
            .map(|name| Some(format!("{name}:{}\n", header(head, name)?.trim())))
            .collect();
        // The query string is always empty, and the characters of the paths are all unreserved ones.
        let request = format!(
            "{}\n{}\n\n{}\n{}\n{}",
            head.method,
            head.uri.path(),
            values?,
            signed_headers.join(";"),
            hex::encode(Sha256::digest(body))
        );
        let digest = hex::encode(Sha256::digest(request));
        Some(format!("{ALGORITHM}\n{timestamp}\n{date}/{region}/{SERVICE}/{TERMINATOR}\n{digest}"))
    }

    fn is_signature(&self, credential: &Credential, text: &str, claimed: &[u8]) -> bool {
        let first = format!("AWS4{}", credential.raw_secret_access_key).into_bytes();
        let parts = [self.date, self.region, SERVICE, TERMINATOR];
        let key = parts
            .iter()
            .try_fold(first, |key, part| hmac(&key, part).map(|mac| mac.finalize().into_bytes().to_vec()));
        let mac = key.and_then(|key| hmac(&key, text));
        mac.is_some_and(|mac| mac.verify_slice(claimed).is_ok())
    }
}

/// HMAC takes keys of every length, so there always is one.
fn hmac(key: &[u8], data: &str) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(data.as_bytes());
    Some(mac)
}

fn header<'a>(head: &'a Parts, name: &str) -> Option<&'a str> {
    head.headers.get(name).and_then(|value| value.to_str().ok())
}
