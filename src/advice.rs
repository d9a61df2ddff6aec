//! The rules that find what is worth a hint: in the words of a line, in values and documents, and in errors.

mod document;
mod line;
mod lookalikes;
mod parameters;
mod setup;
mod signposts;

use crate::cli::words::Word;
use crate::environment::Environment;
use crate::error::Error;
use crate::hints::Hints;
use crate::session::settings::Settings;

pub(crate) use document::of_call_error;
pub(crate) use line::carriage_returns;
pub(crate) use parameters::{of_parameters, of_success};
pub(crate) use signposts::{of_exception, of_reply};

/// Whether hints are wanted: `AWS_KMS_CLI_HINTS=off` switches them off.
pub(crate) fn is_wanted(environment: &Environment) -> bool {
    environment.get_os("AWS_KMS_CLI_HINTS").is_none_or(|value| !value.eq_ignore_ascii_case("off"))
}

/// What the line itself and the settings have to do with an error.
pub(crate) fn of_error(error: &Error, words: &[Word], settings: &Settings, hints: &Hints) {
    line::of_error(error, words, hints);
    line::carriage_returns_in_variables(settings.environment, hints);
    setup::of_error(error, settings, hints);
}

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
