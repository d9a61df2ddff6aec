//! ConnectCustomKeyStore: success means that KMS has started to connect, not that the store is connected.

use serde_json::{Value, json};

use super::{Context, Operation, shapes};
use crate::error::ServiceError;
use crate::state::Connection;
use crate::store::{Backing, Stores};
use crate::validation::{Input, Member};

pub(super) const INPUT: &[Member] =
    &[Member { name: "CustomKeyStoreId", shape: &shapes::CUSTOM_KEY_STORE_ID, required: true }];

/// Starts to connect the store. Refused in FAILED and DISCONNECTING.
pub(super) fn run(stores: &mut Stores, context: &Context, input: &Input) -> Result<Value, ServiceError> {
    let mut store = stores.find(&context.owner, input.required("CustomKeyStoreId"))?.clone();
    let Context { now, transition, mut connection_failure, .. } = *context;
    if let Backing::CloudHsm { cluster_id, password, .. } = &mut store.backing
        && store.connection == Connection::Disconnected
        && connection_failure.is_none()
    {
        connection_failure = stores.clusters.connect(cluster_id, password)?.err();
    }
    store.connection = store.connection.connect(now, transition, connection_failure).map_err(|state| {
        let operation = Operation::ConnectCustomKeyStore.name();
        ServiceError::InvalidState { operation, id: store.id.clone(), state }
    })?;
    stores.put(store);
    Ok(json!({}))
}
