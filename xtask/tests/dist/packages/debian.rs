//! The `.deb`, by dpkg. It has no maintainer scripts, so nothing of the root folder's own is run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{check_use, package, paths, root_with_other_aws};
use crate::{is_root, output, stdout};

const DATA: &str = "var/lib/dpkg";

/// What Debian's `awscli` has beside its Python files.
const FILES_OF_AWSCLI: [&str; 4] = [
    "usr/bin/aws",
    "usr/libexec/aws_completer",
    "usr/share/bash-completion/completions/aws",
    "usr/share/zsh/vendor-completions/_aws",
];

fn dpkg(root: &Path) -> Command {
    let mut dpkg = Command::new("dpkg");
    dpkg.env("LC_ALL", "C").arg("--root").arg(root).arg("--log=/dev/null");
    dpkg
}

fn install(root: &Path, deb: &Path) {
    stdout(dpkg(root).arg("--install").arg(deb));
}

/// The package unpacked, changed and packed again.
fn changed(deb: &Path, work: &Path, change: impl FnOnce(&Path)) -> PathBuf {
    let folder = work.join("changed");
    stdout(Command::new("dpkg-deb").arg("--raw-extract").arg(deb).arg(&folder));
    change(&folder);
    let changed = work.join("changed.deb");
    stdout(Command::new("dpkg-deb").args(["--root-owner-group", "--build"]).arg(&folder).arg(&changed));
    changed
}

/// The other package, with the files that could clash.
fn awscli(work: &Path, aws: &Path) -> PathBuf {
    let folder = work.join("awscli");
    for file in FILES_OF_AWSCLI {
        let file = folder.join(file);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::copy(aws, file).expect("a copy");
    }
    fs::create_dir(folder.join("DEBIAN")).expect("a folder");
    let control = "Package: awscli\nVersion: 2.23.6-1\nArchitecture: all\nMaintainer: nobody\nDescription: another aws\n";
    fs::write(folder.join("DEBIAN/control"), control).expect("a file");
    let deb = work.join("awscli.deb");
    stdout(Command::new("dpkg-deb").args(["--root-owner-group", "--build"]).arg(&folder).arg(&deb));
    deb
}

#[test]
#[ignore = "needs cargo xtask dist"]
fn it_is_installed_upgraded_and_removed_beside_awscli() {
    if !is_root() {
        return;
    }
    let work = tempfile::tempdir().expect("a folder");
    let root = root_with_other_aws();
    let root = root.path();
    for file in ["status", "available"] {
        fs::create_dir_all(root.join(DATA).join("info")).expect("a folder");
        fs::create_dir_all(root.join(DATA).join("updates")).expect("a folder");
        fs::write(root.join(DATA).join(file), "").expect("a file");
    }
    let other = work.path().join("other-aws");
    fs::rename(root.join("usr/bin/aws"), &other).expect("a moved file");
    install(root, &awscli(work.path(), &other));
    let before = paths(root, DATA);

    let deb = package(".deb");
    let old = changed(&deb, work.path(), |folder| {
        let control = fs::read_to_string(folder.join("DEBIAN/control")).expect("a file");
        let lines =
            control.lines().map(|line| if line.starts_with("Version: ") { "Version: 0.0.1-1" } else { line });
        fs::write(folder.join("DEBIAN/control"), lines.collect::<Vec<_>>().join("\n") + "\n")
            .expect("a file");
        // A page that the new version does not have any more.
        fs::copy(
            folder.join("usr/share/man/man1/aws-kms.1.gz"),
            folder.join("usr/share/man/man1/aws-kms-old.1.gz"),
        )
        .expect("a copy");
    });
    install(root, &old);
    assert!(root.join("usr/share/man/man1/aws-kms-old.1.gz").is_file());
    check_use(root);
    install(root, &deb);
    assert!(!root.join("usr/share/man/man1/aws-kms-old.1.gz").exists());
    check_use(root);
    assert_eq!(stdout(dpkg(root).args(["--verify", "aws-kms-cli"])), "");
    stdout(dpkg(root).args(["--purge", "aws-kms-cli"]));
    assert_eq!(paths(root, DATA), before);
    let known = output(dpkg(root).args(["--status", "aws-kms-cli"]));
    assert_eq!(known.status.code(), Some(1), "{known:?}");
}
