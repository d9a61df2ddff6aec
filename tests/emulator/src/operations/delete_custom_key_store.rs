//! DeleteCustomKeyStore: only for a disconnected store without KMS keys.

use serde_json::{Value, json};

use super::{Context, Operation, shapes};
use crate::error::ServiceError;
use crate::state::Needs;
use crate::store::Stores;
use crate::validation::{Input, Member};

pub(super) const INPUT: &[Member] =
    &[Member { name: "CustomKeyStoreId", shape: &shapes::CUSTOM_KEY_STORE_ID, required: true }];

/// Deletes the store. Refused in every state but DISCONNECTED, and while the store has keys.
pub(super) fn run(stores: &mut Stores, context: &Context, input: &Input) -> Result<Value, ServiceError> {
    let store = stores.find(&context.owner, input.required("CustomKeyStoreId"))?;
    let (id, state) = (store.id.clone(), store.connection.state());
    if !Needs::Disconnected.met_by(state) {
        return Err(ServiceError::InvalidState {
            operation: Operation::DeleteCustomKeyStore.name(),
            id,
            state,
        });
    }
    let sequence = store.sequence;
    let keys = stores.keys().of(sequence).count();
    if keys > 0 {
        return Err(ServiceError::HasKeys { id, keys });
    }
    stores.remove(sequence);
    Ok(json!({}))
}
