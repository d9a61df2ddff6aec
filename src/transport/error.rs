//! What can go wrong between this program and an endpoint, and the reference's words for it.

use std::error::Error;

use super::proxy::error::{ProxyError, ProxyFailure};
pub(crate) use super::tls::error::{Distrust, TlsFailure, Unsupported};

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
    #[error("{0}")]
    Proxy(ProxyError),
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

impl TransportError {
    /// The transport error in a chain of errors, such as the one an SDK error carries.
    pub(crate) fn find_in<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a TransportError> {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(found) = error.downcast_ref::<TransportError>() {
                return Some(found);
            }
            next = error.source();
        }
        None
    }

    /// What kind of error it is, in a word or two. The URL may be one that must not be shown.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            TransportError::CouldNotConnect { .. } => "could not connect",
            TransportError::ConnectTimeout { .. } => "connect timeout",
            TransportError::ReadTimeout { .. } => "read timeout",
            TransportError::HandshakeTimeout { .. } => "handshake timeout",
            TransportError::ConnectionClosed { .. } | TransportError::NoReply { .. } => "connection closed",
            TransportError::ReplyTooLong { .. } => "reply too long",
            TransportError::Tls { .. } => "TLS",
            TransportError::Proxy(_) => "proxy",
            TransportError::UnsupportedScheme { .. } => "unsupported scheme",
            TransportError::InvalidEndpoint { .. } => "invalid endpoint",
            TransportError::NotSent { .. } => "not sent",
        }
    }

    /// Whether trying again can change nothing: such an error is reported at once.
    pub(crate) fn is_final(&self) -> bool {
        match self {
            TransportError::CouldNotConnect { .. }
            | TransportError::ConnectTimeout { .. }
            | TransportError::ReadTimeout { .. }
            | TransportError::HandshakeTimeout { .. }
            | TransportError::ConnectionClosed { .. }
            | TransportError::NoReply { .. } => false,
            TransportError::Tls { failure, .. } => failure.is_final(),
            TransportError::Proxy(error) => error.is_final(),
            TransportError::ReplyTooLong { .. }
            | TransportError::UnsupportedScheme { .. }
            | TransportError::InvalidEndpoint { .. }
            | TransportError::NotSent { .. } => true,
        }
    }

    /// Whether it may be better in a moment: a connection, unlike TLS, a proxy or a URL.
    pub(crate) fn is_temporary(&self) -> bool {
        matches!(
            self,
            TransportError::CouldNotConnect { .. }
                | TransportError::ConnectTimeout { .. }
                | TransportError::ReadTimeout { .. }
                | TransportError::HandshakeTimeout { .. }
                | TransportError::ConnectionClosed { .. }
                | TransportError::NoReply { .. }
        )
    }

    /// Whether the time for connecting or reading was over: the retry quota counts that double.
    pub(crate) fn is_timeout(&self) -> bool {
        match self {
            TransportError::ConnectTimeout { .. }
            | TransportError::ReadTimeout { .. }
            | TransportError::HandshakeTimeout { .. } => true,
            TransportError::Proxy(error) => error.failure == ProxyFailure::TunnelSilent,
            TransportError::CouldNotConnect { .. }
            | TransportError::ConnectionClosed { .. }
            | TransportError::ReplyTooLong { .. }
            | TransportError::NoReply { .. }
            | TransportError::Tls { .. }
            | TransportError::UnsupportedScheme { .. }
            | TransportError::InvalidEndpoint { .. }
            | TransportError::NotSent { .. } => false,
        }
    }

    /// One more line for a person who reads the message: what to look at next. The reference has no such line.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            TransportError::CouldNotConnect { cause, .. } => Some(format!("The system says: {cause}.")),
            TransportError::ConnectTimeout { .. } => Some(
                "Nothing answers at this address. Check the network path, or allow more time with --cli-connect-timeout."
                    .to_owned(),
            ),
            TransportError::ReadTimeout { .. } => Some(
                "The service may still do what was asked: look with describe-custom-key-stores before you repeat the \
                 command. --cli-read-timeout allows more time."
                    .to_owned(),
            ),
            TransportError::HandshakeTimeout { .. } => Some(
                "The server did not finish the handshake of TLS, so nothing was sent to it. --cli-connect-timeout allows \
                 more time."
                    .to_owned(),
            ),
            TransportError::NoReply { url } => url
                .starts_with("http://")
                .then(|| "If this endpoint speaks TLS, its URL must start with https://.".to_owned()),
            TransportError::ReplyTooLong { .. } => Some(
                "The service may have done what was asked: look with describe-custom-key-stores before you repeat the \
                 command."
                    .to_owned(),
            ),
            TransportError::Tls { failure, .. } => failure.hint(),
            TransportError::Proxy(error) => Some(error.hint()),
            TransportError::UnsupportedScheme { .. } | TransportError::InvalidEndpoint { .. } => {
                Some("An endpoint URL has the form https://<hostname>/ or http://<hostname>/.".to_owned())
            }
            TransportError::ConnectionClosed { .. } | TransportError::NotSent { .. } => None,
        }
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
