//! Carries requests to the service: the SDK's client as the reference would have it, over our own connector.
//!
//! The SDK builds, signs and repeats requests. What it decides differently from the reference is decided here:
//! connections and their time-outs, trust, which replies are tried again, some headers.

mod connector;
mod endpoint;
pub mod fetch;
pub mod interrupt;
pub mod proxy;
pub mod recorder;
mod retries;
mod stream;
pub mod tls;
pub mod user_agent;

use std::error::Error;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_kms::Client;
use aws_sdk_kms::config::retry::RetryConfig;
use aws_sdk_kms::config::timeout::TimeoutConfig;
use aws_sdk_kms::config::{Config, IdentityCache, Region, StalledStreamProtectionConfig};
use aws_sdk_kms::error::SdkError;
use aws_smithy_async::rt::sleep::TokioSleep;

use crate::error::transport::TransportError;

pub use connector::{ConnectionSettings, Connector};
use endpoint::EndpointUrl;
use recorder::{Record, Recorder, RequestHeaders};
use retries::RetryClassifier;

/// A request on its way. It ends well when there is a reply, whatever that says: the [`Record`] has it.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), TransportError>> + 'a>>;

/// Everything that decides how requests are sent.
#[derive(Clone, Debug)]
pub struct ClientSettings {
    /// The region, which is part of the signature. May be empty if there is an endpoint URL.
    pub region: String,
    /// The URL that requests go to, with its path and query. `None` is the region's own endpoint.
    pub endpoint_url: Option<String>,
    /// Use the region's FIPS endpoint. Nothing beside an endpoint URL.
    pub use_fips: bool,
    /// Use the region's endpoint with IPv6. Nothing beside an endpoint URL.
    pub use_dual_stack: bool,
    /// What requests are signed with; `None` leaves them unsigned.
    pub credentials: Option<Credentials>,
    /// How retries are paced.
    pub retry_mode: RetryMode,
    /// How often a request is sent at most; at least 1.
    pub max_attempts: u32,
    /// How connections are made.
    pub connection: ConnectionSettings,
    /// The `User-Agent` header, as [`user_agent::user_agent`] makes it.
    pub user_agent: String,
}

/// How retries are paced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryMode {
    /// Longer and longer pauses.
    Standard,
    /// The same, and fewer requests for a service that asks for it.
    Adaptive,
}

/// Makes a client that writes into the record. Nothing is read, looked up or connected before it sends.
pub fn client(settings: &ClientSettings, record: &Record) -> Client {
    let mut config = Config::builder()
        .behavior_version_latest()
        .http_client(Connector::new(settings.connection.clone()))
        .sleep_impl(TokioSleep::new())
        .retry_config(retry_config(settings))
        .retry_classifier(RetryClassifier)
        .disable_clock_skew_correction(true)
        .timeout_config(TimeoutConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .identity_cache(IdentityCache::no_cache())
        .interceptor(Recorder::new(record.clone()))
        .interceptor(RequestHeaders::new(&settings.user_agent));
    config = match &settings.endpoint_url {
        Some(url) => {
            let endpoint = EndpointUrl::new(url, &settings.region);
            config.interceptor(endpoint.clone()).endpoint_resolver(endpoint)
        }
        None => config
            .region(Region::new(settings.region.clone()))
            .use_fips(settings.use_fips)
            .use_dual_stack(settings.use_dual_stack),
    };
    config = match settings.credentials.clone() {
        Some(credentials) => config.credentials_provider(credentials),
        None => config.allow_no_auth(),
    };
    Client::from_conf(config.build())
}

/// The pauses of the reference: a random part of 1, 2, 4 … seconds, at most 20.
fn retry_config(settings: &ClientSettings) -> RetryConfig {
    let config = match settings.retry_mode {
        RetryMode::Standard => RetryConfig::standard(),
        RetryMode::Adaptive => RetryConfig::adaptive(),
    };
    config
        .with_max_attempts(settings.max_attempts)
        .with_initial_backoff(Duration::from_secs(1))
        .with_max_backoff(Duration::from_secs(20))
}

/// What became of a request: whether there is a reply in the [`Record`].
///
/// # Errors
/// The transport error inside the SDK's, or the reason why nothing was sent.
pub fn outcome<T, E, R>(result: Result<T, SdkError<E, R>>) -> Result<(), TransportError>
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
pub fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()
}

#[cfg(test)]
mod tests;
