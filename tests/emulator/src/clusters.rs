//! CloudHSM clusters that a test describes: missing, not active, or with a password for kmsuser that must match.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::error::ServiceError;
use crate::state::ConnectionErrorCode;
use crate::store::Secret;

/// How many wrong passwords lock kmsuser out.
const LOCKED_OUT_AFTER: u32 = 5;

/// A CloudHSM cluster, as far as KMS sees it.
///
/// As JSON: `{"ClusterId": "cluster-2a3b4c5d6e7", "State": "ACTIVE", "Password": "kmsuser-password"}`; the state may
/// be left out when it is ACTIVE, and so may the password: any is good then.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Cluster {
    cluster_id: String,
    #[serde(default)]
    state: ClusterState,
    password: Option<Secret>,
    #[serde(skip)]
    failed_logins: u32,
}

/// The state of a cluster, as KMS finds it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ClusterState {
    /// It works.
    #[default]
    Active,
    /// It does not exist.
    NotFound,
    /// It has no active HSM.
    NotActive,
    /// Its security group or its subnets do not allow KMS to connect.
    InvalidConfiguration,
    /// It has another backup history than the cluster of the store.
    NotRelated,
}

impl Cluster {
    /// An active cluster that accepts every password.
    pub fn new(cluster_id: impl Into<String>) -> Self {
        Self { cluster_id: cluster_id.into(), ..Self::default() }
    }

    /// The same cluster in this state.
    pub fn state(self, state: ClusterState) -> Self {
        Self { state, ..self }
    }

    /// The same cluster, in which kmsuser has this password.
    pub fn password(self, password: impl Into<String>) -> Self {
        Self { password: Some(Secret::new(password)), ..self }
    }
}

/// The clusters that were described; all others work.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clusters(BTreeMap<String, Cluster>);

impl Clusters {
    /// Takes the place of the cluster with the same ID; kmsuser is not locked out.
    pub(crate) fn put(&mut self, cluster: Cluster) {
        self.0.insert(cluster.cluster_id.clone(), cluster);
    }

    /// Whether a store may be created with this cluster, or changed to it.
    pub(crate) fn check(&self, cluster_id: &str, is_update: bool) -> Result<(), ServiceError> {
        let state = self.0.get(cluster_id).map_or(ClusterState::Active, |cluster| cluster.state);
        let id = cluster_id.to_owned();
        match state {
            ClusterState::Active => Ok(()),
            ClusterState::NotRelated if !is_update => Ok(()),
            ClusterState::NotFound => Err(ServiceError::ClusterNotFound(id)),
            ClusterState::NotActive => Err(ServiceError::ClusterNotActive(id)),
            ClusterState::InvalidConfiguration => Err(ServiceError::ClusterInvalidConfiguration(id)),
            ClusterState::NotRelated => Err(ServiceError::ClusterNotRelated(id)),
        }
    }

    /// Logs in as kmsuser with the password that KMS knows, and changes it, as KMS does at every connect.
    ///
    /// The inner error is what the connection fails with in the end. Errors: what KMS sees at once.
    pub(crate) fn connect(
        &mut self,
        cluster_id: &str,
        known: &mut Option<Secret>,
    ) -> Result<Result<(), ConnectionErrorCode>, ServiceError> {
        let Some(cluster) = self.0.get_mut(cluster_id) else { return Ok(Ok(())) };
        match cluster.state {
            ClusterState::Active | ClusterState::NotRelated => Ok(cluster.log_in(known)),
            ClusterState::NotFound => Ok(Err(ConnectionErrorCode::CLUSTER_NOT_FOUND)),
            ClusterState::NotActive => Err(ServiceError::ClusterNotActive(cluster_id.to_owned())),
            ClusterState::InvalidConfiguration => {
                Err(ServiceError::ClusterInvalidConfiguration(cluster_id.to_owned()))
            }
        }
    }
}

impl Cluster {
    /// A store without a password is a seeded one, for which KMS knows the right one.
    fn log_in(&mut self, known: &mut Option<Secret>) -> Result<(), ConnectionErrorCode> {
        let Some(password) = &self.password else { return Ok(()) };
        if self.failed_logins < LOCKED_OUT_AFTER && known.as_ref().is_none_or(|known| known == password) {
            self.failed_logins = 0;
            let changed = password.rotated();
            *known = Some(changed.clone());
            self.password = Some(changed);
            return Ok(());
        }
        self.failed_logins = self.failed_logins.saturating_add(1);
        Err(if self.failed_logins < LOCKED_OUT_AFTER {
            ConnectionErrorCode::INVALID_CREDENTIALS
        } else {
            ConnectionErrorCode::USER_LOCKED_OUT
        })
    }
}
