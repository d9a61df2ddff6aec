//! Every error the emulator answers with: its data, its code, its status, and the only place with its words.

use std::fmt;

use crate::proxies::ProxyError;
use crate::sigv4::AuthError;
use crate::state::{ConnectionState, Needs};
use crate::store::StoreType;
use crate::validation::{Constraint, Shown, Violation};

/// An error reply of the service. `Display` is the reply's `message`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ServiceError {
    #[error("")]
    UnknownOperation,
    #[error("The request body is not a JSON object.")]
    NotAnObject,
    #[error(transparent)]
    Mismatch(#[from] Mismatch),
    #[error("{}", constraints(.0))]
    Constraints(Vec<Violation>),
    #[error("{member} is required{reason}.")]
    MemberMissing { member: &'static str, reason: Reason },
    #[error("{member} is not valid{reason}.")]
    MemberNotValid { member: &'static str, reason: Reason },
    #[error("CustomKeyStoreId and CustomKeyStoreName cannot be specified together.")]
    IdAndName,
    #[error("{0}")]
    Auth(#[from] AuthError),
    #[error("No custom key store has the ID or name '{0}'.")]
    StoreNotFound(String),
    #[error("The custom key store name '{0}' is already in use.")]
    NameInUse(String),
    #[error("{operation} is not valid for custom key store {id}, whose ConnectionState is {}.", .state.as_str())]
    InvalidState { operation: &'static str, id: String, state: ConnectionState },
    #[error("{member} of custom key store {id} can be changed only {needs}; its ConnectionState is {}.", .state.as_str())]
    ChangeNeedsState { member: &'static str, id: String, state: ConnectionState, needs: Needs },
    #[error("Custom key store {id} contains {keys} KMS key(s).")]
    HasKeys { id: String, keys: usize },
    #[error("The CloudHSM cluster {0} is already associated with a custom key store.")]
    ClusterInUse(String),
    #[error("The external key store proxy API address {0} is already in use in this Region.")]
    UriInUse(String),
    #[error(
        "The endpoint {0} is already in use by an external key store with another connectivity, or with its own VPC endpoint service."
    )]
    UriEndpointInUse(String),
    #[error("The VPC endpoint service {0} is already in use in this Region.")]
    VpcEndpointServiceInUse(String),
    #[error("{0}")]
    Proxy(ProxyError),
    #[error("The CloudHSM cluster {0} was not found.")]
    ClusterNotFound(String),
    #[error("The CloudHSM cluster {0} has no active HSM.")]
    ClusterNotActive(String),
    #[error("The configuration of the CloudHSM cluster {0} does not allow KMS to connect.")]
    ClusterInvalidConfiguration(String),
    #[error("The CloudHSM cluster {0} has another backup history than the cluster of the custom key store.")]
    ClusterNotRelated(String),
    #[error("The account already has {0} custom key stores in this Region.")]
    LimitExceeded(usize),
    #[error("Key '{0}' does not exist")]
    KeyNotFound(String),
    #[error("Invalid keyId '{0}'")]
    KeyIdNotValid(String),
    #[error("The marker is not valid.")]
    InvalidMarker,
    #[error("{message}")]
    Injected { status: u16, code: String, message: String },
}

/// A value of the wrong JSON type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{found} can not be converted to {wanted}")]
pub(crate) struct Mismatch {
    pub(crate) wanted: &'static str,
    pub(crate) found: &'static str,
}

/// Why a member must or must not be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    Type(StoreType),
    Connectivity(&'static str),
    ChangeTo(&'static str),
}

impl ServiceError {
    /// The `__type` of the reply.
    pub(crate) fn code(&self) -> &str {
        match self {
            Self::UnknownOperation => "UnknownOperationException",
            Self::NotAnObject | Self::Mismatch(_) => "SerializationException",
            Self::Constraints(_)
            | Self::MemberMissing { .. }
            | Self::MemberNotValid { .. }
            | Self::IdAndName => "ValidationException",
            Self::Auth(error) => error.code(),
            Self::StoreNotFound(_) => "CustomKeyStoreNotFoundException",
            Self::NameInUse(_) => "CustomKeyStoreNameInUseException",
            Self::InvalidState { .. } | Self::ChangeNeedsState { .. } => {
                "CustomKeyStoreInvalidStateException"
            }
            Self::HasKeys { .. } => "CustomKeyStoreHasCMKsException",
            Self::ClusterInUse(_) => "CloudHsmClusterInUseException",
            Self::UriInUse(_) => "XksProxyUriInUseException",
            Self::UriEndpointInUse(_) => "XksProxyUriEndpointInUseException",
            Self::VpcEndpointServiceInUse(_) => "XksProxyVpcEndpointServiceInUseException",
            Self::Proxy(error) => error.exception(),
            Self::ClusterNotFound(_) => "CloudHsmClusterNotFoundException",
            Self::ClusterNotActive(_) => "CloudHsmClusterNotActiveException",
            Self::ClusterInvalidConfiguration(_) => "CloudHsmClusterInvalidConfigurationException",
            Self::ClusterNotRelated(_) => "CloudHsmClusterNotRelatedException",
            Self::LimitExceeded(_) => "LimitExceededException",
            Self::KeyNotFound(_) | Self::KeyIdNotValid(_) => "NotFoundException",
            Self::InvalidMarker => "InvalidMarkerException",
            Self::Injected { code, .. } => code,
        }
    }

    /// The HTTP status: 400 for everything the caller can cause; injected errors bring their own.
    pub(crate) fn status(&self) -> u16 {
        if let Self::Injected { status, .. } = self { *status } else { 400 }
    }
}

impl fmt::Display for ProxyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotReachable => "KMS cannot connect to the external key store proxy.",
            Self::TimedOut => "The external key store proxy did not respond in time.",
            Self::InvalidTls => "KMS cannot use TLS with the external key store proxy.",
            Self::Busy => "The external key store proxy is too busy.",
            Self::AllUnavailable => "No external key manager of the external key store proxy is available.",
            Self::AuthenticationFailed => "The external key store proxy does not accept the credential.",
            Self::AccessDenied => "The external key store proxy denies access.",
            Self::InvalidUriPath => "The external key store proxy does not have the URI path.",
            Self::InvalidResponse => "KMS cannot understand the response of the external key store proxy.",
        })
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type(store_type) => {
                write!(f, " for a custom key store with a CustomKeyStoreType of {}", store_type.as_str())
            }
            Self::Connectivity(name) => write!(f, " with an XksProxyConnectivity of {name}"),
            Self::ChangeTo(name) => write!(f, " to change XksProxyConnectivity to {name}"),
        }
    }
}

