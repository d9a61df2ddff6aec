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
use http::HeaderValue;
use http::header::{ACCEPT_ENCODING, USER_AGENT};
use http::uri::{Authority, Uri};

use crate::transport::error::TransportError;

/// Where all requests of a client go, and the region that they are signed for, which may be empty.
///
/// The SDK would refuse a query, and put the path of each operation, be it only `/`, after that of the URL; the
/// reference takes the URL as it is unless the operation has a path.
#[derive(Clone, Debug)]
pub(crate) struct EndpointOverride {
    url: Result<Uri, TransportError>,
    region: SigningRegion,
}

/// An interceptor of the SDK for the requests of one client.
#[derive(Debug)]
pub(crate) struct RequestRules {
    user_agent: HeaderValue,
    endpoint: Option<EndpointOverride>,
}

impl EndpointOverride {
    /// A text that is no URL becomes an error when a request is to be sent.
    pub(crate) fn new(url: &str, region: &str) -> EndpointOverride {
        let invalid = |_| TransportError::InvalidEndpoint { url: url.to_owned() };
        let region = Region::new(region.to_owned());
        EndpointOverride { url: url.parse().map_err(invalid), region: SigningRegion::from(region) }
    }

    /// The scheme and the host, which is what the SDK is told; an impossible host for a text that is no URL.
    pub(crate) fn origin(&self) -> String {
        let (scheme, authority) = match &self.url {
            Ok(url) => (url.scheme_str(), url.authority()),
            Err(_) => (Some("http"), None),
        };
        let authority = authority.map_or("invalid", Authority::as_str);
        [scheme.unwrap_or_default(), "://", authority].concat()
    }

    /// The URL for an operation with this path and query, in the reference's way of joining them.
    fn join(url: &Uri, path: &str, query: Option<&str>) -> String {
        let origin = format!(
            "{}://{}",
            url.scheme_str().unwrap_or_default(),
            url.authority().map_or("", Authority::as_str)
        );
        let configured = url.path();
        let path = match path {
            "" | "/" => configured.to_owned(),
            path => format!("{}{path}", configured.strip_suffix('/').unwrap_or(configured)),
        };
        let queries: Vec<&str> = url.query().into_iter().chain(query).collect();
        let mark = if queries.is_empty() { "" } else { "?" };
        format!("{origin}{path}{mark}{}", queries.join("&"))
    }
}

impl RequestRules {
    /// The user agent must be a valid header value, as [`super::user_agent::user_agent`] makes it.
    pub(crate) fn new(user_agent: &str, endpoint: Option<EndpointOverride>) -> RequestRules {
        let user_agent = HeaderValue::try_from(user_agent).unwrap_or(HeaderValue::from_static("aws-cli"));
        RequestRules { user_agent, endpoint }
    }
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
        if let Some(endpoint) = &self.endpoint {
            state.store_put(endpoint.region.clone());
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
        if let Some(endpoint) = &self.endpoint {
            let url = endpoint.url.as_ref().map_err(Clone::clone)?;
            let operation: Uri = request.uri().parse()?;
            request.set_uri(EndpointOverride::join(url, operation.path(), operation.query()))?;
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
        headers.insert(USER_AGENT, self.user_agent.clone());
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
        let join = |url: &str, path, query| EndpointOverride::join(&url.parse().expect("a URL"), path, query);
        assert_eq!(join("http://h:8", "/", None), "http://h:8/");
        assert_eq!(join("http://h/sts", "/", None), "http://h/sts");
        assert_eq!(join("http://h/a/?b=c", "/", None), "http://h/a/?b=c");
        assert_eq!(join("http://h", "/token", Some("x=y")), "http://h/token?x=y");
        assert_eq!(join("http://h/a/", "/token", None), "http://h/a/token");
        assert_eq!(join("http://h/a?b=c", "/token", Some("x=y")), "http://h/a/token?b=c&x=y");
    }
}
