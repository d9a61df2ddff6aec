//! The check of AWS Signature Version 4, as "Signing AWS API requests" in the IAM User Guide describes it.
//!
//! Only signatures in the Authorization header are known; KMS calls are not presigned. The Region in the
//! credential scope becomes the Region of the call.

mod canonical;

use std::fmt;
use std::time::SystemTime;

use hmac::{Hmac, KeyInit, Mac};
use hyper::HeaderMap;
use sha2::{Digest, Sha256};
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{Duration, OffsetDateTime, PrimitiveDateTime};

use crate::store::Owner;
use canonical::canonical_request;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const TERMINATOR: &str = "aws4_request";
const SERVICE: &str = "kms";
/// The service in the scope of KMS's own requests to external key store proxies.
const PROXY_SERVICE: &str = "kms-xks-proxy";
/// How far the clocks may differ.
const SKEW: Duration = Duration::minutes(5);
const TIMESTAMP: &[BorrowedFormatItem<'_>] =
    format_description!("[year][month][day]T[hour][minute][second]Z");

/// An access key that callers may sign with, and the account it belongs to.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessKey {
    id: String,
    secret: String,
    session_token: Option<String>,
    account: String,
}

impl AccessKey {
    /// The id of [`AccessKey::default`].
    pub const DEFAULT_ID: &str = "AKIDEXAMPLE000000000";
    /// The secret of [`AccessKey::default`].
    pub const DEFAULT_SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    /// The account of keys that name no other.
    pub const DEFAULT_ACCOUNT: &str = "111122223333";

    /// A long-term key of the default account.
    pub fn new(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            secret: secret.into(),
            session_token: None,
            account: Self::DEFAULT_ACCOUNT.into(),
        }
    }

    /// The same key as a temporary one, which must come with this session token.
    pub fn with_session_token(self, token: impl Into<String>) -> Self {
        Self { session_token: Some(token.into()), ..self }
    }

    /// The same key in another account.
    pub fn with_account(self, account: impl Into<String>) -> Self {
        Self { account: account.into(), ..self }
    }
}

impl Default for AccessKey {
    fn default() -> Self {
        Self::new(Self::DEFAULT_ID, Self::DEFAULT_SECRET)
    }
}

/// Shows neither the secret nor the token.
impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessKey")
            .field("id", &self.id)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

/// Why a signature was not accepted. `Display` is the message, in the words of AWS's services.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AuthError {
    #[error("Missing Authentication Token")]
    Missing,
    #[error("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")]
    NoDate,
    #[error("Date must be in ISO-8601 'basic format'.")]
    BadDate,
    #[error("Authorization header requires '{0}' parameter.")]
    NoParameter(&'static str),
    #[error("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term")]
    BadScope,
    #[error("'{0}' must be a 'SignedHeader' in the AWS Authorization.")]
    HeaderNotSigned(&'static str),
    #[error("The security token included in the request is invalid.")]
    UnknownKey,
    #[error("Credential should be scoped to correct service: '{SERVICE}'.")]
    WrongService,
    #[error("Credential should be scoped with a valid terminator: '{TERMINATOR}'.")]
    WrongTerminator,
    #[error(
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{scope}' != '{http}'."
    )]
    ScopeDate { scope: String, http: String },
    #[error("Signature expired: {signed} is now earlier than {earliest} ({now} - 5 min.)")]
    Expired { signed: String, earliest: String, now: String },
    #[error("Signature not yet current: {signed} is still later than {latest} ({now} + 5 min.)")]
    NotYetCurrent { signed: String, latest: String, now: String },
    #[error(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
    )]
    Mismatch,
}

impl AuthError {
    /// The `__type` of the reply.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Missing => "MissingAuthenticationTokenException",
            Self::NoDate | Self::BadDate | Self::NoParameter(_) | Self::BadScope => {
                "IncompleteSignatureException"
            }
            Self::UnknownKey => "UnrecognizedClientException",
            Self::HeaderNotSigned(_)
            | Self::WrongService
            | Self::WrongTerminator
            | Self::ScopeDate { .. }
            | Self::Expired { .. }
            | Self::NotYetCurrent { .. }
            | Self::Mismatch => "InvalidSignatureException",
        }
    }
}

