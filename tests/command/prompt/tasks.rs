//! The tasks that update-custom-key-store is there for, each through the form alone.

use std::path::Path;

use kms_emulator::Emulator;
use serde_json::{Value, json};

use super::{ENTER, Prompt, REVIEW, RIGHT, RUN, emulator, prompted};

const SIZES: [(u16, u16); 2] = [(24, 80), (40, 120)];

const PASSWORD: &str = "Hush7Qx-kmsuser";

const SECRET_KEY: &str = "HushQx7zZ1HushQx7zZ1HushQx7zZ1HushQx7zZ1Hus=";

/// The form of update-custom-key-store, in which this store is chosen.
fn form(emulator: &Emulator, store: &str, size: (u16, u16)) -> Prompt {
    let mut prompt = Prompt::start(prompted(emulator, &[]), size);
    prompt.shows("Command:");
    prompt.press(b"upcks");
    prompt.shows("Command: upcks");
    prompt.press(ENTER);
    prompt.shows("CloudHSM");
    prompt.press(store.as_bytes());
    prompt.until("one store", |screen| screen.matches("  cks-").count() == 1);
    prompt.press(ENTER);
    prompt.shows(&format!("{store}, "));
    prompt
}

/// Runs what the form says, and returns the request.
#[track_caller]
fn run(mut prompt: Prompt, emulator: &Emulator, reviewed: &[&str], secrets: &[&str]) -> Value {
    prompt.press(REVIEW);
    prompt.shows("^X run");
    for text in reviewed {
        prompt.goes_down_to(text);
    }
    prompt.press(RUN);
    assert_eq!(prompt.end(), Some(0), "{}", prompt.screen());
    let written = String::from_utf8_lossy(&prompt.written).into_owned();
    for secret in secrets {
        assert!(!written.contains(secret), "{secret} on the terminal");
        assert!(!holds(prompt.home.path(), secret), "{secret} in a file");
    }
    let line = prompt.screen();
    assert!(line.trim_start().starts_with("aws kms update-custom-key-store "), "{line}");
    let requests = emulator.requests();
    let updates: Vec<_> =
        requests.iter().filter(|request| request.operation.name() == "UpdateCustomKeyStore").collect();
    assert_eq!(updates.len(), 1);
    updates[0].json()
}

/// Whether a file below a folder has this in it.
fn holds(folder: &Path, text: &str) -> bool {
    std::fs::read_dir(folder).expect("a folder").flatten().any(|entry| {
        let path = entry.path();
        if path.is_dir() {
            return holds(&path, text);
        }
        let content = std::fs::read(&path).expect("a file");
        content.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

fn id(emulator: &Emulator, at: usize) -> Value {
    emulator.stores()[at]["CustomKeyStoreId"].clone()
}

#[test]
fn a_store_gets_another_name() {
    for size in SIZES {
        let emulator = emulator("CONNECTED");
        let mut prompt = form(&emulator, "prod-xks", size);
        prompt.fill("new custom key store name", b"prod-2");
        let request =
            run(prompt, &emulator, &["prod-xks → prod-2", "Its keys can be used all the time."], &[]);
        assert_eq!(request, json!({"CustomKeyStoreId": id(&emulator, 0), "NewCustomKeyStoreName": "prod-2"}));
    }
}

#[test]
fn the_password_of_kmsuser_is_told() {
    for size in SIZES {
        let emulator = emulator("DISCONNECTED");
        let mut prompt = form(&emulator, "hsm", size);
        prompt.until("only what applies", |screen| !screen.contains("uri path"));
        prompt.fill("key store password", PASSWORD.as_bytes());
        prompt.shows(&"•".repeat(PASSWORD.len()));
        let reviewed =
            [r#""KeyStorePassword": "****""#, "--key-store-password file://key-store-password.txt"];
        let request = run(prompt, &emulator, &reviewed, &[PASSWORD]);
        assert_eq!(request, json!({"CustomKeyStoreId": id(&emulator, 1), "KeyStorePassword": PASSWORD}));
    }
}

#[test]
fn a_store_moves_to_another_cluster() {
    for size in SIZES {
        let emulator = emulator("DISCONNECTED");
        let mut prompt = form(&emulator, "hsm", size);
        prompt.fill("cloud hsm cluster id", b"cluster-0");
        prompt.shows("19");
        prompt.fill("cloud hsm cluster id", b"\x15cluster-5a6b7c2d3e4f");
        prompt.until("no complaint", |screen| !screen.contains("✗"));
        let reviewed = ["cluster-2a3b4c5d6e7 → cluster-5a6b7c2d3e4f"];
        let request = run(prompt, &emulator, &reviewed, &[]);
        assert_eq!(request["CloudHsmClusterId"], "cluster-5a6b7c2d3e4f");
    }
}

#[test]
fn the_credential_of_a_proxy_is_rotated() {
    for size in SIZES {
        let emulator = emulator("CONNECTED");
        let mut prompt = form(&emulator, "prod-xks", size);
        prompt.fill("access key id", b"NEWID23456723EXAMPLE");
        prompt.shows("NEWID23456723EXAMPLE");
        prompt.fill("raw secret access key", SECRET_KEY.as_bytes());
        prompt.shows("••••••••••");
        let reviewed = [
            "KMS may use the old credential for up to five minutes more",
            r#""RawSecretAccessKey": "****""#,
            "AccessKeyId=NEWID23456723EXAMPLE,RawSecretAccessKey@=file://raw-secret-access-key.txt",
        ];
        let request = run(prompt, &emulator, &reviewed, &[SECRET_KEY]);
        let credential = json!({"AccessKeyId": "NEWID23456723EXAMPLE", "RawSecretAccessKey": SECRET_KEY});
        assert_eq!(request["XksProxyAuthenticationCredential"], credential);
    }
}

#[test]
fn a_public_proxy_is_reached_through_a_vpc_endpoint_service() {
    for size in SIZES {
        let emulator = emulator("DISCONNECTED");
        let mut prompt = form(&emulator, "prod-xks", size);
        prompt.until("no service yet", |screen| !screen.contains("vpc endpoint service"));
        prompt.fill("connectivity", RIGHT);
        prompt.shows("‹ PUBLIC_ENDPOINT ›");
        prompt.press(RIGHT);
        prompt.shows("‹ VPC_ENDPOINT_SERVICE ›");
        prompt.shows("XksProxyVpcEndpointServiceName is missing");
        prompt.fill("vpc endpoint service name", b"com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0");
        prompt.fill("uri endpoint", b"https://xks.internal.example.com");
        let reviewed = ["PUBLIC_ENDPOINT → VPC_ENDPOINT_SERVICE"];
        let request = run(prompt, &emulator, &reviewed, &[]);
        let expected = json!({
            "CustomKeyStoreId": id(&emulator, 0),
            "XksProxyUriEndpoint": "https://xks.internal.example.com",
            "XksProxyVpcEndpointServiceName": "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0",
            "XksProxyConnectivity": "VPC_ENDPOINT_SERVICE",
        });
        assert_eq!(request, expected);
    }
}
