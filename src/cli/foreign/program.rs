//! The program that takes what this one does not have: which file it is, and what keeps it from running.

use std::ffi::OsStr;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::environment::Environment;

/// The environment variable that names the other program, or is `off`.
pub(crate) const FALLBACK: &str = "AWS_KMS_CLI_FALLBACK";

#[cfg(not(windows))]
const EXECUTABLES: &[&str] = &["aws"];
#[cfg(windows)]
const EXECUTABLES: &[&str] = &["aws.exe", "aws.cmd"];

/// The name of the program that shells ask.
#[cfg(not(windows))]
const COMPLETERS: &[&str] = &["aws_completer"];
#[cfg(windows)]
const COMPLETERS: &[&str] = &["aws_completer.exe", "aws_completer.cmd"];

/// The program that takes foreign commands, if there is one. A path or a name that was given is not looked at: that it
/// cannot be run is reported when it should.
///
/// Names are looked up on PATH. Only folders behind this program's own count, if it is there under that name: so two copies
/// of it never hand a command back and forth.
pub(crate) fn fallback(environment: &Environment) -> Option<PathBuf> {
    let this = own_file();
    let is_this = |file: &PathBuf| this.as_ref().is_some_and(|this| is_same(file, this));
    let own: Vec<&OsStr> = EXECUTABLES.iter().map(OsStr::new).collect();
    match environment.get_os(FALLBACK).filter(|given| !given.is_empty()) {
        Some(off) if off.eq_ignore_ascii_case("off") => None,
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

/// The file of this program. Where there is no /proc, it is known by the path that it was started by.
pub(crate) fn own_file() -> Option<PathBuf> {
    std::env::current_exe().ok().or_else(started_file)
}

#[cfg(target_os = "linux")]
fn started_file() -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    Some(OsStr::from_bytes(rustix::param::linux_execfn().to_bytes()).into())
}

#[cfg(not(target_os = "linux"))]
fn started_file() -> Option<PathBuf> {
    None
}

/// Whether there is a program that takes foreign commands, and could be run.
pub(crate) fn is_there(environment: &Environment) -> bool {
    fallback(environment).is_some_and(|program| is_executable(&program))
}

/// The completer of the program that takes foreign commands: the file of that name beside it, or else the first on PATH that
/// does not belong to this program.
pub(crate) fn completer(environment: &Environment) -> Option<PathBuf> {
    let program = fallback(environment)?;
    let beside =
        |program: &Path| COMPLETERS.iter().map(|name| program.with_file_name(name)).collect::<Vec<_>>();
    let own: Vec<PathBuf> = own_file().iter().flat_map(|this| beside(this)).collect();
    let target = program.canonicalize();
    let near = beside(&program).into_iter().chain(target.iter().flat_map(|program| beside(program)));
    let names: Vec<&OsStr> = COMPLETERS.iter().map(OsStr::new).collect();
    let mut files = near.chain(on_path(&names, environment)).filter(|file| is_executable(file));
    files.find(|file| !own.iter().any(|own| is_same(file, own)))
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

/// Whether both are the same file, so that links do not make the program call itself.
#[cfg(unix)]
fn is_same(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |file: &Path| file.metadata().ok().map(|data| (data.dev(), data.ino()));
    identity(a).is_some_and(|own| identity(b) == Some(own))
}

#[cfg(not(unix))]
fn is_same(a: &Path, b: &Path) -> bool {
    a.canonicalize().is_ok_and(|file| b.canonicalize().is_ok_and(|other| file == other))
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
pub(crate) fn why_unusable(program: &Path, error: io::Error) -> String {
    let reason = match program.metadata() {
        Err(reason) if matches!(reason.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            "no such file"
        }
        Ok(data) if data.is_dir() => "it is a directory",
        Ok(_) if error.kind() == ErrorKind::NotFound => {
            "the program that its first line names, or a library that it needs, does not exist"
        }
        Ok(_) if !is_executable(program) => "it is not executable",
        Ok(_) | Err(_) => return error.kind().to_string(),
    };
    reason.to_owned()
}
