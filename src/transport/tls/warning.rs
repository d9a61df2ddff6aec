//! The warning that nothing proves which server answers, and who does not want to read it.

/// The warning, with the name that the reference gives it: one line.
pub(crate) const UNVERIFIED: &str = "InsecureRequestWarning: Unverified HTTPS request: with --no-verify-ssl nothing proves which \
     server answers. To trust this one, name its authority with --ca-bundle.\n";

/// How the reference's own text of the warning begins. Filters are written for it.
const TEXT: &str = "unverified https request is being made to host";

/// The class of the warning, and those that it belongs to.
const CATEGORIES: [&str; 4] = ["InsecureRequestWarning", "SecurityWarning", "HTTPWarning", "Warning"];

/// Whether a value of `PYTHONWARNINGS` silences the warning: filters of the form `action:message:category:module`,
/// of which the last one that fits decides. What stands behind the action may be empty or missing.
pub(crate) fn is_silenced(filters: &str) -> bool {
    filters.split(',').rev().find_map(action_of).is_some_and(|action| "ignore".starts_with(action))
}

/// The action of a filter, if it fits. It may be shortened, as in `i`.
fn action_of(filter: &str) -> Option<&str> {
    let mut fields = filter.split(':').map(str::trim);
    let action = fields.next().filter(|action| !action.is_empty())?;
    let (message, category, module) = (fields.next(), fields.next(), fields.next());
    let message = message.unwrap_or_default().to_ascii_lowercase();
    let category = category.unwrap_or_default().rsplit('.').next().unwrap_or_default();
    let fits = (message.starts_with(TEXT) || TEXT.starts_with(&message))
        && (category.is_empty() || CATEGORIES.contains(&category))
        && matches!(module.unwrap_or_default(), "" | "urllib3.connectionpool");
    fits.then_some(action)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_that_are_meant_for_the_warning_silence_it() {
        for filters in [
            "ignore",
            "i",
            "default,ignore",
            " ignore ",
            "ignore:Unverified HTTPS request",
            "ignore:unverified https request is being made to host 'localhost'",
            "ignore::urllib3.exceptions.InsecureRequestWarning",
            "ignore::Warning",
            "ignore:::urllib3.connectionpool",
            "ignore,error::DeprecationWarning",
        ] {
            assert!(is_silenced(filters), "{filters}");
        }
    }

    #[test]
    fn other_filters_do_not() {
        for filters in [
            "",
            ",",
            "default",
            "error",
            "ignore,default",
            "ignored",
            "ignore:Other",
            "ignore::DeprecationWarning",
            "ignore:::botocore",
        ] {
            assert!(!is_silenced(filters), "{filters}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_value_is_read(filters in "[a-z:,. ]*") {
            let _ = is_silenced(&filters);
        }
    }
}
