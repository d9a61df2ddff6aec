//! Errors of configuration: broken files, secrets where none belongs, settings, endpoints.

use super::plants::{LOGIN, LOGIN_GOOD, PROOF_KEY, SSO_TOKEN, SSO_TOKEN_GOOD};
use super::scenario::{Reply, Scenario};

const CONFIG: &str = ".aws/config";

const CREDENTIALS: &str = ".aws/credentials";

pub fn scenarios() -> Vec<Scenario> {
    [broken(), misplaced(), settings(), endpoints(), older_tools()].into_iter().flatten().collect()
}

/// Files that are not of the syntax, with a secret where it breaks.
fn broken() -> Vec<Scenario> {
    let texts = [
        "[default]\naws_access_key_id = A\naws_secret_access_key hunter2-MisPlaced-hunter2\n",
        "[default]\nhunter2-MisPlaced-hunter2\n",
        "hunter2-MisPlaced-hunter2 = x\n[default]\n",
        "[hunter2-MisPlaced-hunter2\n",
        "[hunter2-MisPlaced-hunter2]\n[hunter2-MisPlaced-hunter2]\n",
        "[default]\naws_secret_access_key = hunter2-MisPlaced-hunter2\naws_secret_access_key = hunter2-MisPlaced-hunter2\n",
        "[default]\nhunter2-MisPlaced-hunter2 = a\nhunter2-MisPlaced-hunter2 = b\n",
        "[default]\n= hunter2-MisPlaced-hunter2\n",
        "[default]\naws_secret_access_key =\n  hunter2-MisPlaced-hunter2\n",
        "[default]\ns3 =\n  a = b\n  aws_secret_access_key hunter2-MisPlaced-hunter2\n",
        "\u{feff}[default]\naws_secret_access_key = hunter2-MisPlaced-hunter2\n",
    ];
    let files = [CONFIG, CREDENTIALS].into_iter().flat_map(|file| texts.map(|text| (file, text)));
    let scenario = |(file, text): (&str, &'static str)| {
        Scenario::new(format!("{file} {text}"), 255, "Unable to parse config file").file(file, text)
    };
    files.map(scenario).collect()
}

