//! CreateCustomKeyStore: a new store, DISCONNECTED.

use serde_json::{Value, json};

use super::{Context, shapes};
use crate::error::ServiceError;
use crate::rules;
use crate::store::{Backing, Stores};
use crate::validation::{Input, Member};

/// Custom key stores per account and Region; KMS does not raise it.
const QUOTA: usize = 10;

#[rustfmt::skip]
pub(super) const INPUT: &[Member] = &[
    Member { name: "CustomKeyStoreName", shape: &shapes::CUSTOM_KEY_STORE_NAME, required: true },
    Member { name: "CloudHsmClusterId", shape: &shapes::CLOUD_HSM_CLUSTER_ID, required: false },
    Member { name: "TrustAnchorCertificate", shape: &shapes::TRUST_ANCHOR_CERTIFICATE, required: false },
    Member { name: "KeyStorePassword", shape: &shapes::KEY_STORE_PASSWORD, required: false },
    Member { name: "CustomKeyStoreType", shape: &shapes::CUSTOM_KEY_STORE_TYPE, required: false },
    Member { name: "XksProxyUriEndpoint", shape: &shapes::XKS_PROXY_URI_ENDPOINT, required: false },
    Member { name: "XksProxyUriPath", shape: &shapes::XKS_PROXY_URI_PATH, required: false },
    Member { name: "XksProxyVpcEndpointServiceName", shape: &shapes::XKS_PROXY_VPC_ENDPOINT_SERVICE_NAME, required: false },
    Member { name: "XksProxyVpcEndpointServiceOwner", shape: &shapes::ACCOUNT_ID, required: false },
    Member { name: "XksProxyAuthenticationCredential", shape: &shapes::XKS_PROXY_AUTHENTICATION_CREDENTIAL, required: false },
    Member { name: "XksProxyConnectivity", shape: &shapes::XKS_PROXY_CONNECTIVITY, required: false },
];

/// Creates a store and returns its id. Refused when a member does not fit the type, when the name, the cluster
/// or the proxy is in use, and when the account has all the stores it may have.
pub(super) fn run(stores: &mut Stores, context: &Context, input: &Input) -> Result<Value, ServiceError> {
    let backing = rules::created(input, &context.owner.account)?;
    let store = stores.draft(&context.owner, input.required("CustomKeyStoreName"), backing, context.now);
    rules::check_unique(stores.all(), &store)?;
    if stores.of(&context.owner).count() >= QUOTA {
        return Err(ServiceError::LimitExceeded(QUOTA));
    }
    if let Backing::CloudHsm { cluster_id, .. } = &store.backing {
        stores.clusters.check(cluster_id, false)?;
    }
    let reply = json!({"CustomKeyStoreId": store.id});
    stores.put(store);
    Ok(reply)
}
