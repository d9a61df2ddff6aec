//! Where the sources are, where cargo writes to, and how other programs are run there.

use std::env;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// The package that the program is.
pub(crate) const PROGRAM: &str = "aws-kms-cli";

/// The folders of this workspace.
pub(crate) struct Workspace {
    /// Where the sources are.
    pub(crate) root: PathBuf,
    /// Where cargo writes to.
    pub(crate) target: PathBuf,
    /// The program's version.
    pub(crate) version: String,
}

impl Workspace {
    /// The workspace that this folder is in.
    pub(crate) fn find() -> io::Result<Workspace> {
        let mut metadata = cargo();
        metadata.args(["metadata", "--no-deps", "--locked", "--format-version", "1"]);
        let metadata: Value = serde_json::from_slice(&output(&mut metadata)?)?;
        let folder = |name: &str| {
            let folder = metadata[name].as_str().map(PathBuf::from);
            folder.ok_or_else(|| failed(format!("cargo does not say its {name}")))
        };
        let packages = metadata["packages"].as_array().into_iter().flatten();
        let program = packages.into_iter().find(|package| package["name"] == PROGRAM);
        let version = program.and_then(|program| program["version"].as_str()).unwrap_or_default().to_owned();
        Ok(Workspace { root: folder("workspace_root")?, target: folder("target_directory")?, version })
    }

    /// The time that everything is dated by, in seconds since 1970: that of the last commit.
    pub(crate) fn source_date(&self) -> io::Result<String> {
        if let Ok(date) = env::var("SOURCE_DATE_EPOCH") {
            return Ok(date);
        }
        let mut git = Command::new("git");
        let date = text(git.args(["log", "-1", "--format=%ct"]).current_dir(&self.root));
        date.map_err(|error| failed(format!("{error}; where there is no history, set SOURCE_DATE_EPOCH")))
    }

    /// Where everything is that is published.
    pub(crate) fn dist(&self) -> PathBuf {
        self.target.join("dist")
    }
}

/// The cargo that runs this program.
pub(crate) fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

pub(crate) fn failed(why: impl Into<String>) -> io::Error {
    io::Error::other(why.into())
}

/// Runs a program to its end, with its output on the terminal.
pub(crate) fn run(command: &mut Command) -> io::Result<()> {
    let status = command.status().map_err(|error| not_started(command, &error))?;
    if status.success() { Ok(()) } else { Err(failed(format!("{}: {status}", name(command)))) }
}

/// What a program writes on stdout.
pub(crate) fn output(command: &mut Command) -> io::Result<Vec<u8>> {
    let output = command.stderr(Stdio::inherit()).output().map_err(|error| not_started(command, &error))?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(failed(format!("{}: {}", name(command), output.status)))
    }
}

/// What a program writes on stdout, as text without its last line end.
pub(crate) fn text(command: &mut Command) -> io::Result<String> {
    let text = String::from_utf8(output(command)?).map_err(io::Error::other)?;
    Ok(text.trim_end().to_owned())
}

/// Says what is missing on the way to `path`, in place of the system's bare words.
pub(crate) fn missing(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

fn not_started(command: &Command, error: &io::Error) -> io::Error {
    failed(format!("{} cannot be run: {error}", name(command)))
}

fn name(command: &Command) -> String {
    OsString::from(command.get_program()).to_string_lossy().into_owned()
}
