//! What can be wrong with a command line, an alias on it, or the program that a line is handed over to.

use std::io::ErrorKind;
use std::path::PathBuf;

use thiserror::Error;

use crate::query::CompileError;
use crate::secret::{names, urls};
use crate::syntax::near_names;
use crate::syntax::python::repr_str;
use crate::syntax::shell_words::Unfinished;

/// The usage text of the reference.
pub(crate) const USAGE: &str = "\
usage: aws [options] <command> <subcommand> [<subcommand> ...] [parameters]
To see help text, you can run:

  aws help
  aws <command> help
  aws <command> <subcommand> help
";

/// The usage text of the reference's first pass, which knows these two options only.
const FIRST_PASS_USAGE: &str = "usage: aws [--profile PROFILE] [--debug]\n";

#[derive(Debug, Error)]
pub(crate) enum Error {
    #[error("{error}\n\n{}", if *.first_pass { FIRST_PASS_USAGE } else { USAGE })]
    Usage { error: UsageError, first_pass: bool },
    /// Words that no parser took, in the order of the reference's report and without secrets.
    #[error("Unknown options: {}", .words.join(", "))]
    UnknownOptions { words: Vec<String>, options: Vec<String> },
    #[error("Both --cli-auto-prompt and --no-cli-auto-prompt cannot be specified at the same time.")]
    AutoPromptConflict,
    #[error("Error parsing parameter '{option}': The value is not valid UTF-8.")]
    NotUtf8 { option: String },
    #[error("Bad value for --query {text}: {error}")]
    Query { text: String, error: CompileError },
    #[error(
        "Bad value for --endpoint-url \"{}\": scheme is missing.  Must be of the form http://<hostname>/ or \
         https://<hostname>/",
        urls::shown(.url)
    )]
    EndpointWithoutScheme { url: String },
    #[error(
        "The value of {option} must be a whole number of seconds, not '{}'.",
        names::hidden_after_name(.text)
    )]
    NotAnInteger { option: &'static str, text: String },
    /// The value of an alias cannot be split into words; it is shown without secrets.
    #[error(
        "Value of alias \"{alias}\" could not be parsed. Received error: {reason} when parsing:\n{value}"
    )]
    AliasValue { alias: String, reason: Unfinished, value: String },
    #[error(
        "Global parameter \"--{option}\" detected in alias \"{alias}\" which is not supported in subcommand aliases."
    )]
    AliasOption { alias: String, option: &'static str },
    #[error(
        "The alias \"{alias}\" leads back to itself. An alias that is to run the command of its own name begins with that name."
    )]
    EndlessAlias { alias: String },
    #[error("The shell for an alias could not be started: {0}.")]
    Shell(ErrorKind),
    #[error("Could not run {} for what this program does not have: {reason}.", .program.display())]
    HandOver { program: PathBuf, reason: String },
    #[error(
        "The command goes round in a circle: {} has handed it over to {}, which has run {0} again.",
        .this.display(), .program.display()
    )]
    Circle { program: PathBuf, this: PathBuf },
}

/// What is wrong with the words of a command line. Values are without secrets.
#[derive(Debug, Error)]
pub(crate) enum UsageError {
    #[error("argument {option}: expected one argument")]
    ExpectedOneArgument { option: String },
    #[error("argument {option}: ignored explicit argument {}", repr_str(.value))]
    IgnoredExplicitArgument { option: String, value: String },
    /// `argument` is `command`, `operation`, `subcommand` or an option with its dashes; `near` are the choices near the
    /// value, best first.
    #[error("argument {argument}: Found invalid choice '{value}'\n{}", maybe(.near))]
    InvalidChoice {
        argument: String,
        value: String,
        near: Vec<String>,
        /// Whether it is a command of the full AWS CLI, which was looked for and not found.
        perhaps_foreign: bool,
    },
    #[error("ambiguous option: {word} could match {}", .candidates.join(", "))]
    Ambiguous { word: String, candidates: Vec<String> },
    #[error("the following arguments are required: {}", .0.join(", "))]
    Required(Vec<String>),
    #[error("{0} cannot be given together.")]
    NotTogether(&'static str),
    #[error("argument {option}: it can be given with {other} only")]
    OnlyWith { option: &'static str, other: &'static str },
    #[error("argument {option}: expected a duration such as 90s or 45m, not {}", repr_str(.value))]
    InvalidDuration { option: String, value: String },
    #[error("argument {option}: invalid int value: {}", repr_str(.value))]
    InvalidInteger { option: String, value: String },
}

fn maybe(near: &[String]) -> String {
    let title = if near.is_empty() { "" } else { "\nMaybe you meant:\n" };
    near.iter().fold(title.to_owned(), |text, choice| format!("{text}\n  * {choice}"))
}

impl From<UsageError> for Error {
    fn from(error: UsageError) -> Error {
        Error::Usage { error, first_pass: false }
    }
}

impl Error {
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Error::Usage { .. } | Error::UnknownOptions { .. } | Error::Query { .. } => 252,
            Error::AutoPromptConflict | Error::EndpointWithoutScheme { .. } | Error::NotUtf8 { .. } => 252,
            _ => 255,
        }
    }

    /// The code in structured formats.
    pub(crate) fn code(&self) -> Option<&'static str> {
        let has_code = self.exit_code() == 252 && !matches!(self, Error::UnknownOptions { .. });
        has_code.then_some("ParamValidation")
    }

    /// Whether the reference finds this before it reads the format of errors.
    pub(crate) fn is_of_first_pass(&self) -> bool {
        matches!(self, Error::Usage { first_pass: true, .. } | Error::AutoPromptConflict)
    }

    /// A hint of our own below the reference's words.
    pub(crate) fn hint(&self) -> Option<String> {
        let text = match self {
            Error::Usage { error: UsageError::InvalidChoice { perhaps_foreign: true, .. }, .. } => {
                "This program has the commands for custom key stores only (aws kms help lists them). To run all \
                 other commands with a full AWS CLI, put its aws on PATH behind this one or name it in \
                 AWS_KMS_CLI_FALLBACK."
            }
            Error::UnknownOptions { words, options } => return near_options(words, options),
            Error::HandOver { .. } => {
                "AWS_KMS_CLI_FALLBACK names the program for all other commands; without it that is the next aws on \
                 PATH, and with off there is none."
            }
            Error::Circle { .. } => {
                "AWS_KMS_CLI_FALLBACK can name the full AWS CLI itself; off switches handing over off."
            }
            _ => return None,
        };
        Some(text.to_owned())
    }
}

/// A line for each word that nearly is one of the options.
fn near_options(words: &[String], options: &[String]) -> Option<String> {
    let near = words.iter().filter(|word| word.starts_with("--")).filter_map(|word| {
        // A carriage return at the end has a hint of its own.
        let name = word.split('=').next().unwrap_or(word).trim_end_matches('\r');
        let near = *near_names::close_matches(name, options.iter().map(String::as_str)).first()?;
        // Behind `--` the option itself is no option.
        (near != name).then(|| format!("{name}: did you mean {near}?"))
    });
    let lines: Vec<String> = near.collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}
