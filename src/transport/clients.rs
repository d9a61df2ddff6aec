//! The SDK's clients, made alike: over our own connector, with our rules for retries, headers and endpoints.

use std::cell::OnceCell;
use std::iter;
use std::time::Duration;

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_kms::config::retry::RetryConfig;
use aws_sdk_kms::config::timeout::TimeoutConfig;
use aws_sdk_kms::config::{BehaviorVersion, IdentityCache, Region, StalledStreamProtectionConfig};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_types::SdkConfig;

use super::ClientSettings;
use super::connector::{Connector, LONGEST_REPLY};
use super::recorder::Record;
use super::request::RequestRules;
use super::retries::RetryClassifier;
use crate::model::Protocol;
use crate::model::parameters::Parameters;
use crate::model::send::Send;
use crate::transport::error::TransportError;

/// What the SDK takes for the endpoint where [`RequestRules`] puts the one that is configured.
const REPLACED: &str = "https://replaced.invalid";

/// A client of one service. The SDK's client behind it is made when something is first sent. That of KMS keeps its connection;
/// the other services are called once.
pub(crate) struct ServiceClient {
    pub(crate) settings: ClientSettings,
    /// Of the last request.
    pub(crate) record: Record,
    kms: OnceCell<aws_sdk_kms::Client>,
}

impl ServiceClient {
    pub(crate) fn new(settings: ClientSettings) -> ServiceClient {
        ServiceClient { settings, record: Record::default(), kms: OnceCell::new() }
    }

    /// Sends a request, again where that helps. The record has the reply.
    ///
    /// # Errors
    /// There is no reply.
    pub(crate) async fn send(&self, send: &Send, parameters: &Parameters) -> Result<(), TransportError> {
        let ServiceClient { settings, record, kms: client } = self;
        let sent = match send {
            Send::Kms(send) => send(client.get_or_init(|| kms(settings, record)), parameters).await,
            Send::Sts(send) => send(&sts(settings, record), parameters).await,
            Send::Sso(send) => send(&sso(settings, record), parameters).await,
            Send::SsoOidc(send) => send(&sso_oidc(settings, record), parameters).await,
            Send::Signin(send) => send(&signin(settings, record), parameters).await,
        };
        sent.map_err(transport_error)
    }
}

/// The transport error inside the SDK's, or the reason why nothing was sent.
pub(crate) fn transport_error(error: BoxError) -> TransportError {
    match TransportError::find_in(&*error) {
        Some(found) => found.clone(),
        // The words around those of the innermost error may repeat the request, which may hold secrets.
        None => {
            let innermost = iter::successors(error.source(), |&error| error.source()).last();
            TransportError::NotSent {
                cause: innermost.map_or_else(|| error.to_string(), ToString::to_string),
            }
        }
    }
}

/// Writes a function that makes a client of one crate of the SDK. Their builders have the same methods, but share
/// no trait. Nothing is read, looked up or connected before the client sends.
macro_rules! client {
    ($name:ident, $sdk:ident, $protocol:ident) => {
        pub(super) fn $name(settings: &ClientSettings, record: &Record) -> $sdk::Client {
            let mut config = $sdk::config::Builder::from(&shared(settings))
                .interceptor(record.clone())
                .interceptor(RequestRules(settings.clone()))
                .retry_classifier(RetryClassifier { protocol: Protocol::$protocol, record: record.clone() });
            if let Some(key) = &settings.proof_key {
                config = config.interceptor(key.clone());
            }
            if settings.credentials.is_none() {
                config = config.allow_no_auth();
            }
            $sdk::Client::from_conf(config.build())
        }
    };
}

client!(kms, aws_sdk_kms, AwsJson);
client!(sts, aws_sdk_sts, Query);
client!(sso, aws_sdk_sso, RestJson);
client!(sso_oidc, aws_sdk_ssooidc, RestJson);
client!(signin, aws_sdk_signin, RestJson);

/// What the SDK's crates take in one form. Interceptors and retry classifiers are not part of it.
fn shared(settings: &ClientSettings) -> SdkConfig {
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(Connector::new(settings.connection.clone(), LONGEST_REPLY))
        .sleep_impl(TokioSleep::new())
        .retry_config(retry_config(settings))
        .timeout_config(TimeoutConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .identity_cache(IdentityCache::no_cache())
        .disable_clock_skew_correction(true)
        .region(Some(settings.region.clone()).filter(|region| !region.is_empty()).map(Region::new));
    if settings.endpoint_url.is_some() {
        config.set_endpoint_url(Some(REPLACED.to_owned()));
    } else {
        config.set_use_fips(Some(settings.use_fips)).set_use_dual_stack(Some(settings.use_dual_stack));
    }
    config.set_credentials_provider(settings.credentials.clone().map(SharedCredentialsProvider::new));
    config.build()
}

/// The pauses of the reference: a random part of 1, 2, 4 … seconds, at most 20. The adaptive mode has the same here: that of the
/// SDK lets a command with one request wait many seconds for its second attempt, which the reference's does not.
fn retry_config(settings: &ClientSettings) -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(settings.max_attempts)
        .with_initial_backoff(Duration::from_secs(1))
        .with_max_backoff(Duration::from_secs(20))
}
