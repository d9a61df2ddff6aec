//! Secrets planted in every place of a line of `aws cks`: none of its outputs has one of them.

use kms_emulator::{Emulator, Fault, SeedStore};
use serde_json::json;

use crate::aws::{Aws, Run};

const PASSWORD: &str = "Planted-Pa55word-1";
const KEY: &str = "PlantedKey0PlantedKey0PlantedKey0PlantedKey0";
const ID: &str = "ABCDEFGHIJKLMNOPQRST";

fn emulator() -> Emulator {
    let stores = json!([
        {"CustomKeyStoreName": "hsm", "ConnectionState": "CONNECTED", "CloudHsmClusterId": "cluster-2a3b4c5d6e7"},
        {
            "CustomKeyStoreName": "xks", "ConnectionState": "CONNECTED",
            "XksProxyConfiguration": {
                "Connectivity": "PUBLIC_ENDPOINT", "AccessKeyId": ID, "UriEndpoint": "https://xks.invalid",
                "UriPath": "/kms/xks/v1",
            },
        },
    ]);
    let seed = SeedStore::read(&stores.to_string()).expect("stores");
    Emulator::builder().seed_stores(seed).start().expect("an emulator")
}

fn run(emulator: &Emulator, words: &[&str]) -> Run {
    let configuration = json!({
        "XksProxyUriPath": "/kms/xks/v1",
        "XksProxyAuthenticationCredential": {"AccessKeyId": ID, "RawSecretAccessKey": KEY},
    });
    Aws::new(words)
        .to(emulator)
        .file("password.txt", format!("{PASSWORD}\n"))
        .file("configuration.json", configuration.to_string())
        .file("document.yaml", format!("KeyStorePassword: {PASSWORD}\n"))
        .stdin(format!("{KEY}\n"))
        .run()
}

/// The ways to give a secret, for a store.
fn ways() -> Vec<(&'static str, Vec<String>)> {
    let option = |name: &str, value: String| vec![format!("--{name}"), value];
    let credential = "xks-proxy-authentication-credential";
    vec![
        ("hsm", option("key-store-password", PASSWORD.to_owned())),
        ("hsm", option("key-store-password", "file://password.txt".to_owned())),
        ("hsm", option("cli-input-yaml", "file://document.yaml".to_owned())),
        ("hsm", option("cli-input-json", json!({"KeyStorePassword": PASSWORD}).to_string())),
        ("xks", option(credential, format!("AccessKeyId={ID},RawSecretAccessKey={KEY}"))),
        ("xks", option(credential, format!("AccessKeyId={ID},RawSecretAccessKey@=file://-"))),
        ("xks", option(credential, json!({"AccessKeyId": ID, "RawSecretAccessKey": KEY}).to_string())),
        ("xks", option("xks-proxy-configuration-file", "configuration.json".to_owned())),
    ]
}

#[test]
fn no_output_of_any_command_has_a_secret() {
    let twice = format!("AccessKeyId={KEY},RawSecretAccessKey={KEY}");
    let swapped = vec!["--xks-proxy-authentication-credential".to_owned(), twice];
    for (store, secret) in ways().into_iter().chain([("xks", swapped)]) {
        let secret: Vec<&str> = secret.iter().map(String::as_str).collect();
        for task in [&["plan"][..], &["check"], &["apply", "--yes", "--no-check", "--interval", "20ms"]] {
            for form in [&[][..], &["--output", "json"], &["--output", "table", "--debug"]] {
                let run = run(&emulator(), &[&["cks", task[0], store], &task[1..], &secret, form].concat());
                assert!(matches!(run.code, Some(0 | 1)), "{run:?}");
                run.hides(PASSWORD);
                run.hides(KEY);
            }
        }
    }
}

#[test]
fn what_a_service_repeats_of_a_secret_is_hidden_however_a_change_ends() {
    for (store, secret) in ways() {
        let secret: Vec<&str> = secret.iter().map(String::as_str).collect();
        for form in [&[][..], &["--output", "json"]] {
            let emulator = emulator();
            let error = json!({"error": {"status": 400, "type": "ValidationException",
                "message": format!("{PASSWORD} and {KEY} are not good")}});
            let fault = json!({"operation": "UpdateCustomKeyStore", "times": 9, "effect": error});
            emulator.inject(serde_json::from_value::<Fault>(fault).expect("a fault"));
            let words = ["cks", "apply", store, "--yes", "--no-check", "--interval", "20ms"];
            let run = run(&emulator, &[&words, &secret[..], form].concat());
            assert_eq!(run.code, Some(1), "{run:?}");
            assert!(run.stderr.contains("are not good"), "{run:?}");
            run.hides(if store == "hsm" { PASSWORD } else { KEY });
        }
    }
}
