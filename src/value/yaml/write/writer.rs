//! The characters of a YAML document: columns, indents, and texts in their three styles.
//!
//! Lines are folded where libyaml folds them: at the first space after the line has gone past column 80.

use std::fmt::Write;

use super::scalar::{Bytes, Style, Text, graphic_but, is_break, is_printable, split_off};
use crate::value::PIECE;

/// The column after which a space becomes a line feed.
const BEST_WIDTH: usize = 80;

/// Where the document goes, with what has to be known about the current line.
pub(super) struct Writer<'o> {
    out: &'o mut String,
    /// Characters in the current line so far.
    column: usize,
    /// Whether the next thing needs no space before it.
    spaced: bool,
    /// Whether the line so far is only indent and block indicators.
    at_block_start: bool,
}

impl<'o> Writer<'o> {
    pub(super) fn new(out: &'o mut String) -> Writer<'o> {
        Writer { out, column: 0, spaced: true, at_block_start: true }
    }

    /// Whether the line so far is only indent and block indicators.
    pub(super) fn at_block_start(&self) -> bool {
        self.at_block_start
    }

    /// Gives what is there to `full`, which empties it, if it is much.
    pub(super) fn hand_on(&mut self, full: &mut dyn FnMut(&mut String)) {
        if self.out.len() >= PIECE {
            full(self.out);
        }
    }

    /// Goes to a column: on this line if nothing but indicators stands before it, else on a new line.
    pub(super) fn line_at(&mut self, indent: usize) {
        let there = self.column < indent || (self.column == indent && self.spaced);
        if !self.at_block_start || !there {
            self.line_feed('\n');
        }
        let spaces = indent.saturating_sub(self.column);
        self.out.extend(std::iter::repeat_n(' ', spaces));
        self.column += spaces;
        self.spaced = true;
        self.at_block_start = true;
    }

    /// A `-`, `?` or `:` that begins a block; another block may begin on the same line.
    pub(super) fn block_indicator(&mut self, indicator: char) {
        self.space();
        self.push(indicator);
        self.spaced = false;
    }

    /// The colon after a simple key.
    pub(super) fn colon(&mut self) {
        self.push(':');
        self.after_text();
    }

    /// A scalar without spaces or special characters, an anchor, an alias or an empty container.
    pub(super) fn word(&mut self, word: &str) {
        self.space();
        self.run(word);
        self.after_text();
    }

    /// A text. `indent` is that of its second and later lines; `fold` tells whether there may be any.
    pub(super) fn text(&mut self, text: &Text, indent: usize, fold: bool) {
        self.space();
        match text.style {
            Style::Plain => self.plain(text.text, indent, fold),
            Style::Single => self.single_quoted(text.text, indent, fold),
            Style::Double => self.double_quoted(text.text, indent, fold),
        }
        self.after_text();
    }

    fn plain(&mut self, text: &str, indent: usize, fold: bool) {
        if !fold || self.column + text.len() <= BEST_WIDTH {
            return self.run(text);
        }
        for (index, word) in text.split(' ').enumerate() {
            if index > 0 {
                self.push_gap(!word.is_empty() && !self.out.ends_with(' '), indent);
            }
            self.run(word);
        }
    }

    /// A single space, or a new line instead of it when the line is long enough and `fold` allows it. Tells
    /// whether it became a new line.
    fn push_gap(&mut self, fold: bool, indent: usize) -> bool {
        let folded = fold && self.column > BEST_WIDTH;
        if folded {
            self.line_feed('\n');
            self.line_at(indent);
        } else {
            self.push(' ');
        }
        folded
    }

    fn single_quoted(&mut self, text: &str, indent: usize, fold: bool) {
        self.push('\'');
        self.after_text();
        let mut in_breaks = false;
        let mut previous = None;
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let (piece, after) = next_piece(rest);
            if is_break(c) {
                // One line feed reads as a space: so a run of breaks that begins with one gets one more.
                if !in_breaks && c == '\n' {
                    self.line_feed('\n');
                }
                self.line_feed(c);
                in_breaks = true;
            } else if c == ' ' {
                let inside =
                    previous.is_some_and(|c| c != ' ') && !after.is_empty() && !after.starts_with(' ');
                self.push_gap(fold && inside, indent);
            } else {
                if in_breaks {
                    self.line_at(indent);
                    in_breaks = false;
                }
                if c == '\'' {
                    self.push(c);
                }
                self.run(piece);
                self.at_block_start = false;
            }
            previous = Some(c);
            rest = after;
        }
        if in_breaks {
            self.line_at(indent);
        }
        self.push('\'');
    }

    fn double_quoted(&mut self, text: &str, indent: usize, fold: bool) {
        let is_escaped = |c: char| !is_printable(c) || is_break(c) || c == '"' || c == '\\';
        self.push('"');
        let mut previous = None;
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let (piece, after) = next_piece(rest);
            if is_escaped(c) {
                self.escape(c);
            } else if c == ' ' {
                let inside = previous.is_some_and(|c| c != ' ') && !after.is_empty();
                if self.push_gap(fold && inside, indent) && after.starts_with(' ') {
                    // A space at the start of a line would be lost.
                    self.push('\\');
                }
            } else {
                self.run(piece);
            }
            previous = Some(c);
            rest = after;
        }
        self.push('"');
    }

    fn escape(&mut self, c: char) {
        let before = self.out.len();
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
            _ => "",
        };
        self.out.push_str(short);
        if short.is_empty() {
            let _ = match u32::from(c) {
                code @ 0..=0xff => write!(self.out, "\\x{code:02X}"),
                code @ 0x100..=0xffff => write!(self.out, "\\u{code:04X}"),
                code => write!(self.out, "\\U{code:08X}"),
            };
        }
        self.column += self.out.len() - before;
    }

    fn space(&mut self) {
        if !self.spaced {
            self.push(' ');
        }
    }

    fn push(&mut self, c: char) {
        self.out.push(c);
        self.column += 1;
    }

    fn run(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += if text.is_ascii() { text.len() } else { text.chars().count() };
    }

    fn line_feed(&mut self, c: char) {
        self.out.push(c);
        self.column = 0;
        self.at_block_start = true;
    }

    fn after_text(&mut self) {
        self.spaced = false;
        self.at_block_start = false;
    }
}

/// Splits off the characters that stand for themselves in a text with quotes, or the first one if it may not.
fn next_piece(text: &str) -> (&str, &str) {
    static PLAIN: Bytes = graphic_but(b"\"'\\");
    match split_off(text, &PLAIN) {
        ("", rest) => rest.split_at(rest.chars().next().map_or(0, char::len_utf8)),
        pieces => pieces,
    }
}
