//! Roles that a profile assumes with the credentials of somebody else: `role_arn` with `source_profile` or
//! `credential_source`.

use std::fmt;

use super::{CredentialsSource, Provider, from_environment, of_profile, text};
use crate::session::error::SessionError;
use crate::session::settings::Settings;
use crate::syntax::ini::Section;
use crate::value::number::python_int;
use crate::value::{Map, Value};

/// How many source profiles may follow each other. The reference ends with an exception at some number.
const MAX_CHAIN: usize = 100;

/// A role, and the credentials that it is assumed with.
#[derive(Clone)]
pub(crate) struct Role {
    /// Parameters of `AssumeRole` in the order in which the reference has them in its messages. They are validated when the
    /// role is assumed.
    pub(crate) arguments: Map,
    pub(crate) source: CredentialsSource,
}

/// Whether the profile assumes a role with the credentials of somebody else.
pub(crate) fn is_configured(profile: &Section) -> bool {
    profile.get("role_arn").is_some() && profile.get("web_identity_token_file").is_none()
}

/// The role of a profile that is configured to assume one. Follows the source profiles to where its credentials come from.
///
/// # Errors
/// No source or two; a source that does not exist, that has no credentials, or that leads back to itself.
pub(super) fn resolve(
    settings: &Settings,
    name: &str,
    profile: &Section,
    mut visited: Vec<String>,
) -> Result<CredentialsSource, SessionError> {
    visited.push(name.to_owned());
    let source = match (profile.text("source_profile"), profile.text("credential_source")) {
        (Some(_), Some(_)) => return Err(SessionError::TwoSources { profile: name.to_owned() }),
        (None, None) => {
            let missing = "source_profile or credential_source";
            return Err(SessionError::PartialCredentials { provider: "assume-role", missing });
        }
        (None, Some(source)) => of_credential_source(settings, source, name.to_owned())?,
        (Some(source), None) => of_source_profile(settings, source, visited)?,
    };
    Ok(CredentialsSource::Role(Role::new(profile, source)?.into()))
}

/// The credentials of the source profile of the last visited profile.
fn of_source_profile(
    settings: &Settings,
    name: &str,
    visited: Vec<String>,
) -> Result<CredentialsSource, SessionError> {
    let source_profile = name.to_owned();
    let last = visited.last().cloned().unwrap_or_default();
    let Some(profile) = settings.files.profile(name) else {
        return Err(SessionError::NoSourceProfile { source_profile, profile: last });
    };
    let mut static_keys = ["aws_access_key_id", "aws_secret_access_key"].iter();
    let has_static_keys = static_keys.any(|option| profile.get(option).is_some());
    // Only a profile that has keys of its own may name itself as the source.
    if visited.contains(&source_profile) && (source_profile != last || !has_static_keys) {
        return Err(SessionError::RoleLoop { source_profile, visited });
    }
    if visited.len() > MAX_CHAIN {
        return Err(SessionError::LongRoleChain { profile: settings.profile_name.clone() });
    }
    if !has_static_keys && is_configured(&profile) {
        return resolve(settings, name, &profile, visited);
    }
    let found = of_profile(settings, name, None, false)?;
    found.ok_or(SessionError::SourceWithoutCredentials { source_profile })
}

/// The credentials of a `credential_source`.
fn of_credential_source(
    settings: &Settings,
    name: &str,
    profile: String,
) -> Result<CredentialsSource, SessionError> {
    let (provider, found) = match name {
        "Environment" => ("Environment", from_environment(settings.environment)?),
        "EcsContainer" => ("EcsContainer", Provider::Container.source(settings)?),
        "Ec2InstanceMetadata" => ("Ec2InstanceMetadata", Provider::Instance.source(settings)?),
        _ => return Err(SessionError::UnknownSource { source_name: name.to_owned(), profile }),
    };
    let problem = format!("No credentials found in credential_source referenced in profile {profile}");
    found.ok_or(SessionError::Retrieval { provider, problem })
}

/// Those of the arguments of a role that are configured, in this order.
pub(super) fn arguments<const N: usize>(arguments: [(&'static str, Option<Value>); N]) -> Map {
    arguments.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

impl Role {
    pub(crate) fn new(profile: &Section, source: CredentialsSource) -> Result<Role, SessionError> {
        let text = |option| text(profile, option);
        // The reference ignores a text that is not a whole number.
        let seconds = text("duration_seconds")?.as_deref().and_then(python_int);
        // The SDK's number has 32 bits. STS refuses this one as it would a larger one.
        let seconds = seconds.map(|seconds| Value::integer(seconds.min(i32::MAX.into())));
        let arguments = arguments([
            (
                "RoleSessionName",
                text("role_session_name")?.filter(|name| !name.is_empty()).map(Value::string),
            ),
            ("ExternalId", text("external_id")?.map(Value::string)),
            ("SerialNumber", text("mfa_serial")?.map(Value::string)),
            ("DurationSeconds", seconds),
            ("RoleArn", text("role_arn")?.map(Value::string)),
        ]);
        Ok(Role { arguments, source })
    }
}

/// Shows the role and where its credentials come from; neither is secret.
impl fmt::Debug for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Role")
            .field("arn", &self.arguments.get("RoleArn"))
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}
