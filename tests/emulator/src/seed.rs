//! Stores that are there from the start: written in a file, or made up by number.

use std::time::{Duration, SystemTime};

use serde::Deserialize;
use serde_json::Value;

use crate::keys::{Key, KeyId, KeyState};
use crate::state::{Connection, ConnectionErrorCode, ConnectionState};
use crate::store::{Backing, Connectivity, CustomKeyStore, Owner, Secret, StoreType, Stores, XksProxy};

/// 2024-01-01T00:00:00Z, the creation date of the first made-up store.
const FIRST_CREATED: Duration = Duration::from_secs(1_704_067_200);
const TRUST_ANCHOR: &str = "-----BEGIN CERTIFICATE-----\nMIIBexample\n-----END CERTIFICATE-----\n";
const DEFAULT_CLUSTER: &str = "cluster-2a3b4c5d6e7";

/// A store to start with. Its JSON is an entry of a DescribeCustomKeyStores reply, plus `Keys` and the secrets:
/// `KeyStorePassword`, and `RawSecretAccessKey` in XksProxyConfiguration.
///
/// Only CustomKeyStoreName is required, and XksProxyConfiguration for an external key store. A store that is
/// CONNECTING or DISCONNECTING stays so. Uniqueness and quota are not checked.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
#[allow(missing_docs, reason = "the names are those of the KMS API")]
pub struct SeedStore {
    pub custom_key_store_id: Option<String>,
    pub custom_key_store_name: String,
    pub cloud_hsm_cluster_id: Option<String>,
    pub trust_anchor_certificate: Option<String>,
    pub connection_state: Option<ConnectionState>,
    pub connection_error_code: Option<ConnectionErrorCode>,
    /// Seconds since the epoch.
    pub creation_date: Option<f64>,
    custom_key_store_type: Option<StoreType>,
    xks_proxy_configuration: Option<SeedProxy>,
    key_store_password: Option<Secret>,
    /// The KMS keys in the store, or their number; a store with keys cannot be deleted.
    #[serde(default)]
    keys: SeedKeys,
    /// The Region of the store, when it is not that of the emulator.
    pub region: Option<String>,
    /// The account of the store, when it is not the default one.
    pub account_id: Option<String>,
}

/// The keys of a store: a number, or a list.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum SeedKeys {
    Number(u32),
    List(Vec<SeedKey>),
}

/// The members of a KeyMetadata that may be chosen.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct SeedKey {
    /// A UUID.
    key_id: Option<String>,
    #[serde(default)]
    description: String,
    #[serde(default)]
    key_state: KeyState,
}

impl Default for SeedKeys {
    fn default() -> Self {
        Self::Number(0)
    }
}

/// An XksProxyConfigurationType.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct SeedProxy {
    access_key_id: String,
    #[serde(default)]
    raw_secret_access_key: Secret,
    uri_endpoint: String,
    uri_path: String,
    connectivity: SeedConnectivity,
    vpc_endpoint_service_name: Option<String>,
    vpc_endpoint_service_owner: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SeedConnectivity {
    PublicEndpoint,
    VpcEndpointService,
}

/// Why a store cannot be there from the start.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The text is not JSON, or not a list of stores.
    #[error("the stores cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// The store's members contradict each other.
    #[error("store {name:?}: {problem}")]
    Store {
        /// CustomKeyStoreName of the store.
        name: String,
        /// What is wrong with it.
        problem: &'static str,
    },
}

impl SeedStore {
    /// Reads a JSON list of stores, or a whole DescribeCustomKeyStores reply.
    pub fn read(text: &str) -> Result<Vec<Self>, SeedError> {
        let document: Value = serde_json::from_str(text)?;
        let list = document.get("CustomKeyStores").cloned().unwrap_or(document);
        Ok(serde_json::from_value(list)?)
    }

    fn backing(&self, account: &str) -> Result<Backing, &'static str> {
        let store_type = self.custom_key_store_type.unwrap_or(match self.xks_proxy_configuration {
            Some(_) => StoreType::ExternalKeyStore,
            None => StoreType::AwsCloudHsm,
        });
        match (store_type, &self.xks_proxy_configuration) {
            (StoreType::AwsCloudHsm, None) => Ok(Backing::CloudHsm {
                cluster_id: self.cloud_hsm_cluster_id.clone().unwrap_or_else(|| DEFAULT_CLUSTER.into()),
                trust_anchor_certificate: self
                    .trust_anchor_certificate
                    .clone()
                    .unwrap_or_else(|| TRUST_ANCHOR.into()),
                password: self.key_store_password.clone(),
            }),
            (StoreType::ExternalKeyStore, Some(proxy)) => proxy.proxy(account).map(Backing::External),
            (StoreType::AwsCloudHsm, Some(_)) => Err("XksProxyConfiguration does not belong to AWS_CLOUDHSM"),
            (StoreType::ExternalKeyStore, None) => Err("EXTERNAL_KEY_STORE needs XksProxyConfiguration"),
        }
    }

    fn connection(&self) -> Result<Connection, &'static str> {
        let state = self.connection_state.unwrap_or(ConnectionState::Disconnected);
        if state != ConnectionState::Failed && self.connection_error_code.is_some() {
            return Err("ConnectionErrorCode belongs to FAILED");
        }
        Ok(Connection::lasting(
            state,
            self.connection_error_code.unwrap_or(ConnectionErrorCode::INTERNAL_ERROR),
        ))
    }
}