/// An option of the profile `x`, what else the profile needs, and the error.
type Setting = (&'static str, &'static str, i32, &'static str);

const SETTINGS: &[Setting] = &[
    ("region", "", 255, "doesn't match a supported format"),
    ("endpoint_url", "", 255, "Invalid endpoint"),
    ("services", "", 255, "services configuration does not exist"),
    ("max_attempts", "", 255, "must be a whole number"),
    ("retry_mode", "", 255, "Invalid value provided to"),
    ("cli_timestamp_format", "", 253, "Unknown cli_timestamp_format value"),
    ("metadata_service_timeout", "", 255, "must be a whole number"),
    ("ec2_metadata_service_endpoint", "", 255, "Invalid endpoint EC2"),
    ("ec2_metadata_service_endpoint_mode", "", 255, "Invalid EC2 Instance Metadata"),
    ("sso_session", "", 255, "sso_session configuration does not exist"),
    ("login_session", "", 255, "Unable to load a existing login session"),
    ("source_profile", "role_arn = arn:aws:iam::111122223333:role/r\n", 255, "does not exist"),
    ("credential_source", "role_arn = arn:aws:iam::111122223333:role/r\n", 255, "is not valid"),
    ("web_identity_token_file", "role_arn = arn:aws:iam::111122223333:role/r\n", 255, "No such file"),
    ("sso_region", "sso_account_id = 1\nsso_role_name = A\nsso_start_url = u\n", 255, "supported format"),
    (
        "sso_start_url",
        "sso_account_id = 1\nsso_role_name = A\nsso_region = us-east-1\n",
        255,
        "does not exist",
    ),
    (
        "role_session_name",
        "role_arn = short\nsource_profile = x\n",
        252,
        "Invalid length for parameter RoleArn",
    ),
    ("external_id", "role_arn = short\nsource_profile = x\n", 252, "Invalid length for parameter RoleArn"),
    ("ca_bundle", "", 255, "Connection was closed"),
    ("sdk_ua_app_id", "", 255, "Connection was closed"),
    ("s3_disable_express_session_auth", "", 255, "Connection was closed"),
    ("cli_pager", "", 255, "Connection was closed"),
];

/// Secrets in places where no secret belongs, in files of the syntax: an indented line belongs to the value above it, and
/// so does what follows on a line whose end is missing.
fn misplaced() -> Vec<Scenario> {
    let values = [
        "v-1\n  aws_secret_access_key = hunter2-MisPlaced-hunter2",
        "v-1\n  AWS_SECRET_ACCESS_KEY=hunter2-MisPlaced-hunter2\n  output = json",
        "v-1 aws_session_token: hunter2-MisPlaced-hunter2",
        "v-1aws_security_token=hunter2-MisPlaced-hunter2 x",
        "v-1\n  hunter2-MisPlaced-hunter2",
    ];
    let setting = |(option, extra, code, says): &Setting, value: &str| {
        let keys = "aws_access_key_id = A\naws_secret_access_key = s\n";
        let text = format!("[profile x]\n{keys}{extra}{option} = {value}\n");
        let scenario =
            Scenario::new(format!("{option} = {value}"), *code, says).file(CONFIG, text).profile("x");
        match *option {
            "region" => scenario.without("AWS_DEFAULT_REGION"),
            "max_attempts" => scenario.without("AWS_MAX_ATTEMPTS"),
            "endpoint_url" | "services" => scenario.without("AWS_ENDPOINT_URL"),
            _ => scenario,
        }
    };
    let mut scenarios: Vec<Scenario> =
        SETTINGS.iter().flat_map(|row| values.map(|value| setting(row, value))).collect();
    // A list of settings is passed on as it is.
    let list = "\n  aws_secret_access_key = hunter2-MisPlaced-hunter2";
    let role = "source_profile = x\n";
    scenarios.push(setting(&("role_arn", role, 255, "The value of role_arn must be a text"), list));
    let mfa = "source_profile = x\nrole_arn = arn:aws:iam::111122223333:role/r\n";
    for (code, says, value) in
        [(255, "The value of mfa_serial must be a text", list), (255, "Connection was closed", values[0])]
    {
        scenarios.push(setting(&("mfa_serial", mfa, code, says), value).typed("hunter2-mfa-hunter2\n"));
    }
    scenarios.push(setting(&("aws_secret_access_key_", "", 255, "Connection was closed"), list));
    scenarios.push(setting(&("duration_seconds", mfa, 255, "must be a text"), list));
    scenarios.push(
        setting(&("output", "", 255, "Unknown output type"), values[0]).replies([Reply::of(200, "{}")]),
    );
    scenarios
}

fn settings() -> Vec<Scenario> {
    let scenario = |code, says: &'static str| Scenario::new(says, code, says);
    let config = |code, says, text: &str| scenario(code, says).file(CONFIG, text);
    let (key, token) = ("hunter2-config-key-hunter2", "hunter2-config-token-hunter2");
    let keys = format!("aws_secret_access_key = {key}\naws_session_token = {token}\n");
    let disagreement = format!(
        "[profile x]\nsso_session = y\nsso_account_id = 1\nsso_role_name = A\n{keys}[sso-session y]\n\
         sso_start_url = u\nsso_region = us-east-1\naws_session_token = other-{token}\n"
    );
    vec![
        config(255, "The config profile (keyz) could not be found", &format!("[profile keyy]\n{keys}"))
            .profile("keyz"),
        config(
            255,
            "must be a text, not a list",
            &format!("[profile x]\naws_access_key_id = A\naws_secret_access_key =\n  a = {key}\n"),
        )
        .profile("x"),
        config(
            255,
            "Partial credentials found in config-file",
            &format!("[profile x]\naws_access_key_id = A\naws_session_token = {token}\n"),
        )
        .profile("x"),
        config(
            255,
            "has a control character",
            &format!("[profile x]\naws_access_key_id = A\n  {keys}aws_secret_access_key = {key}\n"),
        )
        .profile("x"),
        config(255, "is inconsistent between profile (****) and sso-session (****)", &disagreement)
            .profile("x"),
        config(255, "Connection was closed", &format!("[profile x]\naws_access_key_id = A\n{keys}"))
            .profile("x"),
        scenario(255, "Partial credentials found in shared-credentials-file")
            .file(
                CREDENTIALS,
                "[x]\naws_access_key_id = A\naws_session_token = hunter2-credentials-token-hunter2\n",
            )
            .profile("x"),
        scenario(255, "Partial credentials found in env").without("AWS_SECRET_ACCESS_KEY"),
        scenario(255, "session token from env has a control")
            .variable("AWS_SECURITY_TOKEN", "hunter2-env-security-hunter2\n"),
        scenario(255, "Credentials were refreshed, but")
            .variable("AWS_CREDENTIAL_EXPIRATION", "2001-01-01T00:00:00Z"),
        scenario(255, "Unknown string format: soon").variable("AWS_CREDENTIAL_EXPIRATION", "soon"),
        scenario(253, "(NoRegion)").without("AWS_DEFAULT_REGION"),
        scenario(253, "(NoCredentials)").without("AWS_ACCESS_KEY_ID").file(CONFIG, ""),
        scenario(255, "Provided region_name 'a b'").words(["--region", "a b"]),
        scenario(255, "Attempted to set read timeout to -1").words(["--cli-read-timeout=-1"]),
        scenario(255, "Invalid CA bundle").words(["--ca-bundle", " "]),
    ]
}

/// User information in the URL of an endpoint, wherever that is named.
fn endpoints() -> Vec<Scenario> {
    let urls = [
        ("http://hunter2-user:hunter2-endpoint-hunter2@127.0.0.1:1", "Could not connect"),
        ("http://hunter2-user:hunter2-endpoint-hunter2@a_b", "Invalid endpoint: http://***@a_b"),
        (
            "http://hunter2-user:hunter2-endpoint-hunter2/x?y#z@127.0.0.1:1",
            "The port of the endpoint URL must be a number.",
        ),
        ("http://hunter2-user:hunter2-endpoint-hunter2@127.0.0.1:99999", "Port out of range"),
        ("ftp://hunter2-user:hunter2-endpoint-hunter2@127.0.0.1:1", "Not supported URL scheme"),
        ("https://hunter2-user:hunter2-endpoint-hunter2@SERVER:1", "SSL validation failed"),
        ("https://hunter2-endpoint-hunter2@SERVER:1", "SSL validation failed"),
    ];
    let mut scenarios = Vec::new();
    for (url, says) in urls {
        let start =
            |name: &str| Scenario::new(format!("{name} {url}"), 255, says).replies([Reply::Text(200)]);
        scenarios.push(start("option").words(["--endpoint-url", url]));
        scenarios.push(start("AWS_ENDPOINT_URL").variable("AWS_ENDPOINT_URL", url));
        scenarios.push(start("AWS_ENDPOINT_URL_KMS").variable("AWS_ENDPOINT_URL_KMS", url));
        for (variable, profile) in
            [("STS", "r"), ("STS", "w"), ("SSO", "legacy"), ("SSO", "s"), ("SIGNIN", "l")]
        {
            let variable = format!("AWS_ENDPOINT_URL_{variable}");
            let scenario = start(&variable).variable(&variable, url).profile(profile);
            scenarios.push(scenario.file(LOGIN, expired_login()));
        }
        let token = SSO_TOKEN_GOOD.replacen("2099", "2001", 1);
        let oidc = start("AWS_ENDPOINT_URL_SSO_OIDC").variable("AWS_ENDPOINT_URL_SSO_OIDC", url);
        scenarios.push(oidc.file(SSO_TOKEN, token).profile("s"));
        let profile =
            format!("[profile x]\naws_access_key_id = A\naws_secret_access_key = s\nendpoint_url = {url}\n");
        scenarios.push(start("profile").without("AWS_ENDPOINT_URL").file(CONFIG, profile).profile("x"));
        let services = format!(
            "[profile x]\naws_access_key_id = A\naws_secret_access_key = s\nservices = y\n[services y]\nkms =\n  \
             endpoint_url = {url}\n"
        );
        scenarios.push(start("services").without("AWS_ENDPOINT_URL").file(CONFIG, services).profile("x"));
    }
    scenarios
}

fn older_tools() -> Vec<Scenario> {
    let scenario =
        |says: &'static str| Scenario::new(says, 255, says).without("AWS_ACCESS_KEY_ID").file(CONFIG, "");
    let (ec2, boto) = ("AWS_CREDENTIAL_FILE", "BOTO_CONFIG");
    let section = "[Credentials]\naws_access_key_id = A\n";
    vec![
        scenario("'AWSSecretKey'").variable(ec2, "ec2").file("ec2", "AWSAccessKeyId=A\nAWSSecretKey hunter2-ec2-hunter2\n"),
        scenario("ec2-credentials-file has a control").variable(ec2, "ec2").file("ec2", "AWSAccessKeyId=A\0\nAWSSecretKey=hunter2-ec2-hunter2\n"),
        scenario("Connection was closed").variable(ec2, "ec2"),
        scenario("Connection was closed").variable(boto, "boto"),
        scenario("Unable to parse config file").variable(boto, "boto").file("boto", format!("{section}hunter2-boto-hunter2\n")),
        scenario("Partial credentials found in boto-config")
            .variable(boto, "boto")
            .file("boto", format!("{section}aws_session_token = hunter2-boto-hunter2\n")),
        scenario("boto-config has a control").variable(boto, "boto").file("boto", "[Credentials]\naws_access_key_id = A\n  aws_secret_access_key = hunter2-boto-hunter2\naws_secret_access_key = hunter2-boto-hunter2\n"),
    ]
}

/// A login that has to be renewed, with a key that can prove it.
pub fn expired_login() -> String {
    LOGIN_GOOD.replace("2099", "2001").replace("hunter2-login-dpop-hunter2", PROOF_KEY)
}
