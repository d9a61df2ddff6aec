//! The pager: another program that shows the output on a terminal, a screen at a time.
//!
//! It is started when there is something to show, and never for errors. This program waits for it in the end; until
//! then Ctrl-C belongs to it, or the shell would prompt while it still reads the keyboard.

use std::io::{self, ErrorKind, Write};
use std::process::{Child, Command, Stdio};

use super::error::Error;
use crate::core_dump::CoreDumps;
use crate::environment::Environment;
#[cfg(not(windows))]
use crate::signals::outlive_interrupts;
#[cfg(not(windows))]
use crate::syntax::shell_words;

/// The pager that nothing has to be configured for.
pub(crate) const DEFAULT: &str = if cfg!(windows) { "more" } else { "less" };

/// The options of `less`, unless the environment has some: leave when all fits on one screen, pass colours on,
/// and keep the screen.
const LESS: (&str, &str) = ("LESS", "FRX");

/// The command of the pager: what is configured (`AWS_PAGER`, else `cli_pager` of the profile), else `PAGER`,
/// else [`DEFAULT`]. An empty one at any place means that there is no pager, whatever the places after it say.
pub(crate) fn command(configured: Option<String>, environment: &Environment) -> Option<String> {
    let command = configured.or_else(|| environment.get("PAGER")).unwrap_or_else(|| DEFAULT.to_owned());
    (!command.is_empty()).then_some(command)
}

/// A pager that has not been started yet.
#[derive(Debug)]
pub(crate) struct Pager {
    command: Command,
    program: String,
    core_dumps: CoreDumps,
}

impl Pager {
    /// Divides the command into words as a shell would, but leaves the shell out. On Windows, whose commands
    /// quote in their own ways, it is for the shell to read.
    ///
    /// # Errors
    /// There is no word, or a quote is not closed.
    pub(crate) fn new(command: &str, environment: &Environment) -> Result<Pager, Error> {
        let (mut process, program) = process(command)?;
        if environment.get_os(LESS.0).is_none() {
            process.env(LESS.0, LESS.1);
        }
        process.stdin(Stdio::piped());
        Ok(Pager { command: process, program, core_dumps: environment.core_dumps })
    }

    /// Starts it. `None` is a pager that is there but cannot be run: nothing is shown then, and nothing is said,
    /// as in the reference.
    ///
    /// # Errors
    /// There is no such program.
    pub(crate) fn start(mut self) -> Result<Option<Running>, Error> {
        outlive_interrupts();
        match self.core_dumps.restored(|| self.command.spawn()) {
            Ok(child) => Ok(Some(Running { child })),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Err(Error::PagerNotFound { program: self.program })
            }
            Err(_) => Ok(None),
        }
    }
}

#[cfg(not(windows))]
fn process(command: &str) -> Result<(Command, String), Error> {
    let words = shell_words::split(command)?;
    let (program, arguments) = words.split_first().ok_or(Error::BlankPager)?;
    let mut process = Command::new(program);
    process.args(arguments);
    Ok((process, program.clone()))
}

#[cfg(windows)]
fn process(command: &str) -> Result<(Command, String), Error> {
    use std::os::windows::process::CommandExt;
    if command.trim().is_empty() {
        return Err(Error::BlankPager);
    }
    let mut process = Command::new("cmd");
    process.raw_arg("/C").raw_arg(format!("\"{command}\""));
    Ok((process, command.to_owned()))
}

/// From here on Ctrl-C does not end this program: the runtime's handler for it stays until the process ends. A
/// request that is on its way notices Ctrl-C all the same. Where the system refuses, it is as without.
#[cfg(windows)]
fn outlive_interrupts() {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_io().build() else { return };
    let _entered = runtime.enter();
    let _ = tokio::signal::windows::ctrl_c();
}

/// A running pager. Dropping it ends its input and waits until the user leaves it.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
}

impl Running {
    /// # Errors
    /// The user has left the pager. It has the whole terminal to itself: whatever goes wrong with its input is its end.
    pub(crate) fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let written = self.child.stdin.as_mut().map(|stdin| stdin.write_all(bytes));
        written.and_then(Result::ok).ok_or_else(|| ErrorKind::BrokenPipe.into())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Closes its input first. The status that it ends with is its own affair.
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        variables.iter().copied().collect()
    }

    #[test]
    fn the_first_place_that_names_a_pager_wins_and_an_empty_name_is_none() {
        let pager = environment(&[("PAGER", "most -w")]);
        assert_eq!(command(Some("cat".into()), &pager).as_deref(), Some("cat"));
        assert_eq!(command(Some(String::new()), &pager), None);
        assert_eq!(command(None, &pager).as_deref(), Some("most -w"));
        assert_eq!(command(None, &environment(&[("PAGER", "")])), None);
        assert_eq!(command(None, &environment(&[])).as_deref(), Some(DEFAULT));
    }

    #[cfg(unix)]
    #[test]
    fn a_command_without_words_or_with_an_open_quote_is_refused() {
        let refused = |command: &str| Pager::new(command, &environment(&[])).map(drop).unwrap_err();
        assert!(matches!(refused(" \t"), Error::BlankPager));
        let error = refused("cat 'x");
        assert_eq!((error.exit_code(), error.to_string().as_str()), (255, "No closing quotation"));
    }

    #[cfg(unix)]
    #[test]
    fn a_missing_program_is_an_error_and_one_that_cannot_run_is_none() {
        let started = |command: &str| Pager::new(command, &environment(&[])).unwrap().start();
        let error = started("'no such'\\' -x").map(drop).unwrap_err();
        assert_eq!((error.exit_code(), error.code()), (253, Some("Pager")));
        assert!(error.to_string().contains("No such file or directory: \"no such'\"\n"), "{error}");
        let folder = tempfile::tempdir().unwrap();
        let folder = format!("'{}'", folder.path().display());
        assert!(started(&folder).is_ok_and(|running| running.is_none()));
    }

    #[cfg(unix)]
    #[test]
    fn a_pager_that_is_left_early_takes_no_more() {
        let mut running = Pager::new("true", &environment(&[])).unwrap().start().unwrap().unwrap();
        running.child.wait().unwrap();
        assert!(running.write_all(&[b'x'; 1 << 17]).is_err());
    }
}
