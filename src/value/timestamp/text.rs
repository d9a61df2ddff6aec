//! Timestamps that are texts: ISO 8601, the date of a mail (RFC 822, RFC 5322), of HTTP (RFC 9110), of C's
//! `asctime`, and dates such as `11/14/2023`.
//!
//! The reference reads them with a library that guesses. So does this, more carefully: what lacks a year, a month
//! or a day is refused, where the reference takes today's.
//!
//! ```text
//! timestamp = { separator | weekday | "T" | month | number | time | offset }
//! time      = hour ":" minute [ ":" second [ ( "." | "," ) fraction ] ]
//! number    = a day, a month or a year; YYYYMMDD[hhmm[ss]]; after a whole date hh[mm[ss[.fraction]]]
//! offset    = "Z" | "UTC" | "GMT" | ( "+" | "-" ) hh [ [ ":" ] mm ]            after the time
//! ```

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use thiserror::Error;

use super::Moment;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// What is wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum Unreadable {
    /// It is none of the known forms.
    #[error("Unknown string format")]
    Form,
    /// There is nothing in it.
    #[error("String does not contain a date")]
    Nothing,
    /// The year, the month or the day is missing.
    #[error("String does not contain a year, a month and a day")]
    Incomplete,
    /// The year is not 1 to 9999.
    #[error("year {0} is out of range")]
    Year(u32),
    /// The month is not 1 to 12.
    #[error("month must be in 1..12")]
    Month,
    /// The month has no such day.
    #[error("day is out of range for month")]
    Day,
    /// The hour is not 0 to 23.
    #[error("hour must be in 0..23")]
    Hour,
    /// The minute is not 0 to 59.
    #[error("minute must be in 0..59")]
    Minute,
    /// The second is not 0 to 59.
    #[error("second must be in 0..59")]
    Second,
}

/// Date, time and offset of a text. Without a time it is midnight.
pub(super) fn parse(text: &str) -> Result<Moment, Unreadable> {
    let mut reader = Reader { rest: text, parts: Vec::new(), time: None, offset: None, zone_seen: false };
    let mut empty = true;
    while let Some(c) = reader.rest.chars().next() {
        match c {
            '0'..='9' => reader.number()?,
            'a'..='z' | 'A'..='Z' => reader.word()?,
            '+' | '-' if reader.time.is_some() && reader.parts.len() == 3 => reader.offset()?,
            ' ' | ',' | '-' | '/' | '.' => {
                reader.rest = &reader.rest[1..];
                continue;
            }
            _ => return Err(Unreadable::Form),
        }
        empty = false;
    }
    if empty {
        return Err(Unreadable::Nothing);
    }
    let date = date(&reader.parts)?;
    let time = reader.time.unwrap_or_default().checked()?;
    Ok(Moment { civil: DateTime::from_parts(date, time), offset: reader.offset })
}

/// A part of a date, in the order of the text.
#[derive(Clone, Copy, Debug)]
enum Part {
    /// Digits: their value, and how many there are.
    Number(u32, usize),
    /// The name of a month.
    Month(u32),
}

/// A time of day that may not exist.
#[derive(Clone, Copy, Debug, Default)]
struct Clock {
    hour: u32,
    minute: u32,
    second: u32,
    microsecond: u32,
}

impl Clock {
    fn checked(self) -> Result<Time, Unreadable> {
        let below = |number: u32, limit: u32, error| {
            i8::try_from(number).ok().filter(|_| number < limit).ok_or(error)
        };
        let hour = below(self.hour, 24, Unreadable::Hour)?;
        let minute = below(self.minute, 60, Unreadable::Minute)?;
        let second = below(self.second, 60, Unreadable::Second)?;
        let nanoseconds = i32::try_from(self.microsecond * 1000).map_err(|_| Unreadable::Second)?;
        Time::new(hour, minute, second, nanoseconds).map_err(|_| Unreadable::Second)
    }
}

/// What has been read of a text, and what is left of it.
struct Reader<'a> {
    rest: &'a str,
    parts: Vec<Part>,
    time: Option<Clock>,
    offset: Option<Offset>,
    zone_seen: bool,
}

