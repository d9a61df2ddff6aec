//! Scalars to values: by their form where they have no quotes, or by their tag.

use base64::Engine;
use base64::engine::general_purpose::GeneralPurpose;
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};

use super::{Reason, Version, timestamp};
use crate::value::number::python_int;
use crate::value::scalar::{Kind, kind};
use crate::value::{Integer, Value};

/// The prefix of the core schema's tags.
pub(super) const CORE: &str = "tag:yaml.org,2002:";

/// A scalar without quotes.
pub(super) fn plain(text: &str, version: Version) -> Result<Value, Reason> {
    if version == Version::V1_1
        && let Some(value) = plain_1_1(text)
    {
        return value;
    }
    match kind(text) {
        Kind::Null => Ok(Value::Null),
        Kind::Bool(bool) => Ok(Value::Bool(bool)),
        Kind::Integer => integer(text, version),
        Kind::Float => float(text),
        Kind::Timestamp => timestamp::read(text).ok_or(Reason::Tag)?,
        Kind::Merge | Kind::Value => Err(Reason::Merge),
        Kind::Text => Ok(Value::string(text)),
    }
}

/// What YAML 1.1 takes for a truth value or a number with base 60.
fn plain_1_1(text: &str) -> Option<Result<Value, Reason>> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => return Some(Ok(Value::Bool(true))),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => return Some(Ok(Value::Bool(false))),
        _ => {}
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (first, rest) = unsigned.split_once(':')?;
    let sixty = |part: &str| {
        let digits = !part.is_empty() && part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse::<i64>().ok()).flatten().filter(|number| *number < 60)
    };
    if !first.starts_with(|c: char| ('1'..='9').contains(&c)) {
        return None;
    }
    let mut number: i64 = first.replace('_', "").parse().ok()?;
    for part in rest.split(':') {
        number = number.checked_mul(60)?.checked_add(sixty(part)?)?;
    }
    Some(Ok(Value::integer(if text.starts_with('-') { -number } else { number })))
}

/// A scalar with a tag, whatever its quotes.
pub(super) fn tagged(text: &str, tag: &str, version: Version) -> Result<Value, Reason> {
    match tag.strip_prefix(CORE) {
        Some("str") => Ok(Value::string(text)),
        Some("null") => Ok(Value::Null),
        Some("bool") => match text.to_ascii_lowercase().as_str() {
            "yes" | "y" | "true" | "on" => Ok(Value::Bool(true)),
            "no" | "n" | "false" | "off" => Ok(Value::Bool(false)),
            _ => Err(Reason::NoSuchValue),
        },
        Some("int") => integer(text, version),
        Some("float") => float(text),
        Some("binary") => binary(text),
        Some("timestamp") => timestamp::read(text).ok_or(Reason::Tag)?,
        Some(_) | None => Err(Reason::Tag),
    }
}

fn integer(text: &str, version: Version) -> Result<Value, Reason> {
    let text = text.replace('_', "");
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let radix = match digits.as_bytes() {
        [b'0', b'b', ..] => Some((2, &digits[2..])),
        [b'0', b'o', ..] => Some((8, &digits[2..])),
        [b'0', b'x', ..] => Some((16, &digits[2..])),
        [b'0', _, ..] if version == Version::V1_1 => Some((8, &digits[1..])),
        _ => None,
    };
    let number = match radix {
        Some((radix, digits)) => Integer::from_radix(digits, radix, negative),
        None => python_int(text),
    };
    number.map(Value::Integer).ok_or(Reason::NoSuchValue)
}

fn float(text: &str) -> Result<Value, Reason> {
    let text = text.replace('_', "").trim().to_ascii_lowercase();
    let (sign, number) = match text.strip_prefix('-') {
        Some(number) => (-1.0, number),
        None => (1.0, text.strip_prefix('+').unwrap_or(&text)),
    };
    let number = match number {
        ".inf" | "inf" | "infinity" => f64::INFINITY,
        ".nan" | "nan" => f64::NAN,
        "." => return Err(Reason::NoSuchValue),
        number => number.parse().map_err(|_| Reason::NoSuchValue)?,
    };
    Ok(Value::Float(sign * number))
}

/// Base64, of which characters outside the alphabet do not count.
fn binary(text: &str) -> Result<Value, Reason> {
    if !text.is_ascii() {
        return Err(Reason::Tag);
    }
    let alphabet: String = text.chars().filter(|c| c.is_ascii_alphanumeric() || "+/=".contains(*c)).collect();
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical)
        .with_decode_allow_trailing_bits(true);
    let engine = GeneralPurpose::new(&base64::alphabet::STANDARD, config);
    engine.decode(alphabet).map(Value::bytes).map_err(|_| Reason::Tag)
}
