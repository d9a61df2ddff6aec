//! What a YAML scalar without quotes is, by the rules of the reference's library for YAML 1.2: `yes`, `off` and
//! `y` are texts.

use std::ops::RangeInclusive;

use super::Reason;
use crate::value::Value;

/// What a scalar without quotes is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `~`, `null`, or nothing at all.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer,
    /// A floating-point number.
    Float,
    /// A date, perhaps with a time. It is read as a text, but written in quotes.
    Timestamp,
    /// `<<`, which merges another mapping as a key and is nothing as a value.
    Merge,
    /// `=`, which is nothing as a value.
    Value,
    /// A text.
    Text,
}

/// The value of a scalar without quotes and tag.
///
/// # Errors
/// `<<`, `=` and numbers without digits or of more than 128 bits.
pub(super) fn plain(text: &str, kind: Kind) -> Result<Value, Reason> {
    match kind {
        Kind::Null => Ok(Value::Null),
        Kind::Bool(truth) => Ok(Value::Bool(truth)),
        Kind::Integer => integer(text).map(Value::integer).ok_or(Reason::Number),
        Kind::Float => float(text).map(Value::Float).ok_or(Reason::Number),
        Kind::Timestamp | Kind::Text => Ok(Value::string(text)),
        Kind::Merge | Kind::Value => Err(Reason::Tag),
    }
}

/// The value of a scalar with a tag such as `!!int`, in quotes or not.
///
/// # Errors
/// A tag that is not known or does not fit the text, and as [`plain`].
pub(super) fn tagged(text: &str, tag: &str) -> Result<Value, Reason> {
    match (tag, kind(text)) {
        ("str", _) => Ok(Value::string(text)),
        ("null", _) => Ok(Value::Null),
        ("float", _) => float(text).map(Value::Float).ok_or(Reason::Tag),
        ("int", kind @ Kind::Integer) => plain(text, kind),
        ("bool", _) => tagged_truth(text).map(Value::Bool).ok_or(Reason::Tag),
        _ => Err(Reason::Tag),
    }
}

/// With its tag, a truth value may have the names of YAML 1.1 too.
fn tagged_truth(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "y" | "on" => Some(true),
        "false" | "no" | "n" | "off" => Some(false),
        _ => None,
    }
}

fn integer(text: &str) -> Option<i128> {
    let plain = text.replace('_', "");
    for (prefix, radix) in [("0b", 2), ("0o", 8), ("0x", 16)] {
        if let Some((sign, digits)) = plain.split_once(prefix) {
            return i128::from_str_radix(&format!("{sign}{digits}"), radix).ok();
        }
    }
    plain.parse().ok()
}

fn float(text: &str) -> Option<f64> {
    // Rust reads `inf` and `nan` without the point.
    let plain = text.replace('_', "").to_ascii_lowercase();
    plain.replace(".inf", "inf").replace(".nan", "nan").parse().ok()
}

/// What a scalar without quotes is.
pub(super) fn kind(text: &str) -> Kind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "true" | "True" | "TRUE" => Kind::Bool(true),
        "false" | "False" | "FALSE" => Kind::Bool(false),
        "<<" => Kind::Merge,
        "=" => Kind::Value,
        _ if !matches!(text.as_bytes()[0], b'-' | b'+' | b'.' | b'0'..=b'9') => Kind::Text,
        _ if is_integer(text) => Kind::Integer,
        _ if is_float(text) => Kind::Float,
        _ if is_timestamp(text) => Kind::Timestamp,
        _ => Kind::Text,
    }
}

/// `[-+]?` followed by `0b[01_]+`, `0o?[0-7_]+`, `[0-9_]+` or `0x[0-9a-fA-F_]+`.
fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let all = |digits: &str, fits: fn(&u8) -> bool| {
        !digits.is_empty() && digits.bytes().all(|byte| byte == b'_' || fits(&byte))
    };
    let after = |prefix, fits| digits.strip_prefix(prefix).is_some_and(|digits| all(digits, fits));
    all(digits, u8::is_ascii_digit)
        || after("0b", |byte| matches!(byte, b'0' | b'1'))
        || after("0o", |byte| matches!(byte, b'0'..=b'7'))
        || after("0x", u8::is_ascii_hexdigit)
}

/// `[-+]?[0-9][0-9_]*\.[0-9_]*([eE][-+]?[0-9]+)?`, `[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+`,
/// `[-+]?\.[0-9_]+([eE][-+][0-9]+)?`, `[-+]?\.inf` or `\.nan`, these two also with one or all capitals.
fn is_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let is_run = |text: &str| text.bytes().all(|byte| byte == b'_' || byte.is_ascii_digit());
    let is_number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit()) && is_run(text);
    let is_exponent =
        |text: &str| is_groups(text.strip_prefix(['-', '+']).unwrap_or(text), b':', [1..=usize::MAX]);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    exponent.is_none_or(is_exponent)
        && match mantissa.split_once('.') {
            None => exponent.is_some() && is_number(mantissa),
            Some(("", fraction)) => {
                let is_signed = exponent.is_none_or(|exponent| exponent.starts_with(['-', '+']));
                is_signed && !fraction.is_empty() && is_run(fraction)
            }
            Some((whole, fraction)) => is_number(whole) && is_run(fraction),
        }
}

