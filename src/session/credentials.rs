//! Credentials: where they come from. The network has no part in this: what needs it is only recognised.

use std::fmt;

use aws_credential_types::Credentials;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use super::ini::{Section, Setting};
use super::settings::Settings;
use crate::error::session::SessionError;

/// What was found.
#[derive(Clone)]
pub enum Found {
    /// Nothing is wanted: requests are not signed.
    Unsigned,
    /// Credentials that are there.
    Static(Credentials),
    /// A provider that has to ask somebody; the first in the order of the reference's chain that the profile or
    /// the environment is set up for.
    Provider(Provider),
    /// Nothing.
    Nothing,
}

impl fmt::Debug for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Found::Unsigned => f.write_str("Unsigned"),
            Found::Static(_) => f.write_str("Static(****)"),
            Found::Provider(provider) => write!(f, "Provider({provider:?})"),
            Found::Nothing => f.write_str("Nothing"),
        }
    }
}

/// The providers that ask somebody for credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    /// `role_arn`.
    AssumeRole,
    /// `web_identity_token_file`.
    WebIdentity,
    /// `sso_role_name`, `sso_account_id`.
    Sso,
    /// `login_session`.
    Login,
    /// `credential_process`.
    Process,
    /// A container's endpoint.
    Container,
}

impl Provider {
    /// The setting that asks for the provider.
    pub fn setting(self) -> &'static str {
        match self {
            Provider::AssumeRole => "role_arn",
            Provider::WebIdentity => "web_identity_token_file",
            Provider::Sso => "sso_role_name and sso_account_id",
            Provider::Login => "login_session",
            Provider::Process => "credential_process",
            Provider::Container => {
                "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or AWS_CONTAINER_CREDENTIALS_FULL_URI"
            }
        }
    }
}

/// Goes along the reference's chain until something is found.
///
/// # Errors
/// Credentials of which a part is missing, or that have expired.
pub fn find(settings: &Settings) -> Result<Found, SessionError> {
    if settings.globals.no_sign_request {
        return Ok(Found::Unsigned);
    }
    // A profile that was named on the command line takes the environment out of the chain.
    if settings.globals.profile.is_none()
        && let Some(credentials) = from_environment(settings)?
    {
        return Ok(Found::Static(credentials));
    }
    let has = |option: &str| settings.profile.get(option).is_some();
    let web_identity = has("web_identity_token_file")
        || (settings.globals.profile.is_none()
            && settings.environment.get("AWS_WEB_IDENTITY_TOKEN_FILE").is_some());
    if has("role_arn") && !has("web_identity_token_file") {
        return Ok(Found::Provider(Provider::AssumeRole));
    }
    if web_identity {
        return Ok(Found::Provider(Provider::WebIdentity));
    }
    if has("sso_role_name") || has("sso_account_id") {
        return Ok(Found::Provider(Provider::Sso));
    }
    let in_credentials_file = settings.files.credentials_profile(&settings.profile_name);
    if let Some(credentials) = from_section(in_credentials_file, "shared-credentials-file")? {
        return Ok(Found::Static(credentials));
    }
    if has("login_session") {
        return Ok(Found::Provider(Provider::Login));
    }
    if has("credential_process") {
        return Ok(Found::Provider(Provider::Process));
    }
    let in_config_file = settings.files.config_profile(&settings.profile_name);
    if let Some(credentials) = from_section(in_config_file, "config-file")? {
        return Ok(Found::Static(credentials));
    }
    let container = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"];
    if container.iter().any(|name| settings.environment.get(name).is_some()) {
        return Ok(Found::Provider(Provider::Container));
    }
    Ok(Found::Nothing)
}

fn from_environment(settings: &Settings) -> Result<Option<Credentials>, SessionError> {
    let variable = |name| settings.environment.get(name);
    let given = |name| variable(name).filter(|value| !value.is_empty());
    let Some(id) = given("AWS_ACCESS_KEY_ID") else { return Ok(None) };
    let Some(secret) = given("AWS_SECRET_ACCESS_KEY") else {
        return Err(SessionError::PartialCredentials { provider: "env", missing: "AWS_SECRET_ACCESS_KEY" });
    };
    let token = variable("AWS_SECURITY_TOKEN").or_else(|| variable("AWS_SESSION_TOKEN"));
    if let Some(expiration) = given("AWS_CREDENTIAL_EXPIRATION") {
        check_expiration(&expiration)?;
    }
    Ok(Some(credentials(id, secret, token, "Environment")))
}

fn check_expiration(text: &str) -> Result<(), SessionError> {
    let moment = DateTime::from_str(text, Format::DateTimeWithOffset)
        .map_err(|_| SessionError::BadExpiration { text: text.to_owned() })?;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let expired = u64::try_from(moment.secs()).map_or(true, |moment| moment <= now.as_secs());
    if expired { Err(SessionError::Expired) } else { Ok(()) }
}

fn from_section(
    section: Option<&Section>,
    provider: &'static str,
) -> Result<Option<Credentials>, SessionError> {
    let text = |option: &str| match section.and_then(|section| section.get(option)) {
        Some(Setting::Text(text)) => Some(text.clone()),
        Some(Setting::Map(_)) | None => None,
    };
    let Some(id) = text("aws_access_key_id") else { return Ok(None) };
    let Some(secret) = text("aws_secret_access_key") else {
        return Err(SessionError::PartialCredentials { provider, missing: "aws_secret_access_key" });
    };
    let token = text("aws_security_token").or_else(|| text("aws_session_token"));
    Ok(Some(credentials(id, secret, token, "Profile")))
}

fn credentials(id: String, secret: String, token: Option<String>, provider: &'static str) -> Credentials {
    Credentials::new(id, secret, token.filter(|token| !token.is_empty()), None, provider)
}
