//! The characters of a YAML document: columns, indents, and texts in their three styles.
//!
//! Lines are folded where libyaml folds them: at the first space after the line has gone past column 80.

use std::borrow::Cow;
use std::io::{self, Write};
use std::sync::LazyLock;

use super::scalar::{Bytes, Style, graphic_but, is_break, is_printable, split_off};

/// The column after which a space becomes a line feed.
const BEST_WIDTH: usize = 80;

/// Where the document goes, with what has to be known about the current line.
pub(super) struct Writer<'o, W> {
    out: &'o mut W,
    /// Characters in the current line so far.
    column: usize,
    /// Whether the next thing needs no space before it.
    spaced: bool,
    /// Whether the line so far is only indent and block indicators.
    pub(super) at_block_start: bool,
}

impl<'o, W: Write> Writer<'o, W> {
    pub(super) fn new(out: &'o mut W) -> Writer<'o, W> {
        Writer { out, column: 0, spaced: true, at_block_start: true }
    }

    /// Goes to a column: on this line if nothing but indicators stands before it, else on a new line.
    pub(super) fn line_at(&mut self, indent: usize) -> io::Result<()> {
        let there = self.column < indent || (self.column == indent && self.spaced);
        if !self.at_block_start || !there {
            self.line_feed()?;
        }
        while self.column < indent {
            self.push(" ")?;
        }
        self.spaced = true;
        self.at_block_start = true;
        Ok(())
    }

    /// A `-`, `?` or `:` that begins a block; another block may begin on the same line.
    pub(super) fn block_indicator(&mut self, indicator: &str) -> io::Result<()> {
        self.space()?;
        self.spaced = false;
        self.push(indicator)
    }

    /// The colon after a simple key.
    pub(super) fn colon(&mut self) -> io::Result<()> {
        self.after_text();
        self.push(":")
    }

    /// A scalar without spaces or special characters, an anchor, an alias or an empty container.
    pub(super) fn word(&mut self, word: &str) -> io::Result<()> {
        self.space()?;
        self.after_text();
        self.push(word)
    }

    /// A text. `indent` is that of its second and later lines; `fold` tells whether there may be any.
    pub(super) fn text(&mut self, text: &str, style: Style, indent: usize, fold: bool) -> io::Result<()> {
        self.space()?;
        match style {
            Style::Plain => self.plain(text, indent, fold)?,
            Style::Single => self.single_quoted(text, indent, fold)?,
            Style::Double => self.double_quoted(text, indent, fold)?,
        }
        self.after_text();
        Ok(())
    }

    pub(super) fn line_feed(&mut self) -> io::Result<()> {
        self.line_break('\n')
    }

    fn plain(&mut self, text: &str, indent: usize, fold: bool) -> io::Result<()> {
        if !fold || self.column + text.len() <= BEST_WIDTH {
            return self.push(text);
        }
        let mut previous = None;
        for word in text.split(' ') {
            if let Some(previous) = previous.replace(word) {
                self.gap(!word.is_empty() && !previous.is_empty(), indent)?;
            }
            self.push(word)?;
        }
        Ok(())
    }

    /// A single space, or a new line instead of it when the line is long enough and `fold` allows it. Tells
    /// whether it became a new line.
    fn gap(&mut self, fold: bool, indent: usize) -> io::Result<bool> {
        let folded = fold && self.column > BEST_WIDTH;
        if folded {
            self.line_feed()?;
            self.line_at(indent)?;
        } else {
            self.push(" ")?;
        }
        Ok(folded)
    }

    fn single_quoted(&mut self, text: &str, indent: usize, fold: bool) -> io::Result<()> {
        self.push("'")?;
        self.after_text();
        let mut in_breaks = false;
        let mut previous = None;
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let (piece, after) = next_piece(rest);
            if is_break(c) {
                // One line feed reads as a space: so a run of breaks that begins with one gets one more.
                if !in_breaks && c == '\n' {
                    self.line_feed()?;
                }
                self.line_break(c)?;
                in_breaks = true;
            } else if c == ' ' {
                let inside =
                    previous.is_some_and(|c| c != ' ') && !after.is_empty() && !after.starts_with(' ');
                self.gap(fold && inside, indent)?;
            } else {
                if in_breaks {
                    self.line_at(indent)?;
                    in_breaks = false;
                }
                if c == '\'' {
                    self.push("'")?;
                }
                self.push(piece)?;
                self.at_block_start = false;
            }
            previous = Some(c);
            rest = after;
        }
        if in_breaks {
            self.line_at(indent)?;
        }
        self.push("'")
    }

    fn double_quoted(&mut self, text: &str, indent: usize, fold: bool) -> io::Result<()> {
        let is_escaped = |c: char| !is_printable(c) || is_break(c) || c == '"' || c == '\\';
        self.push("\"")?;
        let mut previous = None;
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let (piece, after) = next_piece(rest);
            if is_escaped(c) {
                self.push(&escaped(c))?;
            } else if c == ' ' {
                let inside = previous.is_some_and(|c| c != ' ') && !after.is_empty();
                if self.gap(fold && inside, indent)? && after.starts_with(' ') {
                    // A space at the start of a line would be lost.
                    self.push("\\")?;
                }
            } else {
                self.push(piece)?;
            }
            previous = Some(c);
            rest = after;
        }
        self.push("\"")
    }

    fn space(&mut self) -> io::Result<()> {
        if self.spaced { Ok(()) } else { self.push(" ") }
    }

    fn push(&mut self, text: &str) -> io::Result<()> {
        self.column += if text.is_ascii() { text.len() } else { text.chars().count() };
        self.out.write_all(text.as_bytes())
    }

    fn line_break(&mut self, c: char) -> io::Result<()> {
        self.column = 0;
        self.at_block_start = true;
        self.out.write_all(c.encode_utf8(&mut [0; 4]).as_bytes())
    }

    fn after_text(&mut self) {
        self.spaced = false;
        self.at_block_start = false;
    }
}

/// A character as a text in double quotes has it.
fn escaped(c: char) -> Cow<'static, str> {
    let short = match c {
        '\0' => "\\0",
        '\u{7}' => "\\a",
        '\u{8}' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\u{b}' => "\\v",
        '\u{c}' => "\\f",
        '\r' => "\\r",
        '\u{1b}' => "\\e",
        '"' => "\\\"",
        '\\' => "\\\\",
        '\u{85}' => "\\N",
        '\u{2028}' => "\\L",
        '\u{2029}' => "\\P",
        '\0'..='\u{ff}' => return format!("\\x{:02X}", u32::from(c)).into(),
        '\u{100}'..='\u{ffff}' => return format!("\\u{:04X}", u32::from(c)).into(),
        _ => return format!("\\U{:08X}", u32::from(c)).into(),
    };
    short.into()
}

/// Splits off the characters that stand for themselves in a text with quotes, or the first one if it may not.
fn next_piece(text: &str) -> (&str, &str) {
    static PLAIN: LazyLock<Bytes> = LazyLock::new(|| graphic_but(b"\"'\\"));
    match split_off(text, &PLAIN) {
        ("", rest) => rest.split_at(rest.chars().next().map_or(0, char::len_utf8)),
        pieces => pieces,
    }
}
