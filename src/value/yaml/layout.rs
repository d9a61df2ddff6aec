//! Where the reference's loader and the parser used here disagree about white space.
//!
//! The parser keeps to YAML 1.2. The loader differs in three ways that a user meets:
//!
//! - Lines inside brackets or quotes may start in any column. YAML 1.2 wants them indented more than the
//!   block around them. Such lines are moved to the right, where their leading blanks mean nothing, and the
//!   document is parsed again.
//! - A tab is allowed in quotes, in block scalars and in comments, and nowhere else.
//! - A block scalar that the end of the text cuts off has no line break at its end.
//!
//! There is a fourth that is not white space, and is met by JSON documents: pairs of escapes (`escape`).

use std::borrow::Cow;
use std::ops::Range;

use saphyr_parser::{Marker, ScalarStyle, ScanError, Span};

use super::escape::join_surrogates;
use super::{Position, Reason, YamlError};

/// The parser's words for a line that starts too far left. It gives no other way to tell.
const TOO_FAR_LEFT: [&str; 3] =
    ["invalid indentation", "invalid indentation in flow construct", "tab cannot be used as indentation"];

/// The same, for some line of a quoted scalar; the place is where the scalar starts.
const QUOTED_TOO_FAR_LEFT: &str = "invalid indentation in quoted scalar";

/// The parser's words for one half of a pair of escapes, at the start of its scalar.
const HALF_A_PAIR: &str = "while parsing a quoted scalar, found invalid Unicode character escape code";

/// Blocks that start further right than this are not indented by hand: lines are not moved as far.
const WIDEST: usize = 1024;

/// How many bytes may be parsed in all, so that a hostile document costs no more than a large one.
const MOST_WORK: usize = 8 << 20;

/// The text of a document, with lines moved to the right where that changes nothing but the parser's mind.
pub(super) struct Layout<'a> {
    /// The lines as given, each with its break.
    lines: Vec<Cow<'a, str>>,
    /// Which of them are moved.
    moved: Vec<bool>,
    /// By how many columns.
    width: usize,
    /// All lines with their movement.
    text: Cow<'a, str>,
    /// The length of that text.
    characters: usize,
    /// Bytes parsed so far.
    work: usize,
}

/// A scalar whose text stands verbatim in the document, where tabs are allowed.
pub(super) struct Verbatim {
    /// Characters from the start of the document.
    pub(super) range: Range<usize>,
    /// How it is written. A plain scalar is not verbatim.
    pub(super) style: ScalarStyle,
}

