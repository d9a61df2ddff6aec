//! From the text of a scalar and its tag to a value.
//!
//! The texts need not have the form that the tag asks for (`!!int abc`), so every function can fail, and it
//! fails as Python's `int()`, `float()` and so on do.

use super::{ValueError, Version};
use crate::value::{Integer, Value};

/// The most decimal digits that Python reads or prints (`sys.set_int_max_str_digits`).
const MOST_DIGITS: usize = 4300;

/// Nine decimal digits: the base in which numbers are gathered.
const LIMB: u64 = 1_000_000_000;

/// A whole number of any size below `10 ** MOST_DIGITS`, least significant limb first.
struct Natural(Vec<u32>);

/// Reads a boolean. Any case is fine here, and so are the words of YAML 1.1: the tag decides.
pub(super) fn bool(text: &str) -> Result<Value, ValueError> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "y" | "on" => Ok(Value::Bool(true)),
        "false" | "no" | "n" | "off" => Ok(Value::Bool(false)),
        _ => Err(ValueError::Bool),
    }
}

/// Reads a whole number: decimal, `0b`, `0o` or `0x`; in 1.1 also octal by a leading zero, and base 60.
pub(super) fn int(text: &str, version: Version) -> Result<Value, ValueError> {
    let text = text.replace('_', "");
    let (negative, digits) = sign(&text)?;
    if let Some(binary) = digits.strip_prefix("0b") {
        return based(binary, 2, negative);
    }
    if let Some(hexadecimal) = digits.strip_prefix("0x") {
        return based(hexadecimal, 16, negative);
    }
    if let Some(octal) = digits.strip_prefix("0o") {
        return based(octal, 8, negative);
    }
    if version == Version::V1_1 {
        match digits.chars().next() {
            None => return Err(ValueError::EmptyNumber),
            Some('0') if digits != "0" => return based(digits, 8, negative),
            Some(_) if digits.contains(':') => return base_60(digits, negative),
            Some(_) => {}
        }
    }
    based(digits, 10, negative)
}

/// Reads a floating-point number; in 1.1 also base 60.
pub(super) fn float(text: &str, version: Version) -> Result<Value, ValueError> {
    let text = text.replace('_', "").to_lowercase();
    let (negative, digits) = sign(&text)?;
    let magnitude = match digits {
        ".inf" => f64::INFINITY,
        ".nan" => f64::NAN,
        _ if version == Version::V1_1 && digits.contains(':') => {
            let mut value = 0.0;
            for group in digits.split(':') {
                value = value * 60.0 + python_float(group)?;
            }
            value
        }
        _ => python_float(digits)?,
    };
    Ok(Value::Float(if negative { -magnitude } else { magnitude }))
}

/// Reads Base64 as Python's `base64.decodebytes` does: what is not of its alphabet is passed over.
///
/// Returns `None` when the text is not ASCII or ends in the middle of a byte.
pub(super) fn binary(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() {
        return None;
    }
    let (mut out, mut held, mut place, mut pads) = (Vec::new(), 0_u8, 0, 0);
    for byte in text.bytes() {
        if byte == b'=' {
            pads += 1;
            if place >= 2 && place + pads >= 4 {
                return Some(out);
            }
            continue;
        }
        let Some(sextet) = sextet(byte) else { continue };
        pads = 0;
        match place {
            0 => {}
            1 => out.push((held << 2) | (sextet >> 4)),
            2 => out.push((held << 4) | (sextet >> 2)),
            _ => out.push((held << 6) | sextet),
        }
        held = sextet;
        place = (place + 1) % 4;
    }
    (place == 0).then_some(out)
}

fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// Takes one sign off. The reference looks at the first character and fails if there is none.
fn sign(text: &str) -> Result<(bool, &str), ValueError> {
    match text.chars().next() {
        None => Err(ValueError::EmptyNumber),
        Some('-') => Ok((true, &text[1..])),
        Some('+') => Ok((false, &text[1..])),
        Some(_) => Ok((false, text)),
    }
}

/// Python's `int(text, base)`: blanks around it and a sign of its own are fine.
fn based(text: &str, base: u32, negative: bool) -> Result<Value, ValueError> {
    let trimmed = text.trim();
    let (flipped, digits) = match trimmed.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, trimmed.strip_prefix('+').unwrap_or(trimmed)),
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(base)) {
        return Err(ValueError::Int { base });
    }
    if base == 10 && digits.len() > MOST_DIGITS {
        return Err(ValueError::IntTooLong { digits: Some(digits.len()) });
    }
    let mut number = Natural::zero();
    for digit in digits.chars().filter_map(|c| c.to_digit(base)) {
        number.push_digit(base, digit)?;
    }
    number.into_value(negative != flipped)
}

/// `1:20` is 80: every group after the first counts sixtieths of the one before.
fn base_60(text: &str, negative: bool) -> Result<Value, ValueError> {
    let mut number = Natural::zero();
    for (index, group) in text.split(':').enumerate() {
        if group.is_empty() || !group.bytes().all(|b| b.is_ascii_digit()) {
            return Err(ValueError::Int { base: 10 });
        }
        if index == 0 {
            for digit in group.bytes() {
                number.push_digit(10, u32::from(digit - b'0'))?;
            }
        } else {
            number.push_digit(60, group.parse().map_err(|_| ValueError::Int { base: 10 })?)?;
        }
    }
    number.into_value(negative)
}

