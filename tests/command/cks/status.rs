//! `aws cks status`.

use aws_sdk_kms::types::ConnectionErrorCodeType;
use kms_emulator::{Change, ConnectionErrorCode, Effect, Emulator, Fault, Operation, SeedStore};
use serde_json::{Value, json};

use crate::aws::Aws;

/// An external store that the whole world reaches.
fn external(name: &str, state: &str) -> Value {
    json!({
        "CustomKeyStoreName": name,
        "CustomKeyStoreId": format!("cks-{:0>17}", name.len()),
        "ConnectionState": state,
        "XksProxyConfiguration": {
            "AccessKeyId": "AKIA2SFODNN7EXAMPLE2",
            "UriEndpoint": "https://xks.example.com",
            "UriPath": format!("/{}/kms/xks/v1", name.len()),
            "Connectivity": "PUBLIC_ENDPOINT",
        },
    })
}

fn failed(mut store: Value, code: &str) -> Value {
    store["ConnectionState"] = "FAILED".into();
    store["ConnectionErrorCode"] = code.into();
    store
}

fn cluster(name: &str, state: &str) -> Value {
    json!({
        "CustomKeyStoreName": name,
        "CustomKeyStoreId": format!("cks-{:0>17}", name.len()),
        "ConnectionState": state,
        "CloudHsmClusterId": "cluster-2a3b4c5d6e7",
    })
}

fn private(name: &str, state: &str) -> Value {
    let mut store = external(name, state);
    let proxy = &mut store["XksProxyConfiguration"];
    proxy["Connectivity"] = "VPC_ENDPOINT_SERVICE".into();
    proxy["VpcEndpointServiceName"] = "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0".into();
    store
}

fn emulator(stores: &[Value]) -> Emulator {
    let stores = SeedStore::read(&json!(stores).to_string()).expect("stores");
    Emulator::builder().seed_stores(stores).start().expect("an emulator")
}

fn status<'a>(emulator: &Emulator, more: impl IntoIterator<Item = &'a str>) -> Aws {
    Aws::new(["cks", "status"].into_iter().chain(more)).to(emulator)
}

/// The four stores of the first test.
fn four() -> Emulator {
    emulator(&[
        external("prod-xks", "CONNECTED"),
        failed(cluster("hsm-eu", "FAILED"), "USER_LOCKED_OUT"),
        private("backup1", "DISCONNECTED"),
        cluster("new", "CONNECTING"),
    ])
}

#[test]
fn each_store_has_a_line_and_below_it_what_there_is_to_do() {
    let emulator = four();
    status(&emulator, []).run().prints(
        "\
NAME      TYPE      STATE         WHERE
prod-xks  external  CONNECTED     https://xks.example.com/8/kms/xks/v1 (public)
hsm-eu    CloudHSM  FAILED        cluster-2a3b4c5d6e7
    USER_LOCKED_OUT: too many logins of kmsuser have failed, so the CloudHSM
    cluster refuses the account. Its keys cannot be used.
    To do: Disconnect the store, set a new password of kmsuser in the cluster
    (changePswd), give it to KMS, and connect.
      aws cks disconnect hsm-eu
      aws cks apply hsm-eu --key-store-password prompt:// --connect
backup1   external  DISCONNECTED  vpce-svc-0123456789abcdef0 →
                                  https://xks.example.com/7/kms/xks/v1
    Its keys cannot be used until it is connected again.
new       CloudHSM  CONNECTING    cluster-2a3b4c5d6e7
    Its keys cannot be used until it is CONNECTED.
",
    );
    let requests: Vec<_> = emulator.requests().iter().map(|request| request.operation).collect();
    assert_eq!(requests, [Operation::DescribeCustomKeyStores], "one call for all");
}