impl<'a> Layout<'a> {
    /// Takes a text as it is.
    pub(super) fn new(text: &'a str) -> Layout<'a> {
        let lines: Vec<Cow<'a, str>> = split_lines(text).into_iter().map(Cow::Borrowed).collect();
        let block_start = |line: &Cow<'a, str>| line.chars().take_while(|c| " -?:".contains(*c)).count();
        let width = lines.iter().map(block_start).max().unwrap_or(0) + 3;
        let (moved, characters) = (vec![false; lines.len()], text.chars().count());
        Layout { lines, moved, width, text: Cow::Borrowed(text), characters, work: text.len() }
    }

    /// What is to be parsed.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The place of the parser's mark in the text as it was given.
    pub(super) fn position(&self, mark: &Marker) -> Position {
        let moved = self.moved.get(mark.line().saturating_sub(1)).is_some_and(|moved| *moved);
        let column = mark.col().saturating_sub(if moved { self.width } else { 0 });
        Position { line: mark.line(), column: column + 1 }
    }

    /// The parser's error in the words of this module's callers.
    pub(super) fn invalid(&self, error: &ScanError) -> YamlError {
        // One of the parser's messages names the character between these quotes.
        let info = error.info().split('`').next().unwrap_or_default().trim_end_matches([' ', ':']);
        YamlError::Invalid { reason: Reason::Syntax(info.to_owned()), at: self.position(error.marker()) }
    }

    /// Changes the lines that the error is about. Whether there is something new to parse.
    pub(super) fn relax(&mut self, error: &ScanError) -> bool {
        let line = error.marker().line().saturating_sub(1);
        let info = error.info();
        if TOO_FAR_LEFT.contains(&info) {
            return self.move_lines(line..line + 1) && self.rebuild();
        }
        if info != QUOTED_TOO_FAR_LEFT && info != HALF_A_PAIR {
            return false;
        }
        let end = line + 1 + self.breaks_in_quotes(error.marker().index());
        let changed = match info {
            QUOTED_TOO_FAR_LEFT => self.move_lines(line + 1..end),
            _ => self.join_pairs(line..end),
        };
        changed && self.rebuild()
    }

    fn move_lines(&mut self, range: Range<usize>) -> bool {
        let mut changed = false;
        for (line, moved) in self.lines.iter().zip(&mut self.moved).take(range.end).skip(range.start) {
            changed |= !*moved && can_move(line);
            *moved |= can_move(line);
        }
        changed
    }

    fn join_pairs(&mut self, range: Range<usize>) -> bool {
        let mut changed = false;
        for line in self.lines.iter_mut().take(range.end).skip(range.start) {
            if let Some(joined) = join_surrogates(line) {
                *line = Cow::Owned(joined);
                changed = true;
            }
        }
        changed
    }

    /// Writes the text anew, unless that is too much.
    fn rebuild(&mut self) -> bool {
        let moved = self.moved.iter().filter(|moved| **moved).count();
        let original: usize = self.lines.iter().map(|line| line.len()).sum();
        self.work = self.work.saturating_add(original + moved * self.width);
        if moved > 0 && self.width > WIDEST || self.work > MOST_WORK {
            return false;
        }
        let blanks = " ".repeat(self.width);
        let mut text = String::with_capacity(original + moved * self.width);
        for (line, moved) in self.lines.iter().zip(&self.moved) {
            text += if *moved { &blanks } else { "" };
            text += line;
        }
        self.characters = text.chars().count();
        self.text = Cow::Owned(text);
        true
    }

    /// How many line breaks the quoted scalar has that starts at the given character.
    fn breaks_in_quotes(&self, start: usize) -> usize {
        let mut chars = self.text.chars().skip(start);
        let quote = chars.next().unwrap_or('"');
        let mut quoted = Quoted::new(quote);
        let inside: String = chars.take_while(|c| quoted.takes(*c)).collect();
        split_lines(&inside).iter().filter(|line| line.ends_with(['\n', '\r'])).count()
    }

    /// Looks for tabs outside the given scalars and outside comments.
    ///
    /// # Errors
    /// [`Reason::Tab`] at the first.
    pub(super) fn check_tabs(&self, verbatim: &[Verbatim]) -> Result<(), YamlError> {
        if !self.text.contains('\t') {
            return Ok(());
        }
        let mut scalars = verbatim.iter().peekable();
        let mut inside: Option<(&Verbatim, Option<Quoted>)> = None;
        let (mut comment, mut before) = (false, ' ');
        for (index, (offset, c)) in self.text.char_indices().enumerate() {
            if let Some(scalar) = scalars.next_if(|scalar| scalar.range.start <= index) {
                inside = Some((scalar, None));
            }
            if let Some((scalar, quoted)) = &mut inside
                && !scalar.takes(index, c, before, quoted)
            {
                inside = None;
            }
            if inside.is_none() {
                comment = !matches!(c, '\n' | '\r') && (comment || (c == '#' && " \n\r".contains(before)));
                if c == '\t' && !comment {
                    return Err(YamlError::Invalid { reason: Reason::Tab, at: self.position_of(offset) });
                }
            }
            before = c;
        }
        Ok(())
    }

    fn position_of(&self, offset: usize) -> Position {
        let at = Position::of(&self.text, offset);
        let moved = self.moved.get(at.line - 1).is_some_and(|moved| *moved);
        Position { column: at.column.saturating_sub(if moved { self.width } else { 0 }), ..at }
    }

    /// Takes the line break off a block scalar which ends with the text, if the text does not end with one.
    pub(super) fn trim_cut_off<'v>(&self, value: &'v str, style: ScalarStyle, span: &Span) -> &'v str {
        let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        if !block || self.text.ends_with(['\n', '\r']) || span.end.index() < self.characters {
            return value;
        }
        let last = self.lines.last().map_or("", |line| line);
        // A last line of blanks belongs to the scalar only if it reaches the scalar's own column.
        let counts = last.chars().any(|c| c != ' ') || last.len() >= span.start.col().max(1);
        if counts { value.strip_suffix('\n').unwrap_or(value) } else { value }
    }
}

impl Verbatim {
    /// Whether the character still belongs to the scalar.
    fn takes(&self, index: usize, c: char, before: char, quoted: &mut Option<Quoted>) -> bool {
        let quote = match self.style {
            ScalarStyle::SingleQuoted => '\'',
            ScalarStyle::DoubleQuoted => '"',
            ScalarStyle::Plain | ScalarStyle::Literal | ScalarStyle::Folded => {
                return self.range.contains(&index);
            }
        };
        match quoted {
            Some(quoted) => quoted.takes(c),
            None => {
                // The range starts with the scalar's tag and anchor.
                if c == quote && (index == self.range.start || " \n\r".contains(before)) {
                    *quoted = Some(Quoted::new(quote));
                }
                c != '\t'
            }
        }
    }
}

/// Looks for the end of a quoted scalar, after its opening quote.
struct Quoted {
    quote: char,
    /// After a backslash in double quotes, or after one quote that may be the first of two.
    held: Option<char>,
}

impl Quoted {
    fn new(quote: char) -> Quoted {
        Quoted { quote, held: None }
    }

    /// Whether the character still belongs to the scalar; its closing quote does.
    fn takes(&mut self, c: char) -> bool {
        match self.held.take() {
            Some('\\') => true,
            Some(_) if self.quote == '\'' && c == '\'' => true,
            Some(_) => false,
            None => {
                self.held = (c == self.quote || (c == '\\' && self.quote == '"')).then_some(c);
                true
            }
        }
    }
}

/// A document marker has to stay in the first column, and an empty line has nothing to move.
fn can_move(line: &str) -> bool {
    let marker = ["---", "..."].iter().any(|marker| {
        line.strip_prefix(marker)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r']))
    });
    !marker && !line.trim().is_empty()
}

/// Splits after every line break: LF, CR or both.
fn split_lines(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(index) = rest.find(['\n', '\r']) {
        let end = if rest[index..].starts_with("\r\n") { index + 2 } else { index + 1 };
        let (line, after) = rest.split_at(end);
        lines.push(line);
        rest = after;
    }
    if !rest.is_empty() {
        lines.push(rest);
    }
    lines
}
