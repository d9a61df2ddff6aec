//! ListKeys: the IDs of all keys of the account and Region, in pages.

use serde_json::{Value, json};

use super::{Context, marker, shapes};
use crate::error::ServiceError;
use crate::keys::{Key, KeyId};
use crate::store::Stores;
use crate::validation::{Input, Member};

/// The page size when the caller names none.
const DEFAULT_LIMIT: i64 = 100;

pub(super) const INPUT: &[Member] = &[
    Member { name: "Limit", shape: &shapes::LIMIT, required: false },
    Member { name: "Marker", shape: &shapes::MARKER, required: false },
];

/// Lists keys in the order of their IDs. Refused for a marker that no reply contained.
pub(super) fn run(stores: &mut Stores, context: &Context, input: &Input) -> Result<Value, ServiceError> {
    let owner = &context.owner;
    let after = input.text("Marker").map(|text| marker::position(owner, text)).transpose()?;
    let after = after.map(|id| KeyId::parse(id).ok_or(ServiceError::InvalidMarker)).transpose()?;
    let limit = usize::try_from(input.integer("Limit").unwrap_or(DEFAULT_LIMIT)).unwrap_or(1);
    let mut rest = stores.keys().after(after).filter(|key| key.owner == *owner).peekable();
    let shown: Vec<&Key> = rest.by_ref().take(limit).collect();
    let next = rest.peek().and(shown.last()).map(|last| marker::marker(owner, &last.id.to_string()));
    let entries: Vec<Value> =
        shown.iter().map(|key| json!({"KeyId": key.id.to_string(), "KeyArn": key.arn()})).collect();
    let mut reply = json!({"Keys": entries});
    if let Some(next) = &next {
        reply["NextMarker"] = json!(next);
    }
    reply["Truncated"] = json!(next.is_some());
    Ok(reply)
}
