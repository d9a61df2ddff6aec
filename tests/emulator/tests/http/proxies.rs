//! Proxies that are really asked: what KMS's operations do with what they answer.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use kms_emulator::{Builder, Change, ConnectionState, Effect, Emulator, Fault as KmsFault};
use serde_json::{Value, json};
use xks_proxy::{Certificate, Credential, Fault, HealthStatus, KeyManager, Stage, XksProxy};

use crate::client::{Client, external};

const HOST: &str = "xks.example.com";
const PATH: &str = "/a/kms/xks/v1";

/// A proxy for the store of [`external`]`("a")`.
fn proxy() -> XksProxy {
    let secret = Credential::default();
    XksProxy::builder().host(HOST).key_store(PATH, [secret]).start().unwrap()
}

/// An emulator that asks the proxy, and has time even on a busy machine.
fn asking(proxy: &XksProxy) -> Builder {
    let addresses = [(HOST, proxy.address())];
    Emulator::builder().proxies(addresses, proxy.ca_pem()).proxy_time_limit(Duration::from_secs(20))
}

fn created(client: &Client) -> Value {
    let id = client.output("CreateCustomKeyStore", external("a"))["CustomKeyStoreId"].clone();
    json!({"CustomKeyStoreId": id})
}

fn with(input: &Value, member: &str, value: Value) -> Value {
    let mut input = input.clone();
    input[member] = value;
    input
}

fn credential(id: &str) -> Value {
    json!({"AccessKeyId": id, "RawSecretAccessKey": id.repeat(3)})
}

