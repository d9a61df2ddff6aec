//! The JSON object in which a provider gives credentials.

use std::fmt;

use aws_credential_types::Credentials;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::error::Category;
use zeroize::Zeroizing;

use super::expiration;
use crate::session::error::SessionError;

/// The names of its members are compared exactly; `null` is as good as an absent member. Of members with the same name the
/// last one counts, as in Python, where a derived reader would refuse them.
#[derive(Default)]
pub(crate) struct CredentialsDocument {
    /// Of `credential_process` only.
    pub(crate) version: Option<serde_json::Value>,
    access_key_id: Option<Zeroizing<String>>,
    secret_access_key: Option<Zeroizing<String>>,
    /// The name of the token in the output of a `credential_process`.
    session_token: Option<Zeroizing<String>>,
    /// The name of the token in the reply of an endpoint.
    token: Option<Zeroizing<String>>,
    pub(crate) expiration: Option<String>,
}

impl<'de> Deserialize<'de> for CredentialsDocument {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<CredentialsDocument, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = CredentialsDocument;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
                let mut document = CredentialsDocument::default();
                while let Some(name) = members.next_key::<String>()? {
                    match name.as_str() {
                        "Version" => document.version = members.next_value()?,
                        "AccessKeyId" => document.access_key_id = members.next_value()?,
                        "SecretAccessKey" => document.secret_access_key = members.next_value()?,
                        "SessionToken" => document.session_token = members.next_value()?,
                        "Token" => document.token = members.next_value()?,
                        "Expiration" => document.expiration = members.next_value()?,
                        _ => drop(members.next_value::<IgnoredAny>()?),
                    }
                }
                Ok(document)
            }
        }

        deserializer.deserialize_struct("CredentialsDocument", &[], Members)
    }
}

impl CredentialsDocument {
    /// The first of the keys that is missing.
    pub(crate) fn missing_key(&self) -> Option<&'static str> {
        let keys = [("AccessKeyId", &self.access_key_id), ("SecretAccessKey", &self.secret_access_key)];
        keys.into_iter().find(|(_, key)| key.is_none()).map(|(name, _)| name)
    }

    /// The first member that the reply of an endpoint lacks.
    pub(crate) fn missing(&self) -> Option<&'static str> {
        let expiration = self.expiration.is_none().then_some("Expiration");
        self.missing_key().or(self.token.is_none().then_some("Token")).or(expiration)
    }

    /// The credentials, with the reference's name for their provider.
    ///
    /// # Errors
    /// The expiration is not a timestamp.
    pub(crate) fn credentials(self, provider: &'static str) -> Result<Credentials, SessionError> {
        let text = |text: Option<Zeroizing<String>>| text.map(|text| text.as_str().to_owned());
        let (id, secret) = (text(self.access_key_id), text(self.secret_access_key));
        let expiration = self.expiration.as_deref().map(expiration::read).transpose()?;
        let token = text(self.session_token.or(self.token)).filter(|token| !token.is_empty());
        Ok(Credentials::new(id.unwrap_or_default(), secret.unwrap_or_default(), token, expiration, provider))
    }
}

/// What is wrong with a JSON text, and where. The error's own words are not shown, because they repeat values.
pub(crate) fn problem(error: &serde_json::Error) -> String {
    let problem = match error.classify() {
        Category::Data if error.to_string().starts_with("missing field") => "a member is missing",
        Category::Data if error.to_string().starts_with("duplicate field") => "a member is there twice",
        Category::Data => "a value has the wrong type",
        Category::Eof => "the end is missing",
        Category::Syntax | Category::Io => "it is not valid JSON",
    };
    format!("{problem} (line {}, column {})", error.line(), error.column())
}
