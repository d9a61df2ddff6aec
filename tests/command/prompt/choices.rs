//! What the review offers.

use std::os::unix::fs::PermissionsExt;

use kms_emulator::{Effect, Fault};
use serde_json::json;

use super::{ENTER, Prompt, REVIEW, emulator, prompted};
use crate::terminal::CTRL_C;

const SIZE: (u16, u16) = (24, 80);

const SECRET_KEY: &str = "HushQx7zZ1HushQx7zZ1HushQx7zZ1HushQx7zZ1Hus=";

const CREDENTIAL: &str =
    "AccessKeyId=NEWID23456723EXAMPLE,RawSecretAccessKey=HushQx7zZ1HushQx7zZ1HushQx7zZ1HushQx7zZ1Hus=";

/// The review of a line that names the external store.
fn review(emulator: &kms_emulator::Emulator, words: &[&str]) -> (Prompt, String) {
    let id = emulator.stores()[0]["CustomKeyStoreId"].as_str().expect("an identifier").to_owned();
    let line = ["kms", "update-custom-key-store", "--custom-key-store-id", &id];
    let line: Vec<&str> = line.into_iter().chain(words.iter().copied()).collect();
    let mut prompt = Prompt::start(prompted(emulator, &line), SIZE);
    prompt.shows("prod-xks, CONNECTED");
    prompt.press(REVIEW);
    prompt.shows("^X run");
    (prompt, id)
}

#[test]
fn a_safe_run_goes_all_the_way() {
    let emulator = emulator("CONNECTED");
    let change = ["--xks-proxy-uri-endpoint", "https://new.example.com"];
    let (mut prompt, id) = review(&emulator, &change);
    prompt.shows("KMS changes this only in a store that is DISCONNECTED; it is CONNECTED.");
    prompt.press(b"\x13");
    prompt.shows("Disconnect prod-xks and change it? Its keys cannot be used meanwhile. [y/N]");
    assert!(prompt.screen().contains(&format!("aws cks apply {id}")), "{}", prompt.screen());
    prompt.press(b"n\r");
    assert_eq!(prompt.end(), Some(1), "{}", prompt.screen());
    assert_eq!(emulator.stores()[0]["ConnectionState"], json!("CONNECTED"));
}

#[test]
fn the_command_is_printed_without_secrets_and_can_be_pasted() {
    let emulator = emulator("CONNECTED");
    let words =
        ["--new-custom-key-store-name", "it's new", "--xks-proxy-authentication-credential", CREDENTIAL];
    let (mut prompt, id) = review(&emulator, &words);
    prompt.press(b"p");
    assert_eq!(prompt.end(), Some(0));
    let printed: String = prompt.screen().replace('\n', "");
    let line = format!(
        "aws kms update-custom-key-store --custom-key-store-id {id} --new-custom-key-store-name 'it'\\''s new' \
         --xks-proxy-authentication-credential \
         AccessKeyId=NEWID23456723EXAMPLE,RawSecretAccessKey@=file://raw-secret-access-key.txt"
    );
    assert_eq!(printed.replace(' ', ""), line.replace(' ', ""));
    assert!(!String::from_utf8_lossy(&prompt.written).contains(SECRET_KEY));
}

#[test]
fn a_document_is_written_without_secrets() {
    let emulator = emulator("CONNECTED");
    let words = ["--new-custom-key-store-name", "new", "--xks-proxy-authentication-credential", CREDENTIAL];
    let (mut prompt, id) = review(&emulator, &words);
    std::fs::write(prompt.home.path().join("taken.yaml"), "x").expect("a file");
    prompt.press(b"w");
    prompt.shows("Write to the file: update-custom-key-store.yaml");
    prompt.press(b"\x15taken.yaml\r");
    prompt.shows("taken.yaml cannot be written: there is such a file already");
    prompt.press(b"\x15none/new.yaml\r");
    prompt.shows("none/new.yaml cannot be written: there is no such folder");
    prompt.press(b"\x15~/new.yaml\r");
    assert_eq!(prompt.end(), Some(0));
    let file = prompt.home.path().join("new.yaml");
    let text = std::fs::read_to_string(&file).expect("a document");
    assert_eq!(text, format!("CustomKeyStoreId: {id}\nNewCustomKeyStoreName: new\n"));
    assert_eq!(file.metadata().expect("a file").permissions().mode() & 0o777, 0o600);
    let line = "aws kms update-custom-key-store --cli-input-yaml 'file://~/new.yaml' \
                --xks-proxy-authentication-credential \
                AccessKeyId=NEWID23456723EXAMPLE,RawSecretAccessKey@=file://raw-secret-access-key.txt";
    assert_eq!(prompt.screen().replace(['\n', ' '], ""), line.replace(' ', ""));
    assert!(emulator.requests().iter().all(|request| request.operation.name() == "DescribeCustomKeyStores"));
}

