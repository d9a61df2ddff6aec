//! `DescribeCustomKeyStores`: shows the stores of the account and Region.

use aws_sdk_kms::Client;

use super::{Sending, outcome, services, shapes};
use crate::model::parameters::Parameters;
use crate::model::{Member, Operation, Paginator, Shape, Text};

pub(crate) static OPERATION: Operation = Operation {
    name: "DescribeCustomKeyStores",
    service: &services::KMS,
    doc: "Shows the custom key stores of the account and Region: all of them, or the one that is named.

The ConnectionState says whether the keys of a store can be used. For a state of FAILED the ConnectionErrorCode \
says why.

All pages are fetched and shown as one list. --no-paginate shows the first page only; --max-items limits the list \
and prints a token to go on with.",
    input: INPUT,
    output: OUTPUT,
    is_change: false,
    paginator: Some(Paginator {
        input_token: "Marker",
        output_token: "NextMarker",
        more_results: "Truncated",
        limit_key: "Limit",
        result_key: "CustomKeyStores",
    }),
    examples: &[
        ("All stores", "describe-custom-key-stores"),
        ("The state of one store, for a script", "describe-custom-key-stores \
             --custom-key-store-name ExternalKeys --output text --query CustomKeyStores[0].ConnectionState"),
    ],
};

const INPUT: &[Member] = &[
    Member {
        name: "CustomKeyStoreId",
        shape: &shapes::CUSTOM_KEY_STORE_ID,
        required: false,
        doc: "Show only the store with this identifier. Not together with a name.",
    },
    Member {
        name: "CustomKeyStoreName",
        shape: &shapes::CUSTOM_KEY_STORE_NAME,
        required: false,
        doc: "Show only the store with this name. Not together with an identifier.",
    },
    Member {
        name: "Limit",
        shape: &shapes::LIMIT,
        required: false,
        doc: "The greatest number of stores in a page. Given by hand, only one page is shown.",
    },
    Member {
        name: "Marker",
        shape: &shapes::MARKER,
        required: false,
        doc: "The NextMarker of the page before. Given by hand, only one page is shown.",
    },
];

const OUTPUT: &[Member] = &[
    shown("CustomKeyStores", &STORES, "The stores."),
    shown("NextMarker", &shapes::MARKER, "The marker of the next page."),
    shown("Truncated", &shapes::BOOLEAN, "Whether there are further pages."),
];

static STORES: Shape = Shape::List(&STORE);
static STORE: Shape = Shape::Structure(&[
    shown("CustomKeyStoreId", &shapes::CUSTOM_KEY_STORE_ID, "The identifier."),
    shown("CustomKeyStoreName", &shapes::CUSTOM_KEY_STORE_NAME, "The name."),
    shown("CloudHsmClusterId", &shapes::CLOUD_HSM_CLUSTER_ID, "The cluster."),
    shown("TrustAnchorCertificate", &shapes::TRUST_ANCHOR_CERTIFICATE, "The certificate of the cluster."),
    shown("ConnectionState", &FREE, "Whether the store is connected."),
    shown("ConnectionErrorCode", &FREE, "Why the connection failed."),
    shown("CreationDate", &CREATION_DATE, "When the store was created."),
    shown("CustomKeyStoreType", &shapes::CUSTOM_KEY_STORE_TYPE, "What backs the store."),
    shown("XksProxyConfiguration", &XKS_PROXY_CONFIGURATION, "The external key store proxy."),
]);
static XKS_PROXY_CONFIGURATION: Shape = Shape::Structure(&[
    shown("Connectivity", &shapes::XKS_PROXY_CONNECTIVITY, "How KMS reaches the proxy."),
    shown("AccessKeyId", &ACCESS_KEY_ID, "The identifier of the proxy's secret key."),
    shown("UriEndpoint", &shapes::XKS_PROXY_URI_ENDPOINT, "The address."),
    shown("UriPath", &shapes::XKS_PROXY_URI_PATH, "The path."),
    shown(
        "VpcEndpointServiceName",
        &shapes::XKS_PROXY_VPC_ENDPOINT_SERVICE_NAME,
        "The VPC endpoint service.",
    ),
    shown("VpcEndpointServiceOwner", &shapes::XKS_PROXY_VPC_ENDPOINT_SERVICE_OWNER, "Its owner."),
]);
static FREE: Shape = Shape::String(Text::FREE);
static CREATION_DATE: Shape = Shape::Timestamp;

/// In a reply the identifier of the key is shown, as the reference does: it is no secret without the key.
static ACCESS_KEY_ID: Shape = Shape::String(Text { min: Some(20), max: Some(30), ..Text::FREE });

const fn shown(name: &'static str, shape: &'static Shape, doc: &'static str) -> Member {
    Member { name, shape, required: false, doc }
}

pub(super) fn send<'a>(client: &'a Client, parameters: &'a Parameters) -> Sending<'a> {
    let call = client
        .describe_custom_key_stores()
        .set_custom_key_store_id(parameters.string("CustomKeyStoreId"))
        .set_custom_key_store_name(parameters.string("CustomKeyStoreName"))
        .set_limit(parameters.integer("Limit"))
        .set_marker(parameters.string("Marker"));
    Box::pin(async move { outcome(call.send().await) })
}
