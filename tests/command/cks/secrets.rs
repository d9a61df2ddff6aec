//! Secrets that are asked for at the terminal or read from stdin, so that no line and no file has them.

use std::ffi::OsString;

use kms_emulator::{Emulator, SeedStore};
use serde_json::json;

use crate::aws::{Aws, PROGRAM, Run};

const SECRET: &str = "HushQx7zZ1HushQx7zZ1HushQx7zZ1HushQx7zZ1Hus=";

const PASSWORD: &str = "Qx7zZ1-of-kmsuser";

const CREDENTIAL: &str = "--xks-proxy-authentication-credential";

/// A plan that ends, once its line is read, because there is no such Region.
fn plan(words: &[&str]) -> Aws {
    let line = ["cks", "plan", "prod", "--region", "not a region"];
    Aws::new(line.iter().chain(words))
}

/// A plan that ends, once its secrets have been typed, because nobody answers.
fn unanswered(words: &[&str]) -> Aws {
    let line = ["cks", "plan", "prod", "--endpoint-url", "http://127.0.0.1:9"];
    Aws::new(line.iter().chain(words))
}

/// The same without any terminal.
fn without_terminal(words: &[&str]) -> Aws {
    let line = ["--wait", PROGRAM, "cks", "plan", "prod", "--endpoint-url", "http://127.0.0.1:9"];
    Aws::of("/usr/bin/setsid", line.iter().chain(words).map(OsString::from))
}

/// The line was read, and nothing but these hints was said of it.
#[track_caller]
fn was_read(run: Run, hints: &str) {
    assert_eq!((run.code, run.stdout.as_str()), (Some(255), ""), "{}", run.stderr);
    let (_, said) = run.stderr.split_once("'not a region'").expect("the Region's error");
    assert_eq!(said.split_once('\n').map(|(_, hints)| hints), Some(hints), "{}", run.stderr);
    run.hides("Qx7zZ1");
}

#[test]
fn what_is_no_secret_is_not_asked_for() {
    for (words, refused) in [
        (
            &["--new-custom-key-store-name", "prompt://"][..],
            "prompt:// asks for secrets only, and --new-custom-key-store-name is none.",
        ),
        (
            &[CREDENTIAL, "prompt://"],
            "prompt:// stands for one secret: --xks-proxy-authentication-credential \
             AccessKeyId=...,RawSecretAccessKey=prompt://",
        ),
        (
            &["--key-store-password", "prompt://now"],
            "The value of --key-store-password begins with prompt://, which asks for a secret when nothing follows it.",
        ),
    ] {
        plan(words).run().fails(252, refused);
    }
}

#[test]
fn nothing_is_asked_for_a_line_that_is_wrong() {
    let without_id = [CREDENTIAL, "RawSecretAccessKey=prompt://"];
    let missing = "Missing required parameter in XksProxyAuthenticationCredential: \"AccessKeyId\"";
    without_terminal(&without_id).run().fails(252, missing);
    plan(&["--key-store-password", "prompt://"]).run().fails(255, "Provided region_name 'not a region'");
}

