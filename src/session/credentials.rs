//! Credentials: where they come from. What is there is read at once; what has to be asked for is described, and
//! fetched when a request is about to be signed.

mod cache;
pub(crate) mod container;
mod document;
pub(crate) mod error;
mod exchange;
pub(crate) mod expiration;
mod fetch;
pub(crate) mod instance;
mod legacy_files;
mod login;
mod mfa;
pub(crate) mod process;
mod proof;
mod reading;
mod role;
mod sso;
mod sso_token;
pub(crate) mod temporary;
mod web_identity;

use std::fmt;

use aws_credential_types::Credentials;

use self::expiration::Expiration;
pub(crate) use self::fetch::Fetcher;
use self::instance::Metadata;
use self::login::Login;
use self::role::Role;
use self::sso::Access;
use self::temporary::{Source, Temporary};
use self::web_identity::WebIdentity;
use super::settings::Settings;
use crate::environment::Environment;
use crate::session::credentials::error::provider::ProviderError;
use crate::session::error::SessionError;
use crate::syntax::ini::{Section, Setting};

/// What was found.
#[derive(Clone)]
pub(crate) enum Found {
    /// Nothing is wanted: requests are not signed.
    Unsigned,
    /// Credentials that are there, and the reference's name for where they stand.
    Static(Credentials, &'static str),
    /// Credentials that may expire before they are used, and who gave them.
    Temporary(Temporary, Source),
    /// Somebody has to be asked for them.
    Deferred(Deferred),
    /// Nothing.
    Nothing,
}

impl fmt::Debug for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Found::Unsigned => f.write_str("Unsigned"),
            Found::Static(_, provider) => f.debug_tuple("Static").field(provider).finish(),
            Found::Temporary(temporary, _) => temporary.fmt(f),
            Found::Deferred(deferred) => deferred.fmt(f),
            Found::Nothing => f.write_str("Nothing"),
        }
    }
}

impl Found {
    /// The reference's name for whoever gives the credentials.
    fn provider(&self) -> &'static str {
        match self {
            Found::Unsigned | Found::Nothing => "nobody",
            Found::Static(_, provider) => provider,
            Found::Temporary(_, Source::Environment) => "env",
            Found::Temporary(_, Source::Process(..)) => "custom-process",
            Found::Temporary(_, Source::Container(_)) => "container-role",
            Found::Temporary(_, Source::Instance(_)) => "iam-role",
            Found::Deferred(Deferred::Role(_)) => "assume-role",
            Found::Deferred(Deferred::WebIdentity(_)) => "assume-role-with-web-identity",
            Found::Deferred(Deferred::Sso(_)) => "sso",
            Found::Deferred(Deferred::Login(_)) => "login",
        }
    }
}

/// Credentials that somebody has to be asked for, over the network or at the terminal.
#[derive(Clone, Debug)]
pub(crate) enum Deferred {
    /// `role_arn` with the credentials of somebody else.
    Role(Box<Role>),
    /// `web_identity_token_file`.
    WebIdentity(WebIdentity),
    /// `sso_role_name`, `sso_account_id`.
    Sso(Access),
    /// `login_session`.
    Login(Login),
}

/// Goes along the reference's chain until something is found.
///
/// # Errors
/// Credentials of which a part is missing, or that have expired; a profile that says things about its credentials
/// that do not fit together.
pub(crate) fn find(settings: &Settings) -> Result<Found, SessionError> {
    let found = if settings.globals.no_sign_request { Found::Unsigned } else { chain(settings)? };
    // The reference looks for a bearer token next, even where it has credentials already.
    sso::token_source(settings, &settings.profile_name)?;
    Ok(found)
}

fn chain(settings: &Settings) -> Result<Found, SessionError> {
    // A profile that was named on the command line takes the environment out of the chain.
    let environment_counts = settings.globals.profile.is_none();
    if environment_counts && let Some(temporary) = from_environment(settings.environment)? {
        return Ok(Found::Temporary(temporary, Source::Environment));
    }
    if role::is_configured(&settings.profile) {
        return Ok(Found::Deferred(Deferred::Role(role::resolve(settings)?.into())));
    }
    let environment = environment_counts.then_some(settings.environment);
    if let Some(found) = of_profile(settings, &settings.profile_name, environment, true)? {
        return Ok(found);
    }
    if let Some(found) = legacy_files::find(settings.environment)? {
        return Ok(found);
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

/// The credentials of the source profile of a role.
fn of_source(settings: &Settings, name: &str) -> Result<Option<Found>, SessionError> {
    of_profile(settings, name, None, false)
}

/// The part of the chain that a profile decides, be it the chosen one or the source of a role. The variables of web
/// identity count if the environment is given.
fn of_profile(
    settings: &Settings,
    name: &str,
    environment: Option<&Environment>,
    cached: bool,
) -> Result<Option<Found>, SessionError> {
    let files = settings.files;
    let profile = files.profile(name).unwrap_or_default();
    if let Some(identity) = web_identity::resolve(&profile, environment, cached)? {
        return Ok(Some(Found::Deferred(Deferred::WebIdentity(identity))));
    }
    if let Some(access) = sso::resolve(files, name, &profile, cached)? {
        return Ok(Some(Found::Deferred(Deferred::Sso(access))));
    }
    if let Some(found) = from_section(files.credentials_profile(name), "shared-credentials-file")? {
        return Ok(Some(found));
    }
    if let Some(session) = profile.text("login_session") {
        return Ok(Some(Found::Deferred(Deferred::Login(login::load(session, settings.environment)?))));
    }
    match profile.get("credential_process") {
        Some(Setting::Text(command)) => {
            let core_dumps = settings.environment.core_dumps;
            let temporary = process::load(command, core_dumps)?;
            return Ok(Some(Found::Temporary(temporary, Source::Process(command.clone(), core_dumps))));
        }
        Some(Setting::Map(_)) => return Err(ProviderError::NoCommand.into()),
        None => {}
    }
    from_section(files.config_profile(name), "config-file")
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
fn from_section(section: Option<&Section>, provider: &'static str) -> Result<Option<Found>, SessionError> {
    let Some((id, secret)) = from_keys(section, provider)? else { return Ok(None) };
    let text = |option: &str| section.and_then(|section| section.text(option)).map(str::to_owned);
    let token = text("aws_security_token").or_else(|| text("aws_session_token"));
    Ok(Some(Found::Static(credentials(id, secret, token, "Profile"), provider)))
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
