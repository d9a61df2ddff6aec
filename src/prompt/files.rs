//! Paths that complete while they are typed.

use std::path::Path;

use crate::environment::Environment;
use crate::environment::expand::expanduser;
use crate::input;

/// The most files of a folder that are offered.
const MOST: usize = 200;

/// The values that a value such as `file://folder/be` may go on to, in alphabetical order. Those of folders end with `/`.
pub(super) fn fitting(text: &str, environment: &Environment) -> Vec<String> {
    let Some((scheme, path)) = text.split_once("://") else { return Vec::new() };
    let (folder, begin) = path.rfind('/').map_or(("", path), |at| path.split_at(at + 1));
    let place = if folder.is_empty() { "./".into() } else { expanduser(folder, environment) };
    let named = input::folder::names(Path::new(&place)).into_iter().filter_map(|(name, is_folder)| {
        let is_wanted = name.starts_with(begin) && (begin.starts_with('.') || !name.starts_with('.'));
        let end = if is_folder { "/" } else { "" };
        is_wanted.then(|| format!("{scheme}://{folder}{name}{end}"))
    });
    let mut found: Vec<String> = named.take(MOST).collect();
    found.sort_unstable();
    found
}

/// What all of these begin with.
pub(super) fn common(texts: &[String]) -> String {
    let Some(first) = texts.first() else { return String::new() };
    let is_common =
        |at: &usize| texts.iter().all(|text| text.is_char_boundary(*at) && text.starts_with(&first[..*at]));
    let ends = first.char_indices().map(|(at, c)| at + c.len_utf8());
    ends.take_while(is_common).last().map_or_else(String::new, |end| first[..end].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_go_on_to_files_and_folders() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["xks secret.txt", "xks secret.old", ".hidden"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        std::fs::create_dir(folder.path().join("keys")).unwrap();
        let at = format!("file://{}", folder.path().display());
        let fitting = |begin: &str| fitting(&format!("{at}/{begin}"), &Environment::default());
        assert_eq!(fitting("x"), [format!("{at}/xks secret.old"), format!("{at}/xks secret.txt")]);
        assert_eq!(common(&fitting("x")), format!("{at}/xks secret."));
        assert_eq!(fitting("k"), [format!("{at}/keys/")]);
        assert_eq!(fitting(".h"), [format!("{at}/.hidden")]);
        assert_eq!(fitting("").len(), 3);
        assert_eq!(common(&fitting("none")), "");
    }
}
