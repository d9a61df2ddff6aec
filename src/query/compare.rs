//! When two values are equal and which comes first, in Python's way.
//!
//! Whole and floating-point numbers are compared by their exact values, texts by code points.

use std::cmp::Ordering;

use super::ast::Operator;
use super::error::RuntimeError;
use crate::value::{Integer, Map, Value, python};

/// The query's `==`. A number is never equal to a truth value here, although [`python_equal`] says so inside
/// containers.
pub(super) fn equal(left: &Value, right: &Value) -> bool {
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

/// Whether a value can stand at a side of `<`: numbers and texts can.
pub(super) fn is_ordered(value: &Value) -> bool {
    matches!(value, Value::Integer(_) | Value::Float(_) | Value::String(_))
}

/// Whether an ordering comparison holds.
///
/// # Errors
///
/// [`RuntimeError::NoOrder`] for a number and a text, or anything else.
pub(super) fn holds(operator: Operator, left: &Value, right: &Value) -> Result<bool, RuntimeError> {
    let no_order = || RuntimeError::NoOrder {
        operator: operator.symbol(),
        left: python::type_name(left),
        right: python::type_name(right),
    };
    let ordering = match (left, right) {
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        _ if is_number(left) && is_number(right) => numeric_order(left, right),
        _ => return Err(no_order()),
    };
    // Nothing but `!=` holds for NaN.
    let Some(ordering) = ordering else { return Ok(operator == Operator::NotEqual) };
    Ok(match operator {
        Operator::Equal => ordering.is_eq(),
        Operator::NotEqual => ordering.is_ne(),
        Operator::Less => ordering.is_lt(),
        Operator::LessOrEqual => ordering.is_le(),
        Operator::Greater => ordering.is_gt(),
        Operator::GreaterOrEqual => ordering.is_ge(),
    })
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

fn is_number(value: &Value) -> bool {
    matches!(value, Value::Integer(_) | Value::Float(_))
}

/// The order of two numbers or truth values; `None` for NaN and for everything that is no number.
fn numeric_order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Float(left), Value::Float(right)) => left.partial_cmp(right),
        (Value::Float(left), right) => Some(integer_and_float(&whole(right)?, *left)?.reverse()),
        (left, Value::Float(right)) => integer_and_float(&whole(left)?, *right),
        (left, right) => Some(integers(&whole(left)?, &whole(right)?)),
    }
}

fn whole(value: &Value) -> Option<Integer> {
    match value {
        Value::Integer(number) => Some(number.clone()),
        Value::Bool(truth) => Some(Integer::from(i64::from(*truth))),
        _ => None,
    }
}

fn integers(left: &Integer, right: &Integer) -> Ordering {
    // Canonical digits: the longer number is the larger one.
    let magnitude = |number: &Integer| {
        let digits = number.as_str().trim_start_matches('-').to_owned();
        (digits.len(), digits)
    };
    let is_negative = |number: &Integer| number.as_str().starts_with('-');
    match (is_negative(left), is_negative(right)) {
        (false, false) => magnitude(left).cmp(&magnitude(right)),
        (true, true) => magnitude(right).cmp(&magnitude(left)),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
    }
}

fn integer_and_float(left: &Integer, right: f64) -> Option<Ordering> {
    if right.is_nan() {
        return None;
    }
    if right.is_infinite() {
        return Some(if right > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    // Without a fraction the number's digits are exact, however large it is.
    let truncated = Integer::from_decimal(&format!("{:.0}", right.trunc()))?;
    Some(integers(left, &truncated).then_with(|| 0.0_f64.total_cmp(&(right.fract() + 0.0))))
}
