//! The program that takes what this one does not have: which file it is, and what keeps it from running.

use std::ffi::OsStr;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::cli::error::Unusable;
use crate::environment::Environment;

/// The environment variable that names the other program, or is `off`.
pub(crate) const FALLBACK: &str = "AWS_KMS_CLI_FALLBACK";

#[cfg(not(windows))]
const EXECUTABLES: &[&str] = &["aws"];
#[cfg(windows)]
const EXECUTABLES: &[&str] = &["aws.exe", "aws.cmd"];

/// The program that takes foreign commands, if there is one. A path or a name that was given is not looked at: that it
/// cannot be run is told when it should.
///
/// Names are looked up on PATH. Only folders behind this program's own count, if it is there under that name: so two copies
/// of it never hand a command back and forth.
pub(crate) fn fallback(environment: &Environment) -> Option<PathBuf> {
    let this = std::env::current_exe().ok();
    let is_this = |file: &PathBuf| is_same(file, this.as_deref());
    let own: Vec<&OsStr> = EXECUTABLES.iter().map(OsStr::new).collect();
    match environment.get_os(FALLBACK).filter(|given| !given.is_empty()) {
        Some(off) if off == "off" => None,
        Some(given) if !is_bare_name(Path::new(given)) => {
            Some(PathBuf::from(given)).filter(|program| !is_this(program))
        }
        Some(name) => {
            let files = on_path(if name == "aws" { &own } else { std::slice::from_ref(&name) }, environment);
            if files.is_empty() { Some(name.into()) } else { behind(files, is_this) }
        }
        None => behind(on_path(&own, environment), is_this),
    }
}

/// Whether there is a program that takes foreign commands, and could be run.
pub(crate) fn is_there(environment: &Environment) -> bool {
    fallback(environment).is_some_and(|program| is_executable(&program))
}

/// Whether this is a name to be looked up on PATH.
pub(crate) fn is_bare_name(path: &Path) -> bool {
    path.file_name() == Some(path.as_os_str())
}

/// The executable files of these names in the folders of PATH, in its order.
fn on_path(names: &[&OsStr], environment: &Environment) -> Vec<PathBuf> {
    let Some(path) = environment.get_os("PATH") else { return Vec::new() };
    let folders = std::env::split_paths(path).filter(|folder| !folder.as_os_str().is_empty());
    let files = folders.flat_map(|folder| names.iter().map(move |name| folder.join(name)));
    files.filter(|file| is_executable(file)).collect()
}

/// The first file behind this program's own.
fn behind(files: Vec<PathBuf>, is_this: impl FnMut(&PathBuf) -> bool) -> Option<PathBuf> {
    let own_place = files.iter().rposition(is_this);
    files.into_iter().nth(own_place.map_or(0, |place| place + 1))
}

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

/// Why the system did not run the program.
pub(crate) fn why_unusable(program: &Path, error: io::Error) -> Unusable {
    match program.metadata() {
        Err(reason) if matches!(reason.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Unusable::Missing
        }
        Ok(data) if data.is_dir() => Unusable::Folder,
        Ok(_) if error.kind() == ErrorKind::NotFound => Unusable::NoInterpreter,
        Ok(_) if !is_executable(program) => Unusable::NotExecutable,
        Ok(_) | Err(_) => Unusable::Other(error.kind()),
    }
}
