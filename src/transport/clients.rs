//! The SDK's clients, made alike: over our own connector, with our rules for retries, headers and endpoints.

use std::time::Duration;

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_kms::config::retry::RetryConfig;
use aws_sdk_kms::config::timeout::TimeoutConfig;
use aws_sdk_kms::config::{BehaviorVersion, IdentityCache, Region, StalledStreamProtectionConfig};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_types::SdkConfig;

use super::connector::Connector;
use super::recorder::Record;
use super::request::{EndpointOverride, RequestRules};
use super::retries::RetryClassifier;
use super::{ClientSettings, RetryMode};
use crate::model::Protocol;

/// Writes a function that makes a client of one crate of the SDK. Their builders have the same methods, but share
/// no trait.
macro_rules! client {
    ($name:ident, $sdk:ident, $protocol:ident, $doc:literal) => {
        #[doc = $doc]
        ///
        /// It writes into the record. Nothing is read, looked up or connected before it sends.
        pub(crate) fn $name(settings: &ClientSettings, record: &Record) -> $sdk::Client {
            let endpoint = endpoint(settings);
            let mut config = $sdk::config::Builder::from(&shared(settings, endpoint.as_ref()))
                .interceptor(record.clone())
                .interceptor(RequestRules::new(&settings.user_agent, endpoint))
                .retry_classifier(RetryClassifier::new(Protocol::$protocol, record.clone()));
            if settings.credentials.is_none() {
                config = config.allow_no_auth();
            }
            $sdk::Client::from_conf(config.build())
        }
    };
}

client!(kms, aws_sdk_kms, AwsJson, "A client of KMS.");
client!(sts, aws_sdk_sts, Query, "A client of STS.");
client!(sso, aws_sdk_sso, RestJson, "A client of the portal of IAM Identity Center.");
client!(sso_oidc, aws_sdk_ssooidc, RestJson, "A client of the OIDC service of IAM Identity Center.");
client!(signin, aws_sdk_signin, RestJson, "A client of AWS Sign-In.");

/// What the SDK's crates take in one form. Interceptors and retry classifiers are not part of it.
fn shared(settings: &ClientSettings, endpoint: Option<&EndpointOverride>) -> SdkConfig {
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(Connector::new(settings.connection.clone()))
        .sleep_impl(TokioSleep::new())
        .retry_config(retry_config(settings))
        .timeout_config(TimeoutConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .identity_cache(IdentityCache::no_cache())
        .disable_clock_skew_correction(true)
        .region(Some(settings.region.clone()).filter(|region| !region.is_empty()).map(Region::new));
    match endpoint {
        Some(endpoint) => config.set_endpoint_url(Some(endpoint.origin())),
        None => {
            config.set_use_fips(Some(settings.use_fips)).set_use_dual_stack(Some(settings.use_dual_stack))
        }
    };
    config.set_credentials_provider(settings.credentials.clone().map(SharedCredentialsProvider::new));
    config.build()
}

fn endpoint(settings: &ClientSettings) -> Option<EndpointOverride> {
    settings.endpoint_url.as_deref().map(|url| EndpointOverride::new(url, &settings.region))
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
