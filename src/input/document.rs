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

/// The kinds of documents.
#[derive(Clone, Copy)]
enum Kind {
    Json,
    Yaml,
}

impl Kind {
    fn option(self) -> &'static str {
        match self {
            Kind::Json => "--cli-input-json",
            Kind::Yaml => "--cli-input-yaml",
        }
    }
}

/// The documents of an invocation, loaded and not yet read.
pub(crate) struct Contents {
    json: Option<Value>,
    yaml: Option<Value>,
}

/// Loads the documents of an invocation from the files that they may be in.
///
/// # Errors
/// A file that cannot be read.
pub(crate) fn load(documents: &Documents, environment: &Environment) -> Result<Contents, ParameterError> {
    Ok(Contents {
        json: content(documents.json.as_ref(), Kind::Json, environment)?,
        yaml: content(documents.yaml.as_ref(), Kind::Yaml, environment)?,
    })
}

/// Reads the document of an invocation; no document is an empty one.
///
/// # Errors
/// Two documents, a document that is no mapping of texts.
pub(crate) fn read(contents: Contents) -> Result<Map, ParameterError> {
    let (kind, content) = match (contents.json, contents.yaml) {
        (Some(_), Some(_)) => return Err(ParameterError::TwoDocuments),
        (None, None) => return Ok(Map::new()),
        (Some(content), None) => (Kind::Json, content),
        (None, Some(content)) => (Kind::Yaml, content),
    };
    let value = match kind {
        Kind::Json => read_json(&content)?,
        Kind::Yaml => read_yaml(&content)?,
    };
    match value {
        Value::Map(map) => Ok(Rc::unwrap_or_clone(map)),
        other => Err(ParameterError::DocumentIsNoMap { option: kind.option(), found: type_name(&other) }),
    }
}

/// The text or the bytes of a document: given inline or read from the file that was named.
fn content(
    given: Option<&Given>,
    kind: Kind,
    environment: &Environment,
) -> Result<Option<Value>, ParameterError> {
    match given {
        None | Some(Given::Nothing) => Ok(None),
        Some(Given::EmptyList) => Ok(Some(Value::list(Vec::new()))),
        Some(Given::Value(word)) => super::bind::word_value(word, kind.option(), environment).map(Some),
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
