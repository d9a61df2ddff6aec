//! Services that repeat a secret in another form: encoded once or twice, alone or inside a longer text.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

use crate::aws::Aws;
use crate::endpoint::{Endpoint, typed};

/// Passwords with signs that forms encode differently. Each has at most 32 characters.
const PASSWORDS: [&str; 6] = [
    "hunter2-Zq7w9x",
    "a+b c/d=e?f&g%41h",
    "quote\"back\\slash'x",
    "h\u{fc}nter\u{1f511}-\u{c9}t\u{e9}",
    "\u{f8}\u{3a9}>>>???~~~~",
    "<hunter2>&amp;\\u0041",
];

const XKS_KEY: &str = "Zq7w9xK3+/hunter2hunter2hunter2hunter2hunter2=";

fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn percent(text: &str, upper: bool, all: bool) -> String {
    let one = |byte: u8| match byte {
        byte if !all && (byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)) => {
            char::from(byte).to_string()
        }
        byte if upper => format!("%{byte:02X}"),
        byte => format!("%{byte:02x}"),
    };
    text.bytes().map(one).collect()
}

/// The forms in which a service may repeat a secret.
fn forms(secret: &str) -> Vec<String> {
    let units: String = secret.encode_utf16().map(|unit| format!("\\u{unit:04X}")).collect();
    let mut forms = vec![
        secret.to_owned(),
        json(secret),
        json(&json(secret)),
        units.clone(),
        json(&units),
        percent(secret, true, false),
        percent(secret, false, false),
        percent(secret, true, true),
        percent(&percent(secret, true, false), true, false),
        percent(secret, true, false).replace("%20", "+"),
        percent(&json(secret), true, false),
        secret.chars().map(|c| format!("&#x{:x};", u32::from(c))).collect(),
        secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;"),
        secret.bytes().map(|byte| format!("{byte:02x}")).collect(),
    ];
    for before in ["", "u", "us", "user:", "{\"CustomKeyStoreId\":\"cks-1\",\"KeyStorePassword\":"] {
        for engine in [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD] {
            forms.push(engine.encode(format!("{before}{secret}:more")));
            forms.push(engine.encode(format!("{before}{}}}", json(secret))));
            forms.push(percent(&engine.encode(format!("{before}{secret}")), true, false));
        }
    }
    forms
}

/// The runs of letters and digits of a form, of which none may be told.
fn telling(form: &str) -> impl Iterator<Item = &str> {
    form.split(|c: char| !c.is_alphanumeric() && !"+/_-%\\&#;".contains(c)).filter(|run| run.len() >= 10)
}

/// Runs the program with a service that repeats all forms, plainly and with `--debug`.
fn check(words: &[&str], secret: &str) {
    let forms = forms(secret);
    let message = forms.iter().map(|form| format!("<{form}>")).collect::<Vec<_>>().join(" and ");
    let body = format!(r#"{{"__type": "ValidationException", "message": {}}}"#, json(&message));
    let endpoint = Endpoint::start([typed(400, "application/x-amz-json-1.1", body)]);
    for more in [&[][..], &["--debug"], &["--cli-error-format", "json"]] {
        let run = Aws::update(words.iter().chain(more)).env("AWS_ENDPOINT_URL", endpoint.url()).run();
        assert_eq!(run.code, Some(254), "{}", run.stderr);
        assert!(run.stderr.matches("****").count() >= forms.len(), "{secret}: {}", run.stderr);
        run.hides(secret);
        for run_of_form in forms.iter().flat_map(|form| telling(form)) {
            run.hides(run_of_form);
        }
    }
}

#[test]
fn a_password_is_hidden_in_every_form() {
    for password in PASSWORDS {
        check(&["--key-store-password", password], password);
    }
}

#[test]
fn a_key_of_a_proxy_is_hidden_in_every_form() {
    let credential = format!("AccessKeyId=ABCDEFGHIJKLMNOPQRST,RawSecretAccessKey={XKS_KEY}");
    check(&["--xks-proxy-authentication-credential", &credential], XKS_KEY);
}

#[test]
fn words_that_have_nothing_to_do_with_the_secret_are_told() {
    let message = "50% of a+b &amp; c\\u0041, aGVsbG8gd29ybGQ= and %41, see https://example.com/a?b=c";
    let body = format!(r#"{{"__type": "ValidationException", "message": {}}}"#, json(message));
    let endpoint = Endpoint::start([typed(400, "application/x-amz-json-1.1", body)]);
    let run =
        Aws::update(["--key-store-password", PASSWORDS[0]]).env("AWS_ENDPOINT_URL", endpoint.url()).run();
    run.fails(254, message);
}
