//! Reads JSON as Python's `json` module does, because the reference's messages carry its words and positions.
//!
//! Beyond RFC 8259 that means: `NaN`, `Infinity` and `-Infinity` are numbers, a repeated key takes the last
//! value, integers have up to 128 bits (larger ones become floating-point numbers). White space is space, tab, CR and LF only.

mod keys;
mod scan;
pub mod write;

use std::borrow::Cow;
use std::rc::Rc;

use super::places::Places;
use super::{Map, Position, Value};
use keys::Keys;
pub use scan::plain_length;

/// How deep lists and objects may be nested in what a user gives.
const MAX_DEPTH: usize = 500;

/// How deep they may be nested in a reply. Python stops a little below its recursion limit of 1,000.
pub const MAX_REPLY_DEPTH: usize = 1000;

/// How many values a reply may have: more than there are in the longest page of stores.
pub const MOST_REPLY_VALUES: usize = 4_000_000;

/// What is wrong with a text that should be JSON, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}: line {} column {} (char {position})", .at.line, .at.column)]
pub struct JsonError {
    /// What was expected or is wrong, in Python's words.
    pub problem: &'static str,
    /// The place, in characters from the start of the text, from 0.
    pub position: usize,
    /// The same as line and column.
    pub at: Position,
}

/// Lists and objects are nested too deep.
pub const TOO_DEEP: &str = "Nested too deeply";

/// There are more values than fit into memory for certain.
pub const TOO_MANY: &str = "Too many values";

const UNTERMINATED: &str = "Unterminated string starting at";

/// Reads a whole text as one JSON value.
///
/// A text that cannot be represented (half of a surrogate pair) is an error: in a request it must not become
/// something else.
pub fn parse(text: &str) -> Result<Value, JsonError> {
    read(text, false, MAX_DEPTH, usize::MAX)
}

/// As [`parse`], but half of a surrogate pair is kept as the six characters of its escape, so that it can always be
/// shown.
pub fn parse_lenient(text: &str) -> Result<Value, JsonError> {
    read(text, true, MAX_DEPTH, usize::MAX)
}

/// Reads the body of a reply: as [`parse_lenient`], and nested deeper.
pub fn parse_reply(text: &str) -> Result<Value, JsonError> {
    read(text, true, MAX_REPLY_DEPTH, MOST_REPLY_VALUES)
}

fn read(
    text: &str,
    keep_lone_surrogates: bool,
    max_depth: usize,
    values_left: usize,
) -> Result<Value, JsonError> {
    Reader { text, keep_lone_surrogates, max_depth, values_left, ..Reader::default() }.document()
}

#[derive(Default)]
struct Reader<'a> {
    text: &'a str,
    /// The place in bytes.
    at: usize,
    keep_lone_surrogates: bool,
    max_depth: usize,
    /// How many values there may still be.
    values_left: usize,
    keys: Keys,
    /// The members of all objects that are still open, the innermost last. An object takes its own when it ends, so
    /// that each has no more room than it needs.
    members: Vec<(Rc<str>, Value)>,
    /// Room for a text whose escapes are resolved.
    resolved: String,
}

