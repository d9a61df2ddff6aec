//! Changes that are sent once, and again only where the store that is read afterwards shows that they did not happen.

use std::time::{Duration, Instant};

use super::error::CksError;
use super::store::{self, Store};
use super::wait::Limits;
use crate::client::Client;
use crate::client::error::{ClientError, Effect};
use crate::model::parameters::Parameters;
use crate::model::send::Call;
use crate::reply::error::ReplyError;

/// How often a change is sent at most.
const MOST_TIMES: usize = 5;

/// What became of a change.
#[derive(Debug)]
pub(super) enum Sent {
    Done,
    /// KMS has not made it, and will not.
    Refused(ClientError),
    /// Nobody knows: there was no reply, and the store does not show it.
    Unknown(ClientError),
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
    let mut sent = 0;
    loop {
        sent += 1;
        let error = match client.call_once(call, parameters) {
            Ok(_) => return Ok(Sent::Done),
            Err(error @ ClientError::Stopped(_)) => return Err(error.into()),
            Err(error) => error,
        };
        match error.effect() {
            Effect::Refused => return Ok(Sent::Refused(error)),
            Effect::NotYet if sent < MOST_TIMES => {}
            Effect::NotYet => return Ok(Sent::Refused(error)),
            Effect::Unknown => {
                // KMS shows a change a moment after it was made.
                client.pause(limits.first_pause())?;
                let store = look_patiently(client, id, limits)?;
                match happened(&store) {
                    Some(true) => return Ok(Sent::Done),
                    Some(false) if sent < MOST_TIMES => {}
                    Some(false) => return Ok(Sent::Refused(error)),
                    None => return Ok(Sent::Unknown(error)),
                }
            }
        }
        client.pause(limits.first_pause())?;
    }
}

/// Reads a store, past failures that pass.
///
/// # Errors
/// Those that do not pass, or not within the time-out; an interrupt.
pub(super) fn look_patiently(client: &Client, id: &str, limits: Limits) -> Result<Store, CksError> {
    let deadline = Instant::now() + limits.timeout;
    loop {
        match store::look(client, id) {
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
