//! Everything that can end a run early: data in variants, words in `Display`, exit codes in one function.
//!
//! Texts are the reference's wherever those are words. Where the reference prints the text of a Python
//! exception, there is a sentence of our own with the same exit code.

use crate::cli::alias::error::AliasError;
use crate::cli::error::{UnknownOptions, UsageFailure};
use crate::cli::foreign::error::HandOverError;
use crate::input::error::ParameterError;
use crate::reply::error::{ReplyError, ServiceError};
use crate::session::credentials::error::CredentialsError;
use crate::session::error::SessionError;
use crate::transport::error::TransportError;

use crate::output::OutputError;
use crate::secret::names;
use crate::value::{Value, python};

/// The usage text of the reference.
pub(crate) const USAGE: &str = "\
usage: aws [options] <command> <subcommand> [<subcommand> ...] [parameters]
To see help text, you can run:

  aws help
  aws <command> help
  aws <command> <subcommand> help
";

/// What ended a run early.
#[derive(Debug)]
pub(crate) enum Error {
    /// The words of the command line do not fit together.
    Usage(UsageFailure),
    /// Words that nothing knows.
    UnknownOptions(UnknownOptions),
    /// An alias cannot be followed.
    Alias(AliasError),
    /// A parameter, a document or a parameter file is not what it should be.
    Parameter(ParameterError),
    /// An option that must be a whole number is none.
    NotAnInteger {
        /// The option, with its dashes.
        option: &'static str,
        /// What was given.
        text: String,
    },
    /// Configuration, profile, region or credentials do not allow to send.
    Session(SessionError),
    /// The request did not get through, or no whole reply came back.
    Transport(TransportError),
    /// The service answered with an error.
    Service(ServiceError),
    /// The service's reply cannot be read.
    Reply(ReplyError),
    /// The service named the same next page twice.
    SameTokenTwice {
        /// The member that names a page.
        member: &'static str,
        /// What it was.
        token: Value,
    },
    /// The run was interrupted, as by Ctrl-C. Nothing is told.
    Interrupted,
    /// The system refuses what sending needs.
    Runtime(std::io::ErrorKind),
    /// The format of the output is none.
    UnknownOutputFormat(String),
    /// What was asked for cannot be shown.
    Output(OutputError),
    /// A line could not be handed over.
    HandOver(HandOverError),
}

impl Error {
    /// The exit code: 252 usage and parameters, 253 configuration, 254 service, 255 everything else.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Error::Usage(_) | Error::UnknownOptions(_) => 252,
            Error::Parameter(error) => error.exit_code(),
            Error::Session(error) => error.exit_code(),
            Error::Service(_) => 254,
            Error::Output(OutputError::Pager(error)) => error.exit_code(),
            Error::Alias(_)
            | Error::NotAnInteger { .. }
            | Error::Transport(_)
            | Error::Reply(_)
            | Error::Runtime(_)
            | Error::SameTokenTwice { .. }
            | Error::UnknownOutputFormat(_)
            | Error::Output(_)
            | Error::HandOver(_) => 255,
            Error::Interrupted => 130,
        }
    }

    /// Whether the reference finds this before it reads how errors are to be told.
    pub(crate) fn is_of_first_pass(&self) -> bool {
        match self {
            Error::Usage(failure) => failure.first_pass,
            Error::Parameter(error) => matches!(error, ParameterError::AutoPromptConflict),
            _ => false,
        }
    }

    /// The code by which structured formats name the error. Errors without one are always told in plain words.
    pub(crate) fn code(&self) -> Option<&str> {
        match self {
            Error::Usage(_) => Some("ParamValidation"),
            Error::Parameter(error) => (error.exit_code() == 252).then_some("ParamValidation"),
            Error::Session(error) => error.code(),
            Error::Service(error) => Some(&error.code),
            Error::Output(OutputError::Pager(error)) => error.code(),
            Error::UnknownOptions(_)
            | Error::Alias(_)
            | Error::NotAnInteger { .. }
            | Error::Transport(_)
            | Error::Reply(_)
            | Error::Interrupted
            | Error::Runtime(_)
            | Error::SameTokenTwice { .. }
            | Error::UnknownOutputFormat(_)
            | Error::Output(_)
            | Error::HandOver(_) => None,
        }
    }

    /// Lines of our own that follow the reference's words, without the prefix of hints.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Error::Usage(failure) => failure.hint(),
            Error::UnknownOptions(unknown) => unknown.hint(),
            Error::Transport(error) => error.hint(),
            Error::Parameter(error) => error.hint(),
            Error::Session(error) => error.hint(),
            Error::Reply(error) => error.hint(),
            Error::HandOver(error) => Some(error.hint()),
            Error::Service(_)
            | Error::Alias(_)
            | Error::NotAnInteger { .. }
            | Error::Interrupted
            | Error::Runtime(_)
            | Error::SameTokenTwice { .. }
            | Error::UnknownOutputFormat(_)
            | Error::Output(_) => None,
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::Usage(failure) => failure.fmt(f),
            Error::UnknownOptions(unknown) => write!(f, "Unknown options: {}", unknown.words.join(", ")),
            Error::Alias(error) => error.fmt(f),
            Error::Parameter(error) => error.fmt(f),
            Error::NotAnInteger { option, text } => {
                let text = names::hidden_after_name(text);
                write!(f, "The value of {option} must be a whole number of seconds, not '{text}'.")
            }
            Error::Session(error) => error.fmt(f),
            Error::Transport(error) => error.fmt(f),
            Error::Service(error) => error.fmt(f),
            Error::Reply(error) => error.fmt(f),
            Error::SameTokenTwice { member, token } => {
                let token = Value::map([(*member, token.clone())]);
                let token = python::repr(&token);
                write!(f, "Error during pagination: The same next token was received twice: {token}")
            }
            Error::Interrupted => Ok(()),
            Error::Runtime(reason) => write!(f, "The request could not be sent: {reason}."),
            Error::UnknownOutputFormat(name) => write!(f, "Unknown output type: {name}"),
            Error::Output(error) => error.fmt(f),
            Error::HandOver(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl From<AliasError> for Error {
    fn from(error: AliasError) -> Error {
        Error::Alias(error)
    }
}

impl From<HandOverError> for Error {
    fn from(error: HandOverError) -> Error {
        Error::HandOver(error)
    }
}

impl From<ParameterError> for Error {
    fn from(error: ParameterError) -> Error {
        match error {
            ParameterError::Interrupted => Error::Interrupted,
            error => Error::Parameter(error),
        }
    }
}

impl From<SessionError> for Error {
    fn from(error: SessionError) -> Error {
        match error {
            SessionError::Interrupted => Error::Interrupted,
            error => Error::Session(error),
        }
    }
}

impl From<CredentialsError> for Error {
    fn from(error: CredentialsError) -> Error {
        Error::Session(error.into())
    }
}

impl From<ReplyError> for Error {
    fn from(error: ReplyError) -> Error {
        Error::Reply(error)
    }
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Error {
        Error::Transport(error)
    }
}