impl<'a> Reader<'a> {
    fn document(mut self) -> Result<Value, JsonError> {
        self.skip_white_space();
        let value = self.value(0)?;
        self.skip_white_space();
        if self.at < self.text.len() { Err(self.error("Extra data")) } else { Ok(value) }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Goes past a byte, if it is the next one.
    fn take(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn skip_white_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn error(&self, problem: &'static str) -> JsonError {
        self.error_at(problem, self.at)
    }

    fn error_at(&self, problem: &'static str, byte: usize) -> JsonError {
        let position = self.text[..byte].chars().count();
        JsonError { problem, position, at: Position::of(self.text, byte) }
    }

    fn value(&mut self, depth: usize) -> Result<Value, JsonError> {
        if depth > self.max_depth {
            return Err(self.error(TOO_DEEP));
        }
        if self.values_left == 0 {
            return Err(self.error(TOO_MANY));
        }
        self.values_left -= 1;
        match self.peek() {
            Some(b'"') => {
                let text = self.string()?;
                let value = Value::string(&*text);
                if let Cow::Owned(text) = text {
                    self.resolved = text;
                }
                Ok(value)
            }
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            _ => self.word_or_number(),
        }
    }

    fn word_or_number(&mut self) -> Result<Value, JsonError> {
        const WORDS: [(&str, Value); 6] = [
            ("null", Value::Null),
            ("true", Value::Bool(true)),
            ("false", Value::Bool(false)),
            ("NaN", Value::Float(f64::NAN)),
            ("Infinity", Value::Float(f64::INFINITY)),
            ("-Infinity", Value::Float(f64::NEG_INFINITY)),
        ];
        if let Some(number) = self.number() {
            return Ok(number);
        }
        for (word, value) in WORDS {
            if self.text[self.at..].starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        Err(self.error("Expecting value"))
    }

    /// number = ["-"] ("0" / digit1-9 *digit) ["." 1*digit] [("e" / "E") ["+" / "-"] 1*digit]
    fn number(&mut self) -> Option<Value> {
        let bytes = &self.text.as_bytes()[self.at..];
        let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
        let sign = usize::from(bytes.first() == Some(&b'-'));
        let whole = match bytes.get(sign) {
            Some(b'0') => 1,
            Some(b'1'..=b'9') => digits(sign),
            _ => return None,
        };
        let integer_end = sign + whole;
        let mut end = integer_end;
        if bytes.get(end) == Some(&b'.') && digits(end + 1) > 0 {
            end += 1 + digits(end + 1);
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let signed = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            let exponent = digits((end + 1 + signed).min(bytes.len()));
            if exponent > 0 {
                end += 1 + signed + exponent;
            }
        }
        let text = &self.text[self.at..self.at + end];
        self.at += end;
        let whole: Option<i128> = if end == integer_end { text.parse().ok() } else { None };
        whole.map(Value::integer).or_else(|| text.parse().ok().map(Value::Float))
    }

    fn array(&mut self, depth: usize) -> Result<Value, JsonError> {
        let mut elements = Vec::new();
        self.separated(b']', |reader| {
            elements.push(reader.value(depth + 1)?);
            Ok(())
        })?;
        Ok(Value::list(elements))
    }

    fn object(&mut self, depth: usize) -> Result<Value, JsonError> {
        let outer = self.members.len();
        let mut places = Places::default();
        self.separated(b'}', |reader| {
            let (key, value) = reader.member(depth)?;
            match places.learn(&key, &reader.members[outer..]) {
                Some(place) => reader.members[outer + place].1 = value,
                None => reader.members.push((key, value)),
            }
            Ok(())
        })?;
        Ok(Value::Map(Rc::new(Map::of_unique(self.members.drain(outer..)))))
    }

    fn member(&mut self, depth: usize) -> Result<(Rc<str>, Value), JsonError> {
        if self.peek() != Some(b'"') {
            return Err(self.error("Expecting property name enclosed in double quotes"));
        }
        let key = self.string()?;
        let key = self.keys.shared(&key);
        self.skip_white_space();
        if !self.take(b':') {
            return Err(self.error("Expecting ':' delimiter"));
        }
        self.skip_white_space();
        Ok((key, self.value(depth + 1)?))
    }

    /// Reads what stands between brackets, separated by commas; the place is the opening one.
    fn separated(
        &mut self,
        close: u8,
        mut element: impl FnMut(&mut Self) -> Result<(), JsonError>,
    ) -> Result<(), JsonError> {
        self.at += 1;
        self.skip_white_space();
        if self.take(close) {
            return Ok(());
        }
        loop {
            element(self)?;
            self.skip_white_space();
            if self.take(close) {
                return Ok(());
            }
            if !self.take(b',') {
                return Err(self.error("Expecting ',' delimiter"));
            }
            self.skip_white_space();
        }
    }

    /// Reads a text; the place is its opening quote. One without escapes is not copied.
    fn string(&mut self) -> Result<Cow<'a, str>, JsonError> {
        let start = self.at;
        self.at += 1;
        let plain = self.plain();
        if self.take(b'"') {
            return Ok(Cow::Borrowed(plain));
        }
        let mut out = std::mem::take(&mut self.resolved);
        out.clear();
        out.push_str(plain);
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Cow::Owned(out));
                }
                Some(b'\\') => self.escape(start, &mut out)?,
                Some(_) => return Err(self.error("Invalid control character at")),
                None => return Err(self.error_at(UNTERMINATED, start)),
            }
            out.push_str(self.plain());
        }
    }

    /// Takes the characters that stand for themselves.
    fn plain(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let plain = &rest[..plain_length(rest.as_bytes())];
        self.at += plain.len();
        plain
    }

    fn escape(&mut self, string_start: usize, out: &mut String) -> Result<(), JsonError> {
        let backslash = self.at;
        let Some(escaped) = self.text[backslash + 1..].chars().next() else {
            return Err(self.error_at(UNTERMINATED, string_start));
        };
        self.at += 1 + escaped.len_utf8();
        let plain = match escaped {
            '"' | '\\' | '/' => escaped,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.unicode_escape(backslash, out),
            _ => return Err(self.error_at("Invalid \\escape", backslash)),
        };
        out.push(plain);
        Ok(())
    }

    fn unicode_escape(&mut self, backslash: usize, out: &mut String) -> Result<(), JsonError> {
        let first = self.hex_digits()?;
        if let 0xd800..=0xdbff = first
            && self.text[self.at..].starts_with("\\u")
        {
            self.at += 2;
            let second = self.hex_digits()?;
            if let 0xdc00..=0xdfff = second {
                let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                out.extend(char::from_u32(code));
                return Ok(());
            }
            self.at -= 6;
        }
        match char::from_u32(first) {
            Some(c) => out.push(c),
            None if self.keep_lone_surrogates => out.push_str(&format!("\\u{first:04x}")),
            None => return Err(self.error_at("Half of a surrogate pair in \\uXXXX escape", backslash)),
        }
        Ok(())
    }

    /// Takes four hexadecimal digits.
    fn hex_digits(&mut self) -> Result<u32, JsonError> {
        let digits = self.text.get(self.at..self.at + 4);
        let digits = digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let number = number.ok_or_else(|| self.error("Invalid \\uXXXX escape"))?;
        self.at += 4;
        Ok(number)
    }
}

#[cfg(test)]
mod tests;
