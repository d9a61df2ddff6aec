//! Lines inside brackets and quotes may start in any column, as in the reference.
//!
//! The parser wants them indented more than the block around them (YAML 1.2, 7.4). Where it refuses one, the line
//! is moved to the right, where its leading blanks mean nothing, and the document is parsed again.

use std::borrow::Cow;
use std::collections::BTreeSet;

use saphyr_parser::{Marker, ScalarStyle, ScanError, Span};

use super::{Position, Reason, YamlError};

/// The parser's words for a line that starts too far left. It gives no other way to tell.
const TOO_FAR_LEFT: [&str; 3] =
    ["invalid indentation", "invalid indentation in flow construct", "tab cannot be used as indentation"];

/// The same for some line of a quoted scalar; the place is where the scalar starts.
const QUOTED_TOO_FAR_LEFT: &str = "invalid indentation in quoted scalar";

/// How far lines are moved, in columns. Blocks that start further right have to be indented by hand.
const SHIFT: usize = 128;

/// How many bytes may be parsed in all, so that a hostile document costs no more than a large one.
const MOST_WORK: usize = 8 << 20;

/// The text of a document, with some lines moved to the right.
pub(super) struct Layout<'t> {
    text: Cow<'t, str>,
    /// The lines that are moved, from 1.
    moved: BTreeSet<usize>,
    /// Bytes parsed so far.
    work: usize,
}

impl<'t> Layout<'t> {
    pub(super) fn new(text: &'t str) -> Layout<'t> {
        Layout { text: Cow::Borrowed(text), moved: BTreeSet::new(), work: text.len() }
    }

    /// What is to be parsed.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The place of the parser's mark in the text as it was given.
    pub(super) fn position(&self, mark: &Marker) -> Position {
        let shift = if self.moved.contains(&mark.line()) { SHIFT } else { 0 };
        Position { line: mark.line(), column: mark.col().saturating_sub(shift) + 1 }
    }

    pub(super) fn syntax_error(&self, error: &ScanError) -> YamlError {
        // One of the parser's messages quotes a character of the document.
        let words = error.info().split('`').next().unwrap_or_default().trim_end_matches([' ', ':']);
        YamlError { reason: Reason::Syntax(words.to_owned()), at: self.position(error.marker()) }
    }

    /// Moves the line that the error is about. Returns whether there is something new to parse.
    pub(super) fn relax(&mut self, error: &ScanError) -> bool {
        let line = match error.info() {
            words if TOO_FAR_LEFT.contains(&words) => Some(error.marker().line()),
            // Which of the scalar's lines it is remains open; to move the others does no harm.
            QUOTED_TOO_FAR_LEFT => (error.marker().line() + 1..).find(|line| !self.moved.contains(line)),
            _ => None,
        };
        line.is_some_and(|line| self.move_line(line))
    }

    fn move_line(&mut self, line: usize) -> bool {
        let start: usize = self.text.split_inclusive('\n').take(line - 1).map(str::len).sum();
        // A document marker has to stay in the first column.
        let is_marker = ["---", "..."].iter().any(|marker| self.text[start..].starts_with(marker));
        self.work = self.work.saturating_add(self.text.len());
        if start == self.text.len() || is_marker || self.work > MOST_WORK || !self.moved.insert(line) {
            return false;
        }
        self.text.to_mut().insert_str(start, &" ".repeat(SHIFT));
        true
    }

    /// Takes the line end off a block scalar at the end of a text that does not end with one. The parser adds it where the
    /// last line goes as far as the content, in whose column the span of a scalar without tag and anchor starts.
    pub(super) fn trim_cut_off<'v>(
        &self,
        value: &'v str,
        style: ScalarStyle,
        has_properties: bool,
        span: &Span,
    ) -> &'v str {
        let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        if !is_block || span.end.index() < self.text.chars().count() {
            return value;
        }
        if value.trim_end_matches('\n').is_empty() {
            let whole_lines = span.end.line().saturating_sub(span.start.line() + 1);
            return &value[..value.len().min(whole_lines)];
        }
        let last = self.text.rsplit('\n').next().unwrap_or_default();
        let has_added = match has_properties {
            true => !last.trim().is_empty(),
            false => span.end.col() >= span.start.col().max(1),
        };
        if has_added { value.strip_suffix('\n').unwrap_or(value) } else { value }
    }
}
