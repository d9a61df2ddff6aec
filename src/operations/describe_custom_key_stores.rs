//! `DescribeCustomKeyStores`: shows the stores of the account and Region.

use aws_sdk_kms::Client;

use super::{services, shapes};
use crate::model::parameters::Parameters;
use crate::model::send::{Sending, outcome};
use crate::model::{Member, Operation, Paginator, Shape, Text};

pub(crate) static OPERATION: Operation = Operation {
    doc: "Shows the custom key stores of the account and Region: all of them, or the one that is named.

The ConnectionState says whether the keys of a store can be used. For a state of FAILED the ConnectionErrorCode \
says why.

All pages are fetched and shown as one list. --no-paginate shows the first page only; --max-items limits the list \
and prints a token to go on with.",
    input: INPUT,
    output: OUTPUT,
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
             --custom-key-store-name ExternalKeys --output text --query 'CustomKeyStores[0].ConnectionState'"),
    ],
    ..Operation::new("DescribeCustomKeyStores", &services::KMS)
};

const INPUT: &[Member] = &[
    Member::optional("CustomKeyStoreId", &shapes::CUSTOM_KEY_STORE_ID)
        .doc("Show only the store with this identifier. Not together with a name."),
    Member::optional("CustomKeyStoreName", &shapes::CUSTOM_KEY_STORE_NAME)
        .doc("Show only the store with this name. Not together with an identifier."),
    Member::optional("Limit", &shapes::LIMIT)
        .doc("The greatest number of stores in a page. Given by hand, only one page is shown."),
    Member::optional("Marker", &shapes::MARKER)
        .doc("The NextMarker of the page before. Given by hand, only one page is shown."),
];

const OUTPUT: &[Member] = &[
    Member::optional("CustomKeyStores", &STORES),
    Member::optional("NextMarker", &shapes::MARKER),
    Member::optional("Truncated", &shapes::BOOLEAN),
];

static STORES: Shape = Shape::List(&STORE);
static STORE: Shape = Shape::Structure(&[
    Member::optional("CustomKeyStoreId", &shapes::CUSTOM_KEY_STORE_ID),
    Member::optional("CustomKeyStoreName", &shapes::CUSTOM_KEY_STORE_NAME),
    Member::optional("CloudHsmClusterId", &shapes::CLOUD_HSM_CLUSTER_ID),
    Member::optional("TrustAnchorCertificate", &shapes::TRUST_ANCHOR_CERTIFICATE),
    Member::optional("ConnectionState", &shapes::TEXT),
    Member::optional("ConnectionErrorCode", &shapes::TEXT),
    Member::optional("CreationDate", &CREATION_DATE),
    Member::optional("CustomKeyStoreType", &shapes::CUSTOM_KEY_STORE_TYPE),
    Member::optional("XksProxyConfiguration", &XKS_PROXY_CONFIGURATION),
]);
static XKS_PROXY_CONFIGURATION: Shape = Shape::Structure(&[
    Member::optional("Connectivity", &shapes::XKS_PROXY_CONNECTIVITY),
    Member::optional("AccessKeyId", &ACCESS_KEY_ID),
    Member::optional("UriEndpoint", &shapes::XKS_PROXY_URI_ENDPOINT),
    Member::optional("UriPath", &shapes::XKS_PROXY_URI_PATH),
    Member::optional("VpcEndpointServiceName", &shapes::XKS_PROXY_VPC_ENDPOINT_SERVICE_NAME),
    Member::optional("VpcEndpointServiceOwner", &shapes::XKS_PROXY_VPC_ENDPOINT_SERVICE_OWNER),
]);
static CREATION_DATE: Shape = Shape::Timestamp;

/// In a reply the identifier of the key is shown, as the reference does: it is no secret without the key.
static ACCESS_KEY_ID: Shape = Shape::String(Text::length(20, 30));

pub(super) fn send<'a>(client: &'a Client, parameters: &'a Parameters) -> Sending<'a> {
    let call = client
        .describe_custom_key_stores()
        .set_custom_key_store_id(parameters.string("CustomKeyStoreId"))
        .set_custom_key_store_name(parameters.string("CustomKeyStoreName"))
        .set_limit(parameters.integer("Limit"))
        .set_marker(parameters.string("Marker"));
    Box::pin(async move { outcome(call.send().await) })
}
