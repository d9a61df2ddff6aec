//! From a result to what is printed: the last step of the line.

pub(crate) mod color;
pub(crate) mod error;
pub(crate) mod error_format;
pub(crate) mod pager;
pub(crate) mod screen;
mod sink;

use std::io::{self, IsTerminal};
use std::ops::ControlFlow;

use crate::environment::Environment;
use crate::render::table::Colour;
use crate::render::{self, Format, Style};
use crate::value::Value;
use color::Coloring;
use error::Error;
use sink::Sink;
pub(crate) use sink::{print, print_on};

/// The width of a table that goes to no terminal, in columns.
const DEFAULT_WIDTH: usize = 80;

/// Shows the results of one command.
pub(crate) struct Output {
    format: Format,
    style: Style,
    colour: Colour,
    sink: Sink,
}

impl Output {
    /// # Errors
    /// There is no format of this name, or the pager's command cannot be read.
    pub(crate) fn open(
        format: &str,
        style: Style,
        coloring: &Coloring,
        pager: Option<&str>,
        environment: &Environment,
    ) -> Result<Output, Error> {
        let format = Format::named(format).ok_or_else(|| Error::UnknownFormat(format.to_owned()))?;
        coloring.begin(format);
        let sink = Sink::open(pager, environment)?;
        let colour = sink.colour(coloring.wanted());
        Ok(Output { format, style, colour, sink })
    }

    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// Shows a result. `Break` says that nobody reads any more.
    ///
    /// # Errors
    /// The query fails on it, it does not fit the format, or it cannot be written. What stands before the place that
    /// does not fit is shown.
    pub(crate) fn show(&mut self, result: &Value) -> Result<ControlFlow<()>, Error> {
        let (style, sink) = (&self.style, &mut self.sink);
        let shown = render::write(result, self.format, style, terminal_width, self.colour, sink);
        match shown.map_err(Error::from) {
            Ok(()) => Ok(ControlFlow::Continue(())),
            Err(error) if error.is_of_reader_gone() => Ok(ControlFlow::Break(())),
            Err(error) => Err(error),
        }
    }
}

/// Whether stdout is a pipe or a socket that nobody reads any more. Only a write finds that out on Windows.
pub(crate) fn is_reader_gone() -> bool {
    #[cfg(unix)]
    {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};

        let stdout = io::stdout();
        let mut asked = [PollFd::new(&stdout, PollFlags::empty())];
        let is_answered = poll(&mut asked, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })).is_ok();
        let is_gone = asked[0].revents().intersects(PollFlags::ERR | PollFlags::HUP);
        is_answered && is_gone && !stdout.is_terminal()
    }
    #[cfg(not(unix))]
    false
}

/// The columns of the terminal that stdout is, else 80.
pub(crate) fn terminal_width() -> usize {
    width_of_terminal().unwrap_or(DEFAULT_WIDTH)
}

/// The columns of the terminal that stdout is.
pub(crate) fn width_of_terminal() -> Option<usize> {
    Some(size_of_terminal()?.0)
}

/// The columns and the lines of the terminal that stdout is; 0 if it does not say.
pub(crate) fn size_of_terminal() -> Option<(usize, usize)> {
    let stdout = io::stdout();
    if !stdout.is_terminal() {
        return None;
    }
    let size = terminal_size::terminal_size_of(stdout);
    Some(size.map_or((0, 0), |(width, height)| (usize::from(width.0), usize::from(height.0))))
}
