//! Replies that are lost or come late, and changes by others.

use super::*;

#[test]
fn a_request_that_was_throttled_is_sent_again_but_not_for_ever() {
    let emulator = emulator("DISCONNECTED");
    emulator.inject(Fault::throttling().of(Operation::ConnectCustomKeyStore).times(2));
    says(connect(&emulator), 0, CONNECTED, CONNECTING);
    assert_eq!(operations(&emulator), [LOOK, CONNECT, CONNECT, CONNECT, LOOK]);
    let emulator = self::emulator("CONNECTED");
    emulator.inject(Fault::throttling().of(Operation::DisconnectCustomKeyStore).times(1_000_000));
    let run = cks(&emulator, "disconnect", &["--timeout", "3s"]).run();
    // The time may be up while a request is under way, too.
    let is_known = run.code == Some(254) && run.stderr.contains("(ThrottlingException)");
    let is_unknown = run.code == Some(255) && run.stderr.contains("KMS may have been asked to disconnect");
    assert!(is_known || is_unknown, "{run:?}");
    let operations = operations(&emulator);
    assert!(operations.len() > 5 && operations[1..].iter().all(|name| *name == DISCONNECT), "{operations:?}");
}

#[test]
fn a_lost_reply_is_not_followed_by_a_second_request() {
    for (before, task, operation, words) in [
        ("DISCONNECTED", "connect", Operation::ConnectCustomKeyStore, CONNECTED),
        ("CONNECTED", "disconnect", Operation::DisconnectCustomKeyStore, DISCONNECTED),
    ] {
        for effect in [Effect::LoseReply, Effect::Truncate { keep: 1 }] {
            let emulator = emulator(before);
            emulator.inject(of(operation, effect));
            let run = cks(&emulator, task, &[]).run();
            assert_eq!((run.code, run.stdout.as_str()), (Some(0), words), "{}", run.stderr);
            let expected = [LOOK, operation.name(), LOOK, LOOK];
            assert_eq!(operations(&emulator), expected);
        }
    }
}

#[test]
fn a_request_that_got_lost_is_sent_again() {
    for (before, task, operation, words) in [
        ("DISCONNECTED", "connect", Operation::ConnectCustomKeyStore, CONNECTED),
        ("CONNECTED", "disconnect", Operation::DisconnectCustomKeyStore, DISCONNECTED),
    ] {
        let emulator = emulator(before);
        emulator.inject(of(operation, Effect::Close));
        let run = cks(&emulator, task, &[]).run();
        assert_eq!((run.code, run.stdout.as_str()), (Some(0), words), "{}", run.stderr);
        let expected = [LOOK, operation.name(), LOOK, operation.name(), LOOK];
        assert_eq!(operations(&emulator), expected);
    }
}

#[test]
fn a_change_that_somebody_else_made_first_counts() {
    let emulator = emulator("DISCONNECTED");
    let other = Change::of(ID).state(ConnectionState::Connected);
    emulator.change(other.before(Operation::ConnectCustomKeyStore, 1)).expect("a change");
    assert_eq!(connect(&emulator).stdout, CONNECTED);
    let emulator = self::emulator("CONNECTED");
    let other = Change::of(ID).state(ConnectionState::Disconnected);
    emulator.change(other.before(Operation::DisconnectCustomKeyStore, 1)).expect("a change");
    assert_eq!(disconnect(&emulator).stdout, DISCONNECTED);
    assert_eq!(operations(&emulator), [LOOK, DISCONNECT, LOOK, LOOK]);
}

#[test]
fn a_state_that_forbids_the_change_is_the_error_of_kms() {
    let emulator = emulator("DISCONNECTED");
    let other = Change::of(ID).state(ConnectionState::Disconnecting);
    emulator.change(other.before(Operation::ConnectCustomKeyStore, 1)).expect("a change");
    connect(&emulator).fails(254, "(CustomKeyStoreInvalidStateException)");
}

#[test]
fn a_store_that_somebody_else_turns_round_is_told() {
    let emulator = store("DISCONNECTED", json!({})).transition(Duration::from_secs(60)).start().expect("one");
    changes_at(&emulator, 3, Change::of(ID).state(ConnectionState::Disconnecting));
    let text = "prod-xks is DISCONNECTING, which does not lead to CONNECTED. Somebody else may\n\
                have disconnected it. Its keys cannot be used until it is connected again.\n\
                To do:\n  aws cks connect prod-xks\n";
    says(connect(&emulator), 1, text, CONNECTING);
    let emulator = store("CONNECTED", json!({})).transition(Duration::from_secs(60)).start().expect("one");
    changes_at(&emulator, 3, Change::of(ID).failed(network_errors()));
    let run = disconnect(&emulator);
    assert_eq!(run.code, Some(1));
    assert!(run.stdout.starts_with("prod-xks is FAILED, which does not lead to DISCONNECTED."), "{run:?}");
    assert!(run.stdout.ends_with("\n  aws cks disconnect prod-xks\n"), "{run:?}");
}

/// A look that shows this state, whatever the state is.
fn shown(state: &str) -> Fault {
    let store = json!({ "CustomKeyStoreId": ID, "CustomKeyStoreName": "prod-xks", "ConnectionState": state });
    let body = json!({ "CustomKeyStores": [store] }).to_string().into_bytes();
    of(Operation::DescribeCustomKeyStores, Effect::Body { status: 200, body })
}

#[test]
fn a_second_request_that_comes_too_late_is_no_error() {
    let emulator = emulator("CONNECTED");
    emulator.inject(of(Operation::DisconnectCustomKeyStore, Effect::LoseReply));
    emulator.inject(shown("CONNECTED").times(2));
    says(disconnect(&emulator), 0, DISCONNECTED, DISCONNECTING);
    assert_eq!(operations(&emulator), [LOOK, DISCONNECT, LOOK, DISCONNECT, LOOK, LOOK]);
}

#[test]
fn the_old_state_may_be_shown_for_a_moment_after_the_change() {
    let emulator = emulator("CONNECTED");
    emulator.inject(shown("CONNECTED").times(6));
    says(disconnect(&emulator), 0, DISCONNECTED, DISCONNECTING);
    assert_eq!(operations(&emulator).len(), 8);
    // But not for ever.
    let emulator = self::emulator("CONNECTED");
    emulator.inject(shown("CONNECTED").times(100));
    let run = disconnect(&emulator);
    assert_eq!((run.code, operations(&emulator).len()), (Some(1), 12), "{run:?}");
    let words = "prod-xks is CONNECTED, which does not lead to DISCONNECTED. Somebody else may";
    assert!(run.stdout.starts_with(words) && run.stdout.contains("Its keys can be used."), "{run:?}");
}

#[test]
fn looks_that_fail_are_ridden_out() {
    let emulator = store("DISCONNECTED", json!({})).transition(Duration::from_millis(300));
    let emulator = emulator.start().expect("an emulator");
    emulator.inject(of(Operation::DescribeCustomKeyStores, Effect::Answer));
    for fault in [Fault::throttling(), Fault::once(Effect::Close), Fault::once(Effect::LoseReply)] {
        emulator.inject(fault.of(Operation::DescribeCustomKeyStores).times(2));
    }
    says(connect(&emulator), 0, CONNECTED, CONNECTING);
}
