//! User instructions of one run, counted by valgrind's callgrind: a figure that does not depend on the
//! machine's load, and hardly on the machine.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::programs;
use crate::workbench::Workbench;

/// The program that counts, if there is one.
pub fn counter() -> Option<PathBuf> {
    programs::on_path("valgrind").into_iter().next()
}

/// How many instructions the program and the dynamic linker before it executed in user space.
pub fn count(
    counter: &Path,
    program: &Path,
    words: &[String],
    workbench: &Workbench,
) -> Result<u64, Box<dyn Error>> {
    let log = workbench.home().join("callgrind.log");
    let mut option = std::ffi::OsString::from("--log-file=");
    option.push(&log);
    workbench
        .command(counter)
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(option)
        .arg(program)
        .args(words)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    let log = std::fs::read_to_string(&log)?;
    collected(&log).ok_or_else(|| format!("valgrind counted nothing: {log}").into())
}

/// The figure of the log's line `==PID== Collected : 1234567`.
fn collected(log: &str) -> Option<u64> {
    log.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok())
}
