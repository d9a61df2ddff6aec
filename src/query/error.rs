//! What can be wrong with a query, in the words of jmespath.py.

use std::fmt;

use thiserror::Error;

use super::token::TokenKind;

/// Why a text is no query.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum CompileError {
    /// There is no text.
    #[error("Invalid JMESPath expression: cannot be empty.")]
    Empty,
    /// A character, number or quoted text cannot be read. The caret stands under the place in the expression.
    #[error(
        "Bad jmespath expression: {problem}:\n{expression}\n{caret:>width$}",
        caret = '^',
        width = position + 1
    )]
    Token {
        /// What is wrong.
        problem: TokenProblem,
        /// The place, in characters from the start of the expression, from 0.
        position: usize,
        /// The whole expression.
        expression: String,
    },
    /// The expression ends too early.
    #[error(
        "Invalid jmespath expression: Incomplete expression:\n\"{expression}\"\n{caret:>width$}",
        caret = '^',
        width = expression.chars().count() + 2
    )]
    Incomplete {
        /// The whole expression.
        expression: String,
    },
    /// A token stands where it cannot stand.
    #[error(
        "{problem}: Parse error at column {column}, token \"{token}\" ({upper}), for expression:\n\
         \"{expression}\"\n{caret:>width$}",
        upper = kind.name().to_uppercase(),
        caret = '^',
        width = column + 2
    )]
    Syntax {
        /// What is wrong.
        problem: SyntaxProblem,
        /// The place, in characters from the start of the expression, from 0.
        column: usize,
        /// The value of the token, without its quotes.
        token: String,
        /// What the token is.
        kind: TokenKind,
        /// The whole expression.
        expression: String,
    },
    /// Parentheses, brackets or operators are nested deeper than the reference could follow.
    #[error("Invalid jmespath expression: nested too deeply")]
    TooDeep,
}

/// Why a token cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum TokenProblem {
    /// A character that begins no token.
    #[error("Unknown token {0}")]
    Unknown(char),
    /// A `-` without digits, or a single `=`.
    #[error("Unknown token '{0}'")]
    Alone(char),
    /// A quoted text without its end.
    #[error("Unclosed {0} delimiter")]
    Unclosed(char),
    /// A literal that is no JSON, not even when quotes are put around it.
    #[error("Bad token {0}")]
    Literal(String),
    /// A quoted name that is no JSON text; the words are those of the JSON reader.
    #[error("{0}")]
    QuotedName(String),
}

/// Why a token cannot stand where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SyntaxProblem {
    /// The expression is over, but something follows.
    Trailing(String),
    /// One certain token had to come.
    Expected(TokenKind, TokenKind),
    /// One of several tokens had to come.
    ExpectedOneOf(&'static [TokenKind], TokenKind),
    /// No expression begins or goes on with this token.
    InvalidToken,
    /// The token cannot follow a projection or stand in a slice.
    SyntaxError,
    /// What stands before the parenthesis is no name.
    FunctionName(String),
    /// The name before the parenthesis is quoted.
    QuotedFunctionName,
}

impl fmt::Display for SyntaxProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SyntaxProblem::Trailing(token) => write!(f, "Unexpected token: {token}"),
            SyntaxProblem::Expected(expected, found) => {
                write!(f, "Expecting: {}, got: {}", expected.name(), found.name())
            }
            SyntaxProblem::ExpectedOneOf(expected, found) => {
                let names: Vec<String> = expected.iter().map(|kind| format!("'{}'", kind.name())).collect();
                write!(f, "Expecting: [{}], got: {}", names.join(", "), found.name())
            }
            SyntaxProblem::InvalidToken => f.write_str("invalid token"),
            SyntaxProblem::SyntaxError => f.write_str("syntax error"),
            SyntaxProblem::FunctionName(name) => write!(f, "Invalid function name '{name}'"),
            SyntaxProblem::QuotedFunctionName => {
                f.write_str("Quoted identifier not allowed for function names.")
            }
        }
    }
}

/// Why a query has no answer for a value.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum RuntimeError {
    /// There is no such function.
    #[error("Unknown function: {0}()")]
    UnknownFunction(String),
    /// A function got too many or too few arguments.
    #[error(
        "Expected {least}{expected} {noun} for function {function}(), received {received}",
        least = if *at_least { "at least " } else { "" },
        noun = if *expected == 1 { "argument" } else { "arguments" }
    )]
    Arity {
        /// The function's name.
        function: &'static str,
        /// How many arguments it takes.
        expected: usize,
        /// Whether it also takes more.
        at_least: bool,
        /// How many it got.
        received: usize,
    },
    /// A function got an argument of a type it does not take.
    #[error(
        "In function {function}(), invalid type for value: {value}, \
         expected one of: {}, received: \"{received}\"",
        PythonList(expected)
    )]
    ArgumentType {
        /// The function's name.
        function: &'static str,
        /// The value, as Python prints it.
        value: String,
        /// The types it takes there.
        expected: Vec<&'static str>,
        /// The type of the value: JMESPath's name, or Python's if the value is an element of an argument.
        received: &'static str,
    },
    /// Two values have no order; the types are Python's.
    #[error("'{operator}' not supported between instances of '{left}' and '{right}'")]
    NoOrder {
        /// The comparison.
        operator: &'static str,
        /// The type at its left.
        left: &'static str,
        /// The type at its right.
        right: &'static str,
    },
    /// `contains` was asked for something in a text that is no text.
    #[error("'in <string>' requires string as left operand, not {found}")]
    NotInText {
        /// Python's name for the type of what was asked for.
        found: &'static str,
    },
    /// `merge` got something without members after its first argument.
    #[error("'{found}' object is not iterable")]
    NotIterable {
        /// Python's name for its type.
        found: &'static str,
    },
    /// A slice of step zero.
    #[error("slice step cannot be zero")]
    SliceStepZero,
    /// `ceil` or `floor` of NaN.
    #[error("cannot convert float NaN to integer")]
    NotANumber,
    /// `ceil` or `floor` of an infinity.
    #[error("cannot convert float infinity to integer")]
    Infinite,
    /// The whole numbers of a sum do not fit into 128 bits.
    #[error("whole numbers too large to be added")]
    SumTooLarge,
    /// A `&expression` stands where only a value can.
    #[error(
        "an expression behind '&' is no value: it can only be an argument of map, sort_by, min_by or max_by"
    )]
    ExpressionAsValue,
}

/// Texts as Python prints a list of them.
struct PythonList<'t>(&'t [&'static str]);

impl fmt::Display for PythonList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted: Vec<String> = self.0.iter().map(|text| format!("'{text}'")).collect();
        write!(f, "[{}]", quoted.join(", "))
    }
}
