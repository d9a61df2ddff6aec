//! Whether tables are coloured, and what colour leaves behind on the terminal.

use std::cell::Cell;
use std::io::{self, IsTerminal};

use crate::environment::Environment;
use crate::render::{Format, RESET};

/// When tables are coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Color {
    /// Always.
    On,
    /// Never.
    Off,
    /// When stdout is a terminal.
    #[default]
    Auto,
}

/// The colour of a run. The reference switches it on for good when it first makes a table; from then on it resets
/// the terminal after its messages and at its end. The default is no colour.
#[derive(Debug, Default)]
pub(crate) struct Coloring {
    wanted: bool,
    terminal: bool,
    in_use: Cell<bool>,
}

impl Color {
    pub(crate) fn named(name: &str) -> Color {
        match name {
            "on" => Color::On,
            "off" => Color::Off,
            _ => Color::Auto,
        }
    }

    /// The name by which it is asked for, unless it is the default.
    pub(crate) fn name(self) -> Option<&'static str> {
        match self {
            Color::On => Some("on"),
            Color::Off => Some("off"),
            Color::Auto => None,
        }
    }
}

impl Coloring {
    /// What `--color` says. `auto` is colour on a terminal, unless `NO_COLOR` is set and not empty
    /// (<https://no-color.org>); the reference ignores that variable.
    pub(crate) fn new(option: Color, environment: &Environment) -> Coloring {
        let terminal = io::stdout().is_terminal();
        let unwanted = || environment.get_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let wanted = match option {
            Color::On => true,
            Color::Off => false,
            Color::Auto => terminal && !unwanted(),
        };
        Coloring { wanted, terminal, in_use: Cell::new(false) }
    }

    /// Whether a table has colour.
    pub(crate) fn wanted(&self) -> bool {
        self.wanted
    }

    /// Output in this format begins.
    pub(crate) fn begin(&self, format: Format) {
        if self.wanted && format == Format::Table {
            self.in_use.set(true);
        }
    }

    /// The lines of a message as they are to be written: with resets once colour is in use.
    ///
    /// The reference writes an empty line, the message and the end of its last line, and resets after each.
    pub(crate) fn message(&self, text: String) -> String {
        let framed = text.strip_prefix('\n').and_then(|text| text.strip_suffix('\n'));
        match framed {
            Some(message) if self.in_use.get() => format!("\n{RESET}{message}{RESET}\n{RESET}"),
            _ => text,
        }
    }

    /// What is written to stdout at the end of the run.
    pub(crate) fn end(&self) -> &'static str {
        if self.in_use.get() && self.terminal { RESET } else { "" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coloring(option: Color) -> Coloring {
        let none = Environment::default();
        // Whether the tests run on a terminal must not matter.
        Coloring { terminal: true, ..Coloring::new(option, &none) }
    }

    #[test]
    fn messages_are_reset_only_after_a_coloured_table_has_begun() {
        let coloring = coloring(Color::On);
        let message = || coloring.message("\naws: [ERROR]: x\n".to_owned());
        assert_eq!((message().as_str(), coloring.end()), ("\naws: [ERROR]: x\n", ""));
        coloring.begin(Format::Json);
        assert_eq!((message().as_str(), coloring.end()), ("\naws: [ERROR]: x\n", ""));
        coloring.begin(Format::Table);
        assert_eq!(message(), "\n\x1b[0maws: [ERROR]: x\x1b[0m\n\x1b[0m");
        assert_eq!(coloring.end(), "\x1b[0m");
        assert_eq!(coloring.message("{}\n".to_owned()), "{}\n", "a structured error");
    }

    #[test]
    fn without_colour_nothing_is_reset() {
        let coloring = coloring(Color::Off);
        coloring.begin(Format::Table);
        assert_eq!(coloring.message("\nx\n".to_owned()), "\nx\n");
        assert_eq!(coloring.end(), "");
    }
}
