//! Python's texts of a value: `str()`, `repr()` and the names of types.
//!
//! The reference prints them in validation messages, in text output, in table cells and in query errors.

use super::Value;
use crate::syntax::python::{repr_bytes, repr_str};

/// What stands for a secret wherever a value is shown.
pub const HIDDEN: &str = "****";

/// Python's `str(value)`. A secret is shown as `****`.
pub fn str(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_string(),
        Value::Secret(_) => HIDDEN.to_owned(),
        _ => repr(value),
    }
}

/// Python's `repr(value)`. A secret is shown as `'****'`.
pub fn repr(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(truth) => if *truth { "True" } else { "False" }.to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => repr_float(*number),
        Value::String(text) => repr_str(text),
        Value::Secret(_) => repr_str(HIDDEN),
        Value::List(list) => format!("[{}]", list.iter().map(repr).collect::<Vec<_>>().join(", ")),
        Value::Map(map) => {
            let members = map.iter().map(|(key, value)| format!("{}: {}", repr_str(key), repr(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        Value::Bytes(bytes) => repr_bytes(bytes),
    }
}

/// The name that Python's `type()` gives the value, such as `int` or `datetime.date`.
pub fn type_name(value: &Value) -> &'static str {
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
pub fn repr_float(number: f64) -> String {
    if !number.is_finite() {
        return number.to_string().to_lowercase();
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
pub fn is_truthy(value: &Value) -> bool {
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
