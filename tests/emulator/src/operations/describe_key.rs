//! DescribeKey: one key by its ID or ARN. There are no aliases.

use serde_json::{Value, json};

use super::{Context, shapes};
use crate::error::ServiceError;
use crate::keys::{Key, KeyId};
use crate::store::{Owner, Stores};
use crate::validation::{Input, Member};

pub(super) const INPUT: &[Member] = &[Member { name: "KeyId", shape: &shapes::KEY_ID, required: true }];

/// Describes the key. Refused when the caller's account has no such key in the Region.
pub(super) fn run(stores: &mut Stores, context: &Context, input: &Input) -> Result<Value, ServiceError> {
    let named = input.required("KeyId");
    let key = find(stores, &context.owner, named)?;
    let store = key.store.and_then(|sequence| stores.all().iter().find(|store| store.sequence == sequence));
    Ok(json!({"KeyMetadata": key.described(store)}))
}

fn find<'a>(stores: &'a Stores, owner: &Owner, named: &str) -> Result<&'a Key, ServiceError> {
    let arn_prefix = Key::arn_prefix(owner);
    let id = KeyId::parse(named.strip_prefix(&arn_prefix).unwrap_or(named));
    let id = id.ok_or_else(|| ServiceError::KeyIdNotValid(named.to_owned()))?;
    let found = stores.keys().get(id).filter(|key| key.owner == *owner);
    found.ok_or_else(|| ServiceError::KeyNotFound(format!("{arn_prefix}{id}")))
}
