//! What the release file is made of: the crates that are compiled into it, Rust's library and the C library.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::file::Compiler;
use crate::workspace::{PROGRAM, Workspace, cargo, failed, missing, output, text};

/// A crate's name and version.
type Id = (String, String);

/// A crate in the file.
pub(super) struct Crate {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) license: String,
    pub(super) authors: Vec<String>,
    pub(super) repository: Option<String>,
    /// Of the archive on crates.io; the crates of this workspace have none.
    pub(super) sha256: Option<String>,
    pub(super) folder: PathBuf,
    /// Where the crates are that it uses.
    pub(super) uses: Vec<usize>,
}

/// Everything in the file.
pub(super) struct Crates {
    /// By name and version.
    pub(super) all: Vec<Crate>,
    pub(super) rust: String,
    pub(super) glibc: String,
}

impl Crates {
    pub(super) fn find(workspace: &Workspace, compiler: &Compiler) -> io::Result<Crates> {
        let mut metadata = cargo();
        metadata.args([
            "metadata",
            "--locked",
            "--format-version",
            "1",
            "--filter-platform",
            &compiler.target,
        ]);
        let metadata: Value = serde_json::from_slice(&output(metadata.current_dir(&workspace.root))?)?;
        let sums = checksums(&workspace.root.join("Cargo.lock"))?;
        let uses = uses(workspace, compiler)?;
        let mut packages: Vec<&Value> = array(&metadata["packages"]);
        packages.retain(|package| uses.contains_key(&id(package)));
        packages.sort_by_key(|package| id(package));
        let places: BTreeMap<Id, usize> =
            packages.iter().enumerate().map(|(place, package)| (id(package), place)).collect();
        if places.len() != uses.len() {
            return Err(failed("cargo tree names crates that cargo metadata does not have"));
        }
        let of_package = |package: &&Value| Crate {
            name: string(&package["name"]).to_owned(),
            version: string(&package["version"]).to_owned(),
            license: string(&package["license"]).replace('/', " OR "),
            authors: array(&package["authors"]).into_iter().map(|author| string(author).to_owned()).collect(),
            repository: package["repository"].as_str().map(str::to_owned),
            sha256: sums.get(&id(package)).cloned(),
            folder: Path::new(string(&package["manifest_path"])).parent().unwrap_or(Path::new("")).into(),
            uses: uses[&id(package)].iter().filter_map(|id| places.get(id).copied()).collect(),
        };
        let glibc = text(Command::new("getconf").arg("GNU_LIBC_VERSION"))?;
        Ok(Crates {
            all: packages.iter().map(of_package).collect(),
            rust: compiler.version.clone(),
            glibc: glibc.trim_start_matches("glibc ").to_owned(),
        })
    }
}

/// The crates of the file, and which ones each of them uses there: with the features of the program's own build, and without
/// what serves to compile or to test. `cargo metadata` knows only what the whole workspace could need.
fn uses(workspace: &Workspace, compiler: &Compiler) -> io::Result<BTreeMap<Id, BTreeSet<Id>>> {
    let mut tree = cargo();
    tree.args(["tree", "--locked", "--package", PROGRAM, "--edges", "normal,no-proc-macro"]);
    tree.args(["--target", &compiler.target, "--prefix", "depth", "--format", "{p}"]);
    let mut uses: BTreeMap<Id, BTreeSet<Id>> = BTreeMap::new();
    // From the program to the crate of the last line.
    let mut path: Vec<Id> = Vec::new();
    for line in text(tree.current_dir(&workspace.root))?.lines() {
        let unknown = || failed(format!("cargo tree says {line:?}"));
        let start = line.find(|c: char| !c.is_ascii_digit()).ok_or_else(unknown)?;
        let depth = line[..start].parse().map_err(|_| unknown())?;
        let mut words = line[start..].split(' ');
        let (Some(name), Some(version)) = (words.next(), words.next()) else { return Err(unknown()) };
        let id = (name.to_owned(), version.trim_start_matches('v').to_owned());
        path.truncate(depth);
        if let Some(user) = path.last() {
            uses.entry(user.clone()).or_default().insert(id.clone());
        }
        uses.entry(id.clone()).or_default();
        path.push(id);
    }
    Ok(uses)
}

/// The checksums in `Cargo.lock`, by name and version.
fn checksums(lock: &Path) -> io::Result<BTreeMap<Id, String>> {
    let lock = fs::read_to_string(lock).map_err(|error| missing(lock, &error))?;
    let of_package = |package: &str| {
        let value = |name: &str| {
            let line = package.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = \""));
            line.map(|value| value.trim_end_matches('"').to_owned())
        };
        Some(((value("name")?, value("version")?), value("checksum")?))
    };
    Ok(lock.split("[[package]]").filter_map(of_package).collect())
}

fn id(package: &Value) -> Id {
    (string(&package["name"]).to_owned(), string(&package["version"]).to_owned())
}

fn array(value: &Value) -> Vec<&Value> {
    value.as_array().into_iter().flatten().collect()
}

fn string(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
