//! Dates and times: `2020-01-02`, `2020-01-02T03:04:05.5 +02:00` (the YAML timestamp type).

use super::ValueError;
use crate::value::{Date, DateTime, Other};

const MICROSECONDS: u32 = 1_000_000;

/// The fields of a timestamp as written; none is checked against the calendar.
#[derive(Debug, PartialEq)]
struct Fields<'a> {
    year: u16,
    month: &'a str,
    day: &'a str,
    time: Option<Time<'a>>,
}

#[derive(Debug, PartialEq)]
struct Time<'a> {
    hour: u8,
    minute: u8,
    second: u8,
    fraction: &'a str,
    /// Minutes east of UTC.
    offset: Option<i32>,
}

/// Reads a timestamp.
///
/// Returns `None` when the text does not have the form of one, and an error when it has the form but there is
/// no such day or time.
pub(super) fn parse(text: &str) -> Option<Result<Other, ValueError>> {
    Some(build(&fields(text)?))
}

fn fields(text: &str) -> Option<Fields<'_>> {
    let (year, rest) = digits(text, 4, 4)?;
    let (month, rest) = digits(rest.strip_prefix('-')?, 1, 2)?;
    let (day, rest) = digits(rest.strip_prefix('-')?, 1, 2)?;
    let time = if rest.is_empty() { None } else { Some(time(rest)?) };
    Some(Fields { year: year.parse().ok()?, month, day, time })
}

fn time(text: &str) -> Option<Time<'_>> {
    let rest = match text.strip_prefix(['T', 't']) {
        Some(rest) => rest,
        None => text.strip_prefix([' ', '\t'])?.trim_start_matches([' ', '\t']),
    };
    let (hour, rest) = digits(rest, 1, 2)?;
    let (minute, rest) = digits(rest.strip_prefix(':')?, 2, 2)?;
    let (second, rest) = digits(rest.strip_prefix(':')?, 2, 2)?;
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) => digits(rest, 0, usize::MAX)?,
        None => ("", rest),
    };
    let zone = rest.trim_start_matches([' ', '\t']);
    let offset = match zone {
        "" if rest.is_empty() => None,
        "Z" => Some(0),
        _ => Some(offset(zone)?),
    };
    Some(Time {
        hour: hour.parse().ok()?,
        minute: minute.parse().ok()?,
        second: second.parse().ok()?,
        fraction,
        offset,
    })
}

/// `+hh` or `+hh:mm`, in minutes.
fn offset(zone: &str) -> Option<i32> {
    let (sign, rest) = match zone.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, zone.strip_prefix('+')?),
    };
    let (hours, rest) = digits(rest, 1, 2)?;
    let minutes = match rest.strip_prefix(':') {
        Some(rest) => digits(rest, 2, 2).filter(|(_, rest)| rest.is_empty())?.0,
        None if rest.is_empty() => "0",
        None => return None,
    };
    Some(sign * (hours.parse::<i32>().ok()? * 60 + minutes.parse::<i32>().ok()?))
}

/// Splits off at least `least` and at most `most` decimal digits.
fn digits(text: &str, least: usize, most: usize) -> Option<(&str, &str)> {
    let count = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    (count >= least).then(|| text.split_at(count))
}

fn build(fields: &Fields<'_>) -> Result<Other, ValueError> {
    let Some(time) = &fields.time else {
        return Ok(Other::Date(date(fields)?));
    };
    // Python makes the zone first, then the date, then the time: the first that fails is reported.
    if let Some(minutes) = time.offset.filter(|minutes| minutes.abs() >= 24 * 60) {
        return Err(ValueError::Offset { minutes });
    }
    let date = date(fields)?;
    match time {
        Time { hour: 24.., .. } => return Err(ValueError::Hour),
        Time { minute: 60.., .. } => return Err(ValueError::Minute),
        Time { second: 60.., .. } => return Err(ValueError::Second),
        Time { .. } => {}
    }
    let (microsecond, carry) = microseconds(time.fraction);
    let Time { hour, minute, second, offset, .. } = *time;
    let moment = DateTime { date, hour, minute, second, microsecond, offset_minutes: offset };
    Ok(Other::DateTime(if carry { next_second(moment)? } else { moment }))
}

