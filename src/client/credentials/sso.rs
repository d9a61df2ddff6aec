//! Roles of IAM Identity Center: its tokens, which `aws sso login` caches, their renewal, and the credentials for them.

use std::time::Duration;

use aws_credential_types::Credentials;
use serde::{Deserialize, Serialize};
use serde_json::{Map as Members, Value as Json};
use zeroize::Zeroizing;

use super::cache::CacheFile;
use crate::client::Client;
use crate::client::credentials::error::CredentialsError;
use crate::client::error::ClientError;
use crate::operations::{create_token, get_role_credentials};
use crate::reply::Data;
use crate::reply::error::ReplyError;
use crate::session::credentials::expiration::{self, Remaining};
use crate::session::credentials::sso::{self, SsoRole, TokenSource};
use crate::value::{Map, Value};

/// A cached token.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Token {
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

impl Client<'_> {
    /// Gets the credentials of the role, unless the cache has them.
    pub(super) fn sso_role(&self, role: &SsoRole) -> Result<Credentials, ClientError> {
        let name = match &role.session {
            Some(session) => ("sessionName", session),
            None => ("startUrl", &role.start_url),
        };
        let arguments = [("roleName", &role.role_name), ("accountId", &role.account_id), name];
        let arguments: Map =
            arguments.into_iter().map(|(name, text)| (name, Value::string(text.as_str()))).collect();
        let environment = self.session.settings.environment;
        let cache = role.cached.then(|| CacheFile::of_sso_role(&arguments, environment));
        self.cached_role(cache.as_ref(), || {
            let region = sso::checked_region(&role.region)?;
            let token = self.sso_token(role)?;
            let parameters = [
                ("roleName", Value::string(role.role_name.as_str())),
                ("accountId", Value::string(role.account_id.as_str())),
                ("accessToken", Value::secret(token.as_str().into())),
            ];
            let call = &get_role_credentials::CALL;
            let settings = self.settings(call, Some(region))?;
            let reply = self.ask(call, settings, parameters.into_iter().collect());
            let reply = reply.map_err(|error| match error.service() {
                Some(refused) if refused.code == "UnauthorizedException" => {
                    CredentialsError::SsoUnauthorized.into()
                }
                _ => error,
            })?;
            let given = reply.structure("roleCredentials")?;
            let part = |member| given.members.get(member).cloned().unwrap_or(Value::Null);
            let milliseconds = given.number("expiration")?.try_into().unwrap_or(0);
            let expiration = expiration::at(Duration::from_millis(milliseconds));
            let credentials = [
                ("AccessKeyId", part("accessKeyId")),
                ("SecretAccessKey", part("secretAccessKey")),
                ("SessionToken", part("sessionToken")),
                ("Expiration", Value::string(expiration::in_utc(expiration, "Z"))),
                ("AccountId", Value::string(role.account_id.as_str())),
            ];
            let provider = ("ProviderType", Value::string("sso"));
            Ok(Value::map([provider, ("Credentials", Value::map(credentials))]))
        })
    }

    /// The token of the session of a role, renewed if less than 15 minutes of it are left and that is possible, or that of its
    /// start URL, which nothing renews.
    fn sso_token(&self, role: &SsoRole) -> Result<Zeroizing<String>, ClientError> {
        let source = sso::token_source(self.session.settings, &role.profile)?;
        let (name, start_url) = match &source {
            Some(source) => (&source.session, &source.start_url),
            None => (&role.start_url, &role.start_url),
        };
        let cache = CacheFile::of_sso_token(name, self.session.settings.environment);
        let unusable = |name: &str, problem| CredentialsError::SsoToken { name: name.to_owned(), problem };
        let read = || -> Result<(Token, Zeroizing<String>, Remaining), ClientError> {
            let document: Token = cache.get()?.ok_or_else(|| unusable(name, "does not exist"))?;
            match (document.access_token.clone(), &document.expires_at) {
                (Some(token), Some(expiration)) => {
                    let remaining = Remaining::until(expiration::read(expiration)?);
                    Ok((document, token, remaining))
                }
                _ => Err(unusable(start_url, "is invalid").into()),
            }
        };
        let (mut document, mut token, mut remaining) = read()?;
        let mut lock = None;
        if source.is_some() && remaining != Remaining::Enough {
            // Another process may have renewed it meanwhile.
            lock = self.locked(&cache)?;
            (document, token, remaining) = read()?;
        }
        if let Some(source) = &source
            && remaining != Remaining::Enough
            && let Some(reply) = self.renewed_sso_token(source, &document)?
        {
            let expiration = expiration::after(reply.duration("expiresIn")?);
            (token, remaining) = (reply.text("accessToken")?, Remaining::until(expiration));
            document.start_url = Some(source.start_url.clone());
            document.region = Some(source.region.clone());
            document.access_token = Some(token.clone());
            document.expires_at = Some(expiration::in_utc(expiration, "Z"));
            document.refresh_token = reply.text("refreshToken").ok();
            self.keep_token(&cache, &document, "aws sso login and the same profile");
        }
        drop(lock);
        match source {
            _ if remaining != Remaining::Expired => Ok(token),
            Some(_) => Err(CredentialsError::SsoTokenExpired.into()),
            None => Err(CredentialsError::SsoUnauthorized.into()),
        }
    }

    /// The reply with a new token; `None` if the old one cannot be renewed or the service refuses.
    fn renewed_sso_token(&self, source: &TokenSource, old: &Token) -> Result<Option<Data>, ClientError> {
        let Token {
            client_id: Some(client_id),
            client_secret: Some(client_secret),
            refresh_token: Some(refresh_token),
            registration_expires_at: Some(registration_expires_at),
            ..
        } = old
        else {
            log::debug!("the token cannot be renewed: its registration or its refresh token is missing");
            return Ok(None);
        };
        if Remaining::until(expiration::read(registration_expires_at)?) == Remaining::Expired {
            log::debug!("the token cannot be renewed: its registration has expired");
            return Ok(None);
        }
        let parameters = [
            ("grantType", Value::string("refresh_token")),
            ("clientId", Value::string(client_id.as_str())),
            ("clientSecret", Value::secret(client_secret.as_str().into())),
            ("refreshToken", Value::secret(refresh_token.as_str().into())),
        ];
        let region = sso::checked_region(&source.region)?;
        let call = &create_token::CALL;
        let settings = self.settings(call, Some(region))?;
        match self.ask(call, settings, parameters.into_iter().collect()) {
            Err(ClientError::Reply(ReplyError::Service(error))) => {
                log::debug!(error:%; "the token was not renewed");
                Ok(None)
            }
            reply => reply.map(Some),
        }
    }
}
