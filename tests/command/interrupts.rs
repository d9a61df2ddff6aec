//! Ctrl-C while something blocks that may never end.

use std::path::PathBuf;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use kms_emulator::Emulator;
use rustix::process::{Pid, Signal, kill_process};

use crate::aws::Aws;

/// Starts the program, which has time to come to what blocks, and interrupts it. It ends at once as after other
/// interrupts: with 130, an end of the line on stdout, and without a word on stderr.
pub fn interrupted(aws: Aws) {
    let (child, _home) = aws.stdout(std::process::Stdio::piped()).start();
    thread::sleep(Duration::from_millis(500));
    let output = end(child);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert_eq!(
        (output.status.code(), text(&output.stdout), text(&output.stderr)),
        (Some(130), "\n".to_owned(), String::new())
    );
}

fn end(mut child: Child) -> std::process::Output {
    assert!(child.try_wait().expect("a program").is_none(), "it ended before it was interrupted");
    let began = Instant::now();
    // Nothing but the signal happens to it: its stdin stays open.
    let _stdin = child.stdin.take();
    kill_process(Pid::from_child(&child), Signal::INT).expect("a signal");
    let output = child.wait_with_output().expect("an ended program");
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    output
}

/// A pipe that nobody writes to, in the home directory.
fn fifo(aws: &Aws) -> PathBuf {
    let path = aws.home().join("fifo");
    let made = Command::new("mkfifo").arg(&path).status();
    assert!(made.is_ok_and(|status| status.success()));
    path
}

#[test]
fn an_interrupt_counts_while_a_parameter_file_blocks() {
    let emulator = Emulator::builder().start().expect("an emulator");
    for words in [
        ["--new-custom-key-store-name", "file://fifo"],
        ["--key-store-password", "fileb://fifo"],
        ["--xks-proxy-authentication-credential", "AccessKeyId=A,RawSecretAccessKey@=file://fifo"],
        ["--cli-input-json", "file://fifo"],
        ["--cli-input-yaml", "file://fifo"],
        // Its stdin is a pipe that stays open.
        ["--cli-input-json", "file:///dev/stdin"],
    ] {
        let aws = Aws::update(words).to(&emulator);
        fifo(&aws);
        interrupted(aws);
    }
    assert!(emulator.requests().is_empty());
}

#[test]
fn an_interrupt_counts_while_a_ca_bundle_blocks() {
    let server = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("https://{}", server.local_addr().expect("an address"));
    let aws = Aws::update(["--ca-bundle", "fifo", "--endpoint-url", &url]);
    fifo(&aws);
    interrupted(aws);
}

#[test]
fn an_interrupt_counts_while_the_token_of_a_web_identity_blocks() {
    let aws = Aws::update(["--new-custom-key-store-name", "n"])
        .without("AWS_ACCESS_KEY_ID")
        .without("AWS_SECRET_ACCESS_KEY")
        .env("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/r")
        .env("AWS_WEB_IDENTITY_TOKEN_FILE", "fifo");
    fifo(&aws);
    interrupted(aws);
}

#[test]
fn an_interrupt_counts_while_a_file_of_credentials_blocks() {
    for name in ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "AWS_CREDENTIAL_FILE"] {
        let aws = Aws::update(["--new-custom-key-store-name", "n"])
            .without("AWS_ACCESS_KEY_ID")
            .without("AWS_SECRET_ACCESS_KEY")
            .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1")
            .env(name, "fifo");
        fifo(&aws);
        interrupted(aws);
    }
}

