//! YAML documents, read as the reference's library (ruamel.yaml, safe and pure) reads them: YAML 1.2, or 1.1
//! where the document says so.

mod compose;
mod construct;
mod timestamp;

use crate::value::Value;

/// What is wrong with a document, and where. The text of the document is never part of it: it may be a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Line {line}, column {column}: {reason}.")]
pub struct YamlError {
    /// What is wrong.
    pub reason: Reason,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
}

/// What can be wrong with a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The bytes are not UTF-8, UTF-16 or UTF-32.
    #[error("the bytes are no text")]
    Encoding,
    /// A control character.
    #[error("a character is not allowed here")]
    Character,
    /// The syntax is broken.
    #[error("this is not valid YAML")]
    Syntax,
    /// Another version than 1.1 and 1.2.
    #[error("this version of YAML is not known")]
    Version,
    /// A second document.
    #[error("there is more than one document")]
    SecondDocument,
    /// A key that was there already.
    #[error("this key is there twice")]
    DuplicateKey,
    /// A mapping as a key.
    #[error("this cannot be a key")]
    Key,
    /// A tag that is not known, or not known for this kind of node.
    #[error("this tag is not known here")]
    Tag,
    /// `<<` with something else than a mapping or a list of mappings, or `<<` or `=` as a value.
    #[error("this cannot be merged")]
    Merge,
    /// Lists and mappings nested too deep.
    #[error("this is nested too deeply")]
    Depth,
    /// Aliases that make the document many times larger than it is.
    #[error("the aliases make the document too large")]
    Size,
    /// A date or time that does not exist.
    #[error("this date or time does not exist")]
    NoSuchTime,
    /// A scalar that its tag does not fit.
    #[error("this value does not fit its tag")]
    NoSuchValue,
}

impl YamlError {
    /// Whether the reference calls the document invalid; else it ends with an exception about a value.
    pub fn is_invalid(&self) -> bool {
        !matches!(self.reason, Reason::NoSuchTime | Reason::NoSuchValue | Reason::Version)
            || (self.reason == Reason::Version && self.column == 1)
    }
}

/// Reads a document. An empty one is null.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn parse(text: &str) -> Result<Value, YamlError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    check_characters(text)?;
    let version = version(text)?;
    compose::document(text, version)
}

/// Reads a document of bytes: UTF-8, or UTF-16 or UTF-32 with a byte order mark.
///
/// # Errors
/// As [`parse`], and bytes that are no text.
pub fn parse_bytes(bytes: &[u8]) -> Result<Value, YamlError> {
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => super::document::utf16(rest, false),
        [0xfe, 0xff, rest @ ..] => super::document::utf16(rest, true),
        _ => std::str::from_utf8(bytes).ok().map(str::to_owned),
    };
    let text = text.ok_or(YamlError { reason: Reason::Encoding, line: 1, column: 1 })?;
    parse(&text)
}

/// The versions that are read differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    V1_1,
    V1_2,
}

fn check_characters(text: &str) -> Result<(), YamlError> {
    let allowed = |c: char| {
        matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}')
            || c >= '\u{10000}'
    };
    match text.find(|c| !allowed(c)) {
        None => Ok(()),
        Some(at) => Err(error_at(text, at, Reason::Character)),
    }
}

fn error_at(text: &str, at: usize, reason: Reason) -> YamlError {
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.matches('\n').count() + 1;
    YamlError { reason, line, column: before[line_start..].chars().count() + 1 }
}

/// The version that a `%YAML` directive names. Only directives and comments stand before it.
fn version(text: &str) -> Result<Version, YamlError> {
    for (index, line) in text.lines().enumerate() {
        let error = |column| YamlError { reason: Reason::Version, line: index + 1, column };
        let Some(directive) = line.strip_prefix('%') else {
            if line.trim().is_empty() || line.trim_start().starts_with('#') {
                continue;
            }
            break;
        };
        let mut words = directive.split_ascii_whitespace();
        if words.next() == Some("YAML") {
            return match words.next() {
                Some("1.1") => Ok(Version::V1_1),
                Some("1.2") => Ok(Version::V1_2),
                // Another minor version ends the reference with an exception, another major one with an error.
                Some(other) if other.starts_with("1.") => Err(error(2)),
                Some(_) | None => Err(error(1)),
            };
        }
    }
    Ok(Version::V1_2)
}

#[cfg(test)]
mod tests;
