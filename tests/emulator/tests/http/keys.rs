//! ListKeys and DescribeKey: keys in stores and outside, pages, states, delays.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use kms_emulator::{Emulator, Fault, Operation, SeedStore};
use serde_json::{Value, json};

use crate::client::{Client, plain};

const STORES: &str = r#"[
    {"CustomKeyStoreName": "hsm", "CustomKeyStoreId": "cks-1", "ConnectionState": "CONNECTED",
     "CloudHsmClusterId": "cluster-2a23b4cdefgh", "Keys": [
        {"KeyId": "11111111-2222-4333-8444-555555555555", "Description": "payments"},
        {"KeyState": "Disabled"},
        {"KeyState": "PendingDeletion"}
     ]},
    {"CustomKeyStoreName": "xks", "CustomKeyStoreId": "cks-2", "ConnectionState": "CONNECTED", "Keys": 2,
     "XksProxyConfiguration": {"AccessKeyId": "A", "UriEndpoint": "https://a.example.com",
        "UriPath": "/kms/xks/v1", "Connectivity": "PUBLIC_ENDPOINT"}}
]"#;

fn started() -> (Emulator, Client) {
    let emulator = Emulator::builder().seed_stores(SeedStore::read(STORES).unwrap()).keys(3).start().unwrap();
    let client = Client::new(&emulator);
    (emulator, client)
}

/// The IDs of all keys, page by page.
fn all(client: &Client, limit: usize) -> Vec<String> {
    let (mut ids, mut input) = (Vec::new(), json!({"Limit": limit}));
    loop {
        let page = client.output("ListKeys", input.clone());
        let keys = page["Keys"].as_array().unwrap();
        assert!(keys.len() <= limit);
        ids.extend(keys.iter().map(|key| key["KeyId"].as_str().unwrap().to_owned()));
        assert_eq!(page["Truncated"], json!(page.get("NextMarker").is_some()));
        match page.get("NextMarker") {
            Some(marker) => input["Marker"] = marker.clone(),
            None => return ids,
        }
    }
}

fn described(client: &Client, id: &str) -> Value {
    client.output("DescribeKey", json!({"KeyId": id}))["KeyMetadata"].clone()
}

/// How many keys of the store, or of none, are in each state.
fn states(client: &Client, store: Option<&str>) -> String {
    let keys = all(client, 100).into_iter().map(|id| described(client, &id));
    let of_store = keys.filter(|key| key["CustomKeyStoreId"].as_str() == store);
    let mut states: Vec<_> = of_store.map(|key| key["KeyState"].as_str().unwrap().to_owned()).collect();
    states.sort();
    states.join(" ")
}

#[test]
fn pages_of_keys_follow_each_other_until_the_list_is_whole() {
    let (_emulator, client) = started();
    let ids = all(&client, 100);
    assert_eq!(ids.len(), 8);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 8);
    for limit in [1, 3, 8] {
        assert_eq!(all(&client, limit), ids, "{limit}");
    }
    assert_eq!(client.refusal("ListKeys", json!({"Marker": "m1"})), "InvalidMarkerException");
    assert_eq!(client.refusal("ListKeys", json!({"Limit": 1001})), "ValidationException");
    assert_eq!(all(&client.in_region("eu-west-1"), 10).len(), 0);
}

#[test]
fn a_page_has_a_hundred_keys_when_no_limit_is_given() {
    let emulator = Emulator::builder().keys(101).start().unwrap();
    let page = Client::new(&emulator).output("ListKeys", json!({}));
    assert_eq!((page["Keys"].as_array().unwrap().len(), &page["Truncated"]), (100, &json!(true)));
}

