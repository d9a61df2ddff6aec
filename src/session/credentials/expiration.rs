//! When credentials expire, and what is done near that moment.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

use crate::session::error::SessionError;
use crate::timestamp;

/// With less time than this left, new credentials are requested before the old ones are used.
pub(crate) const ADVISORY: Duration = Duration::from_secs(15 * 60);

/// With less time than this left, the old credentials are not used if there are no new ones.
const MANDATORY: Duration = Duration::from_secs(10 * 60);

/// How much time is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remaining {
    /// At least 15 minutes.
    Enough,
    /// 10 to 15 minutes.
    Little,
    /// Less than 10 minutes.
    TooLittle,
    Expired,
}

impl Remaining {
    pub(crate) fn until(expiration: SystemTime) -> Remaining {
        match expiration.duration_since(SystemTime::now()) {
            Err(_) => Remaining::Expired,
            Ok(left) if left < MANDATORY => Remaining::TooLittle,
            Ok(left) if left < ADVISORY => Remaining::Little,
            Ok(_) => Remaining::Enough,
        }
    }
}

/// The moment that a text names.
///
/// # Errors
/// The text is not a timestamp, or has no time zone.
pub(crate) fn read(text: &str) -> Result<SystemTime, SessionError> {
    let unreadable = |reason| SessionError::BadExpiration { text: text.to_owned(), reason };
    let moment = timestamp::microseconds(text).map_err(unreadable)?;
    Ok(at(Duration::from_micros(moment.ok_or(SessionError::ExpirationWithoutZone)?.try_into().unwrap_or(0))))
}

/// The moment so long after the beginning of 1970, the last moment at most.
pub(crate) fn at(time: Duration) -> SystemTime {
    UNIX_EPOCH + time.min(LATEST)
}

/// The moment that is so far away from now, the last moment at most.
pub(crate) fn after(time: Duration) -> SystemTime {
    at(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().saturating_add(time))
}

/// The moment in UTC, to the second, in the form `2099-01-01T00:00:00` followed by `zone`, which names UTC.
pub(crate) fn in_utc(moment: SystemTime, zone: &str) -> String {
    let moment = Timestamp::try_from(moment).unwrap_or(Timestamp::MAX);
    format!("{}{zone}", moment.strftime("%Y-%m-%dT%H:%M:%S"))
}

/// [`Timestamp::MAX`], in the year 9999.
const LATEST: Duration = Duration::from_secs(253_402_207_200);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_forms_of_tools_are_read() {
        for text in [
            "2099-01-01T00:00:00Z",
            "2099-01-01T00:00:00+00:00",
            "2099-01-01T00:00:00.123456789Z",
            "2099-01-01T00:00:00UTC",
        ] {
            assert_eq!(
                read(text).map(|moment| in_utc(moment, "Z")).ok().as_deref(),
                Some("2099-01-01T00:00:00Z"),
                "{text}"
            );
        }
    }

    #[test]
    fn a_text_that_is_not_a_timestamp_is_an_error() {
        let unreadable = |text| read(text).expect_err("no timestamp").to_string();
        assert_eq!(unreadable("garbage"), "Unknown string format: garbage");
        assert!(unreadable("2099-01-01T00:00:00").contains("time zone"));
    }

    #[test]
    fn the_time_left_decides() {
        let left = |minutes: u64| Remaining::until(after(Duration::from_secs(minutes * 60 + 30)));
        assert_eq!(left(15), Remaining::Enough);
        assert_eq!([14, 10].map(left), [Remaining::Little; 2]);
        assert_eq!([9, 0].map(left), [Remaining::TooLittle; 2]);
        assert_eq!(Remaining::until(after(Duration::MAX)), Remaining::Enough);
        assert_eq!(Remaining::until(UNIX_EPOCH), Remaining::Expired);
    }

    #[test]
    fn a_moment_is_written_in_utc_to_the_second() {
        let moment = read("2099-01-01T01:00:00.9+02:00").expect("a moment");
        assert_eq!(in_utc(moment, "UTC"), "2098-12-31T23:00:00UTC");
        assert_eq!(in_utc(at(Duration::MAX), "UTC"), "9999-12-30T22:00:00UTC");
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[0-9TZ:+ .,a-zA-Z/-]{0,30}|.{0,20}") {
            let _ = read(&text);
        }
    }
}
