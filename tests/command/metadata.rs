//! The metadata service of an instance: credentials of its role, and its region.

use std::net::TcpListener;

use kms_emulator::{AccessKey, Emulator};

use crate::aws::Aws;
use crate::endpoint::{Endpoint, reply, typed};

const TOKEN: &str = "PUT /latest/api/token";
const ROLES: &str = "GET /latest/meta-data/iam/security-credentials/";
const ROLE: &str = "GET /latest/meta-data/iam/security-credentials/my%20role";
const ZONE: &str = "GET /latest/meta-data/placement/availability-zone/";

const NO_CREDENTIALS: &str = "An error occurred (NoCredentials): Unable to locate credentials.";

fn credentials(expiration: &str) -> String {
    format!(
        r#"{{"Code":"Success","AccessKeyId":"ASIAIMDS","SecretAccessKey":"hush-hush","Token":"itok",
           "Expiration":"{expiration}"}}"#
    )
}

fn good() -> Vec<u8> {
    reply(200, credentials("2099-01-01T00:00:00Z"))
}

fn emulator() -> Emulator {
    let key = AccessKey::new("ASIAIMDS", "hush-hush").with_session_token("itok");
    Emulator::builder().access_key(key).start().expect("an emulator")
}

fn describe(url: &str) -> Aws {
    Aws::new(["kms", "describe-custom-key-stores", "--query", "length(CustomKeyStores)"])
        .without("AWS_ACCESS_KEY_ID")
        .without("AWS_EC2_METADATA_DISABLED")
        .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", url)
}

/// What a line of a request's head is worth: the value of a header.
fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

#[test]
fn a_token_opens_the_role_and_its_credentials() {
    let emulator = emulator();
    // With and without a slash at the end of the endpoint; the service may end the role's name with a line end.
    for (slash, role) in [("", "my role"), ("/", "my role\n")] {
        let endpoint = Endpoint::start([reply(200, "tok"), reply(200, role), good()]);
        describe(&format!("{}{slash}", endpoint.url())).to(&emulator).run().prints("0\n");
        assert_eq!(endpoint.requests(), [TOKEN, ROLES, ROLE]);
        let heads = endpoint.heads();
        assert_eq!(header(&heads[0], "x-aws-ec2-metadata-token-ttl-seconds"), Some("21600"));
        assert_eq!(header(&heads[0], "content-length"), Some("0"));
        assert_eq!(header(&heads[1], "x-aws-ec2-metadata-token"), Some("tok"));
        assert_eq!(header(&heads[2], "x-aws-ec2-metadata-token"), Some("tok"));
        assert!(header(&heads[2], "user-agent").is_some_and(|name| name.starts_with("aws-cli/2.36.7")));
    }
}

#[test]
fn without_a_token_version_1_is_asked_unless_that_is_disabled() {
    let emulator = emulator();
    for refusal in [403, 404, 405, 500] {
        let endpoint = Endpoint::start([reply(refusal, "x"), reply(200, "my role"), good()]);
        describe(endpoint.url()).to(&emulator).run().prints("0\n");
        assert_eq!(header(&endpoint.heads()[1], "x-aws-ec2-metadata-token"), None);
    }
    let message = "\naws: [ERROR]: Error retrieving metadata: Unable to retrieve token for use in IMDSv2 call and \
                   IMDSv1 has been disabled\n";
    for token in [reply(403, "x"), reply(200, "")] {
        let endpoint = Endpoint::start([token, reply(200, "my role"), good()]);
        let config = "[default]\nec2_metadata_v1_disabled = true\n";
        let run = describe(endpoint.url()).file(".aws/config", config).run();
        assert_eq!((run.code, run.stderr.as_str()), (Some(255), message));
        assert_eq!(endpoint.requests(), [TOKEN]);
    }
}

