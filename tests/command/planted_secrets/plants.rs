//! The places in which secrets may stand, and what is planted there.

/// In every plant, at its beginning and at its end: a piece of it is found too.
pub const MARK: &str = "hunter2";

/// Stands for the address of a scenario's server.
pub const SERVER: &str = "SERVER:1";

/// The user and the password of a proxy, as they are sent: `user:hunter2-proxy-hunter2`.
const PROXY_PAIR: &str = "dXNlcjpodW50ZXIyLXByb3h5LWh1bnRlcjI";

/// What no output may have in it, beside what the requests of a scenario held in their headers.
pub const FORBIDDEN: [&str; 3] = [MARK, PROXY_PAIR, "MHcCAQEEIAPlAbVXB9UnYRc"];

/// Each place, and its secret.
pub const PLANTS: &[(&str, &str)] = &[
    ("--key-store-password", "hunter2-password-hunter2"),
    ("AccessKeyId of the proxy credential", "hunter2-xks-id-hunter2"),
    ("RawSecretAccessKey of the proxy credential", "hunter2-xks-key-of-43-characters-or-more-hunter2"),
    ("a document", "hunter2-document-hunter2"),
    ("a parameter file", "hunter2-paramfile-hunter2"),
    ("AWS_SECRET_ACCESS_KEY", "hunter2-env-key-hunter2"),
    ("AWS_SESSION_TOKEN", "hunter2-env-session-hunter2"),
    ("AWS_SECURITY_TOKEN", "hunter2-env-security-hunter2"),
    ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "hunter2-env-container-hunter2"),
    ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "hunter2-container-file-hunter2"),
    ("http_proxy, https_proxy", "hunter2-proxy-hunter2"),
    ("user information of an endpoint URL", "hunter2-endpoint-hunter2"),
    ("the configuration file: keys", "hunter2-config-key-hunter2"),
    ("the configuration file: tokens", "hunter2-config-token-hunter2"),
    ("the credentials file: keys", "hunter2-credentials-key-hunter2"),
    ("the credentials file: tokens", "hunter2-credentials-token-hunter2"),
    ("a place in a configuration file where no secret belongs", "hunter2-MisPlaced-hunter2"),
    ("the alias file", "hunter2-alias-hunter2"),
    ("the output of credential_process", "hunter2-process-hunter2"),
    ("the arguments of credential_process", "hunter2-argument-hunter2"),
    ("the file of the EC2 tools", "hunter2-ec2-hunter2"),
    ("the file of boto", "hunter2-boto-hunter2"),
    ("the token of an identity provider", "hunter2-identity-hunter2"),
    ("the cache of roles: keys", "hunter2-role-key-hunter2"),
    ("the cache of roles: tokens", "hunter2-role-token-hunter2"),
    ("the token of IAM Identity Center", "hunter2-sso-access-hunter2"),
    ("the refresh token of IAM Identity Center", "hunter2-sso-refresh-hunter2"),
    ("the client secret of IAM Identity Center", "hunter2-sso-client-hunter2"),
    ("a login: keys", "hunter2-login-key-hunter2"),
    ("a login: the session token", "hunter2-login-session-hunter2"),
    ("a login: the refresh token", "hunter2-login-refresh-hunter2"),
    ("a login: the DPoP key", "hunter2-login-dpop-hunter2"),
    ("the MFA code", "hunter2-mfa-hunter2"),
    ("a reply: keys", "hunter2-reply-key-hunter2"),
    ("a reply: tokens", "hunter2-reply-token-hunter2"),
];

/// An update with secrets in its options.
pub const UPDATE: &[&str] = &[
    "kms",
    "update-custom-key-store",
    "--custom-key-store-id",
    "cks-1234567890abcdef0",
    "--key-store-password",
    "hunter2-password-hunter2",
    "--xks-proxy-authentication-credential",
    "AccessKeyId=hunter2-xks-id-hunter2,RawSecretAccessKey=hunter2-xks-key-of-43-characters-or-more-hunter2",
];

/// What is in the environment of every scenario: secrets, and no key that they belong to. All services are at the
/// scenario's server.
pub const VARIABLES: &[(&str, &str)] = &[
    ("AWS_SECRET_ACCESS_KEY", "hunter2-env-key-hunter2"),
    ("AWS_SESSION_TOKEN", "hunter2-env-session-hunter2"),
    ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "hunter2-env-container-hunter2"),
    ("AWS_ENDPOINT_URL", "http://hunter2-user:hunter2-endpoint-hunter2@SERVER:1"),
    ("NO_COLOR", "1"),
];

/// What is in the home directory of every scenario, unless it has its own. The names in the caches are the
/// reference's for these profiles.
pub const FILES: &[(&str, &str)] = &[
    (".aws/config", CONFIG),
    (".aws/credentials", CREDENTIALS),
    (ALIASES_FILE, ALIASES),
    ("identity", "hunter2-identity-hunter2\n"),
    ("container", "hunter2-container-file-hunter2"),
    ("out", PROCESS),
    ("ec2", "AWSAccessKeyId=A\nAWSSecretKey=hunter2-ec2-hunter2\n"),
    ("boto", "[Credentials]\naws_access_key_id = A\naws_secret_access_key = hunter2-boto-hunter2\n"),
    (SSO_TOKEN, SSO_TOKEN_GOOD),
    (LEGACY_SSO_TOKEN, SSO_TOKEN_GOOD),
    (LOGIN, LOGIN_GOOD),
];

