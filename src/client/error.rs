//! Errors of calling a service.

use crate::client::credentials::error::CredentialsError;
use crate::input::error::ParameterError;
use crate::reply::error::{ReplyError, ServiceError};
use crate::session::error::SessionError;
use crate::transport::error::{Retry, TransportError};
use crate::transport::retries::is_throttling;
use crate::transport::runtime::Stopped;
use crate::value::{Value, python};

/// Why a call has no data.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
    #[error(transparent)]
    Session(SessionError),
    /// A parameter of an operation that credentials come from.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// The request did not get through, or no whole reply came back.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The service's error, or a reply that cannot be read.
    #[error(transparent)]
    Reply(#[from] ReplyError),
    #[error("Error during pagination: The same next token was received twice: {}", same_token(member, token))]
    SameTokenTwice {
        /// The member that names a page.
        member: &'static str,
        token: Value,
    },
    /// A wait was given up.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

fn same_token(member: &'static str, token: &Value) -> String {
    python::repr(&Value::map([(member, token.clone())]))
}

impl From<SessionError> for ClientError {
    fn from(error: SessionError) -> ClientError {
        match error {
            SessionError::Stopped(stopped) => ClientError::Stopped(stopped),
            error => ClientError::Session(error),
        }
    }
}

/// What is known about a request that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// The service has done nothing, and may do it when it is asked again.
    NotYet,
    /// The service has done nothing, and will not.
    Refused,
    /// The service may have done what was asked.
    Unknown,
}

impl ClientError {
    /// What is known about the request.
    pub(crate) fn effect(&self) -> Effect {
        match self {
            ClientError::Transport(error) if error.may_have_arrived() => Effect::Unknown,
            ClientError::Transport(error) if error.class().1 != Retry::Never => Effect::NotYet,
            ClientError::Reply(ReplyError::Service(error)) if error.status >= 500 => Effect::Unknown,
            ClientError::Reply(ReplyError::Service(error))
                if error.status == 429 || is_throttling(&error.code) =>
            {
                Effect::NotYet
            }
            ClientError::Reply(ReplyError::Service(_)) => Effect::Refused,
            ClientError::Reply(_) | ClientError::Stopped(_) => Effect::Unknown,
            _ => Effect::Refused,
        }
    }

    /// The error that the service replied with.
    pub(crate) fn service(&self) -> Option<&ServiceError> {
        match self {
            ClientError::Reply(ReplyError::Service(error)) => Some(error),
            _ => None,
        }
    }

    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            ClientError::Session(error) => error.exit_code(),
            ClientError::Parameter(error) => error.exit_code(),
            ClientError::Reply(ReplyError::Service(_)) => 254,
            ClientError::Stopped(Stopped::Interrupted) => 130,
            _ => 255,
        }
    }

    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            ClientError::Session(error) => error.hint(),
            ClientError::Parameter(error) => error.hint(),
            ClientError::Credentials(error) => error.hint(),
            ClientError::Transport(error) => error.hint(),
            ClientError::Reply(error) => error.hint(),
            _ => None,
        }
    }
}
