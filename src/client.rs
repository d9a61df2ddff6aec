//! Calls operations: one way for every service.

pub(crate) mod credentials;
pub(crate) mod error;
pub(crate) mod many;
pub(crate) mod pages;

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant, SystemTime};

use aws_credential_types::Credentials;

use crate::client::error::ClientError;
use crate::input::validate;
use crate::model::parameters::Parameters;
use crate::model::send::Call;
use crate::reply::error::ReplyError;
use crate::reply::{self, Data};
use crate::session::Session;
use crate::transport::ClientSettings;
use crate::transport::clients::ServiceClient;
use crate::transport::error::TransportError;
use crate::transport::runtime::Stopped;
use crate::value::{Map, Value};

/// A client of KMS. It keeps its connection, renews credentials that are about to expire, and can be interrupted while it
/// waits.
pub(crate) struct Client<'s> {
    session: &'s Session<'s>,
    kms: RefCell<ServiceClient>,
    /// When credentials were last fetched.
    fetched: Cell<Instant>,
}

/// Credentials that have just been fetched are not fetched again before they expire, however little time is left for them.
const PAUSE_BETWEEN_FETCHES: Duration = Duration::from_secs(60);

impl<'s> Client<'s> {
    /// Gets ready to send: fetches credentials, if they have to be fetched. Nothing is sent to
    /// KMS yet.
    ///
    /// # Errors
    /// There are no credentials, or the system refuses what sending needs.
    pub(crate) fn new(session: &'s Session) -> Result<Client<'s>, ClientError> {
        let kms = ServiceClient::new(session.client.clone());
        let client = Client { session, kms: kms.into(), fetched: Instant::now().into() };
        client.authenticate()?;
        Ok(client)
    }

    /// Calls an operation of KMS and returns the data of its reply. Sends again where that helps.
    ///
    /// # Errors
    /// No reply, an interrupt, the service's error; new credentials are needed, and there are none.
    pub(crate) fn call(&self, call: &'static Call, parameters: &Parameters) -> Result<Value, ClientError> {
        self.keep_authenticated()?;
        let (data, is_unread) = self.exchange(&self.kms.borrow(), call, parameters)?;
        if is_unread {
            self.session.hints.add(reply::unread(call.operation));
        }
        Ok(data)
    }

    /// Calls an operation that only reads, while something else is waited for, too. Credentials are not renewed meanwhile.
    ///
    /// # Errors
    /// No reply, the service's error.
    pub(crate) async fn call_beside(
        &self,
        call: &'static Call,
        parameters: &Parameters,
    ) -> Result<Value, ClientError> {
        let service = ServiceClient::new(self.kms.borrow().settings.clone());
        log::debug!(operation = call.operation.name, parameters:?; "request");
        let sent = service.send(&call.send, parameters).await;
        Ok(self.data(&service, call, parameters, sent)?.0)
    }

    /// Calls an operation that changes something, once: it may not happen twice, so whoever calls it looks what became of
    /// it before it is sent again.
    ///
    /// # Errors
    /// As for [`Client::call`]; also a success that cannot be read.
    pub(crate) fn call_once(
        &self,
        call: &'static Call,
        parameters: &Parameters,
    ) -> Result<Value, ClientError> {
        self.keep_authenticated()?;
        let settings = ClientSettings { max_attempts: 1, ..self.kms.borrow().settings.clone() };
        let (data, is_unread) = self.exchange(&ServiceClient::new(settings), call, parameters)?;
        if is_unread { Err(ReplyError::Unread(reply::unread(call.operation)).into()) } else { Ok(data) }
    }

    /// Lets time go by.
    ///
    /// # Errors
    /// An interrupt.
    pub(crate) fn pause(&self, time: Duration) -> Result<(), ClientError> {
        Ok(self.session.settings.runtime.pause(time)?)
    }

    /// Does work in which no call and no pause goes on beyond this moment.
    pub(crate) fn before<T>(&self, deadline: Instant, work: impl FnOnce() -> T) -> T {
        self.session.settings.runtime.before(deadline, work)
    }

    fn keep_authenticated(&self) -> Result<(), ClientError> {
        if self.is_due() { self.authenticate() } else { Ok(()) }
    }

    /// Whether it is time to look at the credentials.
    fn is_due(&self) -> bool {
        let expiry = self.kms.borrow().settings.credentials.as_ref().and_then(Credentials::expiry);
        let is_expired = expiry.is_some_and(|expiry| expiry <= SystemTime::now());
        is_expired || self.fetched.get().elapsed() > PAUSE_BETWEEN_FETCHES
    }

    /// Signs with new credentials from now on, if there are none or the old ones are about to expire.
    fn authenticate(&self) -> Result<(), ClientError> {
        self.fetched.set(Instant::now());
        let old = self.kms.borrow().settings.credentials.clone();
        let credentials = self.current_credentials(&self.session.credentials, old.clone())?;
        if credentials != old {
            let settings = ClientSettings { credentials, ..self.kms.borrow().settings.clone() };
            *self.kms.borrow_mut() = ServiceClient::new(settings);
        }
        Ok(())
    }

    /// The settings for an operation that credentials or tokens come from, in this region or that of the command.
    fn settings(&self, call: &Call, region: Option<&str>) -> Result<ClientSettings, ClientError> {
        Ok(self.session.client_settings(call.operation.service, region)?)
    }

    /// Calls an operation that credentials or tokens come from.
    fn ask(
        &self,
        call: &'static Call,
        settings: ClientSettings,
        parameters: Map,
    ) -> Result<Data, ClientError> {
        let strict = self.session.parameter_validation;
        let parameters = validate::validate(parameters, call.operation.input, strict)?;
        let (data, _) = self.exchange(&ServiceClient::new(settings), call, &parameters)?;
        Ok(Data::new(call.operation, &data))
    }

    /// Sends a request and reads the reply, as [`Client::data`] does.
    fn exchange(
        &self,
        service: &ServiceClient,
        call: &'static Call,
        parameters: &Parameters,
    ) -> Result<(Value, bool), ClientError> {
        if let Some(body) = parameters.body() {
            service.record.replace_body(body.as_bytes().to_vec());
        }
        log::debug!(operation = call.operation.name, parameters:?; "request");
        let sent = self.session.settings.runtime.wait(service.send(&call.send, parameters))?;
        self.data(service, call, parameters, sent)
    }

    /// The data of the reply to what was sent, and whether nothing in it could be read.
    fn data(
        &self,
        service: &ServiceClient,
        call: &'static Call,
        parameters: &Parameters,
        sent: Result<(), TransportError>,
    ) -> Result<(Value, bool), ClientError> {
        let (operation, record) = (call.operation, &service.record);
        sent.inspect_err(|error| log::debug!(error:%; "no reply"))?;
        let made = record.attempts();
        let reached_max_retries = (made >= service.settings.max_attempts).then(|| made.saturating_sub(1));
        let no_reply = || Stopped::from(std::io::Error::from(std::io::ErrorKind::UnexpectedEof));
        let reply = record.take_reply().ok_or_else(no_reply)?;
        let data = reply::read(operation, &reply, reached_max_retries, &self.session.timestamps)
            .map_err(|error| reply::without_secrets(error, parameters, record))?;
        let is_unread = data.as_map().is_some_and(Map::is_empty) && reply::is_unread(&reply);
        Ok((data, is_unread))
    }
}
