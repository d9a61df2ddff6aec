//! An endpoint URL that the user gave, in place of the region's own endpoint.

use std::collections::HashMap;

use aws_sdk_kms::config::endpoint::{Endpoint, EndpointFuture, Params, ResolveEndpoint};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::Document;
use aws_smithy_types::config_bag::ConfigBag;
use http::uri::{Authority, Uri};

use crate::error::transport::TransportError;

/// Where all requests go, and the region that they are signed for.
///
/// The SDK would refuse an empty region and a query, and put `/` after the path; the reference takes the URL as
/// it is, and signs with an empty region too.
#[derive(Clone, Debug)]
pub struct EndpointUrl {
    url: Result<Uri, TransportError>,
    region: String,
}

impl EndpointUrl {
    /// A text that is no URL becomes an error when a request is to be sent.
    pub fn new(url: &str, region: &str) -> EndpointUrl {
        let invalid = |_| TransportError::InvalidEndpoint { url: url.to_owned() };
        EndpointUrl { url: url.parse().map_err(invalid), region: region.to_owned() }
    }

    /// The way to sign, in the form that endpoint rules have.
    fn auth_scheme(&self) -> Document {
        let members = [("name", "sigv4"), ("signingRegion", &self.region)];
        let members = members.map(|(name, value)| (name.to_owned(), Document::from(value)));
        Document::Object(HashMap::from(members))
    }
}

impl ResolveEndpoint for EndpointUrl {
    /// The scheme and the host: the rest is put in before signing.
    fn resolve_endpoint<'a>(&'a self, _: &'a Params) -> EndpointFuture<'a> {
        EndpointFuture::ready(match &self.url {
            Ok(uri) => {
                let (scheme, authority) = (uri.scheme_str(), uri.authority());
                let authority = authority.map(Authority::as_str);
                let origin = [scheme.unwrap_or_default(), "://", authority.unwrap_or_default()].concat();
                Ok(Endpoint::builder().url(origin).property("authSchemes", vec![self.auth_scheme()]).build())
            }
            Err(error) => Err(error.clone().into()),
        })
    }
}

#[dyn_dispatch_hint]
impl Intercept for EndpointUrl {
    fn name(&self) -> &'static str {
        "EndpointUrl"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let uri = self.url.clone()?;
        Ok(context.request_mut().set_uri(uri.to_string())?)
    }
}
