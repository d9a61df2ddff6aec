//! GetHealthStatus, and the errors of every other request, in the order in which AWS's sample proxy finds them:
//! the path, the signature, then the method and the body.

use hyper::Method;
use hyper::http::request::Parts;
use serde_json::{Value, json};

use crate::settings::{Credential, Settings};

/// How the proxy answers, as far as it behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Healthy,
    InvalidUriPath,
    AuthenticationFailed,
    MethodNotAllowed,
    UnsupportedOperation,
    Validation,
}

/// The credentials of the key store that the path belongs to.
pub(crate) fn credentials<'a>(settings: &'a Settings, path: &str) -> Option<&'a [Credential]> {
    let mut owners = settings.key_stores.iter();
    owners.find(|(prefix, _)| operation(prefix, path).is_some()).map(|(_, credentials)| &credentials[..])
}

/// `health`, or `keys/…`, when the path is one of the key store's.
fn operation<'a>(prefix: &str, path: &'a str) -> Option<&'a str> {
    let operation = path.strip_prefix(prefix)?.strip_prefix('/')?;
    (operation == "health" || operation.starts_with("keys/")).then_some(operation)
}

/// The answer to a request; `authenticated` is `None` when no key store has the path.
pub(crate) fn answer(head: &Parts, body: &[u8], authenticated: Option<bool>) -> Answer {
    match authenticated {
        None => Answer::InvalidUriPath,
        Some(false) => Answer::AuthenticationFailed,
        Some(true) if head.method != Method::POST => Answer::MethodNotAllowed,
        Some(true) if !head.uri.path().ends_with("/health") => Answer::UnsupportedOperation,
        Some(true) => {
            let content_type = head.headers.get("content-type").and_then(|value| value.to_str().ok());
            let is_json = content_type.is_some_and(|value| value.starts_with("application/json"));
            let body: Value = serde_json::from_slice(body).unwrap_or_default();
            let metadata = &body["requestMetadata"];
            let complete = ["kmsRequestId", "kmsOperation"].iter().all(|name| metadata[name].is_string());
            if is_json && complete { Answer::Healthy } else { Answer::Validation }
        }
    }
}

impl Answer {
    pub(crate) fn status(self) -> u16 {
        match self {
            Self::Healthy => 200,
            Self::Validation => 400,
            Self::AuthenticationFailed => 401,
            Self::InvalidUriPath => 404,
            Self::MethodNotAllowed => 405,
            Self::UnsupportedOperation => 501,
        }
    }

    pub(crate) fn body(self, settings: &Settings) -> Value {
        let name = match self {
            Self::Healthy => {
                return json!({
                    "xksProxyFleetSize": 1,
                    "xksProxyVendor": "Example",
                    "xksProxyModel": "XKS proxy for tests",
                    "ekmVendor": "Example",
                    "ekmFleetDetails": settings.fleet,
                });
            }
            Self::Validation => "ValidationException",
            Self::AuthenticationFailed => "AuthenticationFailedException",
            Self::InvalidUriPath => "InvalidUriPathException",
            Self::MethodNotAllowed | Self::UnsupportedOperation => "UnsupportedOperationException",
        };
        json!({"errorName": name})
    }
}
