//! `aws cks connect` and `aws cks disconnect`.
#![cfg(unix)]

mod faults;
mod interrupts;

use std::process::Stdio;
use std::thread;
use std::time::Duration;

use kms_emulator::{Change, ConnectionErrorCode, ConnectionState, Effect, Emulator, Fault, Operation};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use super::waiters::{changes_at, emulator, operations, store};
use crate::aws::{Aws, Run};
use crate::terminal::{CTRL_C, Terminal};

const ID: &str = "cks-1234567890abcdef0";

const LOOK: &str = "DescribeCustomKeyStores";

const CONNECT: &str = "ConnectCustomKeyStore";

const DISCONNECT: &str = "DisconnectCustomKeyStore";

const CONNECTING: &str = "KMS is connecting prod-xks, which usually takes some minutes.\n";

const DISCONNECTING: &str = "KMS is disconnecting prod-xks. Its keys cannot be used from now on.\n";

const CONNECTED: &str = "prod-xks is CONNECTED. Its keys can be used.\n";

const DISCONNECTED: &str = "prod-xks is DISCONNECTED. Its keys cannot be used until it is connected again:\n  \
                            aws cks connect prod-xks\n";

const FAILED: &str = "\
NETWORK_ERRORS: network errors keep KMS from the store; they often pass.
To do: Disconnect the store, wait some minutes, and connect it again.
  aws cks disconnect prod-xks
  aws cks connect prod-xks
";

const CODES: [&str; 18] = [
    "CLUSTER_NOT_FOUND",
    "INSUFFICIENT_CLOUDHSM_HSMS",
    "INSUFFICIENT_FREE_ADDRESSES_IN_SUBNET",
    "INTERNAL_ERROR",
    "INVALID_CREDENTIALS",
    "NETWORK_ERRORS",
    "SUBNET_NOT_FOUND",
    "USER_LOCKED_OUT",
    "USER_LOGGED_IN",
    "USER_NOT_FOUND",
    "XKS_PROXY_ACCESS_DENIED",
    "XKS_PROXY_INVALID_CONFIGURATION",
    "XKS_PROXY_INVALID_RESPONSE",
    "XKS_PROXY_INVALID_TLS_CONFIGURATION",
    "XKS_PROXY_NOT_REACHABLE",
    "XKS_PROXY_TIMED_OUT",
    "XKS_VPC_ENDPOINT_SERVICE_INVALID_CONFIGURATION",
    "XKS_VPC_ENDPOINT_SERVICE_NOT_FOUND",
];

fn cks(emulator: &Emulator, task: &str, more: &[&str]) -> Aws {
    let words = ["cks", task, "prod-xks", "--interval", "20ms"];
    Aws::new(words.iter().chain(more)).to(emulator)
}

fn connect(emulator: &Emulator) -> Run {
    cks(emulator, "connect", &[]).run()
}

fn disconnect(emulator: &Emulator) -> Run {
    cks(emulator, "disconnect", &[]).run()
}

/// Its code and all its words.
#[track_caller]
fn says(run: Run, code: i32, stdout: &str, stderr: &str) {
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (Some(code), stdout, stderr));
}

fn state(emulator: &Emulator) -> Value {
    emulator.stores()[0]["ConnectionState"].clone()
}

fn network_errors() -> ConnectionErrorCode {
    ConnectionErrorCode::parse("NETWORK_ERRORS").expect("a code")
}

fn of(operation: Operation, effect: Effect) -> Fault {
    Fault::once(effect).of(operation)
}

