//! Functions of texts, and those that make texts.

use super::{Argument, elements, json_type, text, value};
use crate::query::error::RuntimeError;
use crate::value::json::write as json;
use crate::value::{Value, python};

pub(super) fn ends_with(arguments: &[Argument]) -> Result<Value, RuntimeError> {
    Ok(Value::Bool(text(arguments, 0).ends_with(text(arguments, 1))))
}

pub(super) fn starts_with(arguments: &[Argument]) -> Result<Value, RuntimeError> {
    Ok(Value::Bool(text(arguments, 0).starts_with(text(arguments, 1))))
}

pub(super) fn join(arguments: &[Argument]) -> Result<Value, RuntimeError> {
    let texts: Vec<String> = elements(arguments, 1).iter().map(python::str).collect();
    Ok(Value::string(texts.join(text(arguments, 0))))
}

/// A text stays as it is; everything else becomes compact JSON.
pub(super) fn to_string(arguments: &[Argument]) -> Result<Value, RuntimeError> {
    match value(arguments, 0) {
        text @ Value::String(_) => Ok(text.clone()),
        Value::Secret(_) => Ok(Value::string(python::HIDDEN)),
        other => Ok(Value::string(json::to_compact(other))),
    }
}

pub(super) fn type_name(arguments: &[Argument]) -> Result<Value, RuntimeError> {
    Ok(Value::string(json_type(value(arguments, 0))))
}
