//! `aws cks status --watch`.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Lines, Read};
use std::process::{Child, ChildStdout, Stdio};

use kms_emulator::{Change, ConnectionState, Effect, Emulator, Fault};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::aws::Aws;
use crate::terminal::{CTRL_C, Terminal};

/// A watch whose stdout and stderr are pipes.
struct Watch {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    _home: TempDir,
}

impl Watch {
    fn start(aws: Aws) -> Watch {
        let (mut child, _home) = aws.stdout(Stdio::piped()).start();
        let stdout = child.stdout.take().expect("stdout is a pipe");
        Watch { child, lines: BufReader::new(stdout).lines(), _home }
    }

    fn next(&mut self) -> String {
        self.lines.next().expect("a line").expect("text")
    }

    /// Skips lines up to one that contains this, and returns it.
    fn skip_to(&mut self, text: &str) -> String {
        loop {
            let line = self.next();
            if line.contains(text) {
                return line;
            }
        }
    }

    /// Interrupts it: the exit code, what else it wrote on stdout, and stderr.
    fn interrupt(mut self) -> (Option<i32>, Vec<String>, String) {
        kill_process(Pid::from_child(&self.child), Signal::INT).expect("a signal");
        let rest = self.lines.map(|line| line.expect("text")).collect();
        let mut stderr = String::new();
        let pipe = self.child.stderr.as_mut().expect("stderr is a pipe");
        pipe.read_to_string(&mut stderr).expect("text");
        (self.child.wait().expect("an ended program").code(), rest, stderr)
    }
}

fn watch(emulator: &Emulator, more: &[&str]) -> Aws {
    let words = ["cks", "status", "--watch", "--interval", "20ms"];
    Aws::new(words.iter().chain(more)).to(emulator)
}

/// One store, a CloudHSM one that is DISCONNECTED, and its name.
fn emulator() -> (Emulator, String) {
    let emulator = Emulator::builder().seed(1).start().expect("an emulator");
    let name = emulator.stores()[0]["CustomKeyStoreName"].as_str().expect("a name").to_owned();
    emulator.change(Change::of(&name).state(ConnectionState::Disconnected)).expect("a change");
    (emulator, name)
}

fn change(emulator: &Emulator, name: &str, state: ConnectionState) {
    emulator.change(Change::of(name).state(state)).expect("a change");
}

