//! `DescribeKey`: shows a KMS key. Of what it shows, this has what concerns custom key stores.

use aws_sdk_kms::Client;

use super::{kms, services, shapes};
use crate::model::parameters::Parameters;
use crate::model::send::{Call, Sending, outcome};
use crate::model::{Member, Operation, Shape};

pub(crate) static CALL: Call = kms(&OPERATION, send);

static OPERATION: Operation = Operation {
    input: &[Member::required("KeyId", &shapes::TEXT)],
    output: &[Member::required("KeyMetadata", &KEY_METADATA)],
    ..Operation::new("DescribeKey", &services::KMS)
};

static KEY_METADATA: Shape = Shape::Structure(&[
    Member::required("KeyId", &shapes::TEXT),
    Member::optional("Arn", &shapes::TEXT),
    Member::optional("Description", &shapes::TEXT),
    Member::optional("KeyState", &shapes::TEXT),
    Member::optional("Enabled", &shapes::BOOLEAN),
    Member::optional("CustomKeyStoreId", &shapes::CUSTOM_KEY_STORE_ID),
    Member::optional("XksKeyConfiguration", &XKS_KEY_CONFIGURATION),
]);
static XKS_KEY_CONFIGURATION: Shape = Shape::Structure(&[Member::optional("Id", &shapes::TEXT)]);

fn send<'a>(client: &'a Client, parameters: &'a Parameters) -> Sending<'a> {
    let call = client.describe_key().set_key_id(parameters.string("KeyId"));
    Box::pin(async move { outcome(call.send().await) })
}
