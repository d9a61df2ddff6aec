//! The operations: their names, their inputs, and the one place that calls them.

mod connect_custom_key_store;
mod create_custom_key_store;
mod delete_custom_key_store;
mod describe_custom_key_stores;
mod describe_key;
mod disconnect_custom_key_store;
mod list_keys;
mod marker;
mod shapes;
mod update_custom_key_store;

use std::time::{Duration, SystemTime};

use serde::Deserialize;
use serde_json::Value;

use crate::error::ServiceError;
use crate::state::ConnectionErrorCode;
use crate::store::{Owner, Stores};
use crate::validation::{Input, Member};

/// An operation of the KMS API that works on custom key stores, or shows keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[allow(missing_docs, reason = "the names are those of the KMS API")]
pub enum Operation {
    ConnectCustomKeyStore,
    CreateCustomKeyStore,
    DeleteCustomKeyStore,
    DescribeCustomKeyStores,
    DescribeKey,
    DisconnectCustomKeyStore,
    ListKeys,
    UpdateCustomKeyStore,
}

/// What an operation knows besides its input.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    /// The caller's account, and the Region of the request.
    pub(crate) owner: Owner,
    pub(crate) now: SystemTime,
    /// How long a store is CONNECTING or DISCONNECTING.
    pub(crate) transition: Duration,
    /// How long KMS's hosts go on with a proxy credential that was replaced.
    pub(crate) propagation: Duration,
    /// The reason for which this call's connection will fail, if it is to fail.
    pub(crate) connection_failure: Option<ConnectionErrorCode>,
}

impl Operation {
    /// All operations, by name.
    pub const ALL: [Self; 8] = [
        Self::ConnectCustomKeyStore,
        Self::CreateCustomKeyStore,
        Self::DeleteCustomKeyStore,
        Self::DescribeCustomKeyStores,
        Self::DescribeKey,
        Self::DisconnectCustomKeyStore,
        Self::ListKeys,
        Self::UpdateCustomKeyStore,
    ];

    /// The name in API spelling.
    pub fn name(self) -> &'static str {
        match self {
            Self::ConnectCustomKeyStore => "ConnectCustomKeyStore",
            Self::CreateCustomKeyStore => "CreateCustomKeyStore",
            Self::DeleteCustomKeyStore => "DeleteCustomKeyStore",
            Self::DescribeCustomKeyStores => "DescribeCustomKeyStores",
            Self::DescribeKey => "DescribeKey",
            Self::ListKeys => "ListKeys",
            Self::DisconnectCustomKeyStore => "DisconnectCustomKeyStore",
            Self::UpdateCustomKeyStore => "UpdateCustomKeyStore",
        }
    }

    /// The members of the input.
    pub(crate) fn input(self) -> &'static [Member] {
        match self {
            Self::ConnectCustomKeyStore => connect_custom_key_store::INPUT,
            Self::CreateCustomKeyStore => create_custom_key_store::INPUT,
            Self::DeleteCustomKeyStore => delete_custom_key_store::INPUT,
            Self::DescribeCustomKeyStores => describe_custom_key_stores::INPUT,
            Self::DescribeKey => describe_key::INPUT,
            Self::DisconnectCustomKeyStore => disconnect_custom_key_store::INPUT,
            Self::ListKeys => list_keys::INPUT,
            Self::UpdateCustomKeyStore => update_custom_key_store::INPUT,
        }
    }

    /// Does the operation and returns its output. On an error the stores are as they were.
    pub(crate) fn run(
        self,
        stores: &mut Stores,
        context: &Context,
        input: &Input,
    ) -> Result<Value, ServiceError> {
        stores.settle(context.now);
        match self {
            Self::ConnectCustomKeyStore => connect_custom_key_store::run(stores, context, input),
            Self::CreateCustomKeyStore => create_custom_key_store::run(stores, context, input),
            Self::DeleteCustomKeyStore => delete_custom_key_store::run(stores, context, input),
            Self::DescribeCustomKeyStores => describe_custom_key_stores::run(stores, context, input),
            Self::DescribeKey => describe_key::run(stores, context, input),
            Self::DisconnectCustomKeyStore => disconnect_custom_key_store::run(stores, context, input),
            Self::ListKeys => list_keys::run(stores, context, input),
            Self::UpdateCustomKeyStore => update_custom_key_store::run(stores, context, input),
        }
    }
}
