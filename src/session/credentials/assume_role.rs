//! Roles that a profile assumes: whether what the files say of them fits together.

use super::super::ini::Section;
use super::super::settings::Settings;
use super::{container, from_environment, of_profile};
use crate::error::session::SessionError;

/// Whether the profile assumes a role with the credentials of somebody else.
pub fn is_configured(profile: &Section) -> bool {
    profile.get("role_arn").is_some() && profile.get("web_identity_token_file").is_none()
}

/// Follows the source profiles of the chosen profile, which assumes a role, to where its credentials come from.
///
/// # Errors
/// No source or two; a source that does not exist, that has no credentials, or that leads back to itself.
pub fn check(settings: &Settings) -> Result<(), SessionError> {
    let mut name = settings.profile_name.clone();
    let mut profile = settings.profile.clone();
    let mut visited = vec![name.clone()];
    loop {
        let source = match (profile.text("source_profile"), profile.text("credential_source")) {
            (Some(_), Some(_)) => return Err(SessionError::TwoSources { profile: name }),
            (None, None) => {
                let missing = "source_profile or credential_source";
                return Err(SessionError::PartialCredentials { provider: "assume-role", missing });
            }
            (None, Some(source)) => return check_credential_source(settings, source, name),
            (Some(source), None) => source.to_owned(),
        };
        let Some(next) = settings.files.profile(&source) else {
            return Err(SessionError::NoSourceProfile { source_profile: source, profile: name });
        };
        // Only a profile that has keys of its own may name itself as the source.
        if visited.contains(&source) && (source != name || !has_static_keys(&next)) {
            return Err(SessionError::RoleLoop { source_profile: source, visited });
        }
        if has_static_keys(&next) || !is_configured(&next) {
            return match of_profile(settings.files, &source, None)? {
                Some(_) => Ok(()),
                None => Err(SessionError::SourceWithoutCredentials { source_profile: source }),
            };
        }
        visited.push(source.clone());
        (name, profile) = (source, next);
    }
}

/// Checks a `credential_source`. Whether an instance has credentials is only known when it is asked.
fn check_credential_source(settings: &Settings, source: &str, profile: String) -> Result<(), SessionError> {
    let environment = settings.environment;
    let available = match source {
        "Environment" => from_environment(environment)?.is_some(),
        "EcsContainer" => container::is_configured(environment),
        "Ec2InstanceMetadata" => true,
        _ => return Err(SessionError::UnknownSource { source_name: source.to_owned(), profile }),
    };
    if available {
        Ok(())
    } else {
        Err(SessionError::NothingFromSource { source_name: source.to_owned(), profile })
    }
}

fn has_static_keys(profile: &Section) -> bool {
    ["aws_access_key_id", "aws_secret_access_key"].iter().any(|option| profile.get(option).is_some())
}
