//! Where credentials come from. What is there is read at once; what a service or the user has to be asked for is only
//! described, and fetched when a request is about to be signed.

pub(crate) mod container;
mod document;
pub(crate) mod expiration;
pub(crate) mod instance;
mod legacy_files;
mod process;
pub(crate) mod role;
pub(crate) mod sso;
pub(crate) mod web_identity;

use std::fmt;

use aws_credential_types::Credentials;

pub(crate) use self::document::problem;
use self::instance::Metadata;
use self::role::Role;
use self::sso::SsoRole;
use self::web_identity::WebIdentity;
use super::settings::Settings;
use crate::environment::Environment;
use crate::session::error::SessionError;
use crate::syntax::ini::{Section, Setting};

/// Where the credentials of a run come from.
#[derive(Clone)]
pub(crate) enum CredentialsSource {
    /// Requests are not signed.
    Unsigned,
    /// Credentials that are there, and their provider, which is asked again when they are about to expire.
    Provided(Credentials, Provider),
    /// `role_arn`, with the credentials of somebody else.
    Role(Box<Role>),
    /// `web_identity_token_file`.
    WebIdentity(WebIdentity),
    /// `sso_role_name`, `sso_account_id`.
    Sso(SsoRole),
    /// `login_session`.
    Login(String),
    None,
}

/// Who provides credentials at once.
#[derive(Clone)]
pub(crate) enum Provider {
    /// The environment or a file, by the reference's name. These do not change during a run.
    Static(&'static str),
    /// The command of a `credential_process`.
    Process(String),
    Container,
    Instance,
}

impl CredentialsSource {
    /// The reference's name for the provider.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            CredentialsSource::Unsigned | CredentialsSource::None => "nobody",
            CredentialsSource::Provided(_, Provider::Static(name)) => name,
            CredentialsSource::Provided(_, Provider::Process(_)) => "custom-process",
            CredentialsSource::Provided(_, Provider::Container) => "container-role",
            CredentialsSource::Provided(_, Provider::Instance) => "iam-role",
            CredentialsSource::Role(_) => "assume-role",
            CredentialsSource::WebIdentity(_) => "assume-role-with-web-identity",
            CredentialsSource::Sso(_) => "sso",
            CredentialsSource::Login(_) => "login",
        }
    }
}

/// Shows nothing of credentials and commands, which may be secret.
impl fmt::Debug for CredentialsSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CredentialsSource::Role(role) => role.fmt(f),
            CredentialsSource::WebIdentity(identity) => identity.fmt(f),
            CredentialsSource::Sso(role) => role.fmt(f),
            other => f.write_str(other.name()),
        }
    }
}

impl Provider {
    /// Asks for the credentials again.
    ///
    /// # Errors
    /// The provider does not have them any more.
    pub(crate) fn renew(&self, old: &Credentials, settings: &Settings) -> Result<Credentials, SessionError> {
        if let Provider::Static(_) = self {
            return Ok(old.clone());
        }
        let problem = "Credential refresh failed, response did not contain: access_key, secret_key, token, \
                       expiry_time";
        let gone = || SessionError::Retrieval { provider: "iam-role", problem: problem.to_owned() };
        self.load(settings)?.ok_or_else(gone)
    }

    fn load(&self, settings: &Settings) -> Result<Option<Credentials>, SessionError> {
        let (environment, runtime) = (settings.environment, &settings.runtime);
        match self {
            Provider::Static(_) => Ok(None),
            Provider::Process(command) => process::load(command, environment.core_dumps, runtime).map(Some),
            Provider::Container => container::load(environment, runtime),
            Provider::Instance => Metadata::new(settings)?.credentials(runtime),
        }
    }

    /// The credentials of this provider, if it has any.
    fn source(self, settings: &Settings) -> Result<Option<CredentialsSource>, SessionError> {
        let credentials = self.load(settings)?;
        Ok(credentials.map(|credentials| CredentialsSource::Provided(credentials, self)))
    }
}

/// Goes along the reference's chain until something is found.
///
/// # Errors
/// Credentials of which a part is missing, or that have expired; settings of a profile that contradict each other.
pub(crate) fn find(settings: &Settings) -> Result<CredentialsSource, SessionError> {
    let found = match settings.globals.no_sign_request {
        true => CredentialsSource::Unsigned,
        false => chain(settings)?,
    };
    // The reference looks for a bearer token next, even where it has credentials already.
    sso::token_source(settings, &settings.profile_name)?;
    Ok(found)
}

fn chain(settings: &Settings) -> Result<CredentialsSource, SessionError> {
    let Settings { environment, profile, profile_name, .. } = settings;
    // A profile that was named on the command line takes the environment out of the chain.
    let counted = settings.globals.profile.is_none().then_some(*environment);
    let role = || role::resolve(settings, profile_name, profile, Vec::new());
    let links: [&dyn Fn() -> Result<Option<CredentialsSource>, SessionError>; 7] = [
        &|| counted.map_or(Ok(None), from_environment),
        &|| role::is_configured(profile).then(role).transpose(),
        &|| of_profile(settings, profile_name, counted, true),
        &|| legacy_files::from_ec2_file(environment, &settings.runtime),
        &|| legacy_files::from_boto_file(environment),
        &|| Provider::Container.source(settings),
        &|| Provider::Instance.source(settings),
    ];
    for link in links {
        if let Some(found) = link()? {
            return Ok(found);
        }
    }
    Ok(CredentialsSource::None)
}

