//! YAML documents, read as YAML 1.2 with the scalars and merge keys of the reference's library.
//!
//! `saphyr-parser` gives the events of a document; `compose` makes the value in one pass, `scalar` gives plain
//! texts their types, and `layout` accepts lines that the parser finds too far to the left. A document is never
//! trusted: its depth, its merges and what its aliases add up to are bounded.

mod compose;
mod error;
mod layout;
mod scalar;
pub mod write;

pub use error::{Reason, YamlError};

use super::{Position, Value, json};
use crate::syntax::encoding::{self, fold_newlines};
use compose::Failure;
use layout::Layout;

/// Reads the bytes of a document: UTF-8, UTF-16 or UTF-32.
///
/// # Errors
/// As [`parse`], and [`Reason::Encoding`] for bytes that are not text.
pub fn parse_bytes(bytes: &[u8]) -> Result<Value, YamlError> {
    let text = encoding::detected(bytes)
        .ok_or(YamlError { reason: Reason::Encoding, at: Position { line: 1, column: 1 } })?;
    parse(&text)
}

/// Reads a document; an empty one is [`Value::Null`].
///
/// # Errors
/// What is wrong with it, and where.
pub fn parse(text: &str) -> Result<Value, YamlError> {
    let text = fold_newlines(text.strip_prefix('\u{feff}').unwrap_or(text));
    check_characters(&text)?;
    check_version(&text)?;
    let mut layout = Layout::new(&text);
    loop {
        match compose::value(&layout) {
            Ok(value) => return Ok(value),
            Err(Failure::Value(error)) => return Err(error),
            Err(Failure::Scan(error)) if layout.relax(&error) => {}
            // JSON writes characters beyond U+FFFF as two escapes, which YAML does not have.
            Err(Failure::Scan(error)) => return json::parse(&text).map_err(|_| layout.syntax_error(&error)),
        }
    }
}

/// The printable characters of YAML 1.2, 5.1, except that C1 controls other than NEL are not.
fn check_characters(text: &str) -> Result<(), YamlError> {
    let is_printable =
        |c| matches!(c, '\t' | '\n' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..);
    match text.find(|c| !is_printable(c)) {
        None => Ok(()),
        Some(offset) => Err(YamlError { reason: Reason::Character, at: Position::of(text, offset) }),
    }
}

/// Refuses a `%YAML` directive of another version than 1.2: other versions read some scalars as other types.
fn check_version(text: &str) -> Result<(), YamlError> {
    let mut head = text.lines().take_while(|line| line.starts_with(['%', '#']) || line.trim().is_empty());
    let is_other = |line: &str| {
        let mut words = line.split_whitespace();
        words.next() == Some("%YAML") && words.next() != Some("1.2")
    };
    match head.position(is_other) {
        None => Ok(()),
        Some(index) => {
            Err(YamlError { reason: Reason::Version, at: Position { line: index + 1, column: 1 } })
        }
    }
}

#[cfg(test)]
mod tests;
