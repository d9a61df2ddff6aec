//! GetHealthStatus as AWS's sample proxy answers it, and the journal.

use std::time::Duration;

use serde_json::json;
use xks_proxy::{Credential, HealthStatus, KeyManager, XksProxy};

use crate::client::Client;

#[test]
fn a_signed_request_is_answered_with_the_state_of_the_fleet() {
    let proxy = XksProxy::builder().start().unwrap();
    let reply = Client::new(&proxy).ask();
    assert_eq!(reply.status, 200);
    assert!(reply.head.contains("content-type: application/json"), "{}", reply.head);
    assert_eq!(
        reply.json(),
        json!({
            "xksProxyFleetSize": 1,
            "xksProxyVendor": "Example",
            "xksProxyModel": "XKS proxy for tests",
            "ekmVendor": "Example",
            "ekmFleetDetails": [{"id": "hsm-1", "model": "Example HSM", "healthStatus": "ACTIVE"}],
        })
    );
    proxy.set_fleet([
        KeyManager::new("a", HealthStatus::Degraded),
        KeyManager::new("b", HealthStatus::Unavailable),
    ]);
    let fleet = Client::new(&proxy).ask().json()["ekmFleetDetails"].clone();
    assert_eq!([&fleet[0]["healthStatus"], &fleet[1]["healthStatus"]], ["DEGRADED", "UNAVAILABLE"]);
}

#[test]
fn plain_http_is_served_on_request() {
    let proxy = XksProxy::builder().plain_http().start().unwrap();
    assert!(proxy.url().starts_with("http://127.0.0.1:"), "{}", proxy.url());
    assert_eq!(Client { ca_pem: None, ..Client::new(&proxy) }.ask().status, 200);
}

#[test]
fn every_bad_signature_has_the_same_error() {
    let proxy = XksProxy::builder().region("eu-west-1").start().unwrap();
    let good = Client { region: "eu-west-1", ..Client::new(&proxy) };
    assert_eq!(good.ask().status, 200);
    let minutes = Duration::from_secs(6 * 60);
    for bad in [
        Client { secret: "other".into(), ..good.clone() },
        Client { access_key_id: "OTHER".into(), ..good.clone() },
        Client { service: "kms", ..good.clone() },
        Client { region: "us-east-1", ..good.clone() },
        Client { time: good.time - minutes, ..good.clone() },
        Client { time: good.time + minutes, ..good.clone() },
    ] {
        assert_eq!(bad.ask().error(), (401, "AuthenticationFailedException".into()));
    }
    let changed = good.signed().replace("application/json", "application/jsox");
    assert_eq!(good.send(&changed).unwrap().status, 401);
    let changed = good.signed().replace("KmsHealthCheck", "KmsHealthChecl");
    assert_eq!(good.send(&changed).unwrap().status, 401);
    assert_eq!(good.ask_unsigned().body, r#"{"errorName":"AuthenticationFailedException"}"#);
}

#[test]
fn an_unknown_path_is_found_before_the_signature() {
    let proxy = XksProxy::builder().key_store("/a/kms/xks/v1", [Credential::default()]).start().unwrap();
    for path in
        ["/", "/health", "/kms/xks/v1/health", "/a/kms/xks/v2/health", "/a/kms/xks/v1", "/a/kms/xks/v1/x"]
    {
        let reply = Client { path: path.into(), ..Client::new(&proxy) }.ask_unsigned();
        assert_eq!(reply.error(), (404, "InvalidUriPathException".into()), "{path}");
    }
}

#[test]
fn method_operation_and_body_are_looked_at_after_the_signature() {
    let proxy = XksProxy::builder().start().unwrap();
    let good = Client::new(&proxy);
    let get = Client { method: "GET", ..good.clone() };
    assert_eq!((get.ask_unsigned().status, get.ask().status), (401, 405));
    let keys = Client { path: "/kms/xks/v1/keys/a/metadata".into(), ..good.clone() };
    assert_eq!(keys.ask_unsigned().status, 401);
    assert_eq!(keys.ask().error(), (501, "UnsupportedOperationException".into()));
    for body in ["{}", "", "[", r#"{"requestMetadata":{"kmsRequestId":"a"}}"#] {
        let reply = Client { body: body.into(), ..good.clone() }.ask();
        assert_eq!(reply.error(), (400, "ValidationException".into()), "{body}");
    }
    let xml = Client { content_type: "text/xml", ..good };
    assert_eq!(xml.ask().error(), (400, "ValidationException".into()));
}

#[test]
fn a_key_store_may_have_two_credentials_and_they_change_while_it_runs() {
    let [old, new] =
        ["OLDBCDEFGHIJKLMNOPQR", "NEWBCDEFGHIJKLMNOPQR"].map(|id| Credential::new(id, id.repeat(3)));
    let proxy = XksProxy::builder()
        .key_store("/a/kms/xks/v1", [old.clone(), new.clone()])
        .key_store("/b/kms/xks/v1", [Credential::default()])
        .start()
        .unwrap();
    let status = |path: &str, id: &str| {
        let (path, access_key_id) = (format!("{path}/kms/xks/v1/health"), id.to_owned());
        Client { path, access_key_id, secret: id.repeat(3), ..Client::new(&proxy) }.ask().status
    };
    let each = || {
        [
            status("/a", "OLDBCDEFGHIJKLMNOPQR"),
            status("/a", "NEWBCDEFGHIJKLMNOPQR"),
            status("/b", "NEWBCDEFGHIJKLMNOPQR"),
        ]
    };
    assert_eq!(each(), [200, 200, 401]);
    proxy.set_credentials("/a/kms/xks/v1", [new.clone()]);
    assert_eq!(each(), [401, 200, 401]);
    proxy.set_credentials("/b/kms/xks/v1", []);
    assert_eq!(each(), [401, 200, 404]);
}

#[test]
fn the_journal_has_everything_but_secrets() {
    let proxy = XksProxy::builder().start().unwrap();
    let client = Client::new(&proxy);
    client.ask_unsigned();
    client.ask();
    Client { secret: "other".into(), ..client }.ask();
    let requests = proxy.requests();
    let short: Vec<_> = requests
        .iter()
        .map(|request| (request.status, request.access_key_id.as_deref(), request.authenticated))
        .collect();
    let id = Some(Credential::DEFAULT_ID);
    assert_eq!(short, [(Some(401), None, false), (Some(200), id, true), (Some(401), id, false)]);
    assert_eq!(
        (requests[0].method.as_str(), requests[0].path.as_str(), requests[0].kms_operation.as_deref()),
        ("POST", "/kms/xks/v1/health", Some("KmsHealthCheck"))
    );
    assert_eq!(proxy.connections(), 3);
    assert!(!format!("{proxy:?}").contains(Credential::DEFAULT_SECRET));
    proxy.clear_requests();
    assert_eq!((proxy.requests().len(), proxy.connections()), (0, 0));
}