#[test]
fn a_document_that_could_not_be_written_leaves_no_file() {
    let emulator = emulator("CONNECTED");
    let words = ["kms", "update-custom-key-store", "--custom-key-store-id", "cks-1234567890abcdef0"];
    let mut prompt = Prompt::start(prompted(&emulator, &words).after("ulimit -f 0"), SIZE);
    prompt.shows("^R review");
    prompt.press(REVIEW);
    prompt.shows("^X run");
    prompt.press(b"w");
    for name in ["update-custom-key-store.yaml", "update-custom-key-store.yam"] {
        prompt.press(ENTER);
        prompt.shows(&format!("{name} cannot be written: file too large"));
        assert!(!prompt.home.path().join(name).exists());
        // Another key takes the message away.
        prompt.press(b"\x7f");
        prompt.until("no message", |screen| !screen.contains("cannot be written"));
    }
    prompt.press(CTRL_C);
    assert_eq!(prompt.end(), Some(130));
}

#[test]
fn nothing_runs_by_enter_and_everything_can_be_left() {
    let emulator = emulator("CONNECTED");
    let (mut prompt, _) = review(&emulator, &["--new-custom-key-store-name", "new"]);
    prompt.press(ENTER);
    prompt.press(b"b");
    prompt.shows("^R review");
    prompt.fill("new custom key store name", b"er");
    prompt.shows("newer");
    prompt.press(b"\x1b");
    prompt.shows("Esc again leaves without doing anything.");
    prompt.press(b"s");
    prompt.until("it stays", |screen| !screen.contains("Esc again"));
    prompt.press(REVIEW);
    prompt.shows("→ newers");
    prompt.press(b"q");
    assert_eq!(prompt.end(), Some(130));
    assert_eq!(emulator.stores()[0]["CustomKeyStoreName"], json!("prod-xks"));
    assert_eq!(prompt.screen().trim(), "");
}

#[test]
fn a_secret_that_was_typed_is_gone_when_the_prompt_is_left() {
    let emulator = emulator("CONNECTED");
    let (mut prompt, _) = review(&emulator, &[]);
    prompt.press(b"b");
    prompt.fill("raw secret access key", SECRET_KEY.as_bytes());
    prompt.shows("•••••");
    assert!(!prompt.screen().contains("HushQx"));
    // Only for as long as it is asked for.
    prompt.press(b"\x1bOQ");
    prompt.shows("HushQx");
    prompt.press(b"\t");
    prompt.until("dots again", |screen| !screen.contains("HushQx"));
    prompt.press(CTRL_C);
    assert_eq!(prompt.end(), Some(130));
    assert_eq!(prompt.screen().trim(), "");
    assert!(!prompt.scrolled_off().contains("HushQx"));
}

#[test]
fn what_kms_repeats_of_a_secret_is_hidden() {
    let emulator = emulator("CONNECTED");
    let (mut prompt, _) = review(&emulator, &[]);
    prompt.press(b"b");
    prompt.fill("access key id", b"NEWID23456723EXAMPLE");
    prompt.fill("raw secret access key", SECRET_KEY.as_bytes());
    prompt.press(REVIEW);
    prompt.shows("^X run");
    emulator.inject(Fault::once(Effect::Error {
        code: "ValidationException".to_owned(),
        status: 400,
        message: format!("Value '{SECRET_KEY}' failed"),
    }));
    prompt.press(b"\x18");
    assert_eq!(prompt.end(), Some(254), "{}", prompt.screen());
    assert!(prompt.screen().contains("Value '****' failed"), "{}", prompt.screen());
    assert!(!String::from_utf8_lossy(&prompt.written).contains(SECRET_KEY));
}