#[test]
fn without_a_terminal_the_other_ways_are_named() {
    let of_password = "There is no terminal to ask for --key-store-password. --key-store-password file://- reads it \
                       from stdin, and --key-store-password file://path from a file.";
    without_terminal(&["--key-store-password", "prompt://"]).run().fails(252, of_password);
    let of_key = "There is no terminal to ask for RawSecretAccessKey. RawSecretAccessKey@=file://- reads it from stdin, \
                  and RawSecretAccessKey@=file://path from a file.";
    for words in [
        [CREDENTIAL, "AccessKeyId=AKIAIOSFODNN7EXAMPLE,RawSecretAccessKey=prompt://"],
        [CREDENTIAL, "AccessKeyId=AKIAIOSFODNN7EXAMPLE,RawSecretAccessKey@=prompt://"],
        [CREDENTIAL, r#"{"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "RawSecretAccessKey": "prompt://"}"#],
        [
            "--cli-input-yaml",
            "XksProxyAuthenticationCredential: {AccessKeyId: AKIAIOSFODNN7EXAMPLE, RawSecretAccessKey: 'prompt://'}",
        ],
    ] {
        without_terminal(&words).run().fails(252, of_key);
    }
}

#[test]
fn a_secret_from_stdin_loses_one_line_end_and_that_is_said() {
    let hint = "hint: One line end at the end of the secret from stdin was taken off.\n";
    let shorthand = "AccessKeyId=AKIAIOSFODNN7EXAMPLE,RawSecretAccessKey@=file://-";
    for words in [["--key-store-password", "file://-"], [CREDENTIAL, shorthand]] {
        let aws = || plan(&words);
        was_read(aws().stdin(format!("{SECRET}\n")).run(), hint);
        was_read(aws().stdin(format!("{SECRET}\r\n")).run(), hint);
        was_read(aws().stdin(SECRET).run(), "");
        was_read(aws().stdin(format!("{SECRET}\n")).env("AWS_KMS_CLI_HINTS", "off").run(), "");
    }
}

#[test]
fn a_secret_from_a_file_loses_one_line_end_too() {
    let hint = "hint: One line end at the end of the secret in file://s.txt was taken off.\n";
    let words = [CREDENTIAL, "AccessKeyId=AKIAIOSFODNN7EXAMPLE,RawSecretAccessKey@=file://s.txt"];
    was_read(plan(&words).file("s.txt", format!("{SECRET}\n")).run(), hint);
    was_read(plan(&["--key-store-password", "file://s.txt"]).file("s.txt", SECRET).run(), "");
    // A name may end so.
    was_read(plan(&["--new-custom-key-store-name", "file://n"]).file("n", "name\n").run(), "");
    // So may a whole credential: a structure does not have its line ends.
    let credential = format!("AccessKeyId=AKIAIOSFODNN7EXAMPLE,RawSecretAccessKey={SECRET}\n");
    was_read(plan(&[CREDENTIAL, "file://-"]).stdin(credential).run(), "");
}

#[test]
fn stdin_gives_one_value_of_no_more_than_a_megabyte() {
    let twice = ["--key-store-password", "file://-", "--new-custom-key-store-name", "file://-"];
    plan(&twice).stdin(SECRET).run().fails(252, "Only one value can be read from stdin (file://-).");
    let word = &["--key-store-password", "file://-"];
    let large = vec![b'x'; (1 << 20) + 1];
    plan(word).stdin(large).run().fails(252, "stdin (file://-) has more than a megabyte.");
    was_read(plan(word).stdin(vec![b'x'; 1 << 20]).run(), "");
    plan(word).stdin(b"\xff\xff".as_slice()).run().fails(252, "text contents could not be decoded");
}

#[cfg(unix)]
#[test]
fn an_interrupt_counts_while_stdin_is_read() {
    crate::interrupts::interrupted(plan(&["--key-store-password", "file://-"]));
}

#[test]
fn under_aws_kms_these_values_mean_what_they_do_in_the_reference() {
    let (emulator, external, cluster) = crate::update::stores();
    let update = |id: &str, words: &[&str]| {
        Aws::new(["kms", "update-custom-key-store", "--custom-key-store-id", id].iter().chain(words))
            .to(&emulator)
    };
    update(&cluster, &["--key-store-password", "prompt://"]).run().prints("");
    update(&external, &["--new-custom-key-store-name", "file://-"]).file("-", "of-a-file").run().prints("");
    assert!(emulator.stores().iter().any(|store| store["CustomKeyStoreName"] == "of-a-file"));
    let hint = "hint: The value of --key-store-password ends in a line end, which is a part of it.";
    let run =
        update(&cluster, &["--key-store-password", "file://s"]).file("s", format!("{PASSWORD}\n")).run();
    assert!(run.code == Some(0) && run.stderr.starts_with(hint), "{run:?}");
}

/// A cluster that takes this password and no other, and its store, which is disconnected.
#[cfg(unix)]
fn cluster() -> Emulator {
    let store = json!([{
        "CustomKeyStoreId": "cks-1234567890abcdef0", "CustomKeyStoreName": "prod", "ConnectionState": "DISCONNECTED",
        "CloudHsmClusterId": "cluster-2a3b4c5d6e7", "KeyStorePassword": "outdated-one",
    }]);
    let stores = SeedStore::read(&store.to_string()).expect("a store");
    let cluster = json!({ "ClusterId": "cluster-2a3b4c5d6e7", "Password": PASSWORD });
    let cluster = serde_json::from_value(cluster).expect("a cluster");
    Emulator::builder().seed_stores(stores).cluster(cluster).start().expect("an emulator")
}

#[cfg(unix)]
#[test]
fn the_password_that_stdin_has_connects_the_store() {
    let emulator = cluster();
    let words = ["cks", "apply", "prod", "--key-store-password", "file://-", "--connect", "--yes"];
    let aws = Aws::new(words.iter().chain(&["--interval", "20ms"])).to(&emulator);
    let run = aws.stdin(format!("{PASSWORD}\n")).run();
    assert_eq!(run.code, Some(0), "{run:?}");
    let hint = "hint: One line end at the end of the secret from stdin was taken off.\n";
    assert!(run.stderr.ends_with(hint), "{run:?}");
    run.hides(PASSWORD);
    assert_eq!(emulator.stores()[0]["ConnectionState"], "CONNECTED");
}

#[cfg(target_os = "linux")]
mod at_a_terminal {
    use super::*;
    use crate::terminal::{CTRL_C, Terminal};

    const QUESTION: &str = "Key store password of the kmsuser for prod: ";

    const KEY: &str = "Raw secret access key of the proxy for prod: ";

    #[test]
    fn a_secret_is_asked_for_and_not_shown() {
        let words = [
            (["--key-store-password", "prompt://"], QUESTION),
            ([CREDENTIAL, "AccessKeyId=AKIAIOSFODNN7EXAMPLE,RawSecretAccessKey=prompt://"], KEY),
            ([CREDENTIAL, "AccessKeyId=AKIAIOSFODNN7EXAMPLE,RawSecretAccessKey@=prompt://"], KEY),
            (["--cli-input-json", r#"{"KeyStorePassword": "prompt://"}"#], QUESTION),
        ];
        for (words, question) in words {
            let mut terminal = Terminal::start(unanswered(&words).env("AWS_KMS_CLI_HINTS", "off"));
            terminal.shows(question);
            terminal.press(format!("{SECRET}\n").as_bytes());
            let (code, shown) = terminal.end();
            assert_eq!(code, Some(255), "{shown}");
            let begins = format!("{question}\r\n\r\naws: [ERROR]: Could not connect to the endpoint URL");
            assert!(shown.starts_with(&begins) && !shown.contains("Qx7zZ1"), "{shown}");
        }
    }

    #[test]
    fn the_password_that_was_typed_connects_the_store() {
        let emulator = cluster();
        let words = ["cks", "apply", "prod", "--key-store-password", "prompt://", "--connect", "--yes"];
        let aws = Aws::new(words.iter().chain(&["--interval", "20ms"])).to(&emulator);
        let mut terminal = Terminal::start(aws);
        terminal.shows(QUESTION);
        terminal.press(format!("{PASSWORD}\n").as_bytes());
        let (code, shown) = terminal.end();
        assert!(code == Some(0) && !shown.contains(PASSWORD), "{shown}");
        assert_eq!(emulator.stores()[0]["ConnectionState"], "CONNECTED");
    }

    #[test]
    fn several_secrets_are_asked_for_in_turn_and_the_log_has_none() {
        let both = [CREDENTIAL, "AccessKeyId=prompt://,RawSecretAccessKey=prompt://", "--debug"];
        let mut terminal = Terminal::start(unanswered(&both));
        terminal.shows("Access key ID of the proxy for prod: ");
        terminal.press(format!("{SECRET}1\n").as_bytes());
        terminal.shows(KEY);
        terminal.press(format!("{SECRET}2\n").as_bytes());
        let (code, shown) = terminal.end();
        assert!(code == Some(255) && !shown.contains("Qx7zZ1"), "{shown}");
    }

    #[test]
    fn no_answer_is_refused() {
        for keys in [&b"\n"[..], b"\x04"] {
            let mut terminal = Terminal::start(unanswered(&["--key-store-password", "prompt://"]));
            terminal.shows(QUESTION);
            terminal.press(keys);
            let (code, shown) = terminal.end();
            assert!(
                code == Some(252) && shown.contains("Nothing was typed for --key-store-password."),
                "{shown}"
            );
        }
    }

    #[test]
    fn stdin_that_is_a_terminal_would_show_the_secret_and_is_not_read() {
        let (code, shown) = Terminal::start(plan(&["--key-store-password", "file://-"])).end();
        let refused =
            "stdin is a terminal, so nothing is read from it (file://-). prompt:// asks for a secret there.";
        assert!(code == Some(252) && shown.contains(refused), "{shown}");
    }

    #[test]
    fn an_interrupt_at_the_question_leaves_the_terminal_as_it_was() {
        // A shell on the same terminal looks at it afterwards.
        let line = "cks plan prod --key-store-password prompt://";
        let script = format!("trap : INT; '{PROGRAM}' {line}; echo code $?; stty -a");
        let mut terminal = Terminal::start(Aws::of("/bin/sh", ["-c", &script]));
        terminal.shows(QUESTION);
        terminal.press(b"Qx7zZ1");
        terminal.press(CTRL_C);
        let (_, shown) = terminal.end();
        assert!(shown.contains("code 130") && !shown.contains("Qx7zZ1"), "{shown}");
        assert!(shown.split_whitespace().any(|word| word == "echo"), "{shown}");
    }
}

#[cfg(unix)]
mod signals {
    use std::time::{Duration, Instant};

    use rustix::process::Signal;

    use super::PASSWORD as SECRET;
    use crate::aws::Aws;
    use crate::terminal::Terminal;
    use kms_emulator::Emulator;

    const QUESTION: &str = "Key store password of the kmsuser for store-0004: ";

    fn question(emulator: &Emulator) -> Terminal {
        let words = ["cks", "plan", "store-0004", "--key-store-password", "prompt://"];
        let mut terminal = Terminal::start(Aws::new(words).to(emulator));
        terminal.shows(QUESTION);
        until(|| !terminal.echoes());
        terminal
    }

    #[track_caller]
    fn until(is_so: impl Fn() -> bool) {
        let began = Instant::now();
        while !is_so() {
            assert!(began.elapsed() < Duration::from_secs(20), "it does not come");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn emulator() -> Emulator {
        Emulator::builder().seed(4).start().expect("an emulator")
    }

    #[test]
    fn a_signal_that_ends_the_program_leaves_the_terminal_as_it_was() {
        let emulator = emulator();
        for signal in [Signal::TERM, Signal::HUP, Signal::QUIT] {
            let terminal = question(&emulator);
            terminal.signal(signal);
            until(|| terminal.echoes());
            assert_eq!(terminal.end().0, None, "{signal:?} has ended it");
        }
    }

    #[test]
    fn a_program_that_is_stopped_hides_again_when_it_goes_on() {
        let emulator = emulator();
        let mut terminal = question(&emulator);
        terminal.signal(Signal::TSTP);
        until(|| terminal.echoes());
        terminal.signal(Signal::CONT);
        until(|| !terminal.echoes());
        terminal.shows(&QUESTION.repeat(2));
        terminal.press(format!("{SECRET}\r").as_bytes());
        let (code, shown) = terminal.end();
        assert_eq!(code, Some(0), "{shown}");
        assert!(!shown.contains(SECRET), "{shown}");
    }
}
