//! Roles of IAM Identity Center: its token, the renewal of that, the cache.

use kms_emulator::Emulator;

use crate::aws::Aws;
use crate::endpoint::{Endpoint, reply, typed};
use crate::roles::{SECRET, TOKEN, describe, emulator, taken};

const LEGACY: &str = "[profile s]\nsso_start_url = https://d-1.awsapps.com/start\nsso_region = us-west-2\n\
                      sso_account_id = 111122223333\nsso_role_name = Admin\n";

const SESSION: &str = "[profile s]\nsso_session = my\nsso_account_id = 111122223333\nsso_role_name = Admin\n\
                       [sso-session my]\nsso_start_url = https://d-1.awsapps.com/start\nsso_region = us-west-2\n";

/// The files of the tokens and of the roles: the reference's names for them.
const LEGACY_TOKEN: &str = ".aws/sso/cache/0c54b6c27e90660baa89eaad85ac1d5dae26cb7d.json";
const SESSION_TOKEN: &str = ".aws/sso/cache/3ece1471f44f63177cbc35ba0b904e0c096b6783.json";
const LEGACY_ROLE: &str = ".aws/cli/cache/33c2c2ae6532fd46dd47330e56f47d7c5a48444f.json";
const SESSION_ROLE: &str = ".aws/cli/cache/4d09414be2cca3aaa683315b677763c4504def01.json";

const PORTAL: &str = "GET /federation/credentials?role_name=Admin&account_id=111122223333";

const REFRESHABLE: &str = r#", "clientId": "cid", "clientSecret": "csecret-hunter2", "registrationExpiresAt":
                           "2099-01-01T00:00:00Z", "refreshToken": "rtoken-hunter2""#;

fn token(expires_at: &str, more: &str) -> String {
    format!(
        r#"{{"startUrl": "https://d-1.awsapps.com/start", "region": "us-west-2", "accessToken": "atoken-hunter2", "expiresAt": "{expires_at}"{more}}}"#
    )
}

fn credentials(key: &str) -> Vec<u8> {
    let body = format!(
        r#"{{"roleCredentials": {{"accessKeyId": "{key}", "secretAccessKey": "{SECRET}", "sessionToken": "{TOKEN}", "expiration": 4070908800000}}}}"#
    );
    typed(200, "application/json", body)
}