#[test]
fn credentials_that_are_not_json_are_asked_for_again() {
    let emulator = emulator();
    let busy = || reply(200, "<html>busy</html>");
    let endpoint = Endpoint::start([reply(200, "tok"), reply(200, "my role"), busy(), good()]);
    let aws = describe(endpoint.url()).env("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "2");
    aws.to(&emulator).run().prints("0\n");
    assert_eq!(endpoint.requests(), [TOKEN, ROLES, ROLE, ROLE]);
}

#[test]
fn without_a_role_or_its_credentials_there_are_none() {
    let token = || reply(200, "tok");
    let role = || reply(200, "my role");
    for (replies, requests) in [
        (vec![reply(400, "bad")], 1),
        (vec![token(), reply(404, "")], 2),
        (vec![token(), reply(200, "")], 2),
        (vec![token(), role(), reply(404, "")], 3),
        (vec![token(), role(), reply(200, "")], 3),
        (vec![token(), role(), reply(200, "not json")], 3),
        (vec![token(), role(), typed(200, "application/json", b"\xff")], 3),
        (vec![token(), role(), reply(200, r#"{"Code":"x","Message":"hush"}"#)], 3),
        (vec![token(), role(), Vec::new()], 3),
        (vec![Vec::new()], 2),
        (vec![b"\0garbage".to_vec()], 2),
        (vec![b"HTTP/1.1 200 x\r\nContent-Length: 9\r\n\r\n{}".to_vec()], 2),
    ] {
        let endpoint = Endpoint::start(replies.clone());
        describe(endpoint.url()).run().fails(253, NO_CREDENTIALS).hides("hush");
        assert_eq!(endpoint.requests().len(), requests, "{replies:?}");
    }
    describe("http://127.0.0.1:1/").run().fails(253, NO_CREDENTIALS);
    // Connections are accepted, but nobody answers.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", silent.local_addr().expect("an address"));
    describe(&url).run().fails(253, NO_CREDENTIALS);
}

#[test]
fn what_cannot_be_read_is_an_error() {
    for (replies, message) in [
        (vec![typed(200, "application/json", b"\xff")], "cannot be read.\n"),
        (vec![reply(200, "a\nb")], "The value of the header x-aws-ec2-metadata-token cannot be sent.\n"),
        (vec![reply(200, "tok"), reply(200, "r"), reply(200, "null")], "cannot be read.\n"),
        (
            vec![reply(200, "tok"), reply(200, "r"), reply(200, credentials("soon"))],
            "Unknown string format: soon\n",
        ),
        (
            vec![reply(200, "tok"), reply(200, "r"), reply(200, credentials("2099-01-01T00:00:00"))],
            "The expiration of the credentials has no time zone.\n",
        ),
    ] {
        describe(Endpoint::start(replies).url()).run().fails(255, message);
    }
}

#[test]
fn requests_are_repeated_as_often_as_configured() {
    let endpoint = Endpoint::start([reply(500, "")]);
    describe(endpoint.url()).env("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "2").run().fails(253, NO_CREDENTIALS);
    assert_eq!(endpoint.requests(), [TOKEN, TOKEN, ROLES, ROLES]);
    let endpoint = Endpoint::start([reply(500, "")]);
    describe(endpoint.url()).env("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "0").run().fails(253, NO_CREDENTIALS);
    assert_eq!(endpoint.requests(), [""; 0]);
}

#[test]
fn old_credentials_are_used_if_the_service_gives_no_others() {
    let (emulator, old) = (emulator(), reply(200, credentials("2001-01-01T00:00:00Z")));
    let endpoint = Endpoint::start([reply(200, "tok"), reply(200, "my role"), old]);
    describe(endpoint.url()).to(&emulator).run().prints("0\n");
    assert_eq!(endpoint.requests().len(), 3);
    let old = reply(200, credentials("2001-01-01T00:00:00+00:00"));
    let endpoint =
        Endpoint::start([reply(200, "tok"), reply(200, "my role"), old, reply(200, "tok"), reply(404, "")]);
    let message = "Error when retrieving credentials from iam-role: Credential refresh failed, response did not \
                   contain: access_key, secret_key, token, expiry_time\n";
    describe(endpoint.url()).to(&emulator).run().fails(255, message);
}

#[test]
fn nobody_is_asked_when_disabled_or_not_needed() {
    let emulator = emulator();
    let endpoint = Endpoint::start([reply(200, "tok")]);
    let disabled = describe(endpoint.url()).env("AWS_EC2_METADATA_DISABLED", "TRUE");
    disabled.without("AWS_DEFAULT_REGION").run().fails(253, "(NoRegion)");
    let keys = describe(endpoint.url()).env("AWS_ACCESS_KEY_ID", "ASIAIMDS");
    keys.env("AWS_SECRET_ACCESS_KEY", "hush-hush")
        .env("AWS_SESSION_TOKEN", "itok")
        .to(&emulator)
        .run()
        .prints("0\n");
    let unsigned = ["kms", "describe-custom-key-stores", "--no-sign-request"];
    let unsigned = Aws::new(unsigned).without("AWS_EC2_METADATA_DISABLED").to(&emulator);
    unsigned.env("AWS_EC2_METADATA_SERVICE_ENDPOINT", endpoint.url()).run();
    assert_eq!(endpoint.requests(), [""; 0]);
}

#[test]
fn bad_settings_are_told_before_the_words_of_the_operation() {
    let words = ["kms", "update-custom-key-store", "--bogus"];
    let endpoint = Aws::new(words).env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "foo");
    endpoint.run().fails(255, "Invalid endpoint EC2 Instance Metadata endpoint: foo\n");
    let mode = Aws::new(words).env("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "x");
    mode.run().fails(255, "Invalid EC2 Instance Metadata endpoint mode: x ");
    Aws::new(words)
        .env("AWS_METADATA_SERVICE_TIMEOUT", "x")
        .run()
        .fails(255, "must be a whole number, not 'x'.\n");
    let no_profile = Aws::new(words).env("AWS_PROFILE", "x").env("AWS_EC2_METADATA_SERVICE_ENDPOINT", "foo");
    no_profile.run().fails(252, "--custom-key-store-id");
}

#[test]
fn some_bad_settings_are_only_told_when_the_service_is_asked() {
    for (variable, value, message) in [
        ("AWS_METADATA_SERVICE_TIMEOUT", "0", "exception: Attempted to set connect timeout to 0, but"),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://h:x", "endpoint: http://h:x/latest/api/token\n"),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ftp://h", "Not supported URL scheme ftp\n"),
    ] {
        let aws = || describe("http://127.0.0.1:1").env(variable, value);
        aws().run().fails(255, message);
        aws().env("AWS_EC2_METADATA_DISABLED", "true").run().fails(253, NO_CREDENTIALS);
    }
}

#[test]
fn the_region_is_that_of_the_zone_if_nobody_says_another() {
    let emulator = emulator();
    let endpoint = Endpoint::start([reply(200, "tok"), reply(200, "eu-west-1b")]);
    let aws = || {
        describe(endpoint.url())
            .env("AWS_ACCESS_KEY_ID", "ASIAIMDS")
            .env("AWS_SECRET_ACCESS_KEY", "hush-hush")
            .env("AWS_SESSION_TOKEN", "itok")
            .to(&emulator)
    };
    aws().without("AWS_DEFAULT_REGION").run().prints("0\n");
    assert_eq!(endpoint.requests(), [TOKEN, ZONE]);
    assert_eq!(header(&endpoint.heads()[1], "x-aws-ec2-metadata-token"), Some("tok"));
    let authorization = emulator.requests().remove(0);
    let authorization = authorization.headers.get("authorization").and_then(|value| value.to_str().ok());
    assert!(authorization.is_some_and(|value| value.contains("/eu-west-1/kms/")), "{authorization:?}");
    for (variable, value) in [("AWS_REGION", "us-west-1"), ("AWS_REGION", ""), ("AWS_DEFAULT_REGION", "a")] {
        assert_eq!(aws().env(variable, value).run().code, Some(0));
    }
    let profile = aws().without("AWS_DEFAULT_REGION").file(".aws/config", "[default]\nregion = us-west-2\n");
    profile.run().prints("0\n");
    assert_eq!(endpoint.requests().len(), 2, "nobody was asked again");
}

#[test]
fn a_role_that_cannot_be_part_of_a_url_is_not_repeated() {
    let endpoint = Endpoint::start([reply(200, "tok"), reply(200, "r".repeat(1 << 17))]);
    let run = describe(endpoint.url()).run();
    run.fails(255, "The answer of the instance's metadata service cannot be read.\n").hides("rrr");
    assert_eq!(endpoint.requests(), [TOKEN, ROLES]);
}

#[test]
fn without_an_answer_there_is_no_region() {
    for replies in [
        vec![reply(404, "")],
        vec![reply(200, "tok"), reply(200, "")],
        vec![Vec::new()],
        vec![b"garbage".to_vec()],
    ] {
        let endpoint = Endpoint::start(replies);
        describe(endpoint.url()).without("AWS_DEFAULT_REGION").run().fails(253, "(NoRegion)");
    }
    let no_region =
        |replies: Vec<Vec<u8>>| describe(Endpoint::start(replies).url()).without("AWS_DEFAULT_REGION").run();
    let message = "Provided region_name 'not a region' doesn't match a supported format.\n";
    no_region(vec![reply(200, "tok"), reply(200, "not a regionb")]).fails(255, message);
    no_region(vec![reply(400, "")]).fails(255, "refuses to give a token (status 400).\n");
}

#[test]
fn the_region_is_asked_for_before_the_credentials() {
    let endpoint = Endpoint::start([reply(200, "tok"), reply(404, "")]);
    let aws = describe(endpoint.url()).without("AWS_DEFAULT_REGION");
    aws.run().fails(253, "(NoRegion)");
    assert_eq!(endpoint.requests(), [TOKEN, ZONE, TOKEN, ROLES]);
}

#[test]
fn it_is_asked_through_the_proxy_of_the_environment() {
    let emulator = emulator();
    let direct = emulator.endpoint().trim_start_matches("http://").to_owned();
    let proxy = Endpoint::start([reply(200, "tok"), reply(200, "my role"), good()]);
    let through = |proxy: &str| {
        let aws = describe("http://169.254.169.254").env("http_proxy", proxy).env("no_proxy", &direct);
        aws.to(&emulator)
    };
    through(proxy.url()).run().prints("0\n");
    let absolute = |request: &str| request.replace(" /", " http://169.254.169.254/");
    assert_eq!(proxy.requests(), [absolute(TOKEN), absolute(ROLES), absolute(ROLE)]);
    let dead = through("http://user:hunter2@127.0.0.1:1").run();
    dead.fails(255, "Failed to connect to proxy URL: \"http://***:***@127.0.0.1:1\"").hides("hunter2");
    let endpoint = Endpoint::start([reply(200, "tok"), reply(200, "my role"), good()]);
    let around =
        describe(endpoint.url()).env("http_proxy", "http://127.0.0.1:1").env("no_proxy", "127.0.0.1");
    around.to(&emulator).run().prints("0\n");
}
