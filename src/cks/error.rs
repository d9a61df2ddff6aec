//! What can go wrong in `aws cks` and in waiters, beside errors of KMS.

use super::plan::configuration::ConfigurationError;
use super::secrets::SecretError;
use super::wait;
use crate::client::error::ClientError;
use crate::input::error::ParameterError;
use crate::output;
use crate::session::error::SessionError;
use crate::transport::runtime::Stopped;

#[derive(Debug, thiserror::Error)]
pub(crate) enum CksError {
    #[error(transparent)]
    Client(ClientError),
    #[error(transparent)]
    Session(SessionError),
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    #[error(transparent)]
    Output(#[from] output::error::Error),
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error("There is no custom key store with the identifier or the name {given}.{}", did_you_mean(.near))]
    NoStore { given: String, near: Vec<String> },
    /// A document has the identifier of another store than the line names.
    #[error("The document is for the custom key store {document}, but the line names {store}.")]
    OtherStore { document: String, store: String },
    #[error(
        "Nothing was asked for: give an option that changes the store, --connect or --leave-disconnected."
    )]
    NothingAsked,
    #[error("{file} is no configuration of an external key store proxy: {error}.")]
    Configuration { file: String, error: ConfigurationError },
    #[error("There is no terminal to ask on. --yes changes the store without a question.")]
    NeedsYes,
    #[error("There are more than {0} keys in the account and Region.")]
    TooManyKeys(usize),
    #[error("The list of {what} does not end: {pages} pages in a row have none, and each names a next one.")]
    EndlessPages { what: &'static str, pages: usize },
    #[error("There are more than {0} custom key stores in the account and Region.")]
    TooManyStores(usize),
    /// A reply that has no store where one belongs.
    #[error("The reply of the service does not show the custom key store.")]
    NotShown,
    /// A waiter of `aws kms wait` failed.
    #[error("Waiter {waiter} failed: {reason}")]
    Waiter { waiter: &'static str, reason: String },
    /// Ctrl-C in the middle of a change: where it stands and how to go on. Shown as it is.
    #[error("{0}")]
    Interrupted(String),
}

fn did_you_mean(near: &[String]) -> String {
    if near.is_empty() { String::new() } else { format!(" Did you mean {}?", near.join(" or ")) }
}

impl From<ClientError> for CksError {
    fn from(error: ClientError) -> CksError {
        match error {
            ClientError::Session(error) => CksError::Session(error),
            ClientError::Parameter(error) => CksError::Parameter(error),
            error => CksError::Client(error),
        }
    }
}

impl CksError {
    /// Whether somebody has ended it.
    pub(crate) fn is_interrupt(&self) -> bool {
        matches!(self, CksError::Client(ClientError::Stopped(Stopped::Interrupted)))
    }

    /// Whether there is no such store any more.
    pub(crate) fn is_gone(&self) -> bool {
        match self {
            CksError::Client(error) => wait::is_gone(error),
            CksError::NoStore { .. } => true,
            _ => false,
        }
    }

    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            CksError::NoStore { .. }
            | CksError::OtherStore { .. }
            | CksError::NothingAsked
            | CksError::NeedsYes
            | CksError::Secret(_)
            | CksError::Configuration { .. } => 252,
            CksError::Interrupted(_) => 130,
            _ => 255,
        }
    }
}