impl fmt::Display for Needs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Settled => "while it is CONNECTED or DISCONNECTED",
            Self::Disconnected => "while it is DISCONNECTED",
        })
    }
}

/// KMS's sentence about broken constraints.
fn constraints(violations: &[Violation]) -> String {
    let errors = if violations.len() == 1 { "error" } else { "errors" };
    let list: Vec<String> = violations.iter().map(Violation::to_string).collect();
    format!("{} validation {errors} detected: {}", violations.len(), list.join("; "))
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, value, constraint } = self;
        match value {
            Shown::Null => write!(f, "Value null at '{path}'")?,
            Shown::Value(value) => write!(f, "Value '{value}' at '{path}'")?,
            Shown::Hidden => write!(f, "Value at '{path}'")?,
        }
        write!(f, " failed to satisfy constraint: Member must {constraint}")
    }
}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotNull => write!(f, "not be null"),
            Self::MinLength(length) => write!(f, "have length greater than or equal to {length}"),
            Self::MaxLength(length) => write!(f, "have length less than or equal to {length}"),
            Self::Pattern(pattern) => write!(f, "satisfy regular expression pattern: {pattern}"),
            Self::OneOf(names) => write!(f, "satisfy enum value set: [{}]", names.join(", ")),
            Self::Min(value) => write!(f, "have value greater than or equal to {value}"),
            Self::Max(value) => write!(f, "have value less than or equal to {value}"),
        }
    }
}
