//! Waits until a store has reached a state.

use super::error::CksError;
use crate::cli::cks::Waiting;
use crate::client::Client;

pub(super) fn run(_waiting: &Waiting, _client: &Client) -> Result<(), CksError> {
    Err(CksError::NotShown)
}
