//! Commands that are not this program's: they are handed over to another AWS CLI, whole and untouched.
//!
//! The next `aws` on PATH that is not this very file takes them, or the one that `AWS_KMS_CLI_FALLBACK` names;
//! `AWS_KMS_CLI_FALLBACK=off` switches this off. Before that only the user's aliases have been read, which may make
//! any name one of this program's commands; nothing has been written.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::alias::{self, Aliases, Expansion, Line};
use super::globals::{self, GLOBALS, Globals};
use super::words::{self, Positional, Takes, Word};
use crate::environment::Environment;
use crate::operations;

/// The environment variable that names the other program, or is `off`.
pub const FALLBACK: &str = "AWS_KMS_CLI_FALLBACK";

/// The command and the operation of a line, found without judging the line, and whether `--help` was met.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// The first word that is no option or value.
    pub command: Option<String>,
    /// The second one.
    pub operation: Option<String>,
    /// Whether `--help` or `-h` stands where an option could.
    pub help: bool,
}

/// Finds the names that a line leads to. A line that leads to a shell, or nowhere, has none: this program runs
/// it, or says what is wrong.
pub fn names(words: &[Word], aliases: &Aliases) -> Names {
    let names = names_on_line(words);
    if aliases.is_empty() {
        return names;
    }
    let Ok(parsed) = words::parse(words, &globals::table(), Positional::One) else { return names };
    let Some(command) = parsed.positional else { return names };
    let line = Line { command, rest: parsed.unknown, all: words.to_vec() };
    match alias::expand(line, aliases, &mut Globals::default()) {
        Ok(Expansion::Line(line)) => Names {
            command: Some(line.command.text),
            operation: names_on_line(&line.rest).command,
            help: names.help,
        },
        Ok(Expansion::Shell(_) | Expansion::Version) | Err(_) => Names::default(),
    }
}

/// Finds the names in a line: values of global options are passed over, options of others are taken for flags,
/// as the reference's outer parsers do.
fn names_on_line(words: &[Word]) -> Names {
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
            names.command = Some(text.to_owned());
        } else if names.operation.is_none() {
            names.operation = Some(text.to_owned());
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
pub fn is_foreign(words: &[Word], aliases: &Aliases) -> bool {
    let names = names(words, aliases);
    match (names.command.as_deref(), names.operation.as_deref()) {
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
        is_foreign(&words(line.iter().map(OsString::from)), &Aliases::default())
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
