//! UpdateCustomKeyStore: all of the change, or none of it.

use serde_json::{Value, json};

use super::{Context, shapes};
use crate::error::ServiceError;
use crate::rules;
use crate::store::{Backing, Stores};
use crate::validation::{Input, Member};

#[rustfmt::skip]
pub(super) const INPUT: &[Member] = &[
    Member { name: "CustomKeyStoreId", shape: &shapes::CUSTOM_KEY_STORE_ID, required: true },
    Member { name: "NewCustomKeyStoreName", shape: &shapes::CUSTOM_KEY_STORE_NAME, required: false },
    Member { name: "KeyStorePassword", shape: &shapes::KEY_STORE_PASSWORD, required: false },
    Member { name: "CloudHsmClusterId", shape: &shapes::CLOUD_HSM_CLUSTER_ID, required: false },
    Member { name: "XksProxyUriEndpoint", shape: &shapes::XKS_PROXY_URI_ENDPOINT, required: false },
    Member { name: "XksProxyUriPath", shape: &shapes::XKS_PROXY_URI_PATH, required: false },
    Member { name: "XksProxyVpcEndpointServiceName", shape: &shapes::XKS_PROXY_VPC_ENDPOINT_SERVICE_NAME_OR_EMPTY, required: false },
    Member { name: "XksProxyVpcEndpointServiceOwner", shape: &shapes::ACCOUNT_ID, required: false },
    Member { name: "XksProxyAuthenticationCredential", shape: &shapes::XKS_PROXY_AUTHENTICATION_CREDENTIAL, required: false },
    Member { name: "XksProxyConnectivity", shape: &shapes::XKS_PROXY_CONNECTIVITY, required: false },
];

/// Changes the store. Refused when a member does not fit the store's type or state, or a value is in use.
pub(super) fn run(stores: &mut Stores, context: &Context, input: &Input) -> Result<Value, ServiceError> {
    let store = stores.find(&context.owner, input.required("CustomKeyStoreId"))?;
    let mut changed = rules::updated(store, input)?;
    rules::check_unique(stores.all(), &changed)?;
    match (&store.backing, &mut changed.backing) {
        (Backing::External(before), Backing::External(proxy)) => {
            let until = context.now.checked_add(context.propagation).unwrap_or(context.now);
            proxy.keep_credential(before, context.now, until);
        }
        (_, Backing::CloudHsm { cluster_id, .. }) if input.has("CloudHsmClusterId") => {
            stores.clusters.check(cluster_id, true)?;
        }
        (_, Backing::CloudHsm { .. } | Backing::External(_)) => {}
    }
    stores.put(changed);
    Ok(json!({}))
}
