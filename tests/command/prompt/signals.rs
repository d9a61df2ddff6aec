//! Whatever ends or stops the prompt, the terminal is as it was found.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use kms_emulator::Emulator;
use rustix::process::{Pid, Signal, kill_process};

use super::{ENTER, Prompt, emulator, prompted};
use crate::aws::{Aws, PROGRAM};
use crate::terminal::CTRL_C;

const SIZE: (u16, u16) = (24, 80);

/// A shell that looks at the terminal before and after the prompt.
fn shell(emulator: &Emulator) -> Prompt {
    let line = format!("echo $$ > pid; exec '{PROGRAM}' kms update-custom-key-store --cli-auto-prompt");
    let script = format!(
        "trap : INT QUIT HUP; stty -g; sh -c \"{}\"; echo code $?; stty -g",
        line.replace('$', "\\$")
    );
    let shell = Aws::of("/bin/sh", ["-c", &script]).to(emulator).env("TERM", "xterm");
    let mut prompt = Prompt::start(shell, (40, 120));
    prompt.shows("prod-xks");
    prompt
}

/// The terminal is the same at the beginning and at the end, and nothing is left of the prompt.
#[track_caller]
fn is_as_before(mut prompt: Prompt, code: &str) {
    prompt.shows(&format!("code {code}"));
    prompt.end();
    let screen = prompt.screen();
    let lines: Vec<&str> = screen.lines().filter(|line| !line.trim().is_empty()).collect();
    let states: Vec<&&str> = lines.iter().filter(|line| line.contains(':')).collect();
    assert_eq!((states.len(), states[0]), (2, states[1]), "{screen}");
    assert!(!screen.contains("custom key store id") && !prompt.hides_cursor(), "{screen}");
}

fn process(home: &Path) -> Pid {
    let text = std::fs::read_to_string(home.join("pid")).expect("a file");
    Pid::from_raw(text.trim().parse().expect("a number")).expect("a process")
}

#[test]
fn it_is_left_without_a_trace() {
    for keys in [CTRL_C, b"\x1b"] {
        let emulator = emulator("CONNECTED");
        let mut prompt = shell(&emulator);
        prompt.press(keys);
        is_as_before(prompt, "130");
        assert!(
            emulator.requests().iter().all(|request| request.operation.name() == "DescribeCustomKeyStores")
        );
    }
}

#[test]
fn an_interrupt_counts_before_the_form_is_there() {
    let emulator = emulator("CONNECTED");
    let slow = prompted(&emulator, &["kms", "update-custom-key-store"])
        .without("AWS_ACCESS_KEY_ID")
        .without("AWS_SECRET_ACCESS_KEY")
        .file(".aws/config", "[default]\ncredential_process = sh slow.sh\n")
        .file("slow.sh", "echo asked > /dev/tty\nsleep 60\n");
    let mut prompt = Prompt::start(slow, SIZE);
    prompt.shows("asked");
    prompt.press(CTRL_C);
    assert_eq!(prompt.end(), Some(130));
    assert!(!prompt.screen().contains("custom key store id"), "{}", prompt.screen());
}

#[test]
fn a_signal_that_ends_it_restores_the_terminal_first() {
    for (signal, code) in
        [(Signal::TERM, "143"), (Signal::HUP, "129"), (Signal::QUIT, "131"), (Signal::INT, "130")]
    {
        let emulator = emulator("CONNECTED");
        let prompt = shell(&emulator);
        kill_process(process(prompt.home.path()), signal).expect("a signal");
        is_as_before(prompt, code);
    }
}

#[test]
fn it_ends_with_its_terminal_though_no_signal_comes() {
    let emulator = emulator("CONNECTED");
    let script = format!("trap '' HUP; exec '{PROGRAM}' kms update-custom-key-store --cli-auto-prompt");
    let shell = Aws::of("/bin/sh", ["-c", &script]).to(&emulator).env("TERM", "xterm");
    let mut prompt = Prompt::start(shell, SIZE);
    prompt.shows("prod-xks");
    let Prompt { mut child, mut keyboard, output, home, .. } = prompt;
    // The reader goes once nobody takes what it has read.
    drop(output);
    keyboard.write_all(b"x").expect("a typed key");
    std::thread::sleep(Duration::from_millis(300));
    drop(keyboard);
    let end = Instant::now() + Duration::from_secs(20);
    while child.try_wait().expect("a program").is_none() {
        if Instant::now() > end {
            child.kill().expect("an end");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(child.wait().expect("an end").code(), Some(255));
    drop(home);
}

#[test]
fn signals_do_again_what_they_do_once_the_command_runs() {
    let emulator = emulator("CONNECTED");
    let mut prompt = shell(&emulator);
    prompt.press(b"cks-0\x12");
    prompt.shows("^X run");
    let operation = emulator.requests()[0].operation;
    assert_eq!(operation.name(), "DescribeCustomKeyStores");
    let update = kms_emulator::Operation::UpdateCustomKeyStore;
    emulator.set_delay(update, Duration::from_secs(20));
    prompt.press(b"\x18");
    prompt.shows("aws kms update-custom-key-store");
    let end = Instant::now() + Duration::from_secs(20);
    while emulator.requests().len() < 2 && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(5));
    }
    kill_process(process(prompt.home.path()), Signal::TERM).expect("a signal");
    is_as_before(prompt, "143");
}

