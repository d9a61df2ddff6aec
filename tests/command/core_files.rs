//! Core files: the program leaves none, and what it starts has the limit from before.
#![cfg(unix)]

use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::aws::{Aws, PROGRAM, script};
use crate::endpoint::{Endpoint, reply};
use crate::terminal::Terminal;

/// The program, started with a limit of core files that no shell has by itself.
fn limited(arguments: &[&str]) -> Aws {
    let start = ["-c", "ulimit -Sc 4096 && exec \"$0\" \"$@\"", PROGRAM];
    Aws::of("/bin/sh", start.iter().chain(arguments))
}

const UPDATE: [&str; 6] =
    ["kms", "update-custom-key-store", "--custom-key-store-id", "cks-1", "--key-store-password", "hunter22"];

#[test]
fn a_crash_leaves_no_core_file() {
    let endpoint = Endpoint::answering(|_, _, _| {
        std::thread::sleep(Duration::from_secs(60));
        Vec::new()
    });
    let (mut child, home) = limited(&UPDATE).env("AWS_ENDPOINT_URL", endpoint.url()).start();
    while endpoint.heads().is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
    if cfg!(target_os = "linux") {
        let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id())).expect("the limits");
        let line = limits.lines().find(|line| line.starts_with("Max core file size")).expect("a line");
        // One byte is a sign for no core file, also where a program takes them over.
        assert_eq!(line.split_whitespace().nth(4), Some("1"), "{line}");
    }
    kill_process(Pid::from_child(&child), Signal::ABORT).expect("a signal");
    assert_eq!(child.wait().expect("an ended program").code(), None);
    let files = std::fs::read_dir(home.path()).expect("the folder");
    let names: Vec<_> = files.map(|file| file.expect("a file").file_name()).collect();
    assert!(!names.iter().any(|name| name.to_string_lossy().starts_with("core")), "{names:?}");
}

#[test]
fn a_credential_process_has_the_limit_from_before() {
    let endpoint = Endpoint::start([reply(200, "{}")]);
    let aws = limited(&UPDATE).without("AWS_ACCESS_KEY_ID").env("AWS_ENDPOINT_URL", endpoint.url());
    let output = r#"{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "S"}"#;
    let process = script(aws.home(), "process", &format!("ulimit -c >limit; echo '{output}'"));
    let config = format!("[default]\ncredential_process = {}\n", process.display());
    let (run, home) = aws.file(".aws/config", config).run_and_keep_home();
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    assert_eq!(std::fs::read_to_string(home.path().join("limit")).expect("a limit"), "4096\n");
}

#[test]
fn a_limit_of_nothing_stays_with_what_is_started() {
    for limit in ["ulimit -Sc 0", "ulimit -c 0"] {
        let alias = "[toplevel]\nlimit = !ulimit -c\n";
        Aws::new(["limit"]).file(".aws/cli/alias", alias).after(limit).run().prints("0\n");
    }
}

#[test]
fn a_shell_of_an_alias_has_the_limit_from_before() {
    limited(&["limit"]).file(".aws/cli/alias", "[toplevel]\nlimit = !ulimit -c\n").run().prints("4096\n");
}

#[test]
fn the_full_aws_cli_has_the_limit_from_before() {
    let aws = limited(&["s3", "ls"]);
    let other = script(aws.home(), "other", "ulimit -c");
    aws.env("AWS_KMS_CLI_FALLBACK", other).run().prints("4096\n");
}

#[test]
fn a_pager_has_the_limit_from_before() {
    let endpoint = Endpoint::start([reply(200, r#"{"CustomKeyStores": []}"#)]);
    let aws = limited(&["kms", "describe-custom-key-stores"]).env("AWS_ENDPOINT_URL", endpoint.url());
    let pager = script(aws.home(), "pager", "cat >/dev/null; echo limit: $(ulimit -c)");
    let (code, shown) = Terminal::start(aws.env("AWS_PAGER", pager)).end();
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.contains("limit: 4096"), "{shown}");
}
