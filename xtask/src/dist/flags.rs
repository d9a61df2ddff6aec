//! How the release file is compiled and linked: the one place to tune it, beside `[profile.release]` in `Cargo.toml`. Packed
//! relocations are asked for in `build.rs`.

use std::path::Path;

/// What the compiler is told for every crate.
const RUST: &[&str] = &[
    // One file without libraries. It stays independent of its position (a static PIE), for address randomisation.
    "-Ctarget-feature=+crt-static",
    "-Crelocation-model=pie",
    "-Crelro-level=full",
    // Names of functions that say for which types they are: `link` orders by them.
    "-Csymbol-mangling-version=v0",
    // A build ID would be the same for the same bytes, but says nothing that SHA256SUMS does not.
    "-Clink-arg=-Wl,--build-id=none",
];

/// What the compiler is told for C.
const C: &[&str] = &["-g0"];

/// The folders of the machine that builds, which are not to be found in the file.
pub(super) struct Folders<'a> {
    pub(super) sources: &'a Path,
    pub(super) target: &'a Path,
    pub(super) cargo: &'a Path,
    pub(super) library: &'a Path,
    pub(super) library_name: &'a str,
}

impl Folders<'_> {
    /// The names that the folders get. Of two that fit, the later one counts.
    fn names(&self) -> [(&Path, &str); 4] {
        [
            (self.cargo, "/cargo"),
            (self.sources, "/aws-kms-cli"),
            (self.target, "/target"),
            (self.library, self.library_name),
        ]
    }
}

pub(super) fn rust(folders: &Folders) -> Vec<String> {
    let names = folders.names();
    let remaps = names.iter().map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()));
    RUST.iter().map(ToString::to_string).chain(remaps).collect()
}

/// As a shell reads them: a folder's name may have blanks.
pub(super) fn c(folders: &Folders) -> String {
    let names = folders.names();
    let remaps = names.iter().map(|(from, to)| format!("-ffile-prefix-map={}={to}", from.display()));
    let flags = C.iter().map(ToString::to_string).chain(remaps);
    let quoted = flags.map(|flag| format!("'{}'", flag.replace('\'', r"'\''")));
    quoted.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a test fails by panicking")]

    use std::path::Path;
    use std::process::Command;

    use super::Folders;

    #[test]
    fn a_shell_reads_the_flags_of_c_as_they_are_meant() {
        let folders = Folders {
            sources: Path::new("/it's here/a  \"$HOME\""),
            target: Path::new("/target folder"),
            cargo: Path::new("/cargo"),
            library: Path::new("/library"),
            library_name: "/rustc",
        };
        let script = format!("printf '%s\n' {}", super::c(&folders));
        let shown = Command::new("sh").args(["-c", &script]).output().expect("a shell").stdout;
        assert_eq!(
            String::from_utf8_lossy(&shown),
            "-g0\n-ffile-prefix-map=/cargo=/cargo\n-ffile-prefix-map=/it's here/a  \"$HOME\"=/aws-kms-cli\n\
             -ffile-prefix-map=/target folder=/target\n-ffile-prefix-map=/library=/rustc\n"
        );
    }
}
