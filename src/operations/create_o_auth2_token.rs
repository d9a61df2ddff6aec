//! `CreateOAuth2Token`: new credentials of `aws login`, for a refresh token. The client adds a proof of possession.

use aws_sdk_signin::Client;
use aws_sdk_signin::types::CreateOAuth2TokenRequestBody;

use super::{services, shapes};
use crate::model::parameters::Parameters;
use crate::model::send::{Call, Send, Sending, outcome};
use crate::model::{Member, Operation, Shape, Text};

pub(crate) static CALL: Call = Call { operation: &OPERATION, send: Send::Signin(send) };

static OPERATION: Operation = Operation {
    input: &[Member::required("tokenInput", &TOKEN_INPUT)],
    output: &[
        Member::required("expiresIn", &shapes::NUMBER),
        Member::required("accessToken", &ACCESS_TOKEN),
        Member::required("refreshToken", &shapes::SECRET),
    ],
    ..Operation::new("CreateOAuth2Token", &services::SIGNIN)
};

static TOKEN_INPUT: Shape = Shape::Structure(&[
    Member::required("clientId", &shapes::TEXT),
    Member::required("grantType", &shapes::TEXT),
    Member::optional("refreshToken", &REFRESH_TOKEN),
]);
static REFRESH_TOKEN: Shape = Shape::String(Text { min: Some(1), sensitive: true, ..Text::FREE });
static ACCESS_TOKEN: Shape = Shape::Structure(&[
    Member::required("accessKeyId", &shapes::TEXT),
    Member::required("secretAccessKey", &shapes::SECRET),
    Member::required("sessionToken", &shapes::SECRET),
]);

fn send<'a>(client: &'a Client, parameters: &'a Parameters) -> Sending<'a> {
    let text = |name| parameters.string_in("tokenInput", name).unwrap_or_default();
    let input = CreateOAuth2TokenRequestBody::builder()
        .client_id(text("clientId"))
        .grant_type(text("grantType"))
        .refresh_token(text("refreshToken"))
        .build();
    let call = client.create_o_auth2_token();
    Box::pin(async move { outcome(call.token_input(input?).send().await) })
}
