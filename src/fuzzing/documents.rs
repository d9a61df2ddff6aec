//! Documents, shorthand and queries: whatever the text, it is read or refused, and what is read can be written and read again.

use std::cell::LazyCell;
use std::rc::Rc;

use super::{assert_hidden, names_files, parts, planted, replies};
use crate::environment::Environment;
use crate::input::{bind, shorthand as shorthand_reader, sources::Sources, validate};
use crate::operations::{UPDATE, shapes};
use crate::query::Expression;
use crate::value::json::{self as json_reader, write as json_writer};
use crate::value::yaml::{self as yaml_reader, write as yaml_writer};
use crate::value::{Map, Value, python, xml as xml_reader};

/// What queries without a document of their own are asked of.
const DOCUMENT: &str = r#"{"CustomKeyStores": [
    {"CustomKeyStoreId": "cks-1", "CustomKeyStoreName": "a", "CreationDate": 1.5, "n": [1, 2.0, null, true]},
    {"CustomKeyStoreId": "cks-2", "CustomKeyStoreName": "é", "XksProxyConfiguration": {"UriPath": "/x", "n": -3}}
], "Truncated": false, "s": "text", "e": {}, "l": [["b", "a"], [], {"k": "v"}]}"#;

/// JSON, of users and of services.
pub fn json(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = json_reader::parse_reply(text);
    let lenient = json_reader::parse_lenient(text);
    match json_reader::parse(text) {
        Ok(value) => {
            assert!(lenient.is_ok(), "only one form is read");
            assert_json(&value);
        }
        Err(error) => drop(error.to_string()),
    }
}

/// What is written as JSON is read as the same value.
pub(super) fn assert_json(value: &Value) {
    let shown = python::repr(value);
    for text in [
        json_writer::to_string(value),
        json_writer::to_wire(value).to_string(),
        json_writer::to_compact(value),
    ] {
        match json_reader::parse_reply(&text) {
            Ok(read) => assert_eq!(python::repr(&read), shown),
            Err(error) => panic!("{error} in {text}"),
        }
    }
}

/// YAML documents.
pub fn yaml(data: &[u8]) {
    match yaml_reader::parse_bytes(data) {
        Ok(value) => {
            assert_json(&value);
            assert_yaml(&value);
        }
        Err(error) => drop(format!("{} {:?}", error.reason, error.at)),
    }
}

/// What is written as YAML is read as the same value, with its members sorted. The two characters that end a line in YAML
/// 1.1 only are the exception.
pub(super) fn assert_yaml(value: &Value) {
    let mut text = Vec::new();
    assert!(yaml_writer::write_page(value, &mut text).is_ok());
    let text = String::from_utf8_lossy(&text);
    let wanted = python::repr(&Value::list(vec![sorted(value)]));
    if text.contains(['\u{2028}', '\u{2029}']) {
        return;
    }
    match yaml_reader::parse(&text) {
        Ok(read) => assert_eq!(python::repr(&read), wanted, "{text}"),
        Err(error) => panic!("{} {:?} in {text}", error.reason, error.at),
    }
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::List(list) => Value::list(list.iter().map(sorted).collect()),
        Value::Map(map) => Value::map(
            crate::value::sorted(map.iter()).into_iter().map(|(key, value)| (key.clone(), sorted(value))),
        ),
        other => other.clone(),
    }
}

/// Shorthand of a structure with a secret, and its parameters.
pub fn shorthand(data: &[u8]) {
    let Some(data) = planted(data).filter(|data| !names_files(data)) else { return };
    let Ok(text) = std::str::from_utf8(&data) else { return };
    let environment = Environment::default();
    let shape = &shapes::XKS_PROXY_AUTHENTICATION_CREDENTIAL;
    let name = "XksProxyAuthenticationCredential";
    match shorthand_reader::parse(
        text,
        "--xks-proxy-authentication-credential",
        shape,
        Some(&Sources::files(&environment)),
    ) {
        Ok(value) => {
            assert_json(&value);
            let members = UPDATE.operation.input;
            let parameters: Map =
                [("CustomKeyStoreId", Value::string("cks-1")), (name, value)].into_iter().collect();
            let parameters = bind::sealed(parameters, members);
            match validate::validate(parameters, members, true) {
                Ok(parameters) => assert_hidden(&python::repr(&without_id(parameters.as_map()))),
                Err(error) => drop(error.to_string()),
            }
        }
        Err(error) => assert_hidden(&error.to_string()),
    }
}

/// The parameters as they are shown, without the one part of the credential that is no secret.
fn without_id(parameters: &Map) -> Value {
    let credential = parameters.get("XksProxyAuthenticationCredential").and_then(Value::as_map);
    let mut credential = credential.cloned().unwrap_or_default();
    credential.remove("AccessKeyId");
    Value::Map(Rc::new(credential))
}

/// Replies of STS, and its errors.
pub fn xml(data: &[u8]) {
    match xml_reader::parse(data) {
        Ok(value) => {
            let _ = xml_reader::error(&value);
            assert_json(&value);
        }
        Err(error) => drop(error.to_string()),
    }
}

/// A query, and a document that it is asked of.
pub fn query(data: &[u8]) {
    thread_local!(static SAMPLE: LazyCell<Value> = LazyCell::new(|| json_reader::parse(DOCUMENT).unwrap_or(Value::Null)));
    let [query, document] = parts(data);
    let (Ok(query), Ok(document)) = (std::str::from_utf8(query), std::str::from_utf8(document)) else {
        return;
    };
    let expression = match Expression::compile(query) {
        Ok(expression) => expression,
        Err(error) => return drop(error.to_string()),
    };
    let value = if document.is_empty() {
        SAMPLE.with(|sample| Value::clone(sample))
    } else {
        match json_reader::parse(document) {
            Ok(value) => value,
            Err(_) => return,
        }
    };
    match expression.search(&value) {
        Ok(found) => {
            assert_json(&found);
            replies::assert_shown(&found, None, false);
        }
        Err(error) => drop(error.to_string()),
    }
}
