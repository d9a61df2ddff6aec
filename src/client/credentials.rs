//! Fetching credentials: from services, the caches that are shared with the reference, and the user.

mod cache;
pub(crate) mod error;
mod login;
mod mfa;
mod role;
mod sso;
mod web_identity;

use std::path::PathBuf;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use http::HeaderValue;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use self::cache::Cache;
use super::Client;
use crate::client::credentials::error::CredentialsError;
use crate::client::error::ClientError;
use crate::session::credentials::CredentialsSource;
use crate::session::credentials::error::ProviderError;
use crate::session::credentials::expiration::{self, Remaining};
use crate::session::error::SessionError;
use crate::transport::runtime::Stopped;

/// What is cached of a role.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CachedRole {
    #[serde(skip_serializing_if = "Option::is_none")]
    provider_type: Option<String>,
    credentials: Option<CachedCredentials>,
    #[serde(skip_serializing_if = "Option::is_none")]
    assumed_role_user: Option<AssumedRoleUser>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CachedCredentials {
    access_key_id: Option<Zeroizing<String>>,
    secret_access_key: Option<Zeroizing<String>>,
    session_token: Option<Zeroizing<String>>,
    expiration: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AssumedRoleUser {
    assumed_role_id: Option<String>,
    arn: Option<String>,
}

/// Why cached credentials cannot be read.
enum Unreadable {
    Missing(&'static str),
    Session(SessionError),
}

impl Unreadable {
    /// The error of a file of a cache.
    fn of(self, path: PathBuf) -> ClientError {
        match self {
            Unreadable::Session(error) => error.into(),
            Unreadable::Missing(member) => CredentialsError::CacheIncomplete { path, member }.into(),
        }
    }
}

impl CachedRole {
    fn credentials(&self) -> Result<&CachedCredentials, Unreadable> {
        self.credentials.as_ref().ok_or(Unreadable::Missing("Credentials"))
    }
}

impl CachedCredentials {
    fn expiration(&self) -> Result<SystemTime, Unreadable> {
        let text = self.expiration.as_deref().ok_or(Unreadable::Missing("Expiration"))?;
        expiration::read(text).map_err(Unreadable::Session)
    }

    fn read(&self) -> Result<Credentials, Unreadable> {
        let expiration = self.expiration()?;
        let part = |part: &Option<Zeroizing<String>>, name| match part {
            Some(text) => Ok(text.as_str().to_owned()),
            None => Err(Unreadable::Missing(name)),
        };
        let id = part(&self.access_key_id, "AccessKeyId")?;
        let secret = part(&self.secret_access_key, "SecretAccessKey")?;
        let token = part(&self.session_token, "SessionToken")?;
        Ok(Credentials::new(id, secret, Some(token), Some(expiration), "Fetched"))
    }
}

impl Client<'_> {
    /// The credentials to sign with, `None` if requests are not signed: the old ones, or new ones if there are none or those
    /// are about to expire.
    ///
    /// # Errors
    /// There are none; they are refused; they cannot stand in a header; an interrupt.
    pub(super) fn current_credentials(
        &self,
        source: &CredentialsSource,
        old: Option<Credentials>,
    ) -> Result<Option<Credentials>, ClientError> {
        let old = match (old, source) {
            (None, CredentialsSource::Provided(credentials, _)) => Some(credentials.clone()),
            (old, _) => old,
        };
        let remaining = old.as_ref().map(|old| old.expiry().map_or(Remaining::Enough, Remaining::until));
        let credentials = match (old, remaining) {
            (Some(old), Some(Remaining::Enough)) => old,
            (old, remaining) => match self.new_credentials(source) {
                Ok(None) => return Ok(None),
                Ok(Some(new)) => new,
                Err(error @ ClientError::Stopped(Stopped::Interrupted)) => return Err(error),
                Err(error) => old.filter(|_| remaining == Some(Remaining::Little)).ok_or(error)?,
            },
        };
        if credentials.expiry().map(Remaining::until) == Some(Remaining::Expired) {
            return Err(SessionError::Expired.into());
        }
        check_sendable(&credentials, source.name())?;
        Ok(Some(credentials))
    }

    fn new_credentials(&self, source: &CredentialsSource) -> Result<Option<Credentials>, ClientError> {
        let credentials = match source {
            CredentialsSource::Unsigned => return Ok(None),
            CredentialsSource::None => return Err(SessionError::NoCredentials.into()),
            CredentialsSource::Provided(old, provider) => provider.load(old, self.runtime)?,
            CredentialsSource::Role(role) => self.role(role)?,
            CredentialsSource::WebIdentity(identity) => self.web_identity(identity)?,
            CredentialsSource::Sso(role) => self.sso_role(role)?,
            CredentialsSource::Login(session) => self.login(session)?,
        };
        let expiration = credentials.expiry().map(|expiry| expiration::in_utc(expiry, "Z"));
        tracing::debug!(?source, expiration, "credentials");
        Ok(Some(credentials))
    }

    /// The credentials of a role that are cached under this key and valid for at least 15 minutes, or new ones, which are
    /// then cached. Without a cache they are always new.
    fn cached_role(
        &self,
        cache: Option<&Cache>,
        key: &str,
        new: impl FnOnce() -> Result<CachedRole, ClientError>,
    ) -> Result<Credentials, ClientError> {
        let unreadable =
            |unreadable: Unreadable| unreadable.of(cache.map(|cache| cache.path(key)).unwrap_or_default());
        if let Some(cache) = cache
            && let Some(role) = cache.get::<CachedRole>(key)?
        {
            let credentials = role.credentials().map_err(unreadable)?;
            let expiration = credentials.expiration().map_err(unreadable)?;
            let (path, shown) = (cache.path(key), expiration::in_utc(expiration, "Z"));
            tracing::debug!(path = %path.display(), expiration = shown, "cached credentials");
            if Remaining::until(expiration) == Remaining::Enough {
                return credentials.read().map_err(unreadable);
            }
        }
        let role = new()?;
        // The reference ends here. But the credentials are good, and a home directory that cannot be written is common
        // in containers.
        if let Some(Err(error)) = cache.map(|cache| cache.put(key, &role)) {
            let hint = format!("The new credentials cannot be kept for the next command: {error}");
            self.session.hints.add(hint);
        }
        role.credentials().and_then(CachedCredentials::read).map_err(unreadable)
    }
}

/// Whether both parts of credentials that are sent as they are can stand in a header: the SDK panics if they cannot.
fn check_sendable(credentials: &Credentials, provider: &'static str) -> Result<(), SessionError> {
    let parts = [
        ("access key ID", Some(credentials.access_key_id())),
        ("session token", credentials.session_token()),
    ];
    let is_bad = |text: Option<&str>| text.is_some_and(|text| HeaderValue::from_str(text).is_err());
    match parts.into_iter().find(|(_, text)| is_bad(*text)) {
        Some((part, _)) => Err(ProviderError::NotSendable { part, provider }.into()),
        None => Ok(()),
    }
}
