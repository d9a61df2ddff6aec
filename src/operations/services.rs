//! The services whose operations are sent.

use crate::model::{Protocol, Service};

pub(crate) static KMS: Service = Service {
    key: "kms",
    host: "kms",
    protocol: Protocol::AwsJson,
    errors: include_str!("kms-exceptions.txt"),
    error_members: &["message"],
};

/// Its errors have no members beside code and message.
pub(crate) static STS: Service =
    Service { key: "sts", host: "sts", protocol: Protocol::Query, errors: "", error_members: &[] };

/// The portal of IAM Identity Center.
pub(crate) static SSO: Service = Service {
    key: "sso",
    host: "portal.sso",
    protocol: Protocol::RestJson,
    errors: "InvalidRequestException
ResourceNotFoundException
TooManyRequestsException
UnauthorizedException",
    error_members: &["message"],
};

/// The OIDC service of IAM Identity Center. Its errors are never shown.
pub(crate) static SSO_OIDC: Service =
    Service { key: "sso_oidc", host: "oidc", protocol: Protocol::RestJson, errors: "", error_members: &[] };

/// AWS Sign-In.
pub(crate) static SIGNIN: Service = Service {
    key: "signin",
    host: "signin",
    protocol: Protocol::RestJson,
    errors: "AccessDeniedException
InternalServerException
TooManyRequestsError
ValidationException",
    error_members: &["error", "message"],
};
