//! Roles that are taken with a token of an identity provider: `web_identity_token_file`.

use std::path::Path;

use zeroize::Zeroize;

use super::cache::Cache;
use super::exchange::{self, ASSUME_ROLE_WITH_WEB_IDENTITY};
use super::fetch::Fetcher;
use super::role;
use super::temporary::Temporary;
use crate::environment::Environment;
use crate::error::Error;
use crate::session::credentials::error::CredentialsError;
use crate::session::error::SessionError;
use crate::syntax::ini::Section;
use crate::transport::interrupt::read_file;
use crate::value::{Map, Value};

/// A role and the file of the token that takes it.
#[derive(Clone, Debug)]
pub(crate) struct WebIdentity {
    token_file: String,
    role_arn: String,
    session_name: Option<String>,
    /// Whether the credentials are cached: those of a source profile are not.
    cached: bool,
}

/// What the environment, if it is given, and the profile say. `None` if neither names a token file.
///
/// # Errors
/// There is a token file, but no role to take with it.
pub(crate) fn resolve(
    profile: &Section,
    environment: Option<&Environment>,
    cached: bool,
) -> Result<Option<WebIdentity>, SessionError> {
    let given = |variable: &str, option: &str| {
        let value = environment.and_then(|environment| environment.get(variable));
        value.or_else(|| profile.text(option).map(str::to_owned))
    };
    let some = |value: Option<String>| value.filter(|value| !value.is_empty());
    let Some(token_file) = some(given("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file")) else {
        return Ok(None);
    };
    let role_arn = some(given("AWS_ROLE_ARN", "role_arn")).ok_or(SessionError::NoRoleForWebIdentity)?;
    let session_name = given("AWS_ROLE_SESSION_NAME", "role_session_name");
    Ok(Some(WebIdentity { token_file, role_arn, session_name, cached }))
}

impl Fetcher<'_> {
    /// Takes the role, unless the cache has its credentials.
    pub(super) fn web_identity(&self, identity: &WebIdentity) -> Result<Temporary, Error> {
        let mut parameters = Map::new();
        if let Some(name) = &identity.session_name {
            parameters.insert("RoleSessionName", Value::string(name.as_str()));
        }
        parameters.insert("RoleArn", Value::string(identity.role_arn.as_str()));
        let made_up = role::add_session_name(&mut parameters);
        let key = role::cache_key(&parameters, made_up);
        let cache = identity.cached.then(|| Cache::of_roles(self.session.settings.environment));
        self.cached(cache.as_ref(), &key, || {
            parameters.insert("WebIdentityToken", token(&identity.token_file)?);
            let exchange = &ASSUME_ROLE_WITH_WEB_IDENTITY;
            let settings = self.session.settings_for(exchange.service, None, None, self.operation)?;
            let answer =
                self.ask(exchange, &settings, parameters, exchange::assume_role_with_web_identity)?;
            role::document(&answer)
        })
    }
}

/// The token in a file: all of it, with its line ends as Python reads them.
fn token(path: &str) -> Result<Value, Error> {
    let bytes = read_file(Path::new(path))
        .map_err(|reason| CredentialsError::NoWebIdentityToken { path: path.to_owned(), reason })?
        .ok_or(Error::Interrupted)?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|_| CredentialsError::WebIdentityTokenIsNoText { path: path.to_owned() })?;
    let mut token = text.replace("\r\n", "\n").replace('\r', "\n");
    let secret = Value::secret(token.as_str().into());
    token.zeroize();
    Ok(secret)
}
