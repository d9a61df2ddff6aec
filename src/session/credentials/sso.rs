//! IAM Identity Center: roles that are taken with its token.

use super::super::config_file::ConfigFiles;
use super::super::settings::{Settings, is_region};
use super::cache::{self, Cache};
use super::exchange::{self, GET_ROLE_CREDENTIALS};
use super::expiration::{Expiration, Remaining};
use super::fetch::Fetcher;
use super::temporary::Temporary;
use super::{reading, sso_token};
use crate::error::Error;
use crate::reply::error::ReplyError;
use crate::session::credentials::error::CredentialsError;
use crate::session::error::SessionError;
use crate::syntax::ini::{Section, is_secret};
use crate::value::python::HIDDEN;
use crate::value::{Map, Value};

/// What every profile needs, in the order in which the reference names what is missing.
const REQUIRED: [&str; 4] = ["sso_role_name", "sso_account_id", "sso_start_url", "sso_region"];

/// What an `[sso-session]` needs to give a token.
const REQUIRED_FOR_TOKEN: [&str; 2] = ["sso_start_url", "sso_region"];

/// A role of IAM Identity Center.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    profile: String,
    role_name: String,
    account_id: String,
    start_url: String,
    region: String,
    session: Option<String>,
    /// Whether the credentials are cached: those of a source profile are not.
    cached: bool,
}

/// Where a session's token comes from.
#[derive(Clone, Debug)]
pub(crate) struct TokenSource {
    /// The name of the session.
    pub(crate) session: String,
    /// Its start URL.
    pub(crate) start_url: String,
    /// Its region.
    pub(crate) region: String,
}

/// What the profile and its `[sso-session]` say. `None` if the profile has nothing to do with IAM Identity Center.
///
/// # Errors
/// Something is missing, or the two disagree.
pub(crate) fn resolve(
    files: &ConfigFiles,
    name: &str,
    profile: &Section,
    cached: bool,
) -> Result<Option<Access>, SessionError> {
    if profile.get("sso_role_name").is_none() && profile.get("sso_account_id").is_none() {
        return Ok(None);
    }
    let session_name = profile.text("sso_session");
    let session = match session_name {
        Some(session) => Some(
            files
                .sso_session(session)
                .ok_or_else(|| SessionError::NoSsoSession { session: session.to_owned() })?,
        ),
        None => None,
    };
    for (option, in_session) in session.into_iter().flat_map(Section::texts) {
        if let Some(in_profile) = profile.text(option).filter(|value| *value != in_session) {
            let shown = |value: &str| if is_secret(option) { HIDDEN } else { value }.to_owned();
            return Err(SessionError::SsoDisagreement {
                option: option.to_owned(),
                in_profile: shown(in_profile),
                in_session: shown(in_session),
            });
        }
    }
    let given = |option: &str| profile.text(option).or_else(|| session?.text(option)).map(str::to_owned);
    let [Some(role_name), Some(account_id), Some(start_url), Some(region)] = REQUIRED.map(given) else {
        let missing = REQUIRED.into_iter().filter(|option| given(option).is_none()).collect();
        return Err(SessionError::SsoIncomplete { profile: name.to_owned(), missing });
    };
    let (profile, session) = (name.to_owned(), session_name.map(str::to_owned));
    Ok(Some(Access { profile, role_name, account_id, start_url, region, session, cached }))
}

/// Where the token of a profile's session comes from; `None` without a session. The reference looks for it whether it
/// needs a token or not.
///
/// # Errors
/// The session does not exist, or something is missing in it.
pub(crate) fn token_source(
    settings: &Settings,
    profile_name: &str,
) -> Result<Option<TokenSource>, SessionError> {
    let profile = settings.files.profile(profile_name).unwrap_or_default();
    let Some(session) = profile.text("sso_session").map(str::to_owned) else { return Ok(None) };
    let profile = profile_name.to_owned();
    let Some(section) = settings.files.sso_session(&session).filter(|section| !section.is_empty()) else {
        return Err(SessionError::NoSsoSessionForToken { profile, session });
    };
    let given = |option: &str| section.text(option).map(str::to_owned);
    let [Some(start_url), Some(region)] = REQUIRED_FOR_TOKEN.map(given) else {
        let missing = REQUIRED_FOR_TOKEN.into_iter().filter(|option| given(option).is_none()).collect();
        return Err(SessionError::SsoTokenIncomplete { profile, missing });
    };
    Ok(Some(TokenSource { session, start_url, region }))
}

