//! What is worth a hint in the words of a line. A word is never shown, only names of this program's options and commands.

use super::lookalikes::{self, Looks};
use crate::cli::error;
use crate::cli::error::UsageError;
use crate::cli::tree::all_options;
use crate::cli::words::{Word, name_of};
use crate::environment::Environment;
use crate::error::Error;
use crate::hints::Hints;
use crate::operations;
use crate::output::error::Error as OutputError;
use crate::syntax::near_names;

/// What the words have to do with an error.
pub(crate) fn of_error(error: &Error, words: &[Word], hints: &Hints) {
    match error {
        Error::Cli(error::Error::Usage { error: UsageError::ExpectedOneArgument { option }, .. }) => {
            dashed_value(option, words, hints);
            misplaced(words, hints);
        }
        Error::Cli(error::Error::Usage { .. }) => {
            misspelt_options(words, hints);
            misplaced(words, hints);
        }
        Error::Cli(error::Error::HandOver { .. } | error::Error::Circle { .. }) => {}
        Error::Cli(_)
        | Error::Parameter(_)
        | Error::Session(_)
        | Error::Output(OutputError::UnknownFormat(_)) => misplaced(words, hints),
        Error::Client(_) | Error::Output(_) | Error::Cks(_) | Error::Prompt(_) => {}
    }
}

/// A carriage return at the end of a word is always a mistake: the line comes from a script with line ends of Windows.
pub(crate) fn carriage_returns(words: &[Word], hints: &Hints) {
    for at in (0..words.len()).filter(|at| words[*at].text.ends_with('\r')) {
        hints.add(format!(
            "{} ends in CARRIAGE RETURN (U+000D), as in a script with line ends of Windows.",
            place(words, at, &known_names())
        ));
    }
}

/// The same in the variables that settings come from.
pub(crate) fn carriage_returns_in_variables(environment: &Environment, hints: &Hints) {
    for (name, value) in environment.iter() {
        let name = name.to_string_lossy();
        if name.starts_with("AWS_") && value.as_encoded_bytes().ends_with(b"\r") {
            hints.add(format!(
                "{name} ends in CARRIAGE RETURN (U+000D), as in a file with line ends of Windows."
            ));
        }
    }
}

/// An option whose value begins with a hyphen is reported as if the value were missing.
fn dashed_value(option: &str, words: &[Word], hints: &Hints) {
    let known = known_names();
    let is_option = |word: &str| {
        let name = word.split('=').next().unwrap_or_default();
        known.iter().any(|known| known == name || name.len() > 2 && known.starts_with(name))
    };
    let is_value = |word: &str| word.starts_with('-') && word != "--" && !is_option(word);
    let is_it = |word: &str| word.len() > 2 && option.starts_with(word);
    if words.windows(2).any(|pair| is_it(&pair[0].text) && is_value(&pair[1].text)) {
        hints.add(format!("A value that begins with a hyphen is given as {option}=<value>."));
    }
}

/// Options that are none, and so were taken for something else or not at all. A unique prefix of an option is one.
fn misspelt_options(words: &[Word], hints: &Hints) {
    // Other characters, and a carriage return at the end, have hints of their own.
    let is_plain =
        |word: &&Word| word.text.starts_with("--") && word.text.bytes().all(|c| c.is_ascii_graphic());
    let before_dashes = words.iter().take_while(|word| word.text != "--").filter(is_plain);
    let names: Vec<&str> = before_dashes.filter_map(|word| word.text.split('=').next()).collect();
    if names.is_empty() {
        return;
    }
    let known: Vec<String> = all_options().iter().map(name_of).collect();
    for name in names.into_iter().filter(|name| !known.iter().any(|known| known.starts_with(name))) {
        if let Some(near) = near_names::close_matches(name, known.iter().map(String::as_str)).first() {
            hints.add(format!("An option is misspelt: did you mean {near}?"));
        }
    }
}

/// Characters that only look right.
fn misplaced(words: &[Word], hints: &Hints) {
    if words.iter().all(|word| word.text.is_ascii()) {
        return;
    }
    let known = known_names();
    for (at, word) in words.iter().enumerate() {
        let name = word.text.split('=').next().unwrap_or_default();
        let plain = lookalikes::plain(name);
        let is_name = plain != name && known.contains(&plain);
        if is_name {
            for found in lookalikes::all_in(name) {
                let dash = if found.looks == Looks::Hyphen { " in place of a hyphen" } else { "" };
                hints.add(format!("{plain} is given with {found}{dash}."));
            }
        }
        let value = if is_name { &word.text[name.len()..] } else { word.text.as_str() };
        for found in lookalikes::misplaced_in(value) {
            hints.add(format!("{} has the character {found}.", place(words, at, &known)));
        }
    }
}

/// What a word is, without showing it.
fn place(words: &[Word], at: usize, known: &[String]) -> String {
    let name = |word: &Word| {
        let name = lookalikes::plain(word.text.split('=').next().unwrap_or_default());
        known.contains(&name).then_some(name)
    };
    match (name(&words[at]), at.checked_sub(1).and_then(|before| name(&words[before]))) {
        (Some(own), _) if words[at].text.contains('=') => format!("The value of {own}"),
        (Some(own), _) => own,
        (None, Some(option)) if option.starts_with('-') => format!("The value of {option}"),
        (None, _) => "A word of the command line".to_owned(),
    }
}

/// The names that may be shown: those of this program's options and commands.
fn known_names() -> Vec<String> {
    let commands = operations::operations().map(|operation| operation.command());
    all_options().iter().map(name_of).chain(commands).chain(["kms".to_owned()]).collect()
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;
    use crate::cli::words::words;

    proptest::proptest! {
        #[test]
        fn no_line_makes_it_panic_and_no_word_is_shown(
            line in proptest::collection::vec(
                "[\\PC\r\u{a0}\u{201c}\u{2014}]{0,4}hunter2[\\PC\r]{0,3}|[\u{2013}-]{1,2}(region|key-store-password|query)[=\r\u{200b}]{0,1}|kms\r",
                0..8,
            ),
        ) {
            let words = words(line.into_iter().map(OsString::from));
            let hints = Hints::new(true);
            let error = UsageError::ExpectedOneArgument { option: "--query".to_owned() };
            of_error(&Error::Cli(error.into()), &words, &hints);
            carriage_returns(&words, &hints);
            let lines = hints.lines(false);
            proptest::prop_assert!(lines.is_ascii() && !lines.contains("hunter2"), "{lines}");
        }
    }
}
