//! Errors of those who give credentials: a process, a container, an instance, caches and tokens, the prompt for a code.

use super::plants::{
    LEGACY_SSO_TOKEN, LOGIN, LOGIN_GOOD, PROCESS, ROLE, ROLE_GOOD, SSO_TOKEN, SSO_TOKEN_GOOD,
};
use super::scenario::{Reply, Scenario};

/// What a container or an instance gives.
const METADATA: &str = r#"{"Code": "Success", "AccessKeyId": "A", "SecretAccessKey": "hunter2-reply-key-hunter2", "Token": "hunter2-reply-token-hunter2", "Expiration": "2099-01-01T00:00:00Z"}"#;

const EXPIRED: &str = "Credentials were refreshed, but the refreshed credentials are still expired.";

pub fn scenarios() -> Vec<Scenario> {
    [process(), container(), instance(), roles(), identity_center(), login(), codes()]
        .into_iter()
        .flatten()
        .collect()
}

fn scenario(code: i32, says: &'static str) -> Scenario {
    Scenario::new(says, code, says)
}

fn process() -> Vec<Scenario> {
    let prints = |says, output: &str| scenario(255, says).profile("q").file("out", output);
    let command = |says, command: &str| {
        let config = format!("[profile x]\ncredential_process = {command}\n");
        scenario(255, says).profile("x").file(".aws/config", config)
    };
    let with = |from: &str, to: &str| PROCESS.replace(from, to);
    vec![
        prints("Connection was closed", PROCESS),
        prints("a value has the wrong type", &PROCESS[1..]),
        prints("the end is missing", &PROCESS[..100]),
        prints("it is not valid JSON", "hunter2-process-hunter2"),
        prints("a value has the wrong type", r#"["hunter2-process-hunter2"]"#),
        prints("a value has the wrong type", r#""hunter2-process-hunter2""#),
        prints("Unsupported version '****'", &with("1,", r#"{"x": "hunter2-process-hunter2"},"#)),
        prints(
            "Missing required key in response: 'AccessKeyId'",
            &with("AccessKeyId", "hunter2-process-hunter2"),
        ),
        prints(
            "a value has the wrong type",
            &with(r#""hunter2-process-hunter2""#, r#"["hunter2-process-hunter2"]"#),
        ),
        prints(
            "a value has the wrong type",
            &with(r#""2099-01-01T00:00:00Z""#, r#"{"a": "hunter2-process-hunter2"}"#),
        ),
        prints("Unknown string format", &with("2099", "soon")),
        prints(EXPIRED, &with("2099", "2001")),
        prints(
            "session token from custom-process",
            &with("hunter2-process-hunter2", "hunter2-process-hunter2\\n"),
        ),
        command("No closing quotation", "cat 'hunter2-argument-hunter2"),
        command("No such file or directory: './none'", "./none --password hunter2-argument-hunter2"),
        command("Error when retrieving credentials from custom-process", "false hunter2-argument-hunter2"),
        command("a list of settings", "\n  a = hunter2-argument-hunter2"),
    ]
}

fn container() -> Vec<Scenario> {
    let says = |says, replies: Vec<Reply>| {
        let uri = (
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "http://hunter2-user:hunter2-endpoint-hunter2@SERVER:1/ecs",
        );
        scenario(255, says)
            .without("AWS_ACCESS_KEY_ID")
            .file(".aws/config", "")
            .variable(uri.0, uri.1)
            .replies(replies)
    };
    let of = |message, status, body: &str| says(message, vec![Reply::of(status, body)]);
    let with = |from: &str, to: &str| METADATA.replace(from, to);
    let (full, relative) = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    let file = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
    vec![
        says("Connection was closed", vec![Reply::of(200, METADATA), Reply::Bytes(Vec::new())]),
        of("Unable to parse JSON", 200, &METADATA[..120]),
        of("Unable to parse JSON", 200, "hunter2-reply-key-hunter2"),
        of("a value has the wrong type", 200, r#"["hunter2-reply-key-hunter2"]"#),
        of("'AccessKeyId'", 200, &with("AccessKeyId", "hunter2-reply-token-hunter2")),
        of(
            "a value has the wrong type",
            200,
            &with(r#""hunter2-reply-key-hunter2""#, r#"["hunter2-reply-key-hunter2"]"#),
        ),
        of("Unknown string format", 200, &with("2099", "soon")),
        of(EXPIRED, 200, &with("2099", "2001")),
        of("Received non 200 response 500", 500, METADATA),
        of("Received non 200 response 403", 403, &METADATA[..120]),
        of("Received non 200 response 403", 403, &format!("<html>{METADATA}</html>")),
        says("Received non 200 response 401", vec![Reply::Text(401)]),
        says("Received non 200 response 401", vec![Reply::Json(401, "Denied")]),
        says("Received non 200 response 401", vec![Reply::Text(401)]).variable(file, "container"),
        says("Connection was closed", vec![]),
        scenario(255, "not a legal header")
            .without("AWS_ACCESS_KEY_ID")
            .file(".aws/config", "")
            .variable(full, "http://SERVER:1")
            .variable(file, "container")
            .file("container", "hunter2-container-file-hunter2\n"),
        scenario(255, "header authorization cannot be sent")
            .without("AWS_ACCESS_KEY_ID")
            .file(".aws/config", "")
            .variable(full, "http://SERVER:1")
            .variable(file, "container")
            .file("container", "hunter2-container-file-hunter2\u{1}"),
        scenario(255, "Unsupported host 'example.com'")
            .without("AWS_ACCESS_KEY_ID")
            .file(".aws/config", "")
            .variable(full, "http://hunter2-user:hunter2-endpoint-hunter2@example.com"),
        scenario(255, "Unsupported host 'example.com'")
            .without("AWS_ACCESS_KEY_ID")
            .file(".aws/config", "")
            .variable(relative, "hunter2-user:hunter2-endpoint-hunter2@example.com"),
        scenario(255, "Failed to parse: http://***@localhost:x")
            .without("AWS_ACCESS_KEY_ID")
            .file(".aws/config", "")
            .variable(full, "http://hunter2-user:hunter2-endpoint-hunter2@localhost:x"),
    ]
}

fn instance() -> Vec<Scenario> {
    let at = |scenario: Scenario, url: &str| {
        let scenario =
            scenario.without("AWS_EC2_METADATA_DISABLED").variable("AWS_EC2_METADATA_SERVICE_ENDPOINT", url);
        scenario.without("AWS_ACCESS_KEY_ID").file(".aws/config", "")
    };
    let says = |code, says, replies: Vec<Reply>| {
        let url = "http://hunter2-user:hunter2-endpoint-hunter2@SERVER:1";
        at(scenario(code, says), url).replies(replies)
    };
    let text = |text: &str| Reply::of(200, text);
    let (token, role) = (|| text("hunter2-reply-token-hunter2"), || text("role"));
    let gives = |code, message, body: &str| says(code, message, vec![token(), role(), text(body)]);
    let with = |from: &str, to: &str| METADATA.replace(from, to);
    let none = "(NoCredentials)";
    vec![
        says(255, "Connection was closed", vec![token(), role(), text(METADATA), Reply::Bytes(Vec::new())]),
        gives(253, none, &METADATA[..120]),
        gives(253, none, "hunter2-reply-key-hunter2"),
        gives(255, "cannot be read", r#"["hunter2-reply-key-hunter2"]"#),
        gives(255, "cannot be read", "5"),
        gives(253, none, &with("SecretAccessKey", "hunter2-reply-key-hunter2")),
        gives(
            255,
            "cannot be read",
            &with(r#""hunter2-reply-key-hunter2""#, r#"["hunter2-reply-key-hunter2"]"#),
        ),
        gives(255, "Unknown string format", &with("2099", "soon")),
        says(253, none, vec![token(), role(), Reply::of(500, METADATA)]),
        says(253, none, vec![token(), text(METADATA), Reply::of(404, "")]),
        says(253, none, vec![token(), text(METADATA), Reply::Bytes(Vec::new())]),
        says(253, none, vec![token(), Reply::Text(403)]),
        says(253, none, vec![token(), role(), Reply::Text(401)]),
        says(
            255,
            "header x-aws-ec2-metadata-token cannot be sent",
            vec![text("hunter2-reply-token-hunter2\u{1}")],
        ),
        says(255, "Provided region_name 'roleé'", vec![token(), text("role\u{e9}x")])
            .without("AWS_DEFAULT_REGION"),
        at(
            scenario(255, "Invalid endpoint EC2 Instance Metadata endpoint: http://***@a_b"),
            "http://hunter2-user:hunter2-endpoint-hunter2@a_b",
        ),
        at(
            scenario(255, "Invalid endpoint EC2 Instance Metadata endpoint"),
            "http://hunter2-user:hunter2-endpoint-hunter2@h:x",
        ),
    ]
}

fn roles() -> Vec<Scenario> {
    let cached = |says, document: &str| scenario(255, says).profile("r").file(ROLE, document);
    let with = |from: &str, to: &str| ROLE_GOOD.replace(from, to);
    let expired = with("2099", "2001");
    let xml = |key: &str, token: &str, expiration: &str| {
        let credentials = format!(
            "<Credentials><AccessKeyId>A</AccessKeyId>{key}<SessionToken>{token}</SessionToken><Expiration>{expiration}\
             </Expiration></Credentials>"
        );
        format!("<AssumeRoleResponse><AssumeRoleResult>{credentials}</AssumeRoleResult></AssumeRoleResponse>")
    };
    let (key, token) =
        ("<SecretAccessKey>hunter2-reply-key-hunter2</SecretAccessKey>", "hunter2-reply-token-hunter2");
    let good = xml(key, token, "2099-01-01T00:00:00Z");
    let gives = |says, body: &str| scenario(255, says).profile("r").replies([Reply::of(200, body)]);
    let twice = |says, body: &str| {
        scenario(255, says).profile("r").replies([Reply::of(200, body), Reply::Bytes(Vec::new())])
    };
    vec![
        cached("Connection was closed", ROLE_GOOD),
        cached("Connection was closed", &expired),
        cached("'c17dd3982480a22b2bac0c0af227a16354a7fe45'", &ROLE_GOOD[..120]),
        cached("'c17dd3982480a22b2bac0c0af227a16354a7fe45'", r#"["hunter2-role-key-hunter2"]"#),
        cached(
            "a value has the wrong type",
            &with(r#""hunter2-role-key-hunter2""#, r#"["hunter2-role-key-hunter2"]"#),
        ),
        cached(
            "a value has the wrong type",
            &with(r#""hunter2-role-token-hunter2""#, r#"{"a": "hunter2-role-token-hunter2"}"#),
        ),
        cached(
            "a value has the wrong type",
            &with(r#""2099-01-01T00:00:00Z""#, r#"["hunter2-role-key-hunter2"]"#),
        ),
        cached("Unknown string format", &with("2099", "soon")),
        cached("session token from assume-role", &with("token-hunter2", r"token-hunter2\n")),
        twice("Connection was closed", &good),
        twice("Connection was closed", &good).file(".aws/cli/cache", "a file"),
        twice("Connection was closed", &good).file(&format!("{ROLE}/x"), "a folder in its place"),
        gives("Unable to parse response", &good[..200]),
        gives("Unable to parse response", r#"{"SecretAccessKey": "hunter2-reply-key-hunter2"}"#),
        gives("'SecretAccessKey'", &xml("", token, "2099-01-01T00:00:00Z")),
        gives("cannot be used", &xml(key, "<x>hunter2-reply-token-hunter2</x>", "2099-01-01T00:00:00Z")),
        gives("Unknown string format", &xml(key, token, "soon")),
        gives(EXPIRED, &xml(key, token, "2001-01-01T00:00:00Z")),
        gives(
            "session token from assume-role",
            &xml(key, "hunter2-reply-token-hunter2&#10;", "2099-01-01T00:00:00Z"),
        ),
        gives("'AssumeRoleWithWebIdentityResult'", &good).line([
            "kms",
            "connect-custom-key-store",
            "--custom-key-store-id",
            "x",
            "--profile",
            "w",
        ]),
        scenario(252, "parameter WebIdentityToken, value: ").profile("w").file("identity", "hun"),
        scenario(255, "Connection was closed").profile("r"),
        scenario(255, "Connection was closed").profile("w"),
    ]
}

fn identity_center() -> Vec<Scenario> {
    let with = |from: &str, to: &str| SSO_TOKEN_GOOD.replacen(from, to, 1);
    let cached = |code, says, document: &str| {
        [("s", SSO_TOKEN), ("legacy", LEGACY_SSO_TOKEN)]
            .map(|(profile, file)| scenario(code, says).profile(profile).file(file, document))
    };
    let expired = with("2099", "2001");
    let renewal = |code, says, replies: Vec<Reply>| {
        vec![scenario(code, says).profile("s").file(SSO_TOKEN, expired.as_str()).replies(replies)]
    };
    let role = |key: &str| {
        format!(
            r#"{{"roleCredentials": {{"accessKeyId": "A", "secretAccessKey": {key}, "sessionToken": "hunter2-reply-token-hunter2", "expiration": 4070908800000}}}}"#
        )
    };
    let gives = |code, says, replies: Vec<Reply>| {
        ["s", "legacy"].map(|profile| scenario(code, says).profile(profile).replies(replies.clone()))
    };
    let good = role(r#""hunter2-reply-key-hunter2""#);
    let new = r#"{"accessToken": "hunter2-reply-token-hunter2", "expiresIn": 3600, "refreshToken": "hunter2-reply-token-hunter2"}"#;
    let refresh_failed = "Token has expired and refresh failed";
    let all = [
        cached(255, "Error loading SSO Token", "{}").to_vec(),
        cached(255, "Error loading SSO Token", r#"{"accessToken": "hunter2-sso-access-hunter2"}"#).to_vec(),
        cached(255, "'", &SSO_TOKEN_GOOD[..120]).to_vec(),
        cached(
            255,
            "a value has the wrong type",
            &with(r#""hunter2-sso-access-hunter2""#, r#"["hunter2-sso-access-hunter2"]"#),
        )
        .to_vec(),
        cached(255, "The request could not be made", &with("access-hunter2", r"access-hunter2\n")).to_vec(),
        cached(255, "Unknown string format", &with("2099", "soon")).to_vec(),
        renewal(255, "Connection was closed", vec![]),
        renewal(255, refresh_failed, vec![Reply::Json(400, "InvalidGrantException")]),
        renewal(255, "Connection was closed", vec![Reply::of(200, new), Reply::Bytes(Vec::new())]),
        renewal(255, "'expiresIn'", vec![Reply::of(200, new.replace("expiresIn", "x"))]),
        renewal(255, "'expiresIn'", vec![Reply::of(200, &new[..60])]),
        renewal(
            255,
            "cannot be used",
            vec![Reply::of(
                200,
                new.replacen(r#""hunter2-reply-token-hunter2""#, r#"["hunter2-reply-token-hunter2"]"#, 1),
            )],
        ),
        gives(255, "Connection was closed", vec![Reply::of(200, &good), Reply::Bytes(Vec::new())])
            .map(|s| s.file(".aws/cli/cache", "a file"))
            .to_vec(),
        gives(255, "Connection was closed", vec![Reply::of(200, &good), Reply::Bytes(Vec::new())]).to_vec(),
        gives(255, "'roleCredentials'", vec![Reply::of(200, &good[..80])]).to_vec(),
        gives(255, "cannot be used", vec![Reply::of(200, role(r#"["hunter2-reply-key-hunter2"]"#))]).to_vec(),
        gives(255, "run aws sso login", vec![Reply::Json(401, "UnauthorizedException")]).to_vec(),
    ];
    all.into_iter().flatten().collect()
}

fn login() -> Vec<Scenario> {
    let cached = |says, document: &str| scenario(255, says).profile("l").file(LOGIN, document);
    let with = |from: &str, to: &str| LOGIN_GOOD.replace(from, to);
    let expired = super::files::expired_login();
    let gives = |says, body: &str| {
        scenario(255, says)
            .profile("l")
            .file(LOGIN, expired.as_str())
            .replies([Reply::of(200, body), Reply::Bytes(Vec::new())])
    };
    let new = r#"{"accessToken": {"accessKeyId": "A", "secretAccessKey": "hunter2-reply-key-hunter2", "sessionToken": "hunter2-reply-token-hunter2"}, "expiresIn": 900, "refreshToken": "hunter2-reply-token-hunter2"}"#;
    vec![
        cached("Connection was closed", LOGIN_GOOD),
        cached("Connection was closed", &expired),
        cached("Unable to load private key", &with("2099", "2001")),
        cached("'b5566ca2612c2524aced2e7b9df48e14d22bc287e028ba502bb45ba4198fd52c'", &LOGIN_GOOD[..200]),
        cached("missing one or more required fields", r#"{"refreshToken": "hunter2-login-refresh-hunter2"}"#),
        cached(
            "a value has the wrong type",
            &with(r#""hunter2-login-key-hunter2""#, r#"["hunter2-login-key-hunter2"]"#),
        ),
        cached("session token from login", &with("session-hunter2", r"session-hunter2\n")),
        gives("Connection was closed", new),
        gives("'refreshToken'", &new.replace("refreshToken", "x")),
        gives("'expiresIn'", &new[..120]),
        gives(
            "cannot be used",
            &new.replace(r#""hunter2-reply-key-hunter2""#, r#"["hunter2-reply-key-hunter2"]"#),
        ),
    ]
}

/// The MFA code, typed where there is no terminal.
fn codes() -> Vec<Scenario> {
    let types = |code, says, typed: &str| scenario(code, says).profile("mfa").typed(typed);
    vec![
        types(255, "Connection was closed", "hunter2-mfa-hunter2\n"),
        types(252, "parameter TokenCode, value: 5", "hunt2\nhunter2-mfa-hunter2\n"),
        types(255, "The input ended", ""),
        types(254, "****", "hunter2-mfa-hunter2\n").replies([Reply::Xml(403, "AccessDenied")]),
    ]
}
