//! YAML documents, read as the reference reads them.
//!
//! The reference uses a pure Python loader in its safe mode: YAML 1.2 by default, 1.1 by directive. The
//! parsing proper is done by `saphyr-parser`. What is here is the difference between the two (`layout`), the
//! meaning of scalars (`resolve`, `scalar`, `timestamp`), and the making of values (`compose`, `construct`,
//! `key`).
//!
//! A document is never trusted: its depth, its merges and what its aliases add up to are bounded.

mod compose;
mod construct;
mod decode;
mod directive;
mod error;
mod escape;
mod key;
mod layout;
mod resolve;
mod scalar;
mod tags;
mod timestamp;
pub(crate) mod write;

pub(crate) use error::{Position, Reason, ValueError, YamlError};

use crate::value::Value;
use compose::Refusal;
use layout::Layout;

/// The version of YAML that a document asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    /// Further words for booleans, octal numbers by a leading zero, numbers of base 60.
    V1_1,
    /// The default.
    V1_2,
}

/// Reads the bytes of a document: UTF-8, or UTF-16 with a byte order mark.
///
/// # Errors
/// As [`parse`], and [`Reason::Encoding`] for bytes that are no text.
pub(crate) fn parse_bytes(bytes: &[u8]) -> Result<Value, YamlError> {
    parse(&decode::text(bytes)?)
}

/// Reads a document; an empty one is [`Value::Null`].
///
/// # Errors
/// [`YamlError::Invalid`] where the reference says `Invalid YAML received.`, [`YamlError::Value`] where it
/// fails with an error of Python's own.
pub(crate) fn parse(text: &str) -> Result<Value, YamlError> {
    let text = decode::printable(text)?;
    let version = directive::version(text)?;
    let mut layout = Layout::new(text);
    loop {
        match compose::document(&layout, version) {
            Ok(document) => return construct::value(document, version),
            Err(Refusal::Final(error)) => return Err(error),
            Err(Refusal::Scan(error)) if layout.relax(&error) => {}
            Err(Refusal::Scan(error)) => return Err(layout.invalid(&error)),
        }
    }
}

#[cfg(test)]
mod tests;
