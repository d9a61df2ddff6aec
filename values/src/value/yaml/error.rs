//! Why a document is refused.

use thiserror::Error;

use crate::value::Position;

/// What is wrong with a document, and where. The reference says `Invalid YAML received.` and nothing more.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{at}: {reason}.")]
pub struct YamlError {
    /// What is wrong.
    pub reason: Reason,
    /// Where it is.
    pub at: Position,
}

/// What makes a document invalid. The texts never quote the document: it may hold secrets.
#[expect(missing_docs, reason = "its words say it")]
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Reason {
    #[error("not a UTF-8 text")]
    Encoding,
    #[error("a character that YAML does not allow")]
    Character,
    /// The parser does not accept it; it says why without quoting the document.
    #[error("{0}")]
    Syntax(String),
    #[error("a version of YAML other than 1.2")]
    Version,
    #[error("more than one document")]
    SeveralDocuments,
    /// With aliases counted as what they stand for.
    #[error("nested too deep")]
    Depth,
    /// With aliases and merges counted as what they stand for.
    #[error("too large with all aliases written out")]
    Size,
    #[error("an alias inside the value that it stands for")]
    Cycle,
    #[error("a tag without a meaning here")]
    Tag,
    #[error("a number that cannot be read")]
    Number,
    #[error("a key that was given before")]
    DuplicateKey,
    #[error("a key that is not a text")]
    Key,
    #[error("'<<' with something else than mappings")]
    Merge,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_lines_and_characters_from_one() {
        assert_eq!(Position::of("", 0), Position { line: 1, column: 1 });
        assert_eq!(Position::of("a\n\u{e9}b", 4), Position { line: 2, column: 2 });
    }
}
