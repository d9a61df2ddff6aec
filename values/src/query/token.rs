//! What the text of a query is made of.

use super::ast::Operator;
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
    Comparison(Operator),
}

impl TokenKind {
    /// The name that messages give the kind.
    pub(super) fn name(self) -> String {
        match self {
            TokenKind::UnquotedIdentifier => "unquoted_identifier".to_owned(),
            TokenKind::QuotedIdentifier => "quoted_identifier".to_owned(),
            TokenKind::Comparison(operator) => format!("{operator:?}").to_lowercase(),
            kind => format!("{kind:?}").to_lowercase(),
        }
    }

    /// How strongly a token binds to what stands before it.
    pub(super) fn binding_power(self) -> u8 {
        match self {
            TokenKind::Pipe => 1,
            TokenKind::Or => 2,
            TokenKind::And => 3,
            TokenKind::Comparison(_) => 5,
            TokenKind::Flatten => 9,
            TokenKind::Star => 20,
            TokenKind::Filter => 21,
            TokenKind::Dot => 40,
            TokenKind::Not => 45,
            TokenKind::LBrace => 50,
            TokenKind::LBracket => 55,
            TokenKind::LParen => 60,
            _ => 0,
        }
    }
}

impl Token {
    /// The token's value as messages show it, which is the name that an identifier stands for.
    pub(super) fn text(&self) -> String {
        python::str(&self.value)
    }

    /// The number, as far as it can be an index: larger ones become the largest.
    pub(super) fn index(&self) -> isize {
        match &self.value {
            Value::Integer(number) => (**number).clamp(isize::MIN as i128, isize::MAX as i128) as isize,
            _ => 0,
        }
    }
}
