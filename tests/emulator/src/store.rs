//! The custom key stores of all accounts and Regions, as plain data.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::clusters::Clusters;
use crate::error::ServiceError;
use crate::keys::Keys;
use crate::state::{Connection, ConnectionErrorCode};

/// A password or a secret key. KMS uses it and never shows it again.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(crate) struct Secret(String);

impl Secret {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// The password that KMS gives kmsuser after this one.
    pub(crate) fn rotated(&self) -> Self {
        let mut password = hex::encode(Sha256::digest(format!("password/{}", self.0)));
        password.truncate(32);
        Self(password)
    }
}

/// Does not show the secret.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Where stores live: names, quotas and most uniqueness rules count per account and Region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) account: String,
    pub(crate) region: String,
}

/// CustomKeyStoreType.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum StoreType {
    #[serde(rename = "AWS_CLOUDHSM")]
    AwsCloudHsm,
    #[serde(rename = "EXTERNAL_KEY_STORE")]
    ExternalKeyStore,
}

impl StoreType {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::AwsCloudHsm => "AWS_CLOUDHSM",
            Self::ExternalKeyStore => "EXTERNAL_KEY_STORE",
        }
    }
}

/// How KMS reaches an external key store proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Connectivity {
    Public,
    Vpc { service_name: String, service_owner: String },
}

impl Connectivity {
    pub(crate) fn as_str(&self) -> &'static str {
        match self {
            Self::Public => "PUBLIC_ENDPOINT",
            Self::Vpc { .. } => "VPC_ENDPOINT_SERVICE",
        }
    }
}

/// The proxy of an external key store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct XksProxy {
    pub(crate) connectivity: Connectivity,
    pub(crate) access_key_id: String,
    pub(crate) secret: Secret,
    /// The credential that was replaced and is still in use.
    pub(crate) replaced: Option<Replaced>,
    pub(crate) uri_endpoint: String,
    pub(crate) uri_path: String,
}

/// A credential that KMS's hosts use for some time after it was replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Replaced {
    pub(crate) access_key_id: String,
    pub(crate) secret: Secret,
    pub(crate) until: SystemTime,
}

/// What stands behind a store; it decides the store's type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Backing {
    CloudHsm {
        cluster_id: String,
        trust_anchor_certificate: String,
        /// The password of kmsuser that KMS knows. A seeded store may have none.
        password: Option<Secret>,
    },
    External(XksProxy),
}

impl Backing {
    pub(crate) fn store_type(&self) -> StoreType {
        match self {
            Self::CloudHsm { .. } => StoreType::AwsCloudHsm,
            Self::External(_) => StoreType::ExternalKeyStore,
        }
    }
}

/// One custom key store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CustomKeyStore {
    /// Position in the order of creation; markers refer to it.
    pub(crate) sequence: u64,
    pub(crate) owner: Owner,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) created: SystemTime,
    pub(crate) connection: Connection,
    /// Which attempt to connect is waiting for the answer of the proxy.
    pub(crate) attempt: u64,
    pub(crate) backing: Backing,
}

impl CustomKeyStore {
    /// The store as a CustomKeyStoresListEntry.
    pub(crate) fn described(&self) -> Value {
        let mut entry = Map::new();
        entry.insert("CustomKeyStoreId".into(), json!(self.id));
        entry.insert("CustomKeyStoreName".into(), json!(self.name));
        if let Backing::CloudHsm { cluster_id, trust_anchor_certificate, .. } = &self.backing {
            entry.insert("CloudHsmClusterId".into(), json!(cluster_id));
            entry.insert("TrustAnchorCertificate".into(), json!(trust_anchor_certificate));
        }
        entry.insert("ConnectionState".into(), json!(self.connection.state().as_str()));
        if let Connection::Failed(code) = self.connection {
            entry.insert("ConnectionErrorCode".into(), json!(code.as_str()));
        }
        entry.insert("CreationDate".into(), epoch_seconds(self.created));
        entry.insert("CustomKeyStoreType".into(), json!(self.backing.store_type().as_str()));
        if let Backing::External(proxy) = &self.backing {
            entry.insert("XksProxyConfiguration".into(), proxy.described());
        }
        Value::Object(entry)
    }
}

impl XksProxy {
    /// The credential that KMS's hosts use at the time `now`.
    pub(crate) fn credential(&self, now: SystemTime) -> (&str, &Secret) {
        match &self.replaced {
            Some(old) if now < old.until => (&old.access_key_id, &old.secret),
            _ => (&self.access_key_id, &self.secret),
        }
    }

    /// Lets the hosts use the credential of `before` until `until`, if it is another one.
    pub(crate) fn keep_credential(&mut self, before: &Self, now: SystemTime, until: SystemTime) {
        if (&self.access_key_id, &self.secret) != (&before.access_key_id, &before.secret) && now < until {
            let (id, secret) = before.credential(now);
            self.replaced = Some(Replaced { access_key_id: id.to_owned(), secret: secret.clone(), until });
        }
    }

    /// The proxy as an XksProxyConfigurationType. The secret key is not a member of it.
    fn described(&self) -> Value {
        let mut configuration = json!({
            "Connectivity": self.connectivity.as_str(),
            "AccessKeyId": self.access_key_id,
            "UriEndpoint": self.uri_endpoint,
            "UriPath": self.uri_path,
        });
        if let Connectivity::Vpc { service_name, service_owner } = &self.connectivity {
            configuration["VpcEndpointServiceName"] = json!(service_name);
            configuration["VpcEndpointServiceOwner"] = json!(service_owner);
        }
        configuration
    }
}