/// The parts of a request that a signature covers.
#[derive(Clone, Copy)]
pub(crate) struct SignedRequest<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

/// The Authorization header, taken apart.
struct Authorization<'a> {
    key_id: &'a str,
    date: &'a str,
    region: &'a str,
    service: &'a str,
    terminator: &'a str,
    signed_headers: Vec<&'a str>,
    signature: &'a str,
}

/// The Authorization header of KMS's own POST to an external key store proxy: all of `headers` are signed.
pub(crate) fn authorization(
    key: &AccessKey,
    region: &str,
    path: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> String {
    let timestamp = header(headers, "x-amz-date").unwrap_or_default();
    let mut signed_headers: Vec<&str> = headers.keys().map(|name| name.as_str()).collect();
    signed_headers.sort_unstable();
    let authorization = Authorization {
        key_id: &key.id,
        date: &timestamp[..timestamp.len().min(8)],
        region,
        service: PROXY_SERVICE,
        terminator: TERMINATOR,
        signed_headers,
        signature: "",
    };
    let request = SignedRequest { method: "POST", path, query: "", headers, body };
    let text = authorization.string_to_sign(request, timestamp);
    let signing = authorization.signing_key(&key.secret);
    // HMAC takes keys of every length, so there always is a signature.
    let signature = signing.and_then(|signing| hmac(&signing, &text)).map(|mac| mac.finalize().into_bytes());
    let Authorization { key_id, date, signed_headers, .. } = &authorization;
    format!(
        "{ALGORITHM} Credential={key_id}/{date}/{region}/{PROXY_SERVICE}/{TERMINATOR}, SignedHeaders={}, \
         Signature={}",
        signed_headers.join(";"),
        signature.map(hex::encode).unwrap_or_default()
    )
}

/// A time as X-Amz-Date has it.
pub(crate) fn timestamp_of(time: SystemTime) -> String {
    OffsetDateTime::from(time).format(TIMESTAMP).unwrap_or_default()
}

/// The caller of a request with a good signature by one of `keys`: the key's account, the scope's Region.
pub(crate) fn authenticate(
    request: SignedRequest<'_>,
    keys: &[AccessKey],
    now: SystemTime,
) -> Result<Owner, AuthError> {
    let authorization = Authorization::read(request.headers)?;
    let timestamp = timestamp(request.headers)?;
    for (header, name) in [("host", "Host"), ("x-amz-date", "X-Amz-Date")] {
        if request.headers.contains_key(header) && !authorization.signed_headers.contains(&header) {
            return Err(AuthError::HeaderNotSigned(name));
        }
    }
    let key = keys.iter().find(|key| key.id == authorization.key_id).ok_or(AuthError::UnknownKey)?;
    if header(request.headers, "x-amz-security-token") != key.session_token.as_deref() {
        return Err(AuthError::UnknownKey);
    }
    authorization.check_scope(timestamp)?;
    check_clock(timestamp, now)?;
    let string_to_sign = authorization.string_to_sign(request, timestamp);
    let claimed = hex::decode(authorization.signature).map_err(|_| AuthError::Mismatch)?;
    let signing = authorization.signing_key(&key.secret)?;
    hmac(&signing, &string_to_sign)?.verify_slice(&claimed).map_err(|_| AuthError::Mismatch)?;
    Ok(Owner { account: key.account.clone(), region: authorization.region.to_owned() })
}

/// The caller that a request claims to be, when signatures are not checked: an unknown or missing key belongs
/// to the default account, a missing scope to `default_region`.
pub(crate) fn claimed(headers: &HeaderMap, keys: &[AccessKey], default_region: &str) -> Owner {
    let authorization = Authorization::read(headers).ok();
    let key = authorization.as_ref().and_then(|found| keys.iter().find(|key| key.id == found.key_id));
    Owner {
        account: key.map_or(AccessKey::DEFAULT_ACCOUNT, |key| &key.account).to_owned(),
        region: authorization.map_or(default_region, |found| found.region).to_owned(),
    }
}

impl<'a> Authorization<'a> {
    /// Reads `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`.
    fn read(headers: &'a HeaderMap) -> Result<Self, AuthError> {
        let value = header(headers, "authorization").ok_or(AuthError::Missing)?;
        let parameters = value.strip_prefix(ALGORITHM).ok_or(AuthError::Missing)?;
        let parameter = |name: &'static str| {
            let mut pairs = parameters.split(',').filter_map(|pair| pair.trim().split_once('='));
            pairs.find(|(key, _)| *key == name).map(|(_, value)| value).ok_or(AuthError::NoParameter(name))
        };
        let scope: Vec<&str> = parameter("Credential")?.split('/').collect();
        let [key_id, date, region, service, terminator] = scope[..] else { return Err(AuthError::BadScope) };
        Ok(Self {
            key_id,
            date,
            region,
            service,
            terminator,
            signed_headers: parameter("SignedHeaders")?.split(';').collect(),
            signature: parameter("Signature")?,
        })
    }

    fn check_scope(&self, timestamp: &str) -> Result<(), AuthError> {
        if self.terminator != TERMINATOR {
            return Err(AuthError::WrongTerminator);
        }
        if self.service != SERVICE {
            return Err(AuthError::WrongService);
        }
        let http = &timestamp[..timestamp.len().min(8)];
        if self.date != http {
            return Err(AuthError::ScopeDate { scope: self.date.to_owned(), http: http.to_owned() });
        }
        Ok(())
    }

    /// The key that signs for the scope's day, Region and service.
    fn signing_key(&self, secret: &str) -> Result<Vec<u8>, AuthError> {
        let parts = [self.date, self.region, self.service, self.terminator];
        parts.iter().try_fold(format!("AWS4{secret}").into_bytes(), |key, part| {
            Ok(hmac(&key, part)?.finalize().into_bytes().to_vec())
        })
    }

    fn string_to_sign(&self, request: SignedRequest<'_>, timestamp: &str) -> String {
        let Self { date, region, service, terminator, .. } = self;
        let digest = Sha256::digest(canonical_request(request, &self.signed_headers));
        format!("{ALGORITHM}\n{timestamp}\n{date}/{region}/{service}/{terminator}\n{}", hex::encode(digest))
    }
}