/// Connects, waits, and disconnects: the state that comes after CONNECTING, or its error code.
fn connected(client: &Client, id: &Value) -> String {
    client.output("ConnectCustomKeyStore", id.clone());
    let start = Instant::now();
    loop {
        let store = client.described(id["CustomKeyStoreId"].as_str().unwrap());
        let code = store.get("ConnectionErrorCode").unwrap_or(&store["ConnectionState"]);
        if code != "CONNECTING" {
            client.output("DisconnectCustomKeyStore", id.clone());
            return code.as_str().unwrap().to_owned();
        }
        assert!(start.elapsed() < Duration::from_secs(60), "still CONNECTING");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Who was asked for what, and the answer.
fn asked(proxy: &XksProxy) -> Vec<(String, String, Option<u16>)> {
    let requests = proxy.requests().into_iter();
    requests
        .map(|request| {
            let text = |value: Option<String>| value.unwrap_or_default();
            (text(request.kms_operation), text(request.access_key_id), request.status)
        })
        .collect()
}

#[test]
fn a_healthy_proxy_is_asked_by_create_update_and_connect() {
    let proxy = proxy();
    let emulator = asking(&proxy).start().unwrap();
    let client = Client::new(&emulator);
    let id = created(&client);
    let endpoint = with(&id, "XksProxyUriEndpoint", json!("https://xks.example.com"));
    client.output("UpdateCustomKeyStore", endpoint);
    client.output("UpdateCustomKeyStore", with(&id, "NewCustomKeyStoreName", json!("b")));
    assert_eq!(connected(&client, &id), "CONNECTED");
    let by = |operation: &str| (operation.to_owned(), Credential::DEFAULT_ID.to_owned(), Some(200));
    let wanted = ["CreateCustomKeyStore", "UpdateCustomKeyStore", "ConnectCustomKeyStore"].map(by);
    assert_eq!(asked(&proxy), wanted);
    assert_eq!(proxy.requests()[0].path, format!("{PATH}/health"));
}

#[test]
fn without_proxies_every_proxy_is_good() {
    let emulator = Emulator::builder().start().unwrap();
    let client = Client::new(&emulator);
    let id = created(&client);
    assert_eq!(connected(&client, &id), "CONNECTED");
}

/// Every way a proxy can fail, with the exception of an update and the error code of a connect.
#[test]
fn each_fault_of_a_proxy_has_its_exception_and_its_error_code() {
    let proxy = proxy();
    let emulator = asking(&proxy).start().unwrap();
    let client = Client::new(&emulator);
    let id = created(&client);
    let update = with(&id, "XksProxyUriEndpoint", json!("https://xks.example.com"));
    let before = emulator.stores();
    let check = |what: &str, exception: &str, code: &str| {
        let refusal = client.refusal("UpdateCustomKeyStore", update.clone());
        assert_eq!(refusal, exception, "{what}");
        assert_eq!(emulator.stores(), before, "{what}");
        assert_eq!(connected(&client, &id), code, "{what}");
    };
    let unreachable = "XksProxyUriUnreachableException";
    let invalid = ("XksProxyInvalidResponseException", "XKS_PROXY_INVALID_RESPONSE");
    let busy = (unreachable, "XKS_PROXY_NOT_REACHABLE");
    for (fault, (exception, code)) in [
        (Fault::error(400, "ValidationException"), invalid),
        (Fault::error(400, "InvalidStateException"), invalid),
        (
            Fault::error(401, "AuthenticationFailedException"),
            ("XksProxyIncorrectAuthenticationCredentialException", "INVALID_CREDENTIALS"),
        ),
        (
            Fault::error(403, "AccessDeniedException"),
            ("XksProxyInvalidConfigurationException", "XKS_PROXY_ACCESS_DENIED"),
        ),
        (
            Fault::error(404, "InvalidUriPathException"),
            ("XksProxyInvalidConfigurationException", "XKS_PROXY_INVALID_CONFIGURATION"),
        ),
        (Fault::error(429, "ThrottlingException"), busy),
        (Fault::error(500, "InternalException"), invalid),
        (Fault::error(501, "UnsupportedOperationException"), invalid),
        (Fault::error(503, "DependencyTimeoutException"), busy),
        (Fault::response(503, "text/html", "<html>"), busy),
        (Fault::response(200, "application/json", "{"), invalid),
        (Fault::response(200, "application/json", "{}"), invalid),
        (Fault::response(200, "text/html", "<html>"), invalid),
        (Fault::response(404, "text/html", "<html>"), invalid),
        (Fault::response(200, "application/json", vec![b' '; 1 << 17]), invalid),
        (Fault::close(Stage::Accept), busy),
        (Fault::close(Stage::Handshake), busy),
        (Fault::close(Stage::Head), busy),
        (Fault::close(Stage::Body), busy),
    ] {
        let what = format!("{fault:?}");
        proxy.inject(fault.times(2));
        check(&what, exception, code);
    }
    let invalid_tls = "XKS_PROXY_INVALID_TLS_CONFIGURATION";
    for certificate in [
        Certificate::Expired,
        Certificate::NotYetValid,
        Certificate::WrongName,
        Certificate::UnknownAuthority,
    ] {
        proxy.set_certificate(certificate).unwrap();
        check(&format!("{certificate:?}"), unreachable, invalid_tls);
    }
    proxy.set_certificate(Certificate::Valid).unwrap();
    for versions in [xks_proxy::TlsVersions::Only12, xks_proxy::TlsVersions::Only13] {
        proxy.set_tls_versions(versions).unwrap();
        proxy.set_client_certificates(true).unwrap();
        check(&format!("client certificates, {versions:?}"), unreachable, invalid_tls);
        proxy.set_client_certificates(false).unwrap();
        assert_eq!(connected(&client, &id), "CONNECTED");
    }
    proxy.set_fleet([KeyManager::new("a", HealthStatus::Unavailable)]);
    check("all unavailable", unreachable, "XKS_PROXY_NOT_REACHABLE");
    proxy.set_fleet((0..11).map(|number| KeyManager::new(number.to_string(), HealthStatus::Active)));
    check("eleven key managers", invalid.0, invalid.1);
    let mixed =
        [HealthStatus::Unavailable, HealthStatus::Degraded].map(|status| KeyManager::new("a", status));
    proxy.set_fleet(mixed);
    assert_eq!(connected(&client, &id), "CONNECTED");
    proxy.set_credentials(PATH, []);
    check("path", "XksProxyInvalidConfigurationException", "XKS_PROXY_INVALID_CONFIGURATION");
    drop(proxy);
    check("stopped", unreachable, "XKS_PROXY_NOT_REACHABLE");
}

#[test]
fn a_proxy_has_a_limited_time() {
    let proxy = proxy();
    let emulator = asking(&proxy).start().unwrap();
    let client = Client::new(&emulator);
    created(&client);
    let stores = json!(emulator.stores()).to_string();
    let hasty = asking(&proxy)
        .proxy_time_limit(Duration::from_millis(50))
        .seed_stores(kms_emulator::SeedStore::read(&stores).unwrap())
        .start()
        .unwrap();
    let client = Client::new(&hasty);
    let id = json!({"CustomKeyStoreId": hasty.stores()[0]["CustomKeyStoreId"]});
    let update = with(&id, "XksProxyUriPath", json!("/b/kms/xks/v1"));
    for stage in [Stage::Accept, Stage::Handshake, Stage::Head, Stage::Body] {
        proxy.inject(Fault::hang(stage).always());
        assert_eq!(client.refusal("UpdateCustomKeyStore", update.clone()), "XksProxyUriUnreachableException");
        assert_eq!(connected(&client, &id), "XKS_PROXY_TIMED_OUT", "{stage:?}");
        proxy.clear_faults();
    }
}

#[test]
fn a_host_that_nobody_knows_is_not_reachable() {
    let proxy = proxy();
    let nowhere: [(&str, SocketAddr); 0] = [];
    let emulator = Emulator::builder().proxies(nowhere, proxy.ca_pem()).start().unwrap();
    let refusal = Client::new(&emulator).refusal("CreateCustomKeyStore", external("a"));
    assert_eq!(refusal, "XksProxyUriUnreachableException");
    assert_eq!(emulator.stores().len(), 0);
    assert_eq!(proxy.connections(), 0);
}

#[test]
fn errors_that_need_no_proxy_come_first() {
    let proxy = proxy();
    let emulator = asking(&proxy).start().unwrap();
    let client = Client::new(&emulator);
    let id = created(&client);
    proxy.clear_requests();
    assert_eq!(client.refusal("CreateCustomKeyStore", external("a")), "CustomKeyStoreNameInUseException");
    emulator.change(Change::of("a").state(ConnectionState::Connected)).unwrap();
    let endpoint = with(&id, "XksProxyUriEndpoint", json!("https://b.example.com"));
    assert_eq!(client.refusal("UpdateCustomKeyStore", endpoint), "CustomKeyStoreInvalidStateException");
    client.output("ConnectCustomKeyStore", id);
    assert_eq!(proxy.connections(), 0);
}

#[test]
fn kms_shows_its_certificate_to_a_proxy_that_demands_one() {
    let proxy =
        XksProxy::builder().host(HOST).key_store(PATH, [Credential::default()]).client_certificates(true);
    let proxy = proxy.start().unwrap();
    let certificate = proxy.client_certificate_pem().unwrap();
    let emulator = asking(&proxy).proxy_client_certificate(certificate).start().unwrap();
    let client = Client::new(&emulator);
    let id = created(&client);
    assert_eq!(connected(&client, &id), "CONNECTED");
}

#[test]
fn a_connect_waits_for_its_proxy_and_can_be_disconnected_meanwhile() {
    let proxy = proxy();
    let emulator = asking(&proxy).start().unwrap();
    let client = Client::new(&emulator);
    let id = created(&client);
    let state = || emulator.stores()[0]["ConnectionState"].as_str().unwrap().to_owned();
    proxy.inject(Fault::hang(Stage::Head));
    client.output("ConnectCustomKeyStore", id.clone());
    client.output("ConnectCustomKeyStore", id.clone());
    assert_eq!(state(), "CONNECTING");
    client.output("DisconnectCustomKeyStore", id.clone());
    assert_eq!(state(), "DISCONNECTED");
    assert_eq!(connected(&client, &id), "CONNECTED");
    let code = kms_emulator::ConnectionErrorCode::parse("NETWORK_ERRORS").unwrap();
    emulator.inject(KmsFault::once(Effect::FailConnection { code }));
    assert_eq!(connected(&client, &id), "NETWORK_ERRORS");
}

#[test]
fn a_new_credential_is_checked_at_once_and_used_after_its_propagation() {
    let [old, new] = ["OLDBCDEFGHIJKLMNOPQR", "NEWBCDEFGHIJKLMNOPQR"];
    let known = [old, new].map(|id| Credential::new(id, id.repeat(3)));
    let proxy = XksProxy::builder().host(HOST).key_store(PATH, known.clone()).start().unwrap();
    for (propagation, used) in [(Duration::from_secs(3600), old), (Duration::ZERO, new)] {
        let emulator = asking(&proxy).credential_propagation(propagation).start().unwrap();
        let client = Client::new(&emulator);
        let create = with(&external("a"), "XksProxyAuthenticationCredential", credential(old));
        let id = client.output("CreateCustomKeyStore", create)["CustomKeyStoreId"].clone();
        let id = json!({"CustomKeyStoreId": id});
        proxy.clear_requests();
        let update = with(&id, "XksProxyAuthenticationCredential", credential(new));
        client.output("UpdateCustomKeyStore", update);
        assert_eq!(emulator.stores()[0]["XksProxyConfiguration"]["AccessKeyId"], new);
        assert_eq!(connected(&client, &id), "CONNECTED");
        let signers: Vec<_> = asked(&proxy).into_iter().map(|(_, id, _)| id).collect();
        assert_eq!(signers, [new, used]);
    }
    let wrong = asking(&proxy).start().unwrap();
    let refusal = Client::new(&wrong).refusal("CreateCustomKeyStore", external("a"));
    assert_eq!(refusal, "XksProxyIncorrectAuthenticationCredentialException");
}

#[test]
fn connected_stores_are_checked_again_and_again() {
    let proxy = proxy();
    let interval = Duration::from_millis(5);
    let emulator = asking(&proxy).health_checks(interval).start().unwrap();
    let client = Client::new(&emulator);
    let id = created(&client);
    client.output("ConnectCustomKeyStore", id);
    let start = Instant::now();
    while asked(&proxy).iter().filter(|(operation, ..)| operation == "KmsHealthCheck").count() < 3 {
        assert!(start.elapsed() < Duration::from_secs(60), "{:?}", proxy.requests());
        std::thread::sleep(interval);
    }
}

#[test]
fn settings_that_cannot_work_are_refused_at_the_start() {
    let address = |text: &str| [(HOST, text.parse::<SocketAddr>().unwrap())];
    assert!(Emulator::builder().proxies(address("192.0.2.1:443"), "").start().is_err());
    let pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert!(Emulator::builder().proxies(address("127.0.0.1:443"), pem).start().is_err());
}
