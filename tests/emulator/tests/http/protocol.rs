//! awsJson1.1: targets, bodies, headers and the shape of errors.

use kms_emulator::Emulator;
use serde_json::json;

use crate::client::{CONTENT_TYPE, Client, plain};

#[test]
fn an_error_has_a_type_a_message_and_a_request_id() {
    let emulator = Emulator::builder().start().unwrap();
    let reply = Client::new(&emulator).call("ConnectCustomKeyStore", r#"{"CustomKeyStoreId": "cks-1"}"#);
    assert_eq!(reply.status, 400);
    assert_eq!(
        reply.json(),
        json!({
            "__type": "CustomKeyStoreNotFoundException",
            "message": "No custom key store has the ID or name 'cks-1'.",
        })
    );
    assert!(reply.head.contains(&format!("content-type: {CONTENT_TYPE}")), "{}", reply.head);
    let id = reply.head.lines().find_map(|line| line.strip_prefix("x-amzn-requestid: ")).unwrap();
    let lengths: Vec<usize> = id.split('-').map(str::len).collect();
    assert_eq!(lengths, [8, 4, 4, 4, 12]);
}

#[test]
fn an_unknown_target_or_content_type_is_an_unknown_operation() {
    let emulator = Emulator::builder().start().unwrap();
    for headers in [
        "",
        "content-type: application/x-amz-json-1.1\r\nx-amz-target: TrentService.CreateKey\r\n",
        "content-type: application/x-amz-json-1.1\r\nx-amz-target: DescribeCustomKeyStores\r\n",
        "content-type: application/json\r\nx-amz-target: TrentService.DescribeCustomKeyStores\r\n",
    ] {
        let reply = plain(emulator.endpoint(), "POST / HTTP/1.1", headers, "{}");
        assert_eq!((reply.status, reply.error().0.as_str()), (400, "UnknownOperationException"), "{headers}");
    }
    for line in ["GET / HTTP/1.1", "POST /other HTTP/1.1"] {
        assert_eq!(plain(emulator.endpoint(), line, "", "").status, 404, "{line}");
    }
}

#[test]
fn a_body_that_is_no_object_is_a_serialization_error() {
    let emulator = Emulator::builder().start().unwrap();
    let client = Client::new(&emulator);
    for body in ["{", "[]", "null", "x", "{} {}", r#"{"Limit": "10"}"#] {
        let reply = client.call("DescribeCustomKeyStores", body);
        assert_eq!((reply.status, reply.error().0.as_str()), (400, "SerializationException"), "{body}");
    }
}

#[test]
fn an_empty_body_is_an_empty_input() {
    let emulator = Emulator::builder().start().unwrap();
    assert_eq!(Client::new(&emulator).call("DescribeCustomKeyStores", "").status, 200);
}

#[test]
fn requests_are_kept_with_their_headers_and_bodies_but_shown_without_secrets() {
    let emulator = Emulator::builder().start().unwrap();
    let body = json!({"CustomKeyStoreId": "cks-1", "KeyStorePassword": "kmsuser-password"});
    Client::new(&emulator).call("UpdateCustomKeyStore", &body.to_string());
    let requests = emulator.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].json(), body);
    assert_eq!(requests[0].headers["x-amz-target"], "TrentService.UpdateCustomKeyStore");
    let shown = r#"{"CustomKeyStoreId":"cks-1","KeyStorePassword":"***"}"#;
    assert_eq!(format!("{:?}", requests[0]), format!("UpdateCustomKeyStore {shown}"));
    let listed = plain(emulator.endpoint(), "GET /_emulator/requests HTTP/1.1", "", "");
    assert_eq!(listed.body, format!(r#"[{{"operation":"UpdateCustomKeyStore","body":{shown}}}]"#));
    emulator.clear_requests();
    assert_eq!(emulator.requests().len(), 0);
}

#[test]
fn a_stopped_emulator_no_longer_listens() {
    let emulator = Emulator::builder().start().unwrap();
    let address = emulator.endpoint().strip_prefix("http://").unwrap().to_owned();
    emulator.stop();
    assert!(std::net::TcpStream::connect(address).is_err());
}