/// A timestamp as awsJson1.1 writes it: seconds since the epoch, with the nearest milliseconds as the fraction.
pub(crate) fn epoch_seconds(time: SystemTime) -> Value {
    let micros = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO).as_micros();
    let millis = (micros + 500) / 1000;
    json!(millis as f64 / 1000.0)
}

/// The stores of every account and Region, in order of creation, and the keys in them and outside.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stores {
    stores: Vec<CustomKeyStore>,
    created: u64,
    keys: Keys,
    /// The CloudHSM clusters that a test has described.
    pub(crate) clusters: Clusters,
    attempts: u64,
}

impl Stores {
    /// All stores, of every owner.
    pub(crate) fn all(&self) -> &[CustomKeyStore] {
        &self.stores
    }

    /// The stores of one owner, in order of creation.
    pub(crate) fn of<'a>(&'a self, owner: &Owner) -> impl Iterator<Item = &'a CustomKeyStore> {
        self.stores.iter().filter(move |store| store.owner == *owner)
    }

    /// The keys of every owner.
    pub(crate) fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The keys of every owner, to be changed.
    pub(crate) fn keys_mut(&mut self) -> &mut Keys {
        &mut self.keys
    }

    /// The owner's store with this id, or CustomKeyStoreNotFoundException.
    pub(crate) fn find(&self, owner: &Owner, id: &str) -> Result<&CustomKeyStore, ServiceError> {
        self.of(owner).find(|store| store.id == id).ok_or_else(|| ServiceError::StoreNotFound(id.to_owned()))
    }

    /// A new store, not yet kept: DISCONNECTED, without keys, with an id that no store had before.
    pub(crate) fn draft(
        &self,
        owner: &Owner,
        name: &str,
        backing: Backing,
        created: SystemTime,
    ) -> CustomKeyStore {
        let sequence = self.created + 1;
        let digest = Sha256::digest(format!("{}/{}/{sequence}", owner.account, owner.region));
        let mut id = format!("cks-{}", hex::encode(digest));
        id.truncate("cks-".len() + 17);
        CustomKeyStore {
            sequence,
            owner: owner.clone(),
            id,
            name: name.to_owned(),
            created,
            connection: Connection::Disconnected,
            attempt: 0,
            backing,
        }
    }

    /// Keeps a draft as the newest store, or takes the place of the store with the same sequence number.
    pub(crate) fn put(&mut self, store: CustomKeyStore) {
        if store.sequence > self.created {
            self.created = store.sequence;
            self.stores.push(store);
        } else if let Some(kept) = self.stores.iter_mut().find(|kept| kept.sequence == store.sequence) {
            *kept = store;
        }
    }

    /// Forgets the store with this sequence number, and its keys.
    pub(crate) fn remove(&mut self, sequence: u64) {
        self.keys.remove_all_of(sequence);
        self.stores.retain(|store| store.sequence != sequence);
    }

    /// Lets a store be CONNECTING until [`Stores::end_attempt`], and returns the number of the attempt.
    pub(crate) fn begin_attempt(&mut self, sequence: u64) -> u64 {
        self.attempts += 1;
        if let Some(store) = self.stores.iter_mut().find(|store| store.sequence == sequence) {
            store.attempt = self.attempts;
            store.connection = Connection::Connecting { until: None, failure: None };
        }
        self.attempts
    }

    /// The outcome of an attempt shows from `until` on, unless the store has been disconnected meanwhile.
    pub(crate) fn end_attempt(
        &mut self,
        attempt: u64,
        until: Option<SystemTime>,
        failure: Option<ConnectionErrorCode>,
    ) {
        let waiting = Connection::Connecting { until: None, failure: None };
        let mut stores = self.stores.iter_mut();
        if let Some(store) = stores.find(|store| store.attempt == attempt && store.connection == waiting) {
            store.connection = Connection::Connecting { until, failure };
        }
    }

    /// Ends the transitions that are over at the time `now`.
    pub(crate) fn settle(&mut self, now: SystemTime) {
        for store in &mut self.stores {
            store.connection = store.connection.settled(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_creation_date_is_epoch_seconds_with_milliseconds() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_micros(1_700_000_000_123_456);
        assert_eq!(epoch_seconds(time).to_string(), "1700000000.123");
    }

    #[test]
    fn ids_are_not_used_again_after_a_delete() {
        let owner = Owner { account: "111122223333".into(), region: "us-east-1".into() };
        let backing = || Backing::CloudHsm {
            cluster_id: "c".into(),
            trust_anchor_certificate: "PEM".into(),
            password: None,
        };
        let mut stores = Stores::default();
        let first = stores.draft(&owner, "a", backing(), SystemTime::UNIX_EPOCH);
        stores.put(first.clone());
        stores.remove(first.sequence);
        let second = stores.draft(&owner, "a", backing(), SystemTime::UNIX_EPOCH);
        assert_ne!(first.id, second.id);
        assert_eq!(second.id.len(), "cks-1234567890abcdef0".len());
    }
}
