//! `aws cks check`: what it finds at a proxy, and what KMS would make of it.

use kms_emulator::{Emulator, SeedStore};
use regex_lite::Regex;
use serde_json::json;
use xks_proxy::{Credential, XksProxy};

use super::tunnel::Tunnel;
use crate::aws::{Aws, Run};

const HOST: &str = "xks.example.com";
const ID: &str = Credential::DEFAULT_ID;
const SECRET: &str = Credential::DEFAULT_SECRET;

/// The option for the proxy's own credential.
fn credential() -> [String; 2] {
    let value = format!("AccessKeyId={ID},RawSecretAccessKey={SECRET}");
    ["--xks-proxy-authentication-credential".to_owned(), value]
}

/// An emulator with the store `prod-xks`, whose proxy it does not ask.
fn store(connectivity: &str) -> Emulator {
    let proxy = json!({
        "Connectivity": connectivity,
        "AccessKeyId": ID,
        "UriEndpoint": format!("https://{HOST}"),
        "UriPath": "/kms/xks/v1",
    });
    let store = json!({"CustomKeyStoreName": "prod-xks", "CustomKeyStoreId": "cks-1234567890abcdef0",
        "CustomKeyStoreType": "EXTERNAL_KEY_STORE", "XksProxyConfiguration": proxy});
    let store: SeedStore = serde_json::from_value(store).expect("a store");
    Emulator::builder().seed_stores([store]).start().expect("an emulator")
}

/// The output with the times and the port of the tunnel taken out.
fn shown(run: &Run) -> String {
    let text = Regex::new(r" +\d+ ms\n").expect("a pattern").replace_all(&run.stdout, " … ms\n").into_owned();
    Regex::new(r"127\.0\.0\.1:\d+").expect("a pattern").replace_all(&text, "127.0.0.1:…").into_owned()
}

#[test]
fn a_good_proxy_is_asked_as_kms_asks_it() {
    let emulator = store("PUBLIC_ENDPOINT");
    let proxy = XksProxy::builder().host(HOST).start().expect("a proxy");
    let tunnel = Tunnel::to([(HOST, proxy.address())]);
    let words = ["cks", "check", "prod-xks"].map(str::to_owned).into_iter().chain(credential());
    let aws = Aws::new(words).to(&emulator).env("HTTPS_PROXY", tunnel.url());
    let run = aws.file("ca.pem", proxy.ca_pem()).env("AWS_CA_BUNDLE", "ca.pem").run();
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(shown(&run).contains("  ✓ manager    ACTIVE: hsm-1"), "{run:?}");
    assert_eq!(tunnel.ends(), [format!("{HOST}:443")]);
    run.hides(SECRET);
}
