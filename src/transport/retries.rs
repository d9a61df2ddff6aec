//! Which replies are tried again: the rules of the reference's retry handler, which replace those of the SDK.
//!
//! Attempts without a reply need no rule of ours, but for their price: see [`RetryClassifier`].

use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{
    ClassifyRetry, RetryAction, RetryClassifierPriority,
};
use aws_smithy_types::retry::ErrorKind;

use super::recorder::{Record, Reply};
use crate::model::Protocol;

/// Statuses that are tried again whatever the body says.
const STATUSES: [u16; 4] = [500, 502, 503, 504];

/// Error codes of a temporary failure.
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

/// Whether a service that names this error asks for fewer requests.
pub(crate) fn is_throttling(code: &str) -> bool {
    THROTTLING.contains(&code)
}

/// Decides after all classifiers of the SDK, and against them: the SDK reads error codes from other places of
/// a reply, waits as long as `x-amz-retry-after` says, and repeats a request whose reply it cannot parse.
///
/// A retry costs 5 of the 500 tokens of the retry quota, and 10 after a time-out; the SDK would take 10 for
/// every temporary failure, so these are reported to it as `ServerError`.
#[derive(Debug)]
pub(crate) struct RetryClassifier {
    pub(crate) protocol: Protocol,
    pub(crate) record: Record,
}

impl ClassifyRetry for RetryClassifier {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let Some(Err(error)) = context.output_or_error() else {
            return RetryAction::NoActionIndicated;
        };
        match self.record.entry().reply.as_ref().map(|reply| classify_reply(reply, self.protocol)) {
            Some(action) => action,
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

fn classify_reply(reply: &Reply, protocol: Protocol) -> RetryAction {
    let code = if reply.status < 300 { None } else { reply.error_code(protocol) };
    let is_one_of = |codes: &[&str]| code.as_deref().is_some_and(|code| codes.contains(&code));
    // STS could not reach the provider of a web identity.
    let is_of_identity_provider = protocol == Protocol::Query && is_one_of(&["IDPCommunicationError"]);
    if is_one_of(&THROTTLING) || is_of_identity_provider {
        RetryAction::retryable_error(ErrorKind::ThrottlingError)
    } else if is_one_of(&TRANSIENT) || STATUSES.contains(&reply.status) {
        RetryAction::server_error()
    } else {
        RetryAction::RetryForbidden
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(status: u16, body: &str, protocol: Protocol) -> RetryAction {
        classify_reply(
            &Reply { status, url: String::new(), headers: Default::default(), body: body.into() },
            protocol,
        )
    }

    #[test]
    fn four_statuses_are_retried_without_a_code() {
        let retried = |status: &u16| action(*status, "", Protocol::AwsJson).should_retry();
        assert_eq!((200..600).filter(retried).collect::<Vec<_>>(), [500, 502, 503, 504]);
    }

    #[test]
    fn throttling_is_told_from_trouble() {
        let action = |body| action(400, body, Protocol::AwsJson);
        let throttled = RetryAction::retryable_error(ErrorKind::ThrottlingError);
        assert_eq!(action(r#"{"__type":"LimitExceededException"}"#), throttled);
        assert_eq!(action(r#"{"__type":"PriorRequestNotComplete"}"#), RetryAction::server_error());
        assert_eq!(action(r#"{"__type":"InternalFailure"}"#), RetryAction::RetryForbidden);
    }

    #[test]
    fn trouble_with_an_identity_provider_is_one_of_sts_alone() {
        let body = "<ErrorResponse><Error><Code>IDPCommunicationError</Code></Error></ErrorResponse>";
        let throttled = RetryAction::retryable_error(ErrorKind::ThrottlingError);
        assert_eq!(action(400, body, Protocol::Query), throttled);
        let body = r#"{"__type":"IDPCommunicationError"}"#;
        assert_eq!(action(400, body, Protocol::RestJson), RetryAction::RetryForbidden);
    }
}
