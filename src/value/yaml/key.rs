//! When two keys of a mapping are the same.
//!
//! Python decides it by value: `1`, `1.0` and `true` are one key, and a text never equals a number.

use super::ValueError;
use crate::value::{DateTime, Other, Value, python};

/// A key reduced to what Python's equality looks at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Null,
    /// A whole number of whatever type, as decimal digits.
    Whole(String),
    /// The bits of any other floating-point number; all NaNs are one.
    Float(u64),
    Text(String),
    Bytes(Vec<u8>),
    Date(u16, u8, u8),
    /// A date with a time, as Python writes it.
    Moment(String),
    Tuple(Vec<Key>),
}

impl Key {
    /// Reduces a key. A list must have been made a tuple before.
    ///
    /// Returns the error of Python's `hash()` for what cannot be one, even deep inside a tuple.
    pub(super) fn of(value: &Value) -> Result<Key, ValueError> {
        let unhashable = || ValueError::Unhashable { type_name: python::type_name(value) };
        match value {
            Value::Null => Ok(Key::Null),
            Value::Bool(flag) => Ok(Key::Whole(u8::from(*flag).to_string())),
            Value::Integer(number) => Ok(Key::Whole(number.as_str().to_owned())),
            Value::Float(number) => Ok(Key::of_float(*number)),
            Value::String(text) => Ok(Key::Text(text.to_string())),
            Value::Secret(_) | Value::List(_) | Value::Map(_) => Err(unhashable()),
            Value::Other(other) => match &**other {
                Other::Bytes(bytes) => Ok(Key::Bytes(bytes.clone())),
                Other::Date(date) => Ok(Key::Date(date.year, date.month, date.day)),
                Other::DateTime(DateTime { .. }) => Ok(Key::Moment(python::str(value))),
                Other::Tuple(elements) => {
                    Ok(Key::Tuple(elements.iter().map(Key::of).collect::<Result<_, _>>()?))
                }
                Other::Set(_)
                | Other::OrderedMap(_)
                | Other::Mapping(_)
                | Other::ListCycle
                | Other::MapCycle => Err(unhashable()),
            },
        }
    }

    fn of_float(number: f64) -> Key {
        if number.is_finite() && number.fract() == 0.0 {
            // Adding zero turns -0.0 into 0.0, which has no sign to print.
            Key::Whole(format!("{:.0}", number + 0.0))
        } else if number.is_nan() {
            Key::Float(f64::NAN.to_bits())
        } else {
            Key::Float(number.to_bits())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: Value) -> Result<Key, ValueError> {
        Key::of(&value)
    }

    #[test]
    fn numbers_and_booleans_are_equal_by_value() {
        assert_eq!(of(Value::integer(1)), of(Value::Bool(true)));
        assert_eq!(of(Value::integer(1)), of(Value::Float(1.0)));
        assert_eq!(of(Value::integer(0)), of(Value::Float(-0.0)));
        assert_eq!(of(Value::integer(10_000_000_000_000_000)), of(Value::Float(1e16)));
        assert_ne!(of(Value::integer(1)), of(Value::Float(1.5)));
        assert_ne!(of(Value::integer(1)), of(Value::string("1")));
        assert_ne!(of(Value::string("a")), of(Value::bytes(b"a".to_vec())));
    }

    #[test]
    fn a_list_inside_a_tuple_cannot_be_a_key() {
        let tuple = Value::Other(std::rc::Rc::new(Other::Tuple(vec![Value::list(vec![])])));
        assert_eq!(of(tuple), Err(ValueError::Unhashable { type_name: "list" }));
    }
}