/// A region of IAM Identity Center.
///
/// # Errors
/// It cannot be a region.
pub(crate) fn checked_region(region: &str) -> Result<&str, SessionError> {
    if is_region(region) { Ok(region) } else { Err(SessionError::BadRegion { region: region.to_owned() }) }
}

impl Fetcher<'_> {
    /// Takes the role, unless the cache has its credentials.
    pub(super) fn sso(&self, access: &Access) -> Result<Temporary, Error> {
        let name = match &access.session {
            Some(session) => ("sessionName", session),
            None => ("startUrl", &access.start_url),
        };
        let arguments = [("roleName", &access.role_name), ("accountId", &access.account_id), name];
        let text = |text: &String| Value::string(text.as_str());
        let arguments: Map = arguments.into_iter().map(|(name, value)| (name, text(value))).collect();
        let key = cache::key_of_sso_role(&arguments);
        let cache = access.cached.then(|| Cache::of_roles(self.session.settings.environment));
        self.cached(cache.as_ref(), &key, || {
            let exchange = &GET_ROLE_CREDENTIALS;
            let region = Some(checked_region(&access.region)?);
            let settings = self.session.settings_for(exchange.service, region, None, self.operation)?;
            let token = match token_source(self.session.settings, &access.profile)? {
                Some(source) => self.sso_token(&source)?,
                None => self.legacy_sso_token(&access.start_url)?,
            };
            let parameters = [
                ("roleName", text(&access.role_name)),
                ("accountId", text(&access.account_id)),
                ("accessToken", token),
            ];
            let answer = self.ask(
                exchange,
                &settings,
                parameters.into_iter().collect(),
                exchange::get_role_credentials,
            );
            match answer {
                Ok(answer) => document(&answer.data, &access.account_id),
                Err(Error::Service(error)) if error.code == "UnauthorizedException" => {
                    tracing::debug!(%error, "the token is refused");
                    Err(CredentialsError::SsoUnauthorized.into())
                }
                Err(error) => Err(error),
            }
        })
    }

    /// The token of a start URL, which nothing renews.
    fn legacy_sso_token(&self, start_url: &str) -> Result<Value, Error> {
        let token = sso_token::load(self.session.settings.environment, start_url, None)?;
        let expiration = reading::text(&token, "expiresAt").unwrap_or_default();
        match Expiration::read(&expiration)?.remaining()? {
            Remaining::Expired => Err(CredentialsError::SsoUnauthorized.into()),
            Remaining::Enough | Remaining::Little | Remaining::TooLittle => {
                Ok(sso_token::access_token(&token))
            }
        }
    }
}

/// What is cached of a role of IAM Identity Center.
fn document(data: &Map, account_id: &str) -> Result<Value, Error> {
    let operation = GET_ROLE_CREDENTIALS.name;
    let missing = |member| Error::from(ReplyError::Unusable { operation, member });
    let given = data.get("roleCredentials").and_then(Value::as_map);
    let given = given.ok_or_else(|| missing("roleCredentials"))?;
    let member = |member| given.get(member).cloned().ok_or_else(|| missing(member));
    let milliseconds = match member("expiration")? {
        Value::Integer(number) => number.to_i64(),
        _ => None,
    };
    let expiration = milliseconds.ok_or_else(|| missing("expiration"))?.div_euclid(1000);
    let credentials = Value::map([
        ("AccessKeyId", member("accessKeyId")?),
        ("SecretAccessKey", member("secretAccessKey")?),
        ("SessionToken", member("sessionToken")?),
        ("Expiration", Value::string(Expiration::at(expiration).in_utc("Z")?)),
        ("AccountId", Value::string(account_id)),
    ]);
    Ok(Value::map([("ProviderType", Value::string("sso")), ("Credentials", credentials)]))
}
