//! Waits until a store has reached a state.

use std::time::Duration;

use super::error::CksError;
use super::store::{State, Store};
use crate::cli::cks::{Options, Waiting};
use crate::client::Client;

/// The longest wait unless given.
const TIMEOUT: Duration = Duration::from_secs(45 * 60);

/// The longest pause between two looks unless given.
const INTERVAL: Duration = Duration::from_secs(15);

/// The first pause.
const FIRST_PAUSE: Duration = Duration::from_secs(2);

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
            timeout: options.duration("timeout").unwrap_or(TIMEOUT),
            interval: options.duration("interval").unwrap_or(INTERVAL),
        }
    }

    pub(super) fn first_pause(self) -> Duration {
        self.interval.min(FIRST_PAUSE)
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
    /// It was in this state when the time was up.
    TimedOut(Store),
    /// There is no such store any more.
    Gone,
}

/// Waits until a store is in a state, and shows each look at it to `look`. Failures that pass are ridden out. `before` is a
/// state that KMS may show for a moment after a change that leads away from it.
///
/// # Errors
/// An interrupt, and failures that do not pass.
pub(super) fn until(
    _client: &Client,
    _id: &str,
    _target: &State,
    _before: Option<&State>,
    _limits: Limits,
    _look: &mut dyn FnMut(&Store),
) -> Result<Outcome, CksError> {
    Err(CksError::NotShown)
}

pub(super) fn run(_waiting: &Waiting, _client: &Client) -> Result<(), CksError> {
    Err(CksError::NotShown)
}
