//! From tokens to the tree: a Pratt parser with the binding powers of jmespath.py.

use super::ast::{Kind, Node, Slice};
use super::error::CompileError;
use super::lexer;
use super::token::{Token, TokenKind};

/// How deep expressions may be nested. The reference stops at Python's recursion limit of 1,000, which is reached at a
/// depth of 250 to 500, depending on the expression.
const MAX_DEPTH: usize = 250;

/// How high the tree may grow: a filter in brackets adds two nodes.
const MAX_HEIGHT: usize = 2 * MAX_DEPTH;

/// Tokens that bind weaker than this end a projection.
const PROJECTION_END: u8 = 10;

/// The tokens that a key may be, as Python prints a list of them.
const NAMES: &str = "['quoted_identifier', 'unquoted_identifier']";

/// The same of those that may stand behind a dot.
const AFTER_DOT: &str = "['quoted_identifier', 'unquoted_identifier', 'lbracket', 'lbrace']";

/// Reads a whole text as one expression.
pub(super) fn parse(expression: &str) -> Result<Node, CompileError> {
    let tokens = lexer::tokens(expression)?;
    let mut parser = Parser { expression, tokens: &tokens, at: 0, depth: 0 };
    let node = parser.expression(0)?;
    let token = parser.token();
    if token.kind == TokenKind::Eof {
        Ok(node)
    } else {
        Err(parser.error(token, format!("Unexpected token: {}", token.text())))
    }
}

struct Parser<'e> {
    expression: &'e str,
    tokens: &'e [Token],
    /// The place of the next token. It never goes past the last one, which is the end.
    at: usize,
    depth: usize,
}

