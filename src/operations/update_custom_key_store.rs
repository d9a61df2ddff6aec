//! `UpdateCustomKeyStore`: changes the properties of a custom key store.

use aws_sdk_kms::Client;
use aws_sdk_kms::types::XksProxyAuthenticationCredentialType;

use super::{services, shapes};
use crate::model::parameters::Parameters;
use crate::model::send::{Sending, outcome};
use crate::model::{Member, Operation};

pub(crate) static OPERATION: Operation = Operation {
    doc: "Changes the properties of a custom key store. Only the properties that are given change.

The identifier names the store; all other options say what shall change. Which options fit depends on the \
store's type: a password and a cluster belong to AWS_CLOUDHSM stores, everything that begins with 'xks' to \
EXTERNAL_KEY_STORE stores. The type itself can never change.

The name, the proxy's path and the proxy's credential can be changed while the store is connected; every other \
change needs a store that has been disconnected with disconnect-custom-key-store. While a store is \
disconnected, the keys in it cannot be used.

The new settings must lead to the same keys, for example to another proxy of the same external key manager or \
to a cluster restored from a backup of the same one. What was encrypted with keys that the new settings do not \
reach cannot be decrypted.

A successful update prints nothing. Look at the result with describe-custom-key-stores.",
    input: INPUT,
    is_change: true,
    examples: &[
        (
            "Rename a store",
            "update-custom-key-store --custom-key-store-id cks-1234567890abcdef0 \
             --new-custom-key-store-name DevelopmentKeys",
        ),
        (
            "Tell KMS the password that kmsuser now has in the CloudHSM cluster (the store is disconnected)",
            "update-custom-key-store --custom-key-store-id cks-1234567890abcdef0 \
             --key-store-password file://password.txt",
        ),
        (
            "Move a store to another CloudHSM cluster, made from a backup of its own (the store is disconnected)",
            "update-custom-key-store --custom-key-store-id cks-1234567890abcdef0 \
             --cloud-hsm-cluster-id cluster-1a23b4cdefg",
        ),
        (
            "Give KMS a new credential of the external key store proxy, with its secret half in a file",
            "update-custom-key-store --custom-key-store-id cks-1234567890abcdef0 \
             --xks-proxy-authentication-credential \
             AccessKeyId=ABCDE23456723EXAMPLE,RawSecretAccessKey@=file://key.txt",
        ),
        (
            "Reach the proxy through a VPC endpoint service instead of the internet (the store is disconnected)",
            "update-custom-key-store --custom-key-store-id cks-1234567890abcdef0 \
             --xks-proxy-connectivity VPC_ENDPOINT_SERVICE \
             --xks-proxy-uri-endpoint https://myproxy-private.xks.example.com \
             --xks-proxy-vpc-endpoint-service-name com.amazonaws.vpce.us-east-1.vpce-svc-example",
        ),
    ],
    ..Operation::new("UpdateCustomKeyStore", &services::KMS)
};

const INPUT: &[Member] = &[
    Member::required("CustomKeyStoreId", &shapes::CUSTOM_KEY_STORE_ID).doc(
        "The identifier of the custom key store to change. describe-custom-key-stores shows the \
         identifiers.",
    ),
    Member::optional("NewCustomKeyStoreName", &shapes::CUSTOM_KEY_STORE_NAME).doc(
        "A new friendly name for the store. It must be unique in the account and is not a secret: it \
         appears in plain text in logs.",
    ),
    Member::optional("KeyStorePassword", &shapes::KEY_STORE_PASSWORD).doc(
        "The current password of the kmsuser crypto user in the CloudHSM cluster of the store. It \
         tells KMS the password and does not change it in the cluster. Only for AWS_CLOUDHSM stores, \
         which must be disconnected.",
    ),
    Member::optional("CloudHsmClusterId", &shapes::CLOUD_HSM_CLUSTER_ID).doc(
        "The identifier of another CloudHSM cluster for the store. It must be related to the current \
         one: share its backup history and its cluster certificate. Only for AWS_CLOUDHSM stores, \
         which must be disconnected.",
    ),
    Member::optional("XksProxyUriEndpoint", &shapes::XKS_PROXY_URI_ENDPOINT).doc(
        "The address at which KMS reaches the external key store proxy: https:// and a host name, \
         without a port. With a VPC endpoint service it is https:// and the private DNS name of the \
         service. The store must be disconnected.",
    ),
    Member::optional("XksProxyUriPath", &shapes::XKS_PROXY_URI_PATH).doc(
        "The path to the proxy's API: an optional prefix, then /kms/xks/v and the version. Endpoint \
         and path together must be unique in the account and Region. It can be changed while the \
         store is connected.",
    ),
    Member::optional("XksProxyVpcEndpointServiceName", &shapes::NEW_XKS_PROXY_VPC_ENDPOINT_SERVICE_NAME).doc(
        "The name of the VPC endpoint service that leads to the proxy. Only with the connectivity \
         VPC_ENDPOINT_SERVICE; the store must be disconnected. A change to PUBLIC_ENDPOINT takes the \
         name away: give an empty one (\"\") together with it.",
    ),
    Member::optional("XksProxyVpcEndpointServiceOwner", &shapes::XKS_PROXY_VPC_ENDPOINT_SERVICE_OWNER).doc(
        "The account that owns the VPC endpoint service, if it is another one. Twelve digits; left \
         out, the owner stays as it is.",
    ),
    Member::optional("XksProxyAuthenticationCredential", &shapes::XKS_PROXY_AUTHENTICATION_CREDENTIAL).doc(
        "The credential with which KMS signs its requests to the proxy. Both halves are always \
         needed. Put the new credential on the proxy first; it can be changed while the store is \
         connected.",
    ),
    Member::optional("XksProxyConnectivity", &shapes::XKS_PROXY_CONNECTIVITY).doc(
        "How KMS reaches the proxy. A change to VPC_ENDPOINT_SERVICE also needs the endpoint and the \
         name of the service, a change to PUBLIC_ENDPOINT the endpoint; the store must be \
         disconnected.",
    ),
];

pub(super) fn send<'a>(client: &'a Client, parameters: &'a Parameters) -> Sending<'a> {
    let text = |name| parameters.string(name);
    let call = client
        .update_custom_key_store()
        .set_custom_key_store_id(text("CustomKeyStoreId"))
        .set_new_custom_key_store_name(text("NewCustomKeyStoreName"))
        .set_key_store_password(text("KeyStorePassword"))
        .set_cloud_hsm_cluster_id(text("CloudHsmClusterId"))
        .set_xks_proxy_uri_endpoint(text("XksProxyUriEndpoint"))
        .set_xks_proxy_uri_path(text("XksProxyUriPath"))
        .set_xks_proxy_vpc_endpoint_service_name(text("XksProxyVpcEndpointServiceName"))
        .set_xks_proxy_vpc_endpoint_service_owner(text("XksProxyVpcEndpointServiceOwner"))
        .set_xks_proxy_authentication_credential(credential(parameters))
        .set_xks_proxy_connectivity(text("XksProxyConnectivity").map(|value| value.as_str().into()));
    Box::pin(async move { outcome(call.send().await) })
}

/// The proxy's credential in the SDK's type, if both halves were given.
pub(super) fn credential(parameters: &Parameters) -> Option<XksProxyAuthenticationCredentialType> {
    let text = |name| parameters.string_in("XksProxyAuthenticationCredential", name);
    XksProxyAuthenticationCredentialType::builder()
        .set_access_key_id(text("AccessKeyId"))
        .set_raw_secret_access_key(text("RawSecretAccessKey"))
        .build()
        .ok()
}
