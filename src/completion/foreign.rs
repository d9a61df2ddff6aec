//! Lines of commands that this program does not have: the completer of the full AWS CLI knows what can be completed there.

use std::process::{Command, Stdio};

use crate::cli::foreign::program;
use crate::environment::Environment;

/// The environment variable that says that a completer of ours was already asked.
const MARK: &str = "AWS_KMS_CLI_COMPLETING";

/// The words that the other completer offers for a line with the cursor at this character. None, if there is no other.
pub(crate) fn words(line: &str, cursor: usize, environment: &Environment) -> Vec<String> {
    if environment.get_os(MARK).is_some() {
        return Vec::new();
    }
    let Some(program) = program::completer(environment) else { return Vec::new() };
    let mut command = Command::new(program);
    command
        .env("COMP_LINE", line)
        .env("COMP_POINT", cursor.to_string())
        .env(MARK, "1")
        .env_remove("COMMAND_LINE");
    command.stdin(Stdio::null()).stderr(Stdio::null());
    let Ok(output) = environment.core_dumps.restored(|| command.output()) else { return Vec::new() };
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}