impl<'e> Parser<'e> {
    fn token(&self) -> &'e Token {
        &self.tokens[self.at]
    }

    fn kind(&self) -> TokenKind {
        self.token().kind
    }

    fn advance(&mut self) -> &'e Token {
        let token = self.token();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        token
    }

    fn error(&self, token: &Token, problem: impl Into<Box<str>>) -> CompileError {
        CompileError::Syntax {
            problem: problem.into(),
            column: token.start,
            token: token.text().into(),
            kind: token.kind.name().into(),
            expression: self.expression.to_owned(),
        }
    }

    /// The same, but at the end the message is that something is missing.
    fn error_or_incomplete(&self, token: &Token, problem: impl Into<Box<str>>) -> CompileError {
        match token.kind {
            TokenKind::Eof => CompileError::Incomplete { expression: self.expression.to_owned() },
            _ => self.error(token, problem),
        }
    }

    fn expect(&mut self, kind: TokenKind) -> Result<(), CompileError> {
        let token = self.token();
        if token.kind != kind {
            let problem = format!("Expecting: {}, got: {}", kind.name(), token.kind.name());
            return Err(self.error_or_incomplete(token, problem));
        }
        self.advance();
        Ok(())
    }

    /// An expression, up to the first token that binds no stronger than `power`.
    fn expression(&mut self, power: u8) -> Result<Node, CompileError> {
        if self.depth == MAX_DEPTH {
            return Err(CompileError::TooDeep);
        }
        self.depth += 1;
        let mut left = self.prefix()?;
        while self.kind().binding_power() > power && left.height <= MAX_HEIGHT {
            left = self.infix(left)?;
        }
        self.depth -= 1;
        if left.height > MAX_HEIGHT { Err(CompileError::TooDeep) } else { Ok(left) }
    }

    /// What a token means at the start of an expression.
    fn prefix(&mut self) -> Result<Node, CompileError> {
        let token = self.advance();
        match token.kind {
            TokenKind::Literal => Ok(Node::new(Kind::Literal(token.value.clone()))),
            TokenKind::UnquotedIdentifier => Ok(Node::new(Kind::Field(token.text().into()))),
            TokenKind::QuotedIdentifier => self.quoted_name(token),
            TokenKind::Current => Ok(Node::new(Kind::Current)),
            TokenKind::Star => self.projection(Kind::Values(Node::new(Kind::Current).into()), token.kind),
            TokenKind::Filter => self.filter(Node::new(Kind::Current)),
            TokenKind::Flatten => self.projection(Kind::Flatten(Node::new(Kind::Current).into()), token.kind),
            TokenKind::LBracket => self.bracket(),
            TokenKind::LBrace => self.multi_select_hash(),
            TokenKind::LParen => {
                let node = self.expression(0)?;
                self.expect(TokenKind::RParen)?;
                Ok(node)
            }
            TokenKind::Not => Ok(Node::new(Kind::Not(self.operand(token.kind)?))),
            TokenKind::ExpRef => Ok(Node::new(Kind::ExpressionReference(self.operand(token.kind)?))),
            _ => Err(self.error_or_incomplete(token, "invalid token")),
        }
    }

    /// After a prefix operator.
    fn operand(&mut self, operator: TokenKind) -> Result<Box<Node>, CompileError> {
        self.expression(operator.binding_power()).map(Box::new)
    }

    /// What a token means after an expression.
    fn infix(&mut self, left: Node) -> Result<Node, CompileError> {
        let token = self.advance();
        match token.kind {
            TokenKind::Dot => self.dot(left),
            TokenKind::LBracket => self.index(left),
            TokenKind::Filter => self.filter(left),
            TokenKind::Flatten => self.projection(Kind::Flatten(left.into()), token.kind),
            TokenKind::LParen => self.function(left),
            TokenKind::Pipe | TokenKind::Or | TokenKind::And | TokenKind::Comparison(_) => {
                let operands = Box::new([left, self.expression(token.kind.binding_power())?]);
                Ok(Node::new(match token.kind {
                    TokenKind::Comparison(operator) => Kind::Comparison(operator, operands),
                    TokenKind::Or => Kind::Or(operands),
                    TokenKind::And => Kind::And(operands),
                    _ => Kind::Pipe(operands),
                }))
            }
            _ => Err(self.error(token, "invalid token")),
        }
    }

    fn quoted_name(&mut self, name: &Token) -> Result<Node, CompileError> {
        let next = self.token();
        if next.kind == TokenKind::LParen {
            let at_start = Token { start: 0, ..next.clone() };
            return Err(self.error(&at_start, "Quoted identifier not allowed for function names."));
        }
        Ok(Node::new(Kind::Field(name.text().into())))
    }

    /// After `left.`
    fn dot(&mut self, left: Node) -> Result<Node, CompileError> {
        if self.kind() == TokenKind::Star {
            self.advance();
            return self.projection(Kind::Values(left.into()), TokenKind::Dot);
        }
        let right = self.after_dot(TokenKind::Dot.binding_power())?;
        Ok(Node::new(Kind::Pipe(Box::new([left, right]))))
    }

    fn after_dot(&mut self, power: u8) -> Result<Node, CompileError> {
        let token = self.token();
        match token.kind {
            TokenKind::QuotedIdentifier | TokenKind::UnquotedIdentifier | TokenKind::Star => {
                self.expression(power)
            }
            TokenKind::LBracket => {
                self.advance();
                self.multi_select_list()
            }
            TokenKind::LBrace => {
                self.advance();
                self.multi_select_hash()
            }
            _ => Err(self.error(token, format!("Expecting: {AFTER_DOT}, got: {}", token.kind.name()))),
        }
    }

    /// A projection of a list, which the given token began: what follows is asked of each element.
    fn projection(&mut self, list: Kind, begun_by: TokenKind) -> Result<Node, CompileError> {
        let power = begun_by.binding_power();
        let token = self.token();
        let each = match token.kind {
            kind if kind.binding_power() < PROJECTION_END => Node::new(Kind::Current),
            TokenKind::LBracket | TokenKind::Filter => self.expression(power)?,
            TokenKind::Dot => {
                self.advance();
                self.after_dot(power)?
            }
            _ => return Err(self.error(token, "syntax error")),
        };
        Ok(Node::new(Kind::Projection(Box::new([Node::new(list), each]))))
    }

    /// After `left[?`
    fn filter(&mut self, left: Node) -> Result<Node, CompileError> {
        let condition = self.expression(0)?;
        self.expect(TokenKind::RBracket)?;
        self.projection(Kind::Filter(Box::new([left, condition])), TokenKind::Filter)
    }

    /// After a `[` that begins an expression.
    fn bracket(&mut self) -> Result<Node, CompileError> {
        match (self.kind(), self.second_kind()) {
            (TokenKind::Number | TokenKind::Colon, _) | (TokenKind::Star, TokenKind::RBracket) => {
                self.index(Node::new(Kind::Current))
            }
            _ => self.multi_select_list(),
        }
    }

    fn second_kind(&self) -> TokenKind {
        self.tokens.get(self.at + 1).map_or(TokenKind::Eof, |token| token.kind)
    }

    /// After `left[`
    fn index(&mut self, left: Node) -> Result<Node, CompileError> {
        if !matches!(self.kind(), TokenKind::Number | TokenKind::Colon) {
            self.expect(TokenKind::Star)?;
            self.expect(TokenKind::RBracket)?;
            return self.projection(left.kind, TokenKind::Star);
        }
        if self.kind() != TokenKind::Colon && self.second_kind() != TokenKind::Colon {
            let index = self.advance().index();
            self.expect(TokenKind::RBracket)?;
            return Ok(Node::new(Kind::Index(left.into(), index)));
        }
        // A slice that follows an index is not a projection in the reference.
        let is_projection = !matches!(left.kind, Kind::Index(..) | Kind::Slice(..));
        let slice = Kind::Slice(left.into(), self.slice()?);
        if is_projection { self.projection(slice, TokenKind::Star) } else { Ok(Node::new(slice)) }
    }

    /// [start] ":" [stop] [":" [step]] "]", where the last of several numbers in one place counts.
    fn slice(&mut self) -> Result<Slice, CompileError> {
        let mut slice = Slice::default();
        let mut part = 0;
        while self.kind() != TokenKind::RBracket {
            let token = self.token();
            match token.kind {
                TokenKind::Colon if part < 2 => part += 1,
                TokenKind::Number => slice[part] = Some(token.index()),
                _ => return Err(self.error(token, "syntax error")),
            }
            self.advance();
        }
        self.expect(TokenKind::RBracket)?;
        Ok(slice)
    }

    /// After `name(`. A comma after the last argument and missing commas are no errors in the reference.
    fn function(&mut self, left: Node) -> Result<Node, CompileError> {
        let Kind::Field(name) = left.kind else {
            let before = &self.tokens[self.at.saturating_sub(2)];
            return Err(self.error(before, format!("Invalid function name '{}'", before.text())));
        };
        let mut arguments = Vec::new();
        while self.kind() != TokenKind::RParen {
            arguments.push(self.expression(0)?);
            if self.kind() == TokenKind::Comma {
                self.advance();
            }
        }
        self.expect(TokenKind::RParen)?;
        Ok(Node::new(Kind::Function(name, arguments)))
    }

    /// After a `[` that begins a list.
    fn multi_select_list(&mut self) -> Result<Node, CompileError> {
        let mut nodes = Vec::new();
        loop {
            nodes.push(self.expression(0)?);
            if self.kind() == TokenKind::RBracket {
                break;
            }
            self.expect(TokenKind::Comma)?;
        }
        self.expect(TokenKind::RBracket)?;
        Ok(Node::new(Kind::MultiSelectList(nodes)))
    }

    /// After `{`. Missing commas are no errors in the reference.
    fn multi_select_hash(&mut self) -> Result<Node, CompileError> {
        let mut pairs = Vec::new();
        loop {
            let token = self.token();
            if !matches!(token.kind, TokenKind::QuotedIdentifier | TokenKind::UnquotedIdentifier) {
                let problem = format!("Expecting: {NAMES}, got: {}", token.kind.name());
                return Err(self.error_or_incomplete(token, problem));
            }
            let key = self.advance().text().into();
            self.expect(TokenKind::Colon)?;
            pairs.push((key, self.expression(0)?));
            match self.kind() {
                TokenKind::Comma => _ = self.advance(),
                TokenKind::RBrace => break,
                _ => {}
            }
        }
        self.expect(TokenKind::RBrace)?;
        Ok(Node::new(Kind::MultiSelectHash(pairs)))
    }
}
