//! What can go wrong between this program and an endpoint, and the reference's words for it.

use std::error::Error;
use std::fmt;

use super::proxy::{ProxyError, ProxyFailure};

/// A request that got no usable reply. `url` is the URL as sent: with a final `/` when its path is empty.
///
/// The reference ends with exit code 255 for all of them, and never wraps them in "An error occurred".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The host has no address, or none of its addresses accepts connections.
    #[error("Could not connect to the endpoint URL: \"{url}\"")]
    CouldNotConnect {
        /// The URL of the request.
        url: String,
        /// What the system said about the last address, or about the name.
        cause: String,
    },
    /// No connection within the connect time-out.
    #[error("Connect timeout on endpoint URL: \"{url}\"")]
    ConnectTimeout {
        /// The URL of the request.
        url: String,
    },
    /// A single read took longer than the read time-out.
    #[error("Read timeout on endpoint URL: \"{url}\"")]
    ReadTimeout {
        /// The URL of the request.
        url: String,
    },
    /// The connection ended before a whole HTTP reply had arrived, or what arrived is not HTTP.
    #[error("Connection was closed before we received a valid response from endpoint URL: \"{url}\".")]
    ConnectionClosed {
        /// The URL of the request.
        url: String,
    },
    /// The reply is longer than any that is read.
    #[error("The reply from the endpoint URL \"{url}\" is longer than {} MiB.", .limit >> 20)]
    ReplyTooLong {
        /// The URL of the request.
        url: String,
        /// The most bytes that are read.
        limit: usize,
    },
    /// No TLS session.
    #[error("SSL validation failed for {url} {failure}")]
    Tls {
        /// The URL of the request.
        url: String,
        /// Why there is none.
        failure: TlsFailure,
    },
    /// The proxy does not let the request through.
    #[error("{0}")]
    Proxy(ProxyError),
    /// The endpoint URL starts with neither `http://` nor `https://`.
    #[error("An HTTP Client raised an unhandled exception: Not supported URL scheme {scheme}")]
    UnsupportedScheme {
        /// The scheme as written.
        scheme: String,
    },
    /// The endpoint URL is not one a request can be sent to.
    #[error("Invalid endpoint: {url}")]
    InvalidEndpoint {
        /// The URL as written.
        url: String,
    },
    /// The SDK could not make a request of what it was given.
    #[error("The request could not be made: {cause}.")]
    NotSent {
        /// The SDK's innermost reason.
        cause: String,
    },
}

/// Why there is no TLS session. The words are those of Python's `ssl` module, which users and their scripts
/// know from the reference; the file and line in them belong to its build of CPython 3.11.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlsFailure {
    /// The CA bundle cannot be read: the number and text of the system's error.
    BundleUnreadable {
        /// The value of `errno`.
        errno: i32,
        /// What it means.
        text: String,
    },
    /// The CA bundle holds no PEM block of a certificate or revocation list.
    BundleWithoutCertificate,
    /// A PEM block of the CA bundle cannot be decoded.
    BundleUndecodable,
    /// The server's certificate is not accepted.
    Untrusted(Distrust),
    /// The server's certificate is sound, but for other hosts.
    WrongHost {
        /// The host of the endpoint URL.
        host: String,
        /// The host names and addresses of the certificate, in its order.
        names: Vec<String>,
    },
    /// The server answered with something that is not TLS, usually plain HTTP.
    NotTls,
    /// The server closed the connection in the middle of the handshake.
    EndOfStream,
    /// Anything else, in the words of the TLS library.
    Other(String),
}

/// Why a certificate is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Distrust {
    /// No known authority has issued it.
    UnknownIssuer,
    /// It has issued itself, and the CA bundle does not hold it.
    SelfSigned,
    /// The server sent its own root certificate, which the CA bundle does not hold.
    SelfSignedInChain,
    /// Its time is over.
    Expired,
    /// Its time has not come.
    NotYetValid,
    /// It is not meant for servers.
    Purpose,
    /// Its signature does not fit its issuer.
    Signature,
    /// Anything else, in the words of the TLS library.
    Other(String),
}

impl TransportError {
    /// The transport error in a chain of errors, such as the one an SDK error carries.
    pub fn find_in<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a TransportError> {
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
    pub fn kind(&self) -> &'static str {
        match self {
            TransportError::CouldNotConnect { .. } => "could not connect",
            TransportError::ConnectTimeout { .. } => "connect timeout",
            TransportError::ReadTimeout { .. } => "read timeout",
            TransportError::ConnectionClosed { .. } => "connection closed",
            TransportError::ReplyTooLong { .. } => "reply too long",
            TransportError::Tls { .. } => "TLS",
            TransportError::Proxy(_) => "proxy",
            TransportError::UnsupportedScheme { .. } => "unsupported scheme",
            TransportError::InvalidEndpoint { .. } => "invalid endpoint",
            TransportError::NotSent { .. } => "not sent",
        }
    }

    /// Whether trying again can change nothing: such an error is reported at once.
    pub fn is_final(&self) -> bool {
        match self {
            TransportError::CouldNotConnect { .. }
            | TransportError::ConnectTimeout { .. }
            | TransportError::ReadTimeout { .. }
            | TransportError::ConnectionClosed { .. } => false,
            TransportError::Tls { failure, .. } => failure.is_final(),
            TransportError::Proxy(error) => error.is_final(),
            TransportError::ReplyTooLong { .. }
            | TransportError::UnsupportedScheme { .. }
            | TransportError::InvalidEndpoint { .. }
            | TransportError::NotSent { .. } => true,
        }
    }

