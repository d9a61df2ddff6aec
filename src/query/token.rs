//! What the text of a query is made of.

use std::rc::Rc;

use crate::value::{Value, python};

/// A token and where it begins, in characters.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    /// What the token stands for: a name, a number, a literal, or its own characters.
    pub(super) value: Value,
    pub(super) start: usize,
}

/// The kinds of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    Eof,
    UnquotedIdentifier,
    QuotedIdentifier,
    Literal,
    Number,
    Current,
    Star,
    Dot,
    Comma,
    Colon,
    LParen,
    RParen,
    LBrace,
    RBrace,
    LBracket,
    RBracket,
    Flatten,
    Filter,
    Pipe,
    Or,
    And,
    ExpRef,
    Not,
    Eq,
    Ne,
    Lt,
    Lte,
    Gt,
    Gte,
}

impl TokenKind {
    /// The name that messages give the kind.
    pub(super) fn name(self) -> &'static str {
        self.properties().0
    }

    /// How strongly a token binds to what stands before it.
    pub(super) fn binding_power(self) -> u8 {
        self.properties().1
    }

    fn properties(self) -> (&'static str, u8) {
        match self {
            TokenKind::Eof => ("eof", 0),
            TokenKind::UnquotedIdentifier => ("unquoted_identifier", 0),
            TokenKind::QuotedIdentifier => ("quoted_identifier", 0),
            TokenKind::Literal => ("literal", 0),
            TokenKind::Number => ("number", 0),
            TokenKind::Current => ("current", 0),
            TokenKind::Star => ("star", 20),
            TokenKind::Dot => ("dot", 40),
            TokenKind::Comma => ("comma", 0),
            TokenKind::Colon => ("colon", 0),
            TokenKind::LParen => ("lparen", 60),
            TokenKind::RParen => ("rparen", 0),
            TokenKind::LBrace => ("lbrace", 50),
            TokenKind::RBrace => ("rbrace", 0),
            TokenKind::LBracket => ("lbracket", 55),
            TokenKind::RBracket => ("rbracket", 0),
            TokenKind::Flatten => ("flatten", 9),
            TokenKind::Filter => ("filter", 21),
            TokenKind::Pipe => ("pipe", 1),
            TokenKind::Or => ("or", 2),
            TokenKind::And => ("and", 3),
            TokenKind::ExpRef => ("expref", 0),
            TokenKind::Not => ("not", 45),
            TokenKind::Eq => ("eq", 5),
            TokenKind::Ne => ("ne", 5),
            TokenKind::Lt => ("lt", 5),
            TokenKind::Lte => ("lte", 5),
            TokenKind::Gt => ("gt", 5),
            TokenKind::Gte => ("gte", 5),
        }
    }
}

impl Token {
    /// The token's value as messages show it.
    pub(super) fn text(&self) -> String {
        python::str(&self.value)
    }

    /// The name that an identifier stands for.
    pub(super) fn name(&self) -> Rc<str> {
        match &self.value {
            Value::String(name) => name.clone(),
            other => python::str(other).into(),
        }
    }

    /// The number, as far as it can be an index: larger ones become the largest.
    pub(super) fn index(&self) -> isize {
        match &self.value {
            Value::Integer(number) => number.as_str().parse().unwrap_or(match number.as_str().as_bytes() {
                [b'-', ..] => isize::MIN,
                _ => isize::MAX,
            }),
            _ => 0,
        }
    }
}
