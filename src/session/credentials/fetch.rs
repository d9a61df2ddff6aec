//! Fetches credentials that have to be asked for, just before a request is signed with them.

use std::io;

use aws_credential_types::Credentials;
use http::HeaderValue;
use tokio::runtime::Runtime;

use super::cache::Cache;
use super::exchange::Exchange;
use super::expiration::{Expiration, Remaining};
use super::reading;
use super::temporary::Temporary;
use super::{Deferred, Found};
use crate::error::Error;
use crate::input::validate;
use crate::model::Operation;
use crate::model::parameters::Parameters;
use crate::reply::{self, Attempts};
use crate::session::Session;
use crate::session::credentials::error::provider::ProviderError;
use crate::session::error::SessionError;
use crate::transport::interrupt::or_interrupted;
use crate::transport::recorder::{Record, Reply};
use crate::transport::{ClientSettings, Sending};
use crate::value::{Map, Value};

/// Fetches the credentials for the requests of one operation.
#[derive(Clone, Copy)]
pub(crate) struct Fetcher<'s> {
    /// What was resolved.
    pub(crate) session: &'s Session<'s>,
    /// What sending needs.
    pub(crate) runtime: &'s Runtime,
    /// The operation, which services are told.
    pub(crate) operation: &'static Operation,
}

/// A reply that was read, and what is kept of it beside its data.
pub(crate) struct Answer {
    /// The data.
    pub(crate) data: Map,
    /// The reply as it came.
    pub(crate) reply: Reply,
    /// The attempts that it took.
    pub(crate) attempts: Attempts,
}

impl Fetcher<'_> {
    /// The credentials to sign with; `None` if nothing is to be signed.
    ///
    /// # Errors
    /// There are none; whoever was asked has none or refuses them; they cannot stand in a header; an interrupt.
    pub(crate) fn fetch(&self, found: &Found) -> Result<Option<Credentials>, Error> {
        let credentials = match found {
            Found::Unsigned => return Ok(None),
            Found::Static(credentials, _) => credentials.clone(),
            Found::Temporary(temporary, source) => temporary.current(source)?,
            Found::Deferred(deferred) => self.deferred(deferred)?,
            Found::Nothing => return Err(SessionError::NoCredentials.into()),
        };
        check_sendable(&credentials, found.provider())?;
        Ok(Some(credentials))
    }

    fn deferred(&self, deferred: &Deferred) -> Result<Credentials, Error> {
        let Temporary { credentials, expiration } = match deferred {
            Deferred::Role(role) => self.role(role)?,
            Deferred::WebIdentity(identity) => self.web_identity(identity)?,
            Deferred::Sso(access) => self.sso(access)?,
            Deferred::Login(login) => {
                tracing::debug!(provider = ?deferred, "credentials");
                return self.login(login);
            }
        };
        tracing::debug!(provider = ?deferred, ?expiration, "credentials");
        match expiration.map(Expiration::remaining).transpose()? {
            Some(Remaining::Expired) => Err(SessionError::Expired.into()),
            _ => Ok(credentials),
        }
    }

    /// The credentials that are cached under this key and do for at least 15 minutes, or new ones, which are then
    /// cached. Without a cache they are always new.
    pub(super) fn cached(
        &self,
        cache: Option<&Cache>,
        key: &str,
        new: impl FnOnce() -> Result<Value, Error>,
    ) -> Result<Temporary, Error> {
        let Some(cache) = cache else { return Ok(reading::new_credentials(&new()?)?) };
        let path = cache.path(key);
        if let Some(document) = cache.get(key)? {
            let expiration = reading::cached_expiration(&document, &path)?;
            if expiration.remaining()? == Remaining::Enough {
                tracing::debug!(path = %path.display(), ?expiration, "credentials from the cache");
                return Ok(reading::cached_credentials(&document, &path)?);
            }
            tracing::debug!(path = %path.display(), ?expiration, "cached credentials have expired");
        }
        let document = new()?;
        // The reference ends here. But the credentials are good, and a home directory that cannot be written is common
        // in containers.
        if let Err(error) = cache.put(key, &document) {
            self.session.hint(format!("The new credentials cannot be kept for the next command: {error}"));
        }
        Ok(reading::new_credentials(&document)?)
    }

    /// Asks a service: checks the parameters, sends them and reads the reply.
    pub(super) fn ask<S>(
        &self,
        exchange: &'static Exchange,
        settings: &ClientSettings,
        parameters: Map,
        send: S,
    ) -> Result<Answer, Error>
    where
        S: for<'a> FnOnce(&'a ClientSettings, &'a Record, &'a Parameters) -> Sending<'a>,
    {
        let strict = self.session.parameter_validation;
        let parameters = validate::validate(parameters, exchange.input, strict)?;
        tracing::debug!(operation = exchange.name, ?parameters, "request");
        let record = Record::default();
        let sending = or_interrupted(send(settings, &record, &parameters));
        let sent = self.runtime.block_on(sending).ok_or(Error::Interrupted)?;
        sent.inspect_err(|error| tracing::debug!(%error, "no reply"))?;
        let attempts = Attempts { made: record.attempts(), allowed: settings.max_attempts };
        let reply = record.take_reply().ok_or(Error::Runtime(io::ErrorKind::UnexpectedEof))?;
        let data = reading::data(exchange, &reply, attempts)
            .map_err(|error| reply::without_secrets(error, &parameters, &record))?;
        Ok(Answer { data, reply, attempts })
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
