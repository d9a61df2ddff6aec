//! The signature check, with the suite of examples that AWS publishes for SigV4 as the known answer. The check
//! against a foreign signer is with the tests over HTTP.

use std::time::{Duration, SystemTime};

use hyper::header::{HeaderName, HeaderValue};
use proptest::prelude::*;

use super::*;

/// 2015-08-30T12:36:00Z, the time of AWS's examples.
const SIGNED_AT: Duration = Duration::from_secs(1_440_938_160);
const SIGNATURE: &str = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap()))
        .collect()
}

fn authorization(credential: &str) -> String {
    format!("{ALGORITHM} Credential={credential}, SignedHeaders=host;x-amz-date, Signature={SIGNATURE}")
}

fn outcome(headers: &HeaderMap, now: Duration) -> Result<Owner, AuthError> {
    let request = SignedRequest { method: "GET", path: "/", query: "", headers, body: b"" };
    authenticate(
        request,
        &[AccessKey::new("AKIDEXAMPLE", AccessKey::DEFAULT_SECRET)],
        SystemTime::UNIX_EPOCH + now,
    )
}

fn error_of(authorization: &str, date: &str) -> String {
    let headers =
        headers(&[("host", "example.amazonaws.com"), ("x-amz-date", date), ("authorization", authorization)]);
    let error = outcome(&headers, SIGNED_AT).unwrap_err();
    format!("{}: {error}", error.code())
}

#[test]
fn the_vanilla_example_of_aws_has_its_published_signature() {
    let value = authorization("AKIDEXAMPLE/20150830/us-east-1/service/aws4_request");
    let headers = headers(&[
        ("host", "example.amazonaws.com"),
        ("x-amz-date", "20150830T123600Z"),
        ("authorization", &value),
    ]);
    let request = SignedRequest { method: "GET", path: "/", query: "", headers: &headers, body: b"" };
    let authorization = Authorization::read(&headers).unwrap();
    let key = authorization.signing_key(AccessKey::DEFAULT_SECRET).unwrap();
    let text = authorization.string_to_sign(request, "20150830T123600Z");
    assert_eq!(hex::encode(hmac(&key, &text).unwrap().finalize().into_bytes()), SIGNATURE);
}

#[test]
fn the_canonical_form_sorts_the_query_and_folds_blanks() {
    let headers = headers(&[("host", "example.amazonaws.com"), ("my-header", "  a   b  c ")]);
    let request = SignedRequest {
        method: "POST",
        path: "/a%20b",
        query: "b=2&a=x%2Fy&a=1&c",
        headers: &headers,
        body: b"",
    };
    assert_eq!(
        canonical::canonical_request(request, &["host", "my-header"]),
        "POST\n/a%2520b\na=1&a=x%2Fy&b=2&c=\nhost:example.amazonaws.com\nmy-header:a b c\n\nhost;my-header\n\
         e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
}

#[test]
fn a_request_without_a_signature_misses_its_token() {
    let error = outcome(&headers(&[("host", "a")]), SIGNED_AT).unwrap_err();
    assert_eq!(
        (error.code(), error.to_string().as_str()),
        ("MissingAuthenticationTokenException", "Missing Authentication Token")
    );
}

#[test]
fn each_defect_of_a_signature_has_its_error() {
    let date = "20150830T123600Z";
    let scope = "20150830/us-east-1/kms/aws4_request";
    let good = format!("AKIDEXAMPLE/{scope}");
    for (authorization, wanted) in [
        (authorization(&format!("AKIDOTHER/{scope}")), "UnrecognizedClientException: The security token"),
        (authorization(&good), "InvalidSignatureException: The request signature we calculated"),
        (
            authorization("AKIDEXAMPLE/20150830/us-east-1/s3/aws4_request"),
            "InvalidSignatureException: Credential should be scoped to correct service: 'kms'.",
        ),
        (
            authorization("AKIDEXAMPLE/20150830/us-east-1/kms/aws5"),
            "InvalidSignatureException: Credential should be scoped with a valid terminator",
        ),
        (
            authorization("AKIDEXAMPLE/20150829/us-east-1/kms/aws4_request"),
            "InvalidSignatureException: Date in Credential scope",
        ),
        (authorization("AKIDEXAMPLE/20150830"), "IncompleteSignatureException: Credential must have"),
        (authorization(&good).replace("host;", ""), "InvalidSignatureException: 'Host' must be"),
        (authorization(&good).replace(";x-amz-date", ""), "InvalidSignatureException: 'X-Amz-Date' must be"),
        (
            authorization(&good).replace("Signature=", "Sign="),
            "IncompleteSignatureException: Authorization header requires 'Signature'",
        ),
    ] {
        let message = error_of(&authorization, date);
        assert!(message.starts_with(wanted), "{message}");
    }
}

#[test]
fn a_date_that_cannot_be_read_or_cut_is_an_error() {
    let value = authorization("AKIDEXAMPLE/20150830/us-east-1/kms/aws4_request");
    assert!(error_of(&value, "yesterday").starts_with("IncompleteSignatureException"));
    assert!(error_of(&value, "").starts_with("IncompleteSignatureException"));
}

#[test]
fn a_signature_is_good_for_five_minutes_before_and_after() {
    let value = authorization("AKIDEXAMPLE/20150830/us-east-1/kms/aws4_request");
    let headers = headers(&[("host", "a"), ("x-amz-date", "20150830T123600Z"), ("authorization", &value)]);
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    let second = Duration::from_secs(1);
    let message = |now| outcome(&headers, now).unwrap_err().to_string();
    assert!(message(SIGNED_AT + minutes(5)).starts_with("The request signature"));
    assert!(message(SIGNED_AT - minutes(5)).starts_with("The request signature"));
    assert_eq!(
        message(SIGNED_AT + minutes(5) + second),
        "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)"
    );
    assert_eq!(
        message(SIGNED_AT - minutes(5) - second),
        "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T123059Z + 5 min.)"
    );
}

#[test]
fn the_debug_form_of_an_access_key_hides_its_secret() {
    let text = format!("{:?}", AccessKey::default().with_session_token("token-value"));
    assert!(!text.contains(AccessKey::DEFAULT_SECRET) && !text.contains("token-value"), "{text}");
}

proptest! {
    #[test]
    fn no_header_text_is_a_signature_by_chance(
        tail in r"[ -~]{0,40}",
        credential in r"[ -~]{0,30}",
        date in r"[0-9]{8}T[0-9]{6}Z|[ -~]{0,20}",
    ) {
        let value = format!("{ALGORITHM} Credential={credential}, SignedHeaders={tail}, Signature={tail}");
        for value in [tail, value] {
            let headers = headers(&[("x-amz-date", &date), ("authorization", &value)]);
            prop_assert!(outcome(&headers, SIGNED_AT).is_err());
        }
    }
}
