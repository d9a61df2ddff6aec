//! What KMS, other people and the rules of the plan refuse.

use kms_emulator::{Change, ConnectionState, Operation};
use serde_json::json;

use super::way::{CONNECT, DESCRIBE, DISCONNECT, NEW, OLD, UPDATE, Way, endpoint, inject, pasted, state};

#[test]
fn a_disconnect_that_is_refused_changes_nothing() {
    let (_, run) = Way::to_new()
        .error(DISCONNECT, 1, 400, "AccessDeniedException")
        .ends(1, "CONNECTED", &[DISCONNECT])
        .says(&[
            "✗ did not disconnect",
            "AccessDeniedException",
            "Nothing has changed: prod-xks is CONNECTED; its keys can be used.",
        ])
        .run();
    assert!(
        run.stderr
            .contains("Again:   aws cks apply prod-xks --xks-proxy-uri-endpoint https://new.example.com")
    );
}

#[test]
fn throttling_without_end_is_given_up() {
    let emulator = super::way::emulator(&super::way::external("CONNECTED"));
    let throttling = json!({"error": {"status": 400, "type": "ThrottlingException"}});
    let fault = json!({"operation": DISCONNECT, "times": 1_000_000, "effect": throttling});
    inject(&emulator, fault);
    let run = super::way::apply(&emulator, &[super::way::TO_NEW, &["--timeout", "3s"]].concat()).run();
    assert_eq!((run.code, state(&emulator).as_str()), (Some(1), "CONNECTED"), "{}", run.stderr);
    assert!(run.stderr.contains("Nothing has changed"), "{}", run.stderr);
    let calls = super::way::calls(&emulator);
    assert!(calls.len() > 5 && calls.iter().all(|call| *call == DISCONNECT), "{calls:?}");
}

#[test]
fn throttling_takes_no_change_back() {
    let calls: Vec<&str> = [DISCONNECT, UPDATE].into_iter().chain([CONNECT; 21]).collect();
    Way::to_new().error(CONNECT, 20, 400, "ThrottlingException").ends(0, "CONNECTED", &calls).run();
}

#[test]
fn an_update_that_is_refused_is_followed_by_a_connect() {
    for code in
        ["XksProxyUriUnreachableException", "XksProxyInvalidResponseException", "XksProxyUriInUseException"]
    {
        let (emulator, run) = Way::to_new()
            .error(UPDATE, 1, 400, code)
            .ends(1, "CONNECTED", &[DISCONNECT, UPDATE, CONNECT])
            .says(&["✗ not updated", "Nothing has changed: prod-xks is CONNECTED", "To do: "])
            .run();
        assert!(run.stderr.contains(code), "{}", run.stderr);
        assert_eq!(endpoint(&emulator), OLD);
        assert_eq!(pasted(&run, "Again:", &emulator).code, Some(0));
        assert_eq!((endpoint(&emulator).as_str(), state(&emulator).as_str()), (NEW, "CONNECTED"));
    }
}

#[test]
fn an_update_that_is_refused_is_kept_so_if_that_is_wished() {
    let (emulator, run) = Way::to_new()
        .options(&["--on-failure", "keep"])
        .error(UPDATE, 1, 400, "XksProxyUriUnreachableException")
        .ends(1, "DISCONNECTED", &[DISCONNECT, UPDATE])
        .says(&["prod-xks is DISCONNECTED; its keys cannot be used until it is CONNECTED."])
        .run();
    assert_eq!(pasted(&run, "Back:", &emulator).code, Some(0));
    assert_eq!((endpoint(&emulator).as_str(), state(&emulator).as_str()), (OLD, "CONNECTED"));
}

#[test]
fn somebody_else_who_changes_the_store_stops_it() {
    let by_others = || Change::of("prod-xks");
    let connected =
        "Somebody else has changed the store meanwhile. It is CONNECTED now, and was DISCONNECTED.";
    let moved = "XksProxyUriPath is /other/kms/xks/v1 now, and was /kms/xks/v1.";
    let path = json!({"XksProxyUriPath": "/other/kms/xks/v1"});
    // The second look is the one before the disconnect; the wait for DISCONNECTED is the third.
    Way::to_new()
        .change(by_others().before(Operation::DescribeCustomKeyStores, 2).update(path.clone()))
        .ends(1, "CONNECTED", &[])
        .says(&[moved])
        .run();
    Way::to_new()
        .change(
            by_others().before(Operation::DescribeCustomKeyStores, 2).state(ConnectionState::Disconnected),
        )
        .ends(1, "DISCONNECTED", &[])
        .says(&["It is DISCONNECTED now, and was CONNECTED."])
        .run();
    Way::to_new()
        .change(by_others().before(Operation::DescribeCustomKeyStores, 4).state(ConnectionState::Connected))
        .ends(1, "CONNECTED", &[DISCONNECT])
        .says(&[connected])
        .run();
    Way::to_new()
        .change(by_others().before(Operation::DescribeCustomKeyStores, 4).update(path))
        .ends(1, "DISCONNECTED", &[DISCONNECT])
        .says(&[moved, "its keys cannot be used until it is CONNECTED"])
        .run();
    Way::to_new()
        .change(
            by_others()
                .before(Operation::DescribeCustomKeyStores, 6)
                .update(json!({"NewCustomKeyStoreName": "mine"})),
        )
        .ends(1, "DISCONNECTED", &[DISCONNECT, UPDATE])
        .says(&[
            "NewCustomKeyStoreName is mine now, and was prod-xks.",
            "Go on:   aws cks apply cks-1234567890abcdef0 ",
        ])
        .run();
}

