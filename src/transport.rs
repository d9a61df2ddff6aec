//! Carries requests to the service: the SDK's client as the reference would have it, over our own connector.
//!
//! The SDK builds, signs and repeats requests. What it decides differently from the reference is decided here:
//! connections and their time-outs, trust, which replies are tried again, some headers.

pub(crate) mod clients;
mod connector;
pub(crate) mod error;
mod error_code;
pub(crate) mod fetch;
pub(crate) mod interrupt;
pub(crate) mod proxy;
pub(crate) mod recorder;
mod request;
mod retries;
mod stream;
pub(crate) mod tls;
pub(crate) mod user_agent;

use std::error::Error;
use std::future::Future;
use std::io;
use std::pin::Pin;

use aws_credential_types::Credentials;
use aws_sdk_kms::error::SdkError;

use crate::transport::error::TransportError;

pub(crate) use connector::ConnectionSettings;

/// A request on its way. It ends well when there is a reply, whatever that says: the [`Record`](recorder::Record) has it.
pub(crate) type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), TransportError>> + 'a>>;

/// Everything that decides how requests are sent.
#[derive(Clone, Debug)]
pub(crate) struct ClientSettings {
    /// The region, which is part of the signature. May be empty if there is an endpoint URL.
    pub(crate) region: String,
    /// The URL that requests go to, with its path and query. `None` is the region's own endpoint.
    pub(crate) endpoint_url: Option<String>,
    /// Use the region's FIPS endpoint. Nothing beside an endpoint URL.
    pub(crate) use_fips: bool,
    /// Use the region's endpoint with IPv6. Nothing beside an endpoint URL.
    pub(crate) use_dual_stack: bool,
    /// What requests are signed with; `None` leaves them unsigned.
    pub(crate) credentials: Option<Credentials>,
    /// How retries are paced.
    pub(crate) retry_mode: RetryMode,
    /// How often a request is sent at most; at least 1.
    pub(crate) max_attempts: u32,
    /// How connections are made.
    pub(crate) connection: ConnectionSettings,
    /// The `User-Agent` header, as [`user_agent::user_agent`] makes it.
    pub(crate) user_agent: String,
}

/// How retries are paced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryMode {
    /// Longer and longer pauses.
    Standard,
    /// The same, and fewer requests for a service that asks for it.
    Adaptive,
}

/// What became of a request: whether there is a reply in the [`Record`](recorder::Record).
///
/// # Errors
/// The transport error inside the SDK's, or the reason why nothing was sent.
pub(crate) fn outcome<T, E, R>(result: Result<T, SdkError<E, R>>) -> Result<(), TransportError>
where
    E: Error + 'static,
    R: std::fmt::Debug + 'static,
{
    match result {
        Ok(_) | Err(SdkError::ServiceError(_) | SdkError::ResponseError(_)) => Ok(()),
        Err(error) => Err(match TransportError::find_in(&error) {
            Some(found) => found.clone(),
            None => TransportError::NotSent { cause: root_cause(&error) },
        }),
    }
}

/// The port of a URL without one.
fn default_port(is_secure: bool) -> u16 {
    if is_secure { 443 } else { 80 }
}

/// The words of the innermost error. Those around it may repeat the request, which may hold secrets.
fn root_cause(error: &(dyn Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// The runtime that requests need. What a client keeps open belongs to it, so one serves a whole command.
///
/// # Errors
/// The system refuses what the runtime needs.
pub(crate) fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()
}

#[cfg(test)]
mod tests;