fn date(fields: &Fields<'_>) -> Result<Date, ValueError> {
    let year = fields.year;
    if year == 0 {
        return Err(ValueError::YearZero);
    }
    let month = fields.month.parse().ok().filter(|m| (1..=12).contains(m)).ok_or(ValueError::Month)?;
    let days = days_in(year, month);
    let day = fields.day.parse().ok().filter(|d| (1..=days).contains(d)).ok_or(ValueError::Day)?;
    Ok(Date { year, month, day })
}

fn days_in(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

/// The fraction in microseconds, rounded at the seventh digit, and whether it makes a whole second.
fn microseconds(fraction: &str) -> (u32, bool) {
    let digit = |index: usize| fraction.as_bytes().get(index).map_or(0, |b| u32::from(b - b'0'));
    let kept = (0..6).fold(0, |sum, index| sum * 10 + digit(index));
    let rounded = kept + u32::from(digit(6) > 4);
    (rounded % MICROSECONDS, rounded == MICROSECONDS)
}

fn next_second(mut moment: DateTime) -> Result<DateTime, ValueError> {
    moment.second = (moment.second + 1) % 60;
    if moment.second > 0 {
        return Ok(moment);
    }
    moment.minute = (moment.minute + 1) % 60;
    if moment.minute > 0 {
        return Ok(moment);
    }
    moment.hour = (moment.hour + 1) % 24;
    if moment.hour > 0 {
        return Ok(moment);
    }
    let Date { year, month, day } = moment.date;
    moment.date = if day < days_in(year, month) {
        Date { day: day + 1, ..moment.date }
    } else if month < 12 {
        Date { year, month: month + 1, day: 1 }
    } else if year < 9999 {
        Date { year: year + 1, month: 1, day: 1 }
    } else {
        return Err(ValueError::DateOverflow);
    };
    Ok(moment)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Value, python};
    use std::rc::Rc;

    fn shown(text: &str) -> String {
        match parse(text) {
            None => "no timestamp".to_owned(),
            Some(Ok(other)) => python::str(&Value::Other(Rc::new(other))),
            Some(Err(error)) => error.to_string(),
        }
    }

    #[test]
    fn timestamps_read_as_the_reference_shows_them() {
        let cases = [
            ("2020-01-02", "2020-01-02"),
            ("2020-1-2", "2020-01-02"),
            ("2020-01-02T03:04:05Z", "2020-01-02 03:04:05+00:00"),
            ("2020-01-02 03:04:05.5 +02:00", "2020-01-02 03:04:05.500000+02:00"),
            ("2020-01-02t03:04:05.123456789-05:30", "2020-01-02 03:04:05.123457-05:30"),
            ("2020-01-02 \t 3:04:05.", "2020-01-02 03:04:05"),
            ("2020-01-02T03:04:05+2", "2020-01-02 03:04:05+02:00"),
            ("2020-12-31T23:59:59.9999999", "2021-01-01 00:00:00"),
            ("2020-02-28T23:59:59.9999995", "2020-02-29 00:00:00"),
            ("2020-02-29T00:00:00.9999994", "2020-02-29 00:00:00.999999"),
        ];
        for (text, want) in cases {
            assert_eq!(shown(text), want);
        }
    }

    #[test]
    fn impossible_dates_and_times_are_named_as_python_names_them() {
        let cases = [
            ("0000-01-01", "year 0 is out of range"),
            ("2020-13-01", "month must be in 1..12"),
            ("2020-00-01", "month must be in 1..12"),
            ("2020-02-30", "day is out of range for month"),
            ("1900-02-29", "day is out of range for month"),
            ("2020-01-01T24:00:00Z", "hour must be in 0..23"),
            ("2020-01-01T00:60:00", "minute must be in 0..59"),
            ("2020-01-01T00:00:60", "second must be in 0..59"),
            ("9999-12-31T23:59:59.9999999", "date value out of range"),
            (
                "2020-13-01T00:00:00-99:59",
                "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), \
                 not datetime.timedelta(days=-5, seconds=72060).",
            ),
        ];
        for (text, want) in cases {
            assert_eq!(shown(text), want);
        }
    }

    #[test]
    fn other_texts_are_no_timestamps() {
        for text in
            ["", "2020", "2020-01-02T", "2020-01-02T03:04", "2020-01-02x", "2020-01-02T03:04:05 ", "é"]
        {
            assert_eq!(shown(text), "no timestamp", "{text}");
        }
    }
}
