//! What the proxy knows: its key stores with their credentials, and the key managers behind it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A credential that KMS signs with.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Credential {
    pub(crate) access_key_id: String,
    pub(crate) raw_secret_access_key: String,
}

impl Credential {
    /// The ID of [`Credential::default`].
    pub const DEFAULT_ID: &str = "ABCDEFGHIJKLMNOPQRST";
    /// The secret of [`Credential::default`].
    pub const DEFAULT_SECRET: &str = "proxysecretproxysecretproxysecretproxysecret";

    /// A credential of this ID and secret.
    pub fn new(access_key_id: impl Into<String>, raw_secret_access_key: impl Into<String>) -> Self {
        Self { access_key_id: access_key_id.into(), raw_secret_access_key: raw_secret_access_key.into() }
    }
}

impl Default for Credential {
    fn default() -> Self {
        Self::new(Self::DEFAULT_ID, Self::DEFAULT_SECRET)
    }
}

/// Does not show the secret.
impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}

/// The file that a proxy makes for KMS: the path of a key store and its credential.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct KeyStoreFile {
    /// From the slash after the endpoint to `/kms/xks/v1`.
    pub xks_proxy_uri_path: String,
    /// The credential of this path.
    pub xks_proxy_authentication_credential: Credential,
}

/// The state of a key manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[allow(missing_docs, reason = "the names are those of the proxy API")]
pub enum HealthStatus {
    Active,
    Degraded,
    Unavailable,
}

/// A key manager behind the proxy, as GetHealthStatus shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs, reason = "the names are those of the proxy API")]
pub struct KeyManager {
    pub id: String,
    #[serde(default = "model")]
    pub model: String,
    pub health_status: HealthStatus,
}

impl KeyManager {
    /// A key manager of a made-up model.
    pub fn new(id: impl Into<String>, health_status: HealthStatus) -> Self {
        Self { id: id.into(), model: model(), health_status }
    }
}

fn model() -> String {
    "Example HSM".into()
}

/// What the answers depend on.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The credentials of each path, from the first slash to `/kms/xks/v1`.
    pub(crate) key_stores: BTreeMap<String, Vec<Credential>>,
    pub(crate) fleet: Vec<KeyManager>,
    /// The only Region in whose name may be signed; `None` takes all.
    pub(crate) region: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        let fleet = vec![KeyManager::new("hsm-1", HealthStatus::Active)];
        Self { key_stores: BTreeMap::new(), fleet, region: None }
    }
}

impl Settings {
    /// Replaces the credentials of a path; none of them remove the path.
    pub(crate) fn set_credentials(&mut self, path: &str, credentials: Vec<Credential>) {
        if credentials.is_empty() {
            self.key_stores.remove(path);
        } else {
            self.key_stores.insert(path.to_owned(), credentials);
        }
    }
}
