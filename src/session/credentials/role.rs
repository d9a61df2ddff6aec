//! Roles that a profile assumes with the credentials of somebody else: `role_arn` with `source_profile` or
//! `credential_source`.

use std::fmt;

use super::{CredentialsSource, from_container, from_environment, from_instance, of_profile};
use crate::session::credentials::error::ProviderError;
use crate::session::error::SessionError;
use crate::session::settings::Settings;
use crate::syntax::ini::{Section, Setting};
use crate::transport::runtime::Runtime;
use crate::value::number::{python_int, saturating_i64};

/// How many source profiles may follow each other. The reference ends with an exception at some number.
const MAX_CHAIN: usize = 100;

/// A role, and the credentials that it is assumed with. The parameters are validated when that happens.
#[derive(Clone)]
pub(crate) struct Role {
    pub(crate) arn: String,
    pub(crate) session_name: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) mfa_serial: Option<String>,
    pub(crate) duration_seconds: Option<i64>,
    pub(crate) source: CredentialsSource,
}

/// Whether the profile assumes a role with the credentials of somebody else.
pub(crate) fn is_configured(profile: &Section) -> bool {
    profile.get("role_arn").is_some() && profile.get("web_identity_token_file").is_none()
}

/// Follows the source profiles of the chosen profile, which assumes a role, to where its credentials come from.
///
/// # Errors
/// No source or two; a source that does not exist, that has no credentials, or that leads back to itself.
pub(crate) fn resolve(settings: &Settings, runtime: &Runtime) -> Result<Role, SessionError> {
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
            (None, Some(source)) => break of_credential_source(settings, runtime, source, name)?,
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
            break match of_profile(settings, runtime, &next_name, None, false)? {
                Some(found) => found,
                None => return Err(SessionError::SourceWithoutCredentials { source_profile: next_name }),
            };
        }
        visited.push(next_name.clone());
        (name, profile) = (next_name, next);
    };
    let chosen = profiles.remove(0);
    for profile in profiles.iter().rev() {
        source = CredentialsSource::Role(Role::new(profile, source)?.into());
    }
    Role::new(&chosen, source)
}

/// The credentials of a `credential_source`.
fn of_credential_source(
    settings: &Settings,
    runtime: &Runtime,
    name: &str,
    profile: String,
) -> Result<CredentialsSource, SessionError> {
    let found = match name {
        "Environment" => from_environment(settings.environment)?,
        "EcsContainer" => from_container(settings, runtime)?,
        "Ec2InstanceMetadata" => from_instance(settings, runtime)?,
        _ => return Err(SessionError::UnknownSource { source_name: name.to_owned(), profile }),
    };
    found.ok_or_else(|| SessionError::NothingFromSource { source_name: name.to_owned(), profile })
}

fn has_static_keys(profile: &Section) -> bool {
    ["aws_access_key_id", "aws_secret_access_key"].iter().any(|option| profile.get(option).is_some())
}

impl Role {
    pub(crate) fn new(profile: &Section, source: CredentialsSource) -> Result<Role, SessionError> {
        let text = |option| match profile.get(option) {
            Some(Setting::Map(_)) => Err(ProviderError::NestedKey { option }),
            Some(Setting::Text(text)) => Ok(Some(text.clone())),
            None => Ok(None),
        };
        // The reference ignores a text that is not a whole number.
        let seconds = text("duration_seconds")?.as_deref().and_then(python_int);
        Ok(Role {
            arn: text("role_arn")?.unwrap_or_default(),
            session_name: text("role_session_name")?,
            external_id: text("external_id")?,
            mfa_serial: text("mfa_serial")?,
            duration_seconds: seconds.map(saturating_i64),
            source,
        })
    }
}

/// Shows the role and where its credentials come from; neither is secret.
impl fmt::Debug for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Role").field("arn", &self.arn).field("source", &self.source).finish_non_exhaustive()
    }
}
