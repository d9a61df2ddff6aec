//! Replies that are lost or that say "later": nothing is done twice, and nothing is left undone.

use kms_emulator::{Change, Operation};
use serde_json::json;

use super::way::{CONNECT, DESCRIBE, DISCONNECT, NEW, UPDATE, Way, cloudhsm, endpoint, external, inject};

const ALL: &[&str] = &[DISCONNECT, UPDATE, CONNECT];

#[test]
fn a_lost_reply_is_not_answered_with_a_second_change() {
    for operation in ALL {
        let way = Way::to_new().fault(operation, 1, json!("lose_reply")).ends(0, "CONNECTED", ALL);
        assert_eq!(endpoint(&way.run().0), NEW, "{operation}");
    }
}

#[test]
fn a_reply_that_is_cut_off_is_not_answered_with_a_second_change() {
    for operation in ALL {
        Way::to_new().fault(operation, 1, json!({"truncate": {"keep": 1}})).ends(0, "CONNECTED", ALL).run();
    }
}

/// The operations with one of them twice.
fn repeated(operation: &'static str) -> Vec<&'static str> {
    ALL.iter().flat_map(|name| vec![*name; if *name == operation { 2 } else { 1 }]).collect()
}

#[test]
fn what_did_not_happen_is_sent_again() {
    for operation in ALL {
        for effect in [
            json!("close"),
            json!({"error": {"status": 500, "type": "KMSInternalException"}}),
            json!({"error": {"status": 503, "type": "ServiceUnavailable"}}),
            json!({"error": {"status": 400, "type": "ThrottlingException"}}),
            json!({"body": {"status": 200, "body": "<html>"}}),
        ] {
            let way = Way::to_new().fault(operation, 1, effect);
            assert_eq!(endpoint(&way.ends(0, "CONNECTED", &repeated(operation)).run().0), NEW);
        }
    }
}

#[test]
fn a_secret_that_nobody_can_see_is_not_sent_twice() {
    let store = cloudhsm("CONNECTED");
    let options = vec!["--key-store-password", "planted-secret-1"];
    let (_, run) = Way { store, options, ..Way::to_new() }
        .fault(UPDATE, 1, json!("close"))
        .ends(1, "DISCONNECTED", &[DISCONNECT, UPDATE])
        .says(&["It is not known whether", "Go on:   aws cks apply prod-xks --key-store-password prompt://"])
        .run();
    run.hides("planted-secret-1");
}

#[test]
fn a_credential_with_another_identifier_shows_whether_it_was_set() {
    let credential =
        "AccessKeyId=TSRQPONMLKJIHGFEDCBA,RawSecretAccessKey=planted0secret0planted0secret0planted0secret0";
    let way = || Way { options: vec!["--xks-proxy-authentication-credential", credential], ..Way::to_new() };
    let (_, run) = way().fault(UPDATE, 1, json!("lose_reply")).ends(0, "CONNECTED", &[UPDATE]).run();
    run.hides("planted0secret0");
    let (_, run) = way()
        .fault(UPDATE, 1, json!("close"))
        .ends(0, "CONNECTED", &[UPDATE, UPDATE])
        .says(&["KMS may use the old credential for up to five minutes: keep it at the proxy for as long."])
        .run();
    run.hides("planted0secret0");
}

#[test]
fn looks_that_fail_for_a_while_are_ridden_out() {
    for effect in [
        json!("close"),
        json!({"error": {"status": 500, "type": "KMSInternalException"}}),
        json!({"error": {"status": 400, "type": "ThrottlingException"}}),
        json!({"truncate": {"keep": 3}}),
    ] {
        // The first look finds the store; the program's own attempts are for that.
        let way = Way { store: external("CONNECTED"), ..Way::to_new() };
        let (emulator, _) = way.ends(0, "CONNECTED", ALL).run();
        drop(emulator);
        let emulator = super::way::emulator(&external("CONNECTED"));
        emulator.set_delay(operation(DESCRIBE), std::time::Duration::from_millis(5));
        let child = super::way::apply(&emulator, super::way::TO_NEW);
        let fault = json!({"operation": DESCRIBE, "times": 4, "effect": effect});
        let (mut child, _home) = child.start();
        while super::way::calls(&emulator).is_empty() {
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        inject(&emulator, fault);
        assert_eq!(child.wait().expect("an end").code(), Some(0));
        assert_eq!(super::way::state(&emulator), "CONNECTED");
    }
}

fn operation(name: &str) -> kms_emulator::Operation {
    serde_json::from_value(json!(name)).expect("an operation")
}

/// A new credential, and the proxy's old and new one as KMS shows them before this look.
const CREDENTIAL: [&str; 2] = [
    "--xks-proxy-authentication-credential",
    "AccessKeyId=TSRQPONMLKJIHGFEDCBA,RawSecretAccessKey=planted0secret0planted0secret0planted0secret0",
];

fn shows_credential(look: u32, id: &str) -> Change {
    let credential = json!({"AccessKeyId": id, "RawSecretAccessKey": "s".repeat(43)});
    let update = json!({"XksProxyAuthenticationCredential": credential});
    Change::of("prod-xks").before(Operation::DescribeCustomKeyStores, look).update(update)
}

#[test]
fn a_new_credential_that_kms_shows_late_is_waited_for_and_nobody_elses_change() {
    let (_, run) = Way { store: external("DISCONNECTED"), options: CREDENTIAL.to_vec(), ..Way::to_new() }
        .options(&["--connect"])
        .change(shows_credential(3, "ABCDEFGHIJKLMNOPQRST"))
        .change(shows_credential(4, "TSRQPONMLKJIHGFEDCBA"))
        .ends(0, "CONNECTED", &[UPDATE, CONNECT])
        .says(&["✓ compared"])
        .run();
    run.hides("planted0secret0");
}

#[test]
fn a_new_credential_that_kms_does_not_show_is_no_success() {
    let (_, run) = Way { options: CREDENTIAL.to_vec(), ..Way::to_new() }
        .options(&["--timeout", "1s"])
        .change(shows_credential(3, "ABCDEFGHIJKLMNOPQRST"))
        .ends(1, "CONNECTED", &[UPDATE])
        .says(&["KMS does not show the change: AccessKeyId is ABCDEFGHIJKLMNOPQRST, not the new one."])
        .run();
    run.hides("planted0secret0");
}

#[test]
fn what_kms_does_not_show_is_not_called_compared() {
    let password = ["--key-store-password", "planted-secret-1"];
    let same = [
        "--xks-proxy-authentication-credential",
        "AccessKeyId=ABCDEFGHIJKLMNOPQRST,RawSecretAccessKey=planted0secret0planted0secret0planted0secret0",
    ];
    for (store, options) in [(cloudhsm("DISCONNECTED"), password), (external("DISCONNECTED"), same)] {
        let way = Way { store, options: options.to_vec(), ..Way::to_new() };
        let way = way.ends(0, "DISCONNECTED", &[UPDATE]).says(&["✓ read back", "KMS does not show secrets"]);
        assert!(!way.run().1.stderr.contains("compared"));
    }
}
