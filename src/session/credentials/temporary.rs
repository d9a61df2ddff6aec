//! Credentials that expire, and whoever can be asked for new ones.

use std::fmt;

use aws_credential_types::Credentials;

use super::expiration::{Expiration, Remaining};
use super::{container, instance, process};
use crate::core_dump::CoreDumps;
use crate::error::Error;
use crate::session::error::SessionError;

/// Credentials as somebody gave them.
#[derive(Clone)]
pub(crate) struct Temporary {
    /// The keys and the token.
    pub(crate) credentials: Credentials,
    /// When they expire, if they do.
    pub(crate) expiration: Option<Expiration>,
}

/// Who gave them.
#[derive(Clone)]
pub(crate) enum Source {
    /// The environment, which does not change.
    Environment,
    /// The command of a `credential_process`, and the limit of core files that it gets.
    Process(String, CoreDumps),
    /// A container's endpoint.
    Container(container::Endpoint),
    /// An instance's metadata service.
    Instance(instance::Metadata),
}

/// Shows nothing: a command may hold secrets, as credentials do.
impl fmt::Debug for Temporary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Temporary").field("expiration", &self.expiration).finish_non_exhaustive()
    }
}

impl Temporary {
    /// The credentials to use now. Near their end, and even when they have just been given, the reference asks
    /// for new ones before the first use, and so does this.
    ///
    /// # Errors
    /// The new ones have expired too. There are no new ones, and less than 10 minutes are left for the old ones.
    pub(crate) fn current(&self, source: &Source) -> Result<Credentials, Error> {
        self.or_new(|| Ok(source.load(self)?))
    }

    /// As [`Temporary::current`], with new ones from anybody.
    ///
    /// # Errors
    /// As there.
    pub(crate) fn or_new(
        &self,
        new: impl FnOnce() -> Result<Temporary, Error>,
    ) -> Result<Credentials, Error> {
        let Some(expiration) = self.expiration else { return Ok(self.credentials.clone()) };
        let remaining = expiration.remaining()?;
        if remaining == Remaining::Enough {
            return Ok(self.credentials.clone());
        }
        let new = match new() {
            Ok(new) => new,
            Err(error) if error.is_interrupt() => return Err(error),
            Err(_) if remaining == Remaining::Little => return Ok(self.credentials.clone()),
            Err(error) => return Err(error),
        };
        match new.expiration.ok_or(SessionError::NoExpiration)?.remaining()? {
            Remaining::Expired => Err(SessionError::Expired.into()),
            Remaining::Enough | Remaining::Little | Remaining::TooLittle => Ok(new.credentials),
        }
    }
}

impl Source {
    /// Asks again.
    fn load(&self, old: &Temporary) -> Result<Temporary, SessionError> {
        match self {
            Source::Environment => Ok(old.clone()),
            Source::Process(command, core_dumps) => process::load(command, *core_dumps),
            Source::Container(endpoint) => endpoint.load(),
            Source::Instance(metadata) => metadata.credentials_again(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn temporary(id: &str, minutes: u64) -> Temporary {
        Temporary {
            credentials: Credentials::new(id, "hush", None, None, "Test"),
            expiration: Some(Expiration::after(Duration::from_secs(minutes * 60 + 30))),
        }
    }

    fn expired(id: &str) -> Temporary {
        let expiration = Expiration::read("2001-01-01T00:00:00Z").ok();
        Temporary { expiration, ..temporary(id, 0) }
    }

    /// The key that is used, or the error; `new` is what asking again gives.
    fn used(old: &Temporary, new: Result<Temporary, SessionError>) -> String {
        match old.or_new(|| Ok(new?)) {
            Ok(credentials) => credentials.access_key_id().to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn new_credentials_are_asked_for_when_less_than_15_minutes_are_left() {
        assert_eq!(used(&temporary("old", 15), Ok(temporary("new", 60))), "old");
        assert_eq!(used(&temporary("old", 14), Ok(temporary("new", 60))), "new");
        assert_eq!(used(&expired("old"), Ok(temporary("new", 1))), "new");
        let endless = Temporary { expiration: None, ..temporary("endless", 0) };
        assert_eq!(used(&endless, Ok(temporary("new", 60))), "endless");
    }

    #[test]
    fn the_old_ones_do_for_10_minutes_if_there_are_no_new_ones() {
        let failure = || Err(SessionError::NoCredentials);
        assert_eq!(used(&temporary("old", 10), failure()), "old");
        assert_eq!(used(&temporary("old", 9), failure()), SessionError::NoCredentials.to_string());
        assert_eq!(used(&temporary("old", 10), Err(SessionError::Interrupted)), "interrupted");
    }

    #[test]
    fn new_credentials_that_have_expired_are_an_error() {
        let message = "Credentials were refreshed, but the refreshed credentials are still expired.";
        assert_eq!(used(&expired("old"), Ok(expired("new"))), message);
        assert_eq!(used(&temporary("old", 14), Ok(expired("new"))), message);
        let endless = Temporary { expiration: None, ..temporary("endless", 0) };
        assert_eq!(used(&temporary("old", 14), Ok(endless)), SessionError::NoExpiration.to_string());
    }
}
