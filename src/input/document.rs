//! Documents: `--cli-input-json` and `--cli-input-yaml`.

use std::rc::Rc;

use crate::cli::Documents;
use crate::cli::words::Given;
use crate::environment::Environment;
use crate::input::error::ParameterError;
use crate::value::python::type_name;
use crate::value::yaml::{self, YamlError};
use crate::value::{Map, Other, Value, json};

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
        Value::Other(other) if matches!(*other, Other::Mapping(_)) => {
            Err(ParameterError::KeyIsNoText { option: kind.option() })
        }
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
    match content {
        Value::String(text) => json::parse(text).map_err(|error| ParameterError::JsonDocument(Some(error))),
        Value::Other(other) => match &**other {
            Other::Bytes(bytes) => {
                let text = decode_json(bytes).ok_or(ParameterError::JsonDocument(None))?;
                json::parse(&text).map_err(|error| ParameterError::JsonDocument(Some(error)))
            }
            _ => Err(ParameterError::JsonDocument(None)),
        },
        _ => Err(ParameterError::JsonDocument(None)),
    }
}

fn read_yaml(content: &Value) -> Result<Value, ParameterError> {
    let result = match content {
        Value::String(text) => yaml::parse(text),
        Value::Other(other) => match &**other {
            Other::Bytes(bytes) => yaml::parse_bytes(bytes),
            _ => Ok(Value::Null),
        },
        _ => Ok(Value::Null),
    };
    result.map_err(|error| match error {
        YamlError::Invalid { .. } => ParameterError::YamlDocument(error),
        YamlError::Value(_) => ParameterError::YamlValue(error),
    })
}

/// JSON text of bytes: UTF-8, UTF-16 or UTF-32, told apart by a byte order mark or by the zero bytes among the
/// first four (as Python's `json.loads` does).
fn decode_json(bytes: &[u8]) -> Option<String> {
    match *bytes {
        [0xff, 0xfe, 0, 0, ref rest @ ..] => utf32(rest, false),
        [0, 0, 0xfe, 0xff, ref rest @ ..] => utf32(rest, true),
        [0xff, 0xfe, ref rest @ ..] => utf16(rest, false),
        [0xfe, 0xff, ref rest @ ..] => utf16(rest, true),
        [0xef, 0xbb, 0xbf, ref rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        [0, 0, 0, _, ..] => utf32(bytes, true),
        [0, _, _, _, ..] | [0, _] => utf16(bytes, true),
        [_, 0, 0, 0, ..] => utf32(bytes, false),
        [_, 0, _, _, ..] | [_, 0] => utf16(bytes, false),
        _ => String::from_utf8(bytes.to_vec()).ok(),
    }
}

/// UTF-16 as text; `None` when it is not valid.
pub(crate) fn utf16(bytes: &[u8], big_endian: bool) -> Option<String> {
    if !bytes.len().is_multiple_of(2) {
        return None;
    }
    let unit = |pair: &[u8]| match (pair, big_endian) {
        (&[a, b], true) => u16::from_be_bytes([a, b]),
        (&[a, b], false) => u16::from_le_bytes([a, b]),
        _ => 0,
    };
    char::decode_utf16(bytes.chunks_exact(2).map(unit)).collect::<Result<String, _>>().ok()
}

fn utf32(bytes: &[u8], big_endian: bool) -> Option<String> {
    if !bytes.len().is_multiple_of(4) {
        return None;
    }
    let code = |four: &[u8]| match (four, big_endian) {
        (&[a, b, c, d], true) => u32::from_be_bytes([a, b, c, d]),
        (&[a, b, c, d], false) => u32::from_le_bytes([a, b, c, d]),
        _ => u32::MAX,
    };
    bytes.chunks_exact(4).map(|four| char::from_u32(code(four))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_bytes_are_decoded_by_their_zeros_or_their_mark() {
        let text = "{\"é\":1}";
        let utf16 = |convert: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(convert).collect::<Vec<u8>>();
        let utf32 =
            |convert: fn(u32) -> [u8; 4]| text.chars().flat_map(|c| convert(c.into())).collect::<Vec<u8>>();
        let marked = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
        let forms = [
            text.as_bytes().to_vec(),
            marked(b"\xef\xbb\xbf", text.as_bytes().to_vec()),
            utf16(u16::to_le_bytes),
            marked(b"\xff\xfe", utf16(u16::to_le_bytes)),
            marked(b"\xfe\xff", utf16(u16::to_be_bytes)),
            utf32(u32::to_be_bytes),
            marked(b"\xff\xfe\0\0", utf32(u32::to_le_bytes)),
        ];
        for form in forms {
            assert_eq!(decode_json(&form).as_deref(), Some(text), "{form:?}");
        }
        assert_eq!(decode_json(b"{\"a\":\"\xff\"}"), None);
    }
}
