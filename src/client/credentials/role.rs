//! Assuming a role with the credentials of somebody else.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;

use super::cache::CacheFile;
use crate::client::Client;
use crate::client::credentials::error::CredentialsError;
use crate::client::error::ClientError;
use crate::input::prompt::{self, Echo, PromptError};
use crate::operations::assume_role;
use crate::reply::Data;
use crate::session::credentials::expiration;
use crate::session::credentials::role::Role;
use crate::session::secrets::Secrets;
use crate::transport::ClientSettings;
use crate::value::{Map, Value};

/// The parameters of a request with these arguments. The name of the session is made up where none is configured; the key
/// of the cache is without it.
pub(super) fn parameters(arguments: &Map) -> Map {
    let mut parameters = arguments.clone();
    if !arguments.contains_key("RoleSessionName") {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        parameters.insert("RoleSessionName", Value::string(format!("botocore-session-{seconds}")));
    }
    parameters
}

/// What is cached of a reply of STS: all its members, with the account of the role and the expiration as the reference writes
/// them.
///
/// # Errors
/// A member of the reply cannot be used.
pub(super) fn document(reply: Data) -> Result<Value, ClientError> {
    let given = reply.structure("Credentials")?;
    let expiration = expiration::in_utc(expiration::read(&given.text("Expiration")?)?, "UTC");
    let mut credentials = given.members;
    credentials.insert("Expiration", Value::string(expiration));
    let arn = reply.structure("AssumedRoleUser").and_then(|user| user.text("Arn"));
    if let Some(account) = arn.ok().as_deref().and_then(|arn| account_in(arn)) {
        credentials.insert("AccountId", Value::string(account));
    }
    let mut document = reply.members;
    document.insert("Credentials", Value::Map(credentials.into()));
    Ok(Value::Map(document.into()))
}

/// The account in an ARN, `arn:partition:service:region:account:resource`.
fn account_in(arn: &str) -> Option<&str> {
    match arn.splitn(6, ':').collect::<Vec<_>>()[..] {
        ["arn", _, _, _, account, _] => Some(account),
        _ => None,
    }
}

impl Client<'_> {
    /// Assumes a role, unless the cache has its credentials. The MFA code is asked for before the credentials that the
    /// role is assumed with are fetched, as in the reference.
    pub(super) fn role(&self, role: &Role) -> Result<Credentials, ClientError> {
        let settings = &self.session.settings;
        let cache = CacheFile::of_role(&role.arguments, settings.environment);
        self.cached_role(Some(&cache), || {
            let mut parameters = parameters(&role.arguments);
            if let Some(serial) = role.arguments.get("SerialNumber").and_then(Value::as_str) {
                let secrets = Secrets::of(settings.environment, settings.files);
                let question = format!("Enter MFA code for {}: ", secrets.hidden_in(serial));
                let code = prompt::ask(&question, Echo::Possible, &settings.runtime)?.map_err(no_code)?;
                parameters.insert("TokenCode", Value::Secret(code.into()));
            }
            let credentials = self.current_credentials(&role.source, None)?;
            let call = &assume_role::CALL;
            let settings = ClientSettings { credentials, ..self.settings(call, None)? };
            document(self.ask(call, settings, parameters)?)
        })
    }
}

fn no_code(error: PromptError) -> CredentialsError {
    match error {
        PromptError::Unreadable(reason) => CredentialsError::MfaCodeUnreadable(reason),
        PromptError::NoTerminal | PromptError::NoAnswer => CredentialsError::NoMfaCode,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::Environment;
    use crate::session::config_file::ConfigFiles;
    use crate::session::credentials::CredentialsSource;

    fn key(options: &str) -> String {
        let config = format!("[profile r]\nrole_arn=arn:aws:iam::111122223333:role/r\n{options}");
        let profile = ConfigFiles::of_texts(&config, "").profile("r").expect("a profile");
        let role = Role::new(&profile, CredentialsSource::None).expect("a role");
        let path = CacheFile::of_role(&role.arguments, &Environment::default()).path();
        path.file_stem().expect("a name").to_string_lossy().into_owned()
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
