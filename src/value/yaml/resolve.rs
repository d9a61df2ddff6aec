//! What a plain scalar is, by its text alone.
//!
//! For YAML 1.2 the rules are those by which texts are written, too (`value::scalar`). A `%YAML 1.1` document
//! has rules of its own for booleans and numbers.

use super::Version;
use super::tags::Tag;
use crate::value::scalar::{Kind, kind};

/// The tag of a plain scalar that has none of its own.
pub(super) fn plain(text: &str, version: Version) -> Tag {
    match (kind(text), version) {
        (Kind::Null, _) => Tag::Null,
        (Kind::Merge, _) => Tag::Merge,
        (Kind::Value, _) => Tag::Value,
        (Kind::Bool(_), _) => Tag::Bool,
        (Kind::Timestamp, _) => Tag::Timestamp,
        (Kind::Integer, Version::V1_2) => Tag::Int,
        (Kind::Float, Version::V1_2) => Tag::Float,
        (Kind::Text, Version::V1_2) => Tag::Str,
        (Kind::Integer | Kind::Float | Kind::Text, Version::V1_1) => plain_1_1(text),
    }
}

fn plain_1_1(text: &str) -> Tag {
    if is_word_bool(text) {
        Tag::Bool
    } else if is_float(text) {
        Tag::Float
    } else if is_int(text) {
        Tag::Int
    } else {
        Tag::Str
    }
}

/// The further booleans of YAML 1.1.
fn is_word_bool(text: &str) -> bool {
    matches!(
        text,
        "y" | "Y"
            | "yes"
            | "Yes"
            | "YES"
            | "n"
            | "N"
            | "no"
            | "No"
            | "NO"
            | "on"
            | "On"
            | "ON"
            | "off"
            | "Off"
            | "OFF"
    )
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['-', '+']).unwrap_or(text)
}

/// Whether the text is not empty and made of the given characters and underscores.
fn is_run(text: &str, of: impl Fn(u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(|b| b == b'_' || of(b))
}

fn is_decimal_run(text: &str) -> bool {
    is_run(text, |b| b.is_ascii_digit())
}

/// A digit, then digits and underscores.
fn is_digits_first(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && is_decimal_run(text)
}

fn is_octal_run(text: &str) -> bool {
    is_run(text, |b| (b'0'..=b'7').contains(&b))
}

fn is_int(text: &str) -> bool {
    if !text.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '+') {
        return false;
    }
    let digits = unsigned(text);
    if let Some(binary) = digits.strip_prefix("0b") {
        return is_run(binary, |b| b == b'0' || b == b'1');
    }
    if let Some(hexadecimal) = digits.strip_prefix("0x") {
        return is_run(hexadecimal, |b| b.is_ascii_hexdigit());
    }
    // A leading zero makes a number octal, and nothing else.
    let decimal = !digits.starts_with('0');
    is_octal_run(digits) || (decimal && (is_digits_first(digits) || is_sexagesimal(digits)))
}

/// `190:20:30`: groups of base 60 after the first.
fn is_sexagesimal(text: &str) -> bool {
    let mut groups = text.split(':');
    groups.next().is_some_and(is_digits_first) && text.contains(':') && groups.all(is_base_60_digit)
}

fn is_base_60_digit(text: &str) -> bool {
    match text.as_bytes() {
        [one] => one.is_ascii_digit(),
        [ten, one] => (b'0'..=b'5').contains(ten) && one.is_ascii_digit(),
        _ => false,
    }
}

fn is_float(text: &str) -> bool {
    let number = unsigned(text);
    match number {
        ".inf" | ".Inf" | ".INF" => return true,
        ".nan" | ".NaN" | ".NAN" => return number == text,
        _ => {}
    }
    let (mantissa, exponent) = match number.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (number, None),
    };
    if exponent.is_some_and(|e| unsigned(e).is_empty() || !unsigned(e).bytes().all(|b| b.is_ascii_digit())) {
        return false;
    }
    let Some((whole, fraction)) = mantissa.split_once('.') else {
        return exponent.is_some() && is_digits_first(mantissa);
    };
    if !fraction.is_empty() && !is_decimal_run(fraction) {
        return false;
    }
    if whole.is_empty() {
        // Without a digit in front of the point the exponent needs a sign, and the number may not have one.
        return !fraction.is_empty() && exponent.is_none_or(|e| e.starts_with(['-', '+'])) && number == text;
    }
    is_digits_first(whole) || (exponent.is_none() && is_sexagesimal(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(tag: Tag, version: Version, texts: &[&str]) {
        for text in texts {
            assert_eq!(plain(text, version), tag, "{text}");
        }
    }

    #[test]
    fn booleans_and_nulls_are_the_few_words_of_1_2() {
        all(Tag::Bool, Version::V1_2, &["true", "True", "TRUE", "false", "False", "FALSE"]);
        all(Tag::Null, Version::V1_2, &["", "~", "null", "Null", "NULL"]);
        all(Tag::Str, Version::V1_2, &["yes", "no", "on", "off", "y", "n", "tRuE", "nULL", "Nil"]);
    }

    #[test]
    fn whole_numbers_may_have_underscores_and_leading_zeros() {
        let texts = ["0", "007", "089", "0o17", "0_", "-0x1F", "+3", "0b101", "1_000", "-_", "0x_", "0o_"];
        all(Tag::Int, Version::V1_2, &texts);
        all(
            Tag::Str,
            Version::V1_2,
            &["_1", "0o8", "0xZZ", "0b2", "1:20", "0x", "0b", "0o", "-", "+", "--1"],
        );
    }

    #[test]
    fn numbers_with_a_point_or_an_exponent_are_floats() {
        let texts = [
            "1.", "1.50", "1e3", "12e03", "1.5e+10", "1.e5", ".5", "+.5", ".5e+3", "._", "1_0.5", "-.INF",
            ".inf", ".nan", ".NaN", "1E5",
        ];
        all(Tag::Float, Version::V1_2, &texts);
        let texts = [".5e3", "1.5.", ".", "..", "-.", "+.nan", "1e", "e1", "1e+", "0.0.0", ".iNf", "_1.5"];
        all(Tag::Str, Version::V1_2, &texts);
    }

    #[test]
    fn a_1_1_document_has_words_octal_and_base_60() {
        let v = Version::V1_1;
        all(Tag::Bool, v, &["yes", "No", "ON", "off", "y", "N"]);
        all(Tag::Int, v, &["010", "1:20", "190:20:30", "-1:20", "0b11", "0x1F", "1_000", "-_", "0", "17"]);
        all(Tag::Float, v, &["1:20.5", ".5", "1e3"]);
        all(Tag::Str, v, &["0o17", "08", "+.5", "1:60", "0:20", "yEs"]);
    }

    #[test]
    fn merge_value_and_dates_are_recognised() {
        all(Tag::Merge, Version::V1_2, &["<<"]);
        all(Tag::Value, Version::V1_2, &["="]);
        all(Tag::Timestamp, Version::V1_2, &["2020-01-02", "2020-1-2T03:04:05Z"]);
        all(Tag::Str, Version::V1_2, &["2020-1-2", "2020-01", "20-01-02", "2020-01-02T03:04"]);
    }
}
