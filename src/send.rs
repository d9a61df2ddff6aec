//! Sends the request of an operation and reads its reply.

use crate::error::Error;
use crate::input::parameters::Parameters;
use crate::model::Operation;
use crate::reply::{self, Attempts};
use crate::session::Session;
use crate::transport::recorder::Record;
use crate::transport::{self, interrupt};
use crate::value::Value;

/// Sends one request, again where that helps, and returns the data of its reply.
///
/// # Errors
/// No credentials, no reply, an interrupt, or the service's error.
pub fn send(
    operation: &'static Operation,
    parameters: &Parameters,
    session: &Session,
) -> Result<Value, Error> {
    let settings = session.client_settings(operation)?;
    let record = Record::default();
    if let Some(body) = parameters.body() {
        record.replace_body(body.as_bytes().to_vec());
    }
    let client = transport::client(&settings, &record);
    let sending = interrupt::or_interrupted((operation.send)(&client, parameters));
    transport::block_on(sending)
        .map_err(|reason| Error::Runtime(reason.kind()))?
        .ok_or(Error::Interrupted)??;
    let attempts = Attempts { made: record.attempts(), allowed: settings.max_attempts };
    match record.reply() {
        Some(reply) => reply::read(operation, &reply, attempts),
        None => Err(Error::Runtime(std::io::ErrorKind::UnexpectedEof)),
    }
}
