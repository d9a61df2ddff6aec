//! Where output goes: to stdout, or through the pager to the terminal.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::ops::ControlFlow;

use super::OutputError;
use super::pager::{Pager, Running};
use super::table::Colour;
use crate::environment::Environment;

/// Takes the output of one command, piece by piece. When it is dropped the user has seen all of it.
#[derive(Debug)]
pub(crate) struct Sink {
    target: Target,
}

#[derive(Debug)]
enum Target {
    Stdout,
    /// The pager, until the first piece comes.
    Waiting(Box<Pager>),
    Running(Running),
    /// Whoever read has gone away.
    Gone,
}

impl Sink {
    /// The sink of a command: the pager of this command line if stdout is a terminal, else stdout.
    ///
    /// # Errors
    /// The command line of the pager is no command line, though nothing may need it.
    pub(crate) fn open(pager: Option<&str>, environment: &Environment) -> Result<Sink, OutputError> {
        let target = match pager {
            Some(command) if io::stdout().is_terminal() => {
                Target::Waiting(Pager::new(command, environment).map_err(OutputError::Pager)?.into())
            }
            _ => Target::Stdout,
        };
        Ok(Sink { target })
    }

    /// How a table for this sink is coloured. The reference resets the colour after each piece that it writes to
    /// stdout itself.
    pub(crate) fn colour(&self, wanted: bool) -> Colour {
        match (wanted, &self.target) {
            (false, _) => Colour::Off,
            (true, Target::Stdout) => Colour::OnWithResets,
            (true, Target::Waiting(_) | Target::Running(_) | Target::Gone) => Colour::On,
        }
    }

    /// Writes one piece. An empty one starts no pager. `Break` says that nobody reads any more, which is no
    /// error, and makes further pieces pointless.
    ///
    /// # Errors
    /// There is no such pager, or stdout does not take the piece, such as on a full disk.
    pub(crate) fn write(&mut self, text: &str) -> Result<ControlFlow<()>, OutputError> {
        if text.is_empty() {
            return Ok(ControlFlow::Continue(()));
        }
        self.target = match std::mem::replace(&mut self.target, Target::Gone) {
            Target::Stdout if to_stdout(text)?.is_continue() => Target::Stdout,
            Target::Waiting(pager) => fed(pager.start().map_err(OutputError::Pager)?, text),
            Target::Running(running) => fed(Some(running), text),
            Target::Stdout | Target::Gone => Target::Gone,
        };
        Ok(match self.target {
            Target::Gone => ControlFlow::Break(()),
            Target::Stdout | Target::Waiting(_) | Target::Running(_) => ControlFlow::Continue(()),
        })
    }
}

fn fed(running: Option<Running>, text: &str) -> Target {
    let Some(mut running) = running else { return Target::Gone };
    if running.write(text) { Target::Running(running) } else { Target::Gone }
}

/// Writes to stdout. `Break` says that its reader has gone away.
///
/// # Errors
/// Anything else, such as a full disk.
pub(crate) fn to_stdout(text: &str) -> Result<ControlFlow<()>, OutputError> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Ok(()) => Ok(ControlFlow::Continue(())),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(ControlFlow::Break(())),
        Err(error) => Err(OutputError::Write(error)),
    }
}
