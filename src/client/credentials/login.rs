//! Credentials of `aws login`: `login_session`.

use std::time::Duration;

use aws_credential_types::Credentials;
use serde::{Deserialize, Serialize};
use serde_json::{Map as Members, Value as Json};
use zeroize::Zeroizing;

use super::CachedCredentials;
use super::cache::CacheFile;
use crate::client::Client;
use crate::client::credentials::error::CredentialsError;
use crate::client::error::ClientError;
use crate::operations::create_o_auth2_token;
use crate::reply::Data;
use crate::reply::error::ServiceError;
use crate::session::credentials::expiration;
use crate::transport::ClientSettings;
use crate::transport::proof::ProofKey;
use crate::value::Value;

/// With less time than this left, the service is asked for new credentials.
const RENEWAL: Duration = Duration::from_secs(5 * 60);

/// A cached token, in the order in which the reference writes it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Token {
    access_token: Option<CachedCredentials>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<String>,
    client_id: Option<String>,
    refresh_token: Option<Zeroizing<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<Zeroizing<String>>,
    dpop_key: Option<Zeroizing<String>>,
    #[serde(flatten)]
    other: Members<String, Json>,
}

impl Token {
    fn is_complete(&self) -> bool {
        self.client_id.is_some() && self.refresh_token.is_some() && self.dpop_key.is_some()
    }
}

impl Client<'_> {
    /// The credentials of a login: the cached ones, or new ones near their end.
    pub(super) fn login(&self, session: &str) -> Result<Credentials, ClientError> {
        let cache = CacheFile::of_login(session, self.session.settings.environment);
        let mut lock = None;
        let mut token = loop {
            let token: Option<Token> = cache.get()?;
            let token = token.ok_or_else(|| CredentialsError::NoLoginToken(session.to_owned()))?;
            let access = token.access_token.as_ref().filter(|_| token.is_complete());
            let credentials = access.ok_or(CredentialsError::LoginTokenIncomplete)?.read()?;
            if credentials.expiry().is_none_or(|expiry| expiry > expiration::after(RENEWAL)) {
                return Ok(credentials);
            }
            if lock.is_some() {
                break token;
            }
            // Another process may renew it meanwhile: then the file has the new one.
            lock = Some(self.locked(&cache)?);
        };
        let Token {
            access_token: Some(access),
            client_id: Some(client_id),
            refresh_token: Some(refresh_token),
            dpop_key: Some(dpop_key),
            ..
        } = &token
        else {
            return Err(CredentialsError::LoginTokenIncomplete.into());
        };
        let proof_key = ProofKey::from_pem(dpop_key).ok_or(CredentialsError::LoginKeyUnusable)?;
        let input = [
            ("clientId", Value::string(client_id.as_str())),
            ("refreshToken", Value::secret(refresh_token.as_str().into())),
            ("grantType", Value::string("refresh_token")),
        ];
        let reply = self.create_token(Value::map(input), proof_key)?;
        let given = reply.structure("accessToken")?;
        let expiration = expiration::after(reply.duration("expiresIn")?);
        let access = CachedCredentials {
            access_key_id: given.text("accessKeyId")?,
            secret_access_key: given.text("secretAccessKey")?,
            session_token: given.text("sessionToken")?,
            account_id: access.account_id.clone(),
            expires_at: expiration::in_utc(expiration, "Z"),
        };
        let credentials = access.read()?;
        token.access_token = Some(access);
        token.refresh_token = Some(reply.text("refreshToken")?);
        self.keep_token(&cache, &token, "aws login");
        Ok(credentials)
    }

    fn create_token(&self, input: Value, proof_key: ProofKey) -> Result<Data, ClientError> {
        let call = &create_o_auth2_token::CALL;
        let settings = ClientSettings { proof_key: Some(proof_key), ..self.settings(call, None)? };
        let reply = self.ask(call, settings, [("tokenInput", input)].into_iter().collect());
        reply.map_err(|error| match error.service() {
            Some(refused) if refused.code == "AccessDeniedException" => denied(refused).into(),
            _ => error,
        })
    }
}

/// What the service means by denying access.
fn denied(error: &ServiceError) -> CredentialsError {
    log::debug!(error:%; "the login was not renewed");
    match error.members.get("error").and_then(Value::as_str) {
        Some("TOKEN_EXPIRED") => CredentialsError::LoginExpired,
        Some("USER_CREDENTIALS_CHANGED") => CredentialsError::PasswordChanged,
        Some("INSUFFICIENT_PERMISSIONS") => CredentialsError::LoginNotPermitted,
        _ => CredentialsError::LoginDenied,
    }
}
