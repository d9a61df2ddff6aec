//! What is found at a proxy, and what KMS makes of it.

use std::time::Duration;

use serde::{Serialize, Serializer};

/// One thing that was looked at.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Finding {
    /// What was looked at, in a word.
    pub(crate) check: &'static str,
    pub(crate) outcome: Outcome,
    /// How long it took, where that says something.
    #[serde(rename = "Milliseconds", serialize_with = "milliseconds")]
    pub(crate) time: Option<Duration>,
    /// What was found, in a few words.
    pub(crate) message: String,
    /// What that means, in sentences.
    pub(crate) reason: Option<String>,
    #[serde(flatten)]
    pub(crate) refusal: Refusal,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    Ok,
    Warning,
    /// KMS would refuse the proxy.
    Failed,
    /// It cannot be known from here.
    Unknown,
}

/// What KMS would answer to an update, and what a connect would fail with. The default is neither.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Refusal {
    pub(crate) exception: Option<&'static str>,
    pub(crate) connection_error_code: Option<&'static str>,
}

const UNREACHABLE: &str = "XksProxyUriUnreachableException";
const INVALID_CONFIGURATION: &str = "XksProxyInvalidConfigurationException";

impl Refusal {
    /// No name, no connection, one that breaks, status 429 or 503, no key manager.
    pub(crate) const NOT_REACHABLE: Refusal = Refusal::new(UNREACHABLE, "XKS_PROXY_NOT_REACHABLE");
    pub(crate) const TIMED_OUT: Refusal = Refusal::new(UNREACHABLE, "XKS_PROXY_TIMED_OUT");
    pub(crate) const TLS: Refusal = Refusal::new(UNREACHABLE, "XKS_PROXY_INVALID_TLS_CONFIGURATION");
    pub(crate) const CREDENTIAL: Refusal =
        Refusal::new("XksProxyIncorrectAuthenticationCredentialException", "INVALID_CREDENTIALS");
    pub(crate) const PATH: Refusal = Refusal::new(INVALID_CONFIGURATION, "XKS_PROXY_INVALID_CONFIGURATION");
    pub(crate) const ACCESS_DENIED: Refusal = Refusal::new(INVALID_CONFIGURATION, "XKS_PROXY_ACCESS_DENIED");
    pub(crate) const RESPONSE: Refusal =
        Refusal::new("XksProxyInvalidResponseException", "XKS_PROXY_INVALID_RESPONSE");
    /// A parameter that KMS does not take.
    pub(crate) const PARAMETER: Refusal =
        Refusal { exception: Some("ValidationException"), connection_error_code: None };

    const fn new(exception: &'static str, code: &'static str) -> Refusal {
        Refusal { exception: Some(exception), connection_error_code: Some(code) }
    }
}

impl Finding {
    pub(crate) fn ok(check: &'static str, message: impl Into<String>) -> Finding {
        let (message, refusal) = (message.into(), Refusal::default());
        Finding { check, outcome: Outcome::Ok, time: None, message, reason: None, refusal }
    }

    pub(crate) fn warning(
        check: &'static str,
        message: impl Into<String>,
        reason: impl Into<String>,
    ) -> Finding {
        Finding { outcome: Outcome::Warning, ..Finding::ok(check, message) }.because(reason)
    }

    pub(crate) fn unknown(check: &'static str, message: impl Into<String>) -> Finding {
        Finding { outcome: Outcome::Unknown, ..Finding::ok(check, message) }
    }

    pub(crate) fn failed(
        check: &'static str,
        message: impl Into<String>,
        reason: impl Into<String>,
        refusal: Refusal,
    ) -> Finding {
        Finding { outcome: Outcome::Failed, refusal, ..Finding::ok(check, message) }.because(reason)
    }

    pub(crate) fn took(self, time: Duration) -> Finding {
        Finding { time: Some(time), ..self }
    }

    pub(crate) fn because(self, reason: impl Into<String>) -> Finding {
        Finding { reason: Some(reason.into()), ..self }
    }
}

fn milliseconds<S: Serializer>(time: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    time.map(whole_milliseconds).serialize(serializer)
}

pub(crate) fn whole_milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
