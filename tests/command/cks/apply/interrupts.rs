//! Interrupts and time-outs: where the store stands, and how to go on.

use std::process::Child;
use std::time::Duration;

use kms_emulator::Emulator;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use super::way::{
    CONNECT, DESCRIBE, DISCONNECT, NEW, OLD, TO_NEW, UPDATE, apply, calls, endpoint, inject, pasted, slow,
    state,
};
use crate::aws::Run;

const LONG: Duration = Duration::from_secs(3600);
const SHORT: Duration = Duration::from_millis(300);

/// Waits until the emulator has got this call, and its reply has been seen.
fn wait_for(call: &str, emulator: &Emulator) {
    while !calls(emulator).contains(&call) {
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(200));
}

fn kill(child: Child, signal: Signal) -> Run {
    kill_process(Pid::from_child(&child), signal).expect("a signal");
    let output = child.wait_with_output().expect("an end");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Run { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

#[test]
fn an_interrupt_while_disconnecting_says_so_and_how_to_go_on() {
    for signal in [Signal::INT, Signal::TERM] {
        let emulator = slow(Duration::ZERO, Duration::from_secs(2));
        let (child, _home) = apply(&emulator, TO_NEW).start();
        wait_for(DISCONNECT, &emulator);
        let run = kill(child, signal);
        assert_eq!(run.code, Some(130), "{}", run.stderr);
        let words = "Stopped while disconnecting.\nprod-xks is DISCONNECTING; its keys cannot be used until it is CONNECTED.\n";
        assert!(run.stderr.contains(words), "{}", run.stderr);
        assert_eq!(pasted(&run, "Go on:", &emulator).code, Some(0));
        assert_eq!((endpoint(&emulator).as_str(), state(&emulator).as_str()), (NEW, "CONNECTED"));
    }
}

#[test]
fn an_interrupt_while_connecting_says_so_and_both_ways_lead_on() {
    for (label, goal) in [("Go on:", NEW), ("Back:", OLD)] {
        let emulator = slow(SHORT * 4, Duration::ZERO);
        let (child, _home) = apply(&emulator, TO_NEW).start();
        wait_for(CONNECT, &emulator);
        let run = kill(child, Signal::INT);
        assert_eq!(run.code, Some(130), "{}", run.stderr);
        let words = "Stopped while waiting for the connection.\nprod-xks is CONNECTING with the change; its keys cannot be used until it is CONNECTED.\n";
        assert!(run.stderr.contains(words), "{}", run.stderr);
        let next = pasted(&run, label, &emulator);
        assert_eq!(next.code, Some(0), "{}", next.stderr);
        assert_eq!((endpoint(&emulator).as_str(), state(&emulator).as_str()), (goal, "CONNECTED"));
    }
}

#[test]
fn an_interrupt_while_a_change_is_under_way_does_not_pretend_to_know() {
    for (call, words) in [
        (DISCONNECT, "It is not known whether it has been disconnected, so that its keys cannot be used."),
        (
            UPDATE,
            "It is not known whether it has been changed; its keys cannot be used until it is CONNECTED.",
        ),
        (CONNECT, "whether it has begun to connect; its keys cannot be used until it is CONNECTED."),
    ] {
        let emulator = slow(Duration::ZERO, Duration::ZERO);
        let fault = json!({"operation": call, "delay_ms": 3000, "effect": "answer"});
        inject(&emulator, fault);
        let (child, _home) = apply(&emulator, TO_NEW).start();
        wait_for(call, &emulator);
        let run = kill(child, Signal::INT);
        assert_eq!(run.code, Some(130), "{}", run.stderr);
        assert!(run.stderr.contains(words), "{}", run.stderr);
        assert!(run.stderr.contains("Go on:   aws cks apply prod-xks "), "{}", run.stderr);
        assert!(run.stderr.contains("--connect\n"), "{}", run.stderr);
        let back = run.stderr.lines().find(|line| line.starts_with("Back:"));
        let is_whole = back.is_some_and(|line| call == DISCONNECT || line.contains(OLD));
        assert!(is_whole, "{}", run.stderr);
    }
}

#[test]
fn data_of_an_interrupt_do_not_pretend_to_know_the_state() {
    let emulator = slow(Duration::ZERO, Duration::ZERO);
    let fault = json!({"operation": DISCONNECT, "delay_ms": 3000, "effect": "answer"});
    inject(&emulator, fault);
    let options = [TO_NEW, &["--query", "StateNow", "--output", "json"]].concat();
    let (child, _home) = apply(&emulator, &options).start();
    wait_for(DISCONNECT, &emulator);
    let run = kill(child, Signal::INT);
    assert_eq!((run.code, run.stdout.as_str()), (Some(130), "null\n"), "{}", run.stderr);
}

#[test]
fn an_interrupt_of_a_look_after_a_refusal_stops_it() {
    let emulator = slow(Duration::ZERO, Duration::ZERO);
    let refusal = json!({"error": {"type": "CustomKeyStoreInvalidStateException"}});
    for fault in [
        json!({"operation": CONNECT, "effect": refusal}),
        json!({"operation": DESCRIBE, "times": 6, "effect": "answer"}),
        json!({"operation": DESCRIBE, "delay_ms": 3000, "effect": "answer"}),
    ] {
        inject(&emulator, fault);
    }
    let (child, _home) = apply(&emulator, TO_NEW).start();
    wait_for(CONNECT, &emulator);
    let run = kill(child, Signal::INT);
    assert_eq!(run.code, Some(130), "{}", run.stderr);
    assert_eq!(calls(&emulator), [DISCONNECT, UPDATE, CONNECT], "{}", run.stderr);
}

#[test]
fn the_end_of_the_terminal_does_not_stop_it() {
    let emulator = slow(SHORT, SHORT);
    let (child, _home) = apply(&emulator, TO_NEW).start();
    wait_for(DISCONNECT, &emulator);
    assert_eq!(kill(child, Signal::HUP).code, Some(0));
    assert_eq!((endpoint(&emulator).as_str(), state(&emulator).as_str()), (NEW, "CONNECTED"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_that_is_gone_does_not_stop_it() {
    use pty_process::blocking::{Command, open};

    let emulator = slow(SHORT, SHORT);
    let (command, home) = apply(&emulator, TO_NEW).into_parts();
    let (keyboard, side) = open().expect("a terminal");
    let variables = command.get_envs().filter_map(|(name, value)| Some((name, value?)));
    let process = Command::new(command.get_program()).args(command.get_args()).env_clear().envs(variables);
    let mut child = process.current_dir(home.path()).spawn(side).expect("a started program");
    wait_for(DISCONNECT, &emulator);
    drop(keyboard);
    let _ = child.wait().expect("an end");
    assert_eq!((endpoint(&emulator).as_str(), state(&emulator).as_str()), (NEW, "CONNECTED"));
}

#[test]
fn a_store_that_does_not_disconnect_in_time_is_not_changed() {
    let emulator = slow(Duration::ZERO, LONG);
    let run = apply(&emulator, &[TO_NEW, &["--timeout", "300ms"]].concat()).run();
    assert_eq!((run.code, state(&emulator).as_str()), (Some(1), "DISCONNECTING"), "{}", run.stderr);
    assert!(run.stderr.contains("prod-xks is DISCONNECTING; its keys cannot be used until it is CONNECTED."));
    assert_eq!(calls(&emulator), [DISCONNECT]);
}

#[test]
fn a_store_that_does_not_connect_in_time_is_put_back_as_far_as_possible() {
    let emulator = slow(LONG, Duration::ZERO);
    let run = apply(&emulator, &[TO_NEW, &["--timeout", "300ms"]].concat()).run();
    assert_eq!((run.code, state(&emulator).as_str()), (Some(1), "CONNECTING"), "{}", run.stderr);
    assert!(run.stderr.contains("The store is still CONNECTING after 0:00 (--timeout)."), "{}", run.stderr);
    assert!(
        run.stderr.contains("prod-xks is CONNECTING; its keys cannot be used until it is CONNECTED."),
        "{}",
        run.stderr
    );
    assert_eq!(endpoint(&emulator), OLD);
}

#[test]
fn a_service_that_is_gone_in_the_middle_is_said() {
    let emulator = slow(LONG, SHORT);
    let (child, _home) = apply(&emulator, &[TO_NEW, &["--timeout", "2s"]].concat()).start();
    wait_for(DISCONNECT, &emulator);
    emulator.stop();
    let output = child.wait_with_output().expect("an end");
    let stderr = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("its keys cannot be used until it is CONNECTED"), "{stderr}");
    assert!(stderr.contains("Go on:   aws cks apply prod-xks "), "{stderr}");
}
