//! `DeleteCustomKeyStore`: deletes a store without keys.

use aws_sdk_kms::Client;

use super::{services, shapes};
use crate::model::parameters::Parameters;
use crate::model::send::{Sending, outcome};
use crate::model::{Member, Operation};

pub(crate) static OPERATION: Operation = Operation {
    doc: "Deletes a custom key store from KMS. The CloudHSM cluster or the external key store proxy and its key manager are \
not touched.

The store must be disconnected and must not hold any KMS keys: schedule the deletion of its keys first, and wait \
until they are deleted. Whether anything still needs the keys has to be found out before.

A successful deletion prints nothing.",
    input: &[Member::required("CustomKeyStoreId", &shapes::CUSTOM_KEY_STORE_ID).doc(
        "The identifier of the custom key store to delete. \
         describe-custom-key-stores shows the identifiers.",
    )],
    is_change: true,
    examples: &[("Delete a store", "delete-custom-key-store --custom-key-store-id cks-1234567890abcdef0")],
    ..Operation::new("DeleteCustomKeyStore", &services::KMS)
};

pub(super) fn send<'a>(client: &'a Client, parameters: &'a Parameters) -> Sending<'a> {
    let call =
        client.delete_custom_key_store().set_custom_key_store_id(parameters.string("CustomKeyStoreId"));
    Box::pin(async move { outcome(call.send().await) })
}
