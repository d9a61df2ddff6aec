//! What can be wrong with shorthand, and where; the words are the reference's.

use std::fmt;

use crate::model::Shape;
use crate::secret;

/// A text that is not shorthand.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ShorthandError {
    pub(super) kind: Kind,
    pub(super) input: String,
    /// The place, in characters.
    pub(super) index: usize,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Expected { expected: &'static str, received: String },
    SecondInstance { key: String },
    Depth,
}

impl ShorthandError {
    /// The error with the secrets of its text hidden. Carets still point to the right place.
    pub(crate) fn masked(mut self, shape: &Shape) -> ShorthandError {
        self.input = secret::masked(&self.input, shape);
        if let (Kind::SecondInstance { key }, Shape::Structure(members)) = (&mut self.kind, shape) {
            // What stands twice stands behind a secret.
            *key = secret::masked_name(key, members, true);
        }
        self
    }

    /// The text with a caret below the place.
    fn location(&self) -> String {
        let at = self.input.char_indices().nth(self.index).map_or(self.input.len(), |(at, _)| at);
        let (before, after) = self.input.split_at(at);
        let caret = " ".repeat(before.rsplit('\n').next().unwrap_or_default().chars().count());
        let (line, below) = after.split_at(after.find('\n').unwrap_or(after.len()));
        format!("{before}{line}\n{caret}^{below}")
    }
}

impl fmt::Display for ShorthandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let location = self.location();
        match &self.kind {
            Kind::Expected { expected, received } => {
                write!(f, "Expected: '{expected}', received: '{received}' for input:\n {location}")
            }
            Kind::SecondInstance { key } => write!(
                f,
                "Second instance of key \"{key}\" encountered for input:\n{location}\nThis is often because there \
                 is a preceding \",\" instead of a space."
            ),
            Kind::Depth => write!(f, "Lists are nested too deeply for input:\n {location}"),
        }
    }
}
