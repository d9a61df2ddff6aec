//! Which replies are tried again: the rules of the reference's retry handler, which replace those of the SDK.
//!
//! Attempts without a reply need no rule of ours, but for their price: see [`RetryClassifier`].

use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{
    ClassifyRetry, RetryAction, RetryClassifierPriority,
};
use aws_smithy_types::retry::ErrorKind;

use super::recorder::Reply;
use crate::value::{Value, json};

/// Statuses that are tried again whatever the body says.
const STATUSES: [u16; 4] = [500, 502, 503, 504];

/// Error codes of a passing trouble.
const TRANSIENT: [&str; 3] = ["RequestTimeout", "RequestTimeoutException", "PriorRequestNotComplete"];

/// Error codes of a service that asks for fewer requests.
const THROTTLING: [&str; 13] = [
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottledException",
    "TooManyRequestsException",
    "ProvisionedThroughputExceededException",
    "TransactionInProgressException",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "LimitExceededException",
    "RequestThrottled",
    "SlowDown",
    "EC2ThrottledException",
];

/// Decides after all classifiers of the SDK, and against them: the SDK reads error codes from other places of
/// a reply, waits as long as `x-amz-retry-after` says, and repeats a request whose reply it cannot parse.
///
/// A retry costs 5 of the 500 tokens of the retry quota, and 10 after a time-out; the SDK would take 10 for
/// every passing trouble, so these are reported to it as `ServerError`.
#[derive(Debug)]
pub struct RetryClassifier;

impl ClassifyRetry for RetryClassifier {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let Some(Err(error)) = context.output_or_error() else {
            return RetryAction::NoActionIndicated;
        };
        match context.response() {
            Some(response) => classify_reply(&Reply::of(response)),
            None if error.as_connector_error().is_some_and(|error| error.is_io()) => {
                RetryAction::server_error()
            }
            None => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "RetryClassifier"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}

fn classify_reply(reply: &Reply) -> RetryAction {
    let code = if reply.status < 300 { None } else { reply.error_code() };
    let is_one_of = |codes: &[&str]| code.as_deref().is_some_and(|code| codes.contains(&code));
    if is_one_of(&THROTTLING) {
        RetryAction::retryable_error(ErrorKind::ThrottlingError)
    } else if is_one_of(&TRANSIENT) || STATUSES.contains(&reply.status) {
        RetryAction::server_error()
    } else {
        RetryAction::RetryForbidden
    }
}

impl Reply {
    /// The error code that a reply names: the first part of the header `x-amzn-query-error`, otherwise the
    /// member `__type` of the body up to its first `:` and after its last `#`.
    pub fn error_code(&self) -> Option<String> {
        if let Some((code, _sender)) = self.query_error.as_deref().and_then(|error| error.split_once(';')) {
            return Some(code.to_owned());
        }
        let text = std::str::from_utf8(self.bytes()).ok()?;
        let Ok(Value::Map(body)) = json::parse_reply(text) else { return None };
        let Some(Value::String(named)) = body.get("__type") else { return None };
        let code = named.split(':').next().unwrap_or_default();
        Some(code.rsplit('#').next().unwrap_or_default().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, query_error: Option<&str>, body: &str) -> Reply {
        let query_error = query_error.map(str::to_owned);
        Reply { status, query_error, request_id: None, body: body.into() }
    }

    #[test]
    fn four_statuses_are_retried_without_a_code() {
        let retried = |status: &u16| classify_reply(&reply(*status, None, "")).should_retry();
        assert_eq!((200..600).filter(retried).collect::<Vec<_>>(), [500, 502, 503, 504]);
    }

    #[test]
    fn a_code_stands_between_colon_and_hash_unless_the_header_names_one() {
        let code = |query_error, body| reply(400, query_error, body).error_code();
        assert_eq!(code(None, r#"{"__type":"a.b#c#Slow:http://x#y"}"#).as_deref(), Some("Slow"));
        assert_eq!(code(Some("Query;Sender"), r#"{"__type":"Slow"}"#).as_deref(), Some("Query"));
        assert_eq!(code(Some("Query"), r#"{"__type":"Slow"}"#).as_deref(), Some("Slow"));
        for body in ["", "[]", "{", r#"{"__type":5}"#, r#"{"code":"Slow"}"#] {
            assert_eq!(code(None, body), None, "{body}");
        }
    }

    #[test]
    fn throttling_is_told_from_trouble() {
        let action = |body| classify_reply(&reply(400, None, body));
        let throttled = RetryAction::retryable_error(ErrorKind::ThrottlingError);
        assert_eq!(action(r#"{"__type":"LimitExceededException"}"#), throttled);
        assert_eq!(action(r#"{"__type":"PriorRequestNotComplete"}"#), RetryAction::server_error());
        assert_eq!(action(r#"{"__type":"InternalFailure"}"#), RetryAction::RetryForbidden);
    }
}
