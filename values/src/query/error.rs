//! What can be wrong with a query, in the words of jmespath.py.

use thiserror::Error;

/// Why a text is no query.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CompileError {
    /// There is no expression.
    #[error("Invalid JMESPath expression: cannot be empty.")]
    Empty,
    /// A character, number or quoted text cannot be read. The caret stands under the place in the expression.
    #[error(
        "Bad jmespath expression: {problem}:\n{expression}\n{}^",
        " ".repeat(*position)
    )]
    Token {
        /// What is wrong, in the words of the reference.
        problem: String,
        /// In characters from the start of the expression, from 0.
        position: usize,
        /// The expression.
        expression: String,
    },
    /// The expression ends too early.
    #[error(
        "Invalid jmespath expression: Incomplete expression:\n\"{expression}\"\n{}^",
        " ".repeat(expression.chars().count() + 1)
    )]
    Incomplete {
        /// The expression.
        expression: String,
    },
    /// A token stands where it cannot stand.
    #[error(
        "{problem}: Parse error at column {column}, token \"{token}\" ({upper}), for expression:\n\
         \"{expression}\"\n{}^",
        " ".repeat(column + 1),
        upper = kind.to_uppercase()
    )]
    Syntax {
        /// What is wrong, in the words of the reference.
        problem: Box<str>,
        /// In characters from the start of the expression, from 0.
        column: usize,
        /// The value of the token, without its quotes.
        token: Box<str>,
        /// The name of its kind.
        kind: Box<str>,
        /// The expression.
        expression: String,
    },
    /// Parentheses, brackets or operators are nested deeper than the reference could follow.
    #[error("Invalid jmespath expression: nested too deeply")]
    TooDeep,
}

/// Why a query has no answer for a value.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RuntimeError {
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
         expected one of: {expected}, received: \"{received}\"",
        expected = format!("{expected:?}").replace('"', "'")
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
    /// A short query can make more than the memory holds.
    #[error("the query makes too much: more than a hundred times the values that it is asked of")]
    TooMuch,
    /// A slice of step zero.
    #[error("slice step cannot be zero")]
    SliceStepZero,
    /// A `&expression` stands where only a value can.
    #[error(
        "an expression behind '&' is no value: it can only be an argument of map, sort_by, min_by or max_by"
    )]
    ExpressionAsValue,
}
