//! How a timestamp of a reply is shown: `cli_timestamp_format`.
//!
//! The service sends seconds since 1970. The reference shows them as ISO 8601 in the local zone, and also takes
//! texts: a number, a date and time of ISO 8601 or RFC 3339, or those of a mail or of HTTP (RFC 2822).

mod zone;

use jiff::civil::{DateTime, Time};
use jiff::fmt::{rfc2822, temporal};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use thiserror::Error;

use crate::environment::Environment;
use crate::value::number::python_float;
use crate::value::{Value, python};
use zone::LocalZone;

/// The formats of timestamps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum TimestampFormat {
    /// ISO 8601: a number in the local zone, a text in its own.
    #[default]
    Iso8601,
    /// As the service sent it.
    Wire,
}

impl TimestampFormat {
    /// The format of this name, which is compared exactly.
    pub(crate) fn named(name: &str) -> Option<TimestampFormat> {
        match name {
            "iso8601" => Some(TimestampFormat::Iso8601),
            "wire" => Some(TimestampFormat::Wire),
            _ => None,
        }
    }
}

/// Shows the timestamps of a run.
#[derive(Debug)]
pub(crate) struct Timestamps {
    format: TimestampFormat,
    zone: LocalZone,
}

impl Timestamps {
    /// Timestamps in this format. The environment's `TZ` names the local zone, which is looked up when the
    /// first number is shown, and only then.
    pub(crate) fn new(format: TimestampFormat, environment: &Environment) -> Timestamps {
        Timestamps { format, zone: LocalZone::new(environment) }
    }

    /// The value of a timestamp as it is to be shown.
    ///
    /// # Errors
    /// A value that is not a timestamp, or a moment outside the years 1 to 9999. [`TimestampFormat::Wire`] has none.
    pub(crate) fn show(&self, value: &Value) -> Result<Value, TimestampError> {
        if self.format == TimestampFormat::Wire {
            return Ok(value.clone());
        }
        let moment = match value {
            Value::Bool(truth) => Timestamp::from_second(i64::from(*truth)).ok(),
            Value::Integer(number) => {
                i64::try_from(**number).ok().and_then(|number| Timestamp::from_second(number).ok())
            }
            Value::Float(number) => rounded(*number),
            _ => {
                let text = python::str(value);
                match python_float(&text) {
                    Some(number) => rounded(number),
                    None => return iso_of_text(&text).map(Value::string),
                }
            }
        };
        let local = moment.and_then(|moment| iso_with_offset(moment, self.zone.offset(moment)));
        local.map(Value::string).ok_or_else(|| TimestampError::NoLocalTime(python::str(value)))
    }
}

/// Why a value cannot be shown as a timestamp. The words are the reference's.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum TimestampError {
    /// The moment lies outside the years 1 to 9999.
    #[error("Unable to calculate correct timezone offset for \"{0}\"")]
    NoLocalTime(String),
    #[error("Invalid timestamp \"{text}\": {reason}: {text}")]
    Unreadable { text: String, reason: Unreadable },
}

impl TimestampError {
    /// The error with another text in place of the value's.
    pub(crate) fn with_text(self, change: impl FnOnce(&str) -> String) -> TimestampError {
        match self {
            TimestampError::NoLocalTime(text) => TimestampError::NoLocalTime(change(&text)),
            TimestampError::Unreadable { text, reason } => {
                TimestampError::Unreadable { text: change(&text), reason }
            }
        }
    }
}

/// What is wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum Unreadable {
    #[error("Unknown string format")]
    Form,
    #[error("String does not contain a date")]
    Empty,
}

/// A number of seconds since 1970, rounded half-even to microseconds as Python's `datetime` does it.
fn rounded(seconds: f64) -> Option<Timestamp> {
    let microseconds = (seconds.fract() * 1e6).round_ties_even() as i64;
    // Numbers that are too large become the largest, and NaN is not finite.
    let whole = seconds.is_finite().then_some(seconds as i64)?;
    Timestamp::from_microsecond(whole.checked_mul(1_000_000)?.checked_add(microseconds)?).ok()
}

/// The moment of a text in its own zone, as Python's `datetime.isoformat` prints it. Without one it has no offset.
fn iso_of_text(text: &str) -> Result<String, TimestampError> {
    let parsed =
        parse(text).map_err(|reason| TimestampError::Unreadable { text: text.to_owned(), reason })?;
    let (civil, Some(offset)) = parsed else {
        return Ok(printer(parsed.0.subsec_nanosecond()).datetime_to_string(&parsed.0));
    };
    let moment = offset.to_timestamp(civil).ok();
    let shown = moment.and_then(|moment| iso_with_offset(moment, offset));
    shown.ok_or_else(|| TimestampError::NoLocalTime(text.to_owned()))
}

/// `None` outside the years 1 to 9999.
fn iso_with_offset(moment: Timestamp, offset: Offset) -> Option<String> {
    let civil = offset.to_datetime(moment);
    let printer = printer(civil.subsec_nanosecond());
    let shown = if offset.seconds() % 60 == 0 {
        printer.timestamp_with_offset_to_string(&moment, offset)
    } else {
        // Before there were zones, clocks went by the sun. The printer rounds such an offset.
        let (sign, seconds) = (if offset.is_negative() { '-' } else { '+' }, offset.seconds().abs());
        let [hours, minutes, seconds] = [seconds / 3600, seconds / 60 % 60, seconds % 60];
        format!("{}{sign}{hours:02}:{minutes:02}:{seconds:02}", printer.datetime_to_string(&civil))
    };
    (1..=9999).contains(&civil.year()).then_some(shown)
}

/// Six digits of a fraction, or none.
fn printer(nanoseconds: i32) -> temporal::DateTimePrinter {
    let digits = if nanoseconds / 1000 == 0 { 0 } else { 6 };
    temporal::DateTimePrinter::new().precision(Some(digits))
}

/// The date and time of a text, midnight if it has none, and its offset from UTC if it has one.
fn parse(text: &str) -> Result<(DateTime, Option<Offset>), Unreadable> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Unreadable::Empty);
    }
    // botocore's caches have `2099-01-01T00:00:00UTC`.
    let zulu = text.strip_suffix("UTC").map(|rest| format!("{}Z", rest.trim_end()));
    if let Ok(pieces) = temporal::DateTimeParser::new().parse_pieces(zulu.as_deref().unwrap_or(text)) {
        let time = pieces.time().unwrap_or(Time::midnight());
        return Ok((pieces.date().to_datetime(time), pieces.to_numeric_offset()));
    }
    let zoned = rfc2822::DateTimeParser::new().parse_zoned_datetime(text).map_err(|_| Unreadable::Form)?;
    Ok((zoned.datetime(), Some(zoned.offset())))
}

/// The moment that a text names, in microseconds since 1970. `None` if it does not say how far its clock is from
/// UTC.
///
/// # Errors
/// A text that is not a timestamp.
pub(crate) fn microseconds(text: &str) -> Result<Option<i64>, Unreadable> {
    let (civil, offset) = parse(text)?;
    let on_its_clock = civil.duration_since(DateTime::constant(1970, 1, 1, 0, 0, 0, 0));
    let utc = |offset: Offset| on_its_clock - SignedDuration::from_secs(i64::from(offset.seconds()));
    // The years that a text can name fit many times.
    Ok(offset.map(|offset| i64::try_from(utc(offset).as_micros()).unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod tests;