#[test]
fn stores_are_named_by_identifier_or_name_and_shown_in_the_order_of_the_line() {
    let emulator = four();
    status(&emulator, ["new", "cks-00000000000000008", "new"]).run().prints(
        "\
NAME      TYPE      STATE       WHERE
new       CloudHSM  CONNECTING  cluster-2a3b4c5d6e7
    cks-00000000000000003
    Its keys cannot be used until it is CONNECTED.
prod-xks  external  CONNECTED   https://xks.example.com/8/kms/xks/v1 (public)
    cks-00000000000000008
",
    );
    assert_eq!(emulator.requests().len(), 1);
}

#[test]
fn the_identifier_has_a_column_where_there_is_room_for_it() {
    status(&emulator(&[cluster("new", "CONNECTED")]), []).run().prints(
        "\
NAME  ID                     TYPE      STATE      WHERE
new   cks-00000000000000003  CloudHSM  CONNECTED  cluster-2a3b4c5d6e7
",
    );
}

#[test]
fn an_unknown_store_is_a_usage_error_with_near_names() {
    let emulator = four();
    let words =
        "There is no custom key store with the identifier or the name prod-xsk. Did you mean prod-xks?";
    status(&emulator, ["prod-xsk"]).run().fails(252, words);
    status(&emulator, ["PROD"]).run().fails(252, "the name PROD. Did you mean prod-xks?");
    status(&emulator, ["new", "zzz"]).run().fails(252, "the identifier or the name zzz.\n");
}

#[test]
fn without_stores_that_is_said() {
    let emulator = emulator(&[]);
    status(&emulator, []).run().prints("There are no custom key stores in this account and Region.\n");
    status(&emulator, ["--output", "json"]).run().prints("{\n    \"CustomKeyStores\": []\n}\n");
}

#[test]
fn data_has_all_that_kms_shows_and_what_it_means() {
    let emulator = four();
    let run = status(&emulator, ["hsm-eu", "backup1", "--output", "json"]).run();
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    let data: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let stores = &data["CustomKeyStores"];
    assert_eq!(stores.as_array().map(Vec::len), Some(2));
    assert_eq!(stores[0]["ConnectionState"], "FAILED");
    assert_eq!(stores[0]["ConnectionErrorCode"], "USER_LOCKED_OUT");
    assert!(stores[0]["Meaning"].as_str().is_some_and(|text| text.starts_with("too many logins")));
    assert!(stores[0]["Remedy"].as_str().is_some_and(|text| text.starts_with("Disconnect the store")));
    assert_eq!(stores[0]["KeysUsable"], false);
    assert_eq!(stores[1]["XksProxyConfiguration"]["UriEndpoint"], "https://xks.example.com");
    assert!(stores[1].get("Meaning").is_none() && stores[1].get("StateSeenSeconds").is_none());
    let query = "CustomKeyStores[].[CustomKeyStoreName,KeysUsable]";
    let table = "prod-xks\tTrue\nhsm-eu\tFalse\nbackup1\tFalse\nnew\tFalse\n";
    status(&emulator, ["--query", query, "--output", "text"]).run().prints(table);
}

#[test]
fn the_same_code_means_another_thing_in_each_type_of_store() {
    let code = "INVALID_CREDENTIALS";
    let emulator = emulator(&[failed(external("it's bad", ""), code), failed(cluster("hsm", ""), code)]);
    status(&emulator, ["--region", "us-east-1"]).run().prints(
        r"NAME      TYPE      STATE   WHERE
it's bad  external  FAILED  https://xks.example.com/8/kms/xks/v1 (public)
    INVALID_CREDENTIALS: the external key store proxy does not accept the
    credential that KMS has. Its keys cannot be used.
    To do: Give KMS the credential that the proxy knows, both halves of it, and
    connect.
      aws cks check 'it'\''s bad' --region us-east-1
      aws cks apply 'it'\''s bad' \
        --region us-east-1 \
        --xks-proxy-authentication-credential \
          AccessKeyId=ID,RawSecretAccessKey@=prompt:// \
        --connect
hsm       CloudHSM  FAILED  cluster-2a3b4c5d6e7
    INVALID_CREDENTIALS: KMS does not have the password that kmsuser has in the
    CloudHSM cluster. Its keys cannot be used.
    To do: Give KMS the password, and connect. If it is not known, disconnect,
    set it in the cluster (changePswd), and give it to KMS.
      aws cks apply hsm \
        --region us-east-1 \
        --key-store-password prompt:// \
        --connect
",
    );
}

