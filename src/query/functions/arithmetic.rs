//! Functions of numbers. Whole numbers stay whole, as in Python.

use super::{Argument, elements, value};
use crate::query::error::RuntimeError;
use crate::value::number::{python_float, python_int};
use crate::value::{Integer, Value};

pub(super) fn abs(arguments: &[Argument]) -> Result<Value, RuntimeError> {
    Ok(match value(arguments, 0) {
        Value::Float(number) => Value::Float(number.abs()),
        Value::Integer(number) => digits(number.as_str().trim_start_matches('-')),
        other => other.clone(),
    })
}

pub(super) fn ceil(arguments: &[Argument]) -> Result<Value, RuntimeError> {
    rounded(value(arguments, 0), f64::ceil)
}

pub(super) fn floor(arguments: &[Argument]) -> Result<Value, RuntimeError> {
    rounded(value(arguments, 0), f64::floor)
}

/// A floating-point number becomes a whole one, with all its digits.
fn rounded(number: &Value, round: fn(f64) -> f64) -> Result<Value, RuntimeError> {
    match number {
        Value::Float(number) if number.is_nan() => Err(RuntimeError::NotANumber),
        Value::Float(number) if number.is_infinite() => Err(RuntimeError::Infinite),
        Value::Float(number) => Ok(digits(&format!("{:.0}", round(*number)))),
        other => Ok(other.clone()),
    }
}

fn digits(text: &str) -> Value {
    Integer::from_decimal(text).map_or(Value::Null, Value::Integer)
}

/// The mean as a floating-point number; null for no numbers.
pub(super) fn avg(arguments: &[Argument]) -> Result<Value, RuntimeError> {
    let numbers = elements(arguments, 0);
    if numbers.is_empty() {
        return Ok(Value::Null);
    }
    let total = match total(numbers)? {
        Value::Integer(total) => total.to_f64(),
        Value::Float(total) => total,
        _ => 0.0,
    };
    Ok(Value::Float(total / numbers.len() as f64))
}

pub(super) fn sum(arguments: &[Argument]) -> Result<Value, RuntimeError> {
    total(elements(arguments, 0))
}

/// Whole as long as all numbers are; from the first other one on, floating-point.
fn total(numbers: &[Value]) -> Result<Value, RuntimeError> {
    let mut whole: i128 = 0;
    let mut numbers = numbers.iter().peekable();
    while let Some(Value::Integer(number)) = numbers.peek() {
        let number: Option<i128> = number.as_str().parse().ok();
        whole = number.and_then(|number| whole.checked_add(number)).ok_or(RuntimeError::SumTooLarge)?;
        numbers.next();
    }
    if numbers.peek().is_none() {
        return Ok(digits(&whole.to_string()));
    }
    Ok(Value::Float(numbers.fold(whole as f64, |total, number| match number {
        Value::Float(number) => total + number,
        Value::Integer(number) => total + number.to_f64(),
        _ => total,
    })))
}

/// The number that a text stands for, in Python's way; null if it is none.
pub(super) fn to_number(arguments: &[Argument]) -> Result<Value, RuntimeError> {
    Ok(match value(arguments, 0) {
        number @ (Value::Integer(_) | Value::Float(_)) => number.clone(),
        Value::String(text) => {
            let whole = python_int(text).map(Value::Integer);
            whole.or_else(|| python_float(text).map(Value::Float)).unwrap_or(Value::Null)
        }
        _ => Value::Null,
    })
}
