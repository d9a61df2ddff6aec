//! Errors of fetching credentials: caches, tokens, the MFA code.

use std::io;
use std::path::PathBuf;

use crate::syntax::python::os_error;

/// Why there are no credentials, although a profile or the environment says where they come from. Exit code 255.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CredentialsError {
    /// A file of a cache cannot be read. The reference says no more than its name, without `.json`.
    #[error("'{key}'")]
    CacheUnreadable { key: String, path: PathBuf, problem: String },
    #[error("The new credentials cannot be used: {0}.")]
    Unusable(String),
    /// A file of a cache or its folder cannot be written.
    #[error("{}", os_error(reason, &path.to_string_lossy()))]
    CacheNotWritten { path: PathBuf, reason: io::Error },
    /// The file with the token of a web identity cannot be read.
    #[error("{}", os_error(reason, path))]
    NoWebIdentityToken { path: String, reason: io::Error },
    /// The token in this file is not text.
    #[error("The token in the file {0} is not valid UTF-8.")]
    WebIdentityTokenIsNoText(String),
    /// Nobody has logged in to this session of IAM Identity Center or to this start URL, or the cached token is incomplete.
    #[error("Error loading SSO Token: Token for {name} {problem}")]
    SsoToken { name: String, problem: &'static str },
    /// IAM Identity Center does not take the token, or it has expired and cannot be renewed.
    #[error(
        "The SSO session associated with this profile has expired or is otherwise invalid. To refresh this SSO session \
         run aws sso login with the corresponding profile."
    )]
    SsoUnauthorized,
    /// The token of a session of IAM Identity Center has expired and was not renewed.
    #[error("Error when retrieving token from sso: Token has expired and refresh failed")]
    SsoTokenExpired,
    /// Nobody has logged in to this session.
    #[error(
        "Error loading login session token: Unable to load a existing login session for session {0}, Please \
         reauthenticate with 'aws login'."
    )]
    NoLoginToken(String),
    #[error(
        "Error loading login session token: Failed to load access token from token cache, missing one or more required \
         fields."
    )]
    LoginTokenIncomplete,
    /// The key beside the cached token of a login cannot be used.
    #[error("Error loading login session token: Unable to load private key from cached token.")]
    LoginKeyUnusable,
    #[error("Your session has expired. Please reauthenticate using 'aws login'.")]
    LoginExpired,
    #[error(
        "Unable to refresh login credentials because of a change in your password. Please reauthenticate with your new \
         password using 'aws login'."
    )]
    PasswordChanged,
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
    #[error("The MFA code cannot be read: {0}.")]
    MfaCodeUnreadable(io::ErrorKind),
}

impl CredentialsError {
    /// A line of our own below the reference's words: what is meant, and what to do.
    pub(crate) fn hint(&self) -> Option<String> {
        let hint = match self {
            CredentialsError::CacheUnreadable { path, problem, .. } => {
                let path = path.display();
                return Some(format!(
                    "The cached credentials in {path} cannot be used: {problem}. Delete the file."
                ));
            }
            CredentialsError::NoWebIdentityToken { .. } => {
                "The file of the token is named by AWS_WEB_IDENTITY_TOKEN_FILE or by web_identity_token_file in the \
                 profile."
            }
            CredentialsError::NoMfaCode => "The input ended before an MFA code was given.",
            CredentialsError::SsoToken { .. } => "Log in with aws sso login and the same profile.",
            CredentialsError::SsoTokenExpired => "Log in again with aws sso login and the same profile.",
            CredentialsError::LoginTokenIncomplete
            | CredentialsError::LoginKeyUnusable
            | CredentialsError::LoginDenied => "Log in again with aws login.",
            _ => return None,
        };
        Some(hint.to_owned())
    }
}
