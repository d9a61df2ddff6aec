//! What can go wrong between this program and an endpoint, and the reference's words for it.

use std::error::Error;
use std::iter;

use super::proxy::error::{ProxyError, ProxyFailure};
use super::tls::error::TlsFailure;

/// A request that got no usable reply. `url` is the URL as sent: with a final `/` when its path is empty.
///
/// The reference ends with exit code 255 for all of them, and never wraps them in "An error occurred".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TransportError {
    /// The host has no address, or none of its addresses accepts connections.
    #[error("Could not connect to the endpoint URL: \"{url}\"")]
    CouldNotConnect { url: String, cause: String },
    /// No connection within the connect time-out.
    #[error("Connect timeout on endpoint URL: \"{url}\"")]
    ConnectTimeout { url: String },
    /// A single read took longer than the read time-out.
    #[error("Read timeout on endpoint URL: \"{url}\"")]
    ReadTimeout { url: String },
    /// The handshake of TLS took longer than the connect time-out. The reference takes it for reading.
    #[error("Read timeout on endpoint URL: \"{url}\"")]
    HandshakeTimeout { url: String },
    /// The connection ended before a whole HTTP reply had arrived, or what arrived is not HTTP.
    #[error("Connection was closed before we received a valid response from endpoint URL: \"{url}\".")]
    ConnectionClosed { url: String },
    /// The reply is longer than any that is read.
    #[error("The reply from the endpoint URL \"{url}\" is longer than {} MiB.", .limit >> 20)]
    ReplyTooLong { url: String, limit: usize },
    /// The connection ended, and nothing that had arrived was the beginning of an HTTP reply. The reference tells no
    /// difference.
    #[error("Connection was closed before we received a valid response from endpoint URL: \"{url}\".")]
    NoReply { url: String },
    /// No TLS session.
    #[error("SSL validation failed for {url} {failure}")]
    Tls { url: String, failure: TlsFailure },
    /// The proxy does not let the request through.
    #[error(transparent)]
    Proxy(#[from] ProxyError),
    /// The endpoint URL starts with neither `http://` nor `https://`.
    #[error("An HTTP Client raised an unhandled exception: Not supported URL scheme {scheme}")]
    UnsupportedScheme { scheme: String },
    /// The endpoint URL is not one a request can be sent to.
    #[error("Invalid endpoint: {url}")]
    InvalidEndpoint { url: String },
    /// The SDK could not make a request of what it was given.
    #[error("The request could not be made: {cause}.")]
    NotSent { cause: String },
}

/// Whether another attempt may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retry {
    Never,
    AfterError,
    /// The retry quota counts a time-out double.
    AfterTimeout,
}

impl TransportError {
    /// The transport error in a chain of errors, such as the one an SDK error carries.
    pub(crate) fn find_in<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a TransportError> {
        iter::successors(Some(error), |&error| error.source()).find_map(|error| error.downcast_ref())
    }

    /// A few words for the log, since the URL may contain a secret, and whether to try again.
    pub(crate) fn class(&self) -> (&'static str, Retry) {
        match self {
            TransportError::CouldNotConnect { .. } => ("could not connect", Retry::AfterError),
            TransportError::ConnectTimeout { .. } => ("connect timeout", Retry::AfterTimeout),
            TransportError::ReadTimeout { .. } => ("read timeout", Retry::AfterTimeout),
            TransportError::HandshakeTimeout { .. } => ("handshake timeout", Retry::AfterTimeout),
            TransportError::ConnectionClosed { .. } | TransportError::NoReply { .. } => {
                ("connection closed", Retry::AfterError)
            }
            TransportError::ReplyTooLong { .. } => ("reply too long", Retry::Never),
            TransportError::Tls { failure: TlsFailure::Bundle(_), .. } => ("TLS", Retry::Never),
            TransportError::Tls { .. } => ("TLS", Retry::AfterError),
            TransportError::Proxy(error) => ("proxy", error.retry()),
            TransportError::UnsupportedScheme { .. } => ("unsupported scheme", Retry::Never),
            TransportError::InvalidEndpoint { .. } => ("invalid endpoint", Retry::Never),
            TransportError::NotSent { .. } => ("not sent", Retry::Never),
        }
    }

