//! Credentials and names that no request can carry: refused in a sentence, before anything is sent.

use crate::aws::Aws;
use crate::endpoint::{Endpoint, reply, typed};
use crate::roles::{describe, role};

const REST: &str = "has a control character, such as a line end, and cannot be sent.\n";

const SOURCE: &str = "[profile src]\naws_access_key_id = AKIDSOURCE\naws_secret_access_key = hush-hush\n";

/// A command that is refused because of a part of its credentials, which is not shown. `hunter2` is in it.
#[track_caller]
fn refused(aws: Aws, part: &str, provider: &str) {
    let run = aws.env("AWS_ENDPOINT_URL_KMS", "http://127.0.0.1:1").run();
    run.fails(255, &format!("\naws: [ERROR]: The {part} from {provider} {REST}")).hides("hunter2");
}

fn without_keys() -> Aws {
    Aws::update([""; 0]).without("AWS_ACCESS_KEY_ID")
}

#[test]
fn keys_of_the_environment_and_of_files() {
    refused(without_keys().env("AWS_ACCESS_KEY_ID", "A\r\nx: hunter2"), "access key ID", "env");
    refused(Aws::update([""; 0]).env("AWS_SESSION_TOKEN", "hunter2\u{7f}"), "session token", "env");
    // The line after the first is indented by mistake, and so belongs to its value.
    let keys = "aws_access_key_id = A\n  aws_session_token = hunter2\naws_secret_access_key = s\n";
    let config = format!("[default]\n{keys}");
    refused(without_keys().file(".aws/config", &config), "access key ID", "config-file");
    refused(without_keys().file(".aws/credentials", &config), "access key ID", "shared-credentials-file");
    let boto = without_keys().env("BOTO_CONFIG", "boto").file("boto", format!("[Credentials]\n{keys}"));
    refused(boto, "access key ID", "boto-config");
    let tools = without_keys().env("AWS_CREDENTIAL_FILE", "ec2");
    let tools = tools.file("ec2", "AWSAccessKeyId=A\0hunter2\nAWSSecretKey=s\n");
    refused(tools, "access key ID", "ec2-credentials-file");
}

#[test]
fn keys_that_somebody_gives() {
    let document = r#"{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "s", "Token": "hunter2\n", "SessionToken":
                     "hunter2\n", "Expiration": "2099-01-01T00:00:00Z"}"#;
    let process = without_keys().file(".aws/config", "[default]\ncredential_process = cat out\n");
    refused(process.file("out", document), "session token", "custom-process");
    let container = Endpoint::start([reply(200, document)]);
    let aws = without_keys().env("AWS_CONTAINER_CREDENTIALS_FULL_URI", container.url());
    refused(aws, "session token", "container-role");
    let instance = Endpoint::start([reply(200, "token"), reply(200, "role"), reply(200, document)]);
    let aws = without_keys().without("AWS_EC2_METADATA_DISABLED");
    refused(aws.env("AWS_EC2_METADATA_SERVICE_ENDPOINT", instance.url()), "session token", "iam-role");
}

#[test]
fn keys_that_a_role_gives_or_is_taken_with() {
    let bad = |operation| Endpoint::start([role(operation, "A&#10;hunter2", "2099-01-01T00:00:00Z")]);
    let role = "[profile r]\nrole_arn = arn:aws:iam::111122223333:role/r\nsource_profile = src\n";
    let sts = bad("AssumeRole");
    let aws = describe("r", &format!("{role}{SOURCE}")).env("AWS_ENDPOINT_URL_STS", sts.url());
    refused(aws, "access key ID", "assume-role");
    // STS is not asked with such a key either.
    let source = SOURCE.replace("AKIDSOURCE", "AKID\n  hunter2");
    let aws = describe("r", &format!("{role}{source}")).env("AWS_ENDPOINT_URL_STS", sts.url());
    refused(aws, "access key ID", "config-file");
    assert_eq!(sts.requests().len(), 1);
    let web = role.replace("source_profile = src", "web_identity_token_file = token");
    let sts = bad("AssumeRoleWithWebIdentity");
    let aws = describe("r", &web).file("token", "id-token").env("AWS_ENDPOINT_URL_STS", sts.url());
    refused(aws, "access key ID", "assume-role-with-web-identity");
}

#[test]
fn keys_that_are_cached() {
    let config = "[profile p]\nsso_start_url = https://d-1.awsapps.com/start\nsso_region = us-west-2\n\
                  sso_account_id = 111122223333\nsso_role_name = Admin\n";
    let cached = r#"{"Credentials": {"AccessKeyId": "A", "SecretAccessKey": "s", "SessionToken": "hunter2\u0000",
                   "Expiration": "2099-01-01T00:00:00Z"}}"#;
    let file = ".aws/cli/cache/33c2c2ae6532fd46dd47330e56f47d7c5a48444f.json";
    refused(describe("p", config).file(file, cached), "session token", "sso");
    let config = "[profile p]\nlogin_session = arn:aws:iam::111122223333:user/u\n";
    let cached = r#"{"accessToken": {"accessKeyId": "A\rhunter2", "secretAccessKey": "s", "sessionToken": "t",
                   "accountId": "1", "expiresAt": "2099-01-01T00:00:00Z"}, "refreshToken": "", "dpopKey": "", "clientId": ""}"#;
    let file = ".aws/login/cache/b5566ca2612c2524aced2e7b9df48e14d22bc287e028ba502bb45ba4198fd52c.json";
    refused(describe("p", config).file(file, cached), "access key ID", "login");
}

#[test]
fn a_key_outside_ascii_is_sent() {
    let kms = Endpoint::start([typed(200, "application/json", "{}")]);
    let aws = Aws::update(["--new-custom-key-store-name", "n"])
        .env("AWS_ACCESS_KEY_ID", "Schl\u{fc}ssel")
        .env("AWS_SESSION_TOKEN", "\u{2028}");
    aws.env("AWS_ENDPOINT_URL", kms.url()).run().prints("");
}

#[test]
fn a_name_too_long_for_a_url() {
    let token = r#"{"accessToken": "atoken-hunter2", "expiresAt": "2099-01-01T00:00:00Z"}"#;
    let config = "[profile p]\nsso_start_url = https://d-1.awsapps.com/start\nsso_region = us-west-2\n\
                  sso_account_id = 111122223333\nsso_role_name = ";
    let aws = describe("p", &format!("{config}{}\n", "Ä".repeat(40_000)));
    let aws = aws.file(".aws/sso/cache/0c54b6c27e90660baa89eaad85ac1d5dae26cb7d.json", token);
    aws.run()
        .fails(255, "The request could not be made: the name of the role or of the account is too long.\n")
        .hides("hunter2");
}
