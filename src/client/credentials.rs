//! Fetching credentials: from services, the caches that are shared with the reference, and the user.

pub(crate) mod cache;
pub(crate) mod error;
mod login;
mod role;
mod sso;
mod web_identity;

use std::fs::File;
use std::time::Duration;

use aws_credential_types::Credentials;
use http::HeaderValue;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use self::cache::CacheFile;
use super::Client;
use crate::client::credentials::error::CredentialsError;
use crate::client::error::ClientError;
use crate::session::credentials::expiration::{self, Remaining};
use crate::session::credentials::{CredentialsSource, problem};
use crate::session::error::SessionError;
use crate::transport::runtime::{Stopped, in_thread};
use crate::value::Value;
use crate::value::json::write as json;

/// The longest wait for another process that renews a token; after that, this one renews it too.
const LONGEST_LOCK: Duration = Duration::from_secs(30);

/// What is read of the file of a role.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CachedRole {
    credentials: CachedCredentials,
}

/// Credentials as the file of a login has them; the file of a role begins their names with capitals.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CachedCredentials {
    #[serde(alias = "AccessKeyId")]
    access_key_id: Zeroizing<String>,
    #[serde(alias = "SecretAccessKey")]
    secret_access_key: Zeroizing<String>,
    #[serde(alias = "SessionToken")]
    session_token: Zeroizing<String>,
    #[serde(alias = "AccountId", skip_serializing_if = "Option::is_none")]
    account_id: Option<String>,
    #[serde(alias = "Expiration")]
    expires_at: String,
}

impl CachedCredentials {
    /// # Errors
    /// The expiration is not a timestamp.
    fn read(&self) -> Result<Credentials, SessionError> {
        let expiration = expiration::read(&self.expires_at)?;
        let (id, secret) = (self.access_key_id.as_str(), self.secret_access_key.as_str());
        let token = self.session_token.as_str().to_owned();
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
                Err(error @ ClientError::Stopped(Stopped::Interrupted | Stopped::TimeUp)) => {
                    return Err(error);
                }
                Err(error) => old.filter(|_| remaining == Some(Remaining::Little)).ok_or(error)?,
            },
        };
        if credentials.expiry().map(Remaining::until) == Some(Remaining::Expired) {
            return Err(SessionError::Expired.into());
        }
        check_sendable(&credentials, source.name())?;
        Ok(Some(with_plain_token(credentials)))
    }

    fn new_credentials(&self, source: &CredentialsSource) -> Result<Option<Credentials>, ClientError> {
        let credentials = match source {
            CredentialsSource::Unsigned => return Ok(None),
            CredentialsSource::None => return Err(SessionError::NoCredentials.into()),
            CredentialsSource::Provided(old, provider) => provider.renew(old, self.session.settings)?,
            CredentialsSource::Role(role) => self.role(role)?,
            CredentialsSource::WebIdentity(identity) => self.web_identity(identity)?,
            CredentialsSource::Sso(role) => self.sso_role(role)?,
            CredentialsSource::Login(session) => self.login(session)?,
        };
        let expiration = credentials.expiry().map(|expiry| expiration::in_utc(expiry, "Z"));
        log::debug!(source:?, expiration; "credentials");
        Ok(Some(credentials))
    }

    /// Waits until no other process changes files in the folder of this one, and keeps others waiting until the lock is
    /// dropped. `None` where there are no such locks, or another process does not let go of its own.
    fn locked(&self, cache: &CacheFile) -> Result<Option<File>, ClientError> {
        let folder = cache.folder.clone();
        let lock = in_thread(move || CacheFile::lock(&folder));
        let waited = async { tokio::time::timeout(LONGEST_LOCK, lock).await };
        let lock = self.session.settings.runtime.wait(waited)?;
        Ok(lock.ok().and_then(Result::ok).and_then(Result::ok))
    }

    /// Keeps a renewed token. The reference ends where that fails. But the new one is good, and the one in the file may be
    /// no more.
    fn keep_token(&self, cache: &CacheFile, token: &impl Serialize, login: &str) {
        if let Err(error) = cache.put_token(token) {
            let hint = format!(
                "The new token cannot be kept for the next command: {error}. If that fails, log in again with {login}."
            );
            self.session.hints.add(hint);
        }
    }

    /// The credentials of a role that are cached in this file and valid for at least 15 minutes, or those of a new document,
    /// which is then cached. Without a cache they are always new.
    fn cached_role(
        &self,
        cache: Option<&CacheFile>,
        new: impl FnOnce() -> Result<Value, ClientError>,
    ) -> Result<Credentials, ClientError> {
        if let Some(cache) = cache
            && let Some(role) = cache.get::<CachedRole>()?
        {
            let credentials = role.credentials.read()?;
            log::debug!(path:% = cache.path().display(); "cached credentials");
            if credentials.expiry().map(Remaining::until) == Some(Remaining::Enough) {
                return Ok(credentials);
            }
        }
        let document = json::to_wire(&new()?);
        let role = serde_json::from_str::<CachedRole>(&document);
        let role = role.map_err(|error| CredentialsError::Unusable(problem(&error)))?;
        let credentials = role.credentials.read()?;
        // The reference ends here. But the credentials are good, and a home directory that cannot be written is common
        // in containers.
        if let Some(Err(error)) = cache.map(|cache| cache.put(document.as_bytes())) {
            let hint = format!("The new credentials cannot be kept for the next command: {error}");
            self.session.hints.add(hint);
        }
        Ok(credentials)
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
        Some((part, _)) => Err(SessionError::NotSendable { part, provider }),
        None => Ok(()),
    }
}

/// The credentials with a token that is signed as it arrives: whoever reads a header drops the blanks at its ends, and counts
/// several in a row as one. The SDK signs all of them, and the service would refuse that.
fn with_plain_token(credentials: Credentials) -> Credentials {
    let is_blank = |byte: u8| byte.is_ascii_whitespace();
    let Some(token) = credentials.session_token().filter(|token| token.bytes().any(is_blank)) else {
        return credentials;
    };
    let plain = token.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    let (id, secret) = (credentials.access_key_id(), credentials.secret_access_key());
    Credentials::new(id, secret, Some(plain), credentials.expiry(), "Plain")
}

/// What the targets of fuzzing need of this module.
#[cfg(fuzzing)]
pub(crate) mod fuzzing {
    use serde::Serialize;
    use serde::de::DeserializeOwned;

    use super::*;
    use crate::syntax::encoding;
    use crate::transport::proof::ProofKey;

    /// Reads a document as that of each cache. Returns what is wrong with it.
    pub(crate) fn read(document: &[u8]) -> Vec<String> {
        let mut errors = Vec::new();
        match serde_json::from_slice::<CachedRole>(document) {
            // A moment that cannot be read is shown.
            Ok(role) => drop(role.credentials.read()),
            Err(error) => errors.push(problem(&error)),
        }
        errors.extend(written_and_read::<sso::Token>(document));
        errors.extend(written_and_read::<login::Token>(document));
        let _ = encoding::utf8(document).map(|text| ProofKey::from_pem(&text));
        errors
    }

    /// A token that is put back is the same when it is read again.
    fn written_and_read<T: Serialize + DeserializeOwned>(document: &[u8]) -> Option<String> {
        let token = match serde_json::from_slice::<T>(document) {
            Ok(token) => token,
            Err(error) => return Some(problem(&error)),
        };
        let written = serde_json::to_vec(&token).unwrap_or_default();
        let read = serde_json::from_slice::<T>(&written).ok();
        assert_eq!(read.and_then(|token| serde_json::to_vec(&token).ok()), Some(written));
        None
    }
}
