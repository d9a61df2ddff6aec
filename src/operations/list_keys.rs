//! `ListKeys`: the identifiers of the KMS keys of the account and Region.

use aws_sdk_kms::Client;

use super::{kms, services, shapes};
use crate::model::parameters::Parameters;
use crate::model::send::{Call, Sending, outcome};
use crate::model::{Member, Operation, Shape};

pub(crate) static CALL: Call = kms(&OPERATION, send);

static OPERATION: Operation = Operation {
    input: &[Member::optional("Limit", &shapes::LIMIT), Member::optional("Marker", &shapes::MARKER)],
    output: &[
        Member::optional("Keys", &KEYS),
        Member::optional("NextMarker", &shapes::MARKER),
        Member::optional("Truncated", &shapes::BOOLEAN),
    ],
    ..Operation::new("ListKeys", &services::KMS)
};

static KEYS: Shape = Shape::List(&Shape::Structure(&[Member::optional("KeyId", &shapes::TEXT)]));

fn send<'a>(client: &'a Client, parameters: &'a Parameters) -> Sending<'a> {
    let call =
        client.list_keys().set_limit(parameters.integer("Limit")).set_marker(parameters.string("Marker"));
    Box::pin(async move { outcome(call.send().await) })
}
