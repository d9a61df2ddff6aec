//! What tests outside this crate look at beside the program itself.

use crate::cli::help::page::{Block, Look, NO_BREAK_SPACE, Page};
use crate::cli::help::{self, Topic};
use crate::model::{Member, Shape};
use crate::operations;
use crate::query::Expression;
use crate::syntax::shell_words;
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

/// A manual page: that of help in pieces.
pub struct Manual {
    /// Its name, such as `aws-kms-update-custom-key-store`.
    pub name: String,
    /// The command with its synopsis, in a line for each option, and its description.
    pub command: clap::Command,
    /// What comes after the synopsis.
    pub pieces: Vec<Piece>,
}

/// A piece of a page, in the order of reading.
pub enum Piece {
    /// The heading of a section.
    Heading(String),
    /// A paragraph, each of whose lines begins anew.
    Text(String),
    /// Lines that stay as they are.
    Lines(String),
    /// A term; what there is to say about it follows.
    Term(String),
    /// The first paragraph about a term.
    About(String),
    /// From here on everything stands further to the right.
    Indent,
    /// No longer.
    Outdent,
}

/// All manual pages.
pub fn manual_pages() -> Vec<Manual> {
    help::topics().filter_map(|topic| help::page(&topic.into(), None)).map(manual).collect()
}

fn manual(page: Page) -> Manual {
    let name = page.command.replace(' ', "-");
    let mut pieces = Vec::new();
    for section in page.sections {
        pieces.push(Piece::Heading(section.heading.to_owned()));
        section.blocks.into_iter().for_each(|block| add(block, &mut pieces));
    }
    let paragraphs = |block: &Block| match block {
        Block::Text(text) => text.clone(),
        _ => String::new(),
    };
    let description: Vec<String> = page.description.iter().map(paragraphs).collect();
    let command = clap::Command::new(name.clone())
        .bin_name(page.command)
        .about(page.about)
        .long_about(description.join("\n\n"))
        .override_usage(page.synopsis.join("\n"))
        .disable_help_flag(true);
    Manual { name, command, pieces }
}

fn add(block: Block, pieces: &mut Vec<Piece>) {
    match block {
        Block::Text(text) => pieces.push(Piece::Text(plain(&text))),
        Block::Lines(lines) => pieces.push(Piece::Lines(lines)),
        Block::Command(line) => pieces.push(Piece::Lines(shell_words::broken(&line, 0, MANUAL_WIDTH))),
        Block::Item(term, blocks) => {
            pieces.push(Piece::Term(plain(&term)));
            let mut blocks = blocks.into_iter().peekable();
            if let Some(Block::Text(text)) = blocks.next_if(|block| matches!(block, Block::Text(_))) {
                pieces.push(Piece::About(plain(&text)));
            }
            pieces.push(Piece::Indent);
            blocks.for_each(|block| add(block, pieces));
            pieces.push(Piece::Outdent);
        }
        Block::Rows(rows) => {
            for (name, text) in rows {
                pieces.extend([Piece::Term(name), Piece::About(plain(&text))]);
            }
        }
    }
}

fn plain(text: &str) -> String {
    text.replace(NO_BREAK_SPACE, " ")
}

/// The columns of an example in a manual page, which has margins on both sides.
const MANUAL_WIDTH: usize = 64;

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
