//! The status of stores as data.

use super::Seen;
use crate::cks::store::{Kind, Store};
use crate::operations::remedies;
use crate::value::{Map, Value};

/// All that KMS shows of each store, and what this program adds.
pub(super) fn data(stores: &[Store], seen: Option<&Seen>) -> Value {
    let stores = stores.iter().map(|store| entry(store, seen)).collect();
    Value::map([("CustomKeyStores", Value::list(stores))])
}

fn entry(store: &Store, seen: Option<&Seen>) -> Value {
    let mut entry: Map = store.shown.as_map().cloned().unwrap_or_default();
    let code = store.error_code.as_deref().unwrap_or_default();
    if let Some(remedy) = remedies::of_failed(code, store.kind == Kind::External) {
        entry.insert("Meaning", Value::string(remedy.meaning));
        entry.insert("Remedy", Value::string(remedy.remedy));
    }
    entry.insert("KeysUsable", store.state.keys_usable().map_or(Value::Null, Value::Bool));
    if let Some(seen) = seen {
        entry.insert("StateSeenSeconds", Value::integer(seen.time(store).as_secs()));
    }
    Value::Map(entry.into())
}
