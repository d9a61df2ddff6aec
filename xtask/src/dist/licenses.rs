//! `THIRD-PARTY-LICENSES`: which crates are in the file, and their license texts. A text that several crates have stands once.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::io;
use std::path::Path;

use super::crates::{Crate, Crates};
use super::files;
use crate::workspace::{Workspace, failed, missing};

/// How files with licenses begin, in capitals.
const NAMES: [&str; 5] = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE"];

/// Between two texts.
const LINE: &str = "--------------------------------------------------------------------------------\n";

/// What a crate without a text says of itself, if it is the MIT license.
const MIT: &str = include_str!("../../../packaging/licenses/MIT.txt");

pub(super) fn text(workspace: &Workspace, crates: &Crates) -> io::Result<String> {
    let mut list = String::from("What is compiled into aws-kms-cli, and under which license:\n\n");
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for one in crates.all.iter().filter(|one| one.sha256.is_some()) {
        let name = format!("{} {}", one.name, one.version);
        let at = one.repository.as_deref().map(|at| format!(", {at}")).unwrap_or_default();
        _ = writeln!(list, "{name}: {}{at}", one.license);
        for text in of_crate(one)? {
            texts.entry(text).or_default().push(name.clone());
        }
    }
    _ = writeln!(list, "Rust's standard library {}: MIT OR Apache-2.0, see RUST-COPYRIGHT.html", crates.rust);
    _ = writeln!(list, "GNU C library {}: LGPL-2.1-or-later, see the end", crates.glibc);
    let mut texts: Vec<_> = texts.into_iter().collect();
    texts.sort_by(|a, b| a.1.cmp(&b.1));
    for (text, names) in texts {
        _ = write!(list, "\n{LINE}{}\n{LINE}\n{}\n", names.join("\n"), text.trim_end());
    }
    let glibc = workspace.root.join("packaging/licenses/glibc.txt");
    let glibc_text = fs::read_to_string(&glibc).map_err(|error| missing(&glibc, &error))?;
    _ = write!(list, "\n{LINE}GNU C library {}\n{LINE}\n{glibc_text}", crates.glibc);
    Ok(list)
}

/// The texts in a crate's folder.
fn of_crate(one: &Crate) -> io::Result<Vec<String>> {
    let mut texts = Vec::new();
    for file in files(&one.folder)? {
        let name = file.to_uppercase();
        if NAMES.iter().any(|start| name.starts_with(start)) {
            let bytes = fs::read(one.folder.join(&file))?;
            texts.push(String::from_utf8_lossy(&bytes).replace("\r\n", "\n").trim_end().to_owned());
        }
    }
    if texts.is_empty() && one.license == "MIT" {
        let authors = one.authors.join(", ");
        let holders = if authors.is_empty() { format!("the authors of {}", one.name) } else { authors };
        texts.push(MIT.replace("HOLDERS", &holders));
    }
    if texts.is_empty() {
        return Err(failed(format!("{} {} comes without a license text", one.name, one.version)));
    }
    Ok(texts)
}

/// What the toolchain says of Rust's library and of what that uses.
pub(super) fn of_rust(sysroot: &Path) -> io::Result<Vec<u8>> {
    let file = sysroot.join("share/doc/rust/COPYRIGHT-library.html");
    fs::read(&file).map_err(|error| missing(&file, &error))
}
