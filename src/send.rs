//! Sends one request and reads its reply.

use crate::environment::Environment;
use crate::error::Error;
use crate::input::parameters::Parameters;
use crate::model::Operation;
use crate::reply::{self, Attempts};
use crate::session::Session;
use crate::transport;
use crate::value::Value;

/// Sends the request of an operation, again where that helps, and returns the data of the reply.
///
/// # Errors
/// No credentials, no reply, or the service's error.
pub fn send(
    operation: &'static Operation,
    parameters: &Parameters,
    session: &Session,
    environment: &Environment,
) -> Result<Value, Error> {
    todo!()
}
