//! What was received: the requests for the tests to look at, and a line for each call on stderr.

use std::fmt;
use std::io::{self, Write};

use bytes::Bytes;
use hyper::HeaderMap;
use serde_json::Value;

use crate::operations::Operation;
use crate::validation::redacted;

/// A request to one of the operations, as it came in; the signature may be bad.
///
/// `Debug` shows no secret: only members that the operation knows and that are not sensitive.
#[derive(Clone)]
pub struct Request {
    /// The operation that X-Amz-Target names.
    pub operation: Operation,
    /// All headers.
    pub headers: HeaderMap,
    /// The body, byte for byte.
    pub body: Bytes,
}

impl Request {
    /// The body as JSON, or null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The body with everything hidden that could be a secret.
    pub(crate) fn shown(&self) -> Value {
        match self.json() {
            Value::Object(body) => Value::Object(redacted(self.operation.input(), &body)),
            _ => Value::Null,
        }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.operation.name(), self.shown())
    }
}

/// All requests so far, and whether to talk about them.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    pub(crate) requests: Vec<Request>,
    pub(crate) verbose: bool,
}

impl Journal {
    /// Keeps a request.
    pub(crate) fn record(&mut self, request: Request) {
        self.requests.push(request);
    }

    /// With `--verbose`, writes a line to stderr.
    pub(crate) fn note(&self, text: &str) {
        if self.verbose {
            writeln!(io::stderr(), "{text}").ok();
        }
    }

    /// With `--verbose`, writes one line on a call and its outcome to stderr.
    pub(crate) fn log(&self, request: &Request, outcome: &str) {
        if self.verbose {
            // A closed stderr is no reason to stop serving.
            writeln!(io::stderr(), "{request:?} -> {outcome}").ok();
        }
    }
}