impl<'a> Reader<'a> {
    /// Takes the characters for which this is true.
    fn take(&mut self, wanted: fn(&u8) -> bool) -> &'a str {
        let length = self.rest.bytes().take_while(wanted).count();
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    fn digits(&mut self) -> &'a str {
        self.take(u8::is_ascii_digit)
    }

    /// Takes the character if it is next.
    fn skip(&mut self, characters: &[char]) -> bool {
        let rest = self.rest.strip_prefix(characters);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn number(&mut self) -> Result<(), Unreadable> {
        let digits = self.digits();
        if self.rest.starts_with(':') {
            return self.clock(digits);
        }
        match (digits.len(), self.parts.len()) {
            (8 | 12 | 14, 0) => {
                let (date, time) = digits.split_at(8);
                for part in [&date[..4], &date[4..6], &date[6..]] {
                    self.parts.push(Part::Number(value(part)?, part.len()));
                }
                if time.is_empty() { Ok(()) } else { self.compact_clock(time) }
            }
            (2 | 4 | 6, 3) => self.compact_clock(digits),
            (_, 0..3) => {
                self.parts.push(Part::Number(value(digits)?, digits.len()));
                Ok(())
            }
            _ => Err(Unreadable::Form),
        }
    }

    /// `hh:mm`, `hh:mm:ss` or `hh:mm:ss.fraction`, of which the hour has been read.
    fn clock(&mut self, hour: &str) -> Result<(), Unreadable> {
        let mut clock = Clock { hour: value(hour)?, ..Clock::default() };
        self.skip(&[':']);
        clock.minute = value(self.digits())?;
        if self.skip(&[':']) {
            clock.second = value(self.digits())?;
            clock.microsecond = self.fraction()?;
        }
        self.set_time(clock)
    }

    /// `hh`, `hhmm`, `hhmmss` or `hhmmss.fraction`, of which the digits have been read.
    fn compact_clock(&mut self, digits: &str) -> Result<(), Unreadable> {
        let part = |from: usize| digits.get(from..from + 2).map_or(Ok(0), value);
        let microsecond = if digits.len() == 6 { self.fraction()? } else { 0 };
        self.set_time(Clock { hour: part(0)?, minute: part(2)?, second: part(4)?, microsecond })
    }

    fn set_time(&mut self, clock: Clock) -> Result<(), Unreadable> {
        match self.time.replace(clock) {
            None => Ok(()),
            Some(_) => Err(Unreadable::Form),
        }
    }

    /// The fraction of a second in microseconds; further digits are cut off.
    fn fraction(&mut self) -> Result<u32, Unreadable> {
        if !self.skip(&['.', ',']) {
            return Ok(0);
        }
        let digits = self.digits();
        let six = digits.get(..6).unwrap_or(digits);
        Ok(value(six)? * 10u32.pow(6 - u32::try_from(six.len()).map_err(|_| Unreadable::Form)?))
    }

    fn word(&mut self) -> Result<(), Unreadable> {
        let word = self.take(u8::is_ascii_alphabetic);
        let lower = word.to_ascii_lowercase();
        let named = |names: &[&str]| names.iter().position(|name| *name == lower || name[..3] == lower);
        if lower == "t" || named(&WEEKDAYS).is_some() {
            return Ok(());
        }
        if let Some(index) = named(&MONTHS).and_then(|index| u32::try_from(index).ok()) {
            self.parts.push(Part::Month(index + 1));
            return Ok(());
        }
        let is_utc = matches!(lower.as_str(), "z" | "utc" | "gmt");
        let is_zone = is_utc || (word.len() <= 5 && word.bytes().all(|byte| byte.is_ascii_uppercase()));
        if self.time.is_none() || self.zone_seen || !is_zone {
            return Err(Unreadable::Form);
        }
        // The reference knows that other names are zones, but not which: their texts count as without one.
        self.zone_seen = true;
        self.offset = is_utc.then_some(Offset::UTC);
        Ok(())
    }

    /// `+hh`, `+hhmm` or `+hh:mm`, after the time.
    fn offset(&mut self) -> Result<(), Unreadable> {
        let negative = self.rest.starts_with('-');
        self.rest = &self.rest[1..];
        let digits = self.digits();
        let (hours, minutes) = match digits.len() {
            4 => digits.split_at(2),
            1 | 2 if self.skip(&[':']) => (digits, self.digits()),
            1 | 2 => (digits, "0"),
            _ => return Err(Unreadable::Form),
        };
        let seconds = value(hours)?.saturating_mul(3600).saturating_add(value(minutes)?.saturating_mul(60));
        let seconds = i32::try_from(seconds).ok().filter(|seconds| *seconds < 86_400);
        let seconds = seconds.ok_or(Unreadable::Form)?;
        if std::mem::replace(&mut self.zone_seen, true) {
            return Err(Unreadable::Form);
        }
        let offset = Offset::from_seconds(if negative { -seconds } else { seconds });
        self.offset = Some(offset.map_err(|_| Unreadable::Form)?);
        Ok(())
    }
}

fn value(digits: &str) -> Result<u32, Unreadable> {
    digits.parse().map_err(|_| Unreadable::Form)
}

/// The date of three parts. A number is the year if it cannot be a day; of two others the month comes first,
/// unless it cannot be one.
fn date(parts: &[Part]) -> Result<Date, Unreadable> {
    let is_year = |number: u32, digits: usize| digits > 2 || number > 31;
    let (year, month, day) = match *parts {
        [Part::Month(month), Part::Number(a, a_digits), Part::Number(b, b_digits)]
        | [Part::Number(a, a_digits), Part::Month(month), Part::Number(b, b_digits)] => {
            if is_year(a, a_digits) { ((a, a_digits), month, b) } else { ((b, b_digits), month, a) }
        }
        [Part::Number(a, a_digits), Part::Number(b, b_digits), Part::Month(month)] => {
            if is_year(b, b_digits) { ((b, b_digits), month, a) } else { ((a, a_digits), month, b) }
        }
        [Part::Number(a, a_digits), Part::Number(b, _), Part::Number(c, c_digits)] => match a {
            _ if is_year(a, a_digits) => ((a, a_digits), b, c),
            0..=12 => ((c, c_digits), a, b),
            _ => ((c, c_digits), b, a),
        },
        [_, _, _, ..] => return Err(Unreadable::Form),
        _ => return Err(Unreadable::Incomplete),
    };
    let year = full_year(year);
    let valid_year = i16::try_from(year).ok().filter(|year| (1..=9999).contains(year));
    let valid_year = valid_year.ok_or(Unreadable::Year(year))?;
    let month = i8::try_from(month).ok().filter(|month| (1..=12).contains(month)).ok_or(Unreadable::Month)?;
    let day = i8::try_from(day).map_err(|_| Unreadable::Day)?;
    Date::new(valid_year, month, day).map_err(|_| Unreadable::Day)
}

/// Years of two digits are 1969 to 2068, as POSIX has it.
fn full_year((year, digits): (u32, usize)) -> u32 {
    match year {
        _ if digits > 2 => year,
        0..=68 => year + 2000,
        _ => year + 1900,
    }
}