/// An error of the portal or of the OIDC service.
fn refused(status: u16, code: &str) -> Vec<u8> {
    typed(status, &format!("application/json\r\nx-amzn-ErrorType: {code}"), r#"{"message": "No."}"#)
}

fn renewed(more: &str) -> Vec<u8> {
    typed(
        200,
        "application/json",
        format!(r#"{{"accessToken": "new-hunter2", "tokenType": "Bearer"{more}}}"#),
    )
}

fn at(service: &Endpoint, kms: &Emulator, aws: Aws) -> Aws {
    aws.env("AWS_ENDPOINT_URL", service.url()).env("AWS_ENDPOINT_URL_KMS", kms.endpoint())
}

/// A run whose service answers so, and the requests that it got.
fn failing(aws: Aws, replies: impl IntoIterator<Item = Vec<u8>>) -> (crate::aws::Run, Vec<String>) {
    let service = Endpoint::start(replies);
    let run = aws.env("AWS_ENDPOINT_URL", service.url()).run();
    (run, service.requests())
}

#[test]
fn the_token_gets_a_role_whose_credentials_are_cached() {
    let document = format!(
        "{{\"ProviderType\": \"sso\", \"Credentials\": {{\"AccessKeyId\": \"ASIASSO\", \"SecretAccessKey\": \
         \"{SECRET}\", \"SessionToken\": \"{TOKEN}\", \"Expiration\": \"2099-01-01T00:00:00Z\", \"AccountId\": \
         \"111122223333\"}}}}"
    );
    for (config, token_file, role_file) in
        [(LEGACY, LEGACY_TOKEN, LEGACY_ROLE), (SESSION, SESSION_TOKEN, SESSION_ROLE)]
    {
        let (kms, portal) = (emulator("ASIASSO"), Endpoint::start([credentials("ASIASSO")]));
        let aws = describe("s", config).file(token_file, token("2099-01-01T00:00:00UTC", ""));
        let (run, home) = at(&portal, &kms, aws).run_and_keep_home();
        run.prints("0\n");
        assert_eq!(portal.requests(), [PORTAL]);
        let head = portal.heads().remove(0);
        assert!(head.contains("x-amz-sso_bearer_token: atoken-hunter2\r\n"), "{head}");
        assert!(!head.to_lowercase().contains("authorization"), "{head}");
        let cached =
            std::fs::read_to_string(home.path().join(role_file)).expect("the reference's name for it");
        assert_eq!(cached, document);
        // The token is not even looked for.
        at(&portal, &kms, describe("s", config).file(role_file, cached)).run().prints("0\n");
        assert_eq!(portal.requests().len(), 1);
    }
}

#[test]
fn the_token_of_a_session_is_renewed_and_written_back() {
    let (kms, service) = (
        emulator("ASIASSO"),
        Endpoint::start([
            renewed(r#", "expiresIn": 3600, "refreshToken": "next-hunter2""#),
            credentials("ASIASSO"),
        ]),
    );
    // What other programs keep there stays as it is.
    let other = r#", "zebra": 1.50, "ant": {"b": 123456789012345678901234567890, "a": null}"#;
    let old = token("2001-01-01T00:00:00Z", &[REFRESHABLE, other].concat());
    let aws = describe("s", SESSION).file(SESSION_TOKEN, old);
    let (run, home) = at(&service, &kms, aws).run_and_keep_home();
    run.prints("0\n");
    assert_eq!(service.requests(), ["POST /token", PORTAL]);
    let sent = r#"{"clientId":"cid","clientSecret":"csecret-hunter2","grantType":"refresh_token","refreshToken":"rtoken-hunter2"}"#;
    assert_eq!(service.bodies()[0], sent);
    assert!(service.heads()[1].contains("x-amz-sso_bearer_token: new-hunter2\r\n"));
    let written = std::fs::read_to_string(home.path().join(SESSION_TOKEN)).expect("a file");
    let (start, rest) = written.split_once("\"expiresAt\":\"20").expect("an expiration");
    assert_eq!(
        (start, &rest[18..]),
        (
            r#"{"startUrl":"https://d-1.awsapps.com/start","region":"us-west-2","accessToken":"new-hunter2","#,
            r#"","clientId":"cid","clientSecret":"csecret-hunter2","registrationExpiresAt":"2099-01-01T00:00:00Z","refreshToken":"next-hunter2","zebra":1.50,"ant":{"b":123456789012345678901234567890,"a":null}}"#
        )
    );
}

/// An expired token in this file is renewed. Returns the run, the new content of the file, and the home directory.
#[cfg(unix)]
fn renewal(file: &str, prepared: impl FnOnce(Aws) -> Aws) -> (crate::aws::Run, String, tempfile::TempDir) {
    let new = renewed(r#", "expiresIn": 3600, "refreshToken": "next-hunter2""#);
    let (kms, service) = (emulator("ASIASSO"), Endpoint::start([new, credentials("ASIASSO")]));
    let aws = describe("s", SESSION).file(file, token("2001-01-01T00:00:00Z", REFRESHABLE));
    let (run, home) = at(&service, &kms, prepared(aws)).run_and_keep_home();
    assert_eq!(service.requests(), ["POST /token", PORTAL]);
    let content = std::fs::read_to_string(home.path().join(file)).expect("a file");
    (run, content, home)
}

#[cfg(unix)]
#[test]
fn a_renewed_token_is_written_where_a_link_leads() {
    let (file, folder) = ("shared/token.json", ".aws/sso/cache/");
    let name = &SESSION_TOKEN[folder.len()..];
    let (run, content, home) = renewal(file, |aws| {
        let aws = aws.file(&format!("{folder}other.json"), "{}");
        std::os::unix::fs::symlink("../../../shared/token.json", aws.home().join(folder).join(name))
            .expect("a link");
        aws
    });
    run.prints("0\n");
    assert!(content.contains("next-hunter2"), "{content}");
    assert!(home.path().join(SESSION_TOKEN).is_symlink());
    assert_eq!(std::fs::read_dir(home.path().join("shared")).expect("a folder").count(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn a_renewed_token_is_written_in_place_where_its_folder_cannot_be_written() {
    let (run, content, home) = renewal(SESSION_TOKEN, |aws| aws.without_right_to_write(".aws/sso/cache"));
    run.prints("0\n");
    assert!(content.contains("next-hunter2") && content.ends_with('}'), "{content}");
    let folder = home.path().join(".aws/sso/cache");
    assert_eq!(std::fs::read_dir(folder).expect("a folder").count(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn a_renewed_token_that_cannot_be_kept_is_used_all_the_same() {
    let (run, content, _home) = renewal(SESSION_TOKEN, |aws| {
        aws.without_right_to_write(".aws/sso/cache").without_right_to_write(SESSION_TOKEN)
    });
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), "0\n"), "{}", run.stderr);
    let start = "hint: The new token cannot be kept for the next command: [Errno 13] Permission denied: '";
    let end = "'. If that fails, log in again with aws sso login and the same profile.\n";
    assert!(run.stderr.starts_with(start) && run.stderr.ends_with(end), "{}", run.stderr);
    assert!(content.contains("rtoken-hunter2"), "{content}");
    run.hides("hunter2");
}

#[test]
fn a_token_that_is_not_renewed_may_still_be_good() {
    let (kms, service) = (
        emulator("ASIASSO"),
        Endpoint::start([refused(400, "InvalidGrantException"), credentials("ASIASSO")]),
    );
    let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(5);
    let aws = describe("s", SESSION).file(SESSION_TOKEN, token(&soon.to_string(), REFRESHABLE));
    at(&service, &kms, aws).run().prints("0\n");
    assert_eq!(service.requests(), ["POST /token", PORTAL]);

    let expired = "Error when retrieving token from sso: Token has expired and refresh failed\n";
    let past = || describe("s", SESSION).file(SESSION_TOKEN, token("2001-01-01T00:00:00Z", REFRESHABLE));
    let (run, requests) = failing(past(), [refused(400, "InvalidGrantException")]);
    run.fails(255, expired).hides("hunter2");
    assert_eq!(requests, ["POST /token"]);
    let registration = REFRESHABLE.replace("2099", "2001");
    let aws = describe("s", SESSION).file(SESSION_TOKEN, token("2001-01-01T00:00:00Z", &registration));
    let (run, requests) = failing(aws, [renewed("")]);
    run.fails(255, expired);
    assert_eq!(requests, [""; 0]);
    let (run, _) = failing(past(), [renewed("")]);
    run.fails(255, "'expiresIn'\nhint: The reply of CreateToken has no expiresIn.").hides("hunter2");
    let (run, _) = failing(past(), [b"x".to_vec()]);
    run.fails(255, "Connection was closed before we received a valid response");
}

#[test]
fn tokens_that_are_not_there_or_cannot_be_used_are_errors() {
    let (legacy, session) = (|| describe("s", LEGACY), || describe("s", SESSION));
    let url = "https://d-1.awsapps.com/start";
    legacy().run().fails(255, &format!("Error loading SSO Token: Token for {url} does not exist\n"));
    session().run().fails(255, "Error loading SSO Token: Token for my does not exist\n");
    let invalid = format!("Error loading SSO Token: Token for {url} is invalid\n");
    legacy().file(LEGACY_TOKEN, "{}").run().fails(255, &invalid);
    session()
        .file(SESSION_TOKEN, r#"{"accessToken": "t-hunter2"}"#)
        .run()
        .fails(255, &invalid)
        .hides("hunter2");
    let key = "'0c54b6c27e90660baa89eaad85ac1d5dae26cb7d'\n";
    legacy().file(LEGACY_TOKEN, "{oops").run().fails(255, key);
    let past = token("2001-01-01T00:00:00Z", "");
    let unauthorized = "The SSO session associated with this profile has expired or is otherwise invalid.";
    legacy().file(LEGACY_TOKEN, past).run().fails(255, unauthorized);
    let number = r#"{"accessToken": 12345678, "expiresAt": "2099-01-01T00:00:00Z"}"#;
    let wrong_type = "cannot be used: a value has the wrong type (line 1, column 24).";
    legacy().file(LEGACY_TOKEN, number).run().fails(255, key).hides("12345678");
    legacy().file(LEGACY_TOKEN, number).run().fails(255, wrong_type);
}

#[test]
fn errors_of_the_portal_are_told_and_a_refused_token_is_a_login_that_has_ended() {
    let aws = || describe("s", LEGACY).file(LEGACY_TOKEN, token("2099-01-01T00:00:00Z", ""));
    let run = |reply| failing(aws(), [reply]).0;
    let unauthorized = "To refresh this SSO session run aws sso login with the corresponding profile.";
    run(refused(401, "UnauthorizedException")).fails(255, unauthorized);
    let called = "when calling the GetRoleCredentials operation (reached max retries: 0): No.";
    run(refused(403, "ForbiddenException")).fails(254, &format!("(ForbiddenException) {called}"));
    run(refused(404, "ns#ResourceNotFoundException:http://x"))
        .fails(254, &format!("(ResourceNotFoundException) {called}"));
    run(reply(200, "oops atoken")).fails(255, "is not one of the service").hides("oops");
    let part = r#"{"roleCredentials": {"accessKeyId": "A", "secretAccessKey": "s-hunter2"}}"#;
    run(reply(200, part)).fails(255, "'sessionToken'\n").hides("hunter2");
    run(reply(200, r#"{"roleCredentials": "s-hunter2"}"#))
        .fails(255, "a value of type str where an object belongs")
        .hides("hunter2");
    let format = aws().env("AWS_CLI_ERROR_FORMAT", "json");
    let told = failing(format, [refused(404, "ResourceNotFoundException")]).0.stderr;
    let members = r#""Message": "No.", "Code": "ResourceNotFoundException", "message": "No.""#;
    assert_eq!(told.split_whitespace().collect::<Vec<_>>().join(" "), format!("{{ {members} }}"));
}

#[test]
fn the_region_of_identity_center_is_its_own() {
    let config = LEGACY.replace("us-west-2", "us west");
    let aws = describe("s", &config).file(LEGACY_TOKEN, token("2099-01-01T00:00:00Z", ""));
    aws.run().fails(255, "Provided region_name 'us west' doesn't match a supported format.");
    let aws = describe("s", LEGACY).file(LEGACY_TOKEN, token("2099-01-01T00:00:00Z", ""));
    let run = aws.env("https_proxy", "http://127.0.0.1:1").run();
    run.fails(255, "Failed to connect to proxy URL: \"http://127.0.0.1:1\"");
}

#[test]
fn a_role_of_identity_center_can_be_the_source_of_another() {
    let (kms, portal) = (emulator("ASIAROLE"), Endpoint::start([credentials("ASIASSO")]));
    let sts = Endpoint::start([taken("ASIAROLE")]);
    let config =
        format!("[profile r]\nrole_arn = arn:aws:iam::111122223333:role/r\nsource_profile = s\n{LEGACY}");
    let aws = describe("r", &config).file(LEGACY_TOKEN, token("2099-01-01T00:00:00Z", ""));
    let aws = at(&portal, &kms, aws).env("AWS_ENDPOINT_URL_STS", sts.url());
    let (run, home) = aws.run_and_keep_home();
    run.prints("0\n");
    assert!(sts.heads()[0].contains("Credential=ASIASSO/"), "{}", sts.heads()[0]);
    // The reference caches what the chosen profile gives, and roles on the way to it.
    assert!(!home.path().join(LEGACY_ROLE).exists());
}

#[test]
fn a_debug_log_shows_no_token() {
    let (kms, service) = (
        emulator("ASIASSO"),
        Endpoint::start([
            renewed(r#", "expiresIn": 3600, "refreshToken": "next-hunter2""#),
            credentials("ASIASSO"),
        ]),
    );
    let words = ["kms", "describe-custom-key-stores", "--profile", "s", "--debug", "--output", "off"];
    let aws = Aws::new(words).file(".aws/config", SESSION);
    let aws = aws.file(SESSION_TOKEN, token("2001-01-01T00:00:00Z", REFRESHABLE));
    let run = at(&service, &kms, aws).run();
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    for part in
        ["operation=\"CreateToken\"", "operation=\"GetRoleCredentials\"", "source=SsoRole", SESSION_TOKEN]
    {
        assert!(run.stderr.contains(part), "{part} in {}", run.stderr);
    }
    for secret in ["hunter2", SECRET] {
        run.hides(secret);
    }
}

#[test]
fn of_many_processes_one_renews_the_token() {
    let home = tempfile::tempdir().expect("a folder");
    let write = |name: &str, content: &str| {
        let path = home.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, content).expect("a file");
    };
    write(".aws/config", SESSION);
    write(SESSION_TOKEN, &token("2020-01-01T00:00:00Z", REFRESHABLE));
    let kms = emulator("ASIASSO");
    let service = Endpoint::answering(|_, head, _| {
        if head.starts_with("POST /token") {
            std::thread::sleep(std::time::Duration::from_millis(200));
            return renewed(r#", "expiresIn": 3600, "refreshToken": "next-hunter2""#);
        }
        credentials("ASIASSO")
    });
    let started: Vec<_> = (0..16)
        .map(|_| at(&service, &kms, describe("s", SESSION)).env("HOME", home.path()).start())
        .collect();
    for (child, _home) in started {
        let output = child.wait_with_output().expect("an end");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "0\n", "{output:?}");
    }
    let renewals =
        service.requests().into_iter().filter(|request| request.starts_with("POST /token")).count();
    assert_eq!(renewals, 1);
}
