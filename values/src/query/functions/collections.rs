//! Functions of lists and mappings.

use std::rc::Rc;

use super::{Argument, OBJECT, elements, json_type, text, value, wrong_type};
use crate::query::ast::Operator;
use crate::query::compare;
use crate::query::error::RuntimeError;
use crate::query::evaluate::Question;
use crate::value::{Map, Value, python};

/// What a sorting key may be.
const KEY_TYPES: [&str; 2] = ["number", "string"];

pub(super) fn contains(arguments: &[Argument]) -> Result<Value, RuntimeError> {
    let wanted = value(arguments, 1);
    let found = match (value(arguments, 0), wanted) {
        (Value::List(list), _) => list.iter().any(|element| compare::python_equal(element, wanted)),
        (_, Value::String(wanted)) => text(arguments, 0).contains(&**wanted),
        _ => return Err(RuntimeError::NotInText { found: python::type_name(wanted) }),
    };
    Ok(Value::Bool(found))
}

/// The length of a text is that in code points.
pub(super) fn length(arguments: &[Argument]) -> Result<Value, RuntimeError> {
    let length = match value(arguments, 0) {
        Value::List(list) => list.len(),
        Value::Map(map) => map.len(),
        _ => text(arguments, 0).chars().count(),
    };
    Ok(i64::try_from(length).map_or(Value::Null, Value::integer))
}

pub(super) fn reverse(arguments: &[Argument]) -> Result<Value, RuntimeError> {
    Ok(match value(arguments, 0) {
        Value::List(list) => Value::list(list.iter().rev().cloned().collect()),
        _ => Value::string(text(arguments, 0).chars().rev().collect::<String>()),
    })
}

pub(super) fn keys(arguments: &[Argument]) -> Result<Value, RuntimeError> {
    let members = value(arguments, 0).as_map().into_iter().flat_map(Map::iter);
    Ok(Value::list(members.map(|(key, _)| Value::String(key.clone())).collect()))
}

pub(super) fn values(arguments: &[Argument]) -> Result<Value, RuntimeError> {
    let members = value(arguments, 0).as_map().into_iter().flat_map(Map::iter);
    Ok(Value::list(members.map(|(_, value)| value.clone()).collect()))
}

/// A key keeps the place where it came first, with the value that came last.
pub(super) fn merge(arguments: &[Argument]) -> Result<Value, RuntimeError> {
    let mut merged = Map::new();
    for argument in arguments {
        let map = match argument {
            Argument::Value(Value::Map(map)) => map,
            Argument::Value(other) => {
                return Err(wrong_type("merge", python::str(other), OBJECT, json_type(other)));
            }
            Argument::Expression(_) => return Err(RuntimeError::ExpressionAsValue),
        };
        for (key, value) in map.iter() {
            merged.insert(key.clone(), value.clone());
        }
    }
    Ok(Value::Map(Rc::new(merged)))
}

pub(super) fn to_array(arguments: &[Argument]) -> Result<Value, RuntimeError> {
    Ok(match value(arguments, 0) {
        list @ Value::List(_) => list.clone(),
        other => Value::list(vec![other.clone()]),
    })
}

pub(super) fn not_null(arguments: &[Argument]) -> Result<Value, RuntimeError> {
    for argument in arguments {
        match argument {
            Argument::Value(Value::Null) => {}
            Argument::Value(value) => return Ok(value.clone()),
            Argument::Expression(_) => return Err(RuntimeError::ExpressionAsValue),
        }
    }
    Ok(Value::Null)
}

pub(super) fn map(arguments: &[Argument]) -> Result<Value, RuntimeError> {
    expression(arguments, 0)?.ask_all(elements(arguments, 1))
}

fn expression<'n>(arguments: &[Argument<'n>], index: usize) -> Result<Question<'n>, RuntimeError> {
    match arguments.get(index) {
        Some(Argument::Expression(expression)) => Ok(*expression),
        Some(Argument::Value(_)) | None => Err(RuntimeError::ExpressionAsValue),
    }
}

pub(super) fn sort(arguments: &[Argument]) -> Result<Value, RuntimeError> {
    let mut sorted = elements(arguments, 0).to_vec();
    sorted.sort_by(compare::sorting_order);
    Ok(Value::list(sorted))
}

/// The key of the first element decides whether all have to be numbers or texts.
pub(super) fn sort_by(arguments: &[Argument]) -> Result<Value, RuntimeError> {
    let list = elements(arguments, 0);
    let expression = expression(arguments, 1)?;
    let Some(first) = list.first() else { return Ok(value(arguments, 0).clone()) };
    let wanted = json_type(&expression.ask(first)?);
    if !KEY_TYPES.contains(&wanted) {
        return Err(wrong_type("sort_by", python::str(first), &["string", "number"], wanted));
    }
    let keyed =
        list.iter().map(|element| Ok((key("sort_by", expression, element, &[wanted])?, element.clone())));
    let mut keyed = keyed.collect::<Result<Vec<_>, _>>()?;
    keyed.sort_by(|(left, _), (right, _)| compare::sorting_order(left, right));
    Ok(Value::list(keyed.into_iter().map(|(_, element)| element).collect()))
}

fn key(
    function: &'static str,
    expression: Question,
    element: &Value,
    types: &[&'static str],
) -> Result<Value, RuntimeError> {
    let key = expression.ask(element)?;
    let received = json_type(&key);
    if types.contains(&received) {
        return Ok(key);
    }
    Err(wrong_type(function, python::str(&key), types, received))
}

/// The first element that no other beats, or whose key none beats where a function asks for keys; null for no elements.
pub(super) fn best(
    arguments: &[Argument],
    by: Option<&'static str>,
    better: Operator,
) -> Result<Value, RuntimeError> {
    let mut best: Option<(Value, &Value)> = None;
    for element in elements(arguments, 0) {
        let key = match by {
            None => element.clone(),
            Some(function) => key(function, expression(arguments, 1)?, element, &KEY_TYPES)?,
        };
        let wins = match &best {
            None => true,
            Some((best, _)) => compare::holds(better, &key, best)? == Some(true),
        };
        if wins {
            best = Some((key, element));
        }
    }
    Ok(best.map_or(Value::Null, |(_, element)| element.clone()))
}
