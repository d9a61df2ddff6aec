//! The `.tar.gz` and its install script.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

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

/// Runs an install that fails. The answer is what it says.
fn refused(install: &mut Command) -> String {
    let Output { status, stderr, .. } = output(install);
    let words = String::from_utf8_lossy(&stderr).into_owned();
    assert_eq!(status.code(), Some(1), "{words}");
    words
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
    for prefix in [&used, &work.path().join("new/within/new")] {
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
    let words = refused(&mut install(&folder, &prefix));
    assert!(words.contains("/bin/aws belongs to another program, or was changed; choose another"), "{words}");
    assert_eq!(paths(&prefix, "nothing"), before);
    refused(install(&folder, &prefix).arg("--uninstall"));
    assert_eq!(fs::read_to_string(prefix.join("bin/aws")).expect("a file"), "the AWS CLI's");
}

/// As the installer of the AWS CLI does it, which puts a link in the place of what is there.
#[test]
#[ignore = "needs cargo xtask dist"]
fn a_program_that_comes_later_is_not_touched_either() {
    let (work, folder) = unpacked();
    let prefix = work.path().join("prefix");
    let (aws, other) = (prefix.join("bin/aws"), work.path().join("aws-cli"));
    let page = prefix.join("share/man/man1/aws-kms.1");
    // A link to the same bytes is not ours either.
    for text in [b"the AWS CLI's".to_vec(), fs::read(folder.join("bin/aws")).expect("a file")] {
        fs::write(&other, &text).expect("a file");
        stdout(&mut install(&folder, &prefix));
        fs::remove_file(&aws).expect("a removed file");
        symlink(&other, &aws).expect("a link");
        fs::write(&page, "changed").expect("a file");
        let before = paths(&prefix, "nothing");
        let words = refused(&mut install(&folder, &prefix));
        assert!(words.contains("/bin/aws belongs to another program, or was changed;"), "{words}");
        assert_eq!(paths(&prefix, "nothing"), before);
        let gone = output(install(&folder, &prefix).arg("--uninstall"));
        let words = String::from_utf8_lossy(&gone.stderr);
        for file in ["bin/aws", "share/man/man1/aws-kms.1"] {
            let line =
                format!("install: {} stays: it is not what was installed\n", prefix.join(file).display());
            assert!(words.contains(&line), "{words}");
        }
        assert_eq!(fs::read_link(&aws).expect("a link"), other);
        assert_eq!(fs::read(&other).expect("a file"), text);
        let left = paths(&prefix, "nothing").into_iter().collect::<Vec<_>>();
        let folders = [".", "./bin", "./share", "./share/man", "./share/man/man1"];
        assert_eq!(
            left,
            [&folders[..1], &["./bin", "./bin/aws"], &folders[2..], &["./share/man/man1/aws-kms.1"]].concat()
        );
        fs::remove_dir_all(&prefix).expect("a removed folder");
    }
}

#[test]
#[ignore = "needs cargo xtask dist"]
fn what_breaks_off_can_be_taken_away() {
    let (work, folder) = unpacked();
    // Before any file is there: what should be a folder is none.
    let prefix = work.path().join("early");
    fs::create_dir_all(prefix.join("share")).expect("a folder");
    fs::write(prefix.join("share/man"), "").expect("a file");
    let before = paths(&prefix, "nothing");
    refused(&mut install(&folder, &prefix));
    assert_eq!(paths(&prefix, "nothing"), before);

    // In the middle of an upgrade: one of the new files is none.
    let prefix = work.path().join("late");
    stdout(&mut install(&folder, &prefix));
    fs::write(folder.join("bin/aws"), "new").expect("a file");
    fs::write(folder.join("share/man/man1/aws.1"), "new").expect("a file");
    let page = prefix.join("share/man/man1/aws-kms.1.new");
    fs::create_dir_all(page.join("aws-kms.1")).expect("a folder");
    refused(&mut install(&folder, &prefix));
    assert_eq!(fs::read_to_string(prefix.join("bin/aws")).expect("a file"), "new");
    fs::remove_dir_all(page).expect("a removed folder");
    // It goes on from there, or goes away.
    let copy = work.path().join("copy");
    stdout(Command::new("cp").arg("-a").args([&prefix, &copy]));
    stdout(&mut install(&folder, &prefix));
    for again in [true, false] {
        assert_eq!(output(install(&folder, &prefix).arg("--uninstall")).stderr, b"");
        assert!(!prefix.exists(), "{:?}", paths(&prefix, "nothing"));
        if again {
            fs::rename(&copy, &prefix).expect("a moved folder");
        }
    }
}

#[test]
#[ignore = "needs cargo xtask dist"]
fn others_can_read_it_whatever_the_umask_is() {
    let (work, folder) = unpacked();
    let prefix = work.path().join("above/prefix");
    let mut shell = Command::new("sh");
    shell.args(["-c", "umask 077 && exec \"$@\"", "sh"]).arg(folder.join("install"));
    stdout(shell.arg("--prefix").arg(&prefix));
    for path in ["..", ".", "bin", "bin/aws", "share/man", "share/aws-kms-cli", "share/aws-kms-cli/installed"]
    {
        let mode = fs::metadata(prefix.join(path)).expect("a path").permissions().mode();
        assert_eq!(mode & 0o044, 0o044, "{path}: {mode:o}");
    }
}

#[test]
#[ignore = "needs cargo xtask dist"]
fn folders_are_those_that_were_meant() {
    let (work, folder) = unpacked();
    let here = work.path().join("here");
    fs::create_dir(&here).expect("a folder");
    for (words, wanted) in [
        (&["--prefix="][..], "--prefix needs a folder"),
        (&["--prefix", ""], "--prefix needs a folder"),
        (&["--prefix=~/.local"], "the shell has left the ~ of ~/.local as it is"),
    ] {
        let words = refused(Command::new(folder.join("install")).args(words).current_dir(&here));
        assert!(words.contains(wanted), "{words}");
    }
    assert_eq!(fs::read_dir(&here).expect("a folder").count(), 0);
    // Nothing of these is meant by the folder of the script.
    fs::create_dir_all(here.join("elsewhere/archive")).expect("a folder");
    fs::rename(&folder, here.join("archive")).expect("a moved folder");
    let mut install = Command::new("archive/install");
    install.args(["--prefix", "/opt"]).env("CDPATH", here.join("elsewhere")).env("DESTDIR", "destination");
    stdout(install.current_dir(&here));
    assert!(here.join("destination/opt/bin/aws").is_file());
}

#[test]
#[ignore = "needs cargo xtask dist"]
fn destdir_stands_in_front_of_the_prefix() {
    let (work, folder) = unpacked();
    let destination = work.path().join("destination");
    stdout(install(&folder, Path::new("/opt/aws-kms-cli")).env("DESTDIR", &destination));
    assert!(destination.join("opt/aws-kms-cli/bin/aws").is_file());
}
