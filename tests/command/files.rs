//! What a run leaves behind: nothing, unless credentials are fetched.

use std::path::Path;
use std::process::Stdio;

use crate::aws::Aws;

/// The names of all files and folders below a folder.
fn tree(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        names.push(entry.path().display().to_string());
        if entry.file_type().expect("a type").is_dir() {
            names.extend(tree(&entry.path()));
        }
    }
    names
}

#[test]
fn a_run_writes_no_file() {
    let (emulator, id, _) = crate::update::stores();
    let lines: [(&[&str], i32); 9] = [
        (
            &[
                "kms",
                "update-custom-key-store",
                "--custom-key-store-id",
                &id,
                "--new-custom-key-store-name",
                "n",
            ],
            0,
        ),
        (&["kms", "update-custom-key-store", "--custom-key-store-id", &id, "--debug"], 0),
        (&["kms", "describe-custom-key-stores", "--output", "table", "--color", "on"], 0),
        (&["kms", "update-custom-key-store", "--generate-cli-skeleton", "yaml-input"], 0),
        (&["kms", "update-custom-key-store", "help"], 0),
        (&["--version"], 0),
        (&["kms", "update-custom-key-store", "--custom-key-store-id", "cks-none"], 254),
        (
            &[
                "kms",
                "connect-custom-key-store",
                "--custom-key-store-id",
                &id,
                "--endpoint-url",
                "http://[::1]:1",
            ],
            255,
        ),
        (&["kms", "nonsense"], 252),
    ];
    for (line, code) in lines {
        let (mut command, home) = Aws::new(line).to(&emulator).into_parts();
        let output =
            command.env("TMPDIR", home.path()).stdin(Stdio::null()).output().expect("an ended program");
        assert_eq!(output.status.code(), Some(code), "{line:?}: {output:?}");
        assert_eq!(tree(home.path()), [""; 0], "{line:?}");
    }
}
