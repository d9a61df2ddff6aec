//! `AssumeRoleWithWebIdentity`: credentials of a role, for a token of an identity provider.

use aws_sdk_sts::Client;

use super::{services, shapes};
use crate::model::parameters::Parameters;
use crate::model::send::{Call, Send, Sending, outcome};
use crate::model::{Member, Operation, Shape, Text};

pub(crate) static CALL: Call = Call { operation: &OPERATION, send: Send::Sts(send) };

/// Only the parameters that a profile can set.
static OPERATION: Operation = Operation {
    input: &[
        Member::required("RoleArn", &shapes::ROLE_ARN),
        Member::required("RoleSessionName", &shapes::ROLE_SESSION_NAME),
        Member::required("WebIdentityToken", &WEB_IDENTITY_TOKEN),
    ],
    output: &[
        Member::required("Credentials", &shapes::CREDENTIALS),
        Member::optional("SubjectFromWebIdentityToken", &shapes::TEXT),
        Member::optional("AssumedRoleUser", &shapes::ASSUMED_ROLE_USER),
        Member::optional("PackedPolicySize", &shapes::NUMBER),
        Member::optional("Provider", &shapes::TEXT),
        Member::optional("Audience", &shapes::TEXT),
        Member::optional("SourceIdentity", &shapes::TEXT),
    ],
    ..Operation::new("AssumeRoleWithWebIdentity", &services::STS)
};

static WEB_IDENTITY_TOKEN: Shape = Shape::String(Text { min: Some(4), sensitive: true, ..Text::FREE });

fn send<'a>(client: &'a Client, parameters: &'a Parameters) -> Sending<'a> {
    let call = client
        .assume_role_with_web_identity()
        .set_role_arn(parameters.string("RoleArn"))
        .set_role_session_name(parameters.string("RoleSessionName"))
        .set_web_identity_token(parameters.string("WebIdentityToken"));
    Box::pin(async move { outcome(call.send().await) })
}
