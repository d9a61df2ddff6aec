//! Where output goes: to stdout, or through the pager to the terminal.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::ops::ControlFlow;

use super::error::Error;
use super::pager::{Pager, Running};
use crate::environment::Environment;
use crate::render::table::Colour;
use crate::signals::interruptible;

/// Takes the output of one command. When it is dropped the user has seen all of it.
#[derive(Debug)]
pub(crate) enum Sink {
    Stdout,
    /// The pager, until the first byte comes.
    Waiting(Box<Pager>),
    Running(Running),
    /// Whoever read has gone away, or nothing more can be written.
    Gone,
}

impl Sink {
    /// The sink of a command: the pager of this command line if stdout is a terminal, else stdout.
    ///
    /// # Errors
    /// The pager's command cannot be read, though nothing may need it.
    pub(crate) fn open(pager: Option<&str>, environment: &Environment) -> Result<Sink, Error> {
        Ok(match pager {
            Some(command) if io::stdout().is_terminal() => {
                Sink::Waiting(Pager::new(command, environment)?.into())
            }
            _ => Sink::Stdout,
        })
    }

    /// How a table for this sink is coloured. The reference resets the colour after each piece that it writes to
    /// stdout itself.
    pub(crate) fn colour(&self, wanted: bool) -> Colour {
        match self {
            _ if !wanted => Colour::Off,
            Sink::Stdout => Colour::OnWithResets,
            _ => Colour::On,
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Put back only if it still takes something.
        let mut sink = match std::mem::replace(self, Sink::Gone) {
            Sink::Waiting(pager) => {
                pager.start().map_err(io::Error::other)?.map_or(Sink::Gone, Sink::Running)
            }
            sink => sink,
        };
        match &mut sink {
            Sink::Stdout => interruptible(|| io::stdout().write_all(bytes))?,
            Sink::Running(pager) => pager.write_all(bytes)?,
            Sink::Waiting(_) | Sink::Gone => return Err(ErrorKind::BrokenPipe.into()),
        }
        *self = sink;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Sink::Stdout => interruptible(|| io::stdout().flush()),
            Sink::Waiting(_) | Sink::Running(_) | Sink::Gone => Ok(()),
        }
    }
}

/// Writes to stdout. A reader that has gone away is not an error.
///
/// # Errors
/// Anything else, such as a full disk.
pub(crate) fn print(text: &str) -> Result<(), Error> {
    print_on(text).map(drop)
}

/// Writes to stdout. `Break` says that nobody reads any more.
///
/// # Errors
/// As for [`print`].
pub(crate) fn print_on(text: &str) -> Result<ControlFlow<()>, Error> {
    let mut stdout = io::stdout().lock();
    let written = interruptible(|| stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()));
    match written.map_err(Error::from) {
        Ok(()) => Ok(ControlFlow::Continue(())),
        Err(error) if error.is_of_reader_gone() => Ok(ControlFlow::Break(())),
        Err(error) => Err(error),
    }
}
