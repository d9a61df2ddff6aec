//! The shapes that the inputs share, with the limits and patterns of the KMS model (2014-11-01).

use crate::validation::{Member, Shape, Text};

pub(super) static CUSTOM_KEY_STORE_ID: Shape = Shape::Text(Text::new(1, 64));
pub(super) static CUSTOM_KEY_STORE_NAME: Shape = Shape::Text(Text::new(1, 256));
pub(super) static CLOUD_HSM_CLUSTER_ID: Shape =
    Shape::Text(Text::matching(19, 24, "cluster-[2-7a-zA-Z]{11,16}"));
pub(super) static TRUST_ANCHOR_CERTIFICATE: Shape = Shape::Text(Text::new(1, 5000));
pub(super) static KEY_STORE_PASSWORD: Shape = Shape::Text(Text { sensitive: true, ..Text::new(7, 32) });
pub(super) static CUSTOM_KEY_STORE_TYPE: Shape = Shape::Choice(&["AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"]);
pub(super) static XKS_PROXY_URI_ENDPOINT: Shape =
    Shape::Text(Text::matching(10, 128, "^https://[a-zA-Z0-9.-]+$"));
pub(super) static XKS_PROXY_URI_PATH: Shape =
    Shape::Text(Text::matching(10, 128, r"^(/[a-zA-Z0-9\/_-]+/kms/xks/v\d{1,2})$|^(/kms/xks/v\d{1,2})$"));
const VPC_ENDPOINT_SERVICE_NAME: Text =
    Text::matching(20, 64, r"^(com|eu)\.amazonaws\.vpce\.([a-z]+-){2,3}\d+\.vpce-svc-[0-9a-z]+$");
pub(super) static XKS_PROXY_VPC_ENDPOINT_SERVICE_NAME: Shape = Shape::Text(VPC_ENDPOINT_SERVICE_NAME);
/// UpdateCustomKeyStore takes "a null or empty string" to remove the name.
pub(super) static XKS_PROXY_VPC_ENDPOINT_SERVICE_NAME_OR_EMPTY: Shape =
    Shape::Text(Text { or_empty: true, ..VPC_ENDPOINT_SERVICE_NAME });
pub(super) static ACCOUNT_ID: Shape = Shape::Text(Text::matching(12, 12, "[0-9]{12}"));
pub(super) static XKS_PROXY_CONNECTIVITY: Shape = Shape::Choice(&["PUBLIC_ENDPOINT", "VPC_ENDPOINT_SERVICE"]);
pub(super) static XKS_PROXY_AUTHENTICATION_CREDENTIAL: Shape = Shape::Structure(&[
    Member {
        name: "AccessKeyId",
        shape: &Shape::Text(Text { sensitive: true, ..Text::matching(20, 30, "^[A-Z2-7]+$") }),
        required: true,
    },
    Member {
        name: "RawSecretAccessKey",
        shape: &Shape::Text(Text { sensitive: true, ..Text::matching(43, 64, r"^[a-zA-Z0-9\/+=]+$") }),
        required: true,
    },
]);
pub(super) static LIMIT: Shape = Shape::Integer { min: 1, max: 1000 };
pub(super) static KEY_ID: Shape = Shape::Text(Text::new(1, 2048));
pub(super) static MARKER: Shape = Shape::Text(Text::matching(1, 1024, r"[\x{20}-\x{FF}]*"));
