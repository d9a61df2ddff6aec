//! What is worth a hint where a document or a value in it is refused. No text of a document is ever shown.

use std::fs;
use std::path::Path;

use super::lookalikes::{self, Lookalike};
use crate::cli::Invocation;
use crate::cli::words::Word;
use crate::environment::Environment;
use crate::error::Error;
use crate::hints::Hints;
use crate::input::error::ParameterError;
use crate::input::paramfile;
use crate::input::sources::Sources;
use crate::input::validate::Violation;
use crate::value::Position;
use crate::value::yaml::YamlError;

/// The largest file that is read again to look at the place where it is broken.
const LARGEST: u64 = 1 << 20;

/// What the documents of a call have to do with its error.
pub(crate) fn of_call_error(
    error: &Error,
    invocation: &Invocation,
    environment: &Environment,
    hints: &Hints,
) {
    let Error::Parameter(error) = error else { return };
    let place = match error {
        ParameterError::Validation(violations) => {
            return violations.iter().for_each(|violation| unquoted(violation, hints));
        }
        ParameterError::JsonDocument(json) => json.as_ref().map(|error| error.at),
        ParameterError::YamlDocument(YamlError { at, .. }) => Some(*at),
        ParameterError::DocumentIsNoMap { .. } => None,
        _ => return,
    };
    let mut options = ["cli-input-json", "cli-input-yaml"].into_iter();
    let given = options.find_map(|option| Some((option, invocation.options.get(option)?.as_ref()?)));
    let Some((option, Word { text, .. })) = given else { return };
    not_a_file(option, text, hints);
    if let Some(place) = place {
        look_at(place, text, environment, hints);
    }
}

/// A value that is a number or a truth value in a document, where a text is wanted.
fn unquoted(violation: &Violation, hints: &Hints) {
    let Violation::Type { path, found, valid: "str", .. } = violation else { return };
    let what = match *found {
        "int" | "float" => "a number",
        "bool" => "a truth value",
        _ => return,
    };
    hints.add(format!(
        "The value of {path} is read as {what}: in quotes it is a text, which is what is wanted here."
    ));
}

/// A document on the command line that is not valid: perhaps its file was meant.
fn not_a_file(option: &str, text: &str, hints: &Hints) {
    if text == "-" {
        hints.add(format!("--{option} file:///dev/stdin reads the document from standard input."));
    } else if text.len() < 4096 && Path::new(text).is_file() {
        hints.add(format!("--{option} file://{text} reads the document from that file."));
    } else if !text.starts_with("file://") && !text.contains(['{', '[', '\n']) && !text.contains(": ") {
        hints.add(format!("--{option} file://<path> reads the document from a file."));
    }
}

/// The character at the place where a document is broken, and for YAML those before it in its line.
fn look_at(Position { line, column }: Position, word: &str, environment: &Environment, hints: &Hints) {
    let Some(text) = text_of(word, environment) else { return };
    let line = text.split('\n').nth(line.saturating_sub(1)).unwrap_or_default();
    let at = line.chars().nth(column.saturating_sub(1)).and_then(Lookalike::of);
    let before = line
        .chars()
        .take(column.saturating_sub(1))
        .take_while(|c| !matches!(c, '\'' | '"'))
        .collect::<String>();
    for found in lookalikes::misplaced_in(&before).chain(at) {
        hints.add(format!("Where the document is broken stands the character {found}."));
    }
}

/// The text of a document: itself, or what its file has, if that can be read a second time.
fn text_of(word: &str, environment: &Environment) -> Option<String> {
    let Some(path) = word.strip_prefix("file://") else { return Some(word.to_owned()) };
    let path = crate::environment::expand::expand(path, environment);
    let is_plain = fs::metadata(path).is_ok_and(|data| data.is_file() && data.len() <= LARGEST);
    let content =
        is_plain.then(|| paramfile::load(word, false, &Sources::files(environment))).flatten()?.ok()?;
    content.as_str().map(str::to_owned)
}
