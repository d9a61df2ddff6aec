//! IAM Identity Center: whether what the files say of it is complete.

use super::super::config_file::ConfigFiles;
use super::super::ini::{Section, is_secret};
use super::super::settings::Settings;
use crate::error::session::SessionError;
use crate::value::python::HIDDEN;

/// What every profile needs, in the order in which the reference names what is missing.
const REQUIRED: [&str; 4] = ["sso_role_name", "sso_account_id", "sso_start_url", "sso_region"];

/// What an `[sso-session]` needs to give a token.
const REQUIRED_FOR_TOKEN: [&str; 2] = ["sso_start_url", "sso_region"];

/// Whether the profile gets its credentials from IAM Identity Center.
///
/// # Errors
/// It does, but something is missing, or the profile and its `[sso-session]` disagree.
pub fn is_configured(files: &ConfigFiles, name: &str, profile: &Section) -> Result<bool, SessionError> {
    if profile.get("sso_role_name").is_none() && profile.get("sso_account_id").is_none() {
        return Ok(false);
    }
    let session = match profile.text("sso_session") {
        Some(session) => Some(
            files
                .sso_session(session)
                .ok_or_else(|| SessionError::NoSsoSession { session: session.to_owned() })?,
        ),
        None => None,
    };
    for (option, in_session) in session.into_iter().flat_map(Section::texts) {
        if let Some(in_profile) = profile.text(option).filter(|value| *value != in_session) {
            let shown = |value: &str| if is_secret(option) { HIDDEN } else { value }.to_owned();
            return Err(SessionError::SsoDisagreement {
                option: option.to_owned(),
                in_profile: shown(in_profile),
                in_session: shown(in_session),
            });
        }
    }
    let has = |option| profile.get(option).or_else(|| session?.get(option)).is_some();
    let missing: Vec<&'static str> = REQUIRED.into_iter().filter(|option| !has(option)).collect();
    if missing.is_empty() {
        Ok(true)
    } else {
        Err(SessionError::SsoIncomplete { profile: name.to_owned(), missing })
    }
}

/// Checks the `[sso-session]` that the profile names: the reference does so whether it needs a token or not.
///
/// # Errors
/// It does not exist, or something is missing in it.
pub fn check_token(settings: &Settings) -> Result<(), SessionError> {
    let Some(session) = settings.profile.text("sso_session") else { return Ok(()) };
    let profile = settings.profile_name.clone();
    match settings.files.sso_session(session).filter(|section| !section.is_empty()) {
        None => Err(SessionError::NoSsoSessionForToken { profile, session: session.to_owned() }),
        Some(section) => {
            let missing = REQUIRED_FOR_TOKEN.into_iter().filter(|option| section.get(option).is_none());
            let missing: Vec<&'static str> = missing.collect();
            if missing.is_empty() {
                Ok(())
            } else {
                Err(SessionError::SsoTokenIncomplete { profile, missing })
            }
        }
    }
}
