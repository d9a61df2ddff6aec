//! The rules that find what is worth a hint: in the words of a line, in values and documents, and in errors.

mod document;
mod line;
mod lookalikes;
mod parameters;
mod signposts;

use crate::cli::foreign::program;
use crate::cli::words::Word;
use crate::environment::Environment;
use crate::error::Error;
use crate::hints::Hints;
use crate::session::error::SessionError;

pub(crate) use document::of_call_error;
pub(crate) use line::carriage_returns;
pub(crate) use parameters::{of_parameters, of_success};
pub(crate) use signposts::{of_exception, of_reply};

/// Whether hints are wanted: `AWS_KMS_CLI_HINTS=off` switches them off.
pub(crate) fn is_wanted(environment: &Environment) -> bool {
    environment.get_os("AWS_KMS_CLI_HINTS").is_none_or(|value| !value.eq_ignore_ascii_case("off"))
}

/// What the line itself and the environment have to do with an error.
pub(crate) fn of_error(error: &Error, words: &[Word], environment: &Environment, hints: &Hints) {
    line::of_error(error, words, hints);
    line::carriage_returns_in_variables(environment, hints);
    // The command that the reference advises, and whether credentials are missing.
    let advised = match error {
        Error::Session(SessionError::NoCredentials) => Some(("aws login", true)),
        Error::Session(SessionError::NoRegion { no_credentials }) => Some(("aws configure", *no_credentials)),
        _ => None,
    };
    if let Some((command, lacks_credentials)) = advised
        && !program::is_there(environment)
    {
        hints.add(format!("{command} is a command of the full AWS CLI, which was not found."));
        if lacks_credentials {
            hints.add(CREDENTIALS.to_owned());
        }
    }
}

/// How to give credentials to a program that has neither `aws login` nor `aws configure`.
const CREDENTIALS: &str = "Credentials can be given in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN \
                           with temporary ones), or in ~/.aws/credentials as aws_access_key_id and \
                           aws_secret_access_key of a profile.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_switches_hints_off() {
        let is_wanted = |value| is_wanted(&[("AWS_KMS_CLI_HINTS", value)].into_iter().collect());
        assert!(!is_wanted("off") && !is_wanted("OFF"));
        assert!(is_wanted("") && is_wanted("on") && is_wanted("of"));
    }
}
