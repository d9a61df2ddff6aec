//! Roles of IAM Identity Center: its tokens, which `aws sso login` caches, their renewal, and the credentials for them.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use serde::{Deserialize, Serialize};
use serde_json::{Map as Members, Value as Json};
use zeroize::Zeroizing;

use super::cache::{self, Arguments, Cache};
use super::{CachedCredentials, CachedRole};
use crate::client::Client;
use crate::client::credentials::error::CredentialsError;
use crate::client::error::ClientError;
use crate::operations::{create_token, get_role_credentials};
use crate::reply::error::ReplyError;
use crate::session::credentials::expiration::{self, Remaining};
use crate::session::credentials::sso::{self, SsoRole, TokenSource};
use crate::value::Value;

/// A cached token.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Token {
    start_url: Option<String>,
    region: Option<String>,
    access_token: Option<Zeroizing<String>>,
    expires_at: Option<String>,
    client_id: Option<String>,
    client_secret: Option<Zeroizing<String>>,
    registration_expires_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<Zeroizing<String>>,
    #[serde(flatten)]
    other: Members<String, Json>,
}

/// What a token was registered with, and what it is renewed with.
struct Renewal<'t> {
    client_id: &'t str,
    client_secret: &'t str,
    refresh_token: &'t str,
    registration_expires_at: &'t str,
}

impl Token {
    /// What is needed to renew it, if it has all of that.
    fn renewal(&self) -> Option<Renewal<'_>> {
        Some(Renewal {
            client_id: self.client_id.as_deref()?,
            client_secret: self.client_secret.as_deref()?,
            refresh_token: self.refresh_token.as_deref()?,
            registration_expires_at: self.registration_expires_at.as_deref()?,
        })
    }
}

