//! Secrets never appear, whatever goes wrong.

use kms_emulator::{Effect, Emulator, Fault};

use crate::aws::Aws;

const SECRET: &str = "Zq7-hunter2-Zq7";

/// Command lines that end in an error and hold the secret, each of another kind.
fn mistakes() -> Vec<Vec<String>> {
    let credential = "--xks-proxy-authentication-credential";
    let lines: &[&[&str]] = &[
        &["--key-store-password", "first", SECRET],
        &["--key-store-pasword", SECRET],
        &["--key-store-pasword=Zq7-hunter2-Zq7"],
        &[credential, "AccessKeyId=A", "RawSecretAccessKey=Zq7-hunter2-Zq7"],
        &[credential, "AccessKeyId=A", SECRET],
        &["RawSecretAccessKey=Zq7-hunter2-Zq7"],
        &["--xks=AccessKeyId=Zq7-hunter2-Zq7"],
        &[credential, SECRET],
        &[credential, "AccessKeyId=A,,RawSecretAccessKey='Zq7-hunter2-Zq7"],
        &[credential, "AccessKeyId=A,AccessKeyId=Zq7-hunter2-Zq7"],
        &[credential, "{\"RawSecretAccessKey\": \"Zq7-hunter2-Zq7\""],
        &[credential, "[\"Zq7-hunter2-Zq7\"]"],
        &[credential, "AccessKeyId=Zq7-hunter2-Zq7,RawSecretAccessKey=x,y"],
        &[credential, "AccessKeyId=A,RawSecretAccessKey=[Zq7-hunter2-Zq7]"],
        &[credential, "Zq7-hunter2-Zq7-Zq7-hunter2-Zq7="],
        &[credential, "{\"RawSecretAccessKey\": {\"x\": \"Zq7-hunter2-Zq7\"}}"],
        &["--cli-input-json", "{\"KeyStorePassword\": [\"Zq7-hunter2-Zq7\"]}"],
        &["--cli-input-json", "{\"KeyStorePassword\": \"Zq7-hunter2-Zq7\""],
        &["--cli-input-json", "{\"XksProxyAuthenticationCredential\": \"Zq7-hunter2-Zq7\"}"],
        &["--cli-input-yaml", "KeyStorePassword: [Zq7-hunter2-Zq7]"],
        &["--cli-input-yaml", "KeyStorePassword: !Zq7-hunter2-Zq7 x"],
        &["--cli-input-yaml", "KeyStorePassword: 'Zq7-hunter2-Zq7"],
        &["--key-store-password", SECRET, "--new-custom-key-store-name", ""],
        &["--key-store-password", SECRET, "--region", "not a region"],
        &["--key-store-password", SECRET, "--endpoint-url", "http://127.0.0.1:9"],
    ];
    lines.iter().map(|line| line.iter().map(|word| (*word).to_owned()).collect()).collect()
}

#[test]
fn no_error_shows_a_secret_in_any_format_with_or_without_debug() {
    for mistake in mistakes() {
        for more in [&[][..], &["--cli-error-format", "json"], &["--cli-error-format", "table"], &["--debug"]]
        {
            let words = mistake.iter().map(String::as_str).chain(more.iter().copied());
            let run = Aws::update(words).run();
            assert_ne!(run.code, Some(0), "{mistake:?}");
            assert!(!run.stderr.is_empty(), "{mistake:?}");
            run.hides("hunter2");
        }
    }
}

#[test]
fn a_secret_in_place_of_the_command_is_hidden() {
    let run = Aws::new(["kms", "--key-store-password", SECRET, "update-custom-key-store"]).run();
    run.fails(252, "argument operation: Found invalid choice '****'").hides("hunter2");
}

#[test]
fn carets_still_point_to_the_place() {
    let run = Aws::update(["--xks-proxy-authentication-credential", "AccessKeyId=ABC\"x"]).run();
    run.fails(252, "Expected: ',', received: '\"' for input:\n AccessKeyId=***\"*\n               ^\n");
}

#[test]
fn a_password_in_an_endpoint_url_is_hidden() {
    let url = "http://user:hunter2@127.0.0.1:9";
    let run = Aws::update(["--debug"]).env("AWS_ENDPOINT_URL", url).run();
    run.fails(255, "Could not connect to the endpoint URL: \"http://127.0.0.1:9/\"").hides("hunter2");
    let run = Aws::update(["--endpoint-url", "http://user:hunter2@a_b"]).run();
    run.fails(255, "Invalid endpoint: http://***@a_b").hides("hunter2");
}

#[test]
fn a_debug_log_tells_the_steps_and_no_secret() {
    let emulator = Emulator::builder().start().expect("an emulator");
    emulator.inject(Fault::once(Effect::Close));
    let run = Aws::update(["--key-store-password", SECRET, "--debug"])
        .env("AWS_SESSION_TOKEN", "tok-hunter2")
        .env("AWS_REGION", "eu-west-3")
        .env("AWS_MAX_ATTEMPTS", "2")
        .to(&emulator)
        .run();
    assert_eq!(run.code, Some(254), "{}", run.stderr);
    let closed = "attempt failed error=Connection was closed before we received a valid response";
    for (line, parts) in [
        ("value=eu-west-3 from=\"AWS_REGION\"", &[][..]),
        ("tls: Tls { verify: true, bundle: None }", &[]),
        ("operation=\"UpdateCustomKeyStore\"", &["****"]),
        ("attempt number=1", &[]),
        (closed, &["elapsed="]),
        ("attempt number=2", &[]),
        ("reply status=400", &["request_id=\"", "elapsed="]),
    ] {
        let found = run.stderr.lines().find(|told| told.contains(line));
        let found = found.unwrap_or_else(|| panic!("{line} in {}", run.stderr));
        assert!(parts.iter().all(|part| found.contains(part)), "{parts:?} in {found}");
    }
    run.hides("hunter2");
    run.hides("wJalrXUtnFEMI");
}

#[test]
fn an_error_of_the_service_that_repeats_the_request_is_told_without_its_secrets() {
    let emulator = Emulator::builder().start().expect("an emulator");
    for format in ["enhanced", "json", "yaml", "text", "table", "legacy"] {
        let message = format!("Value '{SECRET}' at 'keyStorePassword' is not welcome");
        let code = "ValidationException".to_owned();
        emulator.inject(Fault::once(Effect::Error { status: 400, code, message }));
        let words = ["--key-store-password", SECRET, "--debug", "--cli-error-format", format];
        let run = Aws::update(words).to(&emulator).run();
        run.fails(254, "****").hides("hunter2");
    }
}
