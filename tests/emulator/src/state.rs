//! The connection states of a custom key store, and which call may be made in which state.
//!
//! Source: the exception texts and operation texts of the KMS API (2014-11-01). A transition that takes time
//! is stored as its end, and read against the clock when somebody looks: no thread waits for it.

use std::time::{Duration, SystemTime};

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use crate::store::StoreType;

/// A connection state, as DescribeCustomKeyStores shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ConnectionState {
    /// Connected, or at least connected once and not disconnected since.
    Connected,
    /// On the way to `Connected` or `Failed`.
    Connecting,
    /// The last attempt to connect failed; the store must be disconnected before the next one.
    Failed,
    /// Never connected, or disconnected.
    Disconnected,
    /// On the way to `Disconnected`.
    Disconnecting,
}

impl ConnectionState {
    /// All states, in the order of the KMS model.
    pub const ALL: [Self; 5] =
        [Self::Connected, Self::Connecting, Self::Failed, Self::Disconnected, Self::Disconnecting];

    /// The value on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Connected => "CONNECTED",
            Self::Connecting => "CONNECTING",
            Self::Failed => "FAILED",
            Self::Disconnected => "DISCONNECTED",
            Self::Disconnecting => "DISCONNECTING",
        }
    }
}

/// The reason of a failed connection: one of KMS's 18 codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionErrorCode(&'static str);

/// Each code with the type of store it belongs to; `None` means both types.
const CODES: [(&str, Option<StoreType>); 18] = [
    ("INTERNAL_ERROR", None),
    ("NETWORK_ERRORS", None),
    ("INVALID_CREDENTIALS", None),
    ("CLUSTER_NOT_FOUND", Some(StoreType::AwsCloudHsm)),
    ("INSUFFICIENT_CLOUDHSM_HSMS", Some(StoreType::AwsCloudHsm)),
    ("INSUFFICIENT_FREE_ADDRESSES_IN_SUBNET", Some(StoreType::AwsCloudHsm)),
    ("SUBNET_NOT_FOUND", Some(StoreType::AwsCloudHsm)),
    ("USER_LOCKED_OUT", Some(StoreType::AwsCloudHsm)),
    ("USER_LOGGED_IN", Some(StoreType::AwsCloudHsm)),
    ("USER_NOT_FOUND", Some(StoreType::AwsCloudHsm)),
    ("XKS_PROXY_ACCESS_DENIED", Some(StoreType::ExternalKeyStore)),
    ("XKS_PROXY_INVALID_CONFIGURATION", Some(StoreType::ExternalKeyStore)),
    ("XKS_PROXY_INVALID_RESPONSE", Some(StoreType::ExternalKeyStore)),
    ("XKS_PROXY_INVALID_TLS_CONFIGURATION", Some(StoreType::ExternalKeyStore)),
    ("XKS_PROXY_NOT_REACHABLE", Some(StoreType::ExternalKeyStore)),
    ("XKS_PROXY_TIMED_OUT", Some(StoreType::ExternalKeyStore)),
    ("XKS_VPC_ENDPOINT_SERVICE_INVALID_CONFIGURATION", Some(StoreType::ExternalKeyStore)),
    ("XKS_VPC_ENDPOINT_SERVICE_NOT_FOUND", Some(StoreType::ExternalKeyStore)),
];

impl ConnectionErrorCode {
    /// KMS failed; belongs to both types of store.
    pub const INTERNAL_ERROR: Self = Self("INTERNAL_ERROR");
    pub(crate) const INVALID_CREDENTIALS: Self = Self("INVALID_CREDENTIALS");
    pub(crate) const CLUSTER_NOT_FOUND: Self = Self("CLUSTER_NOT_FOUND");
    pub(crate) const USER_LOCKED_OUT: Self = Self("USER_LOCKED_OUT");
    pub(crate) const XKS_PROXY_ACCESS_DENIED: Self = Self("XKS_PROXY_ACCESS_DENIED");
    pub(crate) const XKS_PROXY_INVALID_CONFIGURATION: Self = Self("XKS_PROXY_INVALID_CONFIGURATION");
    pub(crate) const XKS_PROXY_INVALID_RESPONSE: Self = Self("XKS_PROXY_INVALID_RESPONSE");
    pub(crate) const XKS_PROXY_INVALID_TLS_CONFIGURATION: Self = Self("XKS_PROXY_INVALID_TLS_CONFIGURATION");
    pub(crate) const XKS_PROXY_NOT_REACHABLE: Self = Self("XKS_PROXY_NOT_REACHABLE");
    pub(crate) const XKS_PROXY_TIMED_OUT: Self = Self("XKS_PROXY_TIMED_OUT");

