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
