//! Hints: lines of our own on stderr that begin with `hint: `.
//!
//! They stand below the reference's words for an error, and after a success, where they are all that stderr has. They never
//! reach stdout, never change an exit code, and never hold a secret. Where errors have a structured format stderr is data,
//! so there are none; `AWS_KMS_CLI_HINTS=off` silences all of them.
//!
//! What is worth a hint is found where it can be seen, and kept here as text without its prefix; this module alone lays
//! hints out, and `run` alone prints them.

mod document;
mod line;
mod lookalikes;
mod parameters;

use std::cell::RefCell;

use crate::cli::Invocation;
use crate::cli::foreign::program;
use crate::cli::words::Word;

use crate::environment::Environment;
use crate::error::Error;
use crate::output::error_format::ErrorFormat;
use crate::session::error::SessionError;

pub(crate) use parameters::{of_parameters, of_success};

/// The environment variable that silences hints when it is `off`.
pub(crate) const HINTS: &str = "AWS_KMS_CLI_HINTS";

/// The hints that a run has gathered up to now.
#[derive(Debug)]
pub(crate) struct Hints {
    wanted: bool,
    texts: RefCell<Vec<String>>,
}

impl Hints {
    /// None yet.
    pub(crate) fn new(environment: &Environment) -> Hints {
        let wanted = environment.get_os(HINTS).is_none_or(|value| !value.eq_ignore_ascii_case("off"));
        Hints { wanted, texts: RefCell::default() }
    }

    /// Keeps one for the end of the run. The same text counts once.
    pub(crate) fn add(&self, text: String) {
        let mut texts = self.texts.borrow_mut();
        if !texts.contains(&text) {
            texts.push(text);
        }
    }

    /// Puts what belongs to the error itself before all others.
    pub(crate) fn add_first(&self, text: String) {
        self.texts.borrow_mut().insert(0, text);
    }

    /// Whether there is nothing to print.
    pub(crate) fn is_empty(&self) -> bool {
        !self.wanted || self.texts.borrow().is_empty()
    }

    /// The lines to print where errors have this format.
    pub(crate) fn lines(&self, format: ErrorFormat) -> String {
        if !self.wanted || format.is_structured() {
            return String::new();
        }
        let texts = self.texts.borrow();
        let lines = texts.iter().flat_map(|text| text.lines()).filter(|line| !line.trim().is_empty());
        lines.map(|line| format!("hint: {line}\n")).collect()
    }
}

/// What the line itself and the environment have to do with an error.
pub(crate) fn of_error(error: &Error, words: &[Word], environment: &Environment, hints: &Hints) {
    line::of_error(error, words, hints);
    line::carriage_returns_in_variables(environment, hints);
    if let Error::Session(error) = error
        && let Some((command, lacks_credentials)) = advised(error)
        && !program::is_there(environment)
    {
        hints.add(format!("{command} is a command of the full AWS CLI, which was not found."));
        if lacks_credentials {
            hints.add(CREDENTIALS.to_owned());
        }
    }
}

/// How to give credentials to a program that has neither `aws login` nor `aws configure`.
const CREDENTIALS: &str = "Credentials can be given in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN \
                           with temporary ones), or in ~/.aws/credentials as aws_access_key_id and \
                           aws_secret_access_key of a profile.";

/// The command that the reference advises, and whether credentials are missing.
fn advised(error: &SessionError) -> Option<(&'static str, bool)> {
    match error {
        SessionError::NoCredentials => Some(("aws login", true)),
        SessionError::NoRegion { no_credentials } => Some(("aws configure", *no_credentials)),
        _ => None,
    }
}

/// What the values of a call have to do with its error.
pub(crate) fn of_failed(error: &Error, invocation: &Invocation, environment: &Environment, hints: &Hints) {
    if let Error::Parameter(error) = error {
        document::of_error(error, invocation, environment, hints);
    }
}

/// What the words have that only looks right, although nothing is wrong so far.
pub(crate) fn of_words(words: &[Word], hints: &Hints) {
    line::carriage_returns(words, hints);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hints(variables: &[(&str, &str)], texts: &[&str]) -> Hints {
        let hints = Hints::new(&variables.iter().copied().collect());
        texts.iter().for_each(|text| hints.add((*text).to_owned()));
        hints
    }

    #[test]
    fn each_line_of_each_hint_has_the_prefix() {
        let hints = hints(&[], &["one\n\ntwo", "three\n", "one\n\ntwo"]);
        for format in [ErrorFormat::Enhanced, ErrorFormat::Legacy] {
            assert_eq!(hints.lines(format), "hint: one\nhint: two\nhint: three\n");
        }
    }

    #[test]
    fn data_on_stderr_has_no_hints() {
        for format in [ErrorFormat::Json, ErrorFormat::Yaml, ErrorFormat::Text, ErrorFormat::Table] {
            assert_eq!(hints(&[], &["one"]).lines(format), "");
        }
    }

    #[test]
    fn a_variable_silences_them() {
        for value in ["off", "OFF"] {
            let hints = hints(&[(HINTS, value)], &["one"]);
            assert!(hints.is_empty());
            assert_eq!(hints.lines(ErrorFormat::Enhanced), "");
        }
        for value in ["", "on", "of"] {
            assert_eq!(hints(&[(HINTS, value)], &["one"]).lines(ErrorFormat::Enhanced), "hint: one\n");
        }
    }
}
