//! The `.rpm`, by rpm. The shell that its scripts need is busybox's.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{check_use, package, paths, root_with_other_aws};
use crate::{is_root, stdout};

const DATA: &str = "var/lib/rpm";

fn rpm(root: &Path, action: &str) -> Command {
    let mut rpm = Command::new("rpm");
    rpm.env("LC_ALL", "C").arg("--root").arg(root).arg(format!("--dbpath=/{DATA}")).arg(action);
    // On Debian, rpm wants to be told that it is meant.
    if ["--install", "--upgrade", "--erase"].contains(&action) && Path::new("/etc/debian_version").exists() {
        rpm.arg("--force-debian");
    }
    if ["--install", "--upgrade", "--verify"].contains(&action) {
        // What the scripts need is there, but rpm has not installed it.
        rpm.arg("--nodeps");
    }
    rpm
}

/// Folders that are part of every system, or that rpm makes itself.
const USUAL_FOLDERS: [&str; 8] = [
    "usr/lib",
    "usr/share/bash-completion/completions",
    "usr/share/doc",
    "usr/share/fish/vendor_completions.d",
    "usr/share/licenses",
    "usr/share/man/man1",
    "usr/share/zsh/site-functions",
    "var/tmp",
];

fn add_usual(root: &Path) {
    for folder in USUAL_FOLDERS {
        fs::create_dir_all(root.join(folder)).expect("a folder");
    }
    let folder = root.join("bin");
    fs::create_dir(&folder).expect("a folder");
    fs::copy("/bin/busybox", folder.join("busybox")).expect("busybox is installed, as a static file");
    for name in ["sh", "ln", "rm", "rmdir"] {
        symlink("busybox", folder.join(name)).expect("a link");
    }
}

/// The same package as an earlier release.
fn earlier(work: &Path) -> PathBuf {
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
    add_usual(root);
    stdout(&mut rpm(root, "--initdb"));
    let before = paths(root, DATA);

    stdout(rpm(root, "--install").arg(earlier(work.path())));
    check_use(root);
    stdout(rpm(root, "--upgrade").arg(package(".rpm")));
    check_use(root);
    assert_eq!(
        stdout(rpm(root, "--query").args(["--all", "--queryformat", "%{NAME} %{RELEASE}\n"])),
        "aws-kms-cli 1\n"
    );
    assert_eq!(stdout(rpm(root, "--verify").arg("aws-kms-cli")), "");
    stdout(rpm(root, "--erase").arg("aws-kms-cli"));
    assert_eq!(paths(root, DATA), before);
}
