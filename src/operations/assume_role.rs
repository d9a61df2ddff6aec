//! `AssumeRole`: credentials of a role, for the credentials of somebody else.

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
        Member::optional("DurationSeconds", &DURATION_SECONDS),
        Member::optional("ExternalId", &EXTERNAL_ID),
        Member::optional("SerialNumber", &SERIAL_NUMBER),
        Member::optional("TokenCode", &TOKEN_CODE),
    ],
    output: &[
        Member::required("Credentials", &shapes::CREDENTIALS),
        Member::optional("AssumedRoleUser", &shapes::ASSUMED_ROLE_USER),
        Member::optional("PackedPolicySize", &shapes::NUMBER),
        Member::optional("SourceIdentity", &shapes::TEXT),
    ],
    ..Operation::new("AssumeRole", &services::STS)
};

static DURATION_SECONDS: Shape = Shape::Integer { min: 900, max: 43_200 };
static EXTERNAL_ID: Shape = Shape::String(Text { min: Some(2), ..Text::FREE });
static SERIAL_NUMBER: Shape = Shape::String(Text { min: Some(9), ..Text::FREE });
static TOKEN_CODE: Shape = Shape::String(Text { min: Some(6), sensitive: true, ..Text::FREE });

fn send<'a>(client: &'a Client, parameters: &'a Parameters) -> Sending<'a> {
    let call = client
        .assume_role()
        .set_role_arn(parameters.string("RoleArn"))
        .set_role_session_name(parameters.string("RoleSessionName"))
        .set_duration_seconds(parameters.integer("DurationSeconds"))
        .set_external_id(parameters.string("ExternalId"))
        .set_serial_number(parameters.string("SerialNumber"))
        .set_token_code(parameters.string("TokenCode"));
    Box::pin(async move { outcome(call.send().await) })
}
