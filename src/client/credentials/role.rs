//! Assuming a role with the credentials of somebody else.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use serde_json::Value as Json;

use super::cache::{self, Arguments, Cache};
use super::{AssumedRoleUser, CachedCredentials, CachedRole, mfa};
use crate::client::Client;
use crate::client::error::ClientError;
use crate::operations::assume_role;
use crate::reply::Data;
use crate::reply::error::ReplyError;
use crate::session::credentials::expiration;
use crate::session::credentials::role::Role;
use crate::session::error::SessionError;
use crate::session::secrets::Secrets;
use crate::value::timestamp::TimestampError;
use crate::value::{Map, Value};

/// The arguments of a role that every way to assume it has.
pub(super) fn arguments(arn: &str, session_name: &Option<String>) -> Arguments {
    let session_name = session_name.as_deref().filter(|name| !name.is_empty());
    let session_name = session_name.map(|name| ("RoleSessionName", Json::from(name)));
    session_name.into_iter().chain([("RoleArn", Json::from(arn))]).collect()
}

/// The parameters of a request with these arguments. The name of the session is made up where none is configured; the key
/// of the cache is without it.
pub(super) fn parameters(arguments: Arguments) -> Map {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let made_up = Value::string(format!("botocore-session-{seconds}"));
    let given = arguments.into_iter().map(|(name, value)| match value {
        Json::String(text) => (name, Value::string(text)),
        number => (name, Value::integer(number.as_i64().unwrap_or(i64::MAX))),
    });
    [("RoleSessionName", made_up)].into_iter().chain(given).collect()
}

/// What is cached of a reply of STS, with the account of the role and the expiration as the reference writes it.
///
/// # Errors
/// A member of the reply cannot be used.
pub(super) fn cached(reply: &Data) -> Result<CachedRole, ClientError> {
    let credentials = reply.structure("Credentials")?;
    let expiration = expiration::read(&credentials.text("Expiration")?).map_err(in_reply)?;
    let user = reply.structure("AssumedRoleUser").ok();
    let part =
        |part: &'static str| user.as_ref().and_then(|user| user.text(part).ok()).map(|text| text.to_string());
    let user =
        user.as_ref().map(|_| AssumedRoleUser { assumed_role_id: part("AssumedRoleId"), arn: part("Arn") });
    let arn = user.as_ref().and_then(|user| user.arn.as_deref());
    Ok(CachedRole {
        provider_type: None,
        credentials: Some(CachedCredentials {
            access_key_id: Some(credentials.text("AccessKeyId")?),
            secret_access_key: Some(credentials.text("SecretAccessKey")?),
            session_token: Some(credentials.text("SessionToken")?),
            expiration: Some(expiration::in_utc(expiration, "UTC")),
            account_id: arn.and_then(account_in).map(str::to_owned),
        }),
        assumed_role_user: user,
    })
}

/// The reference's words for an expiration in a reply that is not a timestamp.
fn in_reply(error: SessionError) -> ClientError {
    match error {
        SessionError::BadExpiration { text, reason } => {
            ReplyError::Timestamp(TimestampError::Unreadable { text, reason }).into()
        }
        error => error.into(),
    }
}

/// The account in an ARN, `arn:partition:service:region:account:resource`.
fn account_in(arn: &str) -> Option<&str> {
    match arn.splitn(6, ':').collect::<Vec<_>>()[..] {
        ["arn", _, _, _, account, _] => Some(account),
        _ => None,
    }
}

/// The arguments of a role that a profile configures.
fn arguments_of(role: &Role) -> Arguments {
    let mut arguments = arguments(&role.arn, &role.session_name);
    let texts = [("ExternalId", &role.external_id), ("SerialNumber", &role.mfa_serial)];
    let texts = texts.into_iter().filter_map(|(name, text)| Some((name, text.as_deref()?.into())));
    let seconds = role.duration_seconds.map(|seconds| ("DurationSeconds", seconds.into()));
    // Before the ARN, as the reference has them in its messages.
    let end = arguments.len() - 1;
    arguments.splice(end..end, texts.chain(seconds));
    arguments
}

impl Client<'_> {
    /// Assumes a role, unless the cache has its credentials. The MFA code is asked for before the credentials that the
    /// role is assumed with are fetched, as in the reference.
    pub(super) fn role(&self, role: &Role) -> Result<Credentials, ClientError> {
        let settings = &self.session.settings;
        let arguments = arguments_of(role);
        let cache = Cache::of_roles(settings.environment);
        self.cached_role(Some(&cache), &cache::key_of_role(&arguments), || {
            let mut parameters = parameters(arguments);
            if let Some(serial) = &role.mfa_serial {
                let secrets = Secrets::of(settings.environment, settings.files);
                let code = mfa::prompt(&secrets.hidden_in(serial), self.runtime)?;
                parameters.insert("TokenCode", Value::Secret(code.into()));
            }
            if let Some(seconds) = role.duration_seconds {
                // The SDK's number has 32 bits. STS refuses this one as it would the other.
                parameters.insert("DurationSeconds", Value::integer(seconds.min(i32::MAX.into())));
            }
            let credentials = self.current_credentials(&role.source, None)?;
            cached(&self.ask(&assume_role::OPERATION, None, credentials, parameters)?)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::config_file::ConfigFiles;
    use crate::session::credentials::CredentialsSource;

    fn key(options: &str) -> String {
        let config = format!("[profile r]\nrole_arn=arn:aws:iam::111122223333:role/r\n{options}");
        let profile = ConfigFiles::of_texts(&config, "").profile("r").expect("a profile");
        let role = Role::new(&profile, CredentialsSource::None).expect("a role");
        cache::key_of_role(&arguments_of(&role))
    }

    #[test]
    fn the_key_of_the_cache_is_that_of_the_reference() {
        assert_eq!(key(""), "e2d92bb0968bc57e345aa2b57c84f636d95a03fd");
        assert_eq!(key("role_session_name=\n"), key(""), "an empty name is made up too");
        assert_eq!(key("role_session_name=sess\n"), "c17dd3982480a22b2bac0c0af227a16354a7fe45");
        assert_eq!(key("role_session_name=sess\nduration_seconds=abc\n"), key("role_session_name=sess\n"));
        assert_eq!(
            key("role_session_name=sess\nexternal_id=ext\nduration_seconds= 9_00\n"),
            "3f5b6d786106fa90dd3f821fa4a779671c3b4f50"
        );
        assert_eq!(
            key("role_session_name=sess\nmfa_serial=arn:aws:iam::111122223333:mfa/u\n"),
            "13d8eb95484b8892392d5a31bfd596965cab0652"
        );
    }

    #[test]
    fn the_account_is_the_fifth_part_of_an_arn() {
        assert_eq!(account_in("arn:aws:sts::111122223333:assumed-role/r/s"), Some("111122223333"));
        assert_eq!(account_in("arn:aws:sts::1:a:b"), Some("1"));
        for text in ["", "arn:aws:sts::1", "urn:aws:sts::1:x"] {
            assert_eq!(account_in(text), None, "{text}");
        }
    }
}