impl SeedProxy {
    fn proxy(&self, account: &str) -> Result<XksProxy, &'static str> {
        let connectivity = match (self.connectivity, self.vpc_endpoint_service_name.clone()) {
            (SeedConnectivity::PublicEndpoint, None) => Connectivity::Public,
            (SeedConnectivity::VpcEndpointService, Some(service_name)) => Connectivity::Vpc {
                service_name,
                service_owner: self.vpc_endpoint_service_owner.clone().unwrap_or_else(|| account.to_owned()),
            },
            _ => return Err("VpcEndpointServiceName belongs to VPC_ENDPOINT_SERVICE, and is needed there"),
        };
        Ok(XksProxy {
            connectivity,
            access_key_id: self.access_key_id.clone(),
            secret: self.raw_secret_access_key.clone(),
            replaced: None,
            uri_endpoint: self.uri_endpoint.clone(),
            uri_path: self.uri_path.clone(),
        })
    }
}

/// Adds the stores of a file. `owner` owns those that name no other account or Region.
pub(crate) fn plant(stores: &mut Stores, owner: &Owner, seeds: Vec<SeedStore>) -> Result<(), SeedError> {
    for seed in seeds {
        let refuse = |problem| SeedError::Store { name: seed.custom_key_store_name.clone(), problem };
        let owner = Owner {
            account: seed.account_id.clone().unwrap_or_else(|| owner.account.clone()),
            region: seed.region.clone().unwrap_or_else(|| owner.region.clone()),
        };
        let created = created(seed.creation_date).ok_or_else(|| refuse("CreationDate is out of range"))?;
        let backing = seed.backing(&owner.account).map_err(refuse)?;
        let connection = seed.connection().map_err(refuse)?;
        let draft = stores.draft(&owner, &seed.custom_key_store_name, backing, created);
        let id = seed.custom_key_store_id.clone().unwrap_or_else(|| draft.id.clone());
        if stores.find(&owner, &id).is_ok() {
            return Err(refuse("its CustomKeyStoreId is taken"));
        }
        let sequence = draft.sequence;
        stores.put(CustomKeyStore { id, connection, ..draft });
        plant_keys(stores, &owner, sequence, created, &seed.keys).map_err(refuse)?;
    }
    Ok(())
}

/// Adds the keys of a store.
fn plant_keys(
    stores: &mut Stores,
    owner: &Owner,
    sequence: u64,
    created: SystemTime,
    keys: &SeedKeys,
) -> Result<(), &'static str> {
    let list = match keys {
        SeedKeys::Number(count) => {
            stores.keys_mut().add_many(owner, Some(sequence), created, *count as usize);
            return Ok(());
        }
        SeedKeys::List(list) => list,
    };
    for seed in list {
        let chosen = seed.key_id.as_deref().map(|id| KeyId::parse(id).ok_or("its KeyId is not a UUID"));
        let id = chosen.transpose()?.unwrap_or_else(|| stores.keys().unused_id());
        if stores.keys().get(id).is_some() {
            return Err("its KeyId is taken");
        }
        let description = seed.description.clone();
        let (owner, store) = (owner.clone(), Some(sequence));
        stores.keys_mut().put(Key { id, owner, store, description, state: seed.key_state, created });
    }
    Ok(())
}

/// Adds `count` keys, in the store with this ID or name or in none.
pub(crate) fn add_keys(
    stores: &mut Stores,
    owner: &Owner,
    store: Option<&str>,
    count: usize,
) -> Result<(), SeedError> {
    let sequence = store.map(|store| {
        let found = stores.of(owner).find(|kept| kept.id == store || kept.name == store);
        found.map(|kept| kept.sequence).ok_or_else(|| SeedError::Store {
            name: store.to_owned(),
            problem: "there is no such store to add keys to",
        })
    });
    let created = SystemTime::UNIX_EPOCH + FIRST_CREATED;
    stores.keys_mut().add_many(owner, sequence.transpose()?, created, count);
    Ok(())
}

