//! What is in the packages, and what is said of them.

use std::fs;
use std::process::Command;

use serde_json::Value;

use super::package;
use crate::{output, published, stdout};

/// What every package has, by the ends of the paths.
const EVERYWHERE: [&str; 7] = [
    "/aws",
    "/aws_completer",
    "/THIRD-PARTY-LICENSES.gz",
    "/RUST-COPYRIGHT.html.gz",
    "/README.md",
    "/CHANGELOG.md",
    ".fish",
];

/// Crates that serve to compile or to test, and one that no feature of ours asks for.
const NOT_IN_IT: [&str; 4] = ["cc", "palette", "proptest", "syn"];

fn listed(end: &str) -> Vec<String> {
    let mut list = match end {
        ".tar.gz" => Command::new("tar"),
        ".deb" => Command::new("dpkg-deb"),
        _ => Command::new("rpm"),
    };
    match end {
        ".tar.gz" => list.arg("-tf"),
        ".deb" => list.arg("--contents"),
        _ => list.args(["--query", "--list", "--package"]),
    };
    stdout(list.arg(package(end))).lines().map(str::to_owned).collect()
}

#[test]
#[ignore = "needs cargo xtask dist"]
fn every_package_has_everything() {
    for end in [".tar.gz", ".deb", ".rpm"] {
        let list = listed(end);
        for wanted in EVERYWHERE {
            assert!(list.iter().any(|path| path.ends_with(wanted)), "{end} has no {wanted}: {list:?}");
        }
        for wanted in [
            "/man1/aws-kms-update-custom-key-store.1",
            "/man1/aws-cks.1",
            "/bash-completion/completions/aws",
            "/_aws",
        ] {
            assert!(list.iter().any(|path| path.contains(wanted)), "{end} has no {wanted}: {list:?}");
        }
        assert!(
            list.iter().any(|path| path.ends_with("/LICENSE") || path.ends_with("/copyright")),
            "{end}: {list:?}"
        );
    }
}

#[test]
#[ignore = "needs what cargo xtask dist needs"]
fn a_missing_folder_is_named() {
    let target = tempfile::tempdir().expect("a folder");
    let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let xtask = output(xtask.args(["dist", "packages"]).env("CARGO_TARGET_DIR", target.path()));
    assert_eq!(xtask.status.code(), Some(1), "{xtask:?}");
    let words = String::from_utf8_lossy(&xtask.stderr);
    let wanted = format!("{}: No such file or directory", target.path().join("dist").display());
    assert!(words.starts_with(&wanted), "{words}");
}

#[test]
#[ignore = "needs cargo xtask dist"]
fn the_synopsis_is_the_whole_description() {
    let about = stdout(Command::new("dpkg-deb").arg("--field").arg(package(".deb")).arg("Description"));
    let synopsis = about.lines().next().expect("a line");
    let manifest = include_str!("../../../../Cargo.toml");
    assert!(manifest.contains(&format!("\ndescription = \"{synopsis}\"\n")), "{synopsis}");
}

#[test]
#[ignore = "needs cargo xtask dist"]
fn licenses_name_every_crate() {
    let licenses = stdout(Command::new("gzip").arg("-dc").arg(published("THIRD-PARTY-LICENSES.gz")));
    for wanted in
        ["\naws-sdk-kms 1.", "\nring 0.", "\nnucleo-matcher 0.", ": MPL-2.0, https://", "\nGNU C library 2."]
    {
        assert!(licenses.contains(wanted), "{wanted:?} is missing");
    }
    for crate_name in NOT_IN_IT {
        assert!(!licenses.contains(&format!("\n{crate_name} ")), "{crate_name} is not in the file");
    }
    for text in [
        "Apache License",
        "Mozilla Public License",
        "CDLA-Permissive-2.0",
        "GNU LESSER GENERAL PUBLIC LICENSE",
    ] {
        assert!(licenses.contains(text), "{text:?} is missing");
    }
}

#[test]
#[ignore = "needs cargo xtask dist"]
fn each_package_has_a_bill_of_materials_and_a_checksum() {
    let dist = published("aws").parent().expect("a folder").to_owned();
    let sums = fs::read_to_string(published("SHA256SUMS")).expect("text");
    stdout(Command::new("sha256sum").args(["--strict", "--check", "SHA256SUMS"]).current_dir(&dist));
    for file in [published("aws"), package(".tar.gz"), package(".deb"), package(".rpm")] {
        let name = file.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        let sum = sums.lines().find_map(|line| line.strip_suffix(&format!("  {name}"))).expect("a checksum");
        let bill: Value =
            serde_json::from_slice(&fs::read(published(&format!("{name}.cdx.json"))).expect("a file"))
                .expect("JSON");
        let described = &bill["metadata"]["component"];
        assert_eq!(described["hashes"][0]["content"], sum);
        assert_eq!(described["name"], name.as_str());
        let components = bill["components"].as_array().expect("components");
        assert!(components.len() > 100, "{}", components.len());
        let has = |name: &str| components.iter().any(|component| component["name"] == name);
        assert!(has("rustls") && has("rustls-webpki"));
        for crate_name in NOT_IN_IT {
            assert!(!has(crate_name), "{crate_name} is not in the file");
        }
        let references: Vec<&Value> = components.iter().map(|component| &component["bom-ref"]).collect();
        for dependency in bill["dependencies"].as_array().expect("dependencies") {
            for used in dependency["dependsOn"].as_array().expect("names") {
                assert!(references.contains(&used), "{used} is not described");
            }
        }
        for component in components {
            let is_own = component["name"].as_str().is_some_and(|name| name.starts_with("aws-kms-cli"));
            let is_crate = component["purl"].is_string();
            assert_eq!(component["hashes"].is_array(), is_crate && !is_own, "{component}");
            assert!(
                component["licenses"][0]["expression"].as_str().is_some_and(|text| !text.is_empty()),
                "{component}"
            );
        }
    }
}
