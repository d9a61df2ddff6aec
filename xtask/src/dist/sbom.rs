//! A software bill of materials for each package, in CycloneDX's JSON.

use std::fs;
use std::io;

use serde_json::{Value, json};

use super::crates::{Crate, Crates};
use super::sha256;
use crate::workspace::{PROGRAM, Workspace, text};

/// Writes what is in a published file beside it.
pub(super) fn write(workspace: &Workspace, file: &str, crates: &Crates) -> io::Result<()> {
    let path = workspace.dist().join(file);
    let time = text(
        std::process::Command::new("date")
            .args(["--utc", "+%Y-%m-%dT%H:%M:%SZ", "--date"])
            .arg(format!("@{}", workspace.source_date()?)),
    )?;
    let program = crates.all.iter().find(|one| one.name == PROGRAM);
    let libraries = [
        json!({
            "type": "library", "bom-ref": "rust-std", "name": "Rust's standard library", "version": crates.rust,
            "licenses": [{ "expression": "MIT OR Apache-2.0" }],
        }),
        json!({
            "type": "library", "bom-ref": "glibc", "name": "glibc", "version": crates.glibc,
            "licenses": [{ "expression": "LGPL-2.1-or-later" }],
            "cpe": format!("cpe:2.3:a:gnu:glibc:{}:*:*:*:*:*:*:*", crates.glibc),
        }),
    ];
    let components: Vec<Value> = crates.all.iter().map(component).chain(libraries).collect();
    let of_crate = |one: &Crate| {
        let uses: Vec<String> = one.uses.iter().map(|place| reference(&crates.all[*place])).collect();
        json!({ "ref": reference(one), "dependsOn": uses })
    };
    let contents: Vec<String> =
        program.map(reference).into_iter().chain(["rust-std".into(), "glibc".into()]).collect();
    let package = json!({ "ref": file, "dependsOn": contents });
    let dependencies: Vec<Value> = [package].into_iter().chain(crates.all.iter().map(of_crate)).collect();
    let bill = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": time,
            "component": {
                "type": "application",
                "bom-ref": file,
                "name": file,
                "version": workspace.version,
                "hashes": [{ "alg": "SHA-256", "content": sha256(&path)? }],
                "licenses": [{ "expression": "Apache-2.0" }],
            },
        },
        "components": components,
        "dependencies": dependencies,
    });
    let bytes = serde_json::to_vec_pretty(&bill)?;
    fs::write(workspace.dist().join(format!("{file}.cdx.json")), bytes)
}

fn component(one: &Crate) -> Value {
    let mut component = json!({
        "type": "library",
        "bom-ref": reference(one),
        "name": one.name,
        "version": one.version,
        "purl": reference(one),
        "licenses": [{ "expression": one.license }],
    });
    if let Some(sha256) = &one.sha256 {
        component["hashes"] = json!([{ "alg": "SHA-256", "content": sha256 }]);
    }
    if let Some(repository) = &one.repository {
        component["externalReferences"] = json!([{ "type": "vcs", "url": repository }]);
    }
    component
}

/// The crate's address as a package URL.
fn reference(one: &Crate) -> String {
    format!("pkg:cargo/{}@{}", one.name, one.version)
}