const CONFIG: &str = "\
[default]
aws_access_key_id = AKIDCONFIG
aws_secret_access_key = hunter2-config-key-hunter2
aws_session_token = hunter2-config-token-hunter2
[profile r]
role_arn = arn:aws:iam::111122223333:role/r
role_session_name = sess
source_profile = keys
[profile mfa]
role_arn = arn:aws:iam::111122223333:role/r
role_session_name = mfa
source_profile = keys
mfa_serial = arn:aws:iam::111122223333:mfa/u
[profile w]
role_arn = arn:aws:iam::111122223333:role/w
role_session_name = sess
web_identity_token_file = identity
[profile s]
sso_session = my
sso_account_id = 111122223333
sso_role_name = Admin
[sso-session my]
sso_start_url = https://d-1.awsapps.com/start
sso_region = us-west-2
aws_secret_access_key = hunter2-config-key-hunter2
[profile legacy]
sso_start_url = https://d-1.awsapps.com/start
sso_region = us-west-2
sso_account_id = 111122223333
sso_role_name = Admin
[profile l]
login_session = arn:aws:iam::111122223333:user/u
[profile p]
credential_process = cat out hunter2-argument-hunter2
[profile q]
credential_process = cat out
";

const CREDENTIALS: &str = "\
[keys]
aws_access_key_id = AKIDCREDENTIALS
aws_secret_access_key = hunter2-credentials-key-hunter2
aws_session_token = hunter2-credentials-token-hunter2
";

/// The file of aliases.
pub const ALIASES_FILE: &str = ".aws/cli/alias";

const ALIASES: &str = "\
[command kms]
password = update-custom-key-store --custom-key-store-id cks-1 --key-store-password hunter2-alias-hunter2
two = update-custom-key-store --key-store-password two hunter2-alias-hunter2
open = update-custom-key-store --key-store-password 'hunter2-alias-hunter2
";

/// What the process of the profile `q` prints.
pub const PROCESS: &str = r#"{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "hunter2-process-hunter2", "SessionToken": "hunter2-process-hunter2", "Expiration": "2099-01-01T00:00:00Z"}"#;

/// The cached role of the profile `r`.
pub const ROLE: &str = ".aws/cli/cache/c17dd3982480a22b2bac0c0af227a16354a7fe45.json";

/// Its content.
pub const ROLE_GOOD: &str = r#"{"Credentials": {"AccessKeyId": "A", "SecretAccessKey": "hunter2-role-key-hunter2", "SessionToken": "hunter2-role-token-hunter2", "Expiration": "2099-01-01T00:00:00Z"}}"#;

/// The token of the profile `s`.
pub const SSO_TOKEN: &str = ".aws/sso/cache/3ece1471f44f63177cbc35ba0b904e0c096b6783.json";

/// The token of the profile `legacy`.
pub const LEGACY_SSO_TOKEN: &str = ".aws/sso/cache/0c54b6c27e90660baa89eaad85ac1d5dae26cb7d.json";

/// Their content.
pub const SSO_TOKEN_GOOD: &str = r#"{"accessToken": "hunter2-sso-access-hunter2", "expiresAt": "2099-01-01T00:00:00Z", "clientId": "cid", "clientSecret": "hunter2-sso-client-hunter2", "registrationExpiresAt": "2099-01-01T00:00:00Z", "refreshToken": "hunter2-sso-refresh-hunter2"}"#;

/// The login of the profile `l`.
pub const LOGIN: &str =
    ".aws/login/cache/b5566ca2612c2524aced2e7b9df48e14d22bc287e028ba502bb45ba4198fd52c.json";

/// Its content.
pub const LOGIN_GOOD: &str = r#"{"accessToken": {"accessKeyId": "A", "secretAccessKey": "hunter2-login-key-hunter2", "sessionToken": "hunter2-login-session-hunter2", "accountId": "111122223333", "expiresAt": "2099-01-01T00:00:00Z"}, "clientId": "cid", "refreshToken": "hunter2-login-refresh-hunter2", "dpopKey": "hunter2-login-dpop-hunter2"}"#;

/// A key for proofs that was made for these tests.
pub const PROOF_KEY: &str = "-----BEGIN EC PRIVATE KEY-----\\nMHcCAQEEIAPlAbVXB9UnYRcTxRn+McEUdRMCytUTpWSy+z6rPEf7oAoGCCqGSM49\\nAwEHoUQDQgAEpLQTNs0daFv1e8J/DlqcRA5Q7xxyCJi8WTzPNT16FghjJL4Rji7l\\nCLHuGGqCUlW7RdkuaQSQYaLWVwb/SFJjGw==\\n-----END EC PRIVATE KEY-----\\n";

/// A secret that an output shows: a plant, or what requests with these heads hold in their headers.
pub fn shown_in(output: &str, heads: &[String]) -> Option<String> {
    let output = output.to_ascii_lowercase();
    let mut secrets = sent_in_headers(heads).into_iter().chain(FORBIDDEN.map(str::to_owned));
    secrets.find(|secret| output.contains(&secret.to_ascii_lowercase()))
}

/// What requests hold in their headers that nobody must see: signatures, and what is no plant in there.
fn sent_in_headers(heads: &[String]) -> Vec<String> {
    let lines = heads.iter().flat_map(|head| head.lines());
    let values = lines.filter_map(|line| line.split_once(": "));
    let secret = values.filter_map(|(name, value)| match name.to_ascii_lowercase().as_str() {
        "authorization" => value.split_once("Signature=").map(|(_, signature)| signature.to_owned()),
        "proxy-authorization" => value.split_once(' ').map(|(_, pair)| pair.to_owned()),
        "dpop" => Some(value.to_owned()),
        _ => None,
    });
    secret.collect()
}
