//! The record of the attempts and replies of a client's requests: the SDK's own types keep less of a reply.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeDeserializationInterceptorContextMut, BeforeTransmitInterceptorContextMut,
    BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::retries::RequestAttempts;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::Headers;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use http::header::CONTENT_LENGTH;
use secrecy::{ExposeSecret, SecretSlice, SecretString};

use crate::transport::error::TransportError;

/// The headers that prove who sends a request.
const PROOFS: [&str; 4] = ["authorization", "dpop", "x-amz-security-token", "x-amz-sso_bearer_token"];

/// The record of the requests of one client, as an interceptor of the SDK. It also sends the body that
/// [`Record::replace_body`] gave.
#[derive(Clone, Default)]
pub(crate) struct Record(Arc<Mutex<Entry>>);

#[derive(Default)]
pub(super) struct Entry {
    attempts: u32,
    /// When the last attempt began.
    began: Option<Instant>,
    /// Where the last attempt went.
    url: String,
    /// The last reply, if the last attempt got one.
    pub(super) reply: Option<Reply>,
    body: Option<SecretSlice<u8>>,
    /// The secrets in the headers of the last attempt.
    secrets: Vec<SecretString>,
}

/// A reply as it came, whatever its status.
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// The URL of the request.
    pub(crate) url: String,
    pub(crate) headers: Headers,
    /// The whole body, in memory.
    pub(crate) body: SdkBody,
}

impl Record {
    /// Takes out the last reply of the last request; `None` when its last attempt got none. Nothing keeps it
    /// then: a page of stores has hundreds of kilobytes.
    pub(crate) fn take_reply(&self) -> Option<Reply> {
        self.entry().reply.take()
    }

    /// How many attempts the last request has made, the first included.
    pub(crate) fn attempts(&self) -> u32 {
        self.entry().attempts
    }

    /// Sends these bytes as the body of the next request, instead of what the SDK would write. For parameters
    /// that the SDK's types cannot express. The bytes are wiped after use.
    pub(crate) fn replace_body(&self, body: Vec<u8>) {
        self.entry().body = Some(body.into());
    }

    /// The secrets in the headers of the last request, which a service may repeat: tokens, signatures, proofs.
    pub(crate) fn secrets(&self) -> Vec<SecretString> {
        self.entry().secrets.clone()
    }

    /// How long ago the last attempt began, for the log: in milliseconds.
    fn elapsed(&self) -> String {
        let elapsed = self.entry().began.map(|began| began.elapsed()).unwrap_or_default();
        format!("{}ms", elapsed.as_millis())
    }

    pub(super) fn entry(&self) -> MutexGuard<'_, Entry> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reply {
    pub(crate) fn bytes(&self) -> &[u8] {
        self.body.bytes().unwrap_or_default()
    }

    /// The first header of this name, which is given in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)
    }

    /// The content type without its parameters.
    pub(crate) fn content_type(&self) -> Option<&str> {
        let content_type = self.header("content-type")?.split(';').next().unwrap_or_default().trim();
        (!content_type.is_empty()).then_some(content_type)
    }

    /// The identifier that the service gave the request.
    pub(crate) fn request_id(&self) -> Option<&str> {
        self.header("x-amzn-requestid")
    }
}

#[dyn_dispatch_hint]
impl Intercept for Record {
    fn name(&self) -> &'static str {
        "Record"
    }

    /// Before the SDK keeps its copy for retries, and before it signs.
    fn modify_before_retry_loop(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(body) = self.entry().body.take() {
            let request = context.request_mut();
            let length = body.expose_secret().len().to_string();
            request.headers_mut().insert(CONTENT_LENGTH, length);
            *request.body_mut() = SdkBody::from(body.expose_secret());
        }
        Ok(())
    }

    fn read_before_attempt(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let mut entry = self.entry();
        entry.attempts = config.load::<RequestAttempts>().map_or(0, |attempts| attempts.attempts());
        entry.began = Some(Instant::now());
        entry.reply = None;
        log::debug!(number = entry.attempts; "attempt");
        Ok(())
    }

    /// After signing, when all headers are there.
    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let headers = context.request().headers();
        let values = PROOFS.iter().filter_map(|name| headers.get(name));
        let signature = headers.get("authorization").and_then(|value| value.rsplit("Signature=").next());
        let mut entry = self.entry();
        entry.secrets = values.chain(signature).map(SecretString::from).collect();
        entry.url = context.request().uri().to_owned();
        Ok(())
    }

    /// Takes the body away from the SDK: it would parse it once more into types that nobody reads, and what is in
    /// it is the server's.
    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let url = std::mem::take(&mut self.entry().url);
        let response = context.response_mut();
        let body = std::mem::replace(response.body_mut(), SdkBody::from("{}"));
        let reply =
            Reply { status: response.status().as_u16(), url, headers: response.headers().clone(), body };
        log::debug!(status = reply.status, request_id = reply.request_id(), bytes = reply.bytes().len(), elapsed:% = self.elapsed(); "reply");
        self.entry().reply = Some(reply);
        Ok(())
    }

    /// Says in the log why an attempt got no reply. The words of the SDK's own errors may repeat the request.
    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(Err(error)) = context.output_or_error()
            && let Some(error) = error.as_connector_error().and_then(|error| TransportError::find_in(error))
        {
            log::debug!(error:%, elapsed:% = self.elapsed(); "attempt failed");
        }
        Ok(())
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record").finish_non_exhaustive()
    }
}
