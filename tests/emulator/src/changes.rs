//! Changes by others: a store changes without a call of the client under test, at once or just before one.

use std::time::SystemTime;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::ServiceError;
use crate::operations::Operation;
use crate::rules;
use crate::state::{Connection, ConnectionErrorCode, ConnectionState};
use crate::store::Stores;
use crate::validation;

/// What somebody else does to a store, past all rules on states, and without asking any proxy or cluster.
///
/// As JSON: `{"store": "prod-xks", "before": {"operation": "UpdateCustomKeyStore", "call": 2}, "state": "CONNECTED",
/// "update": {"XksProxyUriPath": "/b/kms/xks/v1"}}`. All members but `store` may be left out; `"delete": true` removes
/// the store with its keys.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    store: String,
    before: Option<Before>,
    state: Option<ConnectionState>,
    error_code: Option<ConnectionErrorCode>,
    #[serde(default)]
    update: Map<String, Value>,
    #[serde(default)]
    delete: bool,
}

/// A call of an operation, counted from the next one.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Before {
    operation: Operation,
    #[serde(default = "next")]
    call: u32,
}

/// Why a change is not possible.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// No store has the ID or name.
    #[error("no store has the ID or name {0:?}")]
    StoreNotFound(String),
    /// An error code without the state FAILED.
    #[error("error_code belongs to the state FAILED")]
    ErrorCode,
    /// The service would not take the new values.
    #[error("{code}: {message}")]
    Refused {
        /// The service's error code.
        code: String,
        /// The service's message.
        message: String,
    },
}

impl Change {
    /// A change of the store with this ID or name, to be filled.
    pub fn of(store: impl Into<String>) -> Self {
        let update = Map::new();
        Self { store: store.into(), before: None, state: None, error_code: None, update, delete: false }
    }

    /// The store gets this state, and keeps it. FAILED comes with INTERNAL_ERROR.
    pub fn state(self, state: ConnectionState) -> Self {
        Self { state: Some(state), ..self }
    }

    /// The store is FAILED with this code.
    pub fn failed(self, code: ConnectionErrorCode) -> Self {
        Self { state: Some(ConnectionState::Failed), error_code: Some(code), ..self }
    }

    /// The store gets these properties: members of an UpdateCustomKeyStore input, without CustomKeyStoreId.
    pub fn update(self, members: Value) -> Self {
        let update = if let Value::Object(members) = members { members } else { Map::new() };
        Self { update, ..self }
    }

    /// The store is deleted, with its keys.
    pub fn delete(self) -> Self {
        Self { delete: true, ..self }
    }

    /// All this happens just before the `call`th call of `operation`; the next one is the first.
    pub fn before(self, operation: Operation, call: u32) -> Self {
        Self { before: Some(Before { operation, call }), ..self }
    }

    /// Changes the store. On an error the stores are as they were.
    fn apply(&self, stores: &mut Stores) -> Result<(), ChangeError> {
        stores.settle(SystemTime::now());
        if self.error_code.is_some() && self.state != Some(ConnectionState::Failed) {
            return Err(ChangeError::ErrorCode);
        }
        let mut all = stores.all().iter();
        let store = all.find(|store| store.id == self.store || store.name == self.store);
        let store = store.ok_or_else(|| ChangeError::StoreNotFound(self.store.clone()))?;
        let sequence = store.sequence;
        let mut input = self.update.clone();
        input.insert("CustomKeyStoreId".into(), store.id.clone().into());
        let input = validation::check(Operation::UpdateCustomKeyStore.input(), &input)?;
        let mut changed = rules::changed(store, &input)?;
        rules::check_unique(stores.all(), &changed)?;
        if let Some(state) = self.state {
            let code = self.error_code.unwrap_or(ConnectionErrorCode::INTERNAL_ERROR);
            changed.connection = Connection::lasting(state, code);
        }
        stores.put(changed);
        if self.delete {
            stores.remove(sequence);
        }
        Ok(())
    }
}

impl From<ServiceError> for ChangeError {
    fn from(error: ServiceError) -> Self {
        Self::Refused { code: error.code().to_owned(), message: error.to_string() }
    }
}

/// The changes that are still to come.
#[derive(Debug, Default)]
pub(crate) struct Changes(Vec<Change>);

impl Changes {
    /// Makes the change at once, or keeps it for its call.
    pub(crate) fn add(&mut self, change: Change, stores: &mut Stores) -> Result<(), ChangeError> {
        if change.before.is_none() {
            return change.apply(stores);
        }
        self.0.push(change);
        Ok(())
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Makes the changes that are to be made before this call of `operation`. Returns what went wrong.
    pub(crate) fn before(&mut self, operation: Operation, stores: &mut Stores) -> Vec<ChangeError> {
        let waiting = self.0.iter_mut().filter_map(|change| change.before.as_mut());
        let counted = waiting.filter(|before| before.operation == operation);
        counted.for_each(|before| before.call = before.call.saturating_sub(1));
        let is_due = |change: &mut Change| change.before.is_none_or(|before| before.call == 0);
        let due: Vec<Change> = self.0.extract_if(.., is_due).collect();
        due.iter().filter_map(|change| change.apply(stores).err()).collect()
    }
}

fn next() -> u32 {
    1
}
