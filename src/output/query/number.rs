//! Numbers in texts, as Python's `int()` and `float()` read them.

use crate::value::{Integer, Value, python};

/// The number that a text stands for: whole if it can be, else floating-point; `None` if it is no number.
pub(super) fn parse(text: &str) -> Option<Value> {
    let ascii = text.trim_matches(python::is_space).chars().map(ascii_digit).collect::<Option<String>>()?;
    let plain = without_underscores(&ascii)?;
    match Integer::from_decimal(&plain) {
        Some(number) => Some(Value::Integer(number)),
        None => plain.parse().ok().map(Value::Float),
    }
}

/// The ASCII digit for any decimal digit; other ASCII characters stay, all others are no part of a number.
fn ascii_digit(c: char) -> Option<char> {
    if c.is_ascii() {
        return Some(c);
    }
    let code = u32::from(c);
    let zero = ZEROS[..ZEROS.partition_point(|zero| *zero <= code)].last()?;
    char::from_digit(code - zero, 10)
}

/// Underscores may stand between digits only.
fn without_underscores(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let well_placed =
        |(at, byte): (usize, &u8)| *byte != b'_' || (at > 0 && is_digit(at - 1) && is_digit(at + 1));
    bytes.iter().enumerate().all(well_placed).then(|| text.replace('_', ""))
}

/// The zeros of all scripts beside ASCII (Unicode 14, general category Nd), each followed by the other
/// digits.
#[rustfmt::skip]
const ZEROS: &[u32] = &[
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0,
    0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50,
    0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x11066, 0x110f0,
    0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50,
    0x11d50, 0x11da0, 0x16a60, 0x16ac0, 0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140,
    0x1e2f0, 0x1e950, 0x1fbf0,
];

#[cfg(test)]
mod tests {
    use super::*;

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
