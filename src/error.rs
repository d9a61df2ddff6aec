//! Everything that can end a run early: the errors of the steps, with their exit codes, codes and hints.
//!
//! Texts are the reference's wherever those are words. Where the reference prints the text of a Python
//! exception, there is a sentence of our own with the same exit code.

use crate::cks::error::CksError;
use crate::client::error::ClientError;
use crate::input::error::ParameterError;
use crate::prompt::PromptError;
use crate::reply::error::ServiceError;
use crate::session::error::SessionError;
use crate::transport::runtime::Stopped;
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
    Client(ClientError),
    #[error(transparent)]
    Output(#[from] output::error::Error),
    #[error(transparent)]
    Cks(CksError),
    #[error(transparent)]
    Prompt(#[from] PromptError),
}

impl From<CksError> for Error {
    fn from(error: CksError) -> Error {
        match error {
            CksError::Client(error) => error.into(),
            CksError::Session(error) => error.into(),
            CksError::Parameter(error) => error.into(),
            CksError::Output(error) => error.into(),
            error => Error::Cks(error),
        }
    }
}

impl From<ClientError> for Error {
    fn from(error: ClientError) -> Error {
        match error {
            ClientError::Session(error) => Error::Session(error),
            ClientError::Parameter(error) => Error::Parameter(error),
            error => Error::Client(error),
        }
    }
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
            Error::Client(error) => error.exit_code(),
            Error::Output(error) => error.exit_code(),
            Error::Cks(error) => error.exit_code(),
            Error::Prompt(error) => error.exit_code(),
        }
    }

    /// Whether Ctrl-C ended the run. Nothing is said then.
    pub(crate) fn is_interrupt(&self) -> bool {
        matches!(
            self,
            Error::Parameter(ParameterError::Interrupted)
                | Error::Session(SessionError::Stopped(Stopped::Interrupted))
                | Error::Client(ClientError::Stopped(Stopped::Interrupted))
                | Error::Prompt(PromptError::Stopped(Stopped::Interrupted))
        )
    }

    /// The error that the service replied with.
    pub(crate) fn service(&self) -> Option<&ServiceError> {
        if let Error::Client(error) = self { error.service() } else { None }
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
            Error::Client(error) => error.service().map(|error| error.code.as_str()),
            Error::Output(error) => error.code(),
            Error::Prompt(error) => (error.exit_code() == 252).then_some("ParamValidation"),
            Error::Cks(_) => None,
        }
    }

    /// Lines of our own that follow the reference's words, without the prefix of hints.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Error::Cli(error) => error.hint(),
            Error::Parameter(error) => error.hint(),
            Error::Session(error) => error.hint(),
            Error::Client(error) => error.hint(),
            Error::Output(_) | Error::Cks(_) | Error::Prompt(_) => None,
        }
    }
}
