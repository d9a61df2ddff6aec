//! The operations that credentials and tokens come from: their tables, and how they are sent. Names, types and
//! lengths are those of the service models.

use std::sync::Arc;

use aws_sdk_signin::types::CreateOAuth2TokenRequestBody;

use super::proof::{Proof, ProofKey};
use crate::model::parameters::Parameters;
use crate::model::{Member, Protocol, Shape, Text};
use crate::reply::failure::Modelled;
use crate::session::endpoint::{SIGNIN, SSO, SSO_OIDC, STS, Service};
use crate::transport::error::TransportError;
use crate::transport::recorder::Record;
use crate::transport::{ClientSettings, Sending, clients, outcome};

/// An operation of a service that hands out credentials or tokens.
pub(crate) struct Exchange {
    /// The API's name.
    pub(crate) name: &'static str,
    /// The service.
    pub(crate) service: &'static Service,
    /// How the service writes.
    pub(crate) protocol: Protocol,
    /// The members of the request that are ever sent.
    pub(crate) input: &'static [Member],
    /// The members of the reply, in the order of the service model. A reply without a required one is of no use.
    pub(crate) output: &'static [Member],
    /// The errors of the service's model.
    pub(crate) modelled: Modelled,
}

static TEXT: Shape = Shape::String(Text::FREE);
static SECRET: Shape = Shape::String(Text { sensitive: true, ..Text::FREE });
static NUMBER: Shape = Shape::Integer { min: i64::MIN, max: i64::MAX };
static ROLE_ARN: Shape = at_least(20, false);
static ROLE_SESSION_NAME: Shape = at_least(2, false);
static EXTERNAL_ID: Shape = at_least(2, false);
static SERIAL_NUMBER: Shape = at_least(9, false);
static TOKEN_CODE: Shape = at_least(6, true);
static WEB_IDENTITY_TOKEN: Shape = at_least(4, true);
static REFRESH_TOKEN: Shape = at_least(1, true);
static DURATION_SECONDS: Shape = Shape::Integer { min: 900, max: 43_200 };
static CREDENTIALS: Shape = Shape::Structure(&[
    required("AccessKeyId", &TEXT),
    required("SecretAccessKey", &SECRET),
    required("SessionToken", &SECRET),
    required("Expiration", &TEXT),
]);
static ASSUMED_ROLE_USER: Shape =
    Shape::Structure(&[optional("AssumedRoleId", &TEXT), optional("Arn", &TEXT)]);
static ROLE_CREDENTIALS: Shape = Shape::Structure(&[
    required("accessKeyId", &TEXT),
    required("secretAccessKey", &SECRET),
    required("sessionToken", &SECRET),
    required("expiration", &NUMBER),
]);
static TOKEN_INPUT: Shape = Shape::Structure(&[
    required("clientId", &TEXT),
    required("grantType", &TEXT),
    optional("refreshToken", &REFRESH_TOKEN),
]);
static LOGIN_TOKEN: Shape = Shape::Structure(&[
    required("accessKeyId", &TEXT),
    required("secretAccessKey", &SECRET),
    required("sessionToken", &SECRET),
]);

/// Takes a role with the credentials of somebody else.
pub(crate) static ASSUME_ROLE: Exchange = Exchange {
    name: "AssumeRole",
    service: &STS,
    protocol: Protocol::Query,
    input: &[
        required("RoleArn", &ROLE_ARN),
        required("RoleSessionName", &ROLE_SESSION_NAME),
        optional("DurationSeconds", &DURATION_SECONDS),
        optional("ExternalId", &EXTERNAL_ID),
        optional("SerialNumber", &SERIAL_NUMBER),
        optional("TokenCode", &TOKEN_CODE),
    ],
    output: &[
        required("Credentials", &CREDENTIALS),
        optional("AssumedRoleUser", &ASSUMED_ROLE_USER),
        optional("PackedPolicySize", &NUMBER),
        optional("SourceIdentity", &TEXT),
    ],
    modelled: Modelled::NONE,
};

