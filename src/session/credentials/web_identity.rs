//! Roles that are assumed with a token of an identity provider: `web_identity_token_file`.

use super::role;
use crate::environment::Environment;
use crate::session::error::SessionError;
use crate::syntax::ini::Section;
use crate::value::{Map, Value};

/// A role, and the file of the token that it is assumed with.
#[derive(Clone, Debug)]
pub(crate) struct WebIdentity {
    pub(crate) token_file: String,
    /// Parameters of `AssumeRoleWithWebIdentity`.
    pub(crate) arguments: Map,
    /// Whether the credentials are cached: those of a source profile are not.
    pub(crate) cached: bool,
}

/// What the environment, if it is given, and the profile say. `None` if neither names a token file.
///
/// # Errors
/// There is a token file, but no role.
pub(crate) fn resolve(
    profile: &Section,
    environment: Option<&Environment>,
    cached: bool,
) -> Result<Option<WebIdentity>, SessionError> {
    let given = |variable: &str, option: &str| {
        let value = environment.and_then(|environment| environment.get(variable));
        value.or_else(|| profile.text(option).map(str::to_owned))
    };
    let some = |value: Option<String>| value.filter(|value| !value.is_empty());
    let Some(token_file) = some(given("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file")) else {
        return Ok(None);
    };
    let role_arn = some(given("AWS_ROLE_ARN", "role_arn")).ok_or(SessionError::NoRoleForWebIdentity)?;
    let session_name = some(given("AWS_ROLE_SESSION_NAME", "role_session_name")).map(Value::string);
    let arguments =
        role::arguments([("RoleSessionName", session_name), ("RoleArn", Some(Value::string(role_arn)))]);
    Ok(Some(WebIdentity { token_file, arguments, cached }))
}
