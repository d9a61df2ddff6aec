//! From the text of a query to its tokens.

use super::ast::Operator;
use super::error::CompileError;
use super::token::{Token, TokenKind};
use crate::syntax::python::is_space;
use crate::value::number::decimal;
use crate::value::{Value, json};

/// The tokens of an expression, with an [`TokenKind::Eof`] at the end.
pub(super) fn tokens(expression: &str) -> Result<Vec<Token>, CompileError> {
    if expression.is_empty() {
        return Err(CompileError::Empty);
    }
    let chars: Vec<char> = expression.chars().collect();
    let mut lexer = Lexer { expression, chars: &chars, at: 0 };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.next_token()? {
        tokens.push(token);
    }
    tokens.push(Token { kind: TokenKind::Eof, value: Value::string(""), start: chars.len() });
    Ok(tokens)
}

struct Lexer<'e> {
    expression: &'e str,
    chars: &'e [char],
    /// The place of the next character.
    at: usize,
}

impl Lexer<'_> {
    fn next_token(&mut self) -> Result<Option<Token>, CompileError> {
        while matches!(self.peek(), Some(' ' | '\t' | '\n' | '\r')) {
            self.at += 1;
        }
        let start = self.at;
        let Some(c) = self.peek() else { return Ok(None) };
        let (kind, value) = match c {
            'a'..='z' | 'A'..='Z' | '_' => {
                let name = self.take_while(|c| c.is_ascii_alphanumeric() || c == '_');
                (TokenKind::UnquotedIdentifier, Value::string(name))
            }
            '0'..='9' | '-' => (TokenKind::Number, self.number()?),
            '"' => (TokenKind::QuotedIdentifier, self.quoted_name()?),
            '\'' => (TokenKind::Literal, Value::string(self.quoted()?.replace("\\'", "'"))),
            '`' => (TokenKind::Literal, self.literal()?),
            _ => {
                let (kind, length) = self.sign(c)?;
                self.at += length;
                (kind, Value::string(self.chars[start..self.at].iter().collect::<String>()))
            }
        };
        Ok(Some(Token { kind, value, start }))
    }

    /// The kind of a token that is one or two signs, and how many.
    fn sign(&self, c: char) -> Result<(TokenKind, usize), CompileError> {
        let found = match (c, self.chars.get(self.at + 1)) {
            ('[', Some(']')) => (TokenKind::Flatten, 2),
            ('[', Some('?')) => (TokenKind::Filter, 2),
            ('|', Some('|')) => (TokenKind::Or, 2),
            ('&', Some('&')) => (TokenKind::And, 2),
            ('<', Some('=')) => (TokenKind::Comparison(Operator::Lte), 2),
            ('>', Some('=')) => (TokenKind::Comparison(Operator::Gte), 2),
            ('!', Some('=')) => (TokenKind::Comparison(Operator::Ne), 2),
            ('=', Some('=')) => (TokenKind::Comparison(Operator::Eq), 2),
            ('[', _) => (TokenKind::LBracket, 1),
            ('|', _) => (TokenKind::Pipe, 1),
            ('&', _) => (TokenKind::ExpRef, 1),
            ('<', _) => (TokenKind::Comparison(Operator::Lt), 1),
            ('>', _) => (TokenKind::Comparison(Operator::Gt), 1),
            ('!', _) => (TokenKind::Not, 1),
            ('.', _) => (TokenKind::Dot, 1),
            ('*', _) => (TokenKind::Star, 1),
            (']', _) => (TokenKind::RBracket, 1),
            (',', _) => (TokenKind::Comma, 1),
            (':', _) => (TokenKind::Colon, 1),
            ('@', _) => (TokenKind::Current, 1),
            ('(', _) => (TokenKind::LParen, 1),
            (')', _) => (TokenKind::RParen, 1),
            ('{', _) => (TokenKind::LBrace, 1),
            ('}', _) => (TokenKind::RBrace, 1),
            ('=', _) => return Err(self.error("Unknown token '='", self.at)),
            _ => return Err(self.error(format!("Unknown token {c}"), self.at)),
        };
        Ok(found)
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn take_while(&mut self, fits: impl Fn(char) -> bool) -> String {
        let taken: String = self.chars[self.at..].iter().take_while(|c| fits(**c)).collect();
        self.at += taken.chars().count();
        taken
    }

    fn error(&self, problem: impl Into<String>, position: usize) -> CompileError {
        CompileError::Token { problem: problem.into(), position, expression: self.expression.to_owned() }
    }

    /// number = ["-"] 1*digit
    fn number(&mut self) -> Result<Value, CompileError> {
        let start = self.at;
        let sign = if self.peek() == Some('-') { "-" } else { "" };
        self.at += sign.len();
        let digits = self.take_while(|c| c.is_ascii_digit());
        let number = decimal(&format!("{sign}{digits}"));
        number.map(Value::integer).ok_or_else(|| self.error("Unknown token '-'", start))
    }

    /// What stands between the quote here and the next one that has no backslash before it.
    fn quoted(&mut self) -> Result<String, CompileError> {
        let start = self.at;
        let quote = self.chars[start];
        self.at += 1;
        let mut text = String::new();
        while let Some(c) = self.peek() {
            self.at += 1;
            if c == quote {
                return Ok(text);
            }
            text.push(c);
            if c == '\\' {
                text.extend(self.peek());
                self.at += 1;
            }
        }
        Err(self.error(format!("Unclosed {quote} delimiter"), start))
    }

    /// A name in double quotes is a JSON text.
    fn quoted_name(&mut self) -> Result<Value, CompileError> {
        let start = self.at;
        let text = format!("\"{}\"", self.quoted()?);
        // The reference shows Python's message up to its first colon.
        let words = |problem: &'static str| problem.split(':').next().unwrap_or_default();
        json::parse_lenient(&text).map_err(|error| self.error(words(error.problem), start))
    }

    /// A literal in backticks is JSON. What is no JSON is taken as a text without its quotes.
    fn literal(&mut self) -> Result<Value, CompileError> {
        let start = self.at;
        let text = self.quoted()?.replace("\\`", "`");
        json::parse_lenient(&text).or_else(|error| {
            if error.problem == json::TOO_DEEP {
                return Err(CompileError::TooDeep);
            }
            let quoted = format!("\"{}\"", text.trim_start_matches(is_space));
            json::parse_lenient(&quoted).map_err(|_| self.error(format!("Bad token {text}"), start))
        })
    }
}
