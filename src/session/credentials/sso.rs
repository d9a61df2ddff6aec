//! Roles of IAM Identity Center.

use super::super::config_file::ConfigFiles;
use super::super::settings::{Settings, is_region};
use super::text;
use crate::session::error::SessionError;
use crate::syntax::ini::{Section, is_secret};
use crate::value::python::HIDDEN;

/// What every profile needs, in the order in which the reference names what is missing.
const REQUIRED: [&str; 4] = ["sso_role_name", "sso_account_id", "sso_start_url", "sso_region"];

/// What an `[sso-session]` needs to give a token.
const REQUIRED_FOR_TOKEN: [&str; 2] = ["sso_start_url", "sso_region"];

/// A role of IAM Identity Center.
#[derive(Clone, Debug)]
pub(crate) struct SsoRole {
    pub(crate) profile: String,
    pub(crate) role_name: String,
    pub(crate) account_id: String,
    pub(crate) start_url: String,
    pub(crate) region: String,
    pub(crate) session: Option<String>,
    /// Whether the credentials are cached: those of a source profile are not.
    pub(crate) cached: bool,
}

/// Where a session's token comes from.
#[derive(Clone, Debug)]
pub(crate) struct TokenSource {
    pub(crate) session: String,
    pub(crate) start_url: String,
    pub(crate) region: String,
}

/// What the profile and its `[sso-session]` say. `None` if the profile has nothing to do with IAM Identity Center.
///
/// # Errors
/// Something is missing, or the two disagree.
pub(crate) fn resolve(
    files: &ConfigFiles,
    name: &str,
    profile: &Section,
    cached: bool,
) -> Result<Option<SsoRole>, SessionError> {
    if profile.get("sso_role_name").is_none() && profile.get("sso_account_id").is_none() {
        return Ok(None);
    }
    let session_name = profile.text("sso_session");
    let missing = |name: &str| SessionError::NoSsoSession { session: name.to_owned() };
    let session =
        session_name.map(|name| files.sso_sessions.get(name).ok_or_else(|| missing(name))).transpose()?;
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
    let given = |option: &str| profile.text(option).or_else(|| session?.text(option)).map(str::to_owned);
    let [Some(role_name), Some(account_id), Some(start_url), Some(region)] = REQUIRED.map(given) else {
        let missing = REQUIRED.into_iter().filter(|option| given(option).is_none()).collect();
        return Err(SessionError::SsoIncomplete { profile: name.to_owned(), missing });
    };
    let (profile, session) = (name.to_owned(), session_name.map(str::to_owned));
    Ok(Some(SsoRole { profile, role_name, account_id, start_url, region, session, cached }))
}

/// Where the token of a profile's session comes from; `None` without a session. The reference looks for it whether it
/// needs a token or not.
///
/// # Errors
/// The session has no text for a name or does not exist, or something is missing in it.
pub(crate) fn token_source(
    settings: &Settings,
    profile_name: &str,
) -> Result<Option<TokenSource>, SessionError> {
    let profile = settings.files.profile(profile_name).unwrap_or_default();
    let Some(session) = text(&profile, "sso_session")? else { return Ok(None) };
    let profile = profile_name.to_owned();
    let Some(section) = settings.files.sso_sessions.get(&session).filter(|section| !section.is_empty())
    else {
        return Err(SessionError::NoSsoSessionForToken { profile, session });
    };
    let given = |option: &str| section.text(option).map(str::to_owned);
    let [Some(start_url), Some(region)] = REQUIRED_FOR_TOKEN.map(given) else {
        let missing = REQUIRED_FOR_TOKEN.into_iter().filter(|option| given(option).is_none()).collect();
        return Err(SessionError::SsoTokenIncomplete { profile, missing });
    };
    Ok(Some(TokenSource { session, start_url, region }))
}

/// A region of IAM Identity Center.
///
/// # Errors
/// It cannot be a region.
pub(crate) fn checked_region(region: &str) -> Result<&str, SessionError> {
    if is_region(region) { Ok(region) } else { Err(SessionError::BadRegion { region: region.to_owned() }) }
}