#[test]
fn a_store_is_connected_and_waited_for() {
    let emulator = store("DISCONNECTED", json!({})).transition(Duration::from_millis(200));
    let emulator = emulator.start().expect("an emulator");
    says(connect(&emulator), 0, CONNECTED, CONNECTING);
    let operations = operations(&emulator);
    assert_eq!(operations[..3], [LOOK, CONNECT, LOOK]);
    assert!(operations.len() > 4 && operations[3..].iter().all(|operation| *operation == LOOK));
    assert_eq!(emulator.requests()[0].json(), json!({}));
    assert_eq!(emulator.requests()[1].json(), json!({ "CustomKeyStoreId": ID }));
    assert_eq!(emulator.requests()[2].json(), json!({ "CustomKeyStoreId": ID }));
}

#[test]
fn a_store_is_disconnected_and_its_keys_are_out_of_reach() {
    let emulator = store("CONNECTED", json!({})).transition(Duration::from_millis(200));
    let emulator = emulator.start().expect("an emulator");
    says(disconnect(&emulator), 0, DISCONNECTED, DISCONNECTING);
    assert_eq!(operations(&emulator)[..3], [LOOK, DISCONNECT, LOOK]);
}

#[test]
fn a_cluster_takes_longer() {
    let cluster =
        json!([{ "CustomKeyStoreId": ID, "CustomKeyStoreName": "hsm", "ConnectionState": "DISCONNECTED" }]);
    let stores = kms_emulator::SeedStore::read(&cluster.to_string()).expect("a store");
    let emulator = Emulator::builder().seed_stores(stores).start().expect("an emulator");
    let run = Aws::new(["cks", "connect", ID]).to(&emulator).run();
    let line = "KMS is connecting hsm, which may take 20 minutes.\n";
    says(run, 0, "hsm is CONNECTED. Its keys can be used.\n", line);
}

#[test]
fn a_store_that_is_there_already_needs_nothing() {
    let connected = emulator("CONNECTED");
    says(connect(&connected), 0, "prod-xks is CONNECTED already.\n", "");
    assert_eq!(operations(&connected), [LOOK]);
    let disconnected = emulator("DISCONNECTED");
    let already = DISCONNECTED.replace("DISCONNECTED.", "DISCONNECTED already.");
    let run = disconnect(&disconnected);
    assert_eq!((run.code, run.stdout.replace('\n', " ")), (Some(0), already.replace('\n', " ")));
    assert_eq!(operations(&disconnected), [LOOK]);
}

#[test]
fn a_store_on_its_way_is_only_waited_for() {
    let emulator = self::emulator("CONNECTING");
    changes_at(&emulator, 3, Change::of(ID).state(ConnectionState::Connected));
    says(connect(&emulator), 0, CONNECTED, "prod-xks is CONNECTING already.\n");
    assert_eq!(operations(&emulator), [LOOK; 3]);
    let emulator = self::emulator("DISCONNECTING");
    changes_at(&emulator, 3, Change::of(ID).state(ConnectionState::Disconnected));
    says(disconnect(&emulator), 0, DISCONNECTED, "prod-xks is DISCONNECTING already.\n");
    assert_eq!(operations(&emulator), [LOOK; 3]);
}

#[test]
fn a_store_that_is_disconnecting_is_connected_as_soon_as_that_is_over() {
    let emulator = emulator("DISCONNECTING");
    changes_at(&emulator, 3, Change::of(ID).state(ConnectionState::Disconnected));
    says(connect(&emulator), 0, CONNECTED, &format!("prod-xks is DISCONNECTING already.\n{CONNECTING}"));
    assert_eq!(operations(&emulator), [LOOK, LOOK, LOOK, CONNECT, LOOK]);
}

#[test]
fn a_failed_store_is_not_connected_but_explained() {
    let emulator = store("FAILED", json!({ "ConnectionErrorCode": "NETWORK_ERRORS" })).start().expect("one");
    let text = "prod-xks is FAILED: it must be disconnected before it can be connected again.\n\
                Its keys cannot be used.\n\n";
    says(connect(&emulator), 1, &format!("{text}{FAILED}"), "");
    assert_eq!(operations(&emulator), [LOOK]);
}

