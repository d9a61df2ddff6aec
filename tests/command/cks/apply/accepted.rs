//! Changes that KMS has accepted, while it still shows the state from before, or shows nothing.

use std::time::Duration;

use kms_emulator::{Change, ConnectionState, Emulator, Operation, SeedStore};
use serde_json::{Value, json};

use super::way::{
    CONNECT, DESCRIBE, DISCONNECT, NEW, OLD, TO_NEW, UPDATE, Way, apply, calls, endpoint, external, inject,
    slow, state,
};

const INVALID_STATE: &str = "CustomKeyStoreInvalidStateException";

impl Way {
    /// Describes answer as they should, so many times, before the next fault of them.
    fn looks(self, times: u32) -> Way {
        self.fault(DESCRIBE, times, json!("answer"))
    }

    /// Describes show the store as it was found, so many times.
    fn stale(self, times: u32) -> Way {
        let state = self.store["ConnectionState"].as_str().unwrap_or_default().to_owned();
        self.stale_as(times, &state)
    }

    /// Describes show the store in this state, so many times.
    fn stale_as(self, times: u32, state: &str) -> Way {
        let mut store = self.store.clone();
        store["ConnectionState"] = json!(state);
        let body = json!({"CustomKeyStores": [store], "Truncated": false}).to_string();
        self.fault(DESCRIBE, times, json!({"body": {"body": body}}))
    }
}

/// An emulator with `prod-xks`, which is CONNECTING, and the store `other`.
fn connecting_beside_another() -> Emulator {
    let mut other = external("CONNECTED");
    other["CustomKeyStoreId"] = json!("cks-0fedcba9876543210");
    other["CustomKeyStoreName"] = json!("other");
    other["XksProxyConfiguration"]["UriEndpoint"] = json!("https://other.example.com");
    let stores = json!([external("CONNECTING"), other]).to_string();
    let seed = SeedStore::read(&stores).expect("stores");
    Emulator::builder().seed_stores(seed).start().expect("an emulator")
}

#[test]
fn a_store_that_kms_has_begun_to_disconnect_is_not_said_to_be_connected() {
    for (code, status) in [("ExpiredTokenException", 400), ("AccessDeniedException", 400)] {
        let (_, run) = Way::to_new()
            .looks(2)
            .error(DESCRIBE, 1, status, code)
            .ends(1, "DISCONNECTED", &[DISCONNECT])
            .says(&[
                "✗ not seen DISCONNECTED",
                "prod-xks is DISCONNECTING; its keys cannot be used until it is CONNECTED.",
                "Go on:   aws cks apply prod-xks ",
                "Back:    aws cks apply prod-xks ",
            ])
            .run();
        assert!(!run.stderr.contains("Nothing has changed"), "{}", run.stderr);
    }
}

#[test]
fn looks_that_are_late_do_not_bring_a_store_back() {
    let (_, run) = Way::to_new()
        .looks(2)
        .stale(100)
        .options(&["--timeout", "70ms"])
        .ends(1, "DISCONNECTED", &[DISCONNECT])
        .says(&["The store is still DISCONNECTING after 0:00 (--timeout).", "prod-xks is DISCONNECTING"])
        .run();
    assert!(!run.stderr.contains("Nothing has changed"), "{}", run.stderr);
}

#[test]
fn a_connection_that_has_begun_is_said_where_kms_cannot_be_asked_any_more() {
    Way::to_new()
        .looks(6)
        .error(DESCRIBE, 1, 400, "ExpiredTokenException")
        .ends(1, "CONNECTED", &[DISCONNECT, UPDATE, CONNECT])
        .says(&[
            "✗ not seen CONNECTED",
            "prod-xks is CONNECTING with the change; its keys cannot be used until",
        ])
        .run();
}

#[test]
fn a_lost_reply_and_a_look_that_is_late_do_not_stop_it() {
    let (emulator, _) = Way::to_new()
        .looks(2)
        .stale(1)
        .fault(DISCONNECT, 1, json!("lose_reply"))
        .error(DISCONNECT, 1, 400, INVALID_STATE)
        .ends(0, "CONNECTED", &[DISCONNECT, DISCONNECT, UPDATE, CONNECT])
        .run();
    assert_eq!(endpoint(&emulator), NEW);
}

