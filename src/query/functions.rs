//! The functions of a query: their names, what they take, and the checks that come before each call.

mod arithmetic;
mod collections;
mod texts;

use super::ast::Node;
use super::error::RuntimeError;
use crate::value::{Value, python};

/// An argument: a value, or an expression to be asked of other values.
pub(super) enum Argument<'n> {
    /// What the argument's expression answered.
    Value(Value),
    /// `&expression`
    Expression(&'n Node),
}

/// A type that a function takes, by JMESPath's name. Behind a hyphen stands that of the elements.
type Type = &'static str;

/// A function.
struct Function {
    name: &'static str,
    /// The types of each argument; none means any.
    parameters: &'static [&'static [Type]],
    /// Whether more arguments may follow. The reference does not check their types.
    variadic: bool,
    call: fn(&[Argument]) -> Result<Value, RuntimeError>,
}

const ANY: &[Type] = &[];
const NUMBER: &[Type] = &["number"];
const STRING: &[Type] = &["string"];
const ARRAY: &[Type] = &["array"];
const OBJECT: &[Type] = &["object"];
const EXPRESSION: &[Type] = &["expref"];
const NUMBERS: &[Type] = &["array-number"];
const STRINGS: &[Type] = &["array-string"];
const NUMBERS_OR_STRINGS: &[Type] = &["array-number", "array-string"];
const STRINGS_OR_NUMBERS: &[Type] = &["array-string", "array-number"];
const ARRAY_OR_STRING: &[Type] = &["array", "string"];
const WITH_LENGTH: &[Type] = &["string", "array", "object"];

const fn function(
    name: &'static str,
    parameters: &'static [&'static [Type]],
    call: fn(&[Argument]) -> Result<Value, RuntimeError>,
) -> Function {
    Function { name, parameters, variadic: false, call }
}

const fn variadic(
    name: &'static str,
    parameters: &'static [&'static [Type]],
    call: fn(&[Argument]) -> Result<Value, RuntimeError>,
) -> Function {
    Function { name, parameters, variadic: true, call }
}

static FUNCTIONS: &[Function] = &[
    function("abs", &[NUMBER], arithmetic::abs),
    function("avg", &[NUMBERS], arithmetic::avg),
    function("ceil", &[NUMBER], arithmetic::ceil),
    function("contains", &[ARRAY_OR_STRING, ANY], collections::contains),
    function("ends_with", &[STRING, STRING], texts::ends_with),
    function("floor", &[NUMBER], arithmetic::floor),
    function("join", &[STRING, STRINGS], texts::join),
    function("keys", &[OBJECT], collections::keys),
    function("length", &[WITH_LENGTH], collections::length),
    function("map", &[EXPRESSION, ARRAY], collections::map),
    function("max", &[NUMBERS_OR_STRINGS], collections::max),
    function("max_by", &[ARRAY, EXPRESSION], collections::max_by),
    variadic("merge", &[OBJECT], collections::merge),
    function("min", &[NUMBERS_OR_STRINGS], collections::min),
    function("min_by", &[ARRAY, EXPRESSION], collections::min_by),
    variadic("not_null", &[ANY], collections::not_null),
    function("reverse", &[ARRAY_OR_STRING], collections::reverse),
    function("sort", &[STRINGS_OR_NUMBERS], collections::sort),
    function("sort_by", &[ARRAY, EXPRESSION], collections::sort_by),
    function("starts_with", &[STRING, STRING], texts::starts_with),
    function("sum", &[NUMBERS], arithmetic::sum),
    function("to_array", &[ANY], collections::to_array),
    function("to_number", &[ANY], arithmetic::to_number),
    function("to_string", &[ANY], texts::to_string),
    function("type", &[ANY], texts::type_name),
    function("values", &[OBJECT], collections::values),
];

/// Calls a function.
///
/// # Errors
///
/// An unknown name, the wrong number of arguments or one of the wrong type, in this order; and what the
/// function itself reports.
pub(super) fn call(name: &str, arguments: &[Argument]) -> Result<Value, RuntimeError> {
    let function = FUNCTIONS
        .iter()
        .find(|function| function.name == name)
        .ok_or_else(|| RuntimeError::UnknownFunction(name.to_owned()))?;
    let (expected, received) = (function.parameters.len(), arguments.len());
    if received < expected || (received > expected && !function.variadic) {
        let at_least = function.variadic;
        return Err(RuntimeError::Arity { function: function.name, expected, at_least, received });
    }
    for (argument, types) in arguments.iter().zip(function.parameters) {
        check(function.name, argument, types)?;
    }
    (function.call)(arguments)
}

/// JMESPath's name for the type of a value.
fn json_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Integer(_) | Value::Float(_) => "number",
        Value::String(_) | Value::Secret(_) => "string",
        Value::List(_) => "array",
        Value::Map(_) => "object",
        Value::Bytes(_) => "unknown",
    }
}

fn check(function: &'static str, argument: &Argument, types: &[Type]) -> Result<(), RuntimeError> {
    let (text, received) = match argument {
        Argument::Value(value) if fits(value, types) => return check_elements(function, value, types),
        Argument::Expression(_) if types.contains(&"expref") => return Ok(()),
        // The reference would let it through, only to fail with its own innards in the message.
        Argument::Expression(_) if types.is_empty() => return Err(RuntimeError::ExpressionAsValue),
        Argument::Value(value) => (python::str(value), json_type(value)),
        Argument::Expression(_) => ("&expression".to_owned(), "expref"),
    };
    Err(wrong_type(function, text, types, received))
}

fn fits(value: &Value, types: &[Type]) -> bool {
    let outer = |name: &Type| name.split('-').next() == Some(json_type(value));
    types.is_empty() || types.iter().any(outer)
}

fn wrong_type(function: &'static str, value: String, types: &[Type], received: &'static str) -> RuntimeError {
    RuntimeError::ArgumentType { function, value, expected: types.to_vec(), received }
}

/// Where several kinds of lists are allowed, the first element decides which it is.
fn check_elements(function: &'static str, value: &Value, types: &[Type]) -> Result<(), RuntimeError> {
    let Some(elements) = value.as_list() else { return Ok(()) };
    let names: Vec<&str> = types.iter().filter_map(|name| Some(name.split_once('-')?.1)).collect();
    let (Some(first), false) = (elements.first(), names.is_empty()) else { return Ok(()) };
    let wanted = names.iter().find(|name| **name == json_type(first)).or(names.first());
    match elements.iter().find(|element| Some(&json_type(element)) != wanted) {
        None => Ok(()),
        Some(element) => Err(wrong_type(function, python::str(element), types, python::type_name(element))),
    }
}

/// The value of an argument that has been checked; an expression has none.
fn value<'a>(arguments: &'a [Argument], index: usize) -> &'a Value {
    match arguments.get(index) {
        Some(Argument::Value(value)) => value,
        Some(Argument::Expression(_)) | None => &Value::Null,
    }
}

/// The elements of an argument that has been checked to be a list.
fn elements<'a>(arguments: &'a [Argument], index: usize) -> &'a [Value] {
    value(arguments, index).as_list().unwrap_or_default()
}

/// The text of an argument that has been checked to be one.
fn text<'a>(arguments: &'a [Argument], index: usize) -> &'a str {
    match value(arguments, index) {
        Value::String(text) => text,
        Value::Secret(_) => python::HIDDEN,
        _ => "",
    }
}