impl Client<'_> {
    /// Gets the credentials of the role, unless the cache has them.
    pub(super) fn sso_role(&self, role: &SsoRole) -> Result<Credentials, ClientError> {
        let name = match &role.session {
            Some(session) => ("sessionName", session),
            None => ("startUrl", &role.start_url),
        };
        let arguments = [("roleName", &role.role_name), ("accountId", &role.account_id), name];
        let arguments: Arguments =
            arguments.into_iter().map(|(name, text)| (name, text.as_str().into())).collect();
        let cache = role.cached.then(|| Cache::of_roles(self.session.settings.environment));
        self.cached_role(cache.as_ref(), &cache::key_of_sso_role(&arguments), || {
            let region = sso::checked_region(&role.region)?;
            let token = match sso::token_source(self.session.settings, &role.profile)? {
                Some(source) => self.sso_token(&source)?,
                None => self.legacy_sso_token(&role.start_url)?,
            };
            let parameters = [
                ("roleName", Value::string(role.role_name.as_str())),
                ("accountId", Value::string(role.account_id.as_str())),
                ("accessToken", Value::secret(token.as_str().into())),
            ];
            let operation = &get_role_credentials::OPERATION;
            let reply = self.ask(operation, Some(region), None, parameters.into_iter().collect());
            let reply = reply.map_err(|error| match error.service() {
                Some(refused) if refused.code == "UnauthorizedException" => {
                    CredentialsError::SsoUnauthorized.into()
                }
                _ => error,
            })?;
            let credentials = reply.structure("roleCredentials")?;
            let milliseconds = credentials.number("expiration")?.try_into().unwrap_or(0);
            let expiration = expiration::at(Duration::from_millis(milliseconds));
            Ok(CachedRole {
                provider_type: Some("sso".to_owned()),
                credentials: Some(CachedCredentials {
                    access_key_id: Some(credentials.text("accessKeyId")?),
                    secret_access_key: Some(credentials.text("secretAccessKey")?),
                    session_token: Some(credentials.text("sessionToken")?),
                    expiration: Some(expiration::in_utc(expiration, "Z")),
                    account_id: Some(role.account_id.clone()),
                }),
                assumed_role_user: None,
            })
        })
    }

    /// The token of a start URL, which nothing renews.
    fn legacy_sso_token(&self, start_url: &str) -> Result<Zeroizing<String>, ClientError> {
        let (token, _, expiration) = self.cached_sso_token(start_url, start_url)?;
        match Remaining::until(expiration) {
            Remaining::Expired => Err(CredentialsError::SsoUnauthorized.into()),
            Remaining::Enough | Remaining::Little | Remaining::TooLittle => Ok(token),
        }
    }

    /// The token of a session, renewed if less than 15 minutes of it are left and that is possible.
    fn sso_token(&self, source: &TokenSource) -> Result<Zeroizing<String>, ClientError> {
        let (mut token, document, mut expiration) =
            self.cached_sso_token(&source.start_url, &source.session)?;
        if Remaining::until(expiration) != Remaining::Enough
            && let Some((renewed, renewed_expiration)) = self.renewed_sso_token(source, document)?
        {
            (token, expiration) = (renewed, renewed_expiration);
        }
        match Remaining::until(expiration) {
            Remaining::Expired => Err(CredentialsError::SsoTokenExpired.into()),
            Remaining::Enough | Remaining::Little | Remaining::TooLittle => Ok(token),
        }
    }

    /// The cached token of this name, and the whole document.
    fn cached_sso_token(
        &self,
        start_url: &str,
        name: &str,
    ) -> Result<(Zeroizing<String>, Token, SystemTime), ClientError> {
        let cache = Cache::of_sso_tokens(self.session.settings.environment);
        let document: Token = cache
            .get(&cache::key_of_sso_token(name))?
            .ok_or_else(|| CredentialsError::NoSsoToken { name: name.to_owned() })?;
        match (document.access_token.clone(), document.expires_at.as_deref()) {
            (Some(token), Some(expiration)) => {
                let expiration = expiration::read(expiration)?;
                Ok((token, document, expiration))
            }
            _ => Err(CredentialsError::SsoTokenIncomplete { start_url: start_url.to_owned() }.into()),
        }
    }

    /// A new token, which is cached; `None` if the old one cannot be renewed or the service refuses.
    fn renewed_sso_token(
        &self,
        source: &TokenSource,
        mut document: Token,
    ) -> Result<Option<(Zeroizing<String>, SystemTime)>, ClientError> {
        let Some(renewal) = document.renewal() else {
            tracing::debug!("the token cannot be renewed: its registration or its refresh token is missing");
            return Ok(None);
        };
        if Remaining::until(expiration::read(renewal.registration_expires_at)?) == Remaining::Expired {
            tracing::debug!("the token cannot be renewed: its registration has expired");
            return Ok(None);
        }
        let parameters = [
            ("grantType", Value::string("refresh_token")),
            ("clientId", Value::string(renewal.client_id)),
            ("clientSecret", Value::secret(renewal.client_secret.into())),
            ("refreshToken", Value::secret(renewal.refresh_token.into())),
        ];
        let region = sso::checked_region(&source.region)?;
        let parameters = parameters.into_iter().collect();
        let reply = match self.ask(&create_token::OPERATION, Some(region), None, parameters) {
            Ok(reply) => reply,
            Err(ClientError::Reply(ReplyError::Service(error))) => {
                tracing::debug!(%error, "the token was not renewed");
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let expiration = expiration::after(reply.duration("expiresIn")?);
        let token = reply.text("accessToken")?;
        document.start_url = Some(source.start_url.clone());
        document.region = Some(source.region.clone());
        document.access_token = Some(token.clone());
        document.expires_at = Some(expiration::in_utc(expiration, "Z"));
        document.refresh_token = reply.text("refreshToken").ok();
        let cache = Cache::of_sso_tokens(self.session.settings.environment);
        cache.put(&cache::key_of_sso_token(&source.session), &document)?;
        Ok(Some((token, expiration)))
    }
}
