//! Functions of numbers. Whole numbers stay whole, as in Python.

use super::{Argument, elements, value};
use crate::query::error::RuntimeError;
use crate::value::Value;
use crate::value::number::{python_float, python_int};

pub(super) fn abs(arguments: &[Argument]) -> Result<Value, RuntimeError> {
    Ok(match value(arguments, 0) {
        Value::Float(number) => Value::Float(number.abs()),
        Value::Integer(number) => Value::integer(number.saturating_abs()),
        other => other.clone(),
    })
}

/// A floating-point number becomes a whole one, if one of 128 bits is large enough.
pub(super) fn rounded(number: &Value, round: fn(f64) -> f64) -> Value {
    match number {
        Value::Float(number) if number.abs() < i128::MAX as f64 => Value::integer(round(*number) as i128),
        other => other.clone(),
    }
}

/// The mean as a floating-point number; null for no numbers.
pub(super) fn avg(arguments: &[Argument]) -> Result<Value, RuntimeError> {
    let numbers = elements(arguments, 0);
    let total = float(&total(numbers));
    Ok(if numbers.is_empty() { Value::Null } else { Value::Float(total / numbers.len() as f64) })
}

/// Whole if all numbers are, and their sum fits into 128 bits.
pub(super) fn total(numbers: &[Value]) -> Value {
    let whole = numbers.iter().try_fold(0i128, |total, number| match number {
        Value::Integer(number) => total.checked_add(**number),
        _ => None,
    });
    whole.map_or_else(
        || Value::Float(numbers.iter().map(float).fold(0.0, |total, number| total + number)),
        Value::integer,
    )
}

fn float(number: &Value) -> f64 {
    match number {
        Value::Float(number) => *number,
        Value::Integer(number) => **number as f64,
        _ => 0.0,
    }
}

/// The number that a text stands for, in Python's way; null if it stands for none.
pub(super) fn to_number(arguments: &[Argument]) -> Result<Value, RuntimeError> {
    Ok(match value(arguments, 0) {
        number @ (Value::Integer(_) | Value::Float(_)) => number.clone(),
        Value::String(text) => {
            let whole = python_int(text).map(Value::integer);
            whole.or_else(|| python_float(text).map(Value::Float)).unwrap_or(Value::Null)
        }
        _ => Value::Null,
    })
}
