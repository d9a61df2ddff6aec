//! The manual pages that `cargo xtask man` writes.
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use aws_kms_cli::testing::commands;
use tempfile::TempDir;

fn pages() -> (TempDir, Vec<PathBuf>) {
    let folder = tempfile::tempdir().expect("a folder");
    let xtask = Command::new(env!("CARGO_BIN_EXE_xtask")).arg("man").arg(folder.path()).output();
    let xtask = xtask.expect("a started program");
    assert!(xtask.status.success(), "{xtask:?}");
    let entries = fs::read_dir(folder.path()).expect("a folder");
    let mut pages: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    pages.sort();
    (folder, pages)
}

/// What `man` makes of a page, on a terminal of 80 columns. None where there is no such program.
fn man(page: &Path) -> Option<Output> {
    let mut man = Command::new("man");
    man.args(["--warnings", "--local-file"]).arg(page);
    match man.env("LC_ALL", "C.UTF-8").env("MANWIDTH", "80").env("MANPAGER", "cat").output() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            _ = writeln!(io::stderr(), "skipped: there is no man");
            None
        }
        output => Some(output.expect("a started program")),
    }
}

#[test]
fn an_error_names_the_folder() {
    let xtask = Command::new(env!("CARGO_BIN_EXE_xtask")).args(["man", "/dev/null/man"]).output();
    let xtask = xtask.expect("a started program");
    assert_eq!(xtask.status.code(), Some(1));
    let words = String::from_utf8_lossy(&xtask.stderr);
    assert!(words.starts_with("/dev/null/man: "), "{words}");
}

#[test]
fn every_command_has_a_page() {
    let (_folder, pages) = pages();
    let names: BTreeSet<&str> =
        pages.iter().filter_map(|page| page.file_name()?.to_str()?.strip_suffix(".1")).collect();
    for command in commands() {
        assert!(names.contains(format!("aws-kms-{}", command.name).as_str()), "{}", command.name);
    }
    for name in ["aws-kms", "aws-kms-wait-custom-key-store-connected", "aws-cks", "aws-cks-apply"] {
        assert!(names.contains(name), "{name}: {names:?}");
    }
    assert!(!names.contains("aws"), "that page is the full AWS CLI's");
}

#[test]
fn man_shows_every_page_without_a_warning() {
    let (_folder, pages) = pages();
    for page in pages {
        let Some(shown) = man(&page) else { return };
        let warnings = String::from_utf8_lossy(&shown.stderr);
        assert!(shown.status.success() && warnings.is_empty(), "{}: {warnings}", page.display());
        assert!(shown.stdout.len() > 500, "{}: {shown:?}", page.display());
    }
}

#[test]
fn a_page_has_what_help_has() {
    let (folder, _) = pages();
    let Some(shown) = man(&folder.path().join("aws-kms-update-custom-key-store.1")) else { return };
    let shown = String::from_utf8_lossy(&shown.stdout);
    for words in [
        "\nNAME\n       aws-kms-update-custom-key-store - Changes the properties",
        "\nSYNOPSIS\n       aws kms update-custom-key-store\n       --custom-key-store-id <string>\n",
        "\n       --xks-proxy-uri-path (string)\n",
        "\n              ^(com|eu)\\.amazonaws\\.vpce\\.([a-z]+-){2,3}\\d+\\.vpce-svc-[0-9a-z]+$\n",
        "\n              aws kms update-custom-key-store \\\n                --custom-key-store-id cks-1234567890abcdef0 \\\n",
        "\nERRORS\n",
        "\nGLOBAL OPTIONS\n",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
}
