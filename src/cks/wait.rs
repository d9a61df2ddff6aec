//! Waits until a store has reached a state.

pub(super) mod waiter;

use std::hash::{BuildHasher, Hasher, RandomState};
use std::iter;
use std::time::{Duration, Instant};

use jiff::SignedDuration;

use super::change;
use super::error::CksError;
use super::store::{self, State, Store};
use crate::cli::cks::Options;
use crate::client::Client;
use crate::client::error::ClientError;
use crate::transport::runtime::Stopped;

/// The longest wait unless given.
const TIMEOUT: Duration = Duration::from_secs(45 * 60);

/// The longest pause between two looks unless given.
const INTERVAL: Duration = Duration::from_secs(15);

/// The first pause.
const FIRST_PAUSE: Duration = Duration::from_secs(2);

/// The longest time-out: any longer one is this one, since moments have a limit.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// So many looks may still show the state from before a change: with the pauses unless given, for about a minute.
const LOOKS_AT_OLD_STATE: usize = 8;

/// How long and how often a state is looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) timeout: Duration,
    /// The longest pause between two looks.
    pub(super) interval: Duration,
}

impl Limits {
    /// Those of `--timeout` and `--interval`.
    pub(super) fn of(options: &Options) -> Limits {
        Limits {
            timeout: options.duration("timeout").unwrap_or(TIMEOUT).min(LONGEST),
            interval: options.duration("interval").unwrap_or(INTERVAL).min(LONGEST),
        }
    }

    pub(super) fn first_pause(self) -> Duration {
        self.interval.min(FIRST_PAUSE)
    }

    /// The pauses between looks, each before it is shortened.
    pub(super) fn pauses(self) -> impl Iterator<Item = Duration> {
        let next = move |last: &Duration| Some((*last * 3 / 2).min(self.interval));
        iter::successors(Some(self.first_pause()), next)
    }
}

/// Where a wait has led.
#[derive(Debug)]
pub(super) enum Outcome {
    Reached(Store),
    /// The store is FAILED.
    Failed(Store),
    /// The state does not lead to the one that was waited for.
    Elsewhere(Store),
    /// The time was up. The store as it was last seen, if it was, and the failure of the last look, if it failed.
    TimedOut(Option<Store>, Option<ClientError>),
    /// There is no such store any more, in KMS's words.
    Gone(ClientError),
}

/// Waits until a store is in a state, and shows each look at it to `look`. Failures that pass are ridden out. `before` is a
/// state that KMS may show for a moment after a change that leads away from it.
///
/// # Errors
/// An interrupt, and failures that do not pass.
pub(super) fn until(
    client: &Client,
    id: &str,
    target: &State,
    before: Option<&State>,
    limits: Limits,
    look: &mut dyn FnMut(&Store),
) -> Result<Outcome, CksError> {
    let find = || store::look(client, id);
    watch(client, &find, target, before, change::LOOKS, limits, look)
}

/// Does what [`until`] does with the store that `find` finds. So many looks in a row must show that the state leads elsewhere.
fn watch(
    client: &Client,
    find: &dyn Fn() -> Result<Store, CksError>,
    target: &State,
    mut before: Option<&State>,
    looks_elsewhere: usize,
    limits: Limits,
    look: &mut dyn FnMut(&Store),
) -> Result<Outcome, CksError> {
    let deadline = Instant::now() + limits.timeout;
    let (mut seen, mut failure) = (None, None);
    let mut elsewhere = 0;
    for (looks, longest) in (1..).zip(limits.pauses()) {
        match client.before(deadline, find) {
            Ok(store) => {
                look(&store);
                before = before.filter(|before| store.state == **before && looks < LOOKS_AT_OLD_STATE);
                if before.is_none() {
                    match Way::of(&store.state, target) {
                        Way::There => return Ok(Outcome::Reached(store)),
                        Way::Failed => return Ok(Outcome::Failed(store)),
                        Way::Elsewhere if elsewhere + 1 >= looks_elsewhere => {
                            let is_failed = store.state == State::Failed;
                            return Ok(if is_failed {
                                Outcome::Failed(store)
                            } else {
                                Outcome::Elsewhere(store)
                            });
                        }
                        Way::Elsewhere => elsewhere += 1,
                        Way::Unknown => elsewhere = 0,
                    }
                }
                (seen, failure) = (Some(store), None);
            }
            Err(CksError::Client(ClientError::Stopped(Stopped::TimeUp))) => break,
            Err(CksError::Client(error)) if is_gone(&error) => return Ok(Outcome::Gone(error)),
            Err(CksError::Client(error)) if change::passes(&error) => failure = Some(error),
            Err(error) => return Err(error),
        }
        let left = deadline.saturating_duration_since(Instant::now());
        client.pause(shortened(longest).min(left))?;
        if Instant::now() >= deadline {
            break;
        }
    }
    Ok(Outcome::TimedOut(seen, failure))
}

/// Where a state leads.
enum Way {
    /// It is the one that is waited for.
    There,
    /// It may lead there.
    Unknown,
    Failed,
    Elsewhere,
}

impl Way {
    fn of(state: &State, target: &State) -> Way {
        match (state, target) {
            _ if state == target => Way::There,
            (State::Failed, State::Connected) => Way::Failed,
            (State::Connecting, State::Connected) | (State::Disconnecting, State::Disconnected) => {
                Way::Unknown
            }
            (State::Other(_), _) => Way::Unknown,
            _ => Way::Elsewhere,
        }
    }
}

/// A time as people write it: `45m`, `1m 30s`.
pub(super) fn words(time: Duration) -> String {
    SignedDuration::try_from(time).map_or_else(|_| format!("{time:?}"), |time| format!("{time:#}"))
}

pub(super) fn is_gone(error: &ClientError) -> bool {
    error.service().is_some_and(|error| error.code == "CustomKeyStoreNotFoundException")
}

/// A random time between half of it and all of it, so that many who wait do not ask at the same moment.
pub(super) fn shortened(longest: Duration) -> Duration {
    let half = longest / 2;
    let part = RandomState::new().build_hasher().finish() as f64 / u64::MAX as f64;
    half + half.mul_f64(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_the_longest_one() {
        let pauses = |interval| {
            let limits = Limits { timeout: TIMEOUT, interval: Duration::from_millis(interval) };
            limits.pauses().take(7).map(|pause| pause.as_millis()).collect::<Vec<_>>()
        };
        assert_eq!(pauses(15_000), [2000, 3000, 4500, 6750, 10_125, 15_000, 15_000]);
        assert_eq!(pauses(20), [20; 7]);
    }

    #[test]
    fn no_pause_is_longer_than_its_limit_or_shorter_than_half_of_it() {
        let longest = Duration::from_secs(15);
        let pauses: Vec<Duration> = (0..1000).map(|_| shortened(longest)).collect();
        assert!(pauses.iter().all(|pause| (longest / 2..=longest).contains(pause)), "{pauses:?}");
        assert!(pauses.iter().any(|pause| *pause != pauses[0]));
    }
}