    /// The code of this name, or `None` when KMS has no such code.
    pub fn parse(name: &str) -> Option<Self> {
        CODES.iter().find(|(code, _)| *code == name).map(|(code, _)| Self(code))
    }

    /// The codes that a store of this type can show, in a fixed order.
    pub(crate) fn of_type(store_type: StoreType) -> impl Iterator<Item = Self> {
        CODES
            .into_iter()
            .filter(move |(_, owner)| owner.is_none_or(|owner| owner == store_type))
            .map(|(code, _)| Self(code))
    }

    /// The value on the wire.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl<'de> Deserialize<'de> for ConnectionErrorCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::parse(&name)
            .ok_or_else(|| D::Error::custom(format_args!("unknown connection error code {name:?}")))
    }
}

/// What KMS knows about the connection of one store.
///
/// `until` is the end of a transition; `None` means that it never ends, as in seeded stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Connection {
    Disconnected,
    Connecting { until: Option<SystemTime>, failure: Option<ConnectionErrorCode> },
    Connected,
    Failed(ConnectionErrorCode),
    Disconnecting { until: Option<SystemTime> },
}

impl Connection {
    /// A connection in this state that does not change by itself; `code` is for FAILED.
    pub(crate) fn lasting(state: ConnectionState, code: ConnectionErrorCode) -> Self {
        match state {
            ConnectionState::Connected => Self::Connected,
            ConnectionState::Connecting => Self::Connecting { until: None, failure: None },
            ConnectionState::Failed => Self::Failed(code),
            ConnectionState::Disconnected => Self::Disconnected,
            ConnectionState::Disconnecting => Self::Disconnecting { until: None },
        }
    }

    /// The state that this connection shows.
    pub(crate) fn state(self) -> ConnectionState {
        match self {
            Self::Disconnected => ConnectionState::Disconnected,
            Self::Connecting { .. } => ConnectionState::Connecting,
            Self::Connected => ConnectionState::Connected,
            Self::Failed(_) => ConnectionState::Failed,
            Self::Disconnecting { .. } => ConnectionState::Disconnecting,
        }
    }

    /// The connection at the time `now`: transitions whose end has come are over.
    pub(crate) fn settled(self, now: SystemTime) -> Self {
        let over = |until: Option<SystemTime>| until.is_some_and(|until| until <= now);
        match self {
            Self::Connecting { until, failure } if over(until) => {
                failure.map_or(Self::Connected, Self::Failed)
            }
            Self::Disconnecting { until } if over(until) => Self::Disconnected,
            Self::Disconnected
            | Self::Connecting { .. }
            | Self::Connected
            | Self::Failed(_)
            | Self::Disconnecting { .. } => self,
        }
    }

    /// ConnectCustomKeyStore: starts to connect, and ends as `failure` says after `transition`.
    ///
    /// Does nothing in CONNECTED and CONNECTING. Returns the state that forbids the call otherwise.
    pub(crate) fn connect(
        self,
        now: SystemTime,
        transition: Duration,
        failure: Option<ConnectionErrorCode>,
    ) -> Result<Self, ConnectionState> {
        match self {
            Self::Disconnected => {
                Ok(Self::Connecting { until: now.checked_add(transition), failure }.settled(now))
            }
            Self::Connected | Self::Connecting { .. } => Ok(self),
            Self::Failed(_) | Self::Disconnecting { .. } => Err(self.state()),
        }
    }

    /// DisconnectCustomKeyStore: starts to disconnect; over after `transition`.
    ///
    /// Returns the state that forbids the call: DISCONNECTED or DISCONNECTING.
    pub(crate) fn disconnect(self, now: SystemTime, transition: Duration) -> Result<Self, ConnectionState> {
        match self {
            Self::Connected | Self::Connecting { .. } | Self::Failed(_) => {
                Ok(Self::Disconnecting { until: now.checked_add(transition) }.settled(now))
            }
            Self::Disconnected | Self::Disconnecting { .. } => Err(self.state()),
        }
    }
}

