//! Credentials of `aws login`, and their renewal.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

use crate::aws::{Aws, Run};
use crate::endpoint::{Endpoint, typed};
use crate::roles::{SECRET, TOKEN, describe, emulator};

const CONFIG: &str = "[profile l]\nlogin_session = arn:aws:iam::111122223333:user/u\n";

/// The file of the login: the reference's name for it.
const FILE: &str = ".aws/login/cache/b5566ca2612c2524aced2e7b9df48e14d22bc287e028ba502bb45ba4198fd52c.json";

/// A key made for this test.
const KEY: &str = "-----BEGIN EC PRIVATE KEY-----\\nMHcCAQEEIAPlAbVXB9UnYRcTxRn+McEUdRMCytUTpWSy+z6rPEf7oAoGCCqGSM49\\n\
                   AwEHoUQDQgAEpLQTNs0daFv1e8J/DlqcRA5Q7xxyCJi8WTzPNT16FghjJL4Rji7l\\n\
                   CLHuGGqCUlW7RdkuaQSQYaLWVwb/SFJjGw==\\n-----END EC PRIVATE KEY-----\\n";

fn login(expires_at: &str, key: &str) -> String {
    format!(
        r#"{{"accessToken": {{"accessKeyId": "ASIALOGIN", "secretAccessKey": "{SECRET}", "sessionToken": "{TOKEN}", "accountId": "111122223333", "expiresAt": "{expires_at}"}}, "tokenType": "aws_sigv4", "clientId": "arn:aws:signin:::devtools/same-device", "refreshToken": "rt-hunter2", "idToken": "x", "dpopKey": "{key}"}}"#
    )
}

fn renewed(key: &str) -> Vec<u8> {
    let body = format!(
        r#"{{"accessToken": {{"accessKeyId": "{key}", "secretAccessKey": "{SECRET}", "sessionToken": "{TOKEN}"}}, "tokenType": "aws_sigv4", "expiresIn": 900, "refreshToken": "next-hunter2"}}"#
    );
    typed(200, "application/json", body)
}

fn in_minutes(minutes: i64) -> String {
    (jiff::Timestamp::now() + jiff::SignedDuration::from_mins(minutes)).to_string()
}

fn with_login(expires_at: &str, key: &str) -> Aws {
    describe("l", CONFIG).file(FILE, login(expires_at, key))
}

fn failing(reply: Vec<u8>) -> Run {
    let signin = Endpoint::start([reply]);
    with_login("2001-01-01T00:00:00Z", KEY).env("AWS_ENDPOINT_URL_SIGNIN", signin.url()).run()
}