/// Takes a role with a token of an identity provider.
pub(crate) static ASSUME_ROLE_WITH_WEB_IDENTITY: Exchange = Exchange {
    name: "AssumeRoleWithWebIdentity",
    service: &STS,
    protocol: Protocol::Query,
    input: &[
        required("RoleArn", &ROLE_ARN),
        required("RoleSessionName", &ROLE_SESSION_NAME),
        required("WebIdentityToken", &WEB_IDENTITY_TOKEN),
    ],
    output: &[
        required("Credentials", &CREDENTIALS),
        optional("SubjectFromWebIdentityToken", &TEXT),
        optional("AssumedRoleUser", &ASSUMED_ROLE_USER),
        optional("PackedPolicySize", &NUMBER),
        optional("Provider", &TEXT),
        optional("Audience", &TEXT),
        optional("SourceIdentity", &TEXT),
    ],
    modelled: Modelled::NONE,
};

/// Takes a role with a token of IAM Identity Center.
pub(crate) static GET_ROLE_CREDENTIALS: Exchange = Exchange {
    name: "GetRoleCredentials",
    service: &SSO,
    protocol: Protocol::RestJson,
    input: &[required("roleName", &TEXT), required("accountId", &TEXT), required("accessToken", &SECRET)],
    output: &[required("roleCredentials", &ROLE_CREDENTIALS)],
    modelled: Modelled {
        is_code: |code| {
            let codes = [
                "InvalidRequestException",
                "ResourceNotFoundException",
                "TooManyRequestsException",
                "UnauthorizedException",
            ];
            codes.contains(&code)
        },
        members: &["message"],
    },
};

/// Renews a token of IAM Identity Center. Its errors are never shown.
pub(crate) static CREATE_TOKEN: Exchange = Exchange {
    name: "CreateToken",
    service: &SSO_OIDC,
    protocol: Protocol::RestJson,
    input: &[
        required("clientId", &TEXT),
        required("clientSecret", &SECRET),
        required("grantType", &TEXT),
        optional("refreshToken", &SECRET),
    ],
    // In the order in which the reference looks for them.
    output: &[
        required("expiresIn", &NUMBER),
        required("accessToken", &SECRET),
        optional("refreshToken", &SECRET),
    ],
    modelled: Modelled::NONE,
};

/// Renews the credentials of `aws login`. It is sent with a proof of possession in a header.
pub(crate) static CREATE_O_AUTH2_TOKEN: Exchange = Exchange {
    name: "CreateOAuth2Token",
    service: &SIGNIN,
    protocol: Protocol::RestJson,
    input: &[required("tokenInput", &TOKEN_INPUT)],
    output: &[
        required("expiresIn", &NUMBER),
        required("accessToken", &LOGIN_TOKEN),
        required("refreshToken", &SECRET),
    ],
    modelled: Modelled {
        is_code: |code| {
            let codes = [
                "AccessDeniedException",
                "InternalServerException",
                "TooManyRequestsError",
                "ValidationException",
            ];
            codes.contains(&code)
        },
        members: &["error", "message"],
    },
};

/// Sends [`ASSUME_ROLE`] through the SDK's typed builder; the recorder keeps the reply's bytes.
pub(crate) fn assume_role<'a>(
    settings: &'a ClientSettings,
    record: &'a Record,
    parameters: &'a Parameters,
) -> Sending<'a> {
    Box::pin(async move {
        let request = clients::sts(settings, record)
            .assume_role()
            .set_role_arn(parameters.string("RoleArn"))
            .set_role_session_name(parameters.string("RoleSessionName"))
            .set_duration_seconds(parameters.integer("DurationSeconds"))
            .set_external_id(parameters.string("ExternalId"))
            .set_serial_number(parameters.string("SerialNumber"))
            .set_token_code(parameters.string("TokenCode"));
        outcome(request.send().await)
    })
}

