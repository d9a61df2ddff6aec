//! What the six operations do, call after call.

use std::time::Duration;

use kms_emulator::{ConnectionErrorCode, Effect, Emulator, Fault, SeedStore};
use serde_json::{Value, json};

use crate::client::{Client, cloud_hsm, external};

fn id_of(output: &Value) -> Value {
    json!({"CustomKeyStoreId": output["CustomKeyStoreId"]})
}

#[test]
fn a_store_lives_from_create_to_delete() {
    let emulator = Emulator::builder().start().unwrap();
    let client = Client::new(&emulator);
    let id = id_of(&client.output("CreateCustomKeyStore", external("a")));
    let name = id["CustomKeyStoreId"].as_str().unwrap();
    let with = |member: &str, value: Value| {
        let mut input = id.clone();
        input[member] = value;
        input
    };
    assert_eq!(client.described(name)["ConnectionState"], "DISCONNECTED");
    assert_eq!(client.output("ConnectCustomKeyStore", id.clone()), json!({}));
    assert_eq!(client.described(name)["ConnectionState"], "CONNECTED");
    let credential = json!({"AccessKeyId": "ZBCDEFGHIJKLMNOPQRST", "RawSecretAccessKey": "t".repeat(43)});
    let change = with("XksProxyAuthenticationCredential", credential);
    assert_eq!(client.output("UpdateCustomKeyStore", change), json!({}));
    let endpoint = with("XksProxyUriEndpoint", json!("https://new.example.com"));
    assert_eq!(
        client.refusal("UpdateCustomKeyStore", endpoint.clone()),
        "CustomKeyStoreInvalidStateException"
    );
    assert_eq!(client.refusal("DeleteCustomKeyStore", id.clone()), "CustomKeyStoreInvalidStateException");
    assert_eq!(client.output("DisconnectCustomKeyStore", id.clone()), json!({}));
    assert_eq!(client.refusal("DisconnectCustomKeyStore", id.clone()), "CustomKeyStoreInvalidStateException");
    client.output("UpdateCustomKeyStore", endpoint);
    let configuration = client.described(name)["XksProxyConfiguration"].clone();
    assert_eq!(configuration["AccessKeyId"], "ZBCDEFGHIJKLMNOPQRST");
    assert_eq!(configuration["UriEndpoint"], "https://new.example.com");
    assert_eq!(client.output("DeleteCustomKeyStore", id.clone()), json!({}));
    assert_eq!(client.refusal("DeleteCustomKeyStore", id), "CustomKeyStoreNotFoundException");
}

#[test]
fn a_description_has_the_members_of_its_type_and_no_secret() {
    let emulator = Emulator::builder().start().unwrap();
    let client = Client::new(&emulator);
    client.output("CreateCustomKeyStore", external("a"));
    client.output("CreateCustomKeyStore", cloud_hsm("b"));
    let reply = client.call("DescribeCustomKeyStores", "{}");
    let stores = reply.json()["CustomKeyStores"].clone();
    let members = |store: &Value| store.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(
        members(&stores[0]),
        "CustomKeyStoreId CustomKeyStoreName ConnectionState CreationDate CustomKeyStoreType XksProxyConfiguration"
    );
    assert_eq!(members(&stores[0]["XksProxyConfiguration"]), "Connectivity AccessKeyId UriEndpoint UriPath");
    assert_eq!(
        members(&stores[1]),
        "CustomKeyStoreId CustomKeyStoreName CloudHsmClusterId TrustAnchorCertificate ConnectionState CreationDate \
         CustomKeyStoreType"
    );
    assert!(stores[0]["CreationDate"].is_f64(), "{stores}");
    assert!(!reply.body.contains("proxysecret") && !reply.body.contains("kmsuser-password"));
}

#[test]
fn a_failed_update_changes_nothing() {
    let emulator = Emulator::builder().start().unwrap();
    let client = Client::new(&emulator);
    client.output("CreateCustomKeyStore", external("a"));
    let mut input = id_of(&client.output("CreateCustomKeyStore", external("b")));
    let before = emulator.stores();
    input["XksProxyUriPath"] = json!("/c/kms/xks/v1");
    input["NewCustomKeyStoreName"] = json!("a");
    assert_eq!(client.refusal("UpdateCustomKeyStore", input), "CustomKeyStoreNameInUseException");
    assert_eq!(emulator.stores(), before);
}

#[test]
fn stores_belong_to_the_region_that_the_signature_names() {
    let emulator = Emulator::builder().start().unwrap();
    let (here, there) = (Client::new(&emulator), Client::new(&emulator).in_region("eu-west-1"));
    let id = id_of(&here.output("CreateCustomKeyStore", external("a")));
    assert_eq!(there.refusal("ConnectCustomKeyStore", id), "CustomKeyStoreNotFoundException");
    there.output("CreateCustomKeyStore", external("a"));
    assert_eq!(
        there.output("DescribeCustomKeyStores", json!({}))["CustomKeyStores"].as_array().unwrap().len(),
        1
    );
}