#[test]
fn a_parameter_file_may_be_a_pipe_that_ends() {
    let (emulator, id, _) = crate::update::stores();
    let words = ["kms", "update-custom-key-store", "--custom-key-store-id", &id];
    let aws = Aws::new(words).word("--new-custom-key-store-name").word("file://fifo").to(&emulator);
    let path = fifo(&aws);
    let writer = thread::spawn(move || std::fs::write(path, "piped"));
    aws.run().prints("");
    writer.join().expect("no panic").expect("a reader");
    assert!(emulator.stores().iter().any(|store| store["CustomKeyStoreName"] == "piped"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_parameter_file_without_an_end_is_an_error() {
    let run = Aws::update(["--new-custom-key-store-name", "file:///dev/zero"]).run();
    run.fails(252, "Unable to load paramfile file:///dev/zero: file too large: '/dev/zero'");
}

/// Signals that were ignored when the program started, as by `nohup` and by a shell's `&`.
#[cfg(target_os = "linux")]
mod ignored {
    use std::process::Stdio;

    use kms_emulator::{Change, ConnectionState, Operation};
    use serde_json::json;

    use super::*;
    use crate::cks::waiters::{changes_at, operations, store};

    const CREDENTIALS: &str = r#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"s"}"#;

    /// Starts it and sends all of these signals while it waits for something.
    fn signalled(aws: Aws, is_waiting: impl Fn() -> bool) -> (Child, tempfile::TempDir) {
        let (child, home) = aws.after("trap '' INT HUP TERM QUIT").stdout(Stdio::null()).start();
        while !is_waiting() {
            thread::sleep(Duration::from_millis(5));
        }
        thread::sleep(Duration::from_millis(100));
        for signal in [Signal::INT, Signal::HUP, Signal::TERM, Signal::QUIT] {
            kill_process(Pid::from_child(&child), signal).expect("a signal");
        }
        (child, home)
    }

    fn to(emulator: &Emulator, words: &[&str]) -> Aws {
        Aws::new(words).to(emulator)
    }

    #[test]
    fn they_do_not_end_a_request() {
        let emulator = store("CONNECTED", json!({}));
        let slow = emulator.delay(Operation::DescribeCustomKeyStores, Duration::from_secs(1));
        let emulator = slow.start().expect("an emulator");
        let aws = to(&emulator, &["kms", "describe-custom-key-stores"]);
        let (mut child, _home) = signalled(aws, || !emulator.requests().is_empty());
        assert_eq!(child.wait().expect("an end").code(), Some(0));
    }

    #[test]
    fn they_do_not_end_a_credential_process() {
        let emulator = Emulator::builder().signature_check(false).start().expect("an emulator");
        let aws = to(&emulator, &["kms", "describe-custom-key-stores"])
            .without("AWS_ACCESS_KEY_ID")
            .without("AWS_SECRET_ACCESS_KEY")
            .file(".aws/config", "[default]\ncredential_process = sh p.sh\n")
            .file("p.sh", format!("echo > started\nsleep 1\necho '{CREDENTIALS}'\n"));
        let started = aws.home().join("started");
        let (mut child, _home) = signalled(aws, || started.exists());
        assert_eq!(child.wait().expect("an end").code(), Some(0));
    }

    #[test]
    fn they_do_not_end_a_wait_or_a_change() {
        let later = |state, look| {
            let emulator = store(state, json!({})).start().expect("an emulator");
            let change = Change::of("prod-xks").state(ConnectionState::Connected);
            changes_at(&emulator, look, change);
            emulator
        };
        let waiter = ["kms", "wait", "custom-key-store-connected", "--custom-key-store-name", "prod-xks"];
        let connect = ["cks", "connect", "prod-xks"];
        for (state, words) in [("CONNECTING", &waiter[..]), ("CONNECTING", &connect)] {
            let emulator = later(state, 40);
            let words = [words, &["--interval", "20ms"]].concat();
            let (mut child, _home) = signalled(to(&emulator, &words), || operations(&emulator).len() > 2);
            assert_eq!(child.wait().expect("an end").code(), Some(0), "{words:?}");
        }
    }

    #[test]
    fn they_do_not_end_a_watch() {
        let emulator = store("CONNECTED", json!({})).start().expect("an emulator");
        let aws = to(&emulator, &["cks", "status", "--watch", "--interval", "20ms"]);
        let (mut child, _home) = signalled(aws, || operations(&emulator).len() > 2);
        thread::sleep(Duration::from_millis(300));
        assert!(child.try_wait().expect("a program").is_none());
        child.kill().expect("a program");
        child.wait().expect("an end");
    }

    #[test]
    fn programs_that_are_started_ignore_them_too() {
        let emulator = Emulator::builder().signature_check(false).start().expect("an emulator");
        let aws = to(&emulator, &["kms", "describe-custom-key-stores"])
            .without("AWS_ACCESS_KEY_ID")
            .without("AWS_SECRET_ACCESS_KEY")
            .file(".aws/config", "[default]\ncredential_process = sh p.sh\n")
            .file("p.sh", format!("kill -INT $$; kill -HUP $$; kill -TERM $$; echo '{CREDENTIALS}'\n"));
        assert_eq!(aws.after("trap '' INT HUP TERM").run().code, Some(0));
    }
}
