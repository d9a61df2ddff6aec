//! Text to be read: a screen at a time on a terminal, as it is elsewhere.

use super::error::Error;
use super::pager::{self, Pager};
use super::{print, size_of_terminal};
use crate::environment::Environment;

/// The columns of a text that no terminal shows.
const PLAIN_WIDTH: usize = 80;

/// The program that shows what does not fit, unless the environment names another one.
const PAGER: &str = if cfg!(windows) { pager::DEFAULT } else { "less -R" };

/// What a text is read on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    pub(crate) width: usize,
    /// The lines of the terminal, if there is one.
    height: Option<usize>,
    /// Whether it shows bold text, and the user wants that.
    pub(crate) is_bold: bool,
    is_dumb: bool,
}

impl Screen {
    /// Where stdout goes.
    pub(crate) fn of_stdout(environment: &Environment) -> Screen {
        let size = size_of_terminal();
        let width = size.map(|(width, _)| width).filter(|width| *width > 0);
        let is_dumb = environment.get_os("TERM").is_some_and(|term| term == "dumb");
        let is_plain = environment.get_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Screen {
            width: width.unwrap_or(PLAIN_WIDTH),
            height: size.map(|(_, height)| height),
            is_bold: size.is_some() && !is_dumb && !is_plain,
            is_dumb,
        }
    }

    /// Shows a text, and comes back when the user has read it. What keeps a pager from running is no reason not to show it.
    ///
    /// # Errors
    /// Stdout takes no more.
    pub(crate) fn show(self, text: &str, environment: &Environment) -> Result<(), Error> {
        let is_long = self.height.is_some_and(|height| height > 0 && text.lines().count() >= height);
        let running = self
            .pager(environment)
            .filter(|_| is_long)
            .and_then(|command| Pager::new(&command, environment).ok()?.start().ok()?);
        match running {
            // It may be left before its end.
            Some(mut running) => Ok(_ = running.write_all(text.as_bytes())),
            None => print(text),
        }
    }

    /// The pager of `man`, which help has always had; not that of other output. An empty one is none.
    fn pager(self, environment: &Environment) -> Option<String> {
        let named = environment.get("MANPAGER").or_else(|| environment.get("PAGER"));
        let default = || (!self.is_dumb).then(|| PAGER.to_owned());
        named.or_else(default).filter(|command| !command.is_empty())
    }
}
