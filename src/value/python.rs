//! Python's texts of a value: `str()`, `repr()` and the names of types.
//!
//! The reference prints them in validation messages, in text output, in table cells and in query errors.

use super::{Map, Value};
use crate::syntax::python::{write_bytes, write_text};

/// What stands for a secret wherever a value is shown.
pub(crate) const HIDDEN: &str = "****";

/// Python's `str(value)`. A secret is shown as `****`.
pub(crate) fn str(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_string(),
        Value::Secret(_) => HIDDEN.to_owned(),
        _ => repr(value),
    }
}

/// Python's `repr(value)`. A secret is shown as `'****'`.
pub(crate) fn repr(value: &Value) -> String {
    let mut out = String::new();
    write_repr(value, &mut out);
    out
}

/// The name that Python's `type()` gives the value, such as `int` or `datetime.date`.
pub(crate) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "NoneType",
        Value::Bool(_) => "bool",
        Value::Integer(_) => "int",
        Value::Float(_) => "float",
        Value::String(_) | Value::Secret(_) => "str",
        Value::List(_) => "list",
        Value::Map(_) => "dict",
        Value::Bytes(_) => "bytes",
    }
}

/// Python's `repr()` of a floating-point number: the shortest digits that read back, `1e+16`, `1e-05`, `nan`.
pub(crate) fn repr_float(number: f64) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let scientific = format!("{number:e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let plain = number.to_string();
        if plain.contains('.') { plain } else { plain + ".0" }
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{mantissa}e{sign}{:02}", exponent.abs())
    }
}

/// Python's truth of a value: `None`, `False`, zeros and everything empty are false.
pub(crate) fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(bool) => *bool,
        Value::Integer(number) => **number != 0,
        Value::Float(number) => *number != 0.0,
        Value::String(text) => !text.is_empty(),
        Value::List(list) => !list.is_empty(),
        Value::Map(map) => !map.is_empty(),
        Value::Secret(_) | Value::Bytes(_) => true,
    }
}

fn write_repr(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("None"),
        Value::Bool(true) => out.push_str("True"),
        Value::Bool(false) => out.push_str("False"),
        Value::Integer(number) => out.push_str(&number.to_string()),
        Value::Float(number) => out.push_str(&repr_float(*number)),
        Value::String(text) => write_text(text, out),
        Value::Secret(_) => write_text(HIDDEN, out),
        Value::List(list) => write_list(list, out),
        Value::Map(map) => write_map(map, out),
        Value::Bytes(bytes) => write_bytes(bytes, out),
    }
}

fn write_list(elements: &[Value], out: &mut String) {
    out.push('[');
    for (index, element) in elements.iter().enumerate() {
        out.push_str(if index > 0 { ", " } else { "" });
        write_repr(element, out);
    }
    out.push(']');
}

fn write_map(map: &Map, out: &mut String) {
    out.push('{');
    for (index, (key, value)) in map.iter().enumerate() {
        out.push_str(if index > 0 { ", " } else { "" });
        write_text(key, out);
        out.push_str(": ");
        write_repr(value, out);
    }
    out.push('}');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_read_as_python_prints_them() {
        let cases = [
            (1.5, "1.5"),
            (1e16, "1e+16"),
            (1e15, "1000000000000000.0"),
            (1e-5, "1e-05"),
            (0.0001, "0.0001"),
            (-0.0, "-0.0"),
            (1e100, "1e+100"),
            (1.5e300, "1.5e+300"),
            (5e-324, "5e-324"),
            (100_000.0, "100000.0"),
            (f64::NAN, "nan"),
            (f64::NEG_INFINITY, "-inf"),
        ];
        for (number, text) in cases {
            assert_eq!(repr_float(number), text);
        }
    }
}
