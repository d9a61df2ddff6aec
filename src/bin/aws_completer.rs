//! `aws_completer`, which shells start for the AWS CLI: it asks the `aws` beside it, or on PATH, what can be completed.
//! Nothing of its own is ever on stderr: a shell would show it in the middle of the line that is being typed.

use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

fn main() -> ExitCode {
    let name = if cfg!(windows) { "aws.exe" } else { "aws" };
    // A link to this program stands in a folder of its own; the file beside the link's target is the right one, too.
    let own = std::env::current_exe().ok();
    let beside = own.iter().flat_map(|own| [Some(own.with_file_name(name)), beside_target(own, name)]);
    let program = beside.flatten().find(|program| program.is_file()).unwrap_or_else(|| name.into());
    let mut command = Command::new(program);
    command.args(["cks", "complete", "line"]).args(std::env::args_os().skip(1)).stderr(Stdio::null());
    run(&mut command)
}

fn beside_target(own: &std::path::Path, name: &str) -> Option<PathBuf> {
    Some(own.canonicalize().ok()?.with_file_name(name))
}

/// This process becomes the other.
#[cfg(unix)]
fn run(command: &mut Command) -> ExitCode {
    // This comes back only where it fails. Then nothing can be completed.
    let _ = std::os::unix::process::CommandExt::exec(command);
    ExitCode::FAILURE
}

#[cfg(not(unix))]
fn run(command: &mut Command) -> ExitCode {
    if command.status().is_ok_and(|status| status.success()) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
