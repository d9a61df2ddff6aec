//! Documents: `--cli-input-json` and `--cli-input-yaml`.

use std::rc::Rc;

use zeroize::Zeroizing;

use super::sources::Sources;
use crate::cli::Invocation;
use crate::input::error::ParameterError;
use crate::syntax::encoding;
use crate::value::python::type_name;
use crate::value::{Map, Value, json, yaml};

type Read = fn(&Value) -> Result<Value, ParameterError>;

/// A document, loaded and not yet read.
pub(crate) struct Document {
    option: &'static str,
    read: Read,
    content: Value,
}

/// Loads the documents of an invocation: given inline, or from the files that were named.
///
/// # Errors
/// A file that cannot be read.
pub(crate) fn load(invocation: &Invocation, sources: &Sources) -> Result<Vec<Document>, ParameterError> {
    let mut loaded = Vec::new();
    for (option, read) in [("--cli-input-json", read_json as Read), ("--cli-input-yaml", read_yaml)] {
        if let Some(value) = invocation.options.get(option.trim_start_matches('-')) {
            let content = super::bind::option_value(value.as_ref(), option, false, sources)?;
            loaded.push(Document { option, read, content });
        }
    }
    Ok(loaded)
}

/// Reads the document of an invocation; no document is an empty one.
///
/// # Errors
/// Two documents, or one that is not a mapping of texts.
pub(crate) fn read(documents: &[Document]) -> Result<Map, ParameterError> {
    match documents {
        [] => Ok(Map::new()),
        [document] => match (document.read)(&document.content)? {
            Value::Map(map) => Ok(Rc::unwrap_or_clone(map)),
            other => {
                Err(ParameterError::DocumentIsNoMap { option: document.option, found: type_name(&other) })
            }
        },
        _ => Err(ParameterError::TwoDocuments),
    }
}

fn read_json(content: &Value) -> Result<Value, ParameterError> {
    let text = match content {
        Value::String(text) => Some(Zeroizing::new(text.to_string())),
        Value::Bytes(bytes) => encoding::detected(bytes),
        _ => None,
    };
    let text = text.ok_or(ParameterError::JsonDocument(None))?;
    json::parse(&text).map_err(|error| ParameterError::JsonDocument(Some(error)))
}

fn read_yaml(content: &Value) -> Result<Value, ParameterError> {
    match content {
        Value::String(text) => yaml::parse(text),
        Value::Bytes(bytes) => yaml::parse_bytes(bytes),
        _ => Ok(Value::Null),
    }
    .map_err(ParameterError::YamlDocument)
}