#[test]
fn a_key_is_described_by_its_id_and_its_arn() {
    let (_emulator, client) = started();
    let id = "11111111-2222-4333-8444-555555555555";
    let arn = format!("arn:aws:kms:us-east-1:111122223333:key/{id}");
    let key = described(&client, id);
    assert_eq!(key, described(&client, &arn));
    let wanted = json!({
        "AWSAccountId": "111122223333",
        "KeyId": id,
        "Arn": arn,
        "CreationDate": 1704067200.0,
        "Enabled": true,
        "Description": "payments",
        "KeyUsage": "ENCRYPT_DECRYPT",
        "KeyState": "Enabled",
        "Origin": "AWS_CLOUDHSM",
        "KeyManager": "CUSTOMER",
        "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
        "MultiRegion": false,
        "CustomKeyStoreId": "cks-1",
        "CloudHsmClusterId": "cluster-2a23b4cdefgh",
    });
    assert_eq!(key, wanted);
    let other = id.replace('1', "2");
    for unknown in [&other, &arn.replace("us-east-1", "eu-west-1"), "alias/a", "x"] {
        assert_eq!(
            client.refusal("DescribeKey", json!({"KeyId": unknown})),
            "NotFoundException",
            "{unknown}"
        );
    }
    let reply = client.call("DescribeKey", &json!({"KeyId": other}).to_string());
    let message = format!("Key '{}' does not exist", arn.replace(id, &other));
    assert_eq!(reply.error().1, message);
    assert_eq!(client.refusal("DescribeKey", json!({})), "ValidationException");
}

#[test]
fn the_keys_of_a_store_that_is_not_connected_are_unavailable() {
    let (_emulator, client) = started();
    assert_eq!(states(&client, None), "Enabled Enabled Enabled");
    assert_eq!(states(&client, Some("cks-1")), "Disabled Enabled PendingDeletion");
    assert_eq!(states(&client, Some("cks-2")), "Enabled Enabled");
    client.output("DisconnectCustomKeyStore", json!({"CustomKeyStoreId": "cks-1"}));
    assert_eq!(states(&client, Some("cks-1")), "PendingDeletion Unavailable Unavailable");
    assert_eq!(states(&client, Some("cks-2")), "Enabled Enabled");
    assert_eq!(
        client.refusal("DeleteCustomKeyStore", json!({"CustomKeyStoreId": "cks-1"})),
        "CustomKeyStoreHasCMKsException"
    );
}

#[test]
fn ten_thousand_keys_are_listed_in_ten_pages() {
    let seeds = SeedStore::read(STORES).unwrap();
    let emulator =
        Emulator::builder().seed_stores(seeds).keys(4_000).store_keys("xks", 5_995).start().unwrap();
    let ids = all(&Client::new(&emulator), 1000);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 10_000);
    assert_eq!(emulator.requests().len(), 10);
    assert!(Emulator::builder().store_keys("nope", 1).start().is_err());
}

#[test]
fn calls_can_take_time_and_be_throttled() {
    let (emulator, client) = started();
    let limit = Duration::from_millis(50);
    let time = |operation: &str, input: Value| {
        let start = Instant::now();
        client.output(operation, input);
        start.elapsed()
    };
    let key = json!({"KeyId": all(&client, 1)[0]});
    emulator.set_delay(Operation::DescribeKey, limit);
    assert!(time("DescribeKey", key.clone()) >= limit);
    let body = r#"{"operation": "ListKeys", "delay_ms": 50}"#;
    assert_eq!(plain(emulator.endpoint(), "POST /_emulator/delays HTTP/1.1", "", body).status, 200);
    assert_eq!(plain(emulator.endpoint(), "POST /_emulator/delays HTTP/1.1", "", "{}").status, 400);
    assert!(time("ListKeys", json!({})) >= limit);
    emulator.inject(Fault::throttling().of(Operation::DescribeKey).times(2));
    for _ in 0..2 {
        let error = client.call("DescribeKey", &key.to_string()).error();
        assert_eq!(error, ("ThrottlingException".into(), "Rate exceeded".into()));
    }
    client.output("DescribeKey", key);
}

#[test]
fn a_key_that_cannot_be_is_refused() {
    for keys in [r#"[{"KeyId": "x"}]"#, r#"[{"KeyState": "Unavailable"}]"#, r#"[{"KeyName": "x"}]"#, "-1"] {
        let text = format!(r#"[{{"CustomKeyStoreName": "a", "Keys": {keys}}}]"#);
        let refused = match SeedStore::read(&text) {
            Ok(seeds) => Emulator::builder().seed_stores(seeds).start().is_err(),
            Err(_) => true,
        };
        assert!(refused, "{keys}");
    }
}
