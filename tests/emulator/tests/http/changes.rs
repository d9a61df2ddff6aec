//! Changes by others, at once and just before a call.

use kms_emulator::{Change, ConnectionErrorCode, ConnectionState, Emulator, Operation};
use serde_json::{Value, json};

use crate::client::{Client, external, plain};

fn started() -> (Emulator, Client, String) {
    let emulator = Emulator::builder().start().unwrap();
    let client = Client::new(&emulator);
    let id = client.output("CreateCustomKeyStore", external("a"))["CustomKeyStoreId"].clone();
    (emulator, client, id.as_str().unwrap().to_owned())
}

fn state(store: &Value) -> (&str, &str) {
    let text = |member: &str| store[member].as_str().unwrap_or_default();
    (text("ConnectionState"), text("ConnectionErrorCode"))
}

#[test]
fn a_store_changes_at_once_in_any_state() {
    let (emulator, client, id) = started();
    for changed in ConnectionState::ALL {
        emulator.change(Change::of("a").state(changed)).unwrap();
        assert_eq!(state(&client.described(&id)).0, changed.as_str());
        let path = format!("/{}/kms/xks/v1", changed.as_str());
        emulator.change(Change::of(&id).update(json!({"XksProxyUriPath": path}))).unwrap();
        assert_eq!(client.described(&id)["XksProxyConfiguration"]["UriPath"], path);
    }
    let code = ConnectionErrorCode::parse("USER_LOCKED_OUT").unwrap();
    emulator.change(Change::of("a").failed(code)).unwrap();
    assert_eq!(state(&client.described(&id)), ("FAILED", "USER_LOCKED_OUT"));
    emulator.change(Change::of("a").delete()).unwrap();
    assert_eq!(emulator.stores().len(), 0);
}

#[test]
fn a_store_changes_just_before_a_call() {
    let (emulator, client, id) = started();
    let connected = Change::of("a").state(ConnectionState::Connected);
    emulator.change(connected.before(Operation::DescribeCustomKeyStores, 2)).unwrap();
    emulator.change(Change::of("a").delete().before(Operation::DescribeCustomKeyStores, 3)).unwrap();
    client.output("UpdateCustomKeyStore", json!({"CustomKeyStoreId": id, "NewCustomKeyStoreName": "a"}));
    assert_eq!(state(&client.described(&id)).0, "DISCONNECTED");
    assert_eq!(state(&client.described(&id)).0, "CONNECTED");
    assert_eq!(
        client.refusal("DescribeCustomKeyStores", json!({"CustomKeyStoreId": id})),
        "CustomKeyStoreNotFoundException"
    );
}

#[test]
fn changes_can_be_ordered_and_cancelled_over_http() {
    let (emulator, client, id) = started();
    let control = |line: &str, body: Value| {
        plain(emulator.endpoint(), &format!("{line} /_emulator/changes HTTP/1.1"), "", &body.to_string())
    };
    let later = json!({"store": id, "before": {"operation": "DescribeCustomKeyStores"}, "state": "FAILED"});
    assert_eq!(control("POST", later.clone()).status, 200);
    assert_eq!(state(&client.described(&id)), ("FAILED", "INTERNAL_ERROR"));
    assert_eq!(control("POST", json!([{"store": "a", "state": "DISCONNECTED"}, later])).status, 200);
    assert_eq!(control("DELETE", json!({})).status, 200);
    assert_eq!(state(&client.described(&id)).0, "DISCONNECTED");
    for (change, message) in [
        (json!({"store": "b"}), "no store has the ID or name \"b\""),
        (json!({"store": "a", "error_code": "NETWORK_ERRORS"}), "error_code belongs to the state FAILED"),
        (
            json!({"store": "a", "update": {"KeyStorePassword": "password"}}),
            "ValidationException: KeyStorePassword is not valid for a custom key store with a CustomKeyStoreType of \
             EXTERNAL_KEY_STORE.",
        ),
    ] {
        let reply = control("POST", change);
        assert_eq!((reply.status, reply.json()["message"].as_str()), (400, Some(message)));
    }
}
