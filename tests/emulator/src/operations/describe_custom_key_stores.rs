//! DescribeCustomKeyStores: one store by id or name, or all stores in pages.

use serde_json::{Value, json};

use super::{Context, marker as markers, shapes};
use crate::error::ServiceError;
use crate::store::{CustomKeyStore, Owner, Stores};
use crate::validation::{Input, Member};

/// The page size when the caller names none.
const DEFAULT_LIMIT: i64 = 100;

pub(super) const INPUT: &[Member] = &[
    Member { name: "CustomKeyStoreId", shape: &shapes::CUSTOM_KEY_STORE_ID, required: false },
    Member { name: "CustomKeyStoreName", shape: &shapes::CUSTOM_KEY_STORE_NAME, required: false },
    Member { name: "Limit", shape: &shapes::LIMIT, required: false },
    Member { name: "Marker", shape: &shapes::MARKER, required: false },
];

/// Describes the caller's stores in order of creation. Refused for an id or a name that no store has, for both
/// at once, and for a marker that no reply contained.
pub(super) fn run(stores: &mut Stores, context: &Context, input: &Input) -> Result<Value, ServiceError> {
    let owner = &context.owner;
    match (input.text("CustomKeyStoreId"), input.text("CustomKeyStoreName")) {
        (Some(_), Some(_)) => Err(ServiceError::IdAndName),
        (Some(id), None) => stores.find(owner, id).map(|store| page([store], None)),
        (None, Some(name)) => {
            let found = stores.of(owner).find(|store| store.name == name);
            found.map(|store| page([store], None)).ok_or_else(|| ServiceError::StoreNotFound(name.to_owned()))
        }
        (None, None) => {
            let after = input.text("Marker").map(|marker| position(owner, marker)).transpose()?.unwrap_or(0);
            let limit = input.integer("Limit").unwrap_or(DEFAULT_LIMIT);
            Ok(describe_page(stores, owner, after, usize::try_from(limit).unwrap_or(1)))
        }
    }
}

/// The page of at most `limit` stores created later than the sequence number `after`.
fn describe_page(stores: &Stores, owner: &Owner, after: u64, limit: usize) -> Value {
    let mut rest = stores.of(owner).filter(|store| store.sequence > after).peekable();
    let shown: Vec<&CustomKeyStore> = rest.by_ref().take(limit).collect();
    let next = rest.peek().and_then(|_| shown.last()).map(|last| marker(owner, last.sequence));
    page(shown, next)
}

fn page<'a>(stores: impl IntoIterator<Item = &'a CustomKeyStore>, next_marker: Option<String>) -> Value {
    let entries: Vec<Value> = stores.into_iter().map(CustomKeyStore::described).collect();
    let mut reply = json!({"CustomKeyStores": entries});
    if let Some(marker) = &next_marker {
        reply["NextMarker"] = json!(marker);
    }
    reply["Truncated"] = json!(next_marker.is_some());
    reply
}

/// The opaque marker after the store with this sequence number.
fn marker(owner: &Owner, sequence: u64) -> String {
    markers::marker(owner, &format!("{sequence:016x}"))
}

/// The sequence number in a marker, or InvalidMarkerException.
fn position(owner: &Owner, text: &str) -> Result<u64, ServiceError> {
    let digits = markers::position(owner, text)?;
    u64::from_str_radix(digits, 16).map_err(|_| ServiceError::InvalidMarker)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_other_text_is_a_marker(text in r"[0-9a-f+-]{0,40}|\PC{0,40}") {
            let owner = Owner { account: "111122223333".into(), region: "us-east-1".into() };
            prop_assert_eq!(position(&owner, &text), Err(ServiceError::InvalidMarker));
        }
    }

    #[test]
    fn a_marker_leads_back_to_its_position_only_for_its_owner() {
        let owner = Owner { account: "111122223333".into(), region: "us-east-1".into() };
        let other = Owner { region: "eu-west-1".into(), ..owner.clone() };
        let text = marker(&owner, 42);
        assert_eq!(position(&owner, &text), Ok(42));
        assert_eq!(position(&other, &text), Err(ServiceError::InvalidMarker));
    }

    #[test]
    fn a_marker_of_another_shape_is_not_valid() {
        let owner = Owner { account: "111122223333".into(), region: "us-east-1".into() };
        for text in ["x", "m1", "000000000000002a", "+00000000000002a0000000000000000", "ÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿ"]
        {
            assert_eq!(position(&owner, text), Err(ServiceError::InvalidMarker), "{text}");
        }
    }
}
