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
    Expected { expected: &'static str, received: Option<char>, whole_value: bool },
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
        let characters: Vec<char> = self.input.chars().collect();
        let index = self.index.min(characters.len());
        let line_start =
            characters[..index].iter().rposition(|c| *c == '\n').map_or(0, |newline| newline + 1);
        let line_end =
            characters[index..].iter().position(|c| *c == '\n').map_or(characters.len(), |n| index + n);
        let text = |part: &[char]| part.iter().collect::<String>();
        let caret = " ".repeat(self.index - line_start);
        format!("{}\n{caret}^{}", text(&characters[..line_end]), text(&characters[line_end..]))
    }
}

impl fmt::Display for ShorthandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let location = self.location();
        match &self.kind {
            Kind::Expected { expected, received, whole_value } => {
                let received = match (received, whole_value) {
                    (Some(c), _) => c.to_string(),
                    (None, true) => "<none>".to_owned(),
                    (None, false) => "EOF".to_owned(),
                };
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
