//! Carries requests to the service: the SDK's client as the reference would have it, over our own connector.
//!
//! The SDK builds, signs and repeats requests. What it decides differently from the reference is decided here:
//! connections and their time-outs, trust, which replies are tried again, some headers.

pub(crate) mod clients;
mod connector;
pub(crate) mod error;
mod error_code;
pub(crate) mod fetch;
pub(crate) mod proof;
pub(crate) mod proxy;
pub(crate) mod recorder;
mod request;
pub(crate) mod retries;
pub(crate) mod runtime;
mod stream;
pub(crate) mod tls;
pub(crate) mod user_agent;

use aws_credential_types::Credentials;
pub(crate) use aws_smithy_types::retry::RetryMode;

pub(crate) use connector::{ConnectionSettings, probe};

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
    /// The key of `aws login` whose possession each request proves.
    pub(crate) proof_key: Option<proof::ProofKey>,
    /// How often a request is sent at most; at least 1.
    pub(crate) max_attempts: u32,
    /// How connections are made.
    pub(crate) connection: ConnectionSettings,
    /// The `User-Agent` header, as [`user_agent::user_agent`] makes it.
    pub(crate) user_agent: String,
}

/// The port of a URL without one.
fn default_port(is_secure: bool) -> u16 {
    if is_secure { 443 } else { 80 }
}

#[cfg(test)]
mod tests;
