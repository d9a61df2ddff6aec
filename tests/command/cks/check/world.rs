//! A store, its proxy, and the way between: what a check needs.

use kms_emulator::{Emulator, SeedStore};
use regex_lite::Regex;
use serde_json::{Value, json};
use xks_proxy::{Credential, XksProxy};

use crate::aws::{Aws, Run};
use crate::cks::tunnel::Tunnel;

pub const HOST: &str = "xks.example.com";
pub const ID: &str = Credential::DEFAULT_ID;
pub const SECRET: &str = Credential::DEFAULT_SECRET;

/// The option with the credential of the proxy.
pub const ITS_CREDENTIAL: [&str; 2] = [
    "--xks-proxy-authentication-credential",
    "AccessKeyId=ABCDEFGHIJKLMNOPQRST,RawSecretAccessKey=proxysecretproxysecretproxysecretproxysecret",
];

/// What a check of a good proxy finds.
pub const GOOD: &str = "\
prod-xks: KMS should accept https://xks.example.com/kms/xks/v1

  ✓ tunnel     through http://127.0.0.1:… (HTTPS_PROXY) … ms
      It looks up the name and connects; KMS does both itself.
  ✓ TLS        1.3, certificate for xks.example.com by XKS proxy for … ms
               tests CA, 90 days left
      The CA bundle vouches for it. KMS trusts public authorities only.
  ✓ health     200 to a call signed with ABCDEFGHIJKLMNOPQRST … ms
  ✓ fleet      1 proxy, XKS proxy for tests by Example
  ✓ manager    ACTIVE: hsm-1, Example HSM by Example
  – distance   not checkable from here: KMS allows 250 ms from its own Region
";

/// What is said of an answer that came later than KMS waits.
const SLOW: &str = "KMS waits 250 ms for the connection, TLS and the answer.";

pub struct World {
    pub emulator: Emulator,
    pub proxy: XksProxy,
    pub tunnel: Tunnel,
    ca: String,
}

impl World {
    /// A public store whose proxy is good.
    pub fn new() -> World {
        World::with(good_proxy(), store("PUBLIC_ENDPOINT"))
    }

    pub fn with(proxy: XksProxy, emulator: Emulator) -> World {
        World::with_names(proxy, emulator, &[HOST])
    }

    pub fn with_names(proxy: XksProxy, emulator: Emulator, names: &[&str]) -> World {
        let tunnel = Tunnel::to(names.iter().map(|name| (*name, proxy.address())));
        let ca = proxy.ca_pem();
        World { emulator, proxy, tunnel, ca }
    }

    pub fn aws<'w>(&self, more: impl IntoIterator<Item = &'w str>) -> Aws {
        let words = ["cks", "check", "prod-xks"].into_iter().chain(more);
        let aws = Aws::new(words).to(&self.emulator).env("HTTPS_PROXY", self.tunnel.url());
        aws.file("ca.pem", &self.ca).env("AWS_CA_BUNDLE", "ca.pem")
    }

    /// The exit code and the output of a check. On a busy machine a proxy may be slow that need not be: it is asked again.
    pub fn run(&self, more: &[&str]) -> (Option<i32>, String) {
        let mut run = self.aws(more.iter().copied()).run();
        for _ in 0..10 {
            if !run.stdout.contains(SLOW) {
                break;
            }
            run = self.aws(more.iter().copied()).run();
        }
        shown(&run)
    }
}

pub fn good_proxy() -> XksProxy {
    XksProxy::builder().host(HOST).start().expect("a proxy")
}

/// An emulator with the store `prod-xks`, whose proxy it does not ask.
pub fn store(connectivity: &str) -> Emulator {
    store_at(connectivity, &format!("https://{HOST}"))
}

pub fn store_at(connectivity: &str, endpoint: &str) -> Emulator {
    let service = "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0";
    let mut proxy = json!({"Connectivity": connectivity, "AccessKeyId": ID, "UriEndpoint": endpoint,
        "UriPath": "/kms/xks/v1"});
    if connectivity == "VPC_ENDPOINT_SERVICE" {
        proxy["VpcEndpointServiceName"] = json!(service);
    }
    stores([json!({"CustomKeyStoreName": "prod-xks", "CustomKeyStoreId": "cks-1234567890abcdef0",
        "CustomKeyStoreType": "EXTERNAL_KEY_STORE", "XksProxyConfiguration": proxy})])
}

pub fn stores<const N: usize>(stores: [Value; N]) -> Emulator {
    let stores = stores.map(|store| serde_json::from_value::<SeedStore>(store).expect("a store"));
    Emulator::builder().seed_stores(stores).start().expect("an emulator")
}

/// The exit code and stdout of a run that says nothing on stderr, without times and ports.
pub fn shown(run: &Run) -> (Option<i32>, String) {
    assert_eq!(run.stderr, "", "{run:?}");
    run.hides(SECRET);
    let replaced = |pattern: &str, text: &str, by: &str| {
        Regex::new(pattern).expect("a pattern").replace_all(text, by).into_owned()
    };
    let text = replaced(r" +\d+ ms\n", &run.stdout, " … ms\n");
    (run.code, replaced(r"127\.0\.0\.1:\d+", &text, "127.0.0.1:…"))
}

/// The output where the proxy is good so far, and KMS should accept it.
pub fn accepted(findings: &str) -> String {
    let before = GOOD.split_once("  ✓ health").expect("a finding").0;
    format!("{before}{findings}")
}

/// The output where the proxy is good so far, and KMS would refuse it.
pub fn refused(findings: &str) -> String {
    accepted(findings).replace("should accept", "would refuse")
}
