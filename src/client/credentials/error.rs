//! Errors of fetching credentials: caches, tokens, the MFA code.

use std::io;
use std::path::PathBuf;

use crate::syntax::python::os_error;

/// Why there are no credentials, although a profile or the environment says where they come from. Exit code 255.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CredentialsError {
    /// A file of a cache cannot be read. The reference says no more than the file's name.
    #[error("'{key}'")]
    CacheUnreadable {
        /// The name of the file without `.json`.
        key: String,
        path: PathBuf,
        problem: String,
    },
    /// A file of a cache lacks a member. The reference says no more than its name.
    #[error("'{member}'")]
    CacheIncomplete { path: PathBuf, member: &'static str },
    /// A file of a cache cannot be written.
    #[error("{}", os_error(reason, &path.to_string_lossy()))]
    CacheNotWritten {
        /// The file or its folder.
        path: PathBuf,
        /// The system's reason.
        reason: io::Error,
    },
    /// The file with the token of a web identity cannot be read.
    #[error("{}", os_error(reason, path))]
    NoWebIdentityToken {
        /// The file as configured.
        path: String,
        /// The system's reason.
        reason: io::Error,
    },
    /// The file with the token of a web identity is not UTF-8.
    #[error("The token in the file {path} is not valid UTF-8.")]
    WebIdentityTokenIsNoText {
        /// The file as configured.
        path: String,
    },
    /// Nobody has logged in to IAM Identity Center.
    #[error("Error loading SSO Token: Token for {name} does not exist")]
    NoSsoToken {
        /// The name of the session, or the start URL.
        name: String,
    },
    /// The cached token of IAM Identity Center lacks the token or its expiration.
    #[error("Error loading SSO Token: Token for {start_url} is invalid")]
    SsoTokenIncomplete {
        /// The start URL.
        start_url: String,
    },
    /// IAM Identity Center does not take the token, or it has expired and cannot be renewed.
    #[error(
        "The SSO session associated with this profile has expired or is otherwise invalid. To refresh this SSO session \
         run aws sso login with the corresponding profile."
    )]
    SsoUnauthorized,
    /// The token of a session of IAM Identity Center has expired and was not renewed.
    #[error("Error when retrieving token from sso: Token has expired and refresh failed")]
    SsoTokenExpired,
    /// Nobody has logged in.
    #[error(
        "Error loading login session token: Unable to load a existing login session for session {session}, Please \
         reauthenticate with 'aws login'."
    )]
    NoLoginToken {
        /// The session.
        session: String,
    },
    /// The cached token of a login lacks a member.
    #[error(
        "Error loading login session token: Failed to load access token from token cache, missing one or more required \
         fields."
    )]
    LoginTokenIncomplete,
    /// The key beside the cached token of a login cannot be used.
    #[error("Error loading login session token: Unable to load private key from cached token.")]
    LoginKeyUnusable,
    /// A login has ended.
    #[error("Your session has expired. Please reauthenticate using 'aws login'.")]
    LoginExpired,
    /// The password of a login has changed.
    #[error(
        "Unable to refresh login credentials because of a change in your password. Please reauthenticate with your new \
         password using 'aws login'."
    )]
    PasswordChanged,
    /// A login may not be renewed.
    #[error(
        "Unable to create or refresh login credentials due to insufficient permissions. You may be missing permission \
         for the 'signin:CreateOAuth2Token' action."
    )]
    LoginNotPermitted,
    /// A login cannot be renewed, for another reason.
    #[error(
        "An unspecified error happened when resolving AWS credentials or refreshing a login session profile."
    )]
    LoginDenied,
    /// The input ended before an MFA code. The reference says nothing.
    #[error("")]
    NoMfaCode,
    /// The MFA code cannot be read.
    #[error("The MFA code cannot be read: {0}.")]
    MfaCodeUnreadable(io::ErrorKind),
}

impl CredentialsError {
    /// A line of our own below the reference's words: what is meant, and what to do.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            CredentialsError::CacheUnreadable { path, problem, .. } => Some(format!(
                "The cached credentials in {} cannot be used: {problem}. Delete the file.",
                path.display()
            )),
            CredentialsError::CacheIncomplete { path, member } => Some(format!(
                "The cached credentials in {} have no {member}: delete the file.",
                path.display()
            )),
            CredentialsError::CacheNotWritten { .. } => {
                Some("New credentials were fetched, but they cannot be kept in the cache.".to_owned())
            }
            CredentialsError::NoWebIdentityToken { .. } => Some(
                "The file of the token is named by AWS_WEB_IDENTITY_TOKEN_FILE or by web_identity_token_file in the \
                 profile."
                    .to_owned(),
            ),
            CredentialsError::NoMfaCode => Some("The input ended before an MFA code was given.".to_owned()),
            CredentialsError::NoSsoToken { .. } | CredentialsError::SsoTokenIncomplete { .. } => {
                Some("Log in with aws sso login and the same profile.".to_owned())
            }
            CredentialsError::SsoTokenExpired => {
                Some("Log in again with aws sso login and the same profile.".to_owned())
            }
            CredentialsError::LoginTokenIncomplete
            | CredentialsError::LoginKeyUnusable
            | CredentialsError::LoginDenied => Some("Log in again with aws login.".to_owned()),
            CredentialsError::WebIdentityTokenIsNoText { .. }
            | CredentialsError::SsoUnauthorized
            | CredentialsError::NoLoginToken { .. }
            | CredentialsError::LoginExpired
            | CredentialsError::PasswordChanged
            | CredentialsError::LoginNotPermitted
            | CredentialsError::MfaCodeUnreadable(_) => None,
        }
    }
}
