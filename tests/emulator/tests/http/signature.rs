//! Signatures made by AWS's own signer, good and bad.

use std::time::Duration;

use kms_emulator::{AccessKey, Emulator};

use crate::client::{CONTENT_TYPE, Client, plain, send, split};

const DESCRIBE: &str = "DescribeCustomKeyStores";

fn code(client: &Client) -> String {
    let reply = client.call(DESCRIBE, "{}");
    if reply.status == 200 { "ok".into() } else { reply.error().0 }
}

#[test]
fn a_good_signature_is_accepted() {
    let emulator = Emulator::builder().start().unwrap();
    assert_eq!(code(&Client::new(&emulator)), "ok");
}

#[test]
fn each_kind_of_bad_signature_has_its_error() {
    let emulator = Emulator::builder().start().unwrap();
    let client = Client::new(&emulator);
    let minutes = Duration::from_secs(6 * 60);
    for (caller, wanted) in [
        (Client { secret_access_key: "other".into(), ..client.clone() }, "InvalidSignatureException"),
        (Client { access_key_id: "AKIDOTHER".into(), ..client.clone() }, "UnrecognizedClientException"),
        (Client { session_token: Some("token".into()), ..client.clone() }, "UnrecognizedClientException"),
        (Client { service: "s3", ..client.clone() }, "InvalidSignatureException"),
        (Client { time: client.time - minutes, ..client.clone() }, "InvalidSignatureException"),
        (Client { time: client.time + minutes, ..client.clone() }, "InvalidSignatureException"),
    ] {
        assert_eq!(code(&caller), wanted);
    }
}

#[test]
fn a_changed_body_breaks_the_signature() {
    let emulator = Emulator::builder().start().unwrap();
    let request = Client::new(&emulator).signed(DESCRIBE, r#"{"Limit":1}"#).replace(":1}", ":2}");
    let (head, body) = split(&send(emulator.endpoint(), &request));
    assert!(head.starts_with("http/1.1 400 "), "{head}");
    assert!(body.contains("InvalidSignatureException"), "{body}");
}

#[test]
fn an_unsigned_call_is_refused_unless_signatures_are_not_checked() {
    let headers = format!("content-type: {CONTENT_TYPE}\r\nx-amz-target: TrentService.{DESCRIBE}\r\n");
    let strict = Emulator::builder().start().unwrap();
    let reply = plain(strict.endpoint(), "POST / HTTP/1.1", &headers, "{}");
    assert_eq!(
        reply.error(),
        ("MissingAuthenticationTokenException".into(), "Missing Authentication Token".into())
    );
    let lenient = Emulator::builder().signature_check(false).region("eu-west-1").seed(2).start().unwrap();
    let reply = plain(lenient.endpoint(), "POST / HTTP/1.1", &headers, "{}");
    assert_eq!(reply.json()["CustomKeyStores"].as_array().unwrap().len(), 2);
}

#[test]
fn a_temporary_key_needs_its_session_token() {
    let key = AccessKey::new("ASIAEXAMPLE", "secret").with_session_token("token");
    let emulator = Emulator::builder().access_key(key).start().unwrap();
    let keys = Client {
        access_key_id: "ASIAEXAMPLE".into(),
        secret_access_key: "secret".into(),
        ..Client::new(&emulator)
    };
    let with = |token: &str| Client { session_token: Some(token.into()), ..keys.clone() };
    assert_eq!(code(&with("token")), "ok");
    assert_eq!(code(&with("other")), "UnrecognizedClientException");
    assert_eq!(code(&keys), "UnrecognizedClientException");
    assert_eq!(code(&Client::new(&emulator)), "UnrecognizedClientException");
}

#[test]
fn each_access_key_sees_the_stores_of_its_account() {
    let other = AccessKey::new("AKIDOTHER", "secret").with_account("444455556666");
    let emulator =
        Emulator::builder().access_key(AccessKey::default()).access_key(other).seed(1).start().unwrap();
    let mine = Client::new(&emulator);
    let theirs =
        Client { access_key_id: "AKIDOTHER".into(), secret_access_key: "secret".into(), ..mine.clone() };
    let count =
        |client: &Client| client.call(DESCRIBE, "{}").json()["CustomKeyStores"].as_array().unwrap().len();
    assert_eq!((count(&mine), count(&theirs)), (1, 0));
}
