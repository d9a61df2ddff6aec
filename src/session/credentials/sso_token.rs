//! Tokens of IAM Identity Center, as `aws sso login` caches them, and their renewal.

use std::time::Duration;

use super::cache::{self, Cache};
use super::exchange::{self, CREATE_TOKEN};
use super::expiration::{ADVISORY, Expiration, Remaining};
use super::fetch::Fetcher;
use super::reading;
use super::sso::{self, TokenSource};
use crate::environment::Environment;
use crate::error::Error;
use crate::reply::error::ReplyError;
use crate::session::credentials::error::CredentialsError;
use crate::value::{Map, Value};

/// What a renewal needs, in the order in which the token's file has it.
const REGISTRATION: [&str; 3] = ["clientId", "clientSecret", "registrationExpiresAt"];

/// The cached token of a session, or without one that of a start URL.
///
/// # Errors
/// There is none; its file cannot be read; it lacks the token or its expiration.
pub(crate) fn load(
    environment: &Environment,
    start_url: &str,
    session: Option<&str>,
) -> Result<Map, CredentialsError> {
    let name = session.unwrap_or(start_url);
    let cache = Cache::of_sso_tokens(environment);
    let key = cache::key_of_sso_token(name);
    let token = cache.get(&key)?.ok_or_else(|| CredentialsError::NoSsoToken { name: name.to_owned() })?;
    if token.contains_key("accessToken") && token.contains_key("expiresAt") {
        Ok(token)
    } else {
        Err(CredentialsError::SsoTokenIncomplete { start_url: start_url.to_owned() })
    }
}

/// The token itself, sealed. One that is no text is refused when it is sent.
pub(crate) fn access_token(token: &Map) -> Value {
    match token.get("accessToken") {
        Some(Value::String(text)) => Value::secret(text.clone()),
        Some(other) => other.clone(),
        None => Value::Null,
    }
}

impl Fetcher<'_> {
    /// The token of a session, renewed if less than 15 minutes of it are left and that is possible.
    ///
    /// # Errors
    /// There is no token, or it has expired and was not renewed.
    pub(super) fn sso_token(&self, source: &TokenSource) -> Result<Value, Error> {
        let environment = self.session.settings.environment;
        let token = load(environment, &source.start_url, Some(&source.session))?;
        let expiration = expiration_of(&token, "expiresAt", &source.start_url)?;
        if expiration.is_within(ADVISORY)?
            && let Some(renewed) = self.renewed(source, &token)?
        {
            let key = cache::key_of_sso_token(&source.session);
            Cache::of_sso_tokens(environment).put(&key, &Value::Map(renewed.clone().into()))?;
            let expiration = expiration_of(&renewed, "expiresAt", &source.start_url)?;
            return unexpired(renewed, expiration);
        }
        unexpired(token, expiration)
    }

    /// A new token; `None` if the old one cannot be renewed or the service refuses.
    fn renewed(&self, source: &TokenSource, token: &Map) -> Result<Option<Map>, Error> {
        let needed = ["refreshToken"].into_iter().chain(REGISTRATION);
        if let Some(missing) = needed.into_iter().find(|member| !token.contains_key(member)) {
            tracing::debug!(missing, "the token cannot be renewed");
            return Ok(None);
        }
        let registration = expiration_of(token, "registrationExpiresAt", &source.start_url)?;
        if registration.remaining()? == Remaining::Expired {
            tracing::debug!(?registration, "the token cannot be renewed: its registration has expired");
            return Ok(None);
        }
        let region = Some(sso::checked_region(&source.region)?);
        let settings = self.session.settings_for(CREATE_TOKEN.service, region, None, self.operation)?;
        let given = |member: &str| token.get(member).cloned().unwrap_or(Value::Null);
        let parameters = [
            ("grantType", Value::string("refresh_token")),
            ("clientId", given("clientId")),
            ("clientSecret", sealed(given("clientSecret"))),
            ("refreshToken", sealed(given("refreshToken"))),
        ];
        let parameters = parameters.into_iter().collect();
        match self.ask(&CREATE_TOKEN, &settings, parameters, exchange::create_token) {
            Ok(answer) => Ok(Some(merged(source, token, &answer.data)?)),
            Err(Error::Service(error)) => {
                tracing::debug!(%error, "the token was not renewed");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

/// The document of a new token: what the service gave, with the registration of the old one.
fn merged(source: &TokenSource, old: &Map, new: &Map) -> Result<Map, Error> {
    let seconds = match new.get("expiresIn") {
        Some(Value::Integer(number)) => number.to_i64().and_then(|seconds| u64::try_from(seconds).ok()),
        _ => None,
    };
    let unusable = ReplyError::Unusable { operation: CREATE_TOKEN.name, member: "expiresIn" };
    let expiration = Expiration::after(Duration::from_secs(seconds.ok_or(unusable)?));
    let mut token = Map::new();
    token.insert("startUrl", Value::string(source.start_url.as_str()));
    token.insert("region", Value::string(source.region.as_str()));
    token.insert("accessToken", new.get("accessToken").cloned().unwrap_or(Value::Null));
    token.insert("expiresAt", Value::string(expiration.in_utc("Z")?));
    for member in REGISTRATION {
        token.insert(member, old.get(member).cloned().unwrap_or(Value::Null));
    }
    if let Some(refresh_token) = new.get("refreshToken") {
        token.insert("refreshToken", refresh_token.clone());
    }
    Ok(token)
}

fn unexpired(token: Map, expiration: Expiration) -> Result<Value, Error> {
    match expiration.remaining()? {
        Remaining::Expired => Err(CredentialsError::SsoTokenExpired.into()),
        Remaining::Enough | Remaining::Little | Remaining::TooLittle => match token.get("accessToken") {
            Some(Value::Secret(secret)) => Ok(Value::Secret(secret.clone())),
            _ => Ok(access_token(&token)),
        },
    }
}

/// When something in a token expires. What is no text is as good as missing.
fn expiration_of(token: &Map, member: &'static str, start_url: &str) -> Result<Expiration, Error> {
    match reading::text(token, member) {
        Ok(text) => Ok(Expiration::read(&text)?),
        Err(_) => Err(CredentialsError::SsoTokenIncomplete { start_url: start_url.to_owned() }.into()),
    }
}

/// A secret of a document, so that no log shows it. One that is no text is refused when it is sent.
fn sealed(value: Value) -> Value {
    match value {
        Value::String(text) => Value::secret(text),
        other => other,
    }
}
