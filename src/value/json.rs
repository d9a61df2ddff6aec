//! Reads JSON as Python's `json` module does, because the reference's messages carry its words and positions.
//!
//! Beyond RFC 8259 that means: `NaN`, `Infinity` and `-Infinity` are numbers, a repeated key takes the last
//! value, integers have any size. White space is space, tab, CR and LF only.

use std::rc::Rc;

use super::{Integer, Map, Value};

/// How deep lists and objects may be nested. Python stops near its recursion limit of 1,000.
const MAX_DEPTH: usize = 500;

/// What is wrong with a text that should be JSON, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}: line {line} column {column} (char {position})")]
pub struct JsonError {
    /// What was expected or is wrong.
    pub kind: JsonErrorKind,
    /// The place, in characters from the start of the text, from 0.
    pub position: usize,
    /// The line of the place, from 1.
    pub line: usize,
    /// The column of the place in its line, from 1.
    pub column: usize,
}

/// The kinds of [`JsonError`]; the words are Python's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonErrorKind {
    /// No value where one must be.
    #[error("Expecting value")]
    Value,
    /// No key where one must be.
    #[error("Expecting property name enclosed in double quotes")]
    PropertyName,
    /// No colon after a key.
    #[error("Expecting ':' delimiter")]
    Colon,
    /// No comma between two elements.
    #[error("Expecting ',' delimiter")]
    Comma,
    /// A text without its closing quote; the place is the opening one.
    #[error("Unterminated string starting at")]
    UnterminatedString,
    /// A control character inside a text.
    #[error("Invalid control character at")]
    ControlCharacter,
    /// A backslash before a character that cannot be escaped.
    #[error("Invalid \\escape")]
    Escape,
    /// `\u` without four hexadecimal digits.
    #[error("Invalid \\uXXXX escape")]
    UnicodeEscape,
    /// Something after the value.
    #[error("Extra data")]
    ExtraData,
    /// Half of a surrogate pair, which no text can hold. Python keeps it; nothing could be done with it.
    #[error("Half of a surrogate pair in \\uXXXX escape")]
    LoneSurrogate,
    /// Lists and objects nested too deep.
    #[error("Nested too deeply")]
    Depth,
}

/// Reads a whole text as one JSON value.
///
/// A text that cannot be represented (half of a surrogate pair) is an error: in a request it must not become
/// something else.
pub fn parse(text: &str) -> Result<Value, JsonError> {
    Reader { text, at: 0, keep_lone_surrogates: false }.document()
}

/// Reads the body of a reply: as [`parse`], but half of a surrogate pair is kept as the six characters of its
/// escape, so that a reply can always be shown.
pub fn parse_reply(text: &str) -> Result<Value, JsonError> {
    Reader { text, at: 0, keep_lone_surrogates: true }.document()
}

struct Reader<'a> {
    text: &'a str,
    /// The place in bytes.
    at: usize,
    keep_lone_surrogates: bool,
}

