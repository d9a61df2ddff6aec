//! Dates and times of YAML documents.

use std::rc::Rc;

use super::Reason;
use crate::value::{Date, DateTime, Other, Value};

/// Reads a date or a date with a time; `None` when the text has another form.
///
/// # Errors
/// A date or a time that does not exist.
pub(super) fn read(text: &str) -> Option<Result<Value, Reason>> {
    let mut rest = text;
    let year = digits(&mut rest, 4, 4)?;
    rest = rest.strip_prefix('-')?;
    let month = digits(&mut rest, 1, 2)?;
    rest = rest.strip_prefix('-')?;
    let day = digits(&mut rest, 1, 2)?;
    let date = date(year, month, day);
    if rest.is_empty() {
        return Some(date.map(|date| Value::Other(Rc::new(Other::Date(date)))));
    }
    rest = match rest.strip_prefix(['T', 't']) {
        Some(rest) => rest,
        None => rest.strip_prefix([' ', '\t'])?.trim_start_matches([' ', '\t']),
    };
    let hour = digits(&mut rest, 1, 2)?;
    rest = rest.strip_prefix(':')?;
    let minute = digits(&mut rest, 2, 2)?;
    rest = rest.strip_prefix(':')?;
    let second = digits(&mut rest, 2, 2)?;
    let fraction = fraction(&mut rest);
    let offset_minutes = offset(rest)?;
    Some(date.and_then(|date| moment(date, [hour, minute, second], fraction, offset_minutes)))
}

/// Takes a number of so many digits.
fn digits(rest: &mut &str, least: usize, most: usize) -> Option<u32> {
    let count = rest.bytes().take_while(u8::is_ascii_digit).count().min(most);
    if count < least {
        return None;
    }
    let (number, after) = rest.split_at(count);
    *rest = after;
    number.parse().ok()
}

/// Takes the fraction of a second, in microseconds; a seventh digit of 5 or more rounds up.
fn fraction(rest: &mut &str) -> u32 {
    let Some(after) = rest.strip_prefix('.') else { return 0 };
    let count = after.bytes().take_while(u8::is_ascii_digit).count();
    let (text, after) = after.split_at(count);
    *rest = after;
    let digit = |place: usize| text.as_bytes().get(place).map_or(0, |byte| u32::from(byte - b'0'));
    let microseconds = (0..6).fold(0, |number, place| number * 10 + digit(place));
    microseconds + u32::from(digit(6) >= 5)
}

/// The zone: nothing, `Z`, or hours and minutes. The outer `None` is another form.
#[expect(clippy::option_option, reason = "no zone is not the same as no time")]
fn offset(rest: &str) -> Option<Option<i32>> {
    if rest.is_empty() {
        return Some(None);
    }
    let rest = rest.trim_start_matches([' ', '\t']);
    if rest == "Z" {
        return Some(Some(0));
    }
    let sign = if rest.starts_with('-') { -1 } else { 1 };
    let mut rest = rest.strip_prefix(['-', '+'])?;
    let hours = digits(&mut rest, 1, 2)?;
    let minutes = match rest.strip_prefix(':') {
        Some(mut after) => {
            let minutes = digits(&mut after, 2, 2)?;
            rest = after;
            minutes
        }
        None => 0,
    };
    let total = i32::try_from(hours * 60 + minutes).ok()?;
    rest.is_empty().then_some(Some(sign * total))
}

fn date(year: u32, month: u32, day: u32) -> Result<Date, Reason> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return Err(Reason::NoSuchTime),
    };
    if year == 0 || !(1..=last).contains(&day) {
        return Err(Reason::NoSuchTime);
    }
    let small = |number: u32| u8::try_from(number).map_err(|_| Reason::NoSuchTime);
    let year = u16::try_from(year).map_err(|_| Reason::NoSuchTime)?;
    Ok(Date { year, month: small(month)?, day: small(day)? })
}

fn moment(
    date: Date,
    [hour, minute, second]: [u32; 3],
    fraction: u32,
    offset_minutes: Option<i32>,
) -> Result<Value, Reason> {
    let far = offset_minutes.is_some_and(|minutes| minutes.abs() >= 24 * 60);
    if hour > 23 || minute > 59 || second > 59 || far {
        return Err(Reason::NoSuchTime);
    }
    let small = |number: u32| u8::try_from(number).map_err(|_| Reason::NoSuchTime);
    let mut moment = DateTime {
        date,
        hour: small(hour)?,
        minute: small(minute)?,
        second: small(second)?,
        microsecond: fraction % 1_000_000,
        offset_minutes,
    };
    if fraction >= 1_000_000 {
        moment = next_second(moment)?;
    }
    Ok(Value::Other(Rc::new(Other::DateTime(moment))))
}

/// A fraction that was rounded up to a whole second.
fn next_second(mut moment: DateTime) -> Result<DateTime, Reason> {
    moment.second += 1;
    if moment.second == 60 {
        moment.second = 0;
        moment.minute += 1;
    }
    if moment.minute == 60 {
        moment.minute = 0;
        moment.hour += 1;
    }
    if moment.hour == 24 {
        moment.hour = 0;
        let Date { year, month, day } = moment.date;
        let (year, month, day) = (u32::from(year), u32::from(month), u32::from(day));
        let tomorrow = date(year, month, day + 1).or_else(|_| date(year, month + 1, 1));
        moment.date = tomorrow.or_else(|_| date(year + 1, 1, 1)).map_err(|_| Reason::NoSuchTime)?;
    }
    Ok(moment)
}
