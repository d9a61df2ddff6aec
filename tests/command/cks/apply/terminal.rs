//! On a terminal: the question before the change, and the one before the way back.
#![cfg(unix)]

use serde_json::json;

use super::way::{CONNECT, DISCONNECT, NEW, OLD, UPDATE, calls, emulator, endpoint, external, inject, state};
use crate::aws::Aws;
use crate::terminal::{CTRL_C, Terminal};

const QUESTION: &str = "Disconnect prod-xks and change it? Its keys cannot be used meanwhile. [y/N] ";

fn apply(emulator: &kms_emulator::Emulator) -> Terminal {
    let words =
        ["cks", "apply", "prod-xks", "--no-check", "--interval", "20ms", "--xks-proxy-uri-endpoint", NEW];
    Terminal::start(Aws::new(words).to(emulator))
}

#[test]
fn the_plan_is_shown_and_a_yes_carries_it_out() {
    let emulator = emulator(&external("CONNECTED"));
    let mut terminal = apply(&emulator);
    terminal.shows("Steps: disconnect · update · connect · compare");
    terminal.shows(QUESTION);
    assert_eq!(calls(&emulator).len(), 0);
    terminal.press(b"y\r");
    let (code, text) = terminal.end();
    assert_eq!(code, Some(0), "{text}");
    assert_eq!((endpoint(&emulator).as_str(), state(&emulator).as_str()), (NEW, "CONNECTED"));
}

#[test]
fn anything_but_a_yes_changes_nothing() {
    for (keys, code) in [(&b"n\r"[..], 1), (b"\r", 1), (b"maybe\r", 1), (b"\x04", 1), (CTRL_C, 130)] {
        let emulator = emulator(&external("CONNECTED"));
        let mut terminal = apply(&emulator);
        terminal.shows(QUESTION);
        terminal.press(keys);
        let (found, text) = terminal.end();
        assert_eq!(found, Some(code), "{text}");
        assert!(text.contains("prod-xks is CONNECTED; its keys can be used."), "{text}");
        assert_eq!((calls(&emulator).len(), state(&emulator).as_str()), (0, "CONNECTED"));
    }
}

#[test]
fn where_nothing_was_changed_the_question_is_whether_to_connect_again() {
    for (keys, called, ends) in [
        (&b"\r"[..], &[DISCONNECT, UPDATE, CONNECT][..], "CONNECTED"),
        (b"n\r", &[DISCONNECT, UPDATE], "DISCONNECTED"),
    ] {
        let emulator = emulator(&external("CONNECTED"));
        let refusal = json!({"error": {"type": "XksProxyUriUnreachableException"}});
        let fault = json!({"operation": UPDATE, "effect": refusal});
        inject(&emulator, fault);
        let mut terminal = apply(&emulator);
        terminal.shows(QUESTION);
        terminal.press(b"y\r");
        terminal.shows("Connect prod-xks again? Its keys cannot be used until then. [Y/n] ");
        terminal.press(keys);
        let (code, text) = terminal.end();
        assert_eq!((code, calls(&emulator).as_slice()), (Some(1), called), "{text}");
        assert_eq!(state(&emulator), ends, "{text}");
    }
}

#[test]
fn a_store_that_is_to_be_disconnected_is_not_asked_to_be_connected() {
    let emulator = emulator(&external("FAILED"));
    let words = ["cks", "apply", "prod-xks", "--interval", "20ms", "--leave-disconnected"];
    let mut terminal = Terminal::start(Aws::new(words).to(&emulator));
    terminal.shows("Disconnect prod-xks? [y/N] ");
    terminal.press(b"y\r");
    let (code, text) = terminal.end();
    assert_eq!((code, state(&emulator).as_str()), (Some(0), "DISCONNECTED"), "{text}");
    assert!(!text.contains("--connect"), "{text}");
}

#[test]
fn the_way_back_is_asked_for() {
    let and_back = [DISCONNECT, UPDATE, CONNECT, DISCONNECT, UPDATE, CONNECT];
    for (keys, code, called, at, ends) in [
        (&b"\r"[..], 1, &and_back[..], OLD, "CONNECTED"),
        (b"y\r", 1, &and_back, OLD, "CONNECTED"),
        (b"n\r", 1, &and_back[..3], NEW, "FAILED"),
        (CTRL_C, 130, &and_back[..3], NEW, "FAILED"),
    ] {
        let emulator = emulator(&external("CONNECTED"));
        let fault =
            json!({"operation": CONNECT, "effect": {"fail_connection": {"code": "XKS_PROXY_TIMED_OUT"}}});
        inject(&emulator, fault);
        let mut terminal = apply(&emulator);
        terminal.shows(QUESTION);
        terminal.press(b"yes\r");
        terminal.shows("Put back what was changed? [Y/n] ");
        terminal.press(keys);
        let (found, text) = terminal.end();
        assert_eq!((found, calls(&emulator).as_slice()), (Some(code), called), "{text}");
        assert_eq!((endpoint(&emulator).as_str(), state(&emulator).as_str()), (at, ends), "{text}");
        assert!(
            ends == "CONNECTED" || text.replace("\r\n", " ").contains("its keys cannot be used"),
            "{text}"
        );
    }
}
