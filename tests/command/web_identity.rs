//! Roles that are taken with a token of an identity provider.

use crate::aws::Aws;
use crate::endpoint::Endpoint;
use crate::roles::{describe, emulator, refused, role, taken};

const OPERATION: &str = "AssumeRoleWithWebIdentity";

const PROFILE: &str = "[profile w]\nrole_arn = arn:aws:iam::111122223333:role/w\nweb_identity_token_file = token\nrole_session_name = ws\n";

fn answered(key: &str) -> Vec<u8> {
    role(OPERATION, key, "2099-01-01T00:00:00Z")
}

fn with_token(token: &str) -> Aws {
    describe("w", PROFILE).file("token", token)
}

#[test]
fn the_token_is_sent_unsigned_and_the_credentials_are_cached() {
    let (kms, sts) = (emulator("ASIAWEB"), Endpoint::start([answered("ASIAWEB")]));
    let aws = || with_token("id-token\r\n").env("AWS_ENDPOINT_URL_STS", sts.url());
    let (run, home) = aws().to(&kms).run_and_keep_home();
    run.prints("0\n");
    assert!(!sts.heads()[0].to_lowercase().contains("authorization"), "{}", sts.heads()[0]);
    let sent = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fw&\
                RoleSessionName=ws&WebIdentityToken=id-token%0A";
    assert_eq!(sts.bodies(), [sent]);
    let name = ".aws/cli/cache/ab728f58c81ac648888318eae88aacdff4cd6e7d.json";
    let cached = std::fs::read(home.path().join(name)).expect("the reference's name for it");
    // The token is not even read.
    let aws = describe("w", PROFILE).env("AWS_ENDPOINT_URL_STS", sts.url()).file(name, cached);
    aws.to(&kms).run().prints("0\n");
    assert_eq!(sts.requests().len(), 1);
}

#[test]
fn the_environment_beats_the_profile_unless_the_profile_is_named() {
    let (kms, sts) = (emulator("ASIAWEB"), Endpoint::start([answered("ASIAWEB")]));
    let words = ["kms", "describe-custom-key-stores", "--query", "length(CustomKeyStores)"];
    let aws =
        Aws::new(words).without("AWS_ACCESS_KEY_ID").file(".aws/config", PROFILE).env("AWS_PROFILE", "w");
    let aws = aws.file("other", "other-token").env("AWS_WEB_IDENTITY_TOKEN_FILE", "other");
    let aws =
        aws.env("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/env").env("AWS_ENDPOINT_URL_STS", sts.url());
    aws.to(&kms).run().prints("0\n");
    let body = sts.bodies().remove(0);
    assert!(body.contains("role%2Fenv&RoleSessionName=ws&WebIdentityToken=other-token"), "{body}");
}

#[test]
fn tokens_that_cannot_be_sent_are_errors() {
    let file = "[Errno 2] No such file or directory: 'token'\n";
    describe("w", PROFILE).run().fails(255, file).fails(255, "web_identity_token_file in the profile");
    with_token("abc")
        .run()
        .fails(252, "parameter WebIdentityToken, value: 3, valid min length: 4")
        .hides("abc");
    let binary = describe("w", PROFILE).file("token", b"\xff\xff\xff\xff");
    binary.run().fails(255, "The token in the file token is not valid UTF-8.");
    describe("w", PROFILE).file("token/x", "").run().fails(255, "[Errno 21] Is a directory: 'token'\n");
}

#[test]
fn trouble_with_the_identity_provider_is_tried_again_and_a_refusal_is_not() {
    let trouble = refused(400, "IDPCommunicationError");
    let (kms, sts) = (emulator("ASIAWEB"), Endpoint::start([trouble, answered("ASIAWEB")]));
    let aws = with_token("id-token").env("AWS_ENDPOINT_URL_STS", sts.url()).env("AWS_MAX_ATTEMPTS", "2");
    aws.to(&kms).run().prints("0\n");
    let sts = Endpoint::start([refused(400, "InvalidIdentityToken")]);
    let aws = with_token("id-token").env("AWS_ENDPOINT_URL_STS", sts.url()).env("AWS_MAX_ATTEMPTS", "2");
    let message =
        format!("An error occurred (InvalidIdentityToken) when calling the {OPERATION} operation: No.");
    aws.run().fails(254, &message).hides("id-token");
    assert_eq!(sts.requests().len(), 1);
}

#[test]
fn the_credentials_of_a_source_profile_are_not_cached() {
    let (kms, sts) = (emulator("ASIAROLE"), Endpoint::start([answered("ASIAWEB"), taken("ASIAROLE")]));
    let config =
        format!("[profile r]\nrole_arn = arn:aws:iam::111122223333:role/r\nsource_profile = w\n{PROFILE}");
    let aws = describe("r", &config).file("token", "id-token").env("AWS_ENDPOINT_URL_STS", sts.url());
    let (run, home) = aws.to(&kms).run_and_keep_home();
    run.prints("0\n");
    assert!(sts.heads()[1].contains("Credential=ASIAWEB/"), "{}", sts.heads()[1]);
    assert_eq!(std::fs::read_dir(home.path().join(".aws/cli/cache")).expect("a folder").count(), 1);
}