/// The time of the signature: `20150830T123600Z` from X-Amz-Date, else from Date.
fn timestamp(headers: &HeaderMap) -> Result<&str, AuthError> {
    let value = header(headers, "x-amz-date").or_else(|| header(headers, "date")).ok_or(AuthError::NoDate)?;
    PrimitiveDateTime::parse(value, TIMESTAMP).map(|_| value).map_err(|_| AuthError::BadDate)
}

fn check_clock(timestamp: &str, now: SystemTime) -> Result<(), AuthError> {
    let signed = PrimitiveDateTime::parse(timestamp, TIMESTAMP).map_err(|_| AuthError::BadDate)?.assume_utc();
    let now = OffsetDateTime::from(now);
    let text = |time: OffsetDateTime| timestamp_of(time.into());
    if signed < now - SKEW {
        let (signed, earliest, now) = (text(signed), text(now - SKEW), text(now));
        return Err(AuthError::Expired { signed, earliest, now });
    }
    if signed > now + SKEW {
        let (signed, latest, now) = (text(signed), text(now + SKEW), text(now));
        return Err(AuthError::NotYetCurrent { signed, latest, now });
    }
    Ok(())
}

/// HMAC takes keys of every length, so the error does not happen.
fn hmac(key: &[u8], data: &str) -> Result<Hmac<Sha256>, AuthError> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(|_| AuthError::Mismatch)?;
    mac.update(data.as_bytes());
    Ok(mac)
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests;