#[test]
fn somebody_who_disconnects_first_does_not_stop_it() {
    let disconnected = ConnectionState::Disconnected;
    Way::to_new()
        .change(Change::of("prod-xks").before(Operation::DisconnectCustomKeyStore, 1).state(disconnected))
        .error(DISCONNECT, 1, 400, INVALID_STATE)
        .ends(0, "CONNECTED", &[DISCONNECT, UPDATE, CONNECT])
        .run();
}

#[test]
fn a_connection_that_comes_after_the_time_out_is_not_taken_back() {
    let emulator = slow(Duration::from_millis(800), Duration::ZERO);
    // The look in time takes too long; the one after that shows the connection.
    for fault in [
        json!({"operation": DESCRIBE, "times": 6, "effect": "answer"}),
        json!({"operation": DESCRIBE, "delay_ms": 3000, "effect": "answer"}),
        json!({"operation": DESCRIBE, "delay_ms": 1200, "effect": "answer"}),
    ] {
        inject(&emulator, fault);
    }
    let run = apply(&emulator, &[TO_NEW, &["--timeout", "400ms"]].concat()).run();
    assert_eq!((run.code, state(&emulator).as_str()), (Some(1), "CONNECTED"), "{}", run.stderr);
    let words = "prod-xks is CONNECTED with the change; its keys can be used again";
    assert!(run.stderr.contains(words), "{}", run.stderr);
    assert_eq!(calls(&emulator), [DISCONNECT, UPDATE, CONNECT], "{}", run.stderr);
}

#[test]
fn a_change_that_is_no_longer_possible_after_the_wait_does_not_disconnect_the_store() {
    let emulator = connecting_beside_another();
    let connected = Change::of("prod-xks").before(Operation::DescribeCustomKeyStores, 2);
    emulator.change(connected.state(ConnectionState::Connected)).expect("a change");
    let named = Change::of("other").before(Operation::DescribeCustomKeyStores, 2);
    emulator.change(named.update(json!({"NewCustomKeyStoreName": "taken"}))).expect("a change");
    let run = apply(&emulator, &[TO_NEW, &["--new-custom-key-store-name", "taken"]].concat()).run();
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(run.stdout.contains("✗ taken is the name of taken"), "{}", run.stdout);
    assert!(run.stderr.contains("Nothing has changed: prod-xks is CONNECTED"), "{}", run.stderr);
    assert!(calls(&emulator).is_empty(), "{:?}", calls(&emulator));
}

#[test]
fn the_owner_of_a_service_is_put_back_too() {
    let mut store = external("CONNECTED");
    let proxy = &mut store["XksProxyConfiguration"];
    proxy["Connectivity"] = json!("VPC_ENDPOINT_SERVICE");
    proxy["VpcEndpointServiceName"] = json!("com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0");
    proxy["VpcEndpointServiceOwner"] = json!("444455556666");
    let options = vec!["--xks-proxy-connectivity", "PUBLIC_ENDPOINT"];
    let (emulator, _) = Way { store, options, ..Way::to_new() }
        .options(TO_NEW)
        .fails_to_connect(1, "XKS_PROXY_NOT_REACHABLE")
        .ends(1, "CONNECTED", &[DISCONNECT, UPDATE, CONNECT, DISCONNECT, UPDATE, CONNECT])
        .run();
    let shown = &super::way::store(&emulator)["XksProxyConfiguration"];
    assert_eq!(
        (&shown["VpcEndpointServiceOwner"], endpoint(&emulator).as_str()),
        (&json!("444455556666"), OLD)
    );
}

#[test]
fn what_is_changed_together_with_a_secret_is_not_put_back_and_the_plan_says_so() {
    let credential =
        "AccessKeyId=TSRQPONMLKJIHGFEDCBA,RawSecretAccessKey=planted0secret0planted0secret0planted0secret0";
    let (_, run) = Way::to_new()
        .options(&["--xks-proxy-authentication-credential", credential])
        .fails_to_connect(1, "XKS_PROXY_TIMED_OUT")
        .ends(1, "FAILED", &[DISCONNECT, UPDATE, CONNECT])
        .says(&[
            "Change XksProxyAuthenticationCredential on its own.",
            "It is not put back: KMS does not show",
        ])
        .run();
    run.hides("planted0secret0");
}

#[test]
fn the_time_out_of_reach_counts_while_it_lasts() {
    let emulator = slow(Duration::from_millis(1200), Duration::ZERO);
    let fault = json!({"operation": CONNECT, "effect": {"fail_connection": {"code": "XKS_PROXY_TIMED_OUT"}}});
    inject(&emulator, fault);
    let run = apply(&emulator, &[TO_NEW, &["--on-failure", "keep", "--output", "json"]].concat()).run();
    let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!((run.code, &report["StateNow"]), (Some(1), &json!("FAILED")), "{}", run.stdout);
    assert!(report["OutOfReachSeconds"].as_u64() >= Some(1), "{}", run.stdout);
}

