//! What can go wrong with a proxy, and the reference's words for it.

use crate::transport::error::Retry;
use crate::transport::tls::error::TlsFailure;

/// A request that got no reply because of a proxy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", words(.url, .proxy, .failure))]
pub(crate) struct ProxyError {
    /// The URL of the request as sent: with a final `/` when its path is empty.
    pub(crate) url: String,
    /// The URL of the proxy as it may be shown: without user and password.
    pub(crate) proxy: String,
    /// What went wrong.
    pub(crate) failure: ProxyFailure,
}

/// What went wrong with a proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ProxyFailure {
    /// The URL of the proxy is not one to connect to.
    BadUrl(BadProxyUrl),
    /// The proxy's host has no address, or none of its addresses accepts connections.
    Unreachable { cause: String },
    /// No connection, or no TLS session with an `https://` proxy, within the connect time-out.
    Silent,
    /// No TLS session with an `https://` proxy.
    Tls(TlsFailure),
    /// The proxy answered `CONNECT` with another status than 200.
    Refused { status: u16 },
    /// The proxy did not answer `CONNECT` within the connect time-out.
    TunnelSilent,
    /// The proxy closed the connection instead of answering `CONNECT`, or its answer is not HTTP.
    TunnelClosed,
    /// The connection was closed before a reply began: by the proxy, or through it.
    Closed,
}

/// Why nothing can be connected to at the URL of a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadProxyUrl {
    /// It is no URL, or has no host that could be looked up.
    NoUrl,
    /// Its user or password are not ASCII.
    NotAscii,
}

impl ProxyError {
    pub(crate) fn retry(&self) -> Retry {
        match self.failure {
            ProxyFailure::BadUrl(_) | ProxyFailure::Tls(TlsFailure::Bundle(_)) => Retry::Never,
            ProxyFailure::TunnelSilent => Retry::AfterTimeout,
            _ => Retry::AfterError,
        }
    }

    /// One more line for a person who reads the message. The reference has no such line.
    pub(crate) fn hint(&self) -> String {
        let proxy = &self.proxy;
        let what = match &self.failure {
            ProxyFailure::BadUrl(BadProxyUrl::NotAscii) => return self.source(),
            ProxyFailure::BadUrl(_) => {
                "It must have the form http://<host>:<port>, with special characters of a user or password \
                 percent-encoded."
                    .to_owned()
            }
            ProxyFailure::Unreachable { cause } => format!("The system says: {cause}."),
            ProxyFailure::Silent => "Nothing answers at this address.".to_owned(),
            ProxyFailure::Tls(failure) => format!("It has no TLS session: {failure}."),
            ProxyFailure::Refused { status: 407 } => {
                "It wants a user and a password (407), or others than it was given.".to_owned()
            }
            ProxyFailure::Refused { status } => format!("It refuses to connect, with status {status}."),
            ProxyFailure::TunnelSilent => format!("The proxy {proxy} does not answer."),
            ProxyFailure::TunnelClosed => format!("The proxy {proxy} closes the connection."),
            ProxyFailure::Closed => "The connection was closed before there was a reply.".to_owned(),
        };
        format!("{what} {}", self.source())
    }

    /// Where the proxy was named.
    fn source(&self) -> String {
        let scheme = if self.url.starts_with("https:") { "https" } else { "http" };
        format!(
            "The proxy comes from {scheme}_proxy or {}_PROXY; no_proxy names hosts that need none.",
            scheme.to_ascii_uppercase()
        )
    }
}

fn words(url: &str, proxy: &str, failure: &ProxyFailure) -> String {
    let unhandled = "An HTTP Client raised an unhandled exception";
    match failure {
        ProxyFailure::BadUrl(BadProxyUrl::NoUrl) => format!("{unhandled}: Failed to parse: {proxy}"),
        ProxyFailure::BadUrl(BadProxyUrl::NotAscii) => {
            format!("{unhandled}: The user and the password of a proxy must be ASCII: {proxy}")
        }
        ProxyFailure::TunnelSilent => format!("Read timeout on endpoint URL: \"{url}\""),
        ProxyFailure::TunnelClosed => {
            format!("Connection was closed before we received a valid response from endpoint URL: \"{url}\".")
        }
        _ => format!("Failed to connect to proxy URL: \"{proxy}\""),
    }
}