/// The states in which a change is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// CONNECTED or DISCONNECTED.
    Settled,
    /// DISCONNECTED only.
    Disconnected,
}

impl Needs {
    /// Whether a store in `state` may be changed.
    pub(crate) fn met_by(self, state: ConnectionState) -> bool {
        match self {
            Self::Settled => matches!(state, ConnectionState::Connected | ConnectionState::Disconnected),
            Self::Disconnected => state == ConnectionState::Disconnected,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: SystemTime = SystemTime::UNIX_EPOCH;
    const SECOND: Duration = Duration::from_secs(1);

    fn in_each_state() -> [Connection; 5] {
        [
            Connection::Connected,
            Connection::Connecting { until: None, failure: None },
            Connection::Failed(ConnectionErrorCode::INTERNAL_ERROR),
            Connection::Disconnected,
            Connection::Disconnecting { until: None },
        ]
    }

    #[test]
    fn connect_is_refused_only_in_failed_and_disconnecting() {
        let refused: Vec<_> =
            in_each_state().iter().filter_map(|c| c.connect(NOW, Duration::ZERO, None).err()).collect();
        assert_eq!(refused, [ConnectionState::Failed, ConnectionState::Disconnecting]);
    }

    #[test]
    fn disconnect_is_refused_only_in_disconnected_and_disconnecting() {
        let refused: Vec<_> =
            in_each_state().iter().filter_map(|c| c.disconnect(NOW, Duration::ZERO).err()).collect();
        assert_eq!(refused, [ConnectionState::Disconnected, ConnectionState::Disconnecting]);
    }

    #[test]
    fn without_a_transition_connect_and_disconnect_are_over_at_once() {
        let connected = Connection::Disconnected.connect(NOW, Duration::ZERO, None);
        assert_eq!(connected, Ok(Connection::Connected));
        assert_eq!(Connection::Connected.disconnect(NOW, Duration::ZERO), Ok(Connection::Disconnected));
    }

    #[test]
    fn a_connection_is_connecting_until_its_transition_ends() {
        let connection = Connection::Disconnected.connect(NOW, SECOND, None).unwrap();
        assert_eq!(connection.settled(NOW).state(), ConnectionState::Connecting);
        assert_eq!(connection.settled(NOW + SECOND), Connection::Connected);
    }

    #[test]
    fn a_connection_that_is_to_fail_ends_failed_with_its_code() {
        let code = ConnectionErrorCode::parse("XKS_PROXY_TIMED_OUT").unwrap();
        let connection = Connection::Disconnected.connect(NOW, SECOND, Some(code)).unwrap();
        assert_eq!(connection.settled(NOW + SECOND), Connection::Failed(code));
    }

    #[test]
    fn a_disconnect_while_connecting_ends_disconnected() {
        let connecting = Connection::Disconnected.connect(NOW, SECOND, None).unwrap();
        let leaving = connecting.disconnect(NOW, SECOND).unwrap();
        assert_eq!(leaving.state(), ConnectionState::Disconnecting);
        assert_eq!(leaving.settled(NOW + SECOND), Connection::Disconnected);
    }

    #[test]
    fn a_transition_without_an_end_never_ends() {
        let endless = Connection::Disconnected.connect(NOW, Duration::MAX, None);
        assert_eq!(endless, Ok(Connection::Connecting { until: None, failure: None }));
        let connecting = Connection::Connecting { until: None, failure: None };
        assert_eq!(connecting.settled(NOW + SECOND * 1_000_000), connecting);
    }

    #[test]
    fn a_settled_property_may_change_while_connected_and_any_other_only_while_disconnected() {
        let allowed = |needs: Needs| ConnectionState::ALL.map(|state| needs.met_by(state));
        assert_eq!(allowed(Needs::Settled), [true, false, false, true, false]);
        assert_eq!(allowed(Needs::Disconnected), [false, false, false, true, false]);
    }

    #[test]
    fn a_cloudhsm_store_has_ten_error_codes_and_an_external_one_eleven() {
        assert_eq!(ConnectionErrorCode::of_type(StoreType::AwsCloudHsm).count(), 10);
        assert_eq!(ConnectionErrorCode::of_type(StoreType::ExternalKeyStore).count(), 11);
        assert_eq!(ConnectionErrorCode::parse("NO_SUCH_CODE"), None);
    }
}