#[test]
fn a_store_that_somebody_deletes_is_gone() {
    Way::to_new()
        .change(Change::of("prod-xks").before(Operation::DescribeCustomKeyStores, 3).delete())
        .ends(1, "", &[DISCONNECT])
        .says(&["CustomKeyStoreNotFoundException"])
        .run();
}

#[test]
fn somebody_who_comes_between_a_look_and_a_change_is_noticed_too() {
    Way::to_new()
        .change(
            Change::of("prod-xks")
                .before(Operation::UpdateCustomKeyStore, 1)
                .state(ConnectionState::Connected),
        )
        .ends(1, "CONNECTED", &[DISCONNECT, UPDATE])
        .says(&["CustomKeyStoreInvalidStateException", "its keys can be used again"])
        .run();
}

#[test]
fn a_change_that_somebody_takes_back_is_noticed_in_the_end() {
    Way::to_new()
        .change(Change::of("prod-xks").before(Operation::DescribeCustomKeyStores, 8).update(json!({"XksProxyUriEndpoint": "https://third.example.com"})))
        .ends(1, "CONNECTED", &[DISCONNECT, UPDATE, CONNECT])
        .says(&[
            "KMS does not show the change: XksProxyUriEndpoint is https://third.example.com, not https://new.example.com.",
            "prod-xks is CONNECTED; its keys can be used",
        ])
        .run();
}

#[test]
fn credentials_that_expire_in_the_middle_and_cannot_be_renewed_stop_it() {
    let emulator = super::way::emulator(&super::way::external("CONNECTED"));
    let fault =
        json!({"operation": UPDATE, "effect": {"error": {"status": 400, "type": "ExpiredTokenException"}}});
    inject(&emulator, fault);
    let run = super::way::apply(&emulator, super::way::TO_NEW).run();
    assert_eq!(super::way::calls(&emulator), [DISCONNECT, UPDATE], "{}", run.stderr);
    assert_eq!((run.code, state(&emulator).as_str()), (Some(1), "DISCONNECTED"), "{}", run.stderr);
    for words in [
        "ExpiredTokenException",
        "prod-xks is DISCONNECTED; its keys cannot be used until it is CONNECTED.",
        "Go on:   aws cks apply prod-xks ",
        "Back:    aws cks apply prod-xks ",
    ] {
        assert!(run.stderr.contains(words), "{words} in {}", run.stderr);
    }
    assert_eq!(pasted(&run, "Back:", &emulator).code, Some(0));
    assert_eq!((endpoint(&emulator).as_str(), state(&emulator).as_str()), (OLD, "CONNECTED"));
}

#[test]
fn an_older_state_that_kms_shows_for_a_moment_is_nobody_elses_change() {
    let shows =
        |look, state| Change::of("prod-xks").before(Operation::DescribeCustomKeyStores, look).state(state);
    Way::to_new()
        .change(shows(4, ConnectionState::Connected))
        .change(shows(5, ConnectionState::Disconnected))
        .ends(0, "CONNECTED", &[DISCONNECT, UPDATE, CONNECT])
        .run();
}

#[test]
fn of_an_unknown_state_it_is_not_known_whether_keys_can_be_used() {
    let mut store = super::way::external("CONNECTED");
    let emulator = super::way::emulator(&store);
    store["ConnectionState"] = json!("PAUSED");
    let body = json!({"CustomKeyStores": [store], "Truncated": false}).to_string();
    let fault = json!({"operation": DESCRIBE, "effect": {"body": {"body": body}}});
    inject(&emulator, fault);
    let run = super::way::apply(&emulator, super::way::TO_NEW).run();
    let end = "Nothing has changed: prod-xks is PAUSED; whether its keys can be used is not known.\n";
    assert!(run.code == Some(1) && run.stderr.ends_with(end), "{run:?}");
}
