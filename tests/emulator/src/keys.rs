//! KMS keys, as far as ListKeys and DescribeKey show them. There is no material behind them.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Bound;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::state::ConnectionState;
use crate::store::{Backing, CustomKeyStore, Owner, epoch_seconds};

/// The waiting period of a scheduled deletion.
const WAITING_PERIOD: Duration = Duration::from_secs(30 * 24 * 3600);

/// What the owner of a key wants it to be. KMS shows Enabled and Disabled keys as `Unavailable` while their
/// custom key store is not CONNECTED.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[allow(missing_docs, reason = "the names are those of the KMS API")]
pub enum KeyState {
    #[default]
    Enabled,
    Disabled,
    PendingDeletion,
}

/// A key ID: a UUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct KeyId(u128);

impl KeyId {
    /// The ID in its usual form, or `None` when the text is not one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits: String = text.split('-').collect();
        let id = Self(u128::from_str_radix(&digits, 16).ok()?);
        (id.to_string() == text).then_some(id)
    }

    /// The `number`th of a fixed series of IDs that look like random ones.
    fn made_up(number: u64) -> Self {
        // The finalizer of SplitMix64: no two numbers have the same result.
        let mix = |seed: u64| {
            let a = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let b = (a ^ (a >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            b ^ (b >> 31)
        };
        let high = mix(number.wrapping_add(0x9e37_79b9_7f4a_7c15));
        let low = mix(high);
        // The version and the variant of a random UUID.
        let high = (high & !0xf000) | 0x4000;
        let low = (low & !(0b11 << 62)) | (0b10 << 62);
        Self((u128::from(high) << 64) | u128::from(low))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hex = format!("{:032x}", self.0);
        write!(f, "{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }
}

/// A KMS key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) id: KeyId,
    pub(crate) owner: Owner,
    /// The sequence number of the custom key store that the key lives in.
    pub(crate) store: Option<u64>,
    pub(crate) description: String,
    pub(crate) state: KeyState,
    pub(crate) created: SystemTime,
}

impl Key {
    /// What the ARNs of the owner's keys have before the ID.
    pub(crate) fn arn_prefix(owner: &Owner) -> String {
        format!("arn:aws:kms:{}:{}:key/", owner.region, owner.account)
    }

    pub(crate) fn arn(&self) -> String {
        format!("{}{}", Self::arn_prefix(&self.owner), self.id)
    }

    /// The key as a KeyMetadata; `store` is the custom key store that it lives in.
    pub(crate) fn described(&self, store: Option<&CustomKeyStore>) -> Value {
        let reachable = store.is_none_or(|store| store.connection.state() == ConnectionState::Connected);
        let key_state = match self.state {
            KeyState::PendingDeletion => "PendingDeletion",
            _ if !reachable => "Unavailable",
            KeyState::Enabled => "Enabled",
            KeyState::Disabled => "Disabled",
        };
        let origin = match store.map(|store| &store.backing) {
            None => "AWS_KMS",
            Some(Backing::CloudHsm { .. }) => "AWS_CLOUDHSM",
            Some(Backing::External(_)) => "EXTERNAL_KEY_STORE",
        };
        let mut metadata = json!({
            "AWSAccountId": self.owner.account,
            "KeyId": self.id.to_string(),
            "Arn": self.arn(),
            "CreationDate": epoch_seconds(self.created),
            "Enabled": key_state == "Enabled",
            "Description": self.description,
            "KeyUsage": "ENCRYPT_DECRYPT",
            "KeyState": key_state,
            "Origin": origin,
            "KeyManager": "CUSTOMER",
            "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
            "KeySpec": "SYMMETRIC_DEFAULT",
            "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
            "MultiRegion": false,
        });
        if self.state == KeyState::PendingDeletion {
            metadata["DeletionDate"] = epoch_seconds(self.created + WAITING_PERIOD);
        }
        if let Some(store) = store {
            metadata["CustomKeyStoreId"] = json!(store.id);
            match &store.backing {
                Backing::CloudHsm { cluster_id, .. } => metadata["CloudHsmClusterId"] = json!(cluster_id),
                Backing::External(_) => {
                    metadata["XksKeyConfiguration"] = json!({"Id": format!("key-{}", self.id)});
                }
            }
        }
        metadata
    }
}

/// The keys of every account and Region, in order of their IDs. A copy costs nothing until one of the two changes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys(Arc<BTreeMap<KeyId, Key>>);

impl Keys {
    pub(crate) fn get(&self, id: KeyId) -> Option<&Key> {
        self.0.get(&id)
    }

    /// The keys whose ID is greater, or all of them.
    pub(crate) fn after(&self, id: Option<KeyId>) -> impl Iterator<Item = &Key> {
        let start = id.map_or(Bound::Unbounded, Bound::Excluded);
        self.0.range((start, Bound::Unbounded)).map(|(_, key)| key)
    }

    /// The keys in the store with this sequence number.
    pub(crate) fn of(&self, store: u64) -> impl Iterator<Item = &Key> {
        self.0.values().filter(move |key| key.store == Some(store))
    }

    pub(crate) fn put(&mut self, key: Key) {
        Arc::make_mut(&mut self.0).insert(key.id, key);
    }

    /// Adds `count` enabled keys, the same ones every time.
    pub(crate) fn add_many(&mut self, owner: &Owner, store: Option<u64>, created: SystemTime, count: usize) {
        let keys = Arc::make_mut(&mut self.0);
        let first = keys.len() as u64;
        let new = (first..).map(KeyId::made_up).filter(|id| !keys.contains_key(id)).take(count);
        for id in new.collect::<Vec<_>>() {
            let (owner, state) = (owner.clone(), KeyState::Enabled);
            let description = format!("key {}", keys.len() + 1);
            keys.insert(id, Key { id, owner, store, description, state, created });
        }
    }

    /// An ID that no key has.
    pub(crate) fn unused_id(&self) -> KeyId {
        let numbers = self.0.len() as u64..;
        let mut ids = numbers.map(KeyId::made_up);
        ids.find(|id| !self.0.contains_key(id)).unwrap_or(KeyId(0))
    }

    /// Forgets the keys in the store with this sequence number.
    pub(crate) fn remove_all_of(&mut self, store: u64) {
        if self.of(store).next().is_some() {
            Arc::make_mut(&mut self.0).retain(|_, key| key.store != Some(store));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_as_it_is_written() {
        for number in 0..100 {
            let id = KeyId::made_up(number);
            assert_eq!(KeyId::parse(&id.to_string()), Some(id));
        }
        let id = KeyId::made_up(0).to_string();
        for text in ["", "-", "x", &id.to_uppercase(), &id.replace('-', ""), &format!("+{}", &id[1..])] {
            assert_eq!(KeyId::parse(text), None, "{text}");
        }
    }

    #[test]
    fn keys_added_in_turns_do_not_take_the_place_of_others() {
        let owner = Owner { account: "111122223333".into(), region: "us-east-1".into() };
        let mut keys = Keys::default();
        keys.add_many(&owner, Some(1), SystemTime::UNIX_EPOCH, 10);
        keys.add_many(&owner, Some(2), SystemTime::UNIX_EPOCH, 10);
        keys.remove_all_of(1);
        keys.add_many(&owner, None, SystemTime::UNIX_EPOCH, 20);
        assert_eq!((keys.after(None).count(), keys.of(1).count(), keys.of(2).count()), (30, 0, 10));
    }
}