/// Python's `float(text)`.
fn python_float(text: &str) -> Result<f64, ValueError> {
    text.trim().parse().map_err(|_| ValueError::Float)
}

impl Natural {
    fn zero() -> Natural {
        Natural(Vec::new())
    }

    /// Multiplies by the base and adds the digit.
    fn push_digit(&mut self, base: u32, digit: u32) -> Result<(), ValueError> {
        let mut carry = u64::from(digit);
        for limb in &mut self.0 {
            let sum = u64::from(*limb) * u64::from(base) + carry;
            // The remainder is below the limb's base, which fits into 32 bits.
            *limb = (sum % LIMB) as u32;
            carry = sum / LIMB;
        }
        if carry > 0 {
            self.0.push((carry % LIMB) as u32);
            if carry >= LIMB {
                self.0.push((carry / LIMB) as u32);
            }
        }
        if self.0.len() * 9 > MOST_DIGITS + 9 { Err(ValueError::IntTooLong { digits: None }) } else { Ok(()) }
    }

    fn into_value(self, negative: bool) -> Result<Value, ValueError> {
        let mut text = String::from(if negative { "-" } else { "" });
        for (index, limb) in self.0.iter().rev().enumerate() {
            text += &if index == 0 { limb.to_string() } else { format!("{limb:09}") };
        }
        if text.trim_start_matches('-').len() > MOST_DIGITS {
            return Err(ValueError::IntTooLong { digits: None });
        }
        if self.0.is_empty() {
            text = "0".to_owned();
        }
        Integer::from_decimal(&text).map(Value::Integer).ok_or(ValueError::Int { base: 10 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::python::repr;

    fn shown(result: Result<Value, ValueError>) -> String {
        result.map_or_else(|error| error.to_string(), |value| repr(&value))
    }

    #[test]
    fn whole_numbers_read_in_every_base() {
        let cases = [
            ("007", "7"),
            ("089", "89"),
            ("0o17", "15"),
            ("-0x1F", "-31"),
            ("0b101", "5"),
            ("1__0", "10"),
            ("-0", "0"),
            ("0_", "0"),
            ("--5", "5"),
            (" 5\n", "5"),
            (
                "0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
                "1461501637330902918203684832716283019655932542975",
            ),
        ];
        for (text, want) in cases {
            assert_eq!(shown(int(text, Version::V1_2)), want, "{text}");
        }
    }

    #[test]
    fn numbers_that_are_none_are_refused_without_being_quoted() {
        let cases = [
            ("abc", "invalid literal for int() with base 10"),
            ("-_", "invalid literal for int() with base 10"),
            ("0x1g", "invalid literal for int() with base 16"),
            ("0b_", "invalid literal for int() with base 2"),
            ("", "string index out of range"),
        ];
        for (text, want) in cases {
            assert_eq!(shown(int(text, Version::V1_2)), want, "{text}");
        }
        assert_eq!(shown(int("-_", Version::V1_1)), "string index out of range");
        assert_eq!(shown(int("09", Version::V1_1)), "invalid literal for int() with base 8");
        assert_eq!(shown(float("0x10", Version::V1_2)), "could not convert string to float");
        assert_eq!(shown(bool("Foo")), "not a boolean");
    }

    #[test]
    fn very_long_numbers_are_refused_as_python_refuses_them() {
        let longest = "9".repeat(MOST_DIGITS);
        assert_eq!(shown(int(&longest, Version::V1_2)), longest);
        let message = "Exceeds the limit (4300 digits) for integer string conversion: value has 4301 digits; \
                       use sys.set_int_max_str_digits() to increase the limit";
        assert_eq!(shown(int(&"9".repeat(MOST_DIGITS + 1), Version::V1_2)), message);
        let endless = format!("0x{}", "F".repeat(1 << 20));
        assert_eq!(int(&endless, Version::V1_2).err(), Some(ValueError::IntTooLong { digits: None }));
    }

    #[test]
    fn version_1_1_reads_octal_and_base_60() {
        assert_eq!(shown(int("010", Version::V1_1)), "8");
        assert_eq!(shown(int("190:20:30", Version::V1_1)), "685230");
        assert_eq!(shown(int("-1:20", Version::V1_1)), "-80");
        assert_eq!(shown(float("1:20.5", Version::V1_1)), "80.5");
    }

    #[test]
    fn floats_read_with_underscores_and_without_digits_before_the_point() {
        let cases = [("1_0.5", "10.5"), ("-.INF", "-inf"), (".NaN", "nan"), ("+.5", "0.5"), ("1e400", "inf")];
        for (text, want) in cases {
            assert_eq!(shown(float(text, Version::V1_2)), want);
        }
    }

    #[test]
    fn base64_passes_over_what_is_not_of_its_alphabet() {
        assert_eq!(binary("aGVs\n bG8=").as_deref(), Some(&b"hello"[..]));
        assert_eq!(binary("****").as_deref(), Some(&b""[..]));
        assert_eq!(binary("aGVsbG8"), None);
        assert_eq!(binary("a"), None);
        assert_eq!(binary("é"), None);
    }
}
