//! Errors of providers of credentials: a process, a container's endpoint, an instance's metadata.

use std::io;

use crate::secret::urls;
use crate::session::credentials::container::ALLOWED_HOSTS;
use crate::syntax::python::{repr_str, system_words};
use crate::syntax::shell_words::Unfinished;
use crate::transport::error::TransportError;
use crate::transport::fetch::FetchError;
use crate::value::json::JsonError;

/// What a provider of credentials did not do as it should. Exit code 255.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ProviderError {
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
    /// The output of the process is longer than any that is read.
    #[error(
        "Error when retrieving credentials from custom-process: The output of '{program}' is longer than 1 MiB; it \
         was ended."
    )]
    ProcessTooLong {
        /// The program.
        program: String,
    },
    /// The output of the process is no JSON.
    #[error("{0}")]
    ProcessNotJson(JsonError),
    /// The output of the process is not of the form that it should have.
    #[error("The output of credential_process cannot be used: {problem}.")]
    ProcessUnusable { problem: String },
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
    /// The file of `AWS_CREDENTIAL_FILE` has an access key but not this.
    #[error("'{name}'")]
    CredentialFileWithout {
        /// What is missing.
        name: &'static str,
    },
    /// An option of a file that must be a text is followed by indented settings.
    #[error("The value of {option} must be a text, not a list of settings.")]
    NestedKey {
        /// The option.
        option: &'static str,
    },
    /// The file with the token of a container's endpoint cannot be read.
    #[error("[Errno {errno}] {reason}: {}", repr_str(.path))]
    TokenFile {
        /// The value of `errno`.
        errno: i32,
        /// What it means.
        reason: String,
        /// The file.
        path: String,
    },
    /// The token of a container's endpoint has more than one line.
    #[error("Auth token value is not a legal header value")]
    BadToken,
    /// The host of a container's endpoint is not one to be asked without TLS.
    #[error(
        "Unsupported host '{host}'.  Can only retrieve metadata from a loopback address or one of these hosts: {}",
        ALLOWED_HOSTS.join(", ")
    )]
    ContainerHost {
        /// The host.
        host: String,
    },
    /// No request can go to the URL of a container's endpoint.
    #[error("An HTTP Client raised an unhandled exception: Failed to parse: {}", urls::shown(.url))]
    ContainerUrl {
        /// The URL.
        url: String,
    },
    /// A container's endpoint gave no reply.
    #[error(
        "Error when retrieving credentials from container-role: Error retrieving metadata: Received error when \
         attempting to retrieve container metadata: {0}"
    )]
    ContainerUnreachable(TransportError),
    /// A container's endpoint answered with another status than 200. The body is shown, as it says why, unless it
    /// holds credentials.
    #[error(
        "Error when retrieving credentials from container-role: Error retrieving metadata: Received non 200 response \
         {status} from container metadata: {body}"
    )]
    ContainerRefused {
        /// The status.
        status: u16,
        /// The body.
        body: String,
    },
    /// The reply of a container's endpoint is no JSON.
    #[error(
        "Error when retrieving credentials from container-role: Error retrieving metadata: Unable to parse JSON \
         returned from container metadata services"
    )]
    ContainerNotJson,
    /// The reply of a container's endpoint is no text.
    #[error("The reply of the container's endpoint must be in UTF-8.")]
    ContainerNotUtf8,
    /// The reply of a container's endpoint is not of the form that it should have.
    #[error("The reply of the container's endpoint cannot be used: {problem}.")]
    ContainerUnusable { problem: String },
    /// The reply of a container's endpoint lacks a member.
    #[error("'{member}'")]
    ContainerWithout {
        /// The member.
        member: &'static str,
    },
    /// The URL of the metadata service is none that a request can go to.
    #[error("Invalid endpoint EC2 Instance Metadata endpoint: {}", urls::shown(.url))]
    MetadataEndpoint {
        /// The URL.
        url: String,
    },
    /// The time-out of the metadata service is none.
    #[error(
        "An HTTP Client raised an unhandled exception: Attempted to set connect timeout to {seconds}, but the timeout \
         cannot be set to a value less than or equal to 0."
    )]
    MetadataTimeout {
        /// What was configured.
        seconds: i64,
    },
    /// The metadata service gives no token, and must not be asked without one.
    #[error(
        "Error retrieving metadata: Unable to retrieve token for use in IMDSv2 call and IMDSv1 has been disabled"
    )]
    MetadataV1Disabled,
    /// The metadata service calls the request for a token bad.
    #[error("The instance's metadata service refuses to give a token (status 400).")]
    MetadataBadRequest,
    /// What the metadata service said is no text or no object.
    #[error("The answer of the instance's metadata service cannot be read.")]
    MetadataUnreadable,
    /// The metadata service gave credentials that expire soon, and no others after them.
    #[error(
        "Error when retrieving credentials from iam-role: Credential refresh failed, response did not contain: \
         access_key, secret_key, token, expiry_time"
    )]
    MetadataGone,
    /// A request could not be sent, and trying again would not help.
    #[error(transparent)]
    NotSent(FetchError),
    /// A part of the credentials that stands in a header has a control character. It is not shown: a line of a file that
    /// is indented by mistake makes a secret part of it.
    #[error("The {part} from {provider} has a control character, such as a line end, and cannot be sent.")]
    NotSendable {
        /// Which part.
        part: &'static str,
        /// The reference's name for whoever gave it.
        provider: &'static str,
    },
}

