//! The same sources give the same bytes, wherever they are.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::{published, stdout};

#[test]
#[ignore = "needs cargo xtask dist, and builds it again"]
fn two_builds_are_the_same_bytes() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a folder");
    let changes = stdout(Command::new("git").args(["status", "--porcelain"]).current_dir(here));
    assert_eq!(changes, "", "only what is committed is built again");
    let work = tempfile::tempdir().expect("a folder");
    let clone = work.path().join("another-folder");
    stdout(Command::new("git").args(["clone", "--quiet"]).arg(here).arg(&clone));
    let target = work.path().join("another-target");
    let mut again = Command::new(env!("CARGO_BIN_EXE_xtask"));
    again.arg("dist").current_dir(&clone).env("CARGO_TARGET_DIR", &target);
    stdout(&mut again);
    let sums = |file: &Path| fs::read_to_string(file).expect("text");
    assert_eq!(sums(&target.join("dist/SHA256SUMS")), sums(&published("SHA256SUMS")));
}
