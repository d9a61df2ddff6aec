//! `~` and `$VAR` in the paths a user writes, by the rules of Python's `os.path`.
//!
//! The reference expands the path of a parameter file, of a configuration file and of a CA bundle, each with
//! its own choice of these two steps.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use crate::environment::Environment;

/// Expands `~`, then variables: what the reference does with the path of a parameter file. A `~` that comes
/// out of a variable therefore stays.
pub fn expand(path: impl AsRef<OsStr>, environment: &Environment) -> OsString {
    expandvars(expanduser(path, environment), environment)
}

/// Replaces a leading `~` by the home directory: `HOME`, or else what the user database says.
///
/// `~user` is left as it is, and so is `~` when there is no home directory.
pub fn expanduser(path: impl AsRef<OsStr>, environment: &Environment) -> OsString {
    let path = path.as_ref();
    let rest = match path.as_bytes() {
        [b'~'] => &[],
        [b'~', rest @ ..] if rest.starts_with(b"/") => rest,
        _ => return path.to_owned(),
    };
    let home = match environment.get_os("HOME") {
        Some(home) => home.to_owned(),
        None => match std::env::home_dir() {
            Some(home) => home.into_os_string(),
            None => return path.to_owned(),
        },
    };
    let mut expanded = home.into_vec();
    while expanded.last() == Some(&b'/') {
        expanded.pop();
    }
    expanded.extend_from_slice(rest);
    if expanded.is_empty() {
        expanded.push(b'/');
    }
    OsString::from_vec(expanded)
}

/// Replaces `$NAME` and `${NAME}` by the variable's value. A name is ASCII letters, digits and `_`; between
/// braces it is anything up to `}`. What is not set stays, and a value is not expanded again.
pub fn expandvars(path: impl AsRef<OsStr>, environment: &Environment) -> OsString {
    let mut rest = path.as_ref().as_bytes();
    let mut expanded = Vec::with_capacity(rest.len());
    while let Some(dollar) = rest.iter().position(|byte| *byte == b'$') {
        expanded.extend_from_slice(&rest[..dollar]);
        rest = &rest[dollar..];
        let (name, length) = reference(rest);
        match std::str::from_utf8(name).ok().and_then(|name| environment.get_os(name)) {
            Some(value) => expanded.extend_from_slice(value.as_bytes()),
            None => expanded.extend_from_slice(&rest[..length]),
        }
        rest = &rest[length..];
    }
    expanded.extend_from_slice(rest);
    OsString::from_vec(expanded)
}

/// The variable's name in a text that starts with `$`, and the length of the whole reference. A `$` that
/// starts no reference has an empty name and the length one.
fn reference(text: &[u8]) -> (&[u8], usize) {
    if text.get(1) == Some(&b'{') {
        return match text.iter().position(|byte| *byte == b'}') {
            Some(end) => (&text[2..end], end + 1),
            None => (&[], 1),
        };
    }
    let name = &text[1..];
    let end =
        name.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_').unwrap_or(name.len());
    (&name[..end], end + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn environment() -> Environment {
        [("HOME", "/home/ann"), ("A", "x"), ("TILDE", "~"), ("MONEY", "$A"), ("EMPTY", "")]
            .into_iter()
            .collect()
    }

    fn vars(path: &str) -> String {
        expandvars(path, &environment()).into_string().expect("the path stays UTF-8")
    }

    fn user(path: &str) -> String {
        expanduser(path, &environment()).into_string().expect("the path stays UTF-8")
    }

    #[test]
    fn a_leading_tilde_is_the_home_directory() {
        assert_eq!(user("~"), "/home/ann");
        assert_eq!(user("~/.aws/config"), "/home/ann/.aws/config");
        assert_eq!(user("a~"), "a~");
        assert_eq!(user("./~"), "./~");
        assert_eq!(user("~bob/x"), "~bob/x", "other users are not looked up");
    }

    #[test]
    fn a_home_directory_of_slashes_is_the_root() {
        let root: Environment = [("HOME", "//")].into_iter().collect();
        assert_eq!(expanduser("~", &root), "/");
        assert_eq!(expanduser("~/x", &root), "/x");
    }

    #[test]
    fn variables_are_replaced_once() {
        assert_eq!(vars("$A/${A}b$EMPTY"), "x/xb");
        assert_eq!(vars("$MONEY"), "$A");
        assert_eq!(vars("$A-$A.pem"), "x-x.pem");
    }

    #[test]
    fn what_is_no_variable_stays() {
        assert_eq!(vars("$UNSET ${UNSET} ${} $ $$ ${A"), "$UNSET ${UNSET} ${} $ $$ ${A");
        assert_eq!(vars("$Aé"), "xé", "a letter outside ASCII ends the name");
    }

    #[test]
    fn a_tilde_out_of_a_variable_stays() {
        assert_eq!(expand("$TILDE/x", &environment()), "~/x");
        assert_eq!(expand("~/$A", &environment()), "/home/ann/x");
    }

    proptest! {
        #[test]
        fn a_path_without_tilde_and_dollar_is_itself(path in "[^~$]*") {
            prop_assert_eq!(expand(&path, &environment()), OsString::from(path));
        }

        #[test]
        fn no_path_panics(path in "[~$A{}/_é]*") {
            let _ = expand(path, &environment());
        }
    }
}
