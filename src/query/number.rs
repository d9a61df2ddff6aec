//! Numbers in texts, as Python's `int()` and `float()` read them.

use crate::value::Value;
use crate::value::number::{python_float, python_int};

/// The number that a text stands for: whole if it can be, else floating-point; `None` if it is no number.
pub(super) fn parse(text: &str) -> Option<Value> {
    python_int(text).map(Value::Integer).or_else(|| python_float(text).map(Value::Float))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::python;

    #[test]
    fn texts_are_read_as_python_reads_them() {
        for (text, want) in [
            ("12", Some("12")),
            (" 12\n", Some("12")),
            ("1_000", Some("1000")),
            ("+007", Some("7")),
            ("1.50", Some("1.5")),
            ("1e3", Some("1000.0")),
            (".5", Some("0.5")),
            ("1_0.0_1", Some("10.01")),
            ("nan", Some("nan")),
            ("-Infinity", Some("-inf")),
            ("\u{663}\u{664}", Some("34")),
            ("\u{1d7ce}.\u{1d7d7}", Some("0.9")),
            ("", None),
            ("_1", None),
            ("1__0", None),
            ("1_.5", None),
            ("0x10", None),
            ("\u{b2}", None),
            ("- 1", None),
        ] {
            assert_eq!(parse(text).map(|number| python::str(&number)).as_deref(), want, "{text:?}");
        }
    }
}