fn denied(error: &str) -> Vec<u8> {
    let headers = "application/json\r\nx-amzn-ErrorType: AccessDeniedException";
    typed(401, headers, format!(r#"{{"error": "{error}", "message": "No."}}"#))
}

#[test]
fn cached_credentials_are_used_while_more_than_five_minutes_are_left() {
    let kms = emulator("ASIALOGIN");
    for expires_at in ["2099-01-01T00:00:00Z", &in_minutes(12), &in_minutes(7)] {
        with_login(expires_at, KEY).to(&kms).run().prints("0\n");
    }
    // The key is needed for new ones.
    with_login(&in_minutes(7), "no key").to(&kms).run().prints("0\n");
    let message = "Error loading login session token: Unable to load private key from cached token.\n";
    with_login(&in_minutes(3), "no key").to(&kms).run().fails(255, message).hides("no key");
}

#[test]
fn new_credentials_are_asked_for_with_a_proof_and_written_back() {
    let (kms, signin) = (emulator("ASIANEW"), Endpoint::start([renewed("ASIANEW")]));
    let aws = with_login("2001-01-01T00:00:00Z", KEY).env("AWS_ENDPOINT_URL_SIGNIN", signin.url());
    let (run, home) = aws.to(&kms).run_and_keep_home();
    run.prints("0\n");
    assert_eq!(signin.requests(), ["POST /v1/token"]);
    let sent = r#"{"clientId":"arn:aws:signin:::devtools/same-device","grantType":"refresh_token","refreshToken":"rt-hunter2"}"#;
    assert_eq!(signin.bodies(), [sent]);
    let written = std::fs::read_to_string(home.path().join(FILE)).expect("a file");
    let whole = login("EXPIRES", KEY).replace("ASIALOGIN", "ASIANEW").replace("rt-hunter2", "next-hunter2");
    let whole = whole.replace(": \"", ":\"").replace(": {", ":{").replace(", \"", ",\"");
    let (start, end) = whole.split_once("EXPIRES").expect("a place");
    assert!(written.starts_with(start) && written.ends_with(end), "{written}");

    let head = signin.heads().remove(0);
    let proof = head.split("dpop: ").nth(1).and_then(|rest| rest.lines().next()).expect("a proof");
    let parts: Vec<&str> = proof.split('.').collect();
    let decoded = |part: &str| BASE64_URL_SAFE_NO_PAD.decode(part).expect("base64");
    let [header, claims] = [0, 1].map(|part| String::from_utf8(decoded(parts[part])).expect("a text"));
    let (x, y) =
        ("pLQTNs0daFv1e8J_DlqcRA5Q7xxyCJi8WTzPNT16Fgg", "YyS-EY4u5Qix7hhqglJVu0XZLmkEkGGi1lcG_0hSYxs");
    let key = format!(r#"{{"kty":"EC","x":"{x}","y":"{y}","crv":"P-256"}}"#);
    assert_eq!(header, format!(r#"{{"typ":"dpop+jwt","alg":"ES256","jwk":{key}}}"#));
    let start = format!(r#"{{"htm":"POST","htu":"{}/v1/token","iat":"#, signin.url());
    assert!(claims.starts_with(&start) && claims.contains(r#","jti":""#), "{claims}");
    let point = [&[4][..], &decoded(x), &decoded(y)].concat();
    let signed = format!("{}.{}", parts[0], parts[1]);
    let verified =
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed.as_bytes(), &decoded(parts[2]));
    assert!(verified.is_ok());
}

#[cfg(target_os = "linux")]
#[test]
fn new_credentials_that_cannot_be_kept_are_used_all_the_same() {
    let (kms, signin) = (emulator("ASIANEW"), Endpoint::start([renewed("ASIANEW")]));
    let aws = with_login("2001-01-01T00:00:00Z", KEY).env("AWS_ENDPOINT_URL_SIGNIN", signin.url());
    let aws = aws.without_right_to_write(".aws/login/cache").without_right_to_write(FILE);
    let run = aws.to(&kms).run();
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), "0\n"), "{}", run.stderr);
    let start = "hint: The new token cannot be kept for the next command: [Errno 13] Permission denied: '";
    let end = "'. If that fails, log in again with aws login.\n";
    assert!(run.stderr.starts_with(start) && run.stderr.ends_with(end), "{}", run.stderr);
    run.hides("hunter2");
}

#[test]
fn a_refusal_is_told_by_its_reason() {
    failing(denied("TOKEN_EXPIRED"))
        .fails(255, "Your session has expired. Please reauthenticate using 'aws login'.");
    failing(denied("USER_CREDENTIALS_CHANGED")).fails(255, "because of a change in your password.");
    failing(denied("INSUFFICIENT_PERMISSIONS")).fails(255, "due to insufficient permissions.");
    failing(denied("OTHER")).fails(255, "An unspecified error happened when resolving AWS credentials");
    let headers = "application/json\r\nx-amzn-ErrorType: ValidationException";
    let run = failing(typed(400, headers, r#"{"error": "INVALID_REQUEST", "message": "No."}"#));
    let called =
        "(ValidationException) when calling the CreateOAuth2Token operation (reached max retries: 0): No.";
    run.fails(254, called).fails(254, "\nAdditional error details:\nerror: INVALID_REQUEST\n");
    failing(typed(200, "application/json", "t-hunter2")).fails(255, "'expiresIn'\n").hides("hunter2");
    failing(typed(200, "application/json", r#"{"expiresIn": 5, "accessToken": {}}"#))
        .fails(255, "'accessKeyId'\n");
}

#[test]
fn logins_that_are_not_there_or_incomplete_are_errors() {
    let aws = || describe("l", CONFIG);
    let start = "Error loading login session token: ";
    let session = "arn:aws:iam::111122223333:user/u";
    let none = format!(
        "{start}Unable to load a existing login session for session {session}, Please reauthenticate with 'aws login'.\n"
    );
    aws().run().fails(255, &none);
    let incomplete = format!(
        "{start}Failed to load access token from token cache, missing one or more required fields.\n"
    );
    aws().file(FILE, r#"{"refreshToken": "rt-hunter2"}"#).run().fails(255, &incomplete).hides("hunter2");
    let key = "'b5566ca2612c2524aced2e7b9df48e14d22bc287e028ba502bb45ba4198fd52c'\n";
    aws().file(FILE, "{oops").run().fails(255, key);
    let part = login("2099-01-01T00:00:00Z", KEY).replace("secretAccessKey", "x");
    aws()
        .file(FILE, part)
        .run()
        .fails(255, key)
        .fails(255, "cannot be used: a member is missing")
        .hides(SECRET);
    // A login comes after keys in the credentials file and before a process.
    let keys = "[l]\naws_access_key_id = ASIALOGIN\n";
    aws()
        .file(".aws/credentials", keys)
        .run()
        .fails(255, "Partial credentials found in shared-credentials-file");
}

#[test]
fn the_folder_of_logins_can_be_another() {
    let file = FILE.replace(".aws/login/cache", "own/logins");
    let aws = describe("l", CONFIG).file(&file, login("2099-01-01T00:00:00Z", KEY));
    let aws = aws.env("PLACE", "own").env("AWS_LOGIN_CACHE_DIRECTORY", "~/$PLACE/logins");
    aws.to(&emulator("ASIALOGIN")).run().prints("0\n");
}

#[test]
fn a_login_that_is_missing_is_told_after_what_is_wrong_with_the_command_line() {
    let run = describe("l", CONFIG).without("AWS_DEFAULT_REGION").run();
    run.fails(253, "You must specify a region.");
    let run = describe("l", CONFIG).word("--custom-key-store-id").word("").run();
    run.fails(252, "Parameter validation failed");
    describe("l", CONFIG).run().fails(255, "Unable to load a existing login session");
}