#[test]
fn it_stops_and_goes_on() {
    if !Path::new("/bin/bash").exists() {
        _ = writeln!(std::io::stderr(), "skipped: there is no bash");
        return;
    }
    let emulator = emulator("CONNECTED");
    let shell = Aws::of("/bin/bash", ["--norc", "--noprofile", "-i"]).to(&emulator).env("TERM", "xterm");
    let mut prompt = Prompt::start(shell.env("PS1", "ready> "), SIZE);
    prompt.shows("ready>");
    prompt.press(format!("'{PROGRAM}' kms update-custom-key-store --cli-auto-prompt\r").as_bytes());
    prompt.shows("CloudHSM");
    prompt.press(b"prod");
    prompt.until("one store", |screen| !screen.contains("CloudHSM"));
    for _ in 0..2 {
        prompt.press(b"\x1a");
        prompt.shows("Stopped");
        prompt.press(b"clear; stty -a | tr ' ' '\\n' | grep -cxE 'icanon|echo|isig'\r");
        prompt.shows("3\n");
        assert!(!prompt.screen().contains("custom key store id"), "{}", prompt.screen());
        prompt.press(b"clear; fg\r");
        prompt.shows("custom key store id*       prod");
        prompt.shows("prod-xks");
    }
    prompt.press(ENTER);
    prompt.shows("prod-xks, CONNECTED");
    prompt.press(CTRL_C);
    prompt.shows("ready>");
    prompt.press(b"echo code $?; exit\r");
    prompt.shows("code 130");
    prompt.end();
}

#[test]
fn a_terminal_of_another_size_is_drawn_anew() {
    let emulator = emulator("CONNECTED");
    let mut prompt = Prompt::start(prompted(&emulator, &["kms", "update-custom-key-store"]), SIZE);
    prompt.shows("CloudHSM");
    for size in [(12, 60), (40, 120), (5, 30), (3, 12), (1, 4), (24, 80)] {
        prompt.resize(size);
        prompt.draws();
    }
    prompt.shows("^R review");
    prompt.press(b"prod\r");
    prompt.shows("prod-xks, CONNECTED");
    prompt.press(CTRL_C);
    assert_eq!(prompt.end(), Some(130));
    for size in [(12, 60), (8, 40), (3, 12), (1, 1)] {
        let mut prompt = Prompt::start(prompted(&emulator, &["kms", "update-custom-key-store"]), size);
        prompt.draws();
        prompt.press(b"prod\r\t\t\x12\x1b");
        prompt.draws();
        prompt.press(CTRL_C);
        assert_eq!(prompt.end(), Some(130));
    }
}

#[test]
fn without_colours_it_says_the_same() {
    let emulator = emulator("CONNECTED");
    let line = || prompted(&emulator, &["kms", "update-custom-key-store", "--key-store-password", "short"]);
    let form = |aws: Aws| {
        let mut prompt = Prompt::start(aws, SIZE);
        prompt.shows("CloudHSM");
        prompt.shows("Enter take  Tab next  ^R review  Esc leave  F1 more help");
        let screen = prompt.screen();
        prompt.press(CTRL_C);
        assert_eq!(prompt.end(), Some(130));
        let has_colour = ["31m", "33m", "36m", "90m"]
            .iter()
            .any(|code| prompt.written.windows(code.len()).any(|window| window == code.as_bytes()));
        (screen, has_colour)
    };
    let (screen, has_colour) = form(line());
    assert!(
        has_colour && screen.contains("✗ 5 characters are too few: there must be 7 at least."),
        "{screen}"
    );
    assert_eq!(form(line().env("NO_COLOR", "1")), (screen.clone(), false));
    assert_eq!(form(line().env("TERM", "dumb")), (screen, false));
}
