//! One run of a command, measured from outside.
//!
//! A process can ask for the peak memory of the children that it has waited for, all of them together. So
//! each run gets a parent of its own: this program again, as a launcher, which starts the command, waits for
//! it and writes what it took.

use std::error::Error;
use std::ffi::OsString;
use std::io::{self, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

use crate::workbench::Workbench;

/// The first argument that makes this program a launcher; the command follows.
pub const LAUNCHER: &str = "--launcher";

/// The unit of `ru_maxrss`, in bytes.
const MAX_RSS_UNIT: u64 = if cfg!(target_vendor = "apple") { 1 } else { 1024 };

/// What one run took.
#[derive(Clone, Copy)]
pub struct Run {
    /// From the start of the process until its end was seen.
    pub wall: Duration,
    /// User and system time of the process and of its children that it waited for.
    pub cpu: Duration,
    /// The most resident memory at any time, in bytes. Never less than the launcher's own, which the new
    /// process still has when it starts.
    pub peak_rss: u64,
    /// How often the kernel had to map a page, in the program and its loader. None of them read from a disk.
    pub page_faults: u64,
}

/// A run and how it ended.
pub struct Launched {
    /// What it took.
    pub run: Run,
    /// The exit code, or a signal as a negative number.
    pub exit: i32,
    /// What it wrote to stderr.
    pub stderr: String,
}

/// Runs the program once through a launcher, its stdout thrown away.
pub fn launch(program: &Path, words: &[String], workbench: &Workbench) -> Result<Launched, Box<dyn Error>> {
    let output = workbench
        .command(&std::env::current_exe()?)
        .arg(LAUNCHER)
        .arg(program)
        .args(words)
        .stderr(Stdio::piped())
        .output()?;
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let figures: Vec<i64> = String::from_utf8_lossy(&output.stdout)
        .split_whitespace()
        .map(str::parse)
        .collect::<Result<_, _>>()?;
    let &[wall, cpu, peak_rss, page_faults, exit] = figures.as_slice() else {
        return Err(format!("{}: the launcher failed: {stderr}", program.display()).into());
    };
    let run = Run {
        wall: Duration::from_micros(wall.try_into()?),
        cpu: Duration::from_micros(cpu.try_into()?),
        peak_rss: u64::try_from(peak_rss)? * MAX_RSS_UNIT,
        page_faults: page_faults.try_into()?,
    };
    Ok(Launched { run, exit: exit.try_into()?, stderr })
}

/// The launcher: runs the command of the arguments and writes wall time and cpu time in microseconds, the
/// peak memory as the system counts it, page faults, and the exit code.
pub fn launcher(mut arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let Some(program) = arguments.next() else {
        return ExitCode::FAILURE;
    };
    match measured(Command::new(program).args(arguments).stdout(Stdio::null())) {
        Ok(figures) => match writeln!(io::stdout(), "{figures}") {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn measured(command: &mut Command) -> io::Result<String> {
    let start = Instant::now();
    let status = command.status()?;
    let wall = start.elapsed();
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let cpu = (usage.user_time() + usage.system_time()).num_microseconds();
    let exit = status.code().unwrap_or_else(|| -status.signal().unwrap_or(0));
    let (wall, peak_rss, page_faults) = (wall.as_micros(), usage.max_rss(), usage.minor_page_faults());
    Ok(format!("{wall} {cpu} {peak_rss} {page_faults} {exit}"))
}
