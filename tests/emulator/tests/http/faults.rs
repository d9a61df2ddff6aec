//! Faults: what a spoilt call looks like from outside, and what it leaves behind.

use kms_emulator::{Effect, Emulator, Fault, Operation};
use serde_json::json;

use crate::client::{Client, external, plain, send, split};

fn describe(client: &Client) -> u16 {
    client.call("DescribeCustomKeyStores", "{}").status
}

#[test]
fn an_injected_error_comes_as_often_as_asked() {
    let emulator = Emulator::builder().start().unwrap();
    let client = Client::new(&emulator);
    let effect = Effect::Error { status: 500, code: "KMSInternalException".into(), message: "later".into() };
    emulator.inject(Fault::once(effect).times(2));
    for _ in 0..2 {
        let reply = client.call("DescribeCustomKeyStores", "{}");
        assert_eq!((reply.status, reply.error()), (500, ("KMSInternalException".into(), "later".into())));
    }
    assert_eq!(describe(&client), 200);
}

#[test]
fn a_fault_for_one_operation_spares_the_others() {
    let emulator = Emulator::builder().start().unwrap();
    let client = Client::new(&emulator);
    emulator.inject(Fault::once(Effect::Close).of(Operation::CreateCustomKeyStore));
    assert_eq!(describe(&client), 200);
    assert_eq!(send(emulator.endpoint(), &client.signed("CreateCustomKeyStore", "{}")), b"");
}

#[test]
fn a_closed_call_was_not_done_and_a_lost_reply_was() {
    let emulator = Emulator::builder().start().unwrap();
    let client = Client::new(&emulator);
    let create = client.signed("CreateCustomKeyStore", &external("a").to_string());
    emulator.inject(Fault::once(Effect::Close));
    assert_eq!(send(emulator.endpoint(), &create), b"");
    assert_eq!(emulator.stores().len(), 0);
    emulator.inject(Fault::once(Effect::LoseReply));
    assert_eq!(send(emulator.endpoint(), &create), b"");
    assert_eq!(emulator.stores().len(), 1);
}

#[test]
fn a_truncated_reply_announces_its_whole_length() {
    let emulator = Emulator::builder().start().unwrap();
    let client = Client::new(&emulator);
    let whole = client.call("DescribeCustomKeyStores", "{}").body;
    for keep in [0, 5] {
        emulator.inject(Fault::once(Effect::Truncate { keep }));
        let (head, body) = split(&send(emulator.endpoint(), &client.signed("DescribeCustomKeyStores", "{}")));
        assert!(head.contains(&format!("content-length: {}", whole.len())), "{head}");
        assert_eq!(body, whole[..keep]);
    }
}

#[test]
fn any_bytes_can_be_the_body() {
    let emulator = Emulator::builder().start().unwrap();
    emulator.inject(Fault::once(Effect::Body { status: 200, body: b"\xff{".to_vec() }));
    let received = send(emulator.endpoint(), &Client::new(&emulator).signed("DescribeCustomKeyStores", "{}"));
    assert!(received.starts_with(b"HTTP/1.1 200 OK\r\n"));
    assert!(received.ends_with(b"\r\n\r\n\xff{"));
}

#[test]
fn a_delayed_call_is_answered_in_the_end() {
    let emulator = Emulator::builder().start().unwrap();
    emulator.inject(Fault { delay_ms: 10, ..Fault::once(Effect::Answer) });
    assert_eq!(describe(&Client::new(&emulator)), 200);
}

#[test]
fn faults_can_be_ordered_and_cancelled_over_http() {
    let emulator = Emulator::builder().start().unwrap();
    let client = Client::new(&emulator);
    let control =
        |line: &str, body: &str| plain(emulator.endpoint(), &format!("{line} HTTP/1.1"), "", body).status;
    let faults = json!([
        {"effect": {"error": {"status": 503, "type": "ServiceUnavailable"}}},
        {"times": 9, "effect": {"body": {"body": "<html>", "status": 502}}},
    ]);
    assert_eq!(control("POST /_emulator/faults", &faults.to_string()), 200);
    assert_eq!([describe(&client), describe(&client)], [503, 502]);
    assert_eq!(control("DELETE /_emulator/faults", ""), 200);
    assert_eq!(describe(&client), 200);
    assert_eq!(control("POST /_emulator/faults", r#"{"effect": "explode"}"#), 400);
    assert_eq!(control("GET /_emulator/nothing", ""), 404);
}
