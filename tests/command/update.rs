//! Updates, end to end: the real program, real HTTP, and the emulator as the judge.

use kms_emulator::Emulator;
use serde_json::{Value, json};

use crate::aws::{Aws, Run};

/// An emulator with an external key store and a cluster's, both disconnected; and their identifiers.
pub fn stores() -> (Emulator, String, String) {
    let emulator = Emulator::builder().seed(40).start().expect("an emulator");
    let stores = emulator.stores();
    let find = |kind: &str| {
        let store =
            stores.iter().find(|s| s["CustomKeyStoreType"] == kind && s["ConnectionState"] == "DISCONNECTED");
        store.and_then(|s| s["CustomKeyStoreId"].as_str()).expect("a seeded store of each type").to_owned()
    };
    let (external, cluster) = (find("EXTERNAL_KEY_STORE"), find("AWS_CLOUDHSM"));
    (emulator, external, cluster)
}

fn update(emulator: &Emulator, id: &str, words: &[&str]) -> Run {
    let start = ["kms", "update-custom-key-store", "--custom-key-store-id", id];
    Aws::new(start.iter().chain(words)).to(emulator).run()
}

fn store(emulator: &Emulator, id: &str) -> Value {
    emulator.stores().into_iter().find(|store| store["CustomKeyStoreId"] == id).expect("the store")
}

#[test]
fn a_rename_prints_nothing_and_changes_the_name() {
    let (emulator, external, _) = stores();
    update(&emulator, &external, &["--new-custom-key-store-name", "Renamed"]).prints("");
    assert_eq!(store(&emulator, &external)["CustomKeyStoreName"], "Renamed");
}

#[test]
fn a_credential_in_shorthand_reaches_the_service() {
    let (emulator, external, _) = stores();
    let secret = "DXjSUawnel2fr6SKC7G25CNxTyWKE5PF9XX6HDu9pSo=";
    let credential = format!("AccessKeyId=ABCDEFGHIJKLMNOPQ234,RawSecretAccessKey={secret}");
    update(&emulator, &external, &["--xks-proxy-authentication-credential", &credential]).prints("");
    let body: Value =
        serde_json::from_slice(&emulator.requests().last().expect("a request").body).expect("JSON");
    let want = json!({"AccessKeyId": "ABCDEFGHIJKLMNOPQ234", "RawSecretAccessKey": secret});
    assert_eq!(body["XksProxyAuthenticationCredential"], want);
    assert_eq!(store(&emulator, &external)["XksProxyConfiguration"]["AccessKeyId"], "ABCDEFGHIJKLMNOPQ234");
}

#[test]
fn a_refused_update_tells_the_error_of_the_service() {
    let (emulator, _, cluster) = stores();
    let run = update(&emulator, &cluster, &["--xks-proxy-uri-path", "/kms/xks/v1"]);
    run.fails(254, " when calling the UpdateCustomKeyStore operation (reached max retries: 0): ");
}

#[test]
fn a_query_on_the_empty_reply_prints_what_the_reference_prints() {
    let (emulator, external, _) = stores();
    let forms = [
        ("json", "null\n"),
        ("text", "None\n"),
        ("table", ""),
        ("yaml", "null\n"),
        ("yaml-stream", "- null\n"),
        ("off", ""),
    ];
    for (format, printed) in forms {
        let words = ["--new-custom-key-store-name", "n", "--query", "Foo", "--output", format];
        update(&emulator, &external, &words).prints(printed);
    }
}

#[test]
fn a_filled_in_skeleton_is_a_document() {
    let (emulator, external, _) = stores();
    for (option, kind) in [("--cli-input-json", "input"), ("--cli-input-yaml", "yaml-input")] {
        let skeleton =
            Aws::new(["kms", "update-custom-key-store", "--generate-cli-skeleton", kind]).run().stdout;
        let filled = if kind == "input" {
            let mut document: serde_json::Map<String, Value> = serde_json::from_str(&skeleton).expect("JSON");
            document.retain(|name, _| name == "CustomKeyStoreId" || name == "NewCustomKeyStoreName");
            document["CustomKeyStoreId"] = json!(external);
            document["NewCustomKeyStoreName"] = json!(kind);
            serde_json::to_string(&document).expect("JSON")
        } else {
            let lines: Vec<&str> = skeleton.lines().take(2).collect();
            lines.join("\n").replacen("''", &external, 1).replacen("''", kind, 1)
        };
        Aws::new(["kms", "update-custom-key-store", option, &filled]).to(&emulator).run().prints("");
        assert_eq!(store(&emulator, &external)["CustomKeyStoreName"], kind);
    }
}

#[test]
fn a_change_to_a_public_endpoint_may_empty_the_name_of_the_service() {
    let (emulator, external, _) = stores();
    let public = ["--xks-proxy-connectivity", "PUBLIC_ENDPOINT"];
    let last = || emulator.requests().last().expect("a request").json();
    let name = "XksProxyVpcEndpointServiceName";
    let given = ["--xks-proxy-vpc-endpoint-service-name", ""];
    for document in [given, ["--cli-input-json", r#"{"XksProxyVpcEndpointServiceName":""}"#]] {
        update(&emulator, &external, &[&document[..], &public].concat());
        assert_eq!(last()[name], "", "{document:?}");
    }
    for document in [
        ["--cli-input-json", r#"{"XksProxyVpcEndpointServiceName":null}"#],
        ["--cli-input-yaml", "XksProxyVpcEndpointServiceName:"],
    ] {
        update(&emulator, &external, &[&document[..], &public].concat());
        assert_eq!(last(), json!({"CustomKeyStoreId": external, "XksProxyConnectivity": "PUBLIC_ENDPOINT"}));
    }
    let sent = emulator.requests().len();
    let short = "Invalid length for parameter XksProxyVpcEndpointServiceName, value: 0, valid min length: 20";
    update(&emulator, &external, &given).fails(252, short);
    let vpc = ["--xks-proxy-connectivity", "VPC_ENDPOINT_SERVICE"];
    update(&emulator, &external, &[given, vpc].concat()).fails(252, short);
    let create = ["kms", "create-custom-key-store", "--custom-key-store-name", "x"];
    Aws::new(create.iter().chain(&given).chain(&public)).to(&emulator).run().fails(252, short);
    assert_eq!(emulator.requests().len(), sent);
}
