//! The shapes that operations share. Lengths, patterns and values of custom key stores are those of the service model
//! `kms-2014-11-01`.

use crate::model::{Member, Shape, Text};

/// Shape `CustomKeyStoreIdType`.
pub(crate) static CUSTOM_KEY_STORE_ID: Shape = Shape::String(Text::length(1, 64));

/// Shape `CustomKeyStoreNameType`.
pub(crate) static CUSTOM_KEY_STORE_NAME: Shape = Shape::String(Text::length(1, 256));

/// Shape `KeyStorePasswordType`.
pub(crate) static KEY_STORE_PASSWORD: Shape = Shape::String(Text { sensitive: true, ..Text::length(7, 32) });

/// Shape `CloudHsmClusterIdType`.
pub(crate) static CLOUD_HSM_CLUSTER_ID: Shape =
    Shape::String(Text { pattern: Some("cluster-[2-7a-zA-Z]{11,16}"), ..Text::length(19, 24) });

/// Shape `XksProxyUriEndpointType`.
pub(crate) static XKS_PROXY_URI_ENDPOINT: Shape =
    Shape::String(Text { pattern: Some(r"^https://[a-zA-Z0-9.-]+$"), ..Text::length(10, 128) });

/// Shape `XksProxyUriPathType`.
pub(crate) static XKS_PROXY_URI_PATH: Shape = Shape::String(Text {
    pattern: Some(r"^(/[a-zA-Z0-9\/_-]+/kms/xks/v\d{1,2})$|^(/kms/xks/v\d{1,2})$"),
    ..Text::length(10, 128)
});

/// Shape `XksProxyVpcEndpointServiceNameType`.
pub(crate) static XKS_PROXY_VPC_ENDPOINT_SERVICE_NAME: Shape =
    Shape::String(XKS_PROXY_VPC_ENDPOINT_SERVICE_NAME_TEXT);

/// Shape `XksProxyVpcEndpointServiceNameType` where a store changes: one that is to be reached over the internet has none
/// any more.
pub(crate) static NEW_XKS_PROXY_VPC_ENDPOINT_SERVICE_NAME: Shape = Shape::String(Text {
    empty_beside: Some(("XksProxyConnectivity", "PUBLIC_ENDPOINT")),
    ..XKS_PROXY_VPC_ENDPOINT_SERVICE_NAME_TEXT
});

const XKS_PROXY_VPC_ENDPOINT_SERVICE_NAME_TEXT: Text = Text {
    pattern: Some(r"^(com|eu)\.amazonaws\.vpce\.([a-z]+-){2,3}\d+\.vpce-svc-[0-9a-z]+$"),
    ..Text::length(20, 64)
};

/// Shape `AccountIdType`.
pub(crate) static XKS_PROXY_VPC_ENDPOINT_SERVICE_OWNER: Shape =
    Shape::String(Text { pattern: Some("[0-9]+"), ..Text::length(12, 12) });

/// Shape `XksProxyAuthenticationCredentialType`.
pub(crate) static XKS_PROXY_AUTHENTICATION_CREDENTIAL: Shape = Shape::Structure(&[
    Member::required("AccessKeyId", &XKS_PROXY_AUTHENTICATION_ACCESS_KEY_ID)
        .doc("The identifier of the proxy's secret key."),
    Member::required("RawSecretAccessKey", &XKS_PROXY_AUTHENTICATION_RAW_SECRET_ACCESS_KEY)
        .doc("The proxy's secret key in clear. KMS keeps it encrypted and never shows it again."),
]);

/// Shape `XksProxyAuthenticationAccessKeyIdType`.
static XKS_PROXY_AUTHENTICATION_ACCESS_KEY_ID: Shape =
    Shape::String(Text { pattern: Some("^[A-Z2-7]+$"), sensitive: true, ..Text::length(20, 30) });

/// Shape `XksProxyAuthenticationRawSecretAccessKeyType`.
static XKS_PROXY_AUTHENTICATION_RAW_SECRET_ACCESS_KEY: Shape =
    Shape::String(Text { pattern: Some(r"^[a-zA-Z0-9\/+=]+$"), sensitive: true, ..Text::length(43, 64) });

/// Shape `XksProxyConnectivityType`.
pub(crate) static XKS_PROXY_CONNECTIVITY: Shape =
    Shape::String(Text { values: &["PUBLIC_ENDPOINT", "VPC_ENDPOINT_SERVICE"], ..Text::FREE });

/// Shape `TrustAnchorCertificateType`.
pub(crate) static TRUST_ANCHOR_CERTIFICATE: Shape = Shape::String(Text::length(1, 5000));

/// Shape `CustomKeyStoreType`.
pub(crate) static CUSTOM_KEY_STORE_TYPE: Shape =
    Shape::String(Text { values: &["AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"], ..Text::FREE });

/// Shape `LimitType`.
pub(crate) static LIMIT: Shape = Shape::Integer { min: 1, max: 1000 };

/// Shape `MarkerType`.
pub(crate) static MARKER: Shape =
    Shape::String(Text { pattern: Some(r"[\u0020-\u00FF]*"), ..Text::length(1, 1024) });

/// Shape `BooleanType`.
pub(crate) static BOOLEAN: Shape = Shape::Boolean;

pub(crate) static TEXT: Shape = Shape::String(Text::FREE);
pub(crate) static SECRET: Shape = Shape::String(Text { sensitive: true, ..Text::FREE });
pub(crate) static NUMBER: Shape = Shape::Integer { min: i64::MIN, max: i64::MAX };

/// Shape `arnType` of STS.
pub(crate) static ROLE_ARN: Shape = Shape::String(Text { min: Some(20), ..Text::FREE });

/// Shape `roleSessionNameType` of STS.
pub(crate) static ROLE_SESSION_NAME: Shape = Shape::String(Text { min: Some(2), ..Text::FREE });

/// Shape `Credentials` of STS.
pub(crate) static CREDENTIALS: Shape = Shape::Structure(&[
    Member::required("AccessKeyId", &TEXT),
    Member::required("SecretAccessKey", &SECRET),
    Member::required("SessionToken", &SECRET),
    Member::required("Expiration", &TEXT),
]);

/// Shape `AssumedRoleUser` of STS.
pub(crate) static ASSUMED_ROLE_USER: Shape =
    Shape::Structure(&[Member::optional("AssumedRoleId", &TEXT), Member::optional("Arn", &TEXT)]);
