//! `ConnectCustomKeyStore`: makes the keys of a store usable.

use aws_sdk_kms::Client;

use super::{services, shapes};
use crate::model::parameters::Parameters;
use crate::model::send::{Sending, outcome};
use crate::model::{Member, Operation};

pub(crate) static OPERATION: Operation = Operation {
    doc: "Connects a custom key store to its CloudHSM cluster or to its external key store proxy. While it is \
connected, keys can be created in it and used.

The command only starts the connection: it prints nothing and ends before the store is connected, which can \
take up to 20 minutes for a CloudHSM cluster and is quick for an external key store. Look at the ConnectionState \
with describe-custom-key-stores; a state of FAILED comes with a ConnectionErrorCode that says why. A store that has \
failed must be disconnected before it can be connected again.

A connected store stays connected until it is disconnected, even when it is not in use.",
    input: &[Member::required("CustomKeyStoreId", &shapes::CUSTOM_KEY_STORE_ID).doc(
        "The identifier of the custom key store to connect. \
         describe-custom-key-stores shows the identifiers.",
    )],
    is_change: true,
    examples: &[("Connect a store", "connect-custom-key-store --custom-key-store-id cks-1234567890abcdef0")],
    ..Operation::new("ConnectCustomKeyStore", &services::KMS)
};

pub(super) fn send<'a>(client: &'a Client, parameters: &'a Parameters) -> Sending<'a> {
    let call =
        client.connect_custom_key_store().set_custom_key_store_id(parameters.string("CustomKeyStoreId"));
    Box::pin(async move { outcome(call.send().await) })
}
