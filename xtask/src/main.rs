//! What is made of the program beside the program itself: `cargo xtask man` writes the manual pages into `target/man/`,
//! `cargo xtask dist` the release file and its packages into `target/dist/`.

mod dist;
mod man;
mod workspace;

use std::env;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use workspace::Workspace;

const USAGE: &str = "usage: cargo xtask man [FOLDER]
       cargo xtask dist [file | packages]";

fn main() -> ExitCode {
    let words: Vec<OsString> = env::args_os().skip(1).collect();
    let done = if dist::link::is_wanted() { dist::link::link(&words) } else { run(&words) };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[OsString]) -> io::Result<()> {
    match words {
        [command] if command == "man" => man::write_all(&Workspace::find()?.target.join("man")),
        [command, folder] if command == "man" => man::write_all(Path::new(folder)),
        [command] if command == "dist" => dist::all(&Workspace::find()?),
        [command, part] if command == "dist" && part == "file" => dist::file(&Workspace::find()?),
        [command, part] if command == "dist" && part == "packages" => dist::packages(&Workspace::find()?),
        _ => Err(io::Error::new(io::ErrorKind::InvalidInput, USAGE)),
    }
}
