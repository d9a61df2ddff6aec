//! What is published, in `target/dist/`.
//!
//! ```text
//! file ──────→ aws, aws_completer
//! crates ────→ licenses ──→ THIRD-PARTY-LICENSES.gz
//! packages ──→ .tar.gz, .deb, .rpm
//! sbom ──────→ a .cdx.json for each
//! sums ──────→ SHA256SUMS
//! ```

mod completions;
mod crates;
mod file;
mod flags;
mod licenses;
pub(crate) mod link;
mod packages;
mod sbom;

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::Command;

use crate::workspace::{Workspace, missing, output, text};
use crates::Crates;
use file::Compiler;

/// The programs that are published.
const PROGRAMS: [&str; 2] = ["aws", "aws_completer"];

/// Builds the release file only.
pub(crate) fn file(workspace: &Workspace) -> io::Result<()> {
    file::build(workspace, &Compiler::find()?)
}

/// Makes the packages of the release file that is there.
pub(crate) fn packages(workspace: &Workspace) -> io::Result<()> {
    let compiler = Compiler::find()?;
    let crates = Crates::find(workspace, &compiler)?;
    for old in files(&workspace.dist())? {
        if !PROGRAMS.contains(&old.as_str()) {
            fs::remove_file(workspace.dist().join(old))?;
        }
    }
    let packages = packages::make(workspace, &compiler, &crates)?;
    for name in packages.iter().map(String::as_str).chain(["aws"]) {
        sbom::write(workspace, name, &crates)?;
    }
    sums(&workspace.dist())
}

/// Everything.
pub(crate) fn all(workspace: &Workspace) -> io::Result<()> {
    file(workspace)?;
    packages(workspace)
}

/// `SHA256SUMS`, over every other file.
fn sums(dist: &Path) -> io::Result<()> {
    let sums = output(Command::new("sha256sum").args(files(dist)?).current_dir(dist))?;
    fs::write(dist.join("SHA256SUMS"), sums)
}

fn sha256(file: &Path) -> io::Result<String> {
    let line = text(Command::new("sha256sum").stdin(fs::File::open(file)?))?;
    Ok(line.split(' ').next().unwrap_or_default().to_owned())
}

/// The names of the files in a folder, in order.
fn files(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| missing(folder, &error))? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// Compresses a text so that the same text gives the same bytes.
fn gzip(bytes: &[u8], to: &Path) -> io::Result<()> {
    let to = fs::File::create(to).map_err(|error| missing(to, &error))?;
    let mut gzip = Command::new("gzip");
    let mut gzip = gzip.args(["-9n"]).stdin(std::process::Stdio::piped()).stdout(to).spawn()?;
    if let Some(mut input) = gzip.stdin.take() {
        input.write_all(bytes)?;
    }
    let status = gzip.wait()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("gzip: {status}"))) }
}