/// The number and the words of an error of the system, as Python has them.
pub(crate) fn errno(error: &io::Error) -> (i32, String) {
    (error.raw_os_error().unwrap_or_default(), system_words(error))
}

impl ProviderError {
    /// Whether asking a container's endpoint again may help.
    pub(crate) fn is_temporary(&self) -> bool {
        matches!(
            self,
            ProviderError::ContainerUnreachable(_)
                | ProviderError::ContainerRefused { .. }
                | ProviderError::ContainerNotJson
        )
    }

    /// A line of our own below the reference's words: which setting is meant.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            ProviderError::Unfinished(_) | ProviderError::NotStarted { .. } => {
                Some("The command is the credential_process of the profile; no shell runs it.".to_owned())
            }
            ProviderError::ProcessNotJson(_) => Some(
                "The credential_process of the profile must print a JSON object with Version, AccessKeyId and \
                 SecretAccessKey."
                    .to_owned(),
            ),
            ProviderError::TokenFile { .. } => {
                Some("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names this file.".to_owned())
            }
            ProviderError::MetadataEndpoint { .. } => Some(
                "This URL comes from AWS_EC2_METADATA_SERVICE_ENDPOINT or ec2_metadata_service_endpoint in the profile."
                    .to_owned(),
            ),
            ProviderError::CredentialFileWithout { .. } => {
                Some("This is missing in the file that AWS_CREDENTIAL_FILE names.".to_owned())
            }
            ProviderError::ContainerWithout { .. } => {
                Some("This member is missing in what the container's endpoint gave.".to_owned())
            }
            ProviderError::NoCommand
            | ProviderError::EmptyCommand
            | ProviderError::NestedKey { .. }
            | ProviderError::BadToken
            | ProviderError::ContainerHost { .. }
            | ProviderError::ContainerUrl { .. }
            | ProviderError::ContainerUnreachable(_)
            | ProviderError::ContainerRefused { .. }
            | ProviderError::ContainerNotJson
            | ProviderError::ContainerNotUtf8
            | ProviderError::ContainerUnusable { .. }
            | ProviderError::MetadataTimeout { .. }
            | ProviderError::MetadataV1Disabled
            | ProviderError::MetadataBadRequest
            | ProviderError::MetadataUnreadable
            | ProviderError::MetadataGone
            | ProviderError::NotSent(_)
            | ProviderError::ProcessFailed { .. }
            | ProviderError::ProcessTooLong { .. }
            | ProviderError::ProcessUnusable { .. }
            | ProviderError::ProcessVersion { .. }
            | ProviderError::ProcessWithout { .. }
            | ProviderError::NotSendable { .. } => None,
        }
    }
}
