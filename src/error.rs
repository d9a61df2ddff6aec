//! Everything that can end a run early: the errors of the steps, with their exit codes, codes and hints.
//!
//! Texts are the reference's wherever those are words. Where the reference prints the text of a Python
//! exception, there is a sentence of our own with the same exit code.

use crate::input::error::ParameterError;
use crate::reply::error::{ReplyError, ServiceError};
use crate::session::credentials::error::CredentialsError;
use crate::session::error::SessionError;
use crate::transport::error::TransportError;
use crate::value::{Value, python};
use crate::{cli, output};

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Cli(#[from] cli::error::Error),
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    #[error(transparent)]
    Session(#[from] SessionError),
    #[error(transparent)]
    Transport(#[from] TransportError),
    #[error("{0}")]
    Service(ServiceError),
    #[error(transparent)]
    Reply(#[from] ReplyError),
    /// The service named the same next page twice.
    #[error("Error during pagination: The same next token was received twice: {}", marker(.member, .token))]
    SameTokenTwice { member: &'static str, token: Value },
    #[error("interrupted")]
    Interrupted,
    /// The system refuses what sending needs.
    #[error("The request could not be sent: {0}.")]
    Runtime(std::io::ErrorKind),
    #[error(transparent)]
    Output(#[from] output::error::Error),
}

impl Error {
    /// 252 for usage and parameters, 253 for configuration, 254 for the service, 130 for an interrupt, 255 for
    /// everything else.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            _ if self.is_interrupt() => 130,
            Error::Cli(error) => error.exit_code(),
            Error::Parameter(error) => error.exit_code(),
            Error::Session(error) => error.exit_code(),
            Error::Output(error) => error.exit_code(),
            Error::Service(_) => 254,
            _ => 255,
        }
    }

    /// Whether Ctrl-C ended the run. Nothing is said then.
    pub(crate) fn is_interrupt(&self) -> bool {
        matches!(
            self,
            Error::Interrupted
                | Error::Parameter(ParameterError::Interrupted)
                | Error::Session(SessionError::Interrupted)
        )
    }

    /// Whether the reference finds this before it reads the format of errors.
    pub(crate) fn is_of_first_pass(&self) -> bool {
        matches!(self, Error::Cli(error) if error.is_of_first_pass())
    }

    /// The code by which structured formats name the error. Errors without one are always shown in plain words.
    pub(crate) fn code(&self) -> Option<&str> {
        match self {
            Error::Cli(error) => error.code(),
            Error::Parameter(error) => (error.exit_code() == 252).then_some("ParamValidation"),
            Error::Session(error) => error.code(),
            Error::Service(error) => Some(&error.code),
            Error::Output(error) => error.code(),
            _ => None,
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
            _ => None,
        }
    }
}

fn marker(member: &str, token: &Value) -> String {
    python::repr(&Value::map([(member, token.clone())]))
}

impl From<CredentialsError> for Error {
    fn from(error: CredentialsError) -> Error {
        Error::Session(error.into())
    }
}
