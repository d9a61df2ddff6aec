//! ConnectCustomKeyStore: success means that KMS has started to connect, not that the store is connected.

use serde_json::{Value, json};

use super::{Context, Operation, shapes};
use crate::error::ServiceError;
use crate::store::Stores;
use crate::validation::{Input, Member};

pub(super) const INPUT: &[Member] =
    &[Member { name: "CustomKeyStoreId", shape: &shapes::CUSTOM_KEY_STORE_ID, required: true }];

/// Starts to connect the store. Refused in FAILED and DISCONNECTING.
pub(super) fn run(stores: &mut Stores, context: &Context, input: &Input) -> Result<Value, ServiceError> {
    let mut store = stores.find(&context.owner, input.required("CustomKeyStoreId"))?.clone();
    let Context { now, transition, connection_failure, .. } = *context;
    store.connection = store.connection.connect(now, transition, connection_failure).map_err(|state| {
        let operation = Operation::ConnectCustomKeyStore.name();
        ServiceError::InvalidState { operation, id: store.id.clone(), state }
    })?;
    stores.put(store);
    Ok(json!({}))
}
