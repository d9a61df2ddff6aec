//! Documents: `--cli-input-json` and `--cli-input-yaml`.

use std::rc::Rc;

use zeroize::Zeroizing;

use crate::cli::Documents;
use crate::cli::words::Given;
use crate::environment::Environment;
use crate::input::error::ParameterError;
use crate::syntax::encoding;
use crate::value::python::type_name;
use crate::value::{Map, Value, json, yaml};

/// A document, loaded and not yet read.
pub(crate) struct Document {
    option: &'static str,
    read: fn(&Value) -> Result<Value, ParameterError>,
    content: Value,
}

/// Loads the documents of an invocation: given inline, or from the files that were named.
///
/// # Errors
/// A file that cannot be read.
pub(crate) fn load(
    documents: &Documents,
    environment: &Environment,
) -> Result<Vec<Document>, ParameterError> {
    let mut loaded = Vec::new();
    let mut load = |option, word: &Option<Given>, read| {
        let content = match word {
            None | Some(Given::Nothing) => return Ok(()),
            Some(Given::EmptyList) => Value::list(Vec::new()),
            Some(Given::Value(word)) => super::bind::word_value(word, option, environment)?,
        };
        loaded.push(Document { option, read, content });
        Ok(())
    };
    load("--cli-input-json", &documents.json, read_json)?;
    load("--cli-input-yaml", &documents.yaml, read_yaml)?;
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