    /// Whether the request may have arrived, so that the service may have done what was asked.
    pub(crate) fn may_have_arrived(&self) -> bool {
        match self {
            TransportError::ReadTimeout { .. }
            | TransportError::ConnectionClosed { .. }
            | TransportError::ReplyTooLong { .. }
            | TransportError::NoReply { .. } => true,
            TransportError::Proxy(error) => error.failure == ProxyFailure::Closed,
            _ => false,
        }
    }

    /// Whether it may be gone in a moment: a failure of the connection, unlike one of TLS or of a proxy.
    pub(crate) fn is_temporary(&self) -> bool {
        let is_of_connection = !matches!(self, TransportError::Tls { .. } | TransportError::Proxy(_));
        is_of_connection && self.class().1 != Retry::Never
    }

    /// What to look at next. The reference has no such line.
    pub(crate) fn hint(&self) -> Option<String> {
        let hint = match self {
            TransportError::CouldNotConnect { cause, .. } => {
                return Some(format!("The system says: {cause}."));
            }
            TransportError::Proxy(error) => return Some(error.hint()),
            TransportError::ConnectTimeout { .. } => {
                "Nothing answers at this address. Check the network path, or allow more time with --cli-connect-timeout."
            }
            TransportError::ReadTimeout { .. } => {
                "The service may still do what was asked: look with describe-custom-key-stores before you repeat the \
                 command. --cli-read-timeout allows more time."
            }
            TransportError::HandshakeTimeout { .. } => {
                "The server did not finish the handshake of TLS, so nothing was sent to it. --cli-connect-timeout allows \
                 more time."
            }
            TransportError::NoReply { url } if url.starts_with("http://") => {
                "If this endpoint speaks TLS, its URL must start with https://."
            }
            TransportError::ReplyTooLong { .. } | TransportError::ConnectionClosed { .. } => {
                "The service may have done what was asked: look with describe-custom-key-stores before you repeat the \
                 command."
            }
            TransportError::Tls { failure, .. } => failure.hint()?,
            TransportError::UnsupportedScheme { .. } | TransportError::InvalidEndpoint { .. } => {
                "An endpoint URL has the form https://<hostname>/ or http://<hostname>/."
            }
            _ => return None,
        };
        Some(hint.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong_host_with(names: &[&str]) -> String {
        let names = names.iter().map(|name| name.to_string()).collect();
        let failure = TlsFailure::WrongHost { host: "127.1".to_owned(), names };
        TransportError::Tls { url: "https://127.1/".to_owned(), failure }.to_string()
    }

    #[test]
    fn a_wrong_host_is_told_with_every_name_of_the_certificate() {
        assert_eq!(
            wrong_host_with(&["localhost", "127.0.0.1"]),
            "SSL validation failed for https://127.1/ hostname '127.1' doesn't match either of 'localhost', '127.0.0.1'"
        );
        assert_eq!(
            wrong_host_with(&["localhost"]),
            "SSL validation failed for https://127.1/ hostname '127.1' doesn't match 'localhost'"
        );
        assert_eq!(
            wrong_host_with(&[]),
            "SSL validation failed for https://127.1/ no appropriate subjectAltName fields were found"
        );
    }

    #[test]
    fn a_transport_error_is_found_below_other_errors() {
        #[derive(Debug, thiserror::Error)]
        #[error("outer")]
        struct Outer(#[source] TransportError);
        let found = Outer(TransportError::ReadTimeout { url: "http://h/".to_owned() });
        assert_eq!(
            TransportError::find_in(&found).map(ToString::to_string).as_deref(),
            Some("Read timeout on endpoint URL: \"http://h/\"")
        );
    }
}
