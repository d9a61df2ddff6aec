//! Help and version.

use aws_kms_cli::testing::{commands, help_page};
use kms_emulator::Emulator;

use crate::aws::{Aws, PROGRAM};

#[track_caller]
fn page(words: &[&str]) -> String {
    let run = Aws::new(words).without("HOME").without("AWS_DEFAULT_REGION").run();
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{words:?}");
    run.stdout
}

#[test]
fn every_level_has_a_page_by_three_names() {
    for name in ["help", "--help", "-h"] {
        assert!(page(&[name]).contains("\nAVAILABLE COMMANDS\n    aws kms\n"));
        assert!(page(&["kms", name]).contains("\n    update-custom-key-store "));
        let operation = page(&["kms", "update-custom-key-store", name]);
        assert!(operation.contains("--xks-proxy-authentication-credential (structure)"), "{operation}");
        assert!(
            operation.contains("\nEXAMPLES\n") && operation.contains("--cli-error-format"),
            "{operation}"
        );
    }
}

#[test]
fn a_page_in_a_pipe_is_plain_text_of_eighty_columns() {
    let page = page(&["kms", "update-custom-key-store", "help"]);
    assert!(!page.contains('\u{1b}'));
    let is_long = |line: &&str| line.chars().count() > 80 && !line.trim().starts_with("https://");
    let long = page.lines().filter(is_long).collect::<Vec<_>>();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn the_word_help_as_a_value_is_a_value() {
    let run = Aws::update(["--new-custom-key-store-name", "help", "--generate-cli-skeleton"]).run();
    assert!(run.stdout.starts_with("{\n    \"CustomKeyStoreId\""), "{run:?}");
}

#[test]
fn the_version_begins_like_that_of_the_aws_cli() {
    let line = page(&["--version"]);
    let words: Vec<&str> = line.trim_end().split(' ').collect();
    let [reference, own, rust, system, architecture] = words[..] else { panic!("five words: {line}") };
    assert_eq!(reference, "aws-cli/2.36.7");
    assert_eq!(own, format!("aws-kms-cli/{}", env!("CARGO_PKG_VERSION")));
    assert!(rust.starts_with("Rust/1.") && system.contains('/'), "{line}");
    assert_eq!(architecture, std::env::consts::ARCH);
}

/// The examples of a page, as it prints them.
fn examples(page: &str) -> Vec<String> {
    let (_, examples) = page.split_once("\nEXAMPLES\n").expect("examples");
    let (examples, _) = examples.split_once("\nOUTPUT\n").expect("a section behind them");
    let command = |example: &str| {
        example.lines().filter(|line| line.starts_with("        ")).map(|line| format!("{line}\n")).collect()
    };
    examples.split("\n\n").map(command).collect()
}

#[cfg(unix)]
#[test]
fn examples_run_when_they_are_pasted_into_a_shell_whatever_the_width() {
    let emulator = Emulator::builder().start().expect("an emulator");
    for command in commands() {
        let mut sent = Vec::new();
        for width in [20, 40, 60, 80, 200] {
            let page = help_page(&command.name, width).expect("a page");
            let examples = examples(&page);
            assert_eq!(examples.len(), command.examples.len(), "{page}");
            let before = emulator.requests().len();
            for example in &examples {
                let shell = Aws::of("/bin/sh", ["-e", "-c", example]).to(&emulator);
                let shell = shell
                    .file("password.txt", "kmsuserpass")
                    .file("customerCA.crt", "a certificate")
                    .file("key.txt", "DXjSUawnel2fr6SKC7G25CNxTyWKE5PF9XX6HDu9pSo=");
                std::os::unix::fs::symlink(PROGRAM, shell.home().join("aws")).expect("a link");
                let path = format!("{}:/usr/bin:/bin", shell.home().display());
                let run = shell.env("PATH", path).run();
                assert!(matches!(run.code, Some(0 | 254)), "{example}{run:?}");
            }
            let requests = &emulator.requests()[before..];
            assert_eq!(requests.len(), examples.len(), "{page}");
            sent.push(requests.iter().map(|request| request.json()).collect::<Vec<_>>());
        }
        assert!(sent.iter().all(|requests| *requests == sent[0]), "{sent:?}");
    }
}
