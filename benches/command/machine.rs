//! What a reader must know of the machine to make something of the figures.

use std::fs;
use std::process::Command;
use std::thread::available_parallelism;
use std::time::SystemTime;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

/// Names and values. What the system does not tell is "unknown".
pub fn facts() -> Vec<(&'static str, String)> {
    let cores = available_parallelism().map_or("an unknown number of".to_owned(), |count| count.to_string());
    let build = if cfg!(debug_assertions) { "debug: the figures mean little" } else { "optimized" };
    vec![
        ("CPU", format!("{}, {cores} cores", cpu_model().unwrap_or_else(unknown))),
        ("Kernel", said_by("uname", &["-sr"]).unwrap_or_else(unknown)),
        ("Compiler", said_by("rustc", &["--version"]).unwrap_or_else(unknown)),
        ("Build", build.to_owned()),
        ("Date", date().unwrap_or_else(unknown)),
        ("Load before", load().unwrap_or_else(unknown)),
    ]
}

fn unknown() -> String {
    "unknown".to_owned()
}

fn cpu_model() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    text.lines().find_map(|line| Some(line.strip_prefix("model name")?.split_once(':')?.1.trim().to_owned()))
}

/// To the second, in UTC.
fn date() -> Option<String> {
    let now = DateTime::from_secs(DateTime::from(SystemTime::now()).secs());
    now.fmt(Format::DateTime).ok()
}

/// The load average of the last minute: how many others wanted the cores.
fn load() -> Option<String> {
    Some(fs::read_to_string("/proc/loadavg").ok()?.split_whitespace().next()?.to_owned())
}

fn said_by(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}
