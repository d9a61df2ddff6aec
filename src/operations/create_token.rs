//! `CreateToken`: a new token of IAM Identity Center, for the refresh token of the old one.

use aws_sdk_ssooidc::Client;

use super::{services, shapes};
use crate::model::parameters::Parameters;
use crate::model::send::{Call, Send, Sending, outcome};
use crate::model::{Member, Operation};

pub(crate) static CALL: Call = Call { operation: &OPERATION, send: Send::SsoOidc(send) };

static OPERATION: Operation = Operation {
    input: &[
        Member::required("clientId", &shapes::TEXT),
        Member::required("clientSecret", &shapes::SECRET),
        Member::required("grantType", &shapes::TEXT),
        Member::optional("refreshToken", &shapes::SECRET),
    ],
    // In the order in which the reference looks for them.
    output: &[
        Member::required("expiresIn", &shapes::NUMBER),
        Member::required("accessToken", &shapes::SECRET),
        Member::optional("refreshToken", &shapes::SECRET),
    ],
    ..Operation::new("CreateToken", &services::SSO_OIDC)
};

fn send<'a>(client: &'a Client, parameters: &'a Parameters) -> Sending<'a> {
    let call = client
        .create_token()
        .set_client_id(parameters.string("clientId"))
        .set_client_secret(parameters.string("clientSecret"))
        .set_grant_type(parameters.string("grantType"))
        .set_refresh_token(parameters.string("refreshToken"));
    Box::pin(async move { outcome(call.send().await) })
}
