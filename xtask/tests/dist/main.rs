//! What `cargo xtask dist` has written into `target/dist/`. A release build takes minutes, so these tests run only where they are
//! asked for, behind it:
//!
//! ```sh
//! cargo xtask dist && cargo test --package xtask --test dist -- --ignored
//! ```
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![cfg(target_os = "linux")]

mod empty_root;
mod file;
mod names;
mod packages;
mod twice;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A published file.
fn published(name: &str) -> PathBuf {
    // This program's own file is in the target folder.
    let target = Path::new(env!("CARGO_BIN_EXE_xtask")).ancestors().nth(2).expect("the target folder");
    let file = target.join("dist").join(name);
    assert!(file.is_file(), "there is no {}: run cargo xtask dist first", file.display());
    file
}

fn output(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

/// What a program that ends well writes on stdout.
fn stdout(command: &mut Command) -> String {
    let output = output(command);
    assert!(output.status.success(), "{command:?}: {output:?}");
    String::from_utf8(output.stdout).expect("text")
}

/// Whether a test can change its root folder; it says so where it cannot.
fn is_root() -> bool {
    let is_root = stdout(Command::new("id").arg("-u")).trim() == "0";
    if !is_root {
        _ = writeln!(io::stderr(), "skipped: only root can change the root folder");
    }
    is_root
}

/// Changes the root folder. Its own file is not looked up on the PATH that the program in there gets.
fn chroot() -> Command {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/sbin".into()]);
    let file = folders.map(|folder| folder.join("chroot")).find(|file| file.is_file());
    Command::new(file.expect("chroot is installed"))
}
