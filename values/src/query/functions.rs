//! The functions of a query: their names, what they take, and the checks that come before each call.

mod arithmetic;
mod collections;

use super::allowance::Allowance;
use super::ast::Operator::{Gt, Lt};
use super::error::RuntimeError;
use super::evaluate::Question;
use crate::value::json::write::to_compact;
use crate::value::{Value, python};

/// An argument: a value, or an expression to be asked of other values.
pub(super) enum Argument<'n> {
    /// What the argument's expression answered.
    Value(Value),
    /// `&expression`
    Expression(Question<'n>),
}

/// A type that a function takes, by JMESPath's name. Behind a hyphen stands that of the elements.
type Type = &'static str;

type Call = fn(&[Argument]) -> Result<Value, RuntimeError>;

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

/// Functions to which more arguments may be given. The reference does not check their types.
const VARIADIC: [&str; 2] = ["merge", "not_null"];

/// The functions, each with the types of its arguments; none means any.
static FUNCTIONS: &[(&str, &[&[Type]], Call)] = &[
    ("abs", &[NUMBER], arithmetic::abs),
    ("avg", &[NUMBERS], arithmetic::avg),
    ("ceil", &[NUMBER], |args| Ok(arithmetic::rounded(value(args, 0), f64::ceil))),
    ("contains", &[ARRAY_OR_STRING, ANY], collections::contains),
    ("ends_with", &[STRING, STRING], |args| Ok(Value::Bool(text(args, 0).ends_with(text(args, 1))))),
    ("floor", &[NUMBER], |args| Ok(arithmetic::rounded(value(args, 0), f64::floor))),
    ("join", &[STRING, STRINGS], join),
    ("keys", &[OBJECT], collections::keys),
    ("length", &[WITH_LENGTH], collections::length),
    ("map", &[EXPRESSION, ARRAY], collections::map),
    ("max", &[NUMBERS_OR_STRINGS], |args| collections::best(args, None, Gt)),
    ("max_by", &[ARRAY, EXPRESSION], |args| collections::best(args, Some("max_by"), Gt)),
    ("merge", &[OBJECT], collections::merge),
    ("min", &[NUMBERS_OR_STRINGS], |args| collections::best(args, None, Lt)),
    ("min_by", &[ARRAY, EXPRESSION], |args| collections::best(args, Some("min_by"), Lt)),
    ("not_null", &[ANY], collections::not_null),
    ("reverse", &[ARRAY_OR_STRING], collections::reverse),
    ("sort", &[STRINGS_OR_NUMBERS], collections::sort),
    ("sort_by", &[ARRAY, EXPRESSION], collections::sort_by),
    ("starts_with", &[STRING, STRING], |args| Ok(Value::Bool(text(args, 0).starts_with(text(args, 1))))),
    ("sum", &[NUMBERS], |args| Ok(arithmetic::total(elements(args, 0)))),
    ("to_array", &[ANY], collections::to_array),
    ("to_number", &[ANY], arithmetic::to_number),
    ("to_string", &[ANY], to_string),
    ("type", &[ANY], |args| Ok(Value::string(json_type(value(args, 0))))),
    ("values", &[OBJECT], collections::values),
];

/// Calls a function.
///
/// # Errors
///
/// An unknown name, the wrong number of arguments or one of the wrong type, in this order; and what the
/// function itself reports.
pub(super) fn call(name: &str, arguments: &[Argument], allowance: &Allowance) -> Result<Value, RuntimeError> {
    let Some((name, parameters, call)) = FUNCTIONS.iter().find(|(function, ..)| *function == name) else {
        return Err(RuntimeError::UnknownFunction(name.to_owned()));
    };
    let (expected, received, at_least) = (parameters.len(), arguments.len(), VARIADIC.contains(name));
    if received < expected || (received > expected && !at_least) {
        return Err(RuntimeError::Arity { function: name, expected, at_least, received });
    }
    for (argument, types) in arguments.iter().zip(*parameters) {
        check(name, argument, types)?;
    }
    if *name == "join" {
        // Of all functions, this one alone makes much more than it is given.
        allowance.spend_text(text(arguments, 0).len().saturating_mul(elements(arguments, 1).len()))?;
    }
    call(arguments)
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

fn join(arguments: &[Argument]) -> Result<Value, RuntimeError> {
    let texts: Vec<String> = elements(arguments, 1).iter().map(python::str).collect();
    Ok(Value::string(texts.join(text(arguments, 0))))
}

/// A text stays as it is; everything else becomes compact JSON.
fn to_string(arguments: &[Argument]) -> Result<Value, RuntimeError> {
    Ok(Value::string(match value(arguments, 0) {
        text @ (Value::String(_) | Value::Secret(_)) => python::str(text),
        other => to_compact(other),
    }))
}
