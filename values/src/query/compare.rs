//! When two values are equal and which comes first, in Python's way.
//!
//! Whole and floating-point numbers are compared by their exact values, texts by code points.

use std::cmp::Ordering;

use super::ast::Operator;
use super::error::RuntimeError;
use crate::value::{Map, Value, python};

/// The query's `==`. A number is never equal to a truth value here, although [`python_equal`] says so inside
/// containers.
fn equal(left: &Value, right: &Value) -> bool {
    let is_bool = |value: &Value| matches!(value, Value::Bool(_));
    is_bool(left) == is_bool(right) && python_equal(left, right)
}

/// Python's `==`, for which `True` is 1 and `False` is 0.
pub(super) fn python_equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Null, Value::Null) => true,
        (Value::String(left), Value::String(right)) => left == right,
        (Value::List(a), Value::List(b)) => {
            left.same_object(right)
                || (a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| python_equal(a, b)))
        }
        (Value::Map(a), Value::Map(b)) => {
            left.same_object(right) || (a.len() == b.len() && same_members(a, b))
        }
        _ => numeric_order(left, right) == Some(Ordering::Equal),
    }
}

fn same_members(left: &Map, right: &Map) -> bool {
    left.iter().all(|(key, value)| right.get(key).is_some_and(|other| python_equal(value, other)))
}

/// Whether a comparison holds; `None` where something else than numbers and texts would have to have an order.
///
/// # Errors
/// [`RuntimeError::NoOrder`] for a number and a text.
pub(super) fn holds(operator: Operator, left: &Value, right: &Value) -> Result<Option<bool>, RuntimeError> {
    let fits = match operator {
        Operator::Eq => return Ok(Some(equal(left, right))),
        Operator::Ne => return Ok(Some(!equal(left, right))),
        Operator::Lt => Ordering::is_lt,
        Operator::Lte => Ordering::is_le,
        Operator::Gt => Ordering::is_gt,
        Operator::Gte => Ordering::is_ge,
    };
    let is_number = |value: &Value| matches!(value, Value::Integer(_) | Value::Float(_));
    let is_text = |value: &Value| matches!(value, Value::String(_));
    let ordering = match (left, right) {
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        _ if is_number(left) && is_number(right) => numeric_order(left, right),
        _ if (is_text(left) && is_number(right)) || (is_number(left) && is_text(right)) => {
            return Err(RuntimeError::NoOrder {
                operator: operator.symbol(),
                left: python::type_name(left),
                right: python::type_name(right),
            });
        }
        _ => return Ok(None),
    };
    Ok(Some(ordering.is_some_and(fits)))
}

/// An order for sorting numbers among themselves and texts among themselves. NaN comes last: Python leaves
/// its place to chance.
pub(super) fn sorting_order(left: &Value, right: &Value) -> Ordering {
    let is_nan = |value: &Value| matches!(value, Value::Float(number) if number.is_nan());
    match (left, right) {
        (Value::String(left), Value::String(right)) => left.cmp(right),
        _ => numeric_order(left, right).unwrap_or_else(|| is_nan(left).cmp(&is_nan(right))),
    }
}

/// The order of two numbers or truth values; `None` for NaN and for everything that is no number.
fn numeric_order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Float(left), Value::Float(right)) => left.partial_cmp(right),
        (Value::Float(left), right) => Some(integer_and_float(whole(right)?, *left)?.reverse()),
        (left, Value::Float(right)) => integer_and_float(whole(left)?, *right),
        (left, right) => Some(whole(left)?.cmp(&whole(right)?)),
    }
}

fn whole(value: &Value) -> Option<i128> {
    match value {
        Value::Integer(number) => Some(**number),
        Value::Bool(truth) => Some(i128::from(*truth)),
        _ => None,
    }
}

/// Exact, where converting the whole number would round it.
fn integer_and_float(left: i128, right: f64) -> Option<Ordering> {
    match left.cmp(&(right.trunc() as i128)) {
        _ if !right.is_finite() => 0.0.partial_cmp(&right),
        Ordering::Equal => 0.0.partial_cmp(&right.fract()),
        ordering => Some(ordering),
    }
}
