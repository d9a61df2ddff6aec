//! Credentials: where they come from. The network has no part in this: what needs it is only recognised.

mod assume_role;
pub mod container;
mod document;
pub mod expiration;
pub mod instance;
mod legacy_files;
pub mod process;
mod sso;
pub mod temporary;

use std::fmt;

use aws_credential_types::Credentials;

use self::expiration::Expiration;
use self::instance::Metadata;
use self::temporary::{Source, Temporary};
use super::config_file::ConfigFiles;
use super::ini::{Section, Setting};
use super::settings::Settings;
use crate::environment::Environment;
use crate::error::provider::ProviderError;
use crate::error::session::SessionError;

/// What was found.
#[derive(Clone)]
pub enum Found {
    /// Nothing is wanted: requests are not signed.
    Unsigned,
    /// Credentials that are there.
    Static(Credentials),
    /// Credentials that may expire before they are used, and who gave them.
    Temporary(Temporary, Source),
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
            Found::Temporary(temporary, _) => temporary.fmt(f),
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
}

impl Provider {
    /// The setting that asks for the provider.
    pub fn setting(self) -> &'static str {
        match self {
            Provider::AssumeRole => "role_arn",
            Provider::WebIdentity => "web_identity_token_file",
            Provider::Sso => "sso_role_name and sso_account_id",
            Provider::Login => "login_session",
        }
    }
}

/// Goes along the reference's chain until something is found.
///
/// # Errors
/// Credentials of which a part is missing, or that have expired; a profile that says things about its credentials
/// that do not fit together.
pub fn find(settings: &Settings) -> Result<Found, SessionError> {
    let found = if settings.globals.no_sign_request { Found::Unsigned } else { chain(settings)? };
    // The reference looks for a bearer token next, even where it has credentials already.
    sso::check_token(settings)?;
    Ok(found)
}

fn chain(settings: &Settings) -> Result<Found, SessionError> {
    // A profile that was named on the command line takes the environment out of the chain.
    let environment_counts = settings.globals.profile.is_none();
    if environment_counts && let Some(temporary) = from_environment(settings.environment)? {
        return Ok(Found::Temporary(temporary, Source::Environment));
    }
    if assume_role::is_configured(&settings.profile) {
        assume_role::check(settings)?;
        return Ok(Found::Provider(Provider::AssumeRole));
    }
    let environment = environment_counts.then_some(settings.environment);
    if let Some(found) = of_profile(settings.files, &settings.profile_name, environment)? {
        return Ok(found);
    }
    if let Some(credentials) = legacy_files::find(settings.environment)? {
        return Ok(Found::Static(credentials));
    }
    if let Some(endpoint) = container::Endpoint::configured(settings.environment) {
        let temporary = endpoint.load()?;
        return Ok(Found::Temporary(temporary, Source::Container(endpoint)));
    }
    let metadata = Metadata::new(settings)?;
    if let Some(temporary) = metadata.credentials()? {
        return Ok(Found::Temporary(temporary, Source::Instance(metadata)));
    }
    Ok(Found::Nothing)
}

/// The part of the chain that a profile decides, be it the chosen one or the source of a role. The variables of
/// web identity count if the environment is given.
fn of_profile(
    files: &ConfigFiles,
    name: &str,
    environment: Option<&Environment>,
) -> Result<Option<Found>, SessionError> {
    let profile = files.profile(name).unwrap_or_default();
    if web_identity_is_configured(&profile, environment)? {
        return Ok(Some(Found::Provider(Provider::WebIdentity)));
    }
    if sso::is_configured(files, name, &profile)? {
        return Ok(Some(Found::Provider(Provider::Sso)));
    }
    if let Some(credentials) = from_section(files.credentials_profile(name), "shared-credentials-file")? {
        return Ok(Some(Found::Static(credentials)));
    }
    if profile.get("login_session").is_some() {
        return Ok(Some(Found::Provider(Provider::Login)));
    }
    match profile.get("credential_process") {
        Some(Setting::Text(command)) => {
            let temporary = process::load(command)?;
            return Ok(Some(Found::Temporary(temporary, Source::Process(command.clone()))));
        }
        Some(Setting::Map(_)) => return Err(ProviderError::NoCommand.into()),
        None => {}
    }
    Ok(from_section(files.config_profile(name), "config-file")?.map(Found::Static))
}

/// Whether there is a token file, and a role to take with it.
fn web_identity_is_configured(
    profile: &Section,
    environment: Option<&Environment>,
) -> Result<bool, SessionError> {
    let given = |variable: &str, option: &str| {
        let value = environment.and_then(|environment| environment.get(variable));
        value.or_else(|| profile.text(option).map(str::to_owned)).is_some_and(|value| !value.is_empty())
    };
    if !given("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file") {
        return Ok(false);
    }
    if given("AWS_ROLE_ARN", "role_arn") { Ok(true) } else { Err(SessionError::NoRoleForWebIdentity) }
}

fn from_environment(environment: &Environment) -> Result<Option<Temporary>, SessionError> {
    let given = |name| environment.get(name).filter(|value| !value.is_empty());
    let Some(id) = given("AWS_ACCESS_KEY_ID") else { return Ok(None) };
    let Some(secret) = given("AWS_SECRET_ACCESS_KEY") else {
        return Err(SessionError::PartialCredentials { provider: "env", missing: "AWS_SECRET_ACCESS_KEY" });
    };
    let token = given("AWS_SECURITY_TOKEN").or_else(|| given("AWS_SESSION_TOKEN"));
    let expiration = given("AWS_CREDENTIAL_EXPIRATION").map(|text| Expiration::read(&text)).transpose()?;
    Ok(Some(Temporary { credentials: credentials(id, secret, token, "Environment"), expiration }))
}

/// The static credentials of a section.
fn from_section(
    section: Option<&Section>,
    provider: &'static str,
) -> Result<Option<Credentials>, SessionError> {
    let Some((id, secret)) = from_keys(section, provider)? else { return Ok(None) };
    let text = |option: &str| section.and_then(|section| section.text(option)).map(str::to_owned);
    let token = text("aws_security_token").or_else(|| text("aws_session_token"));
    Ok(Some(credentials(id, secret, token, "Profile")))
}

/// The access key of a section and its secret; empty ones count.
fn from_keys(
    section: Option<&Section>,
    provider: &'static str,
) -> Result<Option<(String, String)>, SessionError> {
    let text = |option| match section.and_then(|section| section.get(option)) {
        None => Ok(None),
        Some(Setting::Text(text)) => Ok(Some(text.clone())),
        Some(Setting::Map(_)) => Err(ProviderError::NestedKey { option }),
    };
    let Some(id) = text("aws_access_key_id")? else { return Ok(None) };
    let missing = "aws_secret_access_key";
    let secret = text(missing)?.ok_or(SessionError::PartialCredentials { provider, missing })?;
    Ok(Some((id, secret)))
}

fn credentials(id: String, secret: String, token: Option<String>, provider: &'static str) -> Credentials {
    Credentials::new(id, secret, token.filter(|token| !token.is_empty()), None, provider)
}

#[cfg(test)]
mod tests;
