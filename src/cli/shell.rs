//! Command lines for the system's shell, which `!` aliases are.

use std::ffi::{OsStr, OsString};
use std::io;
use std::process::Command;

use super::words::Word;

/// A command line with further words behind it, quoted so that the shell takes each as it is.
pub(crate) fn command_line(command: &str, words: &[Word]) -> OsString {
    let mut line = OsString::from(command);
    for word in words {
        line.push(" ");
        line.push(quoted(word.as_given()));
    }
    line
}

/// A word for a POSIX shell, as Python's `shlex.quote` writes it.
#[cfg(unix)]
fn quoted(word: &OsStr) -> OsString {
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    let bytes = word.as_bytes();
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"_@%+=:,./-".contains(byte);
    if !bytes.is_empty() && bytes.iter().all(is_plain) {
        return word.to_owned();
    }
    let parts: Vec<&[u8]> = bytes.split(|byte| *byte == b'\'').collect();
    OsString::from_vec([&b"'"[..], &parts.join(&b"'\"'\"'"[..]), b"'"].concat())
}

/// A word for `cmd`, as the C library of a Windows program splits it again.
#[cfg(not(unix))]
fn quoted(word: &OsStr) -> OsString {
    quoted_for_windows(&word.to_string_lossy()).into()
}

/// Backslashes count only before a double quote: there, and before the closing one, they are doubled.
#[cfg(any(not(unix), test))]
fn quoted_for_windows(word: &str) -> String {
    let is_plain = |c: char| !c.is_whitespace() && !"\"&|<>^()%!".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    let mut quoted = String::from("\"");
    let mut backslashes = 0;
    for c in word.chars() {
        if c == '"' {
            quoted.push_str(&"\\".repeat(backslashes + 1));
        }
        backslashes = if c == '\\' { backslashes + 1 } else { 0 };
        quoted.push(c);
    }
    quoted.push_str(&"\\".repeat(backslashes));
    quoted.push('"');
    quoted
}

/// Runs the command line in the system's shell as [`start`] does.
///
/// # Errors
/// The shell cannot be started.
pub(crate) fn run(line: &OsStr) -> io::Result<u8> {
    #[cfg(unix)]
    return start(Command::new("/bin/sh").arg("-c").arg(line));
    #[cfg(windows)]
    {
        use std::os::windows::process::CommandExt;
        let mut quoted = OsString::from("\"");
        quoted.push(line);
        quoted.push("\"");
        start(Command::new("cmd").raw_arg("/C").raw_arg(quoted))
    }
}

/// Runs another program in place of this one, with its streams: on Unix this process becomes it, and this returns only when
/// that fails; elsewhere this waits for it, and returns its exit code.
///
/// # Errors
/// The program cannot be started.
pub(super) fn start(command: &mut Command) -> io::Result<u8> {
    #[cfg(unix)]
    return Err(std::os::unix::process::CommandExt::exec(command));
    #[cfg(not(unix))]
    Ok(command.status()?.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(255))
}

#[cfg(test)]
mod tests {
    use super::super::words::words;
    use super::*;

    fn line(command: &str, after: &[&str]) -> String {
        let words = words(after.iter().map(OsString::from));
        command_line(command, &words).into_string().expect("the words are UTF-8")
    }

    #[test]
    fn words_for_a_shell_are_quoted_where_they_have_to_be() {
        assert_eq!(line("echo hi", &[]), "echo hi");
        assert_eq!(
            line("echo", &["--a=b,c/d", "x y", "", "$HOME", "é"]),
            "echo --a=b,c/d 'x y' '' '$HOME' 'é'"
        );
        assert_eq!(line("echo", &["it's"]), r#"echo 'it'"'"'s'"#);
    }

    #[test]
    fn words_for_windows_are_quoted_as_its_programs_split_them() {
        assert_eq!(quoted_for_windows(r"C:\x\"), r"C:\x\");
        assert_eq!(quoted_for_windows(r"C:\x y\"), r#""C:\x y\\""#);
        assert_eq!(quoted_for_windows(r#"a\"b"#), r#""a\\\"b""#);
        assert_eq!(quoted_for_windows(""), "\"\"");
        assert_eq!(quoted_for_windows("a&b"), "\"a&b\"");
    }

    proptest::proptest! {
        #[cfg(unix)]
        #[test]
        fn a_shell_gets_back_every_word(word in "[^\0]{0,12}") {
            let line = command_line("", &words([OsString::from(&word)])).into_string();
            let back = crate::syntax::shell_words::split(&line.expect("the word is UTF-8"));
            proptest::prop_assert_eq!(back, Ok(vec![word]));
        }
    }
}
