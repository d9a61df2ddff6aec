//! When credentials expire, and what is done near that moment.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

use crate::session::error::SessionError;
use crate::value::timestamp;

/// With less time than this left, new credentials are asked for before the old ones are used.
pub(crate) const ADVISORY: Duration = Duration::from_secs(15 * 60);

/// With less time than this left, the old ones are not used if there are no new ones.
pub(crate) const MANDATORY: Duration = Duration::from_secs(10 * 60);

/// The moment at which credentials expire.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Expiration {
    /// Microseconds since 1970; `None` if the text did not say how far its clock is from UTC.
    moment: Option<i64>,
}

/// How much time is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remaining {
    /// At least 15 minutes.
    Enough,
    /// 10 to 15 minutes: new ones are asked for.
    Little,
    /// Less than 10 minutes: new ones are needed.
    TooLittle,
    /// None.
    Expired,
}

impl Expiration {
    /// The moment of a text in the forms of a timestamp: RFC 3339, `2099-01-01T00:00:00UTC`, a blank in place of the
    /// `T`, the date of a mail.
    ///
    /// # Errors
    /// A text that is no moment.
    pub(crate) fn read(text: &str) -> Result<Expiration, SessionError> {
        let unreadable = |reason| SessionError::BadExpiration { text: text.to_owned(), reason };
        Ok(Expiration { moment: timestamp::microseconds(text).map_err(unreadable)? })
    }

    /// The moment that is so far away from now.
    pub(crate) fn after(time: Duration) -> Expiration {
        Expiration { moment: Some(now().saturating_add(microseconds(time))) }
    }

    /// The moment of so many seconds since 1970.
    pub(crate) fn at(seconds: i64) -> Expiration {
        Expiration { moment: Some(seconds.saturating_mul(1_000_000)) }
    }

    /// The moment in UTC, to the second, in the form `2099-01-01T00:00:00` followed by `zone`, which names UTC. What
    /// lies beyond the year 9999 becomes its end.
    ///
    /// # Errors
    /// The moment has no time zone.
    pub(crate) fn in_utc(self, zone: &str) -> Result<String, SessionError> {
        let seconds = self.moment.ok_or(SessionError::ExpirationWithoutZone)?.div_euclid(1_000_000);
        let seconds = seconds.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
        let text =
            Timestamp::from_second(seconds).map_or_else(|_| String::new(), |moment| moment.to_string());
        Ok(format!("{}{zone}", text.strip_suffix('Z').unwrap_or(&text)))
    }

    /// Whether less than this time is left.
    ///
    /// # Errors
    /// As for [`Expiration::remaining`].
    pub(crate) fn is_within(self, time: Duration) -> Result<bool, SessionError> {
        let left = self.moment.ok_or(SessionError::ExpirationWithoutZone)?.saturating_sub(now());
        Ok(left < microseconds(time))
    }

    /// How much time is left until then.
    ///
    /// # Errors
    /// The moment has no time zone. The reference reads it, but cannot compare it with its clock.
    pub(crate) fn remaining(self) -> Result<Remaining, SessionError> {
        let left = self.moment.ok_or(SessionError::ExpirationWithoutZone)?.saturating_sub(now());
        Ok(match left {
            _ if left < 0 => Remaining::Expired,
            _ if left < microseconds(MANDATORY) => Remaining::TooLittle,
            _ if left < microseconds(ADVISORY) => Remaining::Little,
            _ => Remaining::Enough,
        })
    }
}

/// Shows the moment in UTC.
impl fmt::Debug for Expiration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.in_utc("Z").as_deref().unwrap_or("in no time zone"))
    }
}

fn now() -> i64 {
    microseconds(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

fn microseconds(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn remaining(text: &str) -> Result<Remaining, String> {
        let expiration = Expiration::read(text).map_err(|error| error.to_string())?;
        expiration.remaining().map_err(|error| error.to_string())
    }

    #[test]
    fn the_forms_of_tools_are_read() {
        for text in [
            "2099-01-01T00:00:00Z",
            "2099-01-01T00:00:00+00:00",
            "2099-01-01T00:00:00.123456789Z",
            "2099-01-01T00:00:00UTC",
            "2099-01-01 00:00:00+0000",
            " 2099-01-01t00:00:00z\n",
            "20990101T000000Z",
            "Thu, 01 Jan 2099 00:00:00 GMT",
        ] {
            assert_eq!(remaining(text), Ok(Remaining::Enough), "{text}");
        }
        assert_eq!(remaining("2001-01-01T00:00:00Z"), Ok(Remaining::Expired));
    }

    #[test]
    fn a_text_that_is_no_moment_is_an_error() {
        let unreadable = |text| remaining(text).expect_err("it is no moment");
        assert_eq!(unreadable("garbage"), "Unknown string format: garbage");
        assert_eq!(unreadable(""), "String does not contain a date: ");
        assert_eq!(unreadable("2099-13-01T00:00:00Z"), "Unknown string format: 2099-13-01T00:00:00Z");
        assert!(unreadable("2099-01-01T00:00:00").contains("time zone"));
    }

    #[test]
    fn the_time_left_decides() {
        let left = |minutes: u64| Expiration::after(Duration::from_secs(minutes * 60 + 30)).remaining().ok();
        assert_eq!(left(15), Some(Remaining::Enough));
        assert_eq!(left(14), Some(Remaining::Little));
        assert_eq!(left(10), Some(Remaining::Little));
        assert_eq!(left(9), Some(Remaining::TooLittle));
        assert_eq!(left(0), Some(Remaining::TooLittle));
        assert_eq!(Expiration::after(Duration::MAX).remaining().ok(), Some(Remaining::Enough));
    }

    #[test]
    fn a_moment_is_written_in_utc_to_the_second() {
        let written = |expiration: Expiration| expiration.in_utc("UTC").map_err(|error| error.to_string());
        let read = |text| Expiration::read(text).expect("a moment");
        assert_eq!(written(read("2099-01-01T01:00:00.9+02:00")), Ok("2098-12-31T23:00:00UTC".to_owned()));
        assert_eq!(written(Expiration::at(-1)), Ok("1969-12-31T23:59:59UTC".to_owned()));
        assert_eq!(written(Expiration::at(i64::MAX)), Ok("9999-12-30T22:00:00UTC".to_owned()));
        assert!(written(read("2099-01-01T00:00:00")).is_err());
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[0-9TZ:+ .,a-zA-Z/-]{0,30}|.{0,20}") {
            let _ = remaining(&text);
        }
    }
}
