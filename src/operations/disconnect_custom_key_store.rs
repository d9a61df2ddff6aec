//! `DisconnectCustomKeyStore`: takes a store off line.

use aws_sdk_kms::Client;

use super::{services, shapes};
use crate::model::parameters::Parameters;
use crate::model::send::{Sending, outcome};
use crate::model::{Member, Operation};

pub(crate) static OPERATION: Operation = Operation {
    doc: "Disconnects a custom key store from its CloudHSM cluster or from its external key store proxy.

While a store is disconnected it can be changed and described, but no key can be created in it and its keys \
cannot be used: every cryptographic operation with them fails. A store whose connection has failed must be \
disconnected before it is changed or connected again.

The command prints nothing. It ends before the store is disconnected; look at the ConnectionState with \
describe-custom-key-stores.",
    input: &[Member::required("CustomKeyStoreId", &shapes::CUSTOM_KEY_STORE_ID).doc(
        "The identifier of the custom key store to disconnect. \
         describe-custom-key-stores shows the identifiers.",
    )],
    is_change: true,
    examples: &[(
        "Disconnect a store",
        "disconnect-custom-key-store --custom-key-store-id cks-1234567890abcdef0",
    )],
    ..Operation::new("DisconnectCustomKeyStore", &services::KMS)
};

pub(super) fn send<'a>(client: &'a Client, parameters: &'a Parameters) -> Sending<'a> {
    let call =
        client.disconnect_custom_key_store().set_custom_key_store_id(parameters.string("CustomKeyStoreId"));
    Box::pin(async move { outcome(call.send().await) })
}
