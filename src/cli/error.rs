//! Errors of the command line itself.

use crate::error::USAGE;
use crate::syntax::near_names;

/// What is wrong with the words of a command line. Exit code 252.
#[derive(Debug)]
pub(crate) enum UsageError {
    /// An option without its value.
    ExpectedOneArgument {
        /// The option, with its dashes.
        option: String,
    },
    /// A flag with a value.
    IgnoredExplicitArgument {
        /// The option, with its dashes.
        option: String,
        /// The value after `=`.
        value: String,
    },
    /// A value that is not one of the choices.
    InvalidChoice {
        /// `command`, `operation` or an option with its dashes.
        argument: String,
        /// The word that was given.
        value: String,
        /// The choices that are near it, best first.
        near: Vec<String>,
        /// Whether the word may be a command of the full AWS CLI, which was looked for and not found.
        perhaps_foreign: bool,
    },
    /// A prefix of several options.
    Ambiguous {
        /// The word, with its dashes and its value.
        word: String,
        /// The options that begin with it.
        candidates: Vec<String>,
    },
    /// Required arguments that are missing.
    Required {
        /// Their names.
        arguments: Vec<String>,
    },
    /// A value that is not a whole number.
    InvalidInteger {
        /// The option, with its dashes.
        option: String,
        /// The value.
        value: String,
    },
}

/// A [`UsageError`] and the level of parsing that found it, which decides on the usage text below it.
#[derive(Debug)]
pub(crate) struct UsageFailure {
    /// What is wrong.
    pub(crate) error: UsageError,
    /// Whether the first pass, which knows only `--profile` and `--debug`, found it.
    pub(crate) first_pass: bool,
}

impl std::fmt::Display for UsageError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            UsageError::ExpectedOneArgument { option } => {
                write!(f, "argument {option}: expected one argument")
            }
            UsageError::IgnoredExplicitArgument { option, value } => {
                let value = crate::value::python::repr_str(value);
                write!(f, "argument {option}: ignored explicit argument {value}")
            }
            UsageError::InvalidChoice { argument, value, near, .. } => {
                writeln!(f, "argument {argument}: Found invalid choice '{value}'")?;
                if !near.is_empty() {
                    write!(f, "\nMaybe you meant:\n")?;
                }
                near.iter().try_for_each(|choice| write!(f, "\n  * {choice}"))
            }
            UsageError::Ambiguous { word, candidates } => {
                write!(f, "ambiguous option: {word} could match {}", candidates.join(", "))
            }
            UsageError::Required { arguments } => {
                write!(f, "the following arguments are required: {}", arguments.join(", "))
            }
            UsageError::InvalidInteger { option, value } => {
                let value = crate::value::python::repr_str(value);
                write!(f, "argument {option}: invalid int value: {value}")
            }
        }
    }
}

impl std::fmt::Display for UsageFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let usage = if self.first_pass { "usage: aws [--profile PROFILE] [--debug]\n" } else { USAGE };
        write!(f, "{}\n\n{usage}", self.error)
    }
}

impl UsageFailure {
    /// A line of our own below the reference's words.
    pub(crate) fn hint(&self) -> Option<String> {
        match &self.error {
            UsageError::InvalidChoice { perhaps_foreign: true, .. } => Some(
                "This program has the commands for custom key stores only (aws kms help lists them). To run all \
                 other commands with a full AWS CLI, put its aws on PATH behind this one or name it in \
                 AWS_KMS_CLI_FALLBACK."
                    .to_owned(),
            ),
            _ => None,
        }
    }
}

/// Words that no parser knew, in the order of the reference's report. Exit code 252.
#[derive(Debug)]
pub(crate) struct UnknownOptions {
    /// The words as they are shown; those that may be secrets are masked already.
    pub(crate) words: Vec<String>,
    /// The options of the command, to find near names.
    pub(crate) known: Vec<String>,
}

impl UnknownOptions {
    /// A line of our own for words that nearly are an option.
    pub(crate) fn hint(&self) -> Option<String> {
        let near = self.words.iter().filter(|word| word.starts_with("--")).filter_map(|word| {
            // A line end of Windows behind the name has a hint of its own.
            let name = word.split('=').next().unwrap_or(word).trim_end_matches('\r');
            let known = self.known.iter().map(String::as_str);
            let near = *near_names::close_matches(name, known).first()?;
            // Behind `--` the option itself is no option.
            (near != name).then(|| format!("{name}: did you mean {near}?"))
        });
        let lines: Vec<String> = near.collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}
