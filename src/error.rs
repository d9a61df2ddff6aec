//! Everything that can end a run early: data in variants, words in `Display`, exit codes in one function.
//!
//! Texts are the reference's wherever those are words. Where the reference prints the text of a Python
//! exception, there is a sentence of our own with the same exit code.

use crate::cli;
use crate::input::error::ParameterError;
use crate::reply::error::{ReplyError, ServiceError};
use crate::session::credentials::error::CredentialsError;
use crate::session::error::SessionError;
use crate::transport::error::TransportError;

use crate::output::OutputError;
use crate::value::{Value, python};

/// What ended a run early.
#[derive(Debug)]
pub(crate) enum Error {
    Cli(cli::error::Error),
    /// A parameter, a document or a parameter file is not what it should be.
    Parameter(ParameterError),
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
}

impl Error {
    /// The exit code: 252 usage and parameters, 253 configuration, 254 service, 255 everything else.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Error::Cli(error) => error.exit_code(),
            Error::Parameter(error) => error.exit_code(),
            Error::Session(error) => error.exit_code(),
            Error::Service(_) => 254,
            Error::Output(OutputError::Pager(error)) => error.exit_code(),
            Error::Transport(_)
            | Error::Reply(_)
            | Error::Runtime(_)
            | Error::SameTokenTwice { .. }
            | Error::UnknownOutputFormat(_)
            | Error::Output(_) => 255,
            Error::Interrupted => 130,
        }
    }

    /// Whether the reference finds this before it reads how errors are to be told.
    pub(crate) fn is_of_first_pass(&self) -> bool {
        matches!(self, Error::Cli(error) if error.is_of_first_pass())
    }

    /// The code by which structured formats name the error. Errors without one are always told in plain words.
    pub(crate) fn code(&self) -> Option<&str> {
        match self {
            Error::Cli(error) => error.code(),
            Error::Parameter(error) => (error.exit_code() == 252).then_some("ParamValidation"),
            Error::Session(error) => error.code(),
            Error::Service(error) => Some(&error.code),
            Error::Output(OutputError::Pager(error)) => error.code(),
            Error::Transport(_)
            | Error::Reply(_)
            | Error::Interrupted
            | Error::Runtime(_)
            | Error::SameTokenTwice { .. }
            | Error::UnknownOutputFormat(_)
            | Error::Output(_) => None,
        }
    }

    /// Lines of our own that follow the reference's words, without the prefix of hints.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Error::Cli(error) => error.hint(),
            Error::Transport(error) => error.hint(),
            Error::Parameter(error) => error.hint(),
            Error::Session(error) => error.hint(),
            Error::Reply(error) => error.hint(),
            Error::Service(_)
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
            Error::Cli(error) => error.fmt(f),
            Error::Parameter(error) => error.fmt(f),
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
        }
    }
}

impl std::error::Error for Error {}

impl From<cli::error::Error> for Error {
    fn from(error: cli::error::Error) -> Error {
        Error::Cli(error)
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
