//! DescribeCustomKeyStores: filters and pages, on seeded stores.

use std::collections::BTreeSet;

use kms_emulator::Emulator;
use serde_json::{Value, json};

use crate::client::Client;

fn names(page: &Value) -> Vec<String> {
    let stores = page["CustomKeyStores"].as_array().unwrap();
    stores.iter().map(|store| store["CustomKeyStoreName"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn pages_follow_each_other_until_the_list_is_whole() {
    let emulator = Emulator::builder().seed(25).start().unwrap();
    let client = Client::new(&emulator);
    let (mut seen, mut sizes, mut input) = (Vec::new(), Vec::new(), json!({"Limit": 10}));
    loop {
        let page = client.output("DescribeCustomKeyStores", input.clone());
        sizes.push(page["CustomKeyStores"].as_array().unwrap().len());
        seen.extend(names(&page));
        assert_eq!(page["Truncated"], json!(page.get("NextMarker").is_some()));
        match page.get("NextMarker") {
            Some(marker) => input["Marker"] = marker.clone(),
            None => break,
        }
    }
    assert_eq!(sizes, [10, 10, 5]);
    assert_eq!(seen, (1..=25).map(|number| format!("store-{number:04}")).collect::<Vec<_>>());
}

#[test]
fn a_page_that_ends_with_the_list_is_not_truncated() {
    let emulator = Emulator::builder().seed(10).start().unwrap();
    let page = Client::new(&emulator).output("DescribeCustomKeyStores", json!({"Limit": 10}));
    assert_eq!((&page["Truncated"], page.get("NextMarker")), (&json!(false), None));
}

#[test]
fn a_page_has_a_hundred_stores_when_no_limit_is_given() {
    let emulator = Emulator::builder().seed(101).start().unwrap();
    let page = Client::new(&emulator).output("DescribeCustomKeyStores", json!({}));
    assert_eq!((names(&page).len(), &page["Truncated"]), (100, &json!(true)));
}

#[test]
fn without_stores_the_list_is_empty() {
    let emulator = Emulator::builder().start().unwrap();
    let page = Client::new(&emulator).output("DescribeCustomKeyStores", json!({}));
    assert_eq!(page, json!({"CustomKeyStores": [], "Truncated": false}));
}

#[test]
fn a_filter_finds_one_store_or_none_at_all() {
    let emulator = Emulator::builder().seed(3).start().unwrap();
    let client = Client::new(&emulator);
    let page = client.output("DescribeCustomKeyStores", json!({"CustomKeyStoreName": "store-0002"}));
    assert_eq!(names(&page), ["store-0002"]);
    for input in [json!({"CustomKeyStoreName": "nope"}), json!({"CustomKeyStoreId": "cks-0"})] {
        assert_eq!(client.refusal("DescribeCustomKeyStores", input), "CustomKeyStoreNotFoundException");
    }
    let both = json!({"CustomKeyStoreName": "a", "CustomKeyStoreId": "b"});
    assert_eq!(client.refusal("DescribeCustomKeyStores", both), "ValidationException");
}

#[test]
fn a_made_up_marker_and_a_limit_out_of_range_are_refused() {
    let emulator = Emulator::builder().seed(3).start().unwrap();
    let client = Client::new(&emulator);
    assert_eq!(client.refusal("DescribeCustomKeyStores", json!({"Marker": "m1"})), "InvalidMarkerException");
    for limit in [0, 1001] {
        assert_eq!(client.refusal("DescribeCustomKeyStores", json!({"Limit": limit})), "ValidationException");
    }
}

#[test]
fn seeded_stores_have_every_type_and_state_and_are_always_the_same() {
    let emulator = Emulator::builder().seed(15).start().unwrap();
    let again = Emulator::builder().seed(15).start().unwrap();
    assert_eq!(emulator.stores(), again.stores());
    let kinds: BTreeSet<String> = emulator
        .stores()
        .iter()
        .map(|store| {
            format!("{} {}", store["ConnectionState"], store["XksProxyConfiguration"]["Connectivity"])
        })
        .collect();
    assert_eq!(kinds.len(), 15, "{kinds:?}");
}