/// Sends [`ASSUME_ROLE_WITH_WEB_IDENTITY`] through the SDK's typed builder; the recorder keeps the reply's bytes.
pub(crate) fn assume_role_with_web_identity<'a>(
    settings: &'a ClientSettings,
    record: &'a Record,
    parameters: &'a Parameters,
) -> Sending<'a> {
    Box::pin(async move {
        let request = clients::sts(settings, record)
            .assume_role_with_web_identity()
            .set_role_arn(parameters.string("RoleArn"))
            .set_role_session_name(parameters.string("RoleSessionName"))
            .set_web_identity_token(parameters.string("WebIdentityToken"));
        outcome(request.send().await)
    })
}

/// The most bytes of what becomes part of a URL. No name is that long, and the SDK panics with a longer URL than 64 KiB:
/// each byte takes three at most.
const LONGEST_IN_URL: usize = 10_000;

/// Sends [`GET_ROLE_CREDENTIALS`] through the SDK's typed builder; the recorder keeps the reply's bytes.
pub(crate) fn get_role_credentials<'a>(
    settings: &'a ClientSettings,
    record: &'a Record,
    parameters: &'a Parameters,
) -> Sending<'a> {
    Box::pin(async move {
        let [role_name, account_id] = ["roleName", "accountId"].map(|member| parameters.string(member));
        for (name, text) in [("role", &role_name), ("account", &account_id)] {
            if text.as_ref().is_some_and(|text| text.len() > LONGEST_IN_URL) {
                return Err(TransportError::NotSent { cause: format!("the name of the {name} is too long") });
            }
        }
        let request = clients::sso(settings, record)
            .get_role_credentials()
            .set_role_name(role_name)
            .set_account_id(account_id)
            .set_access_token(parameters.string("accessToken"));
        outcome(request.send().await)
    })
}

/// Sends [`CREATE_TOKEN`] through the SDK's typed builder; the recorder keeps the reply's bytes.
pub(crate) fn create_token<'a>(
    settings: &'a ClientSettings,
    record: &'a Record,
    parameters: &'a Parameters,
) -> Sending<'a> {
    Box::pin(async move {
        let request = clients::sso_oidc(settings, record)
            .create_token()
            .set_client_id(parameters.string("clientId"))
            .set_client_secret(parameters.string("clientSecret"))
            .set_grant_type(parameters.string("grantType"))
            .set_refresh_token(parameters.string("refreshToken"));
        outcome(request.send().await)
    })
}

/// Sends [`CREATE_O_AUTH2_TOKEN`], as [`assume_role`] does its, with a proof by this key. A key that cannot sign
/// leaves the header out, and the service refuses the request.
pub(crate) fn create_o_auth2_token<'a>(
    settings: &'a ClientSettings,
    record: &'a Record,
    parameters: &'a Parameters,
    key: Arc<ProofKey>,
) -> Sending<'a> {
    Box::pin(async move {
        let given = parameters.structure("tokenInput");
        let text = |member: &str| given.and_then(|given| given.string(member)).unwrap_or_default();
        let input = CreateOAuth2TokenRequestBody::builder()
            .client_id(text("clientId"))
            .grant_type(text("grantType"))
            .refresh_token(text("refreshToken"))
            .build()
            .map_err(|error| TransportError::NotSent { cause: error.to_string() })?;
        let request = clients::signin(settings, record).create_o_auth2_token().token_input(input).customize();
        outcome(request.interceptor(Proof::new(key)).send().await)
    })
}

const fn at_least(min: usize, sensitive: bool) -> Shape {
    Shape::String(Text { min: Some(min), sensitive, ..Text::FREE })
}

const fn required(name: &'static str, shape: &'static Shape) -> Member {
    Member { name, shape, required: true, doc: "" }
}

const fn optional(name: &'static str, shape: &'static Shape) -> Member {
    Member { name, shape, required: false, doc: "" }
}
