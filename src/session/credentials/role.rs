//! Roles that a profile takes with the credentials of somebody else: `role_arn` with `source_profile` or
//! `credential_source`.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use super::cache::{self, Cache};
use super::exchange::{self, ASSUME_ROLE};
use super::expiration::Expiration;
use super::fetch::{Answer, Fetcher};
use super::instance::Metadata;
use super::temporary::{Source, Temporary};
use super::{Deferred, Found, container, from_environment, mfa, of_source, reading};
use crate::error::Error;
use crate::reply::error::ReplyError;
use crate::session::error::SessionError;
use crate::session::secrets::Secrets;
use crate::session::settings::Settings;
use crate::syntax::ini::{Section, Setting};
use crate::value::number::{python_int, saturating_i64};
use crate::value::timestamp::TimestampError;
use crate::value::{Integer, Map, Value, python};

/// How many source profiles may follow each other. The reference ends with an exception at some number.
const MAX_CHAIN: usize = 100;

/// A role, and whose credentials take it. What the profile says is kept as it is: STS's parameters are validated
/// only when the role is taken.
#[derive(Clone)]
pub(crate) struct Role {
    arn: Value,
    session_name: Option<Value>,
    external_id: Option<Value>,
    mfa_serial: Option<Value>,
    duration_seconds: Option<Integer>,
    source: Found,
}

/// Whether the profile takes a role with the credentials of somebody else.
pub(crate) fn is_configured(profile: &Section) -> bool {
    profile.get("role_arn").is_some() && profile.get("web_identity_token_file").is_none()
}

/// Follows the source profiles of the chosen profile, which takes a role, to where its credentials come from.
///
/// # Errors
/// No source or two; a source that does not exist, that has no credentials, or that leads back to itself.
pub(crate) fn resolve(settings: &Settings) -> Result<Role, SessionError> {
    let mut name = settings.profile_name.clone();
    let mut profile = settings.profile.clone();
    let mut visited = vec![name.clone()];
    let mut profiles = Vec::new();
    let mut source = loop {
        profiles.push(profile.clone());
        let next_name = match (profile.text("source_profile"), profile.text("credential_source")) {
            (Some(_), Some(_)) => return Err(SessionError::TwoSources { profile: name }),
            (None, None) => {
                let missing = "source_profile or credential_source";
                return Err(SessionError::PartialCredentials { provider: "assume-role", missing });
            }
            (None, Some(source)) => break of_credential_source(settings, source, name)?,
            (Some(source), None) => source.to_owned(),
        };
        let Some(next) = settings.files.profile(&next_name) else {
            return Err(SessionError::NoSourceProfile { source_profile: next_name, profile: name });
        };
        // Only a profile that has keys of its own may name itself as the source.
        if visited.contains(&next_name) && (next_name != name || !has_static_keys(&next)) {
            return Err(SessionError::RoleLoop { source_profile: next_name, visited });
        }
        if visited.len() > MAX_CHAIN {
            let profile = settings.profile_name.clone();
            return Err(SessionError::LongRoleChain { profile });
        }
        if has_static_keys(&next) || !is_configured(&next) {
            break match of_source(settings, &next_name)? {
                Some(found) => found,
                None => return Err(SessionError::SourceWithoutCredentials { source_profile: next_name }),
            };
        }
        visited.push(next_name.clone());
        (name, profile) = (next_name, next);
    };
    let chosen = profiles.remove(0);
    for profile in profiles.iter().rev() {
        source = Found::Deferred(Deferred::Role(Role::new(profile, source)?.into()));
    }
    Role::new(&chosen, source)
}

/// The credentials of a `credential_source`.
fn of_credential_source(settings: &Settings, name: &str, profile: String) -> Result<Found, SessionError> {
    let found = match name {
        "Environment" => from_environment(settings.environment)?
            .map(|temporary| Found::Temporary(temporary, Source::Environment)),
        "EcsContainer" => match container::Endpoint::configured(settings.environment) {
            Some(endpoint) => Some(Found::Temporary(endpoint.load()?, Source::Container(endpoint))),
            None => None,
        },
        "Ec2InstanceMetadata" => {
            let metadata = Metadata::new(settings)?;
            metadata.credentials()?.map(|temporary| Found::Temporary(temporary, Source::Instance(metadata)))
        }
        _ => return Err(SessionError::UnknownSource { source_name: name.to_owned(), profile }),
    };
    found.ok_or_else(|| SessionError::NothingFromSource { source_name: name.to_owned(), profile })
}

fn has_static_keys(profile: &Section) -> bool {
    ["aws_access_key_id", "aws_secret_access_key"].iter().any(|option| profile.get(option).is_some())
}

impl Role {
    fn new(profile: &Section, source: Found) -> Result<Role, SessionError> {
        let value = |option: &str| profile.get(option).map(value);
        let setting = "duration_seconds";
        let duration_seconds = match profile.get(setting) {
            // The reference ignores a text that is no whole number.
            Some(Setting::Text(text)) => python_int(text),
            Some(Setting::Map(_)) => {
                return Err(SessionError::NotAnInteger { setting, text: "indented settings".to_owned() });
            }
            None => None,
        };
        Ok(Role {
            arn: value("role_arn").unwrap_or(Value::Null),
            session_name: value("role_session_name"),
            external_id: value("external_id"),
            mfa_serial: value("mfa_serial"),
            duration_seconds,
            source,
        })
    }

