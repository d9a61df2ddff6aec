//! What a request has that the SDK would write differently: the headers of the reference, and the endpoint URL that the user
//! configured.

use aws_runtime::request_info::RequestInfoInterceptor;
use aws_runtime::user_agent::UserAgentInterceptor;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextRef, BeforeTransmitInterceptorContextMut,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, disable_interceptor, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::retries::RequestAttempts;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::retry::RetryConfig;
use aws_types::region::{Region, SigningRegion};
use http::header::{ACCEPT_ENCODING, USER_AGENT};
use http::uri::{Builder, Uri};

use super::ClientSettings;
use crate::transport::error::TransportError;

/// An interceptor of the SDK for the requests of a client with these settings.
#[derive(Debug)]
pub(crate) struct RequestRules(pub(crate) ClientSettings);

/// The URL for an operation, in the reference's way of joining them. The SDK would refuse a query, and put the path of each
/// operation, be it only `/`, after that of the configured URL; the reference takes the URL as it is unless the operation
/// has a path.
fn join(configured: Uri, operation: &Uri) -> Result<Uri, http::Error> {
    let path = match operation.path() {
        "/" => configured.path().to_owned(),
        path => format!("{}{path}", configured.path().strip_suffix('/').unwrap_or(configured.path())),
    };
    let queries: Vec<&str> = configured.query().into_iter().chain(operation.query()).collect();
    let mark = if queries.is_empty() { "" } else { "?" };
    let target = format!("{path}{mark}{}", queries.join("&"));
    Builder::from(configured).path_and_query(target).build()
}

#[dyn_dispatch_hint]
impl Intercept for RequestRules {
    fn name(&self) -> &'static str {
        "RequestRules"
    }

    /// Spares the SDK the work on headers that are replaced below, and its own `x-amz-user-agent`. The SDK takes no empty
    /// region in its settings, but it signs with one.
    fn read_before_execution(
        &self,
        _context: &BeforeSerializationInterceptorContextRef<'_>,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let reason = "the headers are those of the AWS CLI";
        let state = config.interceptor_state();
        state.store_put(disable_interceptor::<UserAgentInterceptor>(reason));
        state.store_put(disable_interceptor::<RequestInfoInterceptor>(reason));
        if self.0.endpoint_url.is_some() {
            state.store_put(SigningRegion::from(Region::new(self.0.region.clone())));
        }
        Ok(())
    }

    /// Replaces the endpoint, and removes what the SDK, unlike the reference, sends in a Lambda function.
    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        request.headers_mut().remove("x-amzn-trace-id");
        if let Some(url) = &self.0.endpoint_url {
            let invalid = |_| TransportError::InvalidEndpoint { url: url.clone() };
            let operation: Uri = request.uri().parse()?;
            request.set_uri(join(url.parse().map_err(invalid)?, &operation)?)?;
        }
        Ok(())
    }

    /// After signing: the reference signs none of these headers either.
    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let attempt = config.load::<RequestAttempts>().map_or(1, |attempts| attempts.attempts());
        let max = config.load::<RetryConfig>().map_or(1, RetryConfig::max_attempts);
        let headers = context.request_mut().headers_mut();
        headers.try_insert(USER_AGENT, self.0.user_agent.clone())?;
        headers.insert(ACCEPT_ENCODING, "identity");
        let info = match attempt {
            0 | 1 => "attempt=1".to_owned(),
            later => format!("attempt={later}; max={max}"),
        };
        headers.insert("amz-sdk-request", info);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_an_operation_follows_that_of_the_url() {
        let join = |url: &str, path: &str, query: Option<&str>| {
            let operation =
                format!("http://o{path}{}{}", query.map_or("", |_| "?"), query.unwrap_or_default());
            let operation = operation.parse().expect("a URL");
            join(url.parse().expect("a URL"), &operation).expect("a URL").to_string()
        };
        assert_eq!(join("http://h:8", "/", None), "http://h:8/");
        assert_eq!(join("http://h/sts", "/", None), "http://h/sts");
        assert_eq!(join("http://h/a/?b=c", "/", None), "http://h/a/?b=c");
        assert_eq!(join("http://h", "/token", Some("x=y")), "http://h/token?x=y");
        assert_eq!(join("http://h/a/", "/token", None), "http://h/a/token");
        assert_eq!(join("http://h/a?b=c", "/token", Some("x=y")), "http://h/a/token?b=c&x=y");
    }
}