#[test]
fn a_store_that_somebody_else_changes_is_not_said_to_be_as_it_was() {
    let path = json!({"XksProxyUriPath": "/other/kms/xks/v1"});
    let (_, run) = Way::to_new()
        .change(Change::of("prod-xks").before(Operation::DescribeCustomKeyStores, 2).update(path))
        .ends(1, "CONNECTED", &[])
        .run();
    assert!(!run.stderr.contains("Nothing has changed"), "{}", run.stderr);
}

#[test]
fn a_change_that_was_made_is_found_out_whatever_the_last_reply_was() {
    Way::to_new()
        .looks(2)
        .stale(1)
        .fault(DISCONNECT, 1, json!("lose_reply"))
        .error(DISCONNECT, 1, 400, "AccessDeniedException")
        .ends(0, "CONNECTED", &[DISCONNECT, DISCONNECT, UPDATE, CONNECT])
        .run();
    let (_, run) = Way::to_new()
        .looks(4)
        .stale(1)
        .fault(UPDATE, 1, json!("lose_reply"))
        .error(UPDATE, 1, 400, "AccessDeniedException")
        .ends(0, "CONNECTED", &[DISCONNECT, UPDATE, UPDATE, CONNECT])
        .run();
    assert!(!run.stderr.contains("Somebody else"), "{}", run.stderr);
}

#[test]
fn one_late_look_is_nobody_elses_change() {
    let shows =
        |look, state| Change::of("prod-xks").before(Operation::DescribeCustomKeyStores, look).state(state);
    // After the update, after the connect and at the end.
    for (look, ends) in [(5, ConnectionState::Disconnected), (8, ConnectionState::Connected)] {
        Way::to_new()
            .change(shows(look, ConnectionState::Disconnecting))
            .change(shows(look + 1, ends))
            .ends(0, "CONNECTED", &[DISCONNECT, UPDATE, CONNECT])
            .run();
    }
}

#[test]
fn an_output_that_fails_after_the_change_does_not_hide_where_the_store_stands() {
    let emulator = super::way::emulator(&external("CONNECTED"));
    let run = apply(&emulator, &[TO_NEW, &["--query", "abs(Result)"]].concat()).run();
    assert_ne!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stderr.contains("Done: prod-xks is CONNECTED with the change"), "{}", run.stderr);
}

#[test]
fn data_of_a_refusal_come_with_its_reason_on_stderr() {
    let emulator = super::way::emulator(&external("CONNECTED"));
    let options = ["--xks-proxy-uri-endpoint", "https://b/x", "--query", "Result", "--output", "text"];
    let run = apply(&emulator, &options).run();
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), "stopped\n"), "{}", run.stderr);
    assert!(run.stderr.contains("✗ XksProxyUriEndpoint must be"), "{}", run.stderr);
}

#[test]
fn what_somebody_else_does_to_the_state_is_not_undone() {
    // Disconnected by others before an update that needs no disconnect.
    let disconnected = ConnectionState::Disconnected;
    Way { options: vec!["--xks-proxy-uri-path", "/other/kms/xks/v1"], ..Way::to_new() }
        .change(Change::of("prod-xks").before(Operation::UpdateCustomKeyStore, 1).state(disconnected))
        .error(UPDATE, 1, 400, INVALID_STATE)
        .ends(1, "DISCONNECTED", &[UPDATE])
        .says(&["its keys cannot be used until it is CONNECTED"])
        .run();
    // Connected by others after our disconnect.
    Way::to_new()
        .change(
            Change::of("prod-xks")
                .before(Operation::UpdateCustomKeyStore, 1)
                .state(ConnectionState::Connecting),
        )
        .ends(1, "CONNECTING", &[DISCONNECT, UPDATE])
        .says(&["prod-xks is CONNECTING; its keys cannot be used until it is CONNECTED."])
        .run();
}

#[test]
fn a_store_that_is_to_be_left_disconnected_is_not_connected_after_a_time_out() {
    let emulator = slow(Duration::ZERO, Duration::from_millis(600));
    let run = apply(&emulator, &["--leave-disconnected", "--timeout", "200ms"]).run();
    assert_eq!((run.code, calls(&emulator)), (Some(1), vec![DISCONNECT]), "{}", run.stderr);
    assert!(run.stderr.contains("prod-xks is DISCONNECTING; its keys cannot be used"), "{}", run.stderr);
}