impl Reader<'_> {
    fn document(mut self) -> Result<Value, JsonError> {
        self.skip_white_space();
        let value = self.value(0)?;
        self.skip_white_space();
        if self.at < self.text.len() { Err(self.error(JsonErrorKind::ExtraData)) } else { Ok(value) }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_white_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn error(&self, kind: JsonErrorKind) -> JsonError {
        self.error_at(kind, self.at)
    }

    fn error_at(&self, kind: JsonErrorKind, byte: usize) -> JsonError {
        let before = &self.text[..byte];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        JsonError {
            kind,
            position: before.chars().count(),
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }

    fn value(&mut self, depth: usize) -> Result<Value, JsonError> {
        if depth > MAX_DEPTH {
            return Err(self.error(JsonErrorKind::Depth));
        }
        match self.peek() {
            Some(b'"') => self.string().map(Value::String),
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
        for (word, value) in WORDS {
            if self.text[self.at..].starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        self.number().ok_or_else(|| self.error(JsonErrorKind::Value))
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
        if end == integer_end {
            Integer::from_decimal(text).map(Value::Integer)
        } else {
            text.parse().ok().map(Value::Float)
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, JsonError> {
        self.at += 1;
        self.skip_white_space();
        let mut elements = Vec::new();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::list(elements));
        }
        loop {
            elements.push(self.value(depth + 1)?);
            self.skip_white_space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Value::list(elements));
                }
                _ => return Err(self.error(JsonErrorKind::Comma)),
            }
            self.skip_white_space();
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, JsonError> {
        self.at += 1;
        self.skip_white_space();
        let mut map = Map::new();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Map(Rc::new(map)));
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.error(JsonErrorKind::PropertyName));
            }
            let key = self.string()?;
            self.skip_white_space();
            if self.peek() != Some(b':') {
                return Err(self.error(JsonErrorKind::Colon));
            }
            self.at += 1;
            self.skip_white_space();
            let value = self.value(depth + 1)?;
            map.insert(key, value);
            self.skip_white_space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(Value::Map(Rc::new(map)));
                }
                _ => return Err(self.error(JsonErrorKind::Comma)),
            }
            self.skip_white_space();
        }
    }

    /// Reads a text; the place is its opening quote.
    fn string(&mut self) -> Result<Rc<str>, JsonError> {
        let start = self.at;
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            let plain = rest.iter().take_while(|b| !matches!(b, b'"' | b'\\' | 0..=0x1f)).count();
            let chunk = &self.text[self.at..self.at + plain];
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    out.push_str(chunk);
                    return Ok(out.into());
                }
                Some(b'\\') => {
                    out.push_str(chunk);
                    self.escape(start, &mut out)?;
                }
                Some(_) => return Err(self.error(JsonErrorKind::ControlCharacter)),
                None => return Err(self.error_at(JsonErrorKind::UnterminatedString, start)),
            }
        }
    }

    fn escape(&mut self, string_start: usize, out: &mut String) -> Result<(), JsonError> {
        let backslash = self.at;
        let Some(escaped) = self.text[backslash + 1..].chars().next() else {
            return Err(self.error_at(JsonErrorKind::UnterminatedString, string_start));
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
            _ => return Err(self.error_at(JsonErrorKind::Escape, backslash)),
        };
        out.push(plain);
        Ok(())
    }

    fn unicode_escape(&mut self, backslash: usize, out: &mut String) -> Result<(), JsonError> {
        let Some(first) = self.hex_digits() else {
            return Err(self.error_at(JsonErrorKind::UnicodeEscape, backslash + 2));
        };
        if let 0xd800..=0xdbff = first
            && self.text[self.at..].starts_with("\\u")
        {
            self.at += 2;
            let Some(second) = self.hex_digits() else {
                return Err(self.error(JsonErrorKind::UnicodeEscape));
            };
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
            None => return Err(self.error_at(JsonErrorKind::LoneSurrogate, backslash)),
        }
        Ok(())
    }

    /// Takes four hexadecimal digits.
    fn hex_digits(&mut self) -> Option<u32> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4)?;
        let mut number = 0;
        for &digit in digits {
            number = number * 16 + char::from(digit).to_digit(16)?;
        }
        self.at += 4;
        Some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::python::repr;

    fn read(text: &str) -> String {
        match parse(text) {
            Ok(value) => repr(&value),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn values_keep_their_kind_and_order() {
        let text =
            r#" {"b":[1,-0,1.0,1E5,123456789012345678901234567890],"a":{"x":null},"b2":[true,false]} "#;
        let want = "{'b': [1, 0, 1.0, 100000.0, 123456789012345678901234567890], 'a': {'x': None}, \
                    'b2': [True, False]}";
        assert_eq!(read(text), want);
        assert_eq!(read("[NaN,Infinity,-Infinity]"), "[nan, inf, -inf]");
        assert_eq!(read(r#""\ud83d\udd11 \u00e9\n\/""#), "'\u{1f511} é\\n/'");
        assert_eq!(read(r#"{"a":1,"a":2}"#), "{'a': 2}");
    }

    #[test]
    fn errors_have_pythons_words_and_places() {
        let cases = [
            ("", "Expecting value: line 1 column 1 (char 0)"),
            ("{\"a\": \n", "Expecting value: line 2 column 1 (char 7)"),
            (
                "{\"a\":\"b\",}",
                "Expecting property name enclosed in double quotes: line 1 column 10 (char 9)",
            ),
            ("{'a'", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
            ("{\"a\" 1}", "Expecting ':' delimiter: line 1 column 6 (char 5)"),
            ("[1 2]", "Expecting ',' delimiter: line 1 column 4 (char 3)"),
            ("{} x", "Extra data: line 1 column 4 (char 3)"),
            ("\"a", "Unterminated string starting at: line 1 column 1 (char 0)"),
            ("\"a\tb\"", "Invalid control character at: line 1 column 3 (char 2)"),
            ("\"a\\qb\"", "Invalid \\escape: line 1 column 3 (char 2)"),
            ("\"\\u12g4\"", "Invalid \\uXXXX escape: line 1 column 4 (char 3)"),
            ("[-]", "Expecting value: line 1 column 2 (char 1)"),
            ("[01]", "Expecting ',' delimiter: line 1 column 3 (char 2)"),
            ("[1.]", "Expecting ',' delimiter: line 1 column 3 (char 2)"),
            ("\u{a0}{}", "Expecting value: line 1 column 1 (char 0)"),
            ("[\"é\u{1f511}\" x", "Expecting ',' delimiter: line 1 column 7 (char 6)"),
        ];
        for (text, want) in cases {
            assert_eq!(read(text), want, "{text:?}");
        }
    }

    #[test]
    fn half_of_a_surrogate_pair_is_refused_in_input_and_kept_as_text_in_replies() {
        assert_eq!(parse(r#""a\ud800""#).unwrap_err().kind, JsonErrorKind::LoneSurrogate);
        assert_eq!(parse_reply(r#""a\ud800b""#).unwrap().as_str(), Some("a\\ud800b"));
        assert_eq!(parse_reply(r#""\ud800\u0041""#).unwrap().as_str(), Some("\\ud800A"));
    }

    #[test]
    fn nesting_has_a_limit() {
        let deep = "[".repeat(100_000);
        assert_eq!(parse(&deep).unwrap_err().kind, JsonErrorKind::Depth);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC*") {
            let _ = parse(&text);
        }

        #[test]
        fn no_almost_json_makes_it_panic(text in r#"[\[\]{}",:0-9eE.+\\u d8-]{0,40}"#) {
            let _ = parse(&text);
            let _ = parse_reply(&text);
        }
    }
}
