//! DisconnectCustomKeyStore: also the only way out of FAILED.

use serde_json::{Value, json};

use super::{Context, Operation, shapes};
use crate::error::ServiceError;
use crate::store::Stores;
use crate::validation::{Input, Member};

pub(super) const INPUT: &[Member] =
    &[Member { name: "CustomKeyStoreId", shape: &shapes::CUSTOM_KEY_STORE_ID, required: true }];

/// Starts to disconnect the store. Refused in DISCONNECTED and DISCONNECTING.
pub(super) fn run(stores: &mut Stores, context: &Context, input: &Input) -> Result<Value, ServiceError> {
    let mut store = stores.find(&context.owner, input.required("CustomKeyStoreId"))?.clone();
    store.connection = store.connection.disconnect(context.now, context.transition).map_err(|state| {
        let operation = Operation::DisconnectCustomKeyStore.name();
        ServiceError::InvalidState { operation, id: store.id.clone(), state }
    })?;
    stores.put(store);
    Ok(json!({}))
}
