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
    let (log, _) = observed(counter, program, words, workbench)?;
    collected(&log).ok_or_else(|| format!("valgrind counted nothing: {log}").into())
}

/// The functions that the program called, without the hashes of their names; what was inlined is none.
pub fn functions(
    counter: &Path,
    program: &Path,
    words: &[String],
    workbench: &Workbench,
) -> Result<Vec<String>, Box<dyn Error>> {
    let (_, profile) = observed(counter, program, words, workbench)?;
    // fn=(7) name and cfn=(7) name where the function is first named, fn=(7) from then on.
    let name = |line: &str| {
        let (_, name) = line.trim_start_matches('c').strip_prefix("fn=(")?.split_once(") ")?;
        // A recursion is counted in levels: name'2.
        Some(format!("{:#}", rustc_demangle::demangle(name.split('\'').next()?)))
    };
    Ok(profile.lines().filter_map(name).collect())
}

/// What valgrind says of one run: its log, and its profile.
fn observed(
    counter: &Path,
    program: &Path,
    words: &[String],
    workbench: &Workbench,
) -> Result<(String, String), Box<dyn Error>> {
    let (log, profile) = (workbench.home().join("callgrind.log"), workbench.home().join("callgrind.out"));
    let option = |name: &str, file: &Path| {
        let mut option = std::ffi::OsString::from(name);
        option.push(file);
        option
    };
    workbench
        .command(counter)
        .args(["--tool=callgrind", "--demangle=no"])
        .args([option("--callgrind-out-file=", &profile), option("--log-file=", &log)])
        .arg(program)
        .args(words)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    Ok((std::fs::read_to_string(&log)?, std::fs::read_to_string(&profile)?))
}

/// The figure of the log's line `==PID== Collected : 1234567`.
fn collected(log: &str) -> Option<u64> {
    log.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok())
}
