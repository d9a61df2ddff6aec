//! How a timestamp of a reply is shown: `cli_timestamp_format`.
//!
//! The service sends seconds since 1970. The reference shows them as ISO 8601 in the local zone, and takes more
//! than the service ever sends: texts with a number, with an ISO 8601 date or with the date of a mail.

mod text;
mod zone;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use thiserror::Error;

use crate::environment::Environment;
use crate::value::number::python_float;
use crate::value::{Value, python};
pub(crate) use text::Unreadable;
use zone::LocalZone;

/// The years that are shown, as Python's `datetime` has it.
const YEARS: std::ops::RangeInclusive<i64> = 1..=9999;

/// Seconds of 400 years of the Gregorian calendar, after which its days repeat.
const CALENDAR_CYCLE: i64 = 146_097 * 86_400;

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
    /// A value that is no timestamp, or a moment outside the years 1 to 9999. [`TimestampFormat::Wire`] has none.
    pub(crate) fn show(&self, value: &Value) -> Result<Value, TimestampError> {
        match self.format {
            TimestampFormat::Wire => Ok(value.clone()),
            TimestampFormat::Iso8601 => Ok(Value::string(self.moment(value)?.iso_format())),
        }
    }

    fn moment(&self, value: &Value) -> Result<Moment, TimestampError> {
        let seconds = match value {
            Value::Bool(truth) => Seconds { whole: i64::from(*truth), microseconds: 0 },
            Value::Integer(number) => {
                let whole = number.to_i64().ok_or_else(|| TimestampError::no_local_time(value))?;
                Seconds { whole, microseconds: 0 }
            }
            Value::Float(number) if number.is_nan() => return Err(TimestampError::NotANumber),
            Value::Float(number) => {
                Seconds::rounded(*number).ok_or_else(|| TimestampError::no_local_time(value))?
            }
            Value::String(text) => return self.moment_of_text(value, text),
            Value::Null | Value::Secret(_) | Value::List(_) | Value::Map(_) | Value::Bytes(_) => {
                return Err(TimestampError::not_a_text(value));
            }
        };
        self.local_moment(seconds, value)
    }

    /// A text that is a number counts as that number, unless its year would be out of range.
    fn moment_of_text(&self, value: &Value, text: &str) -> Result<Moment, TimestampError> {
        if let Some(number) = python_float(text).filter(|number| !number.is_nan()) {
            let seconds = Seconds::rounded(number).ok_or_else(|| TimestampError::no_local_time(value))?;
            match self.local_moment(seconds, value) {
                Err(TimestampError::Year(_)) => {}
                shown => return shown,
            }
        }
        text::parse(text).map_err(|reason| TimestampError::Unreadable { text: text.to_owned(), reason })
    }

    fn local_moment(&self, seconds: Seconds, value: &Value) -> Result<Moment, TimestampError> {
        let no_local_time = || TimestampError::no_local_time(value);
        // In UTC the moment must exist as well.
        seconds.civil().map_err(|year| match i32::try_from(year - 1900) {
            Ok(_) => TimestampError::Year(year),
            // The C library counts years from 1900 in 32 bits.
            Err(_) => no_local_time(),
        })?;
        // The farthest days have the offset of the nearest moment that the zone's rules are asked for.
        let at = seconds.whole.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
        let offset = self.zone.offset(Timestamp::from_second(at).map_err(|_| no_local_time())?);
        let whole = seconds.whole.saturating_add(offset.seconds().into());
        let local = Seconds { whole, ..seconds }.civil().map_err(|_year| no_local_time())?;
        Ok(Moment { civil: local, offset: Some(offset) })
    }
}

/// Why a value cannot be shown as a timestamp. The words are the reference's.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum TimestampError {
    /// The number is NaN.
    #[error("Invalid value NaN (not a number)")]
    NotANumber,
    /// The moment lies outside the years 1 to 9999 in UTC.
    #[error("year {0} is out of range")]
    Year(i64),
    /// The moment lies outside the years 1 to 9999 in the local zone, or outside all calendars.
    #[error("Unable to calculate correct timezone offset for \"{0}\"")]
    NoLocalTime(String),
    /// The text is none that is understood.
    #[error("Invalid timestamp \"{text}\": {reason}: {text}")]
    Unreadable {
        /// The text.
        text: String,
        /// What is wrong with it.
        reason: Unreadable,
    },
    /// The value is a list or an object.
    #[error("Invalid timestamp \"{value}\": Parser must be a string or character stream, not {found}")]
    NotAText {
        /// Python's text of the value.
        value: String,
        /// Python's name for its type.
        found: &'static str,
    },
}

impl TimestampError {
    fn no_local_time(value: &Value) -> TimestampError {
        TimestampError::NoLocalTime(python::str(value))
    }

