//! What tests outside this crate look at beside the program itself.

use crate::cli::help::page::Look;
use crate::cli::help::{self, Topic};
use crate::model::{Member, Shape};
use crate::operations;
use crate::query::Expression;
use crate::value::json::{self, write};
use crate::value::{Map, Value};

/// An operation as its table has it.
pub struct Command {
    /// The API's name, such as `UpdateCustomKeyStore`.
    pub operation: &'static str,
    /// The command's name, such as `update-custom-key-store`.
    pub name: String,
    /// A JSON document with a valid value for each member of the request.
    pub document: String,
    /// The examples of its help page: a title and the words after `aws kms`.
    pub examples: &'static [(&'static str, &'static str)],
}

/// All operations.
pub fn commands() -> Vec<Command> {
    let command = |operation: &'static crate::model::Operation| Command {
        operation: operation.name,
        name: operation.command(),
        document: write::to_string(&document(operation.input)),
        examples: operation.examples,
    };
    operations::operations().map(command).collect()
}

/// The help page of a command, as wide as a terminal of so many columns.
pub fn help_page(command: &str, width: usize) -> Option<String> {
    let call = operations::by_command(command)?;
    let page = help::page(&Topic::Operation(call.operation).into(), None)?;
    Some(page.text(Look { width, is_bold: false }))
}

/// What a query finds in a JSON document, as JSON.
///
/// # Errors
/// The words of the error.
pub fn search(expression: &str, document: &str) -> Result<String, String> {
    let document = json::parse(document).map_err(|error| error.to_string())?;
    let expression = Expression::compile(expression).map_err(|error| error.to_string())?;
    expression.search(&document).map(|found| write::to_string(&found)).map_err(|error| error.to_string())
}

fn document(members: &[Member]) -> Value {
    let value = |shape: &Shape| match shape {
        Shape::String(text) => match text.values.first() {
            Some(value) => Value::string(*value),
            None => Value::string("x".repeat(text.min.unwrap_or(1))),
        },
        Shape::Integer { min, .. } => Value::integer(*min),
        Shape::Boolean | Shape::Timestamp => Value::Bool(true),
        Shape::List(_) => Value::list(Vec::new()),
        Shape::Structure(members) => document(members),
    };
    let members: Map = members.iter().map(|member| (member.name, value(member.shape))).collect();
    Value::Map(members.into())
}
