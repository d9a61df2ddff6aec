//! Whole numbers as Python's `int()` reads them from a text.
//!
//! The reference passes options and settings through `int()`, so ` 5 `, `1_0` and `٣` are numbers to it.

use std::num::IntErrorKind;

use crate::syntax::python::is_space;

/// The zeros of Unicode's decimal digits (general category Nd, Unicode 14.0, which Python 3.11 knows). The
/// nine code points after each zero are the digits one to nine of the same script.
const ZEROS: [u32; 66] = [
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50,
    0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40,
    0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x11066,
    0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0, 0x11950,
    0x11c50, 0x11d50, 0x11da0, 0x16a60, 0x16ac0, 0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6,
    0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0,
];

/// Reads a whole number by the rules of Python's `int(text)` in base ten: white space around it, a sign,
/// decimal digits of any script, and single `_` between digits.
///
/// Returns `None` where Python raises `ValueError`.
pub fn python_int(text: &str) -> Option<i128> {
    decimal(&plain(text)?)
}

/// Reads a number by the rules of Python's `float(text)`: as [`python_int`], with a point or an exponent, or one of
/// the names `nan`, `inf` and `infinity`.
///
/// Returns `None` where Python raises `ValueError`.
pub fn python_float(text: &str) -> Option<f64> {
    plain(text)?.parse().ok()
}

/// The text without white space around it and `_` between its digits, which become those of ASCII.
fn plain(text: &str) -> Option<String> {
    let mut plain = String::new();
    let mut characters = text.trim_matches(is_space).chars().peekable();
    while let Some(character) = characters.next() {
        if character != '_' {
            plain.push(digit_value(character).or(character.is_ascii().then_some(character))?);
        } else if !plain.ends_with(|before: char| before.is_ascii_digit())
            || characters.peek().copied().and_then(digit_value).is_none()
        {
            return None;
        }
    }
    Some(plain)
}

/// Reads an optional sign and digits of ASCII. A number that does not fit becomes the nearest that does.
pub fn decimal(text: &str) -> Option<i128> {
    text.parse().map_or_else(
        |error: std::num::ParseIntError| match error.kind() {
            IntErrorKind::PosOverflow => Some(i128::MAX),
            IntErrorKind::NegOverflow => Some(i128::MIN),
            _ => None,
        },
        Some,
    )
}

/// The number as an `i64`; one that does not fit becomes the nearest that does.
pub fn saturating_i64(number: i128) -> i64 {
    number.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}

/// The ASCII digit for a decimal digit of any script.
fn digit_value(character: char) -> Option<char> {
    if character.is_ascii() {
        return character.is_ascii_digit().then_some(character);
    }
    let code = u32::from(character);
    let zero = ZEROS[..ZEROS.partition_point(|zero| *zero <= code)].last()?;
    char::from_digit(code - zero, 10)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<i64> {
        python_int(text).map(saturating_i64)
    }

    #[test]
    fn white_space_signs_and_single_underscores_are_fine() {
        assert_eq!(read(" 5 \n"), Some(5));
        assert_eq!(read("\u{2003}+7\u{a0}"), Some(7));
        assert_eq!(read("-0042"), Some(-42));
        assert_eq!(read("1_000_0"), Some(10_000));
    }

    #[test]
    fn digits_of_every_script_count_and_may_be_mixed() {
        assert_eq!(read("٣"), Some(3));
        assert_eq!(read("1२३"), Some(123));
        assert_eq!(read("\u{1d7ff}"), Some(9), "the last of the mathematical digits");
        assert_eq!(read("²"), None, "a superscript is no decimal digit");
    }

    #[test]
    fn everything_else_is_no_number() {
        for text in ["", " ", "abc", "1.5", "1e3", "0x10", "_1", "1_", "1__0", "+", "- 1", "+-1", "1 2", "½"]
        {
            assert_eq!(read(text), None, "{text:?}");
        }
    }

    #[test]
    fn numbers_are_read_as_python_reads_them() {
        let shown = |text: &str| {
            let whole = python_int(text).map(|number| number.to_string());
            whole.or_else(|| python_float(text).map(crate::value::python::repr_float))
        };
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
            assert_eq!(shown(text).as_deref(), want, "{text:?}");
        }
    }

    #[test]
    fn a_number_beyond_64_bits_is_still_a_number() {
        assert_eq!(read("123456789012345678901234567890"), Some(i64::MAX));
        assert_eq!(read("-123456789012345678901234567890"), Some(i64::MIN));
    }

    proptest! {
        #[test]
        fn every_i64_is_read_back(number: i64) {
            prop_assert_eq!(read(&number.to_string()), Some(number));
        }

        #[test]
        fn no_text_panics(text: String) {
            let _ = python_int(&text);
        }
    }
}