    fn not_a_text(value: &Value) -> TimestampError {
        TimestampError::NotAText { value: python::str(value), found: python::type_name(value) }
    }
}

/// Seconds since 1970, divided as Python's `datetime` does it: microseconds count forwards.
#[derive(Clone, Copy, Debug)]
struct Seconds {
    whole: i64,
    /// 0 to 999,999.
    microseconds: i32,
}

impl Seconds {
    /// The number, rounded half-even to microseconds; `None` if its seconds do not fit into 64 bits.
    fn rounded(number: f64) -> Option<Seconds> {
        let whole = number.trunc();
        // The limits themselves are powers of two, so the comparison is exact.
        if !(-(2f64.powi(63))..2f64.powi(63)).contains(&whole) {
            return None;
        }
        let microseconds = (number.fract() * 1e6).round_ties_even() as i32;
        let carry = microseconds.div_euclid(1_000_000);
        let whole = (whole as i64).checked_add(i64::from(carry))?;
        Some(Seconds { whole, microseconds: microseconds.rem_euclid(1_000_000) })
    }

    /// Date and time so long after the beginning of 1970, or the year if it is none of [`YEARS`].
    fn civil(self) -> Result<DateTime, i64> {
        let cycles = self.whole.div_euclid(CALENDAR_CYCLE);
        let rest = self.whole.rem_euclid(CALENDAR_CYCLE);
        // These 400 years are all within the range of a `Timestamp`, and adding to a `DateTime` takes longer.
        let within_cycle = Timestamp::new(rest, self.microseconds * 1000).unwrap_or_default();
        let within_cycle = Offset::UTC.to_datetime(within_cycle);
        let year = i64::from(within_cycle.year()) + cycles * 400;
        let date = i16::try_from(year)
            .ok()
            .filter(|_| YEARS.contains(&year))
            .and_then(|year| Date::new(year, within_cycle.month(), within_cycle.day()).ok());
        Ok(date.ok_or(year)?.to_datetime(within_cycle.time()))
    }
}

/// The moment that a text names, in microseconds since 1970. `None` if it does not say how far its clock is from
/// UTC.
///
/// # Errors
/// A text that is no timestamp.
pub(crate) fn microseconds(text: &str) -> Result<Option<i64>, Unreadable> {
    let Moment { civil, offset } = text::parse(text.trim())?;
    let on_its_clock = civil.duration_since(DateTime::constant(1970, 1, 1, 0, 0, 0, 0));
    let utc = |offset: Offset| on_its_clock - jiff::SignedDuration::from_secs(i64::from(offset.seconds()));
    // The years that a text can name fit many times.
    Ok(offset.map(|offset| i64::try_from(utc(offset).as_micros()).unwrap_or(i64::MAX)))
}

/// Date and time, with the offset from UTC if there is one.
#[derive(Debug)]
struct Moment {
    civil: DateTime,
    offset: Option<Offset>,
}

impl Moment {
    /// As Python's `datetime.isoformat` prints it: six digits of a fraction or none, `+00:00` for UTC.
    fn iso_format(&self) -> String {
        let Moment { civil, offset } = self;
        let mut out = String::with_capacity("0000-00-00T00:00:00.000000+00:00:00".len());
        let year = u32::from(civil.year().unsigned_abs());
        push_digits(year / 100, &mut out);
        push_digits(year % 100, &mut out);
        for (separator, number) in [
            ('-', civil.month()),
            ('-', civil.day()),
            ('T', civil.hour()),
            (':', civil.minute()),
            (':', civil.second()),
        ] {
            out.push(separator);
            push_digits(number.unsigned_abs().into(), &mut out);
        }
        let microseconds = civil.subsec_nanosecond().unsigned_abs() / 1000;
        if microseconds != 0 {
            out.push('.');
            push_digits(microseconds / 10_000, &mut out);
            push_digits(microseconds / 100 % 100, &mut out);
            push_digits(microseconds % 100, &mut out);
        }
        let Some(offset) = offset else { return out };
        let seconds = offset.seconds().unsigned_abs();
        out.push(if offset.is_negative() { '-' } else { '+' });
        push_digits(seconds / 3600, &mut out);
        out.push(':');
        push_digits(seconds / 60 % 60, &mut out);
        // Before zones had whole minutes, places had their own time of day.
        if seconds % 60 != 0 {
            out.push(':');
            push_digits(seconds % 60, &mut out);
        }
        out
    }
}

/// Appends a number below 100 with two digits. A reply has thousands of timestamps, for which `write!` takes too long.
fn push_digits(number: u32, out: &mut String) {
    for digit in [number / 10, number % 10] {
        out.push(char::from_digit(digit, 10).unwrap_or('0'));
    }
}

#[cfg(test)]
mod tests;
