//! Changes that are sent once, and again only where the store that is read afterwards shows that they did not happen.

use std::time::{Duration, Instant};

use super::error::CksError;
use super::store::{self, Store};
use super::wait::{Limits, shortened};
use crate::client::Client;
use crate::client::error::{ClientError, Effect};
use crate::model::parameters::Parameters;
use crate::model::send::Call;
use crate::reply::error::ReplyError;
use crate::transport::runtime::Stopped;

/// How often a change is sent at most, if it may have been made each time.
const MOST_TIMES: usize = 5;

/// How often a store that differs from what is expected is looked at before that counts: KMS may show an older state for a
/// moment.
pub(super) const LOOKS: usize = 3;

/// What became of a change.
#[derive(Debug)]
pub(super) enum Sent {
    Done,
    /// KMS has not made it, and will not. The store as it is now, where that may be the reason.
    Refused {
        error: ClientError,
        store: Option<Box<Store>>,
    },
    /// Nobody knows: there was no reply, and the store does not show it.
    Unknown(ClientError),
    /// Somebody has ended it, and KMS has not made it.
    Ended(CksError),
}

/// Sends a change of a store. `happened` says whether a store that is read shows that it happened, if that can be seen.
///
/// # Errors
/// An interrupt; the store cannot be read where a reply got lost.
pub(super) fn send(
    client: &Client,
    call: &'static Call,
    parameters: &Parameters,
    id: &str,
    limits: Limits,
    happened: impl Fn(&Store) -> Option<bool>,
) -> Result<Sent, CksError> {
    let deadline = Instant::now() + limits.timeout;
    let mut pauses = limits.pauses();
    let mut unknown = 0;
    loop {
        let error = match client.call_once(call, parameters) {
            Ok(_) => return Ok(Sent::Done),
            Err(error @ ClientError::Stopped(_)) => return Err(error.into()),
            Err(error) => error,
        };
        let effect = error.effect();
        unknown += usize::from(effect == Effect::Unknown);
        let may_repeat = match effect {
            Effect::Refused => false,
            Effect::NotYet => Instant::now() < deadline,
            Effect::Unknown => unknown < MOST_TIMES,
        };
        // One of the requests may have arrived, be it not the last one; or somebody else was faster.
        let looks = match unknown {
            0 if is_of_state(&error) => LOOKS,
            0 => 0,
            _ if may_repeat => 1,
            _ => LOOKS,
        };
        let mut store = None;
        if looks > 0 {
            match shown(client, id, limits, looks, &happened) {
                Ok((_, Some(true))) => return Ok(Sent::Done),
                Ok((_, None)) if unknown > 0 => return Ok(Sent::Unknown(error)),
                Ok((found, _)) => store = Some(found.into()),
                Err(failure) if unknown > 0 || failure.is_gone() => return Err(failure),
                Err(failure) if failure.is_interrupt() => return Ok(Sent::Ended(failure)),
                Err(_) => return Ok(Sent::Unknown(error)),
            }
        }
        if !may_repeat {
            return Ok(Sent::Refused { error, store });
        }
        match client.pause(shortened(pauses.next().unwrap_or(limits.interval))) {
            Err(ClientError::Stopped(Stopped::TimeUp)) if unknown > 0 => return Ok(Sent::Unknown(error)),
            Err(ClientError::Stopped(Stopped::TimeUp)) => return Ok(Sent::Refused { error, store }),
            Err(stopped) if unknown == 0 => return Ok(Sent::Ended(stopped.into())),
            paused => paused?,
        }
    }
}

/// Whether KMS refuses a change because of the state that the store is in.
fn is_of_state(error: &ClientError) -> bool {
    error.service().is_some_and(|error| error.code == "CustomKeyStoreInvalidStateException")
}

/// A store, and whether it shows that a change happened. KMS shows it a moment after it was made, so what it does not show is
/// looked at again, up to so many times.
fn shown(
    client: &Client,
    id: &str,
    limits: Limits,
    looks: usize,
    happened: &impl Fn(&Store) -> Option<bool>,
) -> Result<(Store, Option<bool>), CksError> {
    let mut looked = 0;
    loop {
        client.pause(limits.first_pause())?;
        let store = look_patiently(client, id, limits)?;
        let is_shown = happened(&store);
        looked += 1;
        if is_shown != Some(false) || looked >= looks {
            return Ok((store, is_shown));
        }
    }
}

/// Reads a store, past failures that pass.
///
/// # Errors
/// As for [`patiently`].
pub(super) fn look_patiently(client: &Client, id: &str, limits: Limits) -> Result<Store, CksError> {
    patiently(client, limits, || store::look(client, id))
}

/// Reads something, past failures that pass.
///
/// # Errors
/// Those that do not pass, or not within the time-out; an interrupt.
pub(super) fn patiently<T>(
    client: &Client,
    limits: Limits,
    read: impl Fn() -> Result<T, CksError>,
) -> Result<T, CksError> {
    let deadline = Instant::now() + limits.timeout;
    loop {
        match read() {
            Err(CksError::Client(error)) if passes(&error) && Instant::now() < deadline => {
                client.pause(limits.first_pause().min(Duration::from_secs(2)))?;
            }
            looked => return looked,
        }
    }
}

/// Whether a failed look is worth another: the connection failed, or KMS has too much to do.
pub(super) fn passes(error: &ClientError) -> bool {
    match error {
        ClientError::Transport(error) => error.is_temporary(),
        ClientError::Reply(ReplyError::Service(_)) => error.effect() != Effect::Refused,
        _ => false,
    }
}
