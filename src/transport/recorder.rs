//! What happens to a request on its way, beside the SDK's types: the record of its replies and attempts, and
//! the headers and body that the SDK would write differently.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use aws_runtime::request_info::RequestInfoInterceptor;
use aws_runtime::user_agent::UserAgentInterceptor;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeDeserializationInterceptorContextMut, BeforeSerializationInterceptorContextRef,
    BeforeTransmitInterceptorContextMut, BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, disable_interceptor, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::retries::RequestAttempts;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::retry::RetryConfig;
use http::HeaderValue;
use http::header::{ACCEPT_ENCODING, CONTENT_LENGTH, USER_AGENT};
use secrecy::{ExposeSecret, SecretSlice, SecretString};

use crate::transport::error::TransportError;

/// The headers that prove who sends a request.
const PROOFS: [&str; 4] = ["authorization", "dpop", "x-amz-security-token", "x-amz-sso_bearer_token"];

/// The record of the requests of one client: shared between the client and the code that prints its replies.
#[derive(Clone, Default)]
pub(crate) struct Record {
    shared: Arc<Mutex<Entry>>,
}

#[derive(Default)]
struct Entry {
    attempts: u32,
    /// When the last attempt began.
    began: Option<Instant>,
    /// Where the last attempt went.
    url: String,
    reply: Option<Reply>,
    body: Option<SecretSlice<u8>>,
    /// What the headers of the last attempt have in them that must never be shown.
    secrets: Vec<SecretString>,
}

/// A reply as it came, whatever its status.
pub(crate) struct Reply {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The URL of the request.
    pub(crate) url: String,
    /// The headers, their names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// The whole body, in memory.
    pub(crate) body: SdkBody,
}

/// Keeps the replies and counts the attempts. Sends the body that [`Record::replace_body`] gave.
#[derive(Debug)]
pub(crate) struct Recorder {
    record: Record,
}

/// Writes the request headers that the reference has and the SDK has not, or writes differently.
#[derive(Debug)]
pub(crate) struct RequestHeaders {
    user_agent: HeaderValue,
}

impl Record {
    /// Takes out the last reply of the last request; `None` when its last attempt got none. Nothing keeps it
    /// then: a page of stores has hundreds of kilobytes.
    pub(crate) fn take_reply(&self) -> Option<Reply> {
        self.entry().reply.take()
    }

    /// What a function makes of the last reply of the last request, if its last attempt got one.
    pub(crate) fn with_reply<T>(&self, look: impl FnOnce(&Reply) -> T) -> Option<T> {
        self.entry().reply.as_ref().map(look)
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

    /// What the last request had in its headers that must never be shown, as a service may repeat it: tokens,
    /// signatures, proofs.
    pub(crate) fn secrets(&self) -> Vec<SecretString> {
        self.entry().secrets.clone()
    }

    /// How long ago the last attempt began, for the log: in milliseconds.
    fn elapsed(&self) -> String {
        let elapsed = self.entry().began.map(|began| began.elapsed()).unwrap_or_default();
        format!("{}ms", elapsed.as_millis())
    }

    fn entry(&self) -> MutexGuard<'_, Entry> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reply {
    /// A reply to a request for a URL, whose body is in memory. The body's bytes are shared, not copied.
    fn of(response: &HttpResponse, url: String) -> Reply {
        let headers = response.headers().iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        Reply {
            status: response.status().as_u16(),
            url,
            headers: headers.collect(),
            body: response.body().try_clone().unwrap_or_else(SdkBody::empty),
        }
    }

    /// The bytes of the body.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.body.bytes().unwrap_or_default()
    }

    /// The first header of this name, which is given in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
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

impl Recorder {
    /// An interceptor that writes into the record.
    pub(crate) fn new(record: Record) -> Recorder {
        Recorder { record }
    }
}

#[dyn_dispatch_hint]
impl Intercept for Recorder {
    fn name(&self) -> &'static str {
        "Recorder"
    }

    /// Before the SDK keeps its copy for retries, and before it signs.
    fn modify_before_retry_loop(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(body) = self.record.entry().body.take() {
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
        let mut entry = self.record.entry();
        entry.attempts = config.load::<RequestAttempts>().map_or(0, |attempts| attempts.attempts());
        entry.began = Some(Instant::now());
        entry.reply = None;
        tracing::debug!(number = entry.attempts, "attempt");
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
        let mut entry = self.record.entry();
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
        let url = std::mem::take(&mut self.record.entry().url);
        let reply = Reply::of(context.response(), url);
        tracing::debug!(
            status = reply.status,
            request_id = reply.request_id(),
            bytes = reply.bytes().len(),
            elapsed = %self.record.elapsed(),
            "reply"
        );
        *context.response_mut().body_mut() = SdkBody::from("{}");
        self.record.entry().reply = Some(reply);
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
            tracing::debug!(%error, elapsed = %self.record.elapsed(), "attempt failed");
        }
        Ok(())
    }
}

impl RequestHeaders {
    /// `user_agent` must be a valid header value, as [`super::user_agent::user_agent`] makes it.
    pub(crate) fn new(user_agent: &str) -> RequestHeaders {
        let user_agent = HeaderValue::try_from(user_agent).unwrap_or(HeaderValue::from_static("aws-cli"));
        RequestHeaders { user_agent }
    }
}

#[dyn_dispatch_hint]
impl Intercept for RequestHeaders {
    fn name(&self) -> &'static str {
        "RequestHeaders"
    }

    /// Spares the SDK the work on headers that are replaced below, and its own `x-amz-user-agent`.
    fn read_before_execution(
        &self,
        _context: &BeforeSerializationInterceptorContextRef<'_>,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let reason = "the headers are those of the AWS CLI";
        let state = config.interceptor_state();
        state.store_put(disable_interceptor::<UserAgentInterceptor>(reason));
        state.store_put(disable_interceptor::<RequestInfoInterceptor>(reason));
        Ok(())
    }

    /// Takes out what the SDK, unlike the reference, sends in a Lambda function.
    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        context.request_mut().headers_mut().remove("x-amzn-trace-id");
        Ok(())
    }

    /// After signing: the reference signs none of these either.
    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let attempt = config.load::<RequestAttempts>().map_or(1, |attempts| attempts.attempts());
        let max = config.load::<RetryConfig>().map_or(1, RetryConfig::max_attempts);
        let headers = context.request_mut().headers_mut();
        headers.insert(USER_AGENT, self.user_agent.clone());
        headers.insert(ACCEPT_ENCODING, "identity");
        let info = match attempt {
            0 | 1 => "attempt=1".to_owned(),
            later => format!("attempt={later}; max={max}"),
        };
        headers.insert("amz-sdk-request", info);
        Ok(())
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record").finish_non_exhaustive()
    }
}

impl fmt::Debug for Reply {
    /// Shows the length of the body only: a body may repeat a parameter or hold credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("status", &self.status)
            .field("request_id", &self.request_id())
            .field("body_length", &self.bytes().len())
            .finish_non_exhaustive()
    }
}