#[test]
fn a_failed_store_and_one_that_connects_are_disconnected() {
    for state in ["FAILED", "CONNECTING"] {
        let emulator = emulator(state);
        says(disconnect(&emulator), 0, DISCONNECTED, DISCONNECTING);
        assert_eq!(operations(&emulator), [LOOK, DISCONNECT, LOOK]);
    }
}

#[test]
fn a_connection_that_fails_is_explained() {
    let emulator = store("DISCONNECTED", json!({})).transition(Duration::from_millis(100));
    let emulator = emulator.start().expect("an emulator");
    let code = network_errors();
    emulator.inject(of(Operation::ConnectCustomKeyStore, Effect::FailConnection { code }));
    let text = "prod-xks is FAILED: it could not be connected. Its keys cannot be used.\n\n";
    says(connect(&emulator), 1, &format!("{text}{FAILED}"), CONNECTING);
}

#[test]
fn each_code_is_explained_within_eighty_columns() {
    for name in CODES {
        let code = ConnectionErrorCode::parse(name).expect("a code");
        let emulator = emulator("DISCONNECTED");
        emulator.inject(of(Operation::ConnectCustomKeyStore, Effect::FailConnection { code }));
        let run = connect(&emulator);
        assert_eq!(run.code, Some(1));
        assert!(run.stdout.contains(&format!("\n{name}: ")) && run.stdout.contains("\nTo do: "), "{run:?}");
        let texts = run.stdout.lines().filter(|line| !line.starts_with("  "));
        assert!(texts.clone().all(|line| line.chars().count() <= 80), "{run:?}");
    }
}

#[test]
fn what_kms_refuses_is_the_error_of_kms() {
    let emulator = emulator("DISCONNECTED");
    let (status, code) = (400, "AccessDeniedException".into());
    let effect = Effect::Error { status, code, message: "not you".into() };
    emulator.inject(of(Operation::ConnectCustomKeyStore, effect));
    connect(&emulator).fails(
        254,
        "aws: [ERROR]: An error occurred (AccessDeniedException) when calling the ConnectCustomKeyStore operation",
    );
    assert_eq!(operations(&emulator), [LOOK, CONNECT]);
    assert_eq!(state(&emulator), "DISCONNECTED");
}

#[test]
fn the_time_out_says_the_state_and_how_to_go_on() {
    let emulator = store("DISCONNECTED", json!({})).transition(Duration::from_secs(60)).start().expect("one");
    let run = cks(&emulator, "connect", &["--timeout", "1s"]).run();
    let text = "prod-xks is still CONNECTING after 1s. Its keys cannot be used until it is\n\
                CONNECTED.\nGo on:\n  aws cks connect prod-xks\n";
    says(run, 1, text, CONNECTING);
    let run = cks(&emulator, "disconnect", &["--timeout", "1s", "--region", "us-east-1"]).run();
    let text = "prod-xks is still DISCONNECTING after 1s. Its keys cannot be used until it is\n\
                connected again.\nGo on:\n  aws cks disconnect prod-xks --region us-east-1\n";
    says(run, 1, text, DISCONNECTING);
}

#[test]
fn the_time_out_ends_calls_that_hang() {
    let hanging = |operation| Fault { delay_ms: 60_000, ..of(operation, Effect::Answer) };
    let limited = |emulator: &Emulator| cks(emulator, "disconnect", &["--timeout", "1s"]).run();
    let emulator = emulator("CONNECTED");
    emulator.inject(hanging(Operation::DescribeCustomKeyStores));
    let words = "\naws: [ERROR]: There was no answer before the time was up.\n";
    says(limited(&emulator), 255, "", words);
    emulator.inject(hanging(Operation::DisconnectCustomKeyStore));
    let position = "KMS may have been asked to disconnect prod-xks, which was CONNECTED: whether its\n\
                    keys can be used is not known.\nGo on:\n  aws cks disconnect prod-xks\n";
    says(limited(&emulator), 255, "", &format!("{position}{words}"));
}

