//! Assuming a role with a token of an identity provider.

use std::path::Path;

use aws_credential_types::Credentials;
use zeroize::Zeroizing;

use super::cache::CacheFile;
use super::role;
use crate::client::Client;
use crate::client::credentials::error::CredentialsError;
use crate::client::error::ClientError;
use crate::operations::assume_role_with_web_identity;
use crate::session::credentials::web_identity::WebIdentity;
use crate::transport::runtime::LARGEST_FILE;
use crate::value::Value;

impl Client<'_> {
    /// Assumes the role, unless the cache has its credentials.
    pub(super) fn web_identity(&self, identity: &WebIdentity) -> Result<Credentials, ClientError> {
        let arguments = &identity.arguments;
        let environment = self.session.settings.environment;
        let cache = identity.cached.then(|| CacheFile::of_role(arguments, environment));
        self.cached_role(cache.as_ref(), || {
            let mut parameters = role::parameters(arguments);
            parameters.insert("WebIdentityToken", self.web_identity_token(&identity.token_file)?);
            let call = &assume_role_with_web_identity::CALL;
            role::document(self.ask(call, self.settings(call, None)?, parameters)?)
        })
    }

    /// The token in a file: all of it, with its line ends as Python reads them.
    fn web_identity_token(&self, path: &str) -> Result<Value, ClientError> {
        let read = self.session.settings.runtime.read_file(Path::new(path), LARGEST_FILE)?;
        let bytes =
            read.map_err(|reason| CredentialsError::NoWebIdentityToken { path: path.to_owned(), reason })?;
        let text = std::str::from_utf8(&bytes)
            .map_err(|_| CredentialsError::WebIdentityTokenIsNoText(path.to_owned()))?;
        let token = Zeroizing::new(text.replace("\r\n", "\n").replace('\r', "\n"));
        Ok(Value::secret(token.as_str().into()))
    }
}
