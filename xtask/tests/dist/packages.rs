//! The packages, installed into root folders of their own: beside another `aws`, run, upgraded and removed.

mod archive;
mod completion;
mod contents;
mod debian;
mod image;
mod rpm;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{chroot, published, stdout};

/// A published package, by the end of its name.
fn package(end: &str) -> PathBuf {
    let dist = published("aws").parent().expect("a folder").to_owned();
    let mut names = fs::read_dir(&dist).expect("a folder").map(|entry| entry.expect("an entry").path());
    let is_package = |file: &PathBuf| file.to_str().is_some_and(|name| name.ends_with(end));
    names.find(is_package).unwrap_or_else(|| panic!("there is no {end}: run cargo xtask dist first"))
}

/// All paths in a folder but those under the package manager's own data.
fn paths(root: &Path, data: &str) -> BTreeSet<String> {
    let list = stdout(
        Command::new("find")
            .args([".", "-path", &format!("./{data}"), "-prune", "-o", "-print"])
            .current_dir(root),
    );
    list.lines().map(str::to_owned).collect()
}

/// A root folder with another `aws`, which says that it was asked.
fn root_with_other_aws() -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("a folder");
    fs::set_permissions(root.path(), fs::Permissions::from_mode(0o755)).expect("an open folder");
    let bin = root.path().join("usr/bin");
    fs::create_dir_all(&bin).expect("a folder");
    let source = bin.join("aws.c");
    // Linked without libraries, so that it runs in the root folder.
    fs::write(
        &source,
        "#include <stdio.h>\nint main(int c, char **v) { printf(\"other: %s\\n\", v[1]); return 7; }\n",
    )
    .expect("a file");
    stdout(Command::new("cc").args(["-static", "-o"]).arg(bin.join("aws")).arg(&source));
    fs::remove_file(source).expect("a removed file");
    // Where programs write what nobody is to read.
    fs::create_dir(root.path().join("dev")).expect("a folder");
    fs::write(root.path().join("dev/null"), "").expect("a file");
    root
}

/// A program in a root folder, which finds nothing but what is in there. The answer is its exit code and stdout.
fn run(root: &Path, path: &str, words: &[&str]) -> (Option<i32>, String) {
    let mut program = chroot();
    program.arg(root).args(words).env_clear().env("PATH", path).env("HOME", "/");
    let output = super::output(&mut program);
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Commands as someone types them in a root folder where the package is installed beside another `aws`.
fn check_use(root: &Path) {
    let usual = "/usr/sbin:/usr/bin:/sbin:/bin";
    let first = format!("/usr/lib/aws-kms-cli:{usual}");
    let skeleton = ["kms", "update-custom-key-store", "--generate-cli-skeleton"];
    for (path, aws) in [(usual, "aws-kms-cli"), (first.as_str(), "aws")] {
        let (code, shown) = run(root, path, &[&[aws][..], &skeleton].concat());
        assert_eq!(code, Some(0), "{aws}: {shown}");
        assert!(shown.contains("\"NewCustomKeyStoreName\""), "{aws}: {shown}");
        // What this program does not have goes to the other one, and comes back with its exit code.
        assert_eq!(run(root, path, &[aws, "s3", "ls"]), (Some(7), "other: s3\n".to_owned()), "{aws}");
    }
    // Without it on PATH, `aws` is still the other one.
    assert_eq!(run(root, usual, &["aws", "kms"]), (Some(7), "other: kms\n".to_owned()));
    // As `complete -C aws_completer aws` does.
    let mut completer = chroot();
    completer.arg(root).arg("aws_completer").env_clear().env("PATH", &first);
    completer.env("COMP_LINE", "aws kms update-cus").env("COMP_POINT", "18");
    assert_eq!(stdout(&mut completer).trim(), "update-custom-key-store");
}