/// The time of a CreationDate in seconds since the epoch, or `None` when no clock can show it.
fn created(creation_date: Option<f64>) -> Option<SystemTime> {
    let seconds = creation_date.unwrap_or(FIRST_CREATED.as_secs_f64());
    SystemTime::UNIX_EPOCH.checked_add(Duration::try_from_secs_f64(seconds).ok()?)
}

/// Adds `count` made-up stores: every type, connectivity and state, unique names and addresses, and keys in
/// every third store. The same number gives the same stores.
pub(crate) fn generate(stores: &mut Stores, owner: &Owner, count: usize) {
    for number in 1..=count {
        let backing = made_up_backing(number, &owner.account);
        let codes: Vec<_> = ConnectionErrorCode::of_type(backing.store_type()).collect();
        let state = ConnectionState::ALL[number % ConnectionState::ALL.len()];
        let connection = Connection::lasting(state, codes[number % codes.len()]);
        let hours = Duration::from_secs(3600 * number as u64);
        let created =
            SystemTime::UNIX_EPOCH + FIRST_CREATED + hours + Duration::from_millis(number as u64 % 1000);
        let draft = stores.draft(owner, &format!("store-{number:04}"), backing, created);
        let keys = if number.is_multiple_of(3) { 2 } else { 0 };
        let sequence = draft.sequence;
        stores.put(CustomKeyStore { connection, ..draft });
        stores.keys_mut().add_many(owner, Some(sequence), created, keys);
    }
}

/// A third of the stores each: CloudHSM, public proxy, proxy behind a VPC endpoint service.
fn made_up_backing(number: usize, account: &str) -> Backing {
    let connectivity = match number % 3 {
        0 => Connectivity::Vpc {
            service_name: format!("com.amazonaws.vpce.us-east-1.vpce-svc-{number:017x}"),
            service_owner: account.to_owned(),
        },
        1 => {
            return Backing::CloudHsm {
                cluster_id: format!("cluster-{}", base32(number, 11).to_lowercase()),
                trust_anchor_certificate: TRUST_ANCHOR.into(),
                password: None,
            };
        }
        _ => Connectivity::Public,
    };
    Backing::External(XksProxy {
        connectivity,
        access_key_id: base32(number, 20),
        secret: Secret::default(),
        replaced: None,
        uri_endpoint: format!("https://xks-{number}.example.com"),
        uri_path: format!("/store-{number}/kms/xks/v1"),
    })
}

/// A number in the digits A-Z and 2-7, filled up with A.
fn base32(number: usize, length: usize) -> String {
    const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let digit = |place: usize| {
        let shifted = u32::try_from(place * 5).ok().and_then(|bits| number.checked_shr(bits)).unwrap_or(0);
        char::from(DIGITS[shifted % 32])
    };
    (0..length).rev().map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        let owner = Owner { account: "111122223333".into(), region: "us-east-1".into() };
        let planted = SeedStore::read(text).and_then(|seeds| plant(&mut Stores::default(), &owner, seeds));
        planted.unwrap_err().to_string()
    }

    #[test]
    fn a_store_that_contradicts_itself_is_refused() {
        for (members, problem) in [
            (r#""CreationDate": 1e19"#, "CreationDate is out of range"),
            (r#""CreationDate": -1"#, "CreationDate is out of range"),
            (r#""ConnectionErrorCode": "NETWORK_ERRORS""#, "ConnectionErrorCode belongs to FAILED"),
            (
                r#""CustomKeyStoreType": "EXTERNAL_KEY_STORE""#,
                "EXTERNAL_KEY_STORE needs XksProxyConfiguration",
            ),
        ] {
            let message = refusal(&format!(r#"[{{"CustomKeyStoreName": "a", {members}}}]"#));
            assert_eq!(message, format!("store \"a\": {problem}"));
        }
    }

    #[test]
    fn two_stores_cannot_have_the_same_id() {
        let one = r#"{"CustomKeyStoreName": "a", "CustomKeyStoreId": "cks-1"}"#;
        assert_eq!(refusal(&format!("[{one}, {one}]")), "store \"a\": its CustomKeyStoreId is taken");
    }

    #[test]
    fn a_text_that_is_no_list_of_stores_is_refused() {
        for text in ["", "{}", "[1]", r#"[{"CustomKeyStoreId": "cks-1"}]"#, r#"[{"Colour": "red"}]"#] {
            assert!(refusal(text).starts_with("the stores cannot be read: "), "{text}");
        }
    }
}
