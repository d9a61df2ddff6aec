//! `~` and `$VAR` in the paths a user writes, by the rules of Python's `os.path`.
//!
//! The reference expands the path of a parameter file, of a configuration file and of a CA bundle, each with
//! its own choice of these two steps.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{MAIN_SEPARATOR, Path};

use crate::environment::Environment;

/// Expands `~`, then variables: what the reference does with the path of a parameter file. A `~` that comes
/// out of a variable therefore stays.
pub(crate) fn expand(path: impl AsRef<OsStr>, environment: &Environment) -> OsString {
    expandvars(expanduser(path, environment), environment)
}

/// Replaces a leading `~` by the home directory: `HOME` (`USERPROFILE` on Windows), or else what the user
/// database says; and `~user` by that user's.
///
/// Both stay where there is no such home directory, and so does a path that is not Unicode.
pub(crate) fn expanduser(path: impl AsRef<OsStr>, environment: &Environment) -> OsString {
    let path = path.as_ref();
    let Some(rest) = path.to_str().and_then(|path| path.strip_prefix('~')) else { return path.to_owned() };
    let (user, rest) = rest.split_at(rest.find(std::path::is_separator).unwrap_or(rest.len()));
    let home = if user.is_empty() { own_home(environment) } else { home_of(user) };
    let Some(home) = home else { return path.to_owned() };
    // Components leave out the separators at the end, of which Python strips all.
    let mut expanded: OsString = Path::new(&home).components().as_path().as_os_str().to_owned();
    if expanded.len() == 1 && expanded == *MAIN_SEPARATOR.encode_utf8(&mut [0; 4]) && !rest.is_empty() {
        expanded.clear();
    }
    expanded.push(rest);
    expanded
}

fn own_home(environment: &Environment) -> Option<OsString> {
    let variable = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
    let home = environment.get_os(variable).map(OsStr::to_owned);
    home.or_else(|| std::env::home_dir().map(OsString::from))
}

/// The home directory of a user of `/etc/passwd`, the one user database that a static program can read.
fn home_of(user: &str) -> Option<OsString> {
    if cfg!(not(unix)) {
        return None;
    }
    let users = fs::read("/etc/passwd").ok()?;
    home_in(&String::from_utf8_lossy(&users), user).map(OsString::from)
}

/// The sixth field of the line whose first one is the user.
fn home_in<'u>(users: &'u str, user: &str) -> Option<&'u str> {
    let lines = users.lines().map(|line| line.split(':'));
    lines.filter_map(|mut fields| (fields.next()? == user).then(|| fields.nth(4))?).next()
}

/// Replaces `$NAME` and `${NAME}` by the variable's value. A name is ASCII letters, digits and `_`; between
/// braces it is anything up to `}`. What is not set stays, and a value is not expanded again. A path that is
/// not Unicode stays.
pub(crate) fn expandvars(path: impl AsRef<OsStr>, environment: &Environment) -> OsString {
    let path = path.as_ref();
    let Some(mut rest) = path.to_str() else { return path.to_owned() };
    let mut expanded = OsString::with_capacity(rest.len());
    while let Some(dollar) = rest.find('$') {
        expanded.push(&rest[..dollar]);
        rest = &rest[dollar..];
        let (name, length) = reference(rest);
        match environment.get_os(name) {
            Some(value) => expanded.push(value),
            None => expanded.push(&rest[..length]),
        }
        rest = &rest[length..];
    }
    expanded.push(rest);
    expanded
}

/// The variable's name in a text that starts with `$`, and the length of the whole reference. A `$` that
/// starts no reference has an empty name and the length one.
fn reference(text: &str) -> (&str, usize) {
    if text[1..].starts_with('{') {
        return match text.find('}') {
            Some(end) => (&text[2..end], end + 1),
            None => ("", 1),
        };
    }
    let name = &text[1..];
    let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len());
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
        assert_eq!(user("~nobody-of-that-name/x"), "~nobody-of-that-name/x");
    }

    #[test]
    fn another_user_is_looked_up() {
        let users = "root:x:0:0:root:/root:/bin/sh\nbob:x:1:1:Bob\u{fffd},,:/home/bob\nbroken:x:2\n";
        assert_eq!(home_in(users, "root"), Some("/root"));
        assert_eq!(home_in(users, "bob"), Some("/home/bob"));
        for unknown in ["broken", "bo", "x", "ann"] {
            assert_eq!(home_in(users, unknown), None, "{unknown}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_home_of_another_user_takes_the_place_of_the_name() {
        let home = home_of("root").expect("a user").into_string().expect("UTF-8");
        assert_eq!(user("~root"), home);
        assert_eq!(user("~root/.aws/config"), format!("{home}/.aws/config"));
        assert_eq!(user("a~root/x"), "a~root/x");
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
