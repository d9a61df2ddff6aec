//! When there is a prompt, and whose.

use kms_emulator::Emulator;

use super::{Prompt, emulator, prompted};
use crate::aws::{Aws, script};
use crate::terminal::CTRL_C;

const SIZE: (u16, u16) = (24, 80);

const DESCRIBE: [&str; 3] = ["kms", "describe-custom-key-stores", "--generate-cli-skeleton"];

const NO_TERMINAL: &str = "There is no terminal to prompt on.";

/// A line of somebody who has the full AWS CLI, too.
fn line(words: &[&str], variable: Option<&str>, config: &str) -> Aws {
    let aws = Aws::new(words).file(".aws/config", config);
    let other = script(aws.home(), "other", r#"echo full "$@""#);
    let aws = aws.env("AWS_KMS_CLI_FALLBACK", other);
    match variable {
        Some(value) => aws.env("AWS_CLI_AUTO_PROMPT", value),
        None => aws,
    }
}

/// Our form is there, and is left.
#[track_caller]
fn is_ours(aws: Aws, shown: &str) {
    let mut prompt = Prompt::start(aws, SIZE);
    prompt.shows(shown);
    prompt.press(CTRL_C);
    assert_eq!(prompt.end(), Some(130));
    assert_eq!(prompt.screen().trim(), "", "nothing is left of it");
}

#[test]
fn our_commands_have_a_form_whoever_else_is_there() {
    let form = "aws kms describe-custom-key-stores";
    for value in ["on", "ON", "On"] {
        is_ours(line(&DESCRIBE, Some(value), ""), form);
        is_ours(line(&DESCRIBE, None, &format!("[default]\ncli_auto_prompt = {value}\n")), form);
    }
    is_ours(line(&[&DESCRIBE[..], &["--cli-auto-prompt"]].concat(), Some("off"), ""), form);
    // Only the profile of the environment decides, as in the reference.
    let config = "[profile dev]\ncli_auto_prompt = on\n";
    is_ours(line(&DESCRIBE, None, config).env("AWS_PROFILE", "dev"), form);
    is_ours(line(&["kms", "--cli-auto-prompt"], None, ""), "other commands");
    // An alias counts as what it stands for.
    let alias = line(&["up", "--cli-auto-prompt"], None, "")
        .file(".aws/cli/alias", "[toplevel]\nup = kms update-custom-key-store --region eu-west-1\n");
    is_ours(alias, "default · eu-west-1");
}

#[test]
fn all_other_commands_have_the_prompt_of_the_full_aws_cli() {
    line(&["--cli-auto-prompt"], None, "").run().prints("full --cli-auto-prompt\n");
    line(&["s3", "ls"], Some("on"), "").run().prints("full s3 ls\n");
    line(&["kms", "encrypt", "--cli-auto-prompt"], None, "")
        .run()
        .prints("full kms encrypt --cli-auto-prompt\n");
    let mut prompt = Prompt::start(line(&["kms", "--cli-auto-prompt"], None, ""), SIZE);
    prompt.shows("other commands");
    prompt.press(b"other\r");
    assert_eq!(prompt.end(), Some(0));
    assert_eq!(prompt.screen().trim(), "full kms --cli-auto-prompt");
}

#[test]
fn without_a_full_aws_cli_there_are_our_commands_only() {
    let alone = |words: &[&str]| line(words, None, "").env("AWS_KMS_CLI_FALLBACK", "off");
    let mut prompt = Prompt::start(alone(&["--cli-auto-prompt"]), SIZE);
    prompt.shows("update-custom-key-store");
    assert!(!prompt.screen().contains("other commands"), "{}", prompt.screen());
    prompt.press(CTRL_C);
    assert_eq!(prompt.end(), Some(130));
    alone(&["s3", "ls", "--cli-auto-prompt"]).run().fails(252, "Found invalid choice 's3'");
}

#[test]
fn a_prompt_that_is_not_wanted_is_not_there() {
    let stays = |words: &[&str], variable: Option<&str>, config: &str| {
        let run = line(words, variable, config).run();
        assert!(run.code == Some(0) && !run.stdout.starts_with("full"), "{words:?}: {run:?}");
    };
    let with = |more: &[&'static str]| [&DESCRIBE[..], more].concat();
    stays(&with(&["--no-cli-auto-prompt"]), Some("on"), "[default]\ncli_auto_prompt = on\n");
    stays(&DESCRIBE, Some("off"), "[default]\ncli_auto_prompt = on\n");
    for value in ["", "1", "nonsense", "on-partial", "ON-PARTIAL"] {
        stays(&DESCRIBE, Some(value), "");
    }
    // An abbreviation does nothing, as in the reference.
    stays(&with(&["--cli-auto"]), None, "");
    stays(&["--version"], Some("on"), "");
    for help in ["help", "--help", "-h"] {
        stays(&["kms", help], Some("on"), "");
    }
    stays(&["cks", "help"], Some("on"), "");
    stays(&with(&["--custom-key-store-id", "help"]), Some("on"), "");
    stays(&with(&["--profile", "dev"]), None, "[profile dev]\ncli_auto_prompt = on\n");
    line(&["--cli-auto-prompt", "kms", "--no-cli-auto-prompt"], None, "")
        .run()
        .fails(252, "Both --cli-auto-prompt and --no-cli-auto-prompt cannot be specified at the same time.");
}

#[test]
fn a_partial_prompt_comes_once_the_line_is_wrong() {
    let cases = [
        (&["kms"][..], "Command:", "the following arguments are required: operation"),
        (&["kms", "update-custom-key-store"], "update-custom-key-store", "--custom-key-store-id"),
        (&["kms", "delete-custom-key-store", "--id", "x"], "delete-custom-key-store", "are required"),
        (
            &["kms", "connect-custom-key-store", "--custom-key-store-id", ""],
            "connect-custom-key-store",
            "Parameter validation failed: Invalid length",
        ),
    ];
    for (words, shown, reason) in cases {
        let mut prompt = Prompt::start(line(words, Some("on-partial"), ""), SIZE);
        prompt.shows(shown);
        prompt.shows(reason);
        prompt.press(CTRL_C);
        assert_eq!(prompt.end(), Some(130));
    }
    // Not wrong, only without a region.
    let describe = ["kms", "describe-custom-key-stores"];
    line(&describe, Some("on-partial"), "").without("AWS_DEFAULT_REGION").run().fails(253, "NoRegion");
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_terminal_there_is_a_sentence_and_no_key_is_read() {
    let emulator = Emulator::builder().seed(1).start().expect("an emulator");
    let id = emulator.stores()[0]["CustomKeyStoreId"].as_str().expect("an identifier").to_owned();
    let keys = format!("{id}\r\x12\x18");
    let secret = "hunter2-password-hunter2";
    let words = ["kms", "update-custom-key-store", "--key-store-password", secret];
    let run = prompted(&emulator, &words).without_terminal().stdin(keys).run();
    run.fails(252, NO_TERMINAL).hides(secret);
    line(&DESCRIBE, Some("on"), "").without_terminal().run().fails(252, NO_TERMINAL);
    // The error itself says more.
    line(&["kms", "update-custom-key-store"], Some("on-partial"), "")
        .without_terminal()
        .run()
        .fails(252, "the following arguments are required: --custom-key-store-id");
    assert_eq!(emulator.requests().len(), 0);
}

#[test]
fn stdout_has_the_result_only() {
    let emulator = emulator("CONNECTED");
    let file = tempfile::NamedTempFile::new().expect("a file");
    let words = ["kms", "describe-custom-key-stores", "--query", "length(CustomKeyStores)"];
    let (command, _home) = prompted(&emulator, &words).into_parts();
    let words: Vec<_> = command.get_args().map(|word| format!("'{}'", word.to_string_lossy())).collect();
    let script = format!("'{}' {} > '{}'", crate::aws::PROGRAM, words.join(" "), file.path().display());
    let shell = Aws::of("/bin/sh", ["-c", &script]).to(&emulator).env("TERM", "xterm");
    let mut prompt = Prompt::start(shell, SIZE);
    prompt.shows("CloudHSM");
    prompt.press(b"\x12");
    prompt.shows("^X run");
    prompt.press(b"\x18");
    assert_eq!(prompt.end(), Some(0));
    assert_eq!(std::fs::read_to_string(file.path()).expect("a file"), "2\n");
    let line = prompt.screen();
    assert_eq!(line.trim(), "aws kms describe-custom-key-stores '--query=length(CustomKeyStores)'");
}
