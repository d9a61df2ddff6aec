//! `--starting-token`: where its value comes from, and what it may be.

use kms_emulator::Emulator;
use serde_json::json;

use crate::aws::{Aws, Run};

fn describe(emulator: &Emulator, words: &[&str]) -> Run {
    let start = ["kms", "describe-custom-key-stores"];
    Aws::new(start.iter().chain(words)).to(emulator).file("token", "marker\n").file("empty", "").run()
}

#[test]
fn a_token_is_read_from_a_file() {
    let emulator = Emulator::builder().start().expect("an emulator");
    describe(&emulator, &["--starting-token", "file://token", "--page-size", "7"]);
    let sent = emulator.requests().last().expect("a request").json();
    assert_eq!(sent, json!({"Marker": "marker\n", "Limit": 7}));
}

#[test]
fn a_file_that_gives_no_token_is_told_before_anything_is_sent() {
    let emulator = Emulator::builder().start().expect("an emulator");
    let missing =
        "Error parsing parameter '--starting-token': Unable to load paramfile file://none: [Errno 2]";
    let token = ["--starting-token", "file://none"];
    for more in [
        &[][..],
        &["--generate-cli-skeleton"],
        &["--generate-cli-skeleton", "output"],
        &["--cli-input-json", "{"],
        &["--cli-input-json", "{}", "--cli-input-yaml", "{}"],
    ] {
        describe(&emulator, &[&token, more].concat()).fails(252, missing);
    }
    describe(&emulator, &["--starting-token", "fileb://none"])
        .fails(252, "Unable to load paramfile fileb://none");
    describe(&emulator, &["--starting-token", "fileb://token"]).fails(255, "--starting-token is not a token");
    describe(&emulator, &["--starting-token", "file://empty"])
        .fails(252, "Invalid length for parameter Marker");
    describe(&emulator, &["--page-size", "file://token"])
        .fails(252, "argument --page-size: invalid int value");
    assert!(emulator.requests().is_empty());
}

#[test]
fn a_token_of_too_many_parts_is_refused_after_the_session_and_before_all_else() {
    let emulator = Emulator::builder().start().expect("an emulator");
    let bad = "\naws: [ERROR]: Bad starting token: a___1___2\n";
    let token = ["--starting-token", "a___1___2"];
    for more in [&[][..], &["--output", "table"], &["--no-sign-request"], &["--custom-key-store-id", ""]] {
        let run = describe(&emulator, &[&token, more].concat()).fails(255, "");
        assert_eq!(run.stderr, bad, "{more:?}");
    }
    describe(&emulator, &[&token[..], &["--region", "us east"]].concat()).fails(255, "Provided region_name");
    let document = r#"{"PaginationConfig":{"StartingToken":"a___1___2"}}"#;
    describe(&emulator, &["--cli-input-json", document]).fails(255, "Bad starting token: ");
    let skeleton = describe(&emulator, &[&token[..], &["--generate-cli-skeleton"]].concat());
    assert_eq!(skeleton.code, Some(0));
    assert!(emulator.requests().is_empty());
}

#[test]
fn options_for_pages_in_a_document_are_read_as_python_reads_them() {
    let emulator = Emulator::builder().seed(3).start().expect("an emulator");
    let with = |config: &str| {
        describe(
            &emulator,
            &["--cli-input-json", &format!(r#"{{"PaginationConfig":{config}}}"#), "--query", "@|`1`"],
        )
    };
    for config in [r#"{"PageSize":1.5}"#, r#"{"PageSize":true}"#, r#"{"PageSize":" 1 "}"#] {
        with(config).prints("1\n");
        assert_eq!(emulator.requests().last().expect("a request").json()["Limit"], 1, "{config}");
    }
    let sent = emulator.requests().len();
    for config in
        ["5", "null", "[]", r#""x""#, r#"{"PageSize":[1]}"#, r#"{"MaxItems":"x"}"#, r#"{"StartingToken":5}"#]
    {
        let run = with(config);
        assert_eq!((run.code, run.stdout.as_str()), (Some(255), ""), "{config}");
    }
    assert_eq!(emulator.requests().len(), sent);
}
