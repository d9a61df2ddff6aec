//! Errors of configuration, profile, region, endpoint and credentials.

use std::io;
use std::path::PathBuf;

use super::credentials::container::ALLOWED_HOSTS;
use crate::cli::tree::BINARY_FORMATS;
use crate::secret::urls;
use crate::syntax::ini::SyntaxError;
use crate::syntax::python::{os_error, repr_str};
use crate::syntax::shell_words::Unfinished;
use crate::timestamp::Unreadable;
use crate::transport::fetch::FetchError;
use crate::transport::runtime::Stopped;

/// What does not allow to send. Exit code 253 for a missing region or missing credentials and for a bad
/// timestamp format, 255 for the others.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SessionError {
    /// A configuration file is not of the syntax.
    #[error("Unable to parse config file: {}", path.display())]
    Unparsable { path: PathBuf, syntax: SyntaxError },
    /// Without it the settings would be others, so it is not left out.
    #[error("The file {} is larger than 64 MiB.", path.display())]
    TooLarge { path: PathBuf },
    /// The profile is in neither file.
    #[error("The config profile ({name}) could not be found")]
    NoProfile { name: String, near: Vec<String> },
    /// No region.
    #[error("You must specify a region. You can also configure your region by running \"aws configure\".")]
    NoRegion { no_credentials: bool },
    /// No credentials.
    #[error("Unable to locate credentials. You can configure credentials by running \"aws login\".")]
    NoCredentials,
    /// `cli_timestamp_format` is unknown.
    #[error("Unknown cli_timestamp_format value: {name}, valid values are \"wire\" or \"iso8601\"")]
    TimestampFormat { name: String },
    /// `cli_binary_format` is unknown.
    #[error("{}", repr_str(.name))]
    BinaryFormat { name: String },
    /// Something that cannot be a region.
    #[error("Provided region_name '{region}' doesn't match a supported format.")]
    BadRegion { region: String },
    /// Credentials of which a part is missing.
    #[error("Partial credentials found in {provider}, missing: {missing}")]
    PartialCredentials { provider: &'static str, missing: &'static str },
    /// Credentials that have expired, and so have the new ones.
    #[error("Credentials were refreshed, but the refreshed credentials are still expired.")]
    Expired,
    /// A moment of expiration that is not valid.
    #[error("{reason}: {text}")]
    BadExpiration { text: String, reason: Unreadable },
    /// A moment of expiration of which nobody can say when it is.
    #[error("The expiration of the credentials has no time zone.")]
    ExpirationWithoutZone,
    /// The provider, by the reference's name, or the `credential_source` gave no credentials. For a container this may be over
    /// soon.
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
    /// The file of `AWS_CREDENTIAL_FILE` or the reply of a container's endpoint lacks this.
    #[error("'{member}'")]
    Without { member: &'static str, hint: &'static str },
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
    /// No request can go to the URL of a container's endpoint, or the time-out of the metadata service is not positive.
    #[error("An HTTP Client raised an unhandled exception: {0}")]
    HttpClient(String),
    #[error("The reply of the container's endpoint cannot be used: {0}.")]
    ContainerUnusable(String),
    /// No request can go to the URL of the metadata service.
    #[error("Invalid endpoint EC2 Instance Metadata endpoint: {}", urls::shown(.0))]
    MetadataEndpoint(String),
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
    NotSent(#[from] FetchError),
    /// A part of the credentials that stands in a header has a control character. It is not shown: a line of a file that
    /// is indented by mistake makes a secret part of it.
    #[error("The {part} from {provider} has a control character, such as a line end, and cannot be sent.")]
    NotSendable { part: &'static str, provider: &'static str },
    /// A wait was given up.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// A profile that assumes a role names two sources of credentials.
    #[error("The profile \"{profile}\" contains both source_profile and credential_source.")]
    TwoSources { profile: String },
    /// The source profile of a role does not exist.
    #[error(
        "The source_profile \"{source_profile}\" referenced in the profile \"{profile}\" does not exist."
    )]
    NoSourceProfile { source_profile: String, profile: String },
    /// The source profile of a role has no credentials.
    #[error("The source profile \"{source_profile}\" must have credentials.")]
    SourceWithoutCredentials { source_profile: String },
    /// The source profiles of a role lead back to one of them.
    #[error(
        "Infinite loop in credential configuration detected. Attempting to load from profile {source_profile} which \
         has already been visited. Visited profiles: [{}]",
        .visited.iter().map(|name| repr_str(name)).collect::<Vec<_>>().join(", ")
    )]
    RoleLoop { source_profile: String, visited: Vec<String> },
    /// A role is taken with a role, that with another, and so on without end in sight.
    #[error("The profile \"{profile}\" leads through too many source profiles.")]
    LongRoleChain { profile: String },
    /// `credential_source` is unknown.
    #[error("The credential source \"{source_name}\" referenced in profile \"{profile}\" is not valid.")]
    UnknownSource { source_name: String, profile: String },
    /// A token file, but no role to take with it. The missing blank is the reference's.
    #[error(
        "The provided profile or the current environment is configured to assume role with web identity but has no \
         role ARN configured. Ensure that the profile has the role_arnconfiguration set or the AWS_ROLE_ARN env var \
         is set."
    )]
    NoRoleForWebIdentity,
    /// Settings of IAM Identity Center are missing.
    #[error(
        "The profile \"{profile}\" is configured to use SSO but is missing required configuration: {}",
        .missing.join(", ")
    )]
    SsoIncomplete { profile: String, missing: Vec<&'static str> },
    /// The section `[sso-session]` that the profile names does not exist.
    #[error("The specified sso-session does not exist: \"{session}\"")]
    NoSsoSession { session: String },
    /// The same, found when the reference looks for a token.
    #[error(
        "The profile \"{profile}\" is configured to use the SSO token provider but the \"{session}\" sso_session \
         configuration does not exist."
    )]
    NoSsoSessionForToken { profile: String, session: String },
    /// Settings are missing in the section `[sso-session]`.
    #[error(
        "The profile \"{profile}\" is configured to use the SSO token provider but is missing the following \
         configuration: [{}].",
        .missing.iter().map(|name| repr_str(name)).collect::<Vec<_>>().join(", ")
    )]
    SsoTokenIncomplete { profile: String, missing: Vec<&'static str> },
    /// The profile and its `[sso-session]` disagree.
    #[error(
        "The value for {option} is inconsistent between profile ({in_profile}) and sso-session ({in_session})."
    )]
    SsoDisagreement { option: String, in_profile: String, in_session: String },
    /// The file of `AWS_CREDENTIAL_FILE` cannot be read, or that of the aliases is not valid.
    #[error("The specified config file ({}) could not be found.", path.display())]
    NotAFile { path: PathBuf },
    /// The services section that the profile names does not exist.
    #[error(
        "The profile is configured to use the services section but the \"{name}\" services configuration does not \
         exist."
    )]
    NoServicesSection { name: String },
    /// A service in a services section is not nested.
    #[error(
        "The setting {service} in the services section \"{name}\" must be followed by indented settings."
    )]
    ServiceNotNested { service: &'static str, name: String },
    /// An endpoint with IPv6 is wanted where the reference knows none.
    #[error(
        "Unable to construct a modeled endpoint with the following variant(s) ['dualstack'{}]:",
        if *.fips { ", 'fips'" } else { "" }
    )]
    NoDualStack { fips: bool },
    /// An endpoint URL that no request can go to.
    #[error("Invalid endpoint: {}", urls::shown(.url))]
    InvalidEndpoint { url: String },
    /// The port of an endpoint URL is too large.
    #[error("Port out of range 0-65535")]
    PortOutOfRange,
    /// The port of an endpoint URL is no number. It is not shown: it may be a piece of a password with a `/` in it.
    #[error("The port of the endpoint URL must be a number.")]
    PortIsNoNumber,
    /// A setting that must be a whole number is not one.
    #[error("The value of {setting} must be a whole number, not '{text}'.")]
    NotAnInteger { setting: &'static str, text: String },
    /// `max_attempts` below 1.
    #[error("Value provided to \"max_attempts\": {number} must be an integer greater than or equal to one.")]
    MaxAttempts { number: i64 },
    /// `retry_mode` is unknown.
    #[error("Invalid value provided to \"mode\": \"{mode}\" must be one of: \"standard\" or \"adaptive\"")]
    RetryMode { mode: String },
    /// A time-out in seconds that is not positive.
    #[error(
        "Attempted to set {kind} timeout to {seconds}, but the timeout cannot be set to a value less than or equal \
         to 0."
    )]
    Timeout { kind: &'static str, seconds: i64 },
    /// A CA bundle without a name.
    #[error(
        "Invalid CA bundle: the configured value (ca_bundle, AWS_CA_BUNDLE, REQUESTS_CA_BUNDLE, or verify) resolved \
         to an empty or whitespace-only string. Provide a valid path to a CA bundle file."
    )]
    BlankCaBundle,
    /// `ec2_metadata_service_endpoint_mode` is unknown.
    #[error(
        "Invalid EC2 Instance Metadata endpoint mode: {mode} Valid endpoint modes (case-insensitive): ('ipv4', \
         'ipv6')."
    )]
    MetadataEndpointMode { mode: String },
}

