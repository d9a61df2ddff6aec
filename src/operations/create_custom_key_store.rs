//! `CreateCustomKeyStore`: creates a store backed by a CloudHSM cluster or an external key manager.

use aws_sdk_kms::Client;

use super::{services, shapes, update_custom_key_store};
use crate::model::parameters::Parameters;
use crate::model::send::{Sending, outcome};
use crate::model::{Member, Operation};

pub(crate) static OPERATION: Operation = Operation {
    doc: "Creates a custom key store. It is backed by a CloudHSM cluster or, through a proxy, by an external key \
manager.

The type decides on the other options. An AWS_CLOUDHSM store (the default) needs the cluster's identifier, the \
certificate of its trust anchor and the password of the kmsuser account. An EXTERNAL_KEY_STORE store needs the \
proxy's connectivity, endpoint, path and credential, and the name of the VPC endpoint service if the proxy is \
reached through one.

The new store is not connected. Connect it with connect-custom-key-store before keys are created in it.

The identifier of the new store is printed.",
    input: INPUT,
    output: &[Member::optional("CustomKeyStoreId", &shapes::CUSTOM_KEY_STORE_ID)],
    is_change: true,
    examples: &[
        (
            "A store in a CloudHSM cluster",
            "create-custom-key-store --custom-key-store-name ClusterKeys \
             --cloud-hsm-cluster-id cluster-1a23b4cdefg --key-store-password file://password.txt \
             --trust-anchor-certificate file://customerCA.crt",
        ),
        (
            "A store behind an external key store proxy",
            "create-custom-key-store --custom-key-store-name ExternalKeys \
             --custom-key-store-type EXTERNAL_KEY_STORE --xks-proxy-connectivity PUBLIC_ENDPOINT \
             --xks-proxy-uri-endpoint https://myproxy.xks.example.com --xks-proxy-uri-path /kms/xks/v1 \
             --xks-proxy-authentication-credential \
             AccessKeyId=ABCDE23456723EXAMPLE,RawSecretAccessKey@=file://key.txt",
        ),
    ],
    ..Operation::new("CreateCustomKeyStore", &services::KMS)
};

const INPUT: &[Member] = &[
    Member::required("CustomKeyStoreName", &shapes::CUSTOM_KEY_STORE_NAME).doc(
        "A friendly name for the store. It must be unique in the account and is not a secret: it \
         appears in plain text in logs.",
    ),
    Member::optional("CloudHsmClusterId", &shapes::CLOUD_HSM_CLUSTER_ID).doc(
        "The identifier of the CloudHSM cluster for the store. The cluster must be active and belong \
         to no other store. Only for AWS_CLOUDHSM stores, which need it.",
    ),
    Member::optional("TrustAnchorCertificate", &shapes::TRUST_ANCHOR_CERTIFICATE).doc(
        "The certificate of the cluster's trust anchor, the content of the file customerCA.crt that \
         was made when the cluster was initialized. Only for AWS_CLOUDHSM stores, which need it.",
    ),
    Member::optional("KeyStorePassword", &shapes::KEY_STORE_PASSWORD).doc(
        "The password of the kmsuser crypto user in the cluster. Only for AWS_CLOUDHSM stores, which \
         need it.",
    ),
    Member::optional("CustomKeyStoreType", &shapes::CUSTOM_KEY_STORE_TYPE)
        .doc("What backs the store; a CloudHSM cluster unless given. It can never be changed."),
    Member::optional("XksProxyUriEndpoint", &shapes::XKS_PROXY_URI_ENDPOINT).doc(
        "The address at which KMS reaches the external key store proxy: https:// and a host name, \
         without a port. With a VPC endpoint service it is https:// and the private DNS name of the \
         service.",
    ),
    Member::optional("XksProxyUriPath", &shapes::XKS_PROXY_URI_PATH).doc(
        "The path to the proxy's API: an optional prefix, then /kms/xks/v and the version. Endpoint \
         and path together must be unique in the account and Region.",
    ),
    Member::optional("XksProxyVpcEndpointServiceName", &shapes::XKS_PROXY_VPC_ENDPOINT_SERVICE_NAME).doc(
        "The name of the VPC endpoint service that leads to the proxy. Only with the connectivity \
         VPC_ENDPOINT_SERVICE, which needs it.",
    ),
    Member::optional("XksProxyVpcEndpointServiceOwner", &shapes::XKS_PROXY_VPC_ENDPOINT_SERVICE_OWNER)
        .doc("The account that owns the VPC endpoint service, if it is another one. Twelve digits."),
    Member::optional("XksProxyAuthenticationCredential", &shapes::XKS_PROXY_AUTHENTICATION_CREDENTIAL)
        .doc("The credential with which KMS signs its requests to the proxy. Both halves are always needed."),
    Member::optional("XksProxyConnectivity", &shapes::XKS_PROXY_CONNECTIVITY)
        .doc("How KMS reaches the proxy: over the internet or through a VPC endpoint service."),
];

pub(super) fn send<'a>(client: &'a Client, parameters: &'a Parameters) -> Sending<'a> {
    let text = |name| parameters.string(name);
    let call = client
        .create_custom_key_store()
        .set_custom_key_store_name(text("CustomKeyStoreName"))
        .set_cloud_hsm_cluster_id(text("CloudHsmClusterId"))
        .set_trust_anchor_certificate(text("TrustAnchorCertificate"))
        .set_key_store_password(text("KeyStorePassword"))
        .set_custom_key_store_type(text("CustomKeyStoreType").map(|value| value.as_str().into()))
        .set_xks_proxy_uri_endpoint(text("XksProxyUriEndpoint"))
        .set_xks_proxy_uri_path(text("XksProxyUriPath"))
        .set_xks_proxy_vpc_endpoint_service_name(text("XksProxyVpcEndpointServiceName"))
        .set_xks_proxy_vpc_endpoint_service_owner(text("XksProxyVpcEndpointServiceOwner"))
        .set_xks_proxy_authentication_credential(update_custom_key_store::credential(parameters))
        .set_xks_proxy_connectivity(text("XksProxyConnectivity").map(|value| value.as_str().into()));
    Box::pin(async move { outcome(call.send().await) })
}
