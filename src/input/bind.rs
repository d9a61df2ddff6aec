//! From what was given to parameters: files are read, structures parsed, documents merged.

use std::rc::Rc;

use super::document::{self, Document};
use super::sources::Sources;
use super::{paramfile, shorthand};
use crate::cli::Invocation;
use crate::cli::words::Word;
use crate::input::error::ParameterError;
use crate::model::{Member, Shape};
use crate::secret;
use crate::syntax::python::is_space;
use crate::value::number::python_int;
use crate::value::{Map, Value, json, python};

/// What the options of an invocation hold, with all files read.
pub(crate) struct Options {
    parameters: Map,
    documents: Vec<Document>,
    /// `--starting-token`.
    pub(crate) starting_token: Option<Value>,
}

/// Reads the options of an invocation, in the order of the operation's table.
///
/// # Errors
/// The first bad option.
pub(crate) fn options(invocation: &Invocation, sources: &Sources) -> Result<Options, ParameterError> {
    let mut parameters = Map::new();
    for member in invocation.call.operation.input {
        if let Some(word) = invocation.options.get(member.name) {
            parameters.insert(member.name, value(member, word.as_ref(), sources)?);
        }
    }
    let documents = document::load(invocation, sources)?;
    let starting_token = invocation.options.get("starting-token");
    let starting_token = starting_token
        .map(|word| option_value(word.as_ref(), "--starting-token", false, sources))
        .transpose()?;
    Ok(Options { parameters, documents, starting_token })
}

/// The parameters of an invocation: API names and values, not yet validated, secrets sealed. Options come
/// first, then what only the document has.
///
/// # Errors
/// Those of the document.
pub(crate) fn bind(invocation: &Invocation, options: Options) -> Result<Map, ParameterError> {
    let Options { mut parameters, documents, starting_token: _ } = options;
    for (name, value) in document::read(&documents)?.into_entries() {
        if !parameters.contains_key(&name) {
            parameters.insert(name, value);
        }
    }
    Ok(sealed(parameters, invocation.call.operation.input))
}

fn value(member: &Member, word: Option<&Word>, sources: &Sources) -> Result<Value, ParameterError> {
    let option = member.option();
    let content = option_value(word, &option, member.shape.is_secret(), sources)?;
    if word.is_none() {
        return Ok(content);
    }
    match member.shape {
        Shape::Integer { .. } => match content.as_str().and_then(python_int) {
            Some(number) => Ok(Value::integer(number)),
            None => Err(ParameterError::NotAnInteger { option, value: python::str(&content) }),
        },
        Shape::String(_) | Shape::Boolean | Shape::Timestamp | Shape::List(_) => Ok(content),
        Shape::Structure(_) => match &content {
            Value::String(text) => structure(text, &option, member.shape, Some(sources)),
            _ => Err(ParameterError::BytesForStructure { option }),
        },
    }
}

/// The value of an option's word: the content of the file it names, else its text. Without a word it is an empty list.
///
/// # Errors
/// The file cannot be read, or the word is not UTF-8.
pub(crate) fn option_value(
    word: Option<&Word>,
    option: &str,
    is_secret: bool,
    sources: &Sources,
) -> Result<Value, ParameterError> {
    let Some(word) = word else { return Ok(Value::list(Vec::new())) };
    if word.raw.is_some() {
        return Err(ParameterError::NotUtf8 { option: option.to_owned() });
    }
    match paramfile::load(&word.text, is_secret, sources) {
        Some(content) => content.map_err(|error| match error {
            ParameterError::File(error) => ParameterError::OptionFile { option: option.to_owned(), error },
            error => error,
        }),
        None => Ok(Value::string(word.text.as_str())),
    }
}

/// A structure from JSON or shorthand; which of the two, its first character tells. Without sources no file is read
/// ([`shorthand::parse`]).
///
/// # Errors
/// It is neither of them, or a file cannot be read.
pub(crate) fn structure(
    text: &str,
    option: &str,
    shape: &Shape,
    sources: Option<&Sources>,
) -> Result<Value, ParameterError> {
    match text.trim_start_matches(is_space).chars().next() {
        Some('{') => json::parse(text).map_err(|error| {
            let received = secret::masked(text, shape);
            ParameterError::Json { option: option.to_owned(), error, received }
        }),
        Some('[') => {
            let received = secret::masked(text, shape);
            Err(ParameterError::JsonList { option: option.to_owned(), received })
        }
        _ => shorthand::parse(text, option, shape, sources),
    }
}

/// The parameters with the texts of sensitive members turned into secrets.
pub(crate) fn sealed(parameters: Map, members: &[Member]) -> Map {
    let seal = |(name, value): (Rc<str>, Value)| {
        let member = members.iter().find(|member| *member.name == *name);
        let value = match member {
            Some(member) if member.shape.holds_secret() => sealed_value(value, member.shape),
            _ => value,
        };
        (name, value)
    };
    parameters.into_entries().map(seal).collect()
}

fn sealed_value(value: Value, shape: &Shape) -> Value {
    match (value, shape) {
        (Value::String(text), Shape::String(_)) => Value::secret(text),
        // Of the wrong type, but no less secret; without validation it is sent.
        (Value::List(list), Shape::String(_)) => {
            Value::list(list.iter().map(|element| sealed_value(element.clone(), shape)).collect())
        }
        (Value::Map(map), Shape::String(_)) => {
            Value::map(map.iter().map(|(name, value)| (name.clone(), sealed_value(value.clone(), shape))))
        }
        (Value::Map(map), Shape::Structure(members)) => {
            Value::Map(Rc::new(sealed(Rc::unwrap_or_clone(map), members)))
        }
        (other, _) => other,
    }
}
