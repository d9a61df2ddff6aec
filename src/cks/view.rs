//! How results are shown: as text for people, or as data where `--output` or `--query` ask for it.

use std::ops::ControlFlow;

use ratatui_core::text::Span;
use serde::Serialize;

use super::error::CksError;
use crate::environment::Environment;
use crate::output::color::Coloring;
use crate::output::{self, Output};
use crate::query::Expression;
use crate::render::Style;
use crate::session::Session;
use crate::syntax::filling;
use crate::syntax::printable::printable;
use crate::value::{Value, json};

/// The columns where stdout is no terminal.
const PLAIN_WIDTH: usize = 80;

/// Shows the results of one command.
pub(crate) struct View<'s> {
    session: &'s Session<'s>,
    coloring: &'s Coloring,
    pager: Option<&'s str>,
}

impl<'s> View<'s> {
    pub(crate) fn new(session: &'s Session, coloring: &'s Coloring) -> View<'s> {
        View { session, coloring, pager: session.pager.as_deref() }
    }

    /// The same without a pager, for what is shown again and again.
    pub(crate) fn without_pager(&self) -> View<'s> {
        View { pager: None, ..*self }
    }

    /// Whether data is wanted instead of text for people.
    pub(crate) fn is_data(&self) -> bool {
        let globals = &self.session.settings.globals;
        globals.output.is_some() || globals.query.is_some()
    }

    /// The columns that a text may have.
    pub(crate) fn width(&self) -> usize {
        output::width_of_terminal().filter(|width| *width > 0).unwrap_or(PLAIN_WIDTH)
    }

    /// The columns that sentences may have: those of the terminal. In a pipe or a file they stay whole, so that they can be
    /// searched for.
    pub(crate) fn width_of_sentences(&self) -> usize {
        output::width_of_terminal().filter(|width| *width > 0).unwrap_or(usize::MAX)
    }

    /// Shows data, by `--query` and in the format of `--output`.
    ///
    /// # Errors
    /// The query fails on it, or it cannot be written.
    pub(crate) fn data(&self, title: &'static str, report: &impl Serialize) -> Result<(), CksError> {
        self.value(title, &value(report)).map(drop)
    }

    /// Shows data as [`View::data`] does. `Break` says that nobody reads any more.
    ///
    /// # Errors
    /// As for [`View::data`].
    pub(crate) fn value(&self, title: &'static str, value: &Value) -> Result<ControlFlow<()>, CksError> {
        let settings = self.session.settings;
        let query = settings.globals.query.as_deref().and_then(|query| Expression::compile(query).ok());
        let style = Style { title, query, pages: false };
        let (format, environment) = (&self.session.output, settings.environment);
        let mut output = Output::open(format, style, self.coloring, self.pager, environment)?;
        Ok(output.show(value)?)
    }

    /// Shows text for people on stdout.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn text(&self, text: &str) -> Result<(), CksError> {
        Ok(output::print(text)?)
    }
}

/// A terminal that stdout is, on which each text takes the place of the one before. Its cursor is not hidden: whatever stops
/// or ends the program leaves it as it is.
pub(crate) struct Screen(());

impl Screen {
    /// `None` where stdout is no terminal, or one that knows no escape sequences.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn open(environment: &Environment) -> Result<Option<Screen>, CksError> {
        if output::size_of_terminal().is_none() || environment.get("TERM").as_deref() == Some("dumb") {
            return Ok(None);
        }
        output::print("\x1b[2J")?;
        Ok(Some(Screen(())))
    }

    /// Shows as many lines of a text as there is room for, and of each line what fits.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn show(&self, text: &str) -> Result<(), CksError> {
        let (width, height) = output::size_of_terminal().unwrap_or_default();
        // What stands below is cleared last, so that nothing flickers.
        Ok(output::print(&format!("\x1b[H{}\x1b[J", fitting(text, width, height)))?)
    }
}

/// As much of a text as a terminal has room for above the line of its cursor; a size of 0 has room for everything.
fn fitting(text: &str, width: usize, height: usize) -> String {
    let count = text.lines().count();
    let room = if height == 0 { usize::MAX } else { height.saturating_sub(1).max(1) };
    let shown = if count > room { room - 1 } else { count };
    let more = format!("… and {} more lines, for which the terminal is too low", count - shown);
    let more = (count > shown).then_some(more.as_str());
    text.lines().take(shown).chain(more).map(|line| row(line, width)).collect()
}

/// The columns of a terminal that a text takes.
pub(crate) fn columns(text: &str) -> usize {
    Span::raw(text).width()
}

/// A line of which nothing goes on in the next row.
fn row(line: &str, width: usize) -> String {
    // Behind the last column there is nothing to clear, and some terminals would clear that.
    match columns(line) {
        length if width == 0 || length < width => format!("{line}\x1b[K\n"),
        length if length == width => format!("{line}\n"),
        _ => {
            let fits = |end: &usize| columns(&line[..*end]) < width;
            let end = line.char_indices().map(|(at, _)| at).take_while(fits).last().unwrap_or(0);
            row(&format!("{}…", &line[..end]), width)
        }
    }
}

/// The text in lines of at most `width` columns, where its words allow that; without characters that terminals obey, but with
/// its line ends.
pub(crate) fn wrapped(text: &str, width: usize) -> String {
    text.split('\n').map(|line| filling::filled(&printable(line), width)).collect()
}

/// What a report looks like to a query and to the formats.
fn value(report: &impl Serialize) -> Value {
    // Reports are structures with texts as keys: they can be written, and what is written can be read.
    serde_json::to_string(report).ok().and_then(|text| json::parse(&text).ok()).unwrap_or(Value::Null)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_are_filled_to_the_width() {
        assert_eq!(wrapped("aa bb cc", 5), "aa bb\ncc\n");
        assert_eq!(wrapped("aa bb cc", 4), "aa\nbb\ncc\n");
        assert_eq!(wrapped("aa\nb c\u{1b}", 80), "aa\nb c\\u{1b}\n");
    }

    #[test]
    fn a_screen_never_scrolls() {
        assert_eq!(fitting("abc\nabcd\nabcde\n", 4, 4), "abc\x1b[K\nabcd\nabc…\n");
        assert_eq!(fitting("漢字\n漢字漢\na漢字\n", 4, 0), "漢字\n漢…\x1b[K\na漢…\n");
        let more = "… and 2 more lines, for which the terminal is too low";
        assert_eq!(fitting("a\nb\nc\n", 80, 3), format!("a\x1b[K\n{more}\x1b[K\n"));
        assert_eq!(fitting("a\nb\nc\n", 3, 2), "… …\n");
        assert_eq!(fitting("a\nb\n", 80, 3), "a\x1b[K\nb\x1b[K\n");
        assert_eq!(fitting("abc\n", 0, 0), "abc\x1b[K\n");
        assert_eq!(fitting("abc\n", 1, 1), "…\n");
    }

    proptest! {
        #[test]
        fn only_words_are_longer_than_a_line(text in "[a-z ]{0,60}", width in 0_usize..30) {
            let lines = wrapped(&text, width);
            prop_assert!(lines.lines().all(|line| line.len() <= width || !line.contains(' ')));
            prop_assert_eq!(lines.split_whitespace().collect::<Vec<_>>(), text.split_whitespace().collect::<Vec<_>>());
        }
    }
}