/// Waits until so many calls have been made.
fn wait_for_calls(emulator: &Emulator, count: usize) {
    while emulator.requests().len() < count {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

#[test]
fn on_a_pipe_only_changes_are_shown() {
    let (emulator, name) = emulator();
    let mut watch = Watch::start(watch(&emulator, &[]));
    assert!(watch.next().starts_with("NAME"));
    let row = watch.next();
    assert!(row.starts_with(&name) && row.contains("  DISCONNECTED  0:00      "), "{row}");
    assert_eq!(watch.next(), "    Its keys cannot be used until it is connected again.");
    wait_for_calls(&emulator, 5);
    change(&emulator, &name, ConnectionState::Connected);
    assert_eq!(watch.next(), "");
    let heading = watch.next();
    assert!(heading.contains("STATE      SEEN FOR  WHERE"), "{heading}");
    assert!(watch.next().contains("  CONNECTED  0:00      "));
    assert_eq!(watch.interrupt(), (Some(130), vec![String::new()], String::new()));
}

#[test]
fn failures_that_pass_are_said_once_and_ridden_out() {
    let (emulator, name) = emulator();
    let mut watch = Watch::start(watch(&emulator, &[]));
    watch.skip_to("DISCONNECTED");
    emulator.inject(Fault::throttling().times(3));
    wait_for_calls(&emulator, emulator.requests().len() + 4);
    emulator.inject(Fault::once(Effect::Close).times(2));
    wait_for_calls(&emulator, emulator.requests().len() + 3);
    change(&emulator, &name, ConnectionState::Connected);
    watch.skip_to("CONNECTED");
    let (code, _, stderr) = watch.interrupt();
    let lost = format!(
        "Not seen again yet: Connection was closed before we received a valid response from endpoint URL: \"{}/\".\n",
        emulator.endpoint()
    );
    let throttled = "Not seen again yet: An error occurred (ThrottlingException) when calling the \
                     DescribeCustomKeyStores operation (reached max retries: 0): Rate exceeded\n";
    assert_eq!((code, stderr), (Some(130), format!("{throttled}{lost}")));
}

#[test]
fn the_words_of_a_failure_hold_no_secret_of_an_endpoint() {
    let (emulator, name) = emulator();
    let endpoint = emulator.endpoint().replace("http://", "http://user:hunter2hunter2@");
    for is_option in [true, false] {
        change(&emulator, &name, ConnectionState::Disconnected);
        let aws = if is_option {
            watch(&emulator, &["--endpoint-url", &endpoint])
        } else {
            watch(&emulator, &[]).env("AWS_ENDPOINT_URL", &endpoint)
        };
        let mut watch = Watch::start(aws);
        watch.skip_to("DISCONNECTED");
        emulator.inject(Fault::once(Effect::Close));
        wait_for_calls(&emulator, emulator.requests().len() + 2);
        change(&emulator, &name, ConnectionState::Connected);
        watch.skip_to("CONNECTED");
        let (_, _, stderr) = watch.interrupt();
        assert!(stderr.starts_with("Not seen again yet: "), "{stderr}");
        assert!(!stderr.contains("hunter2"), "{stderr}");
    }
}

#[test]
fn a_failure_that_does_not_pass_ends_the_watch() {
    let (emulator, _) = emulator();
    let mut watch = Watch::start(watch(&emulator, &[]));
    watch.skip_to("DISCONNECTED");
    let (code, message) = ("AccessDeniedException".into(), "No.".into());
    emulator.inject(Fault::once(Effect::Error { status: 400, code, message }));
    assert_eq!(watch.child.wait().expect("an ended program").code(), Some(254));
}

#[test]
fn a_watched_store_that_is_deleted_ends_the_watch() {
    let (emulator, name) = emulator();
    let mut watch = Watch::start(watch(&emulator, &[&name]));
    watch.skip_to("DISCONNECTED");
    emulator.change(Change::of(&name).delete()).expect("a change");
    assert_eq!(watch.child.wait().expect("an ended program").code(), Some(252));
}

#[test]
fn data_is_shown_again_when_something_has_changed() {
    let (emulator, name) = emulator();
    let query = "CustomKeyStores[].[ConnectionState,StateSeenSeconds]";
    let mut watch = Watch::start(watch(&emulator, &["--output", "text", "--query", query]));
    assert_eq!(watch.next(), "DISCONNECTED\t0");
    wait_for_calls(&emulator, 4);
    change(&emulator, &name, ConnectionState::Connected);
    assert_eq!(watch.next(), "CONNECTED\t0");
    assert_eq!(watch.interrupt(), (Some(130), vec![String::new()], String::new()));
}

#[test]
fn a_terminal_is_drawn_anew_and_keeps_its_cursor() {
    let (emulator, name) = emulator();
    let mut terminal = Terminal::start(watch(&emulator, &[]));
    terminal.shows("\u{1b}[2J\u{1b}[HNAME");
    terminal.shows(
        "Its keys cannot be used until it is connected again.\u{1b}[K\r\n\u{1b}[K\r\nEvery 20ms, until Ctrl-C.\u{1b}[K\r\n\u{1b}[J",
    );
    change(&emulator, &name, ConnectionState::Connected);
    terminal.shows("  CONNECTED  0:00");
    terminal.press(CTRL_C);
    let (code, shown) = terminal.end();
    assert_eq!(code, Some(130));
    assert!(!shown.contains("\u{1b}[?25"), "{shown:?}");
}

#[test]
fn a_terminal_without_escape_sequences_gets_what_a_pipe_gets() {
    let (emulator, name) = emulator();
    let mut terminal = Terminal::start(watch(&emulator, &[]).env("TERM", "dumb"));
    terminal.shows("until it is connected again.\r\n");
    change(&emulator, &name, ConnectionState::Connected);
    terminal.shows("  CONNECTED  0:00");
    terminal.press(CTRL_C);
    let (code, shown) = terminal.end();
    assert_eq!(code, Some(130));
    assert!(!shown.contains('\u{1b}'), "{shown:?}");
}

#[test]
fn a_watch_ends_when_nobody_reads_it_any_more_though_nothing_changes() {
    let (emulator, _) = emulator();
    for more in [&[][..], &["--output", "json"]] {
        let mut watch = Watch::start(watch(&emulator, more));
        watch.skip_to("DISCONNECTED");
        drop(watch.lines);
        assert_eq!(watch.child.wait().expect("an end").code(), Some(0));
    }
}

#[test]
fn a_watch_goes_on_though_nothing_is_kept_of_it() {
    let (emulator, _) = emulator();
    let (mut child, _home) = watch(&emulator, &[]).stdout(Stdio::null()).start();
    wait_for_calls(&emulator, 4);
    assert_eq!(child.try_wait().expect("a program"), None);
    child.kill().expect("an end");
    child.wait().expect("an end");
}