#[test]
fn an_account_has_ten_stores_in_a_region_at_most() {
    let emulator = Emulator::builder().start().unwrap();
    let client = Client::new(&emulator);
    for number in 0..10 {
        client.output("CreateCustomKeyStore", external(&format!("s{number}")));
    }
    assert_eq!(client.refusal("CreateCustomKeyStore", external("s10")), "LimitExceededException");
    client.in_region("eu-west-1").output("CreateCustomKeyStore", external("s10"));
}

#[test]
fn a_transition_shows_until_it_is_over() {
    let emulator = Emulator::builder().transition(Duration::from_secs(3600)).start().unwrap();
    let client = Client::new(&emulator);
    let id = id_of(&client.output("CreateCustomKeyStore", external("a")));
    let name = id["CustomKeyStoreId"].as_str().unwrap();
    client.output("ConnectCustomKeyStore", id.clone());
    assert_eq!(client.described(name)["ConnectionState"], "CONNECTING");
    client.output("ConnectCustomKeyStore", id.clone());
    client.output("DisconnectCustomKeyStore", id.clone());
    assert_eq!(client.described(name)["ConnectionState"], "DISCONNECTING");
    assert_eq!(client.refusal("ConnectCustomKeyStore", id), "CustomKeyStoreInvalidStateException");
}

#[test]
fn a_connect_and_a_disconnect_may_take_different_times() {
    let hour = Duration::from_secs(3600);
    let state = |emulator: Emulator| {
        let client = Client::new(&emulator);
        let id = id_of(&client.output("CreateCustomKeyStore", external("a")));
        client.output("ConnectCustomKeyStore", id.clone());
        let connected = emulator.stores()[0]["ConnectionState"].clone();
        client.output("DisconnectCustomKeyStore", id);
        [connected, emulator.stores()[0]["ConnectionState"].clone()]
    };
    let long_connect = Emulator::builder().connect_transition(hour).start().unwrap();
    assert_eq!(state(long_connect), ["CONNECTING", "DISCONNECTED"]);
    let long_disconnect = Emulator::builder().disconnect_transition(hour).start().unwrap();
    assert_eq!(state(long_disconnect), ["CONNECTED", "DISCONNECTING"]);
}

#[test]
fn a_connection_can_fail_and_must_be_disconnected_first() {
    let emulator = Emulator::builder().start().unwrap();
    let client = Client::new(&emulator);
    let id = id_of(&client.output("CreateCustomKeyStore", external("a")));
    let code = ConnectionErrorCode::parse("XKS_PROXY_TIMED_OUT").unwrap();
    emulator.inject(Fault::once(Effect::FailConnection { code }));
    client.output("ConnectCustomKeyStore", id.clone());
    let store = client.described(id["CustomKeyStoreId"].as_str().unwrap());
    assert_eq!(
        (&store["ConnectionState"], &store["ConnectionErrorCode"]),
        (&json!("FAILED"), &json!(code.as_str()))
    );
    assert_eq!(client.refusal("ConnectCustomKeyStore", id.clone()), "CustomKeyStoreInvalidStateException");
    client.output("DisconnectCustomKeyStore", id.clone());
    client.output("ConnectCustomKeyStore", id.clone());
    let store = client.described(id["CustomKeyStoreId"].as_str().unwrap());
    assert_eq!(
        (&store["ConnectionState"], &store["ConnectionErrorCode"]),
        (&json!("CONNECTED"), &Value::Null)
    );
}

#[test]
fn a_store_with_keys_cannot_be_deleted() {
    let seeds =
        SeedStore::read(r#"[{"CustomKeyStoreId": "cks-1", "CustomKeyStoreName": "a", "Keys": 1}]"#).unwrap();
    let emulator = Emulator::builder().seed_stores(seeds).start().unwrap();
    let refusal =
        Client::new(&emulator).refusal("DeleteCustomKeyStore", json!({"CustomKeyStoreId": "cks-1"}));
    assert_eq!(refusal, "CustomKeyStoreHasCMKsException");
}

#[test]
fn a_described_emulator_can_be_started_again_from_its_description() {
    let first = Emulator::builder().seed(30).start().unwrap();
    let text = json!({"CustomKeyStores": first.stores()}).to_string();
    let second = Emulator::builder().seed_stores(SeedStore::read(&text).unwrap()).start().unwrap();
    assert_eq!(first.stores(), second.stores());
}
