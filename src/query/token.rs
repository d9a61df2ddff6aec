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
#[allow(missing_docs, reason = "their names and signs stand in `name` and in the lexer")]
pub(crate) enum TokenKind {
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
    pub(crate) fn name(self) -> &'static str {
        match self {
            TokenKind::Eof => "eof",
            TokenKind::UnquotedIdentifier => "unquoted_identifier",
            TokenKind::QuotedIdentifier => "quoted_identifier",
            TokenKind::Literal => "literal",
            TokenKind::Number => "number",
            TokenKind::Current => "current",
            TokenKind::Star => "star",
            TokenKind::Dot => "dot",
            TokenKind::Comma => "comma",
            TokenKind::Colon => "colon",
            TokenKind::LParen => "lparen",
            TokenKind::RParen => "rparen",
            TokenKind::LBrace => "lbrace",
            TokenKind::RBrace => "rbrace",
            TokenKind::LBracket => "lbracket",
            TokenKind::RBracket => "rbracket",
            TokenKind::Flatten => "flatten",
            TokenKind::Filter => "filter",
            TokenKind::Pipe => "pipe",
            TokenKind::Or => "or",
            TokenKind::And => "and",
            TokenKind::ExpRef => "expref",
            TokenKind::Not => "not",
            TokenKind::Eq => "eq",
            TokenKind::Ne => "ne",
            TokenKind::Lt => "lt",
            TokenKind::Lte => "lte",
            TokenKind::Gt => "gt",
            TokenKind::Gte => "gte",
        }
    }

    /// How strongly a token binds to what stands before it.
    pub(super) fn binding_power(self) -> u8 {
        match self {
            TokenKind::Eof
            | TokenKind::UnquotedIdentifier
            | TokenKind::QuotedIdentifier
            | TokenKind::Literal
            | TokenKind::RBracket
            | TokenKind::RParen
            | TokenKind::Comma
            | TokenKind::RBrace
            | TokenKind::Number
            | TokenKind::Current
            | TokenKind::ExpRef
            | TokenKind::Colon => 0,
            TokenKind::Pipe => 1,
            TokenKind::Or => 2,
            TokenKind::And => 3,
            TokenKind::Eq
            | TokenKind::Ne
            | TokenKind::Lt
            | TokenKind::Lte
            | TokenKind::Gt
            | TokenKind::Gte => 5,
            TokenKind::Flatten => 9,
            TokenKind::Star => 20,
            TokenKind::Filter => 21,
            TokenKind::Dot => 40,
            TokenKind::Not => 45,
            TokenKind::LBrace => 50,
            TokenKind::LBracket => 55,
            TokenKind::LParen => 60,
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
