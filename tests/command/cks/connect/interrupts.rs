//! Interrupts and terminals.

use super::*;

/// Interrupts it when this operation was called so often.
fn interrupted(emulator: &Emulator, task: &str, operation: &str, times: usize) -> Run {
    ended_by(Signal::INT, emulator, task, operation, times)
}

fn ended_by(signal: Signal, emulator: &Emulator, task: &str, operation: &str, times: usize) -> Run {
    let (child, _home) = cks(emulator, task, &[]).stdout(Stdio::piped()).start();
    while operations(emulator).iter().filter(|called| **called == operation).count() < times {
        thread::sleep(Duration::from_millis(5));
    }
    kill_process(Pid::from_child(&child), signal).expect("a signal");
    let output = child.wait_with_output().expect("an ended program");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    Run { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

#[test]
fn an_interrupt_says_where_the_store_stands_and_how_to_go_on() {
    let emulator = store("DISCONNECTED", json!({})).transition(Duration::from_secs(60)).start().expect("one");
    let text = "\nStopped. prod-xks is CONNECTING. Its keys cannot be used until it is CONNECTED.\n\
                Go on:\n  aws cks connect prod-xks\n";
    let run = interrupted(&emulator, "connect", LOOK, 3);
    says(run, 130, "", &format!("{CONNECTING}{text}"));

    let emulator = store("CONNECTED", json!({})).transition(Duration::from_secs(60)).start().expect("one");
    let text = "\nStopped. prod-xks is DISCONNECTING. Its keys cannot be used until it is\n\
                connected again.\nGo on:\n  aws cks disconnect prod-xks\n";
    let run = interrupted(&emulator, "disconnect", LOOK, 3);
    says(run, 130, "", &format!("{DISCONNECTING}{text}"));
}

#[test]
fn a_termination_says_the_same() {
    let emulator = store("DISCONNECTED", json!({})).transition(Duration::from_secs(60)).start().expect("one");
    let run = ended_by(Signal::TERM, &emulator, "connect", LOOK, 3);
    assert_eq!(run.code, Some(130));
    assert!(run.stderr.contains("\nStopped. prod-xks is CONNECTING. "), "{run:?}");
}

#[test]
fn an_interrupt_while_kms_is_asked_says_that_nobody_knows() {
    let emulator = emulator("CONNECTED");
    let slow = of(Operation::DisconnectCustomKeyStore, Effect::Answer);
    emulator.inject(Fault { delay_ms: 60_000, ..slow });
    let text = "\nStopped. KMS may have been asked to disconnect prod-xks, which was CONNECTED:\n\
                whether its keys can be used is not known.\nGo on:\n  aws cks disconnect prod-xks\n";
    says(interrupted(&emulator, "disconnect", DISCONNECT, 1), 130, "", text);
}

#[test]
fn an_interrupt_while_nothing_was_sent_says_so() {
    let emulator = emulator("CONNECTING");
    let text = "prod-xks is CONNECTING already.\n\nStopped. prod-xks is CONNECTING; nothing was sent to change that. Its keys\n\
                cannot be used until it is CONNECTED.\nGo on:\n  aws cks connect prod-xks\n";
    says(interrupted(&emulator, "connect", LOOK, 3), 130, "", text);
}

#[test]
fn an_interrupt_before_the_store_was_seen_has_nothing_to_say() {
    let emulator = emulator("CONNECTED");
    emulator.inject(Fault { delay_ms: 60_000, ..Fault::once(Effect::Answer) });
    says(interrupted(&emulator, "disconnect", LOOK, 1), 130, "\n", "");
}

#[test]
fn a_terminal_shows_one_line_that_moves_and_the_lines_that_stay() {
    let emulator = store("DISCONNECTED", json!({})).transition(Duration::from_secs(4)).start().expect("one");
    let aws = cks(&emulator, "connect", &[]).env("TERM", "xterm");
    let mut terminal = Terminal::start(aws);
    terminal.shows("0:01  prod-xks is CONNECTING");
    let (code, shown) = terminal.end();
    assert_eq!(code, Some(0));
    let stays: Vec<&str> =
        shown.split("\r\n").map(|line| line.rsplit("\u{1b}[2K").next().expect("one")).collect();
    let line = CONNECTING.trim_end();
    assert_eq!(stays, [line, CONNECTED.trim_end(), ""], "{shown:?}");
}

#[test]
fn an_interrupt_on_a_terminal_leaves_the_line_and_says_how_to_go_on() {
    let emulator = store("CONNECTED", json!({})).transition(Duration::from_secs(60)).start().expect("one");
    let mut terminal = Terminal::start(cks(&emulator, "disconnect", &[]).env("TERM", "xterm"));
    terminal.shows("prod-xks is DISCONNECTING");
    terminal.press(CTRL_C);
    let (code, shown) = terminal.end();
    assert_eq!(code, Some(130));
    let words = "again.\r\nGo on:\r\n  aws cks disconnect prod-xks\r\n";
    assert!(shown.contains("\u{1b}[2K\r\nStopped. ") && shown.ends_with(words), "{shown:?}");
}
