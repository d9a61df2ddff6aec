//! Commands that are not this program's: they are handed over to another AWS CLI, whole and untouched.
//!
//! The next `aws` on PATH that is not this very file takes them, or the one that `AWS_KMS_CLI_FALLBACK` names;
//! `AWS_KMS_CLI_FALLBACK=off` switches this off. Nothing has been read or written before.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::globals::GLOBALS;
use super::words::{Takes, Word};
use crate::environment::Environment;
use crate::operations;

/// The environment variable that names the other program, or is `off`.
pub const FALLBACK: &str = "AWS_KMS_CLI_FALLBACK";

/// The command and the operation of a line, found without judging the line, and whether `--help` was met.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Names<'a> {
    /// The first word that is no option or value.
    pub command: Option<&'a str>,
    /// The second one.
    pub operation: Option<&'a str>,
    /// Whether `--help` or `-h` stands where an option could.
    pub help: bool,
}

/// Finds the names in a line: values of global options are passed over, options of others are taken for flags,
/// as the reference's outer parsers do.
pub fn names(words: &[Word]) -> Names<'_> {
    let mut names = Names::default();
    let mut value_follows = false;
    let mut options_end = false;
    for word in words {
        let text = word.text.as_str();
        if !options_end && text == "--" {
            options_end = true;
        } else if !options_end && text.len() > 1 && text.starts_with('-') && !text.contains(' ') {
            names.help |= matches!(text, "--help" | "-h");
            value_follows = takes_value(text);
        } else if value_follows {
            value_follows = false;
        } else if names.command.is_none() {
            names.command = Some(text);
        } else if names.operation.is_none() {
            names.operation = Some(text);
        }
    }
    names
}

/// Whether the word is a global option (or a unique prefix of one) that takes the next word as its value.
fn takes_value(word: &str) -> bool {
    let candidates: Vec<_> = GLOBALS.iter().filter(|global| global.name.starts_with(word)).collect();
    let exact = candidates.iter().find(|global| global.name == word);
    let global = match (exact, &candidates[..]) {
        (Some(global), _) => global,
        (None, [global]) => global,
        (None, _) => return false,
    };
    matches!(global.takes, Takes::Value | Takes::Integer | Takes::Choice(_))
}

/// Whether the line names a command or an operation that this program does not have.
pub fn is_foreign(words: &[Word]) -> bool {
    let names = names(words);
    match (names.command, names.operation) {
        (None | Some("help"), _) | (Some("kms"), None | Some("help")) => false,
        (Some("kms"), Some(operation)) => operations::by_command(operation).is_none(),
        (Some(_), _) => true,
    }
}

/// The program that takes foreign commands, if there is one.
///
/// On PATH only folders behind this program's own count, if it is on PATH: so two copies of it on PATH never
/// hand a command back and forth.
pub fn fallback(environment: &Environment) -> Option<PathBuf> {
    let this = std::env::current_exe().ok();
    let is_this = |file: &PathBuf| is_same(file, this.as_deref());
    match environment.get_os(FALLBACK) {
        Some(off) if off == "off" => None,
        Some(path) if !path.is_empty() => Some(PathBuf::from(path)).filter(|path| !is_this(path)),
        Some(_) | None => {
            let path = environment.get_os("PATH")?;
            let folders = std::env::split_paths(path).filter(|folder| !folder.as_os_str().is_empty());
            let files = folders.flat_map(|folder| EXECUTABLES.iter().map(move |name| folder.join(name)));
            let files: Vec<PathBuf> = files.filter(|file| is_executable(file)).collect();
            let own_place = files.iter().rposition(is_this);
            files.into_iter().nth(own_place.map_or(0, |place| place + 1))
        }
    }
}

#[cfg(not(windows))]
const EXECUTABLES: &[&str] = &["aws"];
#[cfg(windows)]
const EXECUTABLES: &[&str] = &["aws.exe", "aws.cmd"];

/// Whether both are the same file: by identity where the system knows one, so that links and copies of the
/// name do not make the program call itself.
fn is_same(file: &Path, this: Option<&Path>) -> bool {
    let (Ok(file), Some(Ok(this))) = (file.canonicalize(), this.map(Path::canonicalize)) else {
        return false;
    };
    file == this || same_identity(&file, &this)
}

#[cfg(unix)]
fn same_identity(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (a.metadata(), b.metadata()) {
        (Ok(a), Ok(b)) => a.dev() == b.dev() && a.ino() == b.ino(),
        _ => false,
    }
}

#[cfg(not(unix))]
fn same_identity(_: &Path, _: &Path) -> bool {
    false
}

#[cfg(unix)]
fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(file: &Path) -> bool {
    file.is_file()
}

/// Becomes the other program. On Unix this returns only when that fails.
#[cfg(unix)]
pub fn hand_over(program: &Path, arguments: impl IntoIterator<Item = OsString>) -> std::io::Result<u8> {
    use std::os::unix::process::CommandExt;
    Err(Command::new(program).args(arguments).exec())
}

/// Runs the other program with this one's streams and returns its exit code.
#[cfg(not(unix))]
pub fn hand_over(program: &Path, arguments: impl IntoIterator<Item = OsString>) -> std::io::Result<u8> {
    let status = Command::new(program).args(arguments).status()?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(255))
}

#[cfg(test)]
mod tests {
    use super::super::words::words;
    use super::*;

    fn foreign(line: &[&str]) -> bool {
        is_foreign(&words(line.iter().map(OsString::from)))
    }

    #[test]
    fn commands_of_custom_key_stores_are_ours() {
        assert!(!foreign(&["kms", "update-custom-key-store", "--custom-key-store-id", "x"]));
        assert!(!foreign(&["--region", "s3", "--output=text", "kms", "--debug", "update-custom-key-store"]));
        assert!(!foreign(&["--reg", "s3", "kms", "help"]));
    }

    #[test]
    fn usage_errors_and_pages_without_a_command_are_ours() {
        for line in [&[][..], &["--version"], &["kms"], &["help"], &["--output", "xml"], &["--profile"]] {
            assert!(!foreign(line), "{line:?}");
        }
    }

    #[test]
    fn all_else_is_foreign() {
        for line in
            [&["s3", "ls"][..], &["kms", "encrypt"], &["--profile", "kms", "configure"], &["--", "s3"]]
        {
            assert!(foreign(line), "{line:?}");
        }
    }
}
