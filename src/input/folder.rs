//! The names in a folder.

use std::path::Path;

/// The names of the files and folders in a folder, and whether each is a folder; without those that are not UTF-8. None, if
/// it cannot be read.
#[cfg(unix)]
pub(crate) fn names(folder: &Path) -> Vec<(String, bool)> {
    use rustix::fs::{Dir, FileType};
    // The standard library's reader costs every start of the program something: five more functions of the C library are looked
    // up then.
    let entries = std::fs::File::open(folder).ok().and_then(|folder| Dir::read_from(folder).ok());
    let named = entries.into_iter().flatten().flatten().filter_map(|entry| {
        let name = entry.file_name().to_str().ok().filter(|name| !matches!(*name, "." | ".."))?;
        let is_folder = match entry.file_type() {
            FileType::Directory => true,
            FileType::Symlink | FileType::Unknown => folder.join(name).is_dir(),
            _ => false,
        };
        Some((name.to_owned(), is_folder))
    });
    named.collect()
}

#[cfg(not(unix))]
pub(crate) fn names(folder: &Path) -> Vec<(String, bool)> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.path().is_dir()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_folders_are_named() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("keys")).expect("a folder");
        std::fs::write(folder.path().join("a b"), "").expect("a file");
        #[cfg(unix)]
        std::os::unix::fs::symlink("keys", folder.path().join("link")).expect("a link");
        let mut names = names(folder.path());
        names.sort();
        let expected =
            [("a b", false), ("keys", true), ("link", true)].map(|(name, is)| (name.to_owned(), is));
        assert_eq!(names, &expected[..if cfg!(unix) { 3 } else { 2 }]);
        assert!(super::names(&folder.path().join("none")).is_empty());
    }
}
