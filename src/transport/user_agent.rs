//! The `User-Agent` header: the reference's form, so that services and their logs group both alike.

use super::RetryMode;
use crate::version::{self, OWN, REFERENCE, RUSTC};

/// Makes the header value. `command` is the command in the form `kms.update-custom-key-store`,
/// `execution_environment` the value of `AWS_EXECUTION_ENV`, and `app_id` that of `AWS_SDK_UA_APP_ID` or
/// `sdk_ua_app_id`.
///
/// Only the characters that the reference lets through appear in it; others become `-`.
pub(crate) fn user_agent(
    command: &str,
    retry_mode: RetryMode,
    execution_environment: Option<&str>,
    app_id: Option<&str>,
) -> String {
    let retry_mode = match retry_mode {
        RetryMode::Adaptive => "adaptive",
        _ => "standard",
    };
    let system = version::system();
    let (_, release) = system.split_once('/').unwrap_or_default();
    let added = |name: &str, value: Option<&str>| {
        let value = value.filter(|value| !value.is_empty())?;
        Some(format!("{name}/{}", cleaned(value, false)))
    };
    let part = |name: &str, value: &str| Some(format!("{name}#{}", cleaned(value, true)));
    let parts = [
        Some(program()),
        Some("ua/2.1".to_owned()),
        part(&format!("os/{}", std::env::consts::OS), release),
        part("md/arch", std::env::consts::ARCH),
        part("lang/rust", RUSTC),
        added("exec-env", execution_environment),
        part("cfg/retry-mode", retry_mode),
        added("app", app_id),
        part("md/command", command),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// The value for requests outside the service, without what it says of the run.
pub(crate) fn program() -> String {
    format!("aws-cli/{REFERENCE} aws-kms-cli/{OWN}")
}

fn cleaned(text: &str, allow_hash: bool) -> String {
    let is_allowed =
        |c: char| c.is_ascii_alphanumeric() || "!$%&'*+-.^_`|~,".contains(c) || (allow_hash && c == '#');
    text.chars().map(|c| if is_allowed(c) { c } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_names_the_command_and_what_the_user_added() {
        let header = user_agent(
            "kms.update-custom-key-store",
            RetryMode::Adaptive,
            Some("AWS Lambda\n"),
            Some("my#app/1"),
        );
        assert!(header.starts_with("aws-cli/2.36.7 aws-kms-cli/"), "{header}");
        assert!(header.contains(" exec-env/AWS-Lambda- cfg/retry-mode#adaptive app/my-app-1 "), "{header}");
        assert!(header.ends_with(" md/command#kms.update-custom-key-store"), "{header}");
    }

    #[test]
    fn empty_additions_leave_no_trace() {
        let header = user_agent("kms.x", RetryMode::Standard, Some(""), None);
        assert!(!header.contains("exec-env/") && !header.contains("app/"), "{header}");
    }
}