    /// The parameters of the request, but for the MFA code, and whether the name of the session is made up.
    fn parameters(&self) -> (Map, bool) {
        let mut parameters = Map::new();
        let mut add = |name: &'static str, value: &Option<Value>| {
            if let Some(value) = value {
                parameters.insert(name, value.clone());
            }
        };
        add("RoleSessionName", &self.session_name);
        add("ExternalId", &self.external_id);
        add("SerialNumber", &self.mfa_serial);
        add("DurationSeconds", &self.duration_seconds.clone().map(Value::Integer));
        parameters.insert("RoleArn", self.arn.clone());
        let made_up = add_session_name(&mut parameters);
        (parameters, made_up)
    }
}

/// Makes up a name for the session where none is configured, and tells whether it did.
pub(crate) fn add_session_name(parameters: &mut Map) -> bool {
    let name = "RoleSessionName";
    let given = match parameters.get(name) {
        None => false,
        Some(Value::String(text)) => !text.is_empty(),
        Some(_) => true,
    };
    if !given {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        parameters.insert(name, Value::string(format!("botocore-session-{seconds}")));
    }
    !given
}

/// The key of a role in the cache: that of its parameters, without a name of a session that is made up.
pub(crate) fn cache_key(parameters: &Map, made_up: bool) -> String {
    let mut arguments = parameters.clone();
    if made_up {
        arguments.remove("RoleSessionName");
    }
    cache::key_of_role(&arguments)
}

/// The value of a setting, as the reference passes it on.
fn value(setting: &Setting) -> Value {
    match setting {
        Setting::Text(text) => Value::string(text.as_str()),
        Setting::Map(options) => {
            Value::map(options.iter().map(|(name, text)| (name.as_str(), Value::string(text.as_str()))))
        }
    }
}

/// What is cached of a role: the whole reply, with the account that the role is in and the expiration as the
/// reference writes it.
///
/// # Errors
/// The expiration is none, or has no time zone.
pub(crate) fn document(answer: &Answer) -> Result<Value, Error> {
    let mut document = answer.data.clone();
    let mut credentials = document.get("Credentials").and_then(Value::as_map).cloned().unwrap_or_default();
    if let Some(text) = credentials.get("Expiration").and_then(Value::as_str) {
        let expiration = Expiration::read(text).map_err(in_reply)?.in_utc("UTC")?;
        credentials.insert("Expiration", Value::string(expiration));
    }
    let user = document.get("AssumedRoleUser").and_then(Value::as_map);
    if let Some(account) = user.and_then(|user| account_in(user.get("Arn")?.as_str()?)) {
        credentials.insert("AccountId", Value::string(account));
    }
    document.insert("Credentials", Value::Map(credentials.into()));
    document.insert("ResponseMetadata", reading::response_metadata(answer));
    Ok(Value::Map(document.into()))
}

/// An expiration that is none, as one of a reply is told.
fn in_reply(error: SessionError) -> Error {
    match error {
        SessionError::BadExpiration { text, reason } => {
            ReplyError::Timestamp(TimestampError::Unreadable { text, reason }).into()
        }
        error => error.into(),
    }
}

/// The account in an ARN, `arn:partition:service:region:account:resource`.
fn account_in(arn: &str) -> Option<&str> {
    let mut parts = arn.splitn(6, ':');
    (parts.next() == Some("arn")).then_some(())?;
    let account = parts.nth(3)?;
    parts.next().map(|_resource| account)
}

impl Fetcher<'_> {
    /// Takes a role, unless the cache has its credentials. The MFA code is asked for before the credentials that take
    /// the role are fetched, as in the reference.
    pub(super) fn role(&self, role: &Role) -> Result<Temporary, Error> {
        let (mut parameters, made_up) = role.parameters();
        let key = cache_key(&parameters, made_up);
        let cache = Cache::of_roles(self.session.settings.environment);
        self.cached(Some(&cache), &key, || {
            if let Some(serial) = &role.mfa_serial {
                let secrets = Secrets::of(self.session.settings.environment, self.session.settings.files);
                let code = mfa::prompt(&secrets.hidden_in(&python::str(serial)))?;
                parameters.insert("TokenCode", Value::Secret(code.into()));
            }
            if let Some(duration) = &role.duration_seconds {
                // The SDK's number has 32 bits. STS refuses this one as it would the other.
                let seconds = saturating_i64(duration).min(i32::MAX.into());
                parameters.insert("DurationSeconds", Value::integer(seconds));
            }
            let credentials = self.fetch(&role.source)?;
            let settings =
                self.session.settings_for(ASSUME_ROLE.service, None, credentials, self.operation)?;
            let answer = self.ask(&ASSUME_ROLE, &settings, parameters, exchange::assume_role)?;
            document(&answer)
        })
    }
}

/// Shows the role and where its credentials come from; both are no secrets.
impl fmt::Debug for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Role").field("arn", &self.arn).field("source", &self.source).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(options: &str) -> String {
        let config = format!("[profile r]\nrole_arn=arn:aws:iam::111122223333:role/r\n{options}");
        let files = crate::session::config_file::ConfigFiles::of_texts(&config, "");
        let role = Role::new(&files.profile("r").expect("a profile"), Found::Nothing).expect("a role");
        let (parameters, made_up) = role.parameters();
        cache_key(&parameters, made_up)
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
