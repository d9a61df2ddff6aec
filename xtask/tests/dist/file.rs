//! What the release file is made of.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{published, stdout};

const PROGRAMS: [&str; 2] = ["aws", "aws_completer"];

fn readelf(what: &str, file: &Path) -> String {
    stdout(Command::new("readelf").env("LC_ALL", "C").args(["--wide", what]).arg(file))
}

#[test]
#[ignore = "needs cargo xtask dist"]
fn it_is_one_file_that_can_be_anywhere() {
    for program in PROGRAMS {
        let file = published(program);
        let kind = readelf("--file-header", &file);
        assert!(kind.contains("DYN (Position-Independent Executable file)"), "{kind}");
        let segments = readelf("--segments", &file);
        assert!(!segments.contains("INTERP"), "it needs a loader: {segments}");
        let dynamic = readelf("--dynamic", &file);
        assert!(!dynamic.contains("NEEDED"), "it needs a library: {dynamic}");
    }
}

#[test]
#[ignore = "needs cargo xtask dist"]
fn nothing_that_can_be_written_can_be_executed() {
    for program in PROGRAMS {
        let segments = readelf("--segments", &published(program));
        let of_kind = |kind| segments.lines().filter(move |line| line.trim_start().starts_with(kind));
        assert!(of_kind("LOAD").all(|line| !line.contains("RWE")), "{segments}");
        assert!(of_kind("GNU_STACK").any(|line| line.contains(" RW ")), "{segments}");
    }
}

#[test]
#[ignore = "needs cargo xtask dist"]
fn addresses_are_read_only_once_it_runs() {
    for program in PROGRAMS {
        let file = published(program);
        let segments = readelf("--segments", &file);
        assert!(segments.contains("GNU_RELRO"), "{segments}");
        let dynamic = readelf("--dynamic", &file);
        assert!(dynamic.contains("BIND_NOW") && dynamic.contains("Flags: NOW PIE"), "{dynamic}");
    }
}

#[test]
#[ignore = "needs cargo xtask dist"]
fn it_is_stripped() {
    for program in PROGRAMS {
        let sections = readelf("--sections", &published(program));
        assert!(!sections.contains(".symtab") && !sections.contains(".debug"), "{sections}");
    }
}

#[test]
#[ignore = "needs cargo xtask dist"]
fn it_does_not_tell_where_it_was_built() {
    let home = env::home_dir().expect("a home directory");
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a folder").to_owned();
    let cargo = env::var_os("CARGO_HOME").map_or_else(|| home.join(".cargo"), PathBuf::from);
    let target = published("aws").ancestors().nth(2).expect("a folder").to_owned();
    let compiler = stdout(Command::new("rustc").args(["--print", "sysroot"])).trim_end().into();
    let folders = [sources, cargo, target, compiler];
    for program in PROGRAMS {
        let bytes = fs::read(published(program)).expect("a file");
        for folder in folders.iter().filter_map(|folder| folder.to_str()) {
            let is_in = bytes.windows(folder.len()).any(|window| window == folder.as_bytes());
            assert!(!is_in, "{program} names {folder}");
        }
    }
}
