//! What the release file is made of: the crates that are compiled into it, Rust's library and the C library.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::file::Compiler;
use super::missing;
use crate::workspace::{Workspace, cargo, failed, output, text};

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
        let uses = uses(&metadata);
        let root = metadata["resolve"]["root"].as_str().ok_or_else(|| failed("cargo names no package"))?;
        let linked = linked(root, &uses);
        let mut packages: Vec<&Value> = array(&metadata["packages"]);
        packages.retain(|package| linked.contains(string(&package["id"])));
        packages.sort_by_key(|package| (string(&package["name"]), string(&package["version"])));
        let places: BTreeMap<&str, usize> =
            packages.iter().enumerate().map(|(place, package)| (string(&package["id"]), place)).collect();
        let of_package = |package: &&Value| Crate {
            name: string(&package["name"]).to_owned(),
            version: string(&package["version"]).to_owned(),
            license: string(&package["license"]).replace('/', " OR "),
            authors: array(&package["authors"]).into_iter().map(|author| string(author).to_owned()).collect(),
            repository: package["repository"].as_str().map(str::to_owned),
            sha256: sums.get(&(string(&package["name"]).into(), string(&package["version"]).into())).cloned(),
            folder: Path::new(string(&package["manifest_path"])).parent().unwrap_or(Path::new("")).into(),
            uses: uses[string(&package["id"])].iter().filter_map(|id| places.get(id).copied()).collect(),
        };
        let glibc = text(Command::new("getconf").arg("GNU_LIBC_VERSION"))?;
        Ok(Crates {
            all: packages.iter().map(of_package).collect(),
            rust: compiler.version.clone(),
            glibc: glibc.trim_start_matches("glibc ").to_owned(),
        })
    }
}

/// Which packages each one uses when it runs: neither what its tests nor what its build needs.
fn uses<'a>(metadata: &'a Value) -> BTreeMap<&'a str, Vec<&'a str>> {
    let is_used = |used: &&Value| array(&used["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
    let of_node = |node: &'a Value| {
        array(&node["deps"]).into_iter().filter(is_used).map(|used| string(&used["pkg"])).collect()
    };
    let nodes = array(&metadata["resolve"]["nodes"]).into_iter();
    nodes.map(|node| (string(&node["id"]), of_node(node))).collect()
}

/// The package and all that it uses, directly or not.
fn linked<'a>(root: &'a str, uses: &BTreeMap<&str, Vec<&'a str>>) -> BTreeSet<&'a str> {
    let mut linked = BTreeSet::new();
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        if linked.insert(id) {
            open.extend(uses.get(id).into_iter().flatten());
        }
    }
    linked
}

/// The checksums in `Cargo.lock`, by name and version.
fn checksums(lock: &Path) -> io::Result<BTreeMap<(String, String), String>> {
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

fn array(value: &Value) -> Vec<&Value> {
    value.as_array().into_iter().flatten().collect()
}

fn string(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
