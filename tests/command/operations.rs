//! What must hold for every operation's table.

use aws_kms_cli::testing::commands;
use kms_emulator::Emulator;
use serde_json::Value;

use crate::aws::Aws;

#[test]
fn every_member_of_every_operation_reaches_the_service_under_its_name() {
    let emulator = Emulator::builder().start().expect("an emulator");
    for command in commands() {
        Aws::new(["kms", &command.name, "--cli-input-json", &command.document]).to(&emulator).run();
        let requests = emulator.requests();
        let request = requests.last().expect("a request");
        assert_eq!(format!("{:?}", request.operation), command.operation);
        let document: Value = serde_json::from_str(&command.document).expect("a JSON document");
        assert_eq!(request.json(), document, "{}", command.name);
    }
    assert_eq!(emulator.requests().len(), commands().len());
}

#[test]
fn the_examples_of_the_help_pages_are_commands_that_are_understood() {
    for command in commands() {
        for (title, words) in command.examples {
            let words = words.split_whitespace().filter(|word| !word.contains("file://"));
            let words: Vec<&str> =
                ["kms"].into_iter().chain(words).chain(["--generate-cli-skeleton"]).collect();
            let words: Vec<&str> = drop_options_without_value(words);
            let run = Aws::new(&words).run();
            assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{title}: {words:?}");
        }
    }
}

/// The words without options that lost their value.
fn drop_options_without_value(words: Vec<&str>) -> Vec<&str> {
    let follows = |index: usize| words.get(index + 1).is_some_and(|next| !next.starts_with("--"));
    let keep = |index: usize, word: &str| {
        !word.starts_with("--") || word == "--generate-cli-skeleton" || follows(index)
    };
    words.iter().enumerate().filter(|(index, word)| keep(*index, word)).map(|(_, word)| *word).collect()
}