    /// Whether it may be better in a moment: a connection, unlike TLS, a proxy or a URL.
    pub fn is_temporary(&self) -> bool {
        matches!(
            self,
            TransportError::CouldNotConnect { .. }
                | TransportError::ConnectTimeout { .. }
                | TransportError::ReadTimeout { .. }
                | TransportError::ConnectionClosed { .. }
        )
    }

    /// Whether the time for connecting or reading was over: the retry quota counts that double.
    pub fn is_timeout(&self) -> bool {
        match self {
            TransportError::ConnectTimeout { .. } | TransportError::ReadTimeout { .. } => true,
            TransportError::Proxy(error) => error.failure == ProxyFailure::TunnelSilent,
            TransportError::CouldNotConnect { .. }
            | TransportError::ConnectionClosed { .. }
            | TransportError::ReplyTooLong { .. }
            | TransportError::Tls { .. }
            | TransportError::UnsupportedScheme { .. }
            | TransportError::InvalidEndpoint { .. }
            | TransportError::NotSent { .. } => false,
        }
    }

    /// One more line for a person who reads the message: what to look at next. The reference has no such line.
    pub fn hint(&self) -> Option<String> {
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
            TransportError::ConnectionClosed { url } => url
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
            TransportError::NotSent { .. } => None,
        }
    }
}

impl TlsFailure {
    /// Whether trying again can change nothing: the CA bundle is none.
    pub fn is_final(&self) -> bool {
        match self {
            TlsFailure::BundleUnreadable { .. }
            | TlsFailure::BundleWithoutCertificate
            | TlsFailure::BundleUndecodable => true,
            TlsFailure::Untrusted(_)
            | TlsFailure::WrongHost { .. }
            | TlsFailure::NotTls
            | TlsFailure::EndOfStream
            | TlsFailure::Other(_) => false,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            TlsFailure::BundleUnreadable { .. }
            | TlsFailure::BundleWithoutCertificate
            | TlsFailure::BundleUndecodable => Some(
                "The CA bundle comes from --ca-bundle, AWS_CA_BUNDLE, ca_bundle in the profile or REQUESTS_CA_BUNDLE. \
                 It must be a file of PEM certificates."
                    .to_owned(),
            ),
            TlsFailure::Untrusted(
                Distrust::UnknownIssuer | Distrust::SelfSigned | Distrust::SelfSignedInChain,
            ) => Some(
                "If you trust this server, name the PEM file of its certificate authority with --ca-bundle, \
                 AWS_CA_BUNDLE or ca_bundle in the profile."
                    .to_owned(),
            ),
            TlsFailure::Untrusted(Distrust::Expired | Distrust::NotYetValid) => {
                Some("Check the clock of this machine and the dates of the server's certificate.".to_owned())
            }
            TlsFailure::WrongHost { .. } => {
                Some("The host of the endpoint URL must be one of the certificate's names.".to_owned())
            }
            TlsFailure::NotTls => {
                Some("If this endpoint speaks plain HTTP, its URL must start with http://.".to_owned())
            }
            TlsFailure::Untrusted(Distrust::Purpose | Distrust::Signature | Distrust::Other(_))
            | TlsFailure::EndOfStream
            | TlsFailure::Other(_) => None,
        }
    }
}

impl fmt::Display for TlsFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TlsFailure::BundleUnreadable { errno, text } => write!(f, "[Errno {errno}] {text}"),
            TlsFailure::BundleWithoutCertificate => {
                f.write_str("[X509: NO_CERTIFICATE_OR_CRL_FOUND] no certificate or crl found (_ssl.c:4154)")
            }
            TlsFailure::BundleUndecodable => f.write_str("[X509] PEM lib (_ssl.c:4154)"),
            TlsFailure::Untrusted(distrust) => write!(
                f,
                "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {distrust} (_ssl.c:1006)"
            ),
            TlsFailure::WrongHost { host, names } => wrong_host(f, host, names),
            TlsFailure::NotTls => {
                f.write_str("[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)")
            }
            TlsFailure::EndOfStream => f.write_str(
                "[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred in violation of protocol (_ssl.c:1006)",
            ),
            TlsFailure::Other(text) => write!(f, "[SSL] {text} (_ssl.c:1006)"),
        }
    }
}

/// urllib3's words, which depend on how many names the certificate has.
fn wrong_host(f: &mut fmt::Formatter<'_>, host: &str, names: &[String]) -> fmt::Result {
    match names {
        [] => f.write_str("no appropriate subjectAltName fields were found"),
        [name] => write!(f, "hostname '{host}' doesn't match '{name}'"),
        [first, rest @ ..] => {
            write!(f, "hostname '{host}' doesn't match either of '{first}'")?;
            rest.iter().try_for_each(|name| write!(f, ", '{name}'"))
        }
    }
}

impl Error for TlsFailure {}

impl fmt::Display for Distrust {
    /// OpenSSL's words for its verification results.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Distrust::UnknownIssuer => "unable to get local issuer certificate",
            Distrust::SelfSigned => "self-signed certificate",
            Distrust::SelfSignedInChain => "self-signed certificate in certificate chain",
            Distrust::Expired => "certificate has expired",
            Distrust::NotYetValid => "certificate is not yet valid",
            Distrust::Purpose => "unsuitable certificate purpose",
            Distrust::Signature => "certificate signature failure",
            Distrust::Other(text) => text,
        })
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
