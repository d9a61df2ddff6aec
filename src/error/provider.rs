//! Errors of those who are asked for credentials: a process, a container's endpoint, an instance's metadata.

use crate::session::shell_words::Unfinished;
use crate::value::json::JsonError;
use crate::value::python::repr_str;

/// What a provider of credentials did not do as it should. Exit code 255.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// `credential_process` is followed by indented settings.
    #[error("The value of credential_process must be a command, not a list of settings.")]
    NoCommand,
    /// `credential_process` is empty.
    #[error("The credential_process of the profile names no program.")]
    EmptyCommand,
    /// `credential_process` cannot be split into words.
    #[error("{0}")]
    Unfinished(Unfinished),
    /// The program of `credential_process` does not start.
    #[error("[Errno {errno}] {reason}: {}", repr_str(.program))]
    NotStarted {
        /// The value of `errno`.
        errno: i32,
        /// What it means.
        reason: String,
        /// The program.
        program: String,
    },
    /// The process ended with another code than 0, or by a signal. What it wrote on stderr is shown as it is:
    /// that is what it is for.
    #[error("Error when retrieving credentials from custom-process: {stderr}")]
    ProcessFailed {
        /// Its stderr.
        stderr: String,
    },
    /// The output of the process is no JSON.
    #[error("{0}")]
    ProcessNotJson(JsonError),
    /// The output of the process is not of the form that it should have.
    #[error("The output of credential_process must be a JSON object in UTF-8.")]
    ProcessNoObject,
    /// The output of the process has another version.
    #[error(
        "Error when retrieving credentials from custom-process: Unsupported version '{version}' for credential \
         process provider, supported versions: 1"
    )]
    ProcessVersion {
        /// The version, or what the reference says if there is none.
        version: String,
    },
    /// The output of the process lacks a key.
    #[error(
        "Error when retrieving credentials from custom-process: Missing required key in response: '{member}'"
    )]
    ProcessWithout {
        /// The key.
        member: &'static str,
    },
    /// A part of the credentials is no text.
    #[error("The member {member} of the credentials must be a text.")]
    NotAText {
        /// The member.
        member: &'static str,
    },
}

impl ProviderError {
    /// A line of our own below the reference's words: which setting is meant.
    pub fn hint(&self) -> Option<String> {
        match self {
            ProviderError::Unfinished(_) | ProviderError::NotStarted { .. } => {
                Some("The command is the credential_process of the profile; no shell runs it.".to_owned())
            }
            ProviderError::ProcessNotJson(_) => Some(
                "The credential_process of the profile must print a JSON object with Version, AccessKeyId and \
                 SecretAccessKey."
                    .to_owned(),
            ),
            ProviderError::NoCommand
            | ProviderError::EmptyCommand
            | ProviderError::ProcessFailed { .. }
            | ProviderError::ProcessNoObject
            | ProviderError::ProcessVersion { .. }
            | ProviderError::ProcessWithout { .. }
            | ProviderError::NotAText { .. } => None,
        }
    }
}
