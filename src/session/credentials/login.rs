//! Credentials of `aws login`: `login_session`.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_credential_types::Credentials;

use super::cache::{self, Cache};
use super::exchange::{self, CREATE_O_AUTH2_TOKEN};
use super::expiration::Expiration;
use super::fetch::Fetcher;
use super::proof::ProofKey;
use super::reading;
use super::temporary::Temporary;
use crate::environment::Environment;
use crate::error::Error;
use crate::reply::error::{ReplyError, ServiceError};
use crate::session::credentials::error::CredentialsError;
use crate::session::error::SessionError;
use crate::value::{Map, Value};

/// What a cached token must have.
const REQUIRED: [&str; 4] = ["accessToken", "refreshToken", "dpopKey", "clientId"];

/// With less time than this left, the service is asked for new credentials.
const RENEWAL: Duration = Duration::from_secs(5 * 60);

/// A login and the credentials that are cached of it.
#[derive(Clone)]
pub(crate) struct Login {
    session: String,
    cached: Temporary,
}

/// Reads what is cached of a login, expired or not.
///
/// # Errors
/// Nothing is cached, or it is incomplete.
pub(crate) fn load(session: &str, environment: &Environment) -> Result<Login, SessionError> {
    let cached = cached(&token(session, environment)?, session, environment)?;
    Ok(Login { session: session.to_owned(), cached })
}

fn token(session: &str, environment: &Environment) -> Result<Map, SessionError> {
    let token = Cache::of_logins(environment).get(&cache::key_of_login(session))?;
    let token = token.ok_or_else(|| CredentialsError::NoLoginToken { session: session.to_owned() })?;
    match REQUIRED.iter().all(|member| token.contains_key(member)) {
        true => Ok(token),
        false => Err(CredentialsError::LoginTokenIncomplete.into()),
    }
}

/// The credentials in a token.
fn cached(token: &Map, session: &str, environment: &Environment) -> Result<Temporary, SessionError> {
    let path = Cache::of_logins(environment).path(&cache::key_of_login(session));
    let incomplete = |member| CredentialsError::CacheIncomplete { path: path.clone(), member };
    let access = token.get("accessToken").and_then(Value::as_map).ok_or_else(|| incomplete("accessToken"))?;
    let part = |member| reading::text(access, member).map_err(incomplete);
    let (id, secret) = (part("accessKeyId")?, part("secretAccessKey")?);
    let credentials = Credentials::new(id, secret, Some(part("sessionToken")?), None, "Login");
    let expiration = Some(Expiration::read(&part("expiresAt")?)?);
    part("accountId")?;
    Ok(Temporary { credentials, expiration })
}

impl Fetcher<'_> {
    /// The credentials of a login: the cached ones, or new ones near their end.
    pub(super) fn login(&self, login: &Login) -> Result<Credentials, Error> {
        login.cached.or_new(|| self.renewed_login(&login.session))
    }

    fn renewed_login(&self, session: &str) -> Result<Temporary, Error> {
        let environment = self.session.settings.environment;
        // The reference reads the file again: another process may have renewed it.
        let token = token(session, environment)?;
        let key = reading::text(&token, "dpopKey").map_err(|_| CredentialsError::LoginTokenIncomplete)?;
        let key = ProofKey::from_pem(&key).map_err(|_| CredentialsError::LoginKeyUnusable)?;
        let current = cached(&token, session, environment)?;
        if !current.expiration.map_or(Ok(false), |expiration| expiration.is_within(RENEWAL))? {
            return Ok(current);
        }
        let renewed = self.create_token(&token, key)?;
        let document = Value::Map(renewed.clone().into());
        Cache::of_logins(environment).put(&cache::key_of_login(session), &document)?;
        Ok(cached(&renewed, session, environment)?)
    }

    /// The token with what the service has given in place of the old credentials.
    fn create_token(&self, token: &Map, key: ProofKey) -> Result<Map, Error> {
        let exchange = &CREATE_O_AUTH2_TOKEN;
        let settings = self.session.settings_for(exchange.service, None, None, self.operation)?;
        let given = |member: &str| token.get(member).cloned().unwrap_or(Value::Null);
        let refresh_token = match given("refreshToken") {
            Value::String(text) => Value::secret(text),
            other => other,
        };
        let input = Value::map([
            ("clientId", given("clientId")),
            ("refreshToken", refresh_token),
            ("grantType", Value::string("refresh_token")),
        ]);
        let key = Arc::new(key);
        let parameters = [("tokenInput", input)].into_iter().collect();
        let answer = self.ask(exchange, &settings, parameters, |settings, record, parameters| {
            exchange::create_o_auth2_token(settings, record, parameters, key)
        });
        match answer {
            Ok(answer) => Ok(merged(token, &answer.data)?),
            Err(Error::Service(error)) if error.code == "AccessDeniedException" => {
                tracing::debug!(%error, "the login was not renewed");
                Err(denied(&error).into())
            }
            Err(error) => Err(error),
        }
    }
}

/// What the service means by denying access.
fn denied(error: &ServiceError) -> CredentialsError {
    match error.members.get("error").and_then(Value::as_str) {
        Some("TOKEN_EXPIRED") => CredentialsError::LoginExpired,
        Some("USER_CREDENTIALS_CHANGED") => CredentialsError::PasswordChanged,
        Some("INSUFFICIENT_PERMISSIONS") => CredentialsError::LoginNotPermitted,
        _ => CredentialsError::LoginDenied,
    }
}

/// The document of a renewed token: everything else in it stays.
fn merged(old: &Map, new: &Map) -> Result<Map, Error> {
    let unusable = |member| ReplyError::Unusable { operation: CREATE_O_AUTH2_TOKEN.name, member };
    let seconds = match new.get("expiresIn") {
        Some(Value::Integer(number)) => number.to_i64().and_then(|seconds| u64::try_from(seconds).ok()),
        _ => None,
    };
    let expiration = Expiration::after(Duration::from_secs(seconds.ok_or(unusable("expiresIn"))?));
    let given = new.get("accessToken").and_then(Value::as_map).ok_or(unusable("accessToken"))?;
    let member = |name: &str| given.get(name).cloned().unwrap_or(Value::Null);
    let account = old.get("accessToken").and_then(|access| access.as_map()?.get("accountId")).cloned();
    let access = Value::map([
        ("accessKeyId", member("accessKeyId")),
        ("secretAccessKey", member("secretAccessKey")),
        ("sessionToken", member("sessionToken")),
        ("accountId", account.unwrap_or(Value::Null)),
        ("expiresAt", Value::string(expiration.in_utc("Z")?)),
    ]);
    let mut token = old.clone();
    token.insert("accessToken", access);
    token.insert("refreshToken", new.get("refreshToken").cloned().unwrap_or(Value::Null));
    Ok(token)
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("session", &self.session).finish_non_exhaustive()
    }
}