#[test]
fn one_more_late_look_after_the_wait_does_not_take_the_way_back_away() {
    let connected = Change::of("prod-xks").before(Operation::DescribeCustomKeyStores, 2);
    let store = external("CONNECTING");
    Way { store, ..Way::to_new() }
        .change(connected.state(ConnectionState::Connected))
        .looks(2)
        .stale_as(1, "CONNECTING")
        .error(UPDATE, 1, 400, "XksProxyUriUnreachableException")
        .ends(1, "CONNECTED", &[DISCONNECT, UPDATE, CONNECT])
        .run();
}

#[test]
fn a_store_that_fails_while_it_is_waited_for_has_its_proxy_checked() {
    let failed = Change::of("prod-xks").before(Operation::DescribeCustomKeyStores, 2);
    let failed = failed.failed(kms_emulator::ConnectionErrorCode::INTERNAL_ERROR);
    let emulator = super::way::emulator(&external("CONNECTING"));
    emulator.change(failed).expect("a change");
    let words = ["cks", "apply", "prod-xks", "--new-custom-key-store-name", "prod-xks", "--yes"];
    let run = crate::aws::Aws::new(words.iter().chain(&["--interval", "20ms"])).to(&emulator).run();
    assert!(run.stdout.contains("Steps: check the proxy · disconnect · connect"), "{run:?}");
}

#[test]
fn somebody_who_disconnects_first_is_noticed_at_once() {
    let disconnected = ConnectionState::Disconnected;
    let (emulator, run) = Way::to_new()
        .change(Change::of("prod-xks").before(Operation::DisconnectCustomKeyStore, 1).state(disconnected))
        .error(DISCONNECT, 1, 400, INVALID_STATE)
        .ends(0, "CONNECTED", &[DISCONNECT, UPDATE, CONNECT])
        .says(&["keys out of reach since"])
        .run();
    // Two before the request, one after it, and one that waits.
    let looks =
        emulator.requests().iter().take_while(|request| request.operation.name() != UPDATE).count() - 1;
    assert!(looks <= 5, "{looks} {}", run.stderr);
}

#[test]
fn a_store_that_is_gone_is_said_to_be_gone() {
    let (_, run) = Way::to_new()
        .change(Change::of("prod-xks").before(Operation::DescribeCustomKeyStores, 4).delete())
        .ends(1, "", &[DISCONNECT])
        .says(&["There is no custom key store prod-xks any more."])
        .run();
    assert!(!run.stderr.contains("Go on:") && !run.stderr.contains("Nothing has changed"), "{}", run.stderr);
}

#[test]
fn another_store_that_takes_the_name_meanwhile_is_not_changed() {
    let emulator = connecting_beside_another();
    let named = |id: &str, name| {
        let change = Change::of(id).before(Operation::DescribeCustomKeyStores, 2);
        change.update(json!({"NewCustomKeyStoreName": name}))
    };
    let first = named("cks-1234567890abcdef0", "old");
    emulator.change(first.state(ConnectionState::Connected)).expect("a change");
    emulator.change(named("cks-0fedcba9876543210", "prod-xks")).expect("a change");
    let run = apply(&emulator, TO_NEW).run();
    assert_eq!(run.code, Some(0), "{run:?}");
    let endpoints: Vec<Value> =
        emulator.stores().iter().map(|store| store["XksProxyConfiguration"]["UriEndpoint"].clone()).collect();
    assert_eq!(endpoints, [json!(NEW), json!("https://other.example.com")], "{run:?}");
}

#[test]
fn a_refusal_for_the_state_and_a_look_that_fails_leave_it_unknown() {
    let (_, run) = Way::to_new()
        .looks(2)
        .error(DESCRIBE, 1, 400, "ExpiredTokenException")
        .error(DISCONNECT, 1, 400, INVALID_STATE)
        .ends(1, "CONNECTED", &[DISCONNECT])
        .says(&["It is not known whether it has been disconnected", INVALID_STATE])
        .run();
    assert!(!run.stderr.contains("Nothing has changed"), "{}", run.stderr);
}

#[test]
fn one_late_look_at_a_failure_does_not_end_a_disconnect() {
    Way::to_new().looks(2).stale_as(1, "FAILED").ends(0, "CONNECTED", &[DISCONNECT, UPDATE, CONNECT]).run();
}
