//! A root folder with nothing in it but the release file and what a test puts there.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::{chroot, published};

pub(crate) struct EmptyRoot(TempDir);

impl EmptyRoot {
    pub(crate) fn new() -> EmptyRoot {
        let root = EmptyRoot(tempfile::tempdir().expect("a folder"));
        // Another user than root is to find the way in.
        fs::set_permissions(root.0.path(), fs::Permissions::from_mode(0o755)).expect("an open folder");
        fs::copy(published("aws"), root.0.path().join("aws")).expect("a copy");
        root
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(self, file: &str, text: &str) -> EmptyRoot {
        let file = self.0.path().join(file);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, text).expect("a written file");
        self
    }

    /// The release file, which sees nothing but this folder and no variable but those that are added.
    pub(crate) fn aws(&self, user: &str) -> Command {
        let mut aws = chroot();
        aws.arg(format!("--userspec={user}")).arg(self.0.path()).arg("/aws").env_clear();
        aws
    }
}
