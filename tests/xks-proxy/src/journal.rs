//! What was asked, without secrets.

use std::io::{self, Write};

use serde::Serialize;

/// A request that reached the proxy, also if it was not answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Request {
    /// The HTTP method.
    pub method: String,
    /// The path, without the query string.
    pub path: String,
    /// `requestMetadata.kmsOperation`: who asks, and what for.
    pub kms_operation: Option<String>,
    /// The access key ID of the signature, good or bad; `None` means that the request was not signed.
    pub access_key_id: Option<String>,
    /// Whether the signature is good.
    pub authenticated: bool,
    /// The status of the response; `None` until it is sent.
    pub status: Option<u16>,
}

/// All requests so far, and whether to talk about them.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    pub(crate) requests: Vec<Request>,
    /// How many requests were forgotten.
    pub(crate) forgotten: usize,
    /// Connections that were accepted, with requests or without.
    pub(crate) connections: usize,
    pub(crate) verbose: bool,
}

impl Journal {
    /// Keeps a request and returns its number.
    pub(crate) fn record(&mut self, request: Request) -> usize {
        self.requests.push(request);
        self.forgotten + self.requests.len() - 1
    }

    /// The request `number` is answered with `status`, or not at all.
    pub(crate) fn answered(&mut self, number: usize, status: Option<u16>) {
        let Some(request) = number.checked_sub(self.forgotten).and_then(|n| self.requests.get_mut(n)) else {
            return;
        };
        request.status = status;
        if self.verbose {
            let Request { method, path, access_key_id, .. } = request;
            let (signer, status) = (
                access_key_id.as_deref().unwrap_or("nobody"),
                status.map_or("no response".to_owned(), |status| status.to_string()),
            );
            // A closed stderr is no reason to stop serving.
            writeln!(io::stderr(), "{method} {path}, signed by {signer} -> {status}").ok();
        }
    }

    /// A connection has ended before it had a request.
    pub(crate) fn broken(&self, error: &io::Error) {
        if self.verbose {
            writeln!(io::stderr(), "no TLS: {error}").ok();
        }
    }

    pub(crate) fn clear(&mut self) {
        self.forgotten += self.requests.len();
        self.requests.clear();
        self.connections = 0;
    }
}
