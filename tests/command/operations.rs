//! What must hold for every operation's table.

use std::collections::HashSet;

use aws_kms_cli::model::{Member, Shape};
use aws_kms_cli::operations::OPERATIONS;
use kms_emulator::Emulator;
use serde_json::{Map, Value, json};

use crate::aws::Aws;

/// A document with a valid value for each member.
fn document(members: &[Member]) -> Value {
    let value = |shape: &Shape| match shape {
        Shape::String(text) => match text.values.first() {
            Some(value) => json!(value),
            None => json!("x".repeat(text.min.unwrap_or(1))),
        },
        Shape::Integer { min, .. } => json!(min),
        Shape::Boolean => json!(true),
        Shape::Timestamp | Shape::List(_) => panic!("no request has such a member"),
        Shape::Structure(members) => document(members),
    };
    members.iter().map(|member| (member.name.to_owned(), value(member.shape))).collect::<Map<_, _>>().into()
}

#[test]
fn every_member_of_every_operation_reaches_the_service_under_its_name() {
    let emulator = Emulator::builder().start().expect("an emulator");
    for operation in OPERATIONS {
        let document = document(operation.input);
        let command = operation.command();
        Aws::new(["kms", &command, "--cli-input-json", &document.to_string()]).to(&emulator).run();
        let requests = emulator.requests();
        let request = requests.last().expect("a request");
        assert_eq!(format!("{:?}", request.operation), operation.name);
        assert_eq!(request.json(), document, "{command}");
    }
    assert_eq!(emulator.requests().len(), OPERATIONS.len());
}

#[test]
fn options_of_an_operation_differ_from_each_other_and_everything_has_a_description() {
    for operation in OPERATIONS {
        let mut options = HashSet::new();
        for member in operation.input {
            assert!(options.insert(member.option()), "{} of {operation:?}", member.name);
            assert!(member.doc.ends_with('.'), "{} of {operation:?}", member.name);
        }
        assert!(!operation.doc.is_empty() && !operation.examples.is_empty(), "{operation:?}");
    }
}

#[test]
fn the_examples_of_the_help_pages_are_commands_that_are_understood() {
    for operation in OPERATIONS {
        for (title, words) in operation.examples {
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