/// The part of the chain that a profile decides, be it the chosen one or the source of a role. The variables of web
/// identity count if the environment is given.
fn of_profile(
    settings: &Settings,
    name: &str,
    environment: Option<&Environment>,
    cached: bool,
) -> Result<Option<CredentialsSource>, SessionError> {
    let files = settings.files;
    let profile = files.profile(name).unwrap_or_default();
    if let Some(identity) = web_identity::resolve(&profile, environment, cached)? {
        return Ok(Some(CredentialsSource::WebIdentity(identity)));
    }
    if let Some(role) = sso::resolve(files, name, &profile, cached)? {
        return Ok(Some(CredentialsSource::Sso(role)));
    }
    if let Some(found) = from_section(files.credentials.get(name), "shared-credentials-file")? {
        return Ok(Some(found));
    }
    if let Some(session) = profile.text("login_session") {
        return Ok(Some(CredentialsSource::Login(session.to_owned())));
    }
    if let Some(command) = text(&profile, "credential_process")? {
        return Provider::Process(command).source(settings);
    }
    from_section(files.config.get(name), "config-file")
}

fn from_environment(environment: &Environment) -> Result<Option<CredentialsSource>, SessionError> {
    let given = |name| environment.get(name).filter(|value| !value.is_empty());
    let Some(id) = given("AWS_ACCESS_KEY_ID") else { return Ok(None) };
    let Some(secret) = given("AWS_SECRET_ACCESS_KEY") else {
        return Err(SessionError::PartialCredentials { provider: "env", missing: "AWS_SECRET_ACCESS_KEY" });
    };
    let token = given("AWS_SECURITY_TOKEN").or_else(|| given("AWS_SESSION_TOKEN"));
    let expiration = given("AWS_CREDENTIAL_EXPIRATION").map(|text| expiration::read(&text)).transpose()?;
    let credentials = Credentials::new(id, secret, token, expiration, "Static");
    Ok(Some(CredentialsSource::Provided(credentials, Provider::Static("env"))))
}

/// The static credentials of a section.
fn from_section(
    section: Option<&Section>,
    provider: &'static str,
) -> Result<Option<CredentialsSource>, SessionError> {
    let Some((id, secret)) = keys_of(section, provider)? else { return Ok(None) };
    let text = |option: &str| section.and_then(|section| section.text(option)).map(str::to_owned);
    let token = text("aws_security_token").or_else(|| text("aws_session_token"));
    Ok(Some(keys(id, secret, token, provider)))
}

/// The access key of a section and its secret; empty ones count.
fn keys_of(
    section: Option<&Section>,
    provider: &'static str,
) -> Result<Option<(String, String)>, SessionError> {
    let Some(section) = section else { return Ok(None) };
    let Some(id) = text(section, "aws_access_key_id")? else { return Ok(None) };
    let missing = "aws_secret_access_key";
    let secret = text(section, missing)?.ok_or(SessionError::PartialCredentials { provider, missing })?;
    Ok(Some((id, secret)))
}

/// The value of an option that is nothing but a text.
///
/// # Errors
/// Indented settings are in its place.
pub(super) fn text(section: &Section, option: &'static str) -> Result<Option<String>, SessionError> {
    match section.get(option) {
        Some(Setting::Map(_)) => Err(SessionError::Nested(option)),
        Some(Setting::Text(text)) => Ok(Some(text.clone())),
        None => Ok(None),
    }
}

fn keys(id: String, secret: String, token: Option<String>, provider: &'static str) -> CredentialsSource {
    let token = token.filter(|token| !token.is_empty());
    let credentials = Credentials::new(id, secret, token, None, "Static");
    CredentialsSource::Provided(credentials, Provider::Static(provider))
}

/// What the targets of fuzzing need of this module.
#[cfg(fuzzing)]
pub(crate) mod fuzzing {
    use super::*;
    use crate::transport::fetch::Fetched;

    /// Reads a document as what each provider gives. Returns what is wrong with it.
    pub(crate) fn read(document: &[u8]) -> Vec<String> {
        let fetched = |status| Ok(Fetched { status, body: document.to_vec() });
        let _ = std::str::from_utf8(document).map(|text| legacy_files::value(text, "AWSSecretKey"));
        let process = process::read(document).err();
        let process = process.filter(|error| !matches!(error, SessionError::BadExpiration { .. }));
        let process = process.map(|error| error.to_string());
        // Of a version that there is not, the reference shows the text.
        let process = process.filter(|error| !error.contains("Unsupported version"));
        let _ = container::read(fetched(500), Some("token-of-the-container"));
        let others = [container::read(fetched(200), None).err(), instance::read(document).err()];
        // A moment that cannot be read is shown.
        let others =
            others.into_iter().flatten().filter(|error| !matches!(error, SessionError::BadExpiration { .. }));
        others.map(|error| error.to_string()).chain(process).collect()
    }
}

#[cfg(test)]
mod tests;