impl SessionError {
    /// 253 or 255.
    pub(crate) fn exit_code(&self) -> u8 {
        if self.code().is_some() { 253 } else { 255 }
    }

    /// The code by which structured formats name the error, if they do.
    pub(crate) fn code(&self) -> Option<&'static str> {
        match self {
            SessionError::NoRegion { .. } => Some("NoRegion"),
            SessionError::NoCredentials => Some("NoCredentials"),
            SessionError::TimestampFormat { .. } | SessionError::Nested("cli_timestamp_format") => {
                Some("Configuration")
            }
            _ => None,
        }
    }

    /// Lines of our own below the reference's words: where a file is broken, near names, what else is missing.
    pub(crate) fn hint(&self) -> Option<String> {
        let hint = match self {
            // The text of the line stays out: it may be a secret.
            SessionError::Unparsable { syntax: SyntaxError { line, problem }, .. } => {
                return Some(format!("In line {line}, {problem}."));
            }
            SessionError::NoProfile { near, .. } if !near.is_empty() => {
                return Some(format!("Maybe you meant: {}", near.join(", ")));
            }
            SessionError::NoRegion { no_credentials } => {
                let credentials = if *no_credentials { " Credentials are missing too." } else { "" };
                return Some(format!(
                    "A region can be given with --region, in AWS_REGION, or as region in the profile (~/.aws/config).{credentials}"
                ));
            }
            SessionError::BinaryFormat { .. } => {
                let formats = BINARY_FORMATS.join(", ");
                return Some(format!("cli_binary_format in the profile must be one of: {formats}."));
            }
            SessionError::Unfinished(_) | SessionError::NotStarted { .. } => {
                "The command is the credential_process of the profile; no shell runs it."
            }
            SessionError::ProcessUnusable(_) => {
                "The credential_process of the profile must print a JSON object with Version, AccessKeyId and \
                 SecretAccessKey."
            }
            SessionError::TokenFile { .. } => "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names this file.",
            SessionError::MetadataEndpoint(_) => {
                "This URL comes from AWS_EC2_METADATA_SERVICE_ENDPOINT or ec2_metadata_service_endpoint in the profile."
            }
            SessionError::Without { hint, .. } => hint,
            SessionError::NoDualStack { .. } => {
                "Its partition has no endpoints with IPv6: AWS_USE_DUALSTACK_ENDPOINT or use_dualstack_endpoint must not \
                 be true."
            }
            _ => return None,
        };
        Some(hint.to_owned())
    }
}
