//! Errors of providers of credentials: a process, a container's endpoint, an instance's metadata.

use std::io;

use crate::secret::urls;
use crate::session::credentials::container::ALLOWED_HOSTS;
use crate::syntax::python::os_error;
use crate::syntax::shell_words::Unfinished;
use crate::transport::fetch::FetchError;

/// What a provider of credentials did not do as it should. Exit code 255.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProviderError {
    /// The provider, by the reference's name, gave no credentials. For a container this may be over soon.
    #[error("Error when retrieving credentials from {provider}: {problem}")]
    Retrieval { provider: &'static str, problem: String },
    /// An option of a file that must be a text is followed by indented settings.
    #[error("The value of {0} must be a text, not a list of settings.")]
    Nested(&'static str),
    #[error("The credential_process of the profile names no program.")]
    EmptyCommand,
    /// `credential_process` cannot be split into words.
    #[error("{0}")]
    Unfinished(Unfinished),
    #[error("{}", os_error(reason, program))]
    NotStarted { program: String, reason: io::Error },
    #[error("The output of credential_process cannot be used: {0}.")]
    ProcessUnusable(String),
    /// The file of `AWS_CREDENTIAL_FILE` has an access key but not this.
    #[error("'{0}'")]
    CredentialFileWithout(&'static str),
    /// The file with the token of a container's endpoint cannot be read.
    #[error("{}", os_error(reason, path))]
    TokenFile { path: String, reason: io::Error },
    /// The token of a container's endpoint is not text, or has more than one line.
    #[error("Auth token value is not a legal header value")]
    BadToken,
    /// The host of a container's endpoint is not one to be asked without TLS.
    #[error(
        "Unsupported host '{0}'.  Can only retrieve metadata from a loopback address or one of these hosts: {hosts}",
        hosts = ALLOWED_HOSTS.join(", ")
    )]
    ContainerHost(String),
    /// No request can go to the URL of a container's endpoint.
    #[error("An HTTP Client raised an unhandled exception: Failed to parse: {}", urls::shown(.0))]
    ContainerUrl(String),
    #[error("The reply of the container's endpoint cannot be used: {0}.")]
    ContainerUnusable(String),
    /// The reply of a container's endpoint lacks a member.
    #[error("'{0}'")]
    ContainerWithout(&'static str),
    /// No request can go to the URL of the metadata service.
    #[error("Invalid endpoint EC2 Instance Metadata endpoint: {}", urls::shown(.0))]
    MetadataEndpoint(String),
    /// The time-out of the metadata service, in seconds, is not positive.
    #[error(
        "An HTTP Client raised an unhandled exception: Attempted to set connect timeout to {0}, but the timeout cannot be \
         set to a value less than or equal to 0."
    )]
    MetadataTimeout(i64),
    /// The metadata service gives no token, and must not be asked without one.
    #[error(
        "Error retrieving metadata: Unable to retrieve token for use in IMDSv2 call and IMDSv1 has been disabled"
    )]
    MetadataV1Disabled,
    #[error("The instance's metadata service refuses to give a token (status 400).")]
    MetadataBadRequest,
    /// What the metadata service said is not text or not an object of credentials.
    #[error("The answer of the instance's metadata service cannot be read.")]
    MetadataUnreadable,
    /// A request could not be sent, and trying again would not help.
    #[error(transparent)]
    NotSent(FetchError),
    /// A part of the credentials that stands in a header has a control character. It is not shown: a line of a file that
    /// is indented by mistake makes a secret part of it.
    #[error("The {part} from {provider} has a control character, such as a line end, and cannot be sent.")]
    NotSendable { part: &'static str, provider: &'static str },
}

impl ProviderError {
    /// A line of our own below the reference's words: which setting is meant.
    pub(crate) fn hint(&self) -> Option<String> {
        let hint = match self {
            ProviderError::Unfinished(_) | ProviderError::NotStarted { .. } => {
                "The command is the credential_process of the profile; no shell runs it."
            }
            ProviderError::ProcessUnusable(_) => {
                "The credential_process of the profile must print a JSON object with Version, AccessKeyId and \
                 SecretAccessKey."
            }
            ProviderError::TokenFile { .. } => "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names this file.",
            ProviderError::MetadataEndpoint(_) => {
                "This URL comes from AWS_EC2_METADATA_SERVICE_ENDPOINT or ec2_metadata_service_endpoint in the profile."
            }
            ProviderError::CredentialFileWithout(_) => {
                "This is missing in the file that AWS_CREDENTIAL_FILE names."
            }
            ProviderError::ContainerWithout(_) => {
                "This member is missing in what the container's endpoint gave."
            }
            _ => return None,
        };
        Some(hint.to_owned())
    }
}
