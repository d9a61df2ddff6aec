//! The recipes of `docs/operators.md`, typed as they stand there.
#![cfg(unix)]

use std::fs;
use std::time::Duration;

use kms_emulator::{Cluster, Emulator, SeedStore};
use serde_json::{Value, json};
use xks_proxy::{Credential, XksProxy};

use super::tunnel::Tunnel;
use crate::aws::{Aws, PROGRAM};
use crate::terminal::Terminal;

const NEW_ID: &str = "BCDEFGHIJKLMNOPQRSTU";
const NEW_SECRET: &str = "plantedsecretplantedsecretplantedsecretplanted";
const OLD_CLUSTER: &str = "cluster-2a3b4c5d6e7";
const PASSWORD: &str = "planted-password-1";

/// The commands below a heading, in their order.
fn recipe(heading: &str) -> Vec<String> {
    let document = fs::read_to_string("docs/operators.md").expect("the document");
    let section = document.split("\n## ").find(|section| section.starts_with(heading)).expect("the heading");
    let blocks = section.split("```sh\n").skip(1).filter_map(|block| block.split("```").next());
    let lines = blocks.collect::<String>().replace("\\\n", "");
    lines.lines().map(str::to_owned).collect()
}

/// Where the recipes are tried.
struct World {
    emulator: Emulator,
    proxy: XksProxy,
    tunnel: Tunnel,
}

impl World {
    fn new() -> World {
        let hosts = ["old.example.com", "new.example.com", "private.example.com"];
        let proxy = hosts.iter().fold(XksProxy::builder(), |proxy, host| proxy.host(*host));
        let proxy = proxy
            .key_store("/kms/xks/v1", [Credential::default(), Credential::new(NEW_ID, NEW_SECRET)])
            .start()
            .expect("a proxy");
        let stores = json!([
            {
                "CustomKeyStoreName": "prod-xks", "ConnectionState": "CONNECTED",
                "XksProxyConfiguration": {
                    "Connectivity": "PUBLIC_ENDPOINT", "UriEndpoint": "https://old.example.com",
                    "UriPath": "/kms/xks/v1", "AccessKeyId": Credential::DEFAULT_ID,
                    "RawSecretAccessKey": Credential::DEFAULT_SECRET,
                },
            },
            {"CustomKeyStoreName": "hsm-eu", "ConnectionState": "CONNECTED", "CloudHsmClusterId": OLD_CLUSTER},
        ]);
        let addresses = hosts.map(|host| (host, proxy.address()));
        let emulator = Emulator::builder()
            .seed_stores(SeedStore::read(&stores.to_string()).expect("stores"))
            .proxies(addresses, proxy.ca_pem())
            .proxy_time_limit(Duration::from_secs(20))
            .start()
            .expect("an emulator");
        World { emulator, proxy, tunnel: Tunnel::to(addresses) }
    }

    /// Types a line into a shell on a terminal, answers what is asked, and waits for its success.
    #[track_caller]
    fn types(&self, line: &str, answers: &[(&str, &str)]) -> String {
        let configuration = json!({
            "XksProxyUriPath": "/kms/xks/v1",
            "XksProxyAuthenticationCredential": {"AccessKeyId": NEW_ID, "RawSecretAccessKey": NEW_SECRET},
        });
        let shell = Aws::of("/bin/sh", ["-c", line])
            .to(&self.emulator)
            .file("credential.json", configuration.to_string())
            .file("authorities.pem", self.proxy.ca_pem())
            .file(".aws/config", "[default]\nca_bundle = authorities.pem\n")
            .env("HTTPS_PROXY", self.tunnel.url());
        std::os::unix::fs::symlink(PROGRAM, shell.home().join("aws")).expect("a link");
        let path = format!("{}:/usr/bin:/bin", shell.home().display());
        let mut terminal = Terminal::start(shell.env("PATH", path));
        for (question, answer) in answers {
            terminal.shows(question);
            terminal.press(format!("{answer}\r").as_bytes());
        }
        let (code, text) = terminal.end();
        assert_eq!(code, Some(0), "{line}:\n{text}");
        for secret in [NEW_SECRET, PASSWORD] {
            assert!(!text.contains(secret), "{text}");
        }
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn store(&self, name: &str) -> Value {
        let mut stores = self.emulator.stores().into_iter();
        stores.find(|store| store["CustomKeyStoreName"] == name).expect("the store")
    }
}

const YES: (&str, &str) = ("[y/N] ", "y");

#[test]
fn a_new_credential_of_the_proxy() {
    let world = World::new();
    let [plan, from_file, asked] =
        recipe("A new credential of the proxy").try_into().expect("three commands");
    assert!(world.types(&plan, &[]).contains("Its keys can be used all the time."));
    world.types(&from_file, &[YES]);
    assert_eq!(world.store("prod-xks")["XksProxyConfiguration"]["AccessKeyId"], NEW_ID);
    world.types(&asked, &[("Raw secret access key", NEW_SECRET), YES]);
    assert_eq!(world.store("prod-xks")["ConnectionState"], "CONNECTED");
}

#[test]
fn a_new_password_of_kmsuser() {
    let world = World::new();
    let [disconnect, apply] = recipe("A new password of kmsuser").try_into().expect("two commands");
    world.types(&disconnect, &[]);
    world.emulator.set_cluster(Cluster::new(OLD_CLUSTER).password(PASSWORD));
    world.types(&apply, &[("assword", PASSWORD), YES]);
    assert_eq!(world.store("hsm-eu")["ConnectionState"], "CONNECTED");
}

#[test]
fn another_cluster() {
    let world = World::new();
    let [plan, apply] = recipe("Another cluster").try_into().expect("two commands");
    assert!(world.types(&plan, &[]).contains("up to 20 minutes"));
    world.types(&apply, &[YES]);
    let store = world.store("hsm-eu");
    assert_eq!(
        (&store["CloudHsmClusterId"], &store["ConnectionState"]),
        (&json!("cluster-7e6d5c4b3a2"), &json!("CONNECTED"))
    );
}

#[test]
fn from_a_public_endpoint_to_a_vpc_endpoint_service_and_back() {
    let world = World::new();
    let [there, back] = recipe("From a public endpoint").try_into().expect("two commands");
    world.types(&there, &[YES]);
    assert_eq!(world.store("prod-xks")["XksProxyConfiguration"]["Connectivity"], "VPC_ENDPOINT_SERVICE");
    world.types(&back, &[YES]);
    let store = world.store("prod-xks");
    let proxy = &store["XksProxyConfiguration"];
    assert_eq!(
        (&proxy["Connectivity"], &proxy["UriEndpoint"]),
        (&json!("PUBLIC_ENDPOINT"), &json!("https://new.example.com"))
    );
    assert_eq!(store["ConnectionState"], "CONNECTED");
}
