//! Changes with the check of the proxy: the emulator of KMS asks the proxies too.

use kms_emulator::{Emulator, SeedStore};
use serde_json::json;
use xks_proxy::{Certificate, Credential, Fault, HealthStatus, KeyManager, Stage, TlsVersions, XksProxy};

use super::super::tunnel::Tunnel;
use super::way::{CONNECT, DISCONNECT, NEW, OLD, TO_NEW, UPDATE, calls, endpoint, state};
use crate::aws::{Aws, Run};

/// What a proxy does wrong.
type Breaks = fn(&XksProxy);

/// A store with its proxy, and another proxy that it may go to.
struct World {
    emulator: Emulator,
    new: XksProxy,
    _old: XksProxy,
    tunnel: Tunnel,
    authorities: String,
}

impl World {
    fn new() -> World {
        let old = XksProxy::builder().host("old.example.com").start().expect("a proxy");
        let new = XksProxy::builder().host("new.example.com").start().expect("a proxy");
        let authorities = old.ca_pem() + &new.ca_pem();
        let store = json!([{
            "CustomKeyStoreId": "cks-1234567890abcdef0", "CustomKeyStoreName": "prod-xks",
            "ConnectionState": "CONNECTED",
            "XksProxyConfiguration": {
                "Connectivity": "PUBLIC_ENDPOINT", "UriEndpoint": OLD, "UriPath": "/kms/xks/v1",
                "AccessKeyId": Credential::DEFAULT_ID, "RawSecretAccessKey": Credential::DEFAULT_SECRET,
            },
        }]);
        let addresses = [("old.example.com", old.address()), ("new.example.com", new.address())];
        let emulator = Emulator::builder()
            .seed_stores(SeedStore::read(&store.to_string()).expect("a store"))
            .proxies(addresses, authorities.clone())
            .proxy_time_limit(std::time::Duration::from_secs(20))
            .start()
            .expect("an emulator");
        World { emulator, new, _old: old, tunnel: Tunnel::to(addresses), authorities }
    }

    fn apply(&self, more: &[&str]) -> Run {
        let words = ["cks", "apply", "prod-xks", "--interval", "20ms", "--yes"];
        Aws::new(words.iter().chain(more))
            .to(&self.emulator)
            .env("HTTPS_PROXY", self.tunnel.url())
            .env("AWS_CA_BUNDLE", "authorities.pem")
            .file("authorities.pem", &self.authorities)
            .run()
    }

    #[track_caller]
    fn ends(&self, run: &Run, code: i32, at: &str, called: &[&str]) {
        assert_eq!(run.code, Some(code), "{}\n{}", run.stdout, run.stderr);
        let found = (endpoint(&self.emulator), state(&self.emulator), calls(&self.emulator));
        assert_eq!(found, (at.to_owned(), "CONNECTED".to_owned(), called.to_vec()), "{}", run.stderr);
        run.hides(Credential::DEFAULT_SECRET);
    }
}

#[test]
fn a_good_proxy_is_checked_first() {
    let world = World::new();
    let run = world.apply(TO_NEW);
    world.ends(&run, 0, NEW, &[DISCONNECT, UPDATE, CONNECT]);
    assert!(run.stderr.starts_with("  ✓ proxy checked "), "{}", run.stderr);
}

#[test]
fn a_proxy_that_kms_would_refuse_stops_it_before_anything_is_changed() {
    let ways: [(&str, Breaks); 7] = [
        ("XKS_PROXY_NOT_REACHABLE", |proxy| {
            proxy.inject(Fault::error(503, "DependencyTimeoutException").always())
        }),
        ("XKS_PROXY_INVALID_RESPONSE", |proxy| {
            proxy.inject(Fault::response(200, "text/html", "<html>").always())
        }),
        ("XKS_PROXY_INVALID_TLS_CONFIGURATION", |proxy| {
            proxy.set_certificate(Certificate::Expired).expect("a certificate");
        }),
        ("XKS_PROXY_INVALID_CONFIGURATION", |proxy| {
            proxy.inject(Fault::error(404, "InvalidUriPathException").always())
        }),
        ("XKS_PROXY_NOT_REACHABLE", |proxy| {
            proxy.set_fleet([KeyManager::new("hsm-1", HealthStatus::Unavailable)])
        }),
        ("XKS_PROXY_NOT_REACHABLE", |proxy| proxy.inject(Fault::close(Stage::Accept).always())),
        ("", |proxy| proxy.set_tls_versions(TlsVersions::Only12).expect("versions")),
    ];
    for (code, breaks) in ways {
        let world = World::new();
        breaks(&world.new);
        let credential = format!(
            "AccessKeyId={},RawSecretAccessKey={}",
            Credential::DEFAULT_ID,
            Credential::DEFAULT_SECRET
        );
        let run = world.apply(&[TO_NEW, &["--xks-proxy-authentication-credential", &credential]].concat());
        if code.is_empty() {
            world.ends(&run, 0, NEW, &[DISCONNECT, UPDATE, CONNECT]);
            continue;
        }
        world.ends(&run, 1, OLD, &[]);
        assert!(run.stderr.contains("✗ proxy not ready"), "{}", run.stderr);
        assert!(
            run.stderr.contains("Nothing has changed: prod-xks is CONNECTED; its keys can be used."),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn without_the_check_kms_refuses_the_proxy_and_the_store_is_connected_again() {
    let world = World::new();
    world.new.set_certificate(Certificate::Expired).expect("a certificate");
    let run = world.apply(&[TO_NEW, &["--no-check"]].concat());
    world.ends(&run, 1, OLD, &[DISCONNECT, UPDATE, CONNECT]);
    assert!(run.stderr.contains("XksProxyUriUnreachableException"), "{}", run.stderr);
}

#[test]
fn a_proxy_that_breaks_between_the_update_and_the_connect_is_left_again() {
    let world = World::new();
    // The check asks once, and the update asks once.
    world.new.inject(Fault::delay(Stage::Head, std::time::Duration::ZERO).times(2));
    world.new.inject(Fault::error(503, "DependencyTimeoutException").always());
    let run = world.apply(TO_NEW);
    world.ends(&run, 1, OLD, &[DISCONNECT, UPDATE, CONNECT, DISCONNECT, UPDATE, CONNECT]);
    assert!(run.stderr.contains("XKS_PROXY_NOT_REACHABLE: "), "{}", run.stderr);
}

#[test]
fn a_proxy_that_refuses_calls_without_a_signature_in_its_own_way_does_not_stop_it() {
    let world = World::new();
    world.new.inject(Fault::error(403, "AccessDeniedException").times(1));
    let run = world.apply(TO_NEW);
    world.ends(&run, 0, NEW, &[DISCONNECT, UPDATE, CONNECT]);
    assert!(run.stderr.contains("its credential is not checkable from here"), "{}", run.stderr);
}