/// `dddd-dd-dd`, or `dddd-d?d-d?d([Tt]|[ \t]+)d?d:dd:dd(\.d*)?([ \t]*(Z|[-+]dd?(:dd)?))?`.
fn is_timestamp(text: &str) -> bool {
    let blanks = [' ', '\t'];
    let Some(separator) = text.find(['T', 't', ' ', '\t']) else {
        return is_groups(text, b'-', [4..=4, 2..=2, 2..=2]);
    };
    let (date, time) = text.split_at(separator);
    let time = time.strip_prefix(['T', 't']).unwrap_or(time.trim_start_matches(blanks));
    let (clock, zone) = time.split_at(time.find(['Z', '-', '+', ' ', '\t']).unwrap_or(time.len()));
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let is_zone = match zone.trim_start_matches(blanks) {
        "" => zone.is_empty(),
        "Z" => true,
        offset => offset.strip_prefix(['-', '+']).is_some_and(|offset| {
            is_groups(offset, b':', [1..=2]) || is_groups(offset, b':', [1..=2, 2..=2])
        }),
    };
    is_zone
        && is_groups(date, b'-', [4..=4, 1..=2, 1..=2])
        && is_groups(clock, b':', [1..=2, 2..=2, 2..=2])
        && is_groups(fraction, b':', [0..=usize::MAX])
}

/// Whether a text has just so many groups of digits between separators, each of one of the lengths.
fn is_groups<const COUNT: usize>(text: &str, separator: u8, lengths: [RangeInclusive<usize>; COUNT]) -> bool {
    let mut groups = text.as_bytes().split(|byte| *byte == separator);
    let is_next = |length: &RangeInclusive<usize>| {
        let group = groups.next().filter(|group| length.contains(&group.len()));
        group.is_some_and(|group| group.iter().all(u8::is_ascii_digit))
    };
    lengths.iter().all(is_next) && groups.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_every_base_and_form() {
        let shown = |text: &str| match plain(text, kind(text)) {
            Ok(value) => crate::value::python::repr(&value),
            Err(reason) => format!("{reason:?}"),
        };
        for (text, want) in [
            ("007", "7"),
            ("089", "89"),
            ("0o17", "15"),
            ("-0x1F", "-31"),
            ("0b101", "5"),
            ("1__0", "10"),
            ("-0", "0"),
            ("170141183460469231731687303715884105727", "170141183460469231731687303715884105727"),
            ("0x100000000000000000000000000000000", "Number"),
            ("-_", "Number"),
            ("0b_", "Number"),
            ("1_0.5", "10.5"),
            ("-.INF", "-inf"),
            (".NaN", "nan"),
            ("+.5", "0.5"),
            ("1.", "1.0"),
            ("1e400", "inf"),
            ("._", "Number"),
            ("2020-01-02", "'2020-01-02'"),
        ] {
            assert_eq!(shown(text), want, "{text}");
        }
    }

    #[test]
    fn what_reads_as_another_type_is_not_a_text() {
        for text in [
            "",
            "~",
            "Null",
            "true",
            "FALSE",
            "<<",
            "=",
            "0",
            "-1",
            "+12",
            "1_",
            "-_",
            "017",
            "0o17",
            "0b1",
            "-0x_F",
            "1.",
            "1.5",
            "1e3",
            "1E-3",
            "1.e5",
            ".5",
            "-.5",
            ".5e+3",
            "._",
            "-.inf",
            "+.INF",
            ".NaN",
            "2020-01-01",
            "2020-1-1T0:00:00",
            "2020-01-01 00:00:00.5 +1:30",
            "2020-01-01t00:00:00.Z",
            "2020-01-01 00:00:00-09",
        ] {
            assert!(kind(text) != Kind::Text, "{text:?}");
        }
    }

    #[test]
    fn everything_else_is_a_text() {
        for text in [
            "x",
            "tRUE",
            "yes",
            "off",
            "nULL",
            "_1",
            "0o",
            "0b2",
            "0x",
            "1e",
            ".5e3",
            ".",
            "-",
            "--1",
            "-.nan",
            ".iNF",
            "12:30:45",
            "1.2.3",
            "2020-1-1",
            "2020-01-01T00:00",
            "2020-01-01x",
            "2020-01-01T00:00:00+",
            "1e5_",
            "-._e5",
        ] {
            assert!(kind(text) == Kind::Text, "{text:?}");
        }
    }
}
