//! The `.rpm`, by rpm. Its scripts are run by rpm itself, so the root folder needs no shell.

use std::path::Path;
use std::process::Command;

use super::{check_use, package, paths, root_with_other_aws};
use crate::{is_root, stdout};

const DATA: &str = "var/lib/rpm";

fn rpm(root: &Path) -> Command {
    let mut rpm = Command::new("rpm");
    rpm.env("LC_ALL", "C").arg("--root").arg(root).arg(format!("--dbpath=/{DATA}"));
    // On Debian, rpm wants to be told that it is meant.
    if Path::new("/etc/debian_version").exists() {
        rpm.arg("--force-debian");
    }
    rpm
}

/// The same package as an earlier release.
fn earlier(work: &Path) -> std::path::PathBuf {
    let rpm = work.join("earlier.rpm");
    let target = package(".rpm").ancestors().nth(2).expect("the target folder").to_owned();
    let about = stdout(Command::new("rustc").arg("-vV"));
    let host = about.lines().find_map(|line| line.strip_prefix("host: ")).expect("a target");
    let mut tool = Command::new("cargo");
    tool.args(["generate-rpm", "--target", host, "--set-metadata", "release = \"0\"", "--target-dir"])
        .arg(target);
    tool.arg("--output").arg(&rpm).current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."));
    stdout(&mut tool);
    rpm
}

#[test]
#[ignore = "needs cargo xtask dist"]
fn it_is_installed_upgraded_and_removed_beside_another_aws() {
    if !is_root() {
        return;
    }
    let work = tempfile::tempdir().expect("a folder");
    let root = root_with_other_aws();
    let root = root.path();
    stdout(rpm(root).arg("--initdb"));
    let before = paths(root, DATA);

    stdout(rpm(root).arg("--install").arg(earlier(work.path())));
    check_use(root);
    stdout(rpm(root).arg("--upgrade").arg(package(".rpm")));
    check_use(root);
    assert_eq!(
        stdout(rpm(root).args(["--query", "--all", "--queryformat", "%{NAME} %{RELEASE}\n"])),
        "aws-kms-cli 1\n"
    );
    assert_eq!(stdout(rpm(root).args(["--verify", "aws-kms-cli"])), "");
    stdout(rpm(root).args(["--erase", "aws-kms-cli"]));
    let after = paths(root, DATA);
    assert_eq!(after.difference(&before).collect::<Vec<_>>(), Vec::<&String>::new());
    assert_eq!(before.difference(&after).collect::<Vec<_>>(), Vec::<&String>::new());
}