#[test]
fn a_failure_in_the_middle_says_where_the_store_stands() {
    let emulator = store("CONNECTED", json!({})).transition(Duration::from_secs(60)).start().expect("one");
    let (status, code) = (400, "AccessDeniedException".into());
    emulator.inject(of(Operation::DescribeCustomKeyStores, Effect::Answer).times(2));
    let effect = Effect::Error { status, code, message: "not you".into() };
    emulator.inject(of(Operation::DescribeCustomKeyStores, effect));
    let run = disconnect(&emulator).fails(254, "(AccessDeniedException)");
    let position = "prod-xks is DISCONNECTING. Its keys cannot be used until it is connected again.\n\
                    Go on:\n  aws cks disconnect prod-xks\n";
    assert!(run.stderr.starts_with(&format!("{DISCONNECTING}{position}")), "{}", run.stderr);
}

#[test]
fn a_store_that_is_deleted_meanwhile_is_the_error_of_kms() {
    let emulator = store("CONNECTED", json!({})).transition(Duration::from_secs(60)).start().expect("one");
    changes_at(&emulator, 3, Change::of(ID).delete());
    disconnect(&emulator).fails(254, "(CustomKeyStoreNotFoundException)");
}

#[test]
fn an_unknown_store_lists_near_names() {
    let emulator = emulator("CONNECTED");
    let run = Aws::new(["cks", "connect", "prod-xsk"]).to(&emulator).run();
    run.fails(
        252,
        "There is no custom key store with the identifier or the name prod-xsk. Did you mean prod-xks?",
    );
    assert_eq!(operations(&emulator), [LOOK]);
}

#[test]
fn data_has_the_result_and_what_to_do_next() {
    let data = |emulator: &Emulator, task: &str, more: &[&str]| {
        let run = cks(emulator, task, &[&["--output", "json"], more].concat()).run();
        let mut data: Value = serde_json::from_str(&run.stdout).expect("JSON");
        assert!(data["Seconds"].is_u64(), "{data}");
        data.as_object_mut().expect("a map").shift_remove("Seconds");
        (run.code, data)
    };
    let report = |state: &str, result: &str, next: &[&str]| {
        json!({
            "CustomKeyStoreId": ID, "CustomKeyStoreName": "prod-xks", "ConnectionState": state, "Result": result,
            "Next": next,
        })
    };
    let emulator = emulator("DISCONNECTED");
    assert_eq!(data(&emulator, "connect", &[]), (Some(0), report("CONNECTED", "connected", &[])));
    assert_eq!(data(&emulator, "connect", &[]), (Some(0), report("CONNECTED", "nothing-to-do", &[])));
    let again = &["aws cks connect prod-xks"];
    let disconnected = report("DISCONNECTED", "disconnected", again);
    assert_eq!(data(&emulator, "disconnect", &[]), (Some(0), disconnected));
    let code = network_errors();
    emulator.inject(of(Operation::ConnectCustomKeyStore, Effect::FailConnection { code }));
    let (code, failed) = data(&emulator, "connect", &[]);
    assert_eq!((code, &failed["Result"]), (Some(1), &json!("failed")));
    assert_eq!(failed["Error"]["Code"], "NETWORK_ERRORS");
    assert_eq!(failed["Next"], json!(["aws cks disconnect prod-xks", "aws cks connect prod-xks"]));
    let slow = self::emulator("CONNECTING");
    let timed_out = report("CONNECTING", "timed-out", again);
    assert_eq!(data(&slow, "connect", &["--timeout", "1s"]), (Some(1), timed_out));
}

#[test]
fn a_query_chooses_from_the_data() {
    let emulator = emulator("DISCONNECTED");
    let run = cks(&emulator, "connect", &["--output", "text", "--query", "[Result,ConnectionState]"]).run();
    says(run, 0, "connected\tCONNECTED\n", CONNECTING);
}
