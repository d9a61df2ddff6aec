//! Sends the requests of an operation and reads their replies.

pub(crate) mod pages;

use aws_sdk_kms::Client;
use tokio::runtime::Runtime;

use crate::error::Error;
use crate::hints::Hints;
use crate::model::Operation;
use crate::model::parameters::Parameters;
use crate::reply::{self, Attempts};
use crate::session::Session;
use crate::transport::recorder::Record;
use crate::transport::{self, interrupt};
use crate::value::timestamp::Timestamps;
use crate::value::{Map, Value};

/// Sends the requests of one operation, over one connection if the service lets it.
pub(crate) struct Sender<'s> {
    operation: &'static Operation,
    timestamps: &'s Timestamps,
    hints: &'s Hints,
    client: Client,
    record: Record,
    runtime: Runtime,
    max_attempts: u32,
}

impl<'s> Sender<'s> {
    /// Gets ready to send: fetches credentials, if they have to be fetched. Nothing is sent to the service yet.
    ///
    /// # Errors
    /// There are no credentials, or the system refuses what sending needs.
    pub(crate) fn new(
        operation: &'static Operation,
        session: &'s Session,
        hints: &'s Hints,
    ) -> Result<Sender<'s>, Error> {
        let runtime = transport::runtime().map_err(|reason| Error::Runtime(reason.kind()))?;
        let credentials = session.credentials(operation, &runtime)?;
        let settings = session.client_settings(operation, credentials);
        let record = Record::default();
        Ok(Sender {
            operation,
            timestamps: &session.timestamps,
            hints,
            client: transport::clients::kms(&settings, &record),
            record,
            runtime,
            max_attempts: settings.max_attempts,
        })
    }

    /// Sends one request, again where that helps, and returns the data of its reply.
    ///
    /// # Errors
    /// No reply, an interrupt, or the service's error.
    pub(crate) fn send(&self, parameters: &Parameters) -> Result<Value, Error> {
        if let Some(body) = parameters.body() {
            self.record.replace_body(body.as_bytes().to_vec());
        }
        tracing::debug!(operation = self.operation.name, ?parameters, "request");
        let sending = interrupt::or_interrupted((self.operation.send)(&self.client, parameters));
        let sent = self.runtime.block_on(sending).ok_or(Error::Interrupted)?;
        sent.inspect_err(|error| tracing::debug!(%error, "no reply"))?;
        let attempts = Attempts { made: self.record.attempts(), allowed: self.max_attempts };
        let reply = self.record.take_reply().ok_or(Error::Runtime(std::io::ErrorKind::UnexpectedEof))?;
        let data = reply::read(self.operation, &reply, attempts, self.timestamps)
            .map_err(|error| reply::without_secrets(error, parameters, &self.record))?;
        if data.as_map().is_some_and(Map::is_empty) && reply::is_unread(&reply) {
            self.hints.add(reply::unread(self.operation));
        }
        Ok(data)
    }
}
