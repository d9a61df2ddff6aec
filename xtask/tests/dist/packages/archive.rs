//! The `.tar.gz` and its install script.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::{package, paths};
use crate::{output, stdout};

/// The unpacked archive: its folder, and where that is.
fn unpacked() -> (TempDir, PathBuf) {
    let work = tempfile::tempdir().expect("a folder");
    stdout(
        Command::new("tar")
            .arg("--extract")
            .arg("--file")
            .arg(package(".tar.gz"))
            .arg("--directory")
            .arg(work.path()),
    );
    let mut entries = fs::read_dir(work.path()).expect("a folder");
    let folder = entries.next().expect("a folder").expect("an entry").path();
    assert!(entries.next().is_none(), "everything is in one folder");
    (work, folder)
}

fn install(folder: &Path, prefix: &Path) -> Command {
    let mut install = Command::new(folder.join("install"));
    install.arg("--prefix").arg(prefix).env_remove("DESTDIR");
    install
}

#[test]
#[ignore = "needs cargo xtask dist"]
fn it_goes_into_a_prefix_and_out_of_it() {
    let (work, folder) = unpacked();
    // One that is there, with something in it, and one that is not.
    let used = work.path().join("used");
    fs::create_dir_all(used.join("share/man/man1")).expect("a folder");
    fs::write(used.join("share/man/man1/other.1"), "").expect("a file");
    let before = paths(work.path(), "nothing");
    for prefix in [&used, &work.path().join("new")] {
        stdout(&mut install(&folder, prefix));
        let version = stdout(Command::new(prefix.join("bin/aws")).arg("--version"));
        assert!(version.starts_with("aws-cli/"), "{version}");
        let mut completer = Command::new(prefix.join("bin/aws_completer"));
        completer.env("COMP_LINE", "aws kms update-cus").env("COMP_POINT", "18");
        assert_eq!(stdout(&mut completer).trim(), "update-custom-key-store");
        for file in
            ["share/man/man1/aws-kms.1", "share/zsh/site-functions/_aws", "share/doc/aws-kms-cli/LICENSE"]
        {
            assert!(prefix.join(file).is_file(), "{file}");
        }
        stdout(install(&folder, prefix).arg("--uninstall"));
    }
    assert_eq!(paths(work.path(), "nothing"), before);
}

#[test]
#[ignore = "needs cargo xtask dist"]
fn a_later_version_replaces_an_earlier_one() {
    let (work, folder) = unpacked();
    let prefix = work.path().join("prefix");
    let page = "share/man/man1/aws-kms-old.1";
    fs::create_dir(folder.join("share/old")).expect("a folder");
    for old in [page, "share/old/file"] {
        fs::write(folder.join(old), "").expect("a file");
    }
    stdout(&mut install(&folder, &prefix));
    assert!(prefix.join(page).is_file());
    for old in [page, "share/old/file"] {
        fs::remove_file(folder.join(old)).expect("a removed file");
    }
    // While the old program runs.
    let mut running = Command::new(prefix.join("bin/aws"));
    let mut running =
        running.args(["kms", "update-custom-key-store", "--cli-input-json", "file:///dev/stdin"]);
    running = running.stdin(std::process::Stdio::piped()).stderr(std::process::Stdio::null());
    let mut running = running.spawn().expect("a started program");
    stdout(&mut install(&folder, &prefix));
    running.kill().expect("a running program");
    running.wait().expect("an ended program");
    assert!(!prefix.join(page).exists());
    stdout(install(&folder, &prefix).arg("--uninstall"));
    assert!(!prefix.exists(), "{:?}", paths(&prefix, "nothing"));
}

#[test]
#[ignore = "needs cargo xtask dist"]
fn nothing_of_another_program_is_touched() {
    let (work, folder) = unpacked();
    let prefix = work.path().join("prefix");
    fs::create_dir_all(prefix.join("bin")).expect("a folder");
    fs::write(prefix.join("bin/aws"), "the AWS CLI's").expect("a file");
    let before = paths(&prefix, "nothing");
    let refused = output(&mut install(&folder, &prefix));
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    let words = String::from_utf8_lossy(&refused.stderr);
    assert!(words.contains("/bin/aws belongs to another program; choose another --prefix"), "{words}");
    assert_eq!(paths(&prefix, "nothing"), before);
    let refused = output(install(&folder, &prefix).arg("--uninstall"));
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    assert_eq!(fs::read_to_string(prefix.join("bin/aws")).expect("a file"), "the AWS CLI's");
}

#[test]
#[ignore = "needs cargo xtask dist"]
fn destdir_stands_in_front_of_the_prefix() {
    let (work, folder) = unpacked();
    let destination = work.path().join("destination");
    stdout(install(&folder, Path::new("/opt/aws-kms-cli")).env("DESTDIR", &destination));
    assert!(destination.join("opt/aws-kms-cli/bin/aws").is_file());
}