#[test]
fn every_code_of_a_failed_store_is_explained() {
    let emulator = emulator(&[external("prod-xks", "CONNECTED")]);
    for code in ConnectionErrorCodeType::values() {
        let failed = ConnectionErrorCode::parse(code).expect("a code");
        emulator.change(Change::of("prod-xks").failed(failed)).expect("a change");
        let run = status(&emulator, []).run();
        let is_explained = run.stdout.contains(&format!("    {code}: "))
            && run.stdout.contains("\n    To do: ")
            && run.stdout.contains("\n      aws cks ");
        assert!(is_explained, "{}", run.stdout);
        assert!(run.stdout.lines().all(|line| line.chars().count() <= 80), "{}", run.stdout);
    }
}

#[test]
fn names_do_not_tell_a_terminal_what_to_do() {
    let emulator = emulator(&[failed(cluster("a\u{1b}[2J\nb", ""), "INTERNAL_ERROR")]);
    let run = status(&emulator, []).run();
    assert!(run.stdout.contains(r"a\u{1b}[2J\u{a}b"), "{}", run.stdout);
    assert!(run.stdout.contains("\n      aws cks connect cks-00000000000000007\n"), "{}", run.stdout);
    assert!(run.stdout.chars().all(|c| c == '\n' || !c.is_control()), "{:?}", run.stdout);
}

#[test]
fn a_failed_call_is_reported_as_everywhere() {
    let emulator = four();
    let (code, message) = ("AccessDeniedException".into(), "No.".into());
    let denied = Effect::Error { status: 400, code, message };
    emulator.inject(Fault::once(denied));
    let run = status(&emulator, []).run();
    run.fails(
        254,
        "An error occurred (AccessDeniedException) when calling the DescribeCustomKeyStores operation (reached max retries: 0): No.",
    );
}

#[test]
fn of_an_unknown_state_it_is_not_known_whether_keys_can_be_used() {
    let store =
        json!({"CustomKeyStoreId": "cks-1", "CustomKeyStoreName": "new", "ConnectionState": "PAUSED"});
    let body = json!({"CustomKeyStores": [store], "Truncated": false}).to_string().into_bytes();
    let emulator = emulator(&[]);
    let shown = |more: &[&'static str]| {
        emulator.inject(Fault::once(Effect::Body { status: 200, body: body.clone() }));
        status(&emulator, more.iter().copied()).run()
    };
    shown(&[]).prints(
        "\
NAME  ID     TYPE      STATE   WHERE
new   cks-1  CloudHSM  PAUSED
    Whether its keys can be used is not known.
",
    );
    shown(&["--query", "CustomKeyStores[0].KeysUsable", "--output", "json"]).prints("null\n");
}

#[test]
fn a_name_that_may_be_the_identifier_of_another_store_is_in_no_command() {
    let store = failed(external("cks-3333333333abcdef0", "FAILED"), "XKS_PROXY_TIMED_OUT");
    let id = store["CustomKeyStoreId"].as_str().expect("an identifier").to_owned();
    let seed = SeedStore::read(&json!([store]).to_string()).expect("stores");
    let emulator = Emulator::builder().seed_stores(seed).start().expect("an emulator");
    let run = Aws::new(["cks", "status", &id]).to(&emulator).run();
    assert!(run.stdout.contains(&format!("aws cks disconnect {id}\n")), "{run:?}");
    assert!(!run.stdout.contains("disconnect cks-3"), "{run:?}");
}
