//! `aws cks check`: what it finds at a proxy, and what KMS would make of it.

mod answers;
mod hostile;
mod tls;
mod way;
mod world;

use serde_json::{Value, json};
use xks_proxy::{Credential, Fault, XksProxy};

use self::world::{GOOD, HOST, ID, ITS_CREDENTIAL, SECRET, World, store};
use crate::aws::Aws;

#[test]
fn a_good_proxy_is_asked_once_as_kms_asks_it() {
    let world = World::new();
    assert_eq!(world.run(&ITS_CREDENTIAL), (Some(0), GOOD.to_owned()));
    assert_eq!(world.tunnel.ends().first(), Some(&format!("{HOST}:443")));
    let request = world.proxy.requests().pop().expect("a request");
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/kms/xks/v1/health"));
    assert_eq!(request.kms_operation.as_deref(), Some("KmsHealthCheck"));
    assert_eq!((request.access_key_id.as_deref(), request.authenticated), (Some(ID), true));
    let calls: Vec<_> = world.emulator.requests().into_iter().map(|request| request.operation).collect();
    assert!(calls.iter().all(|call| *call == calls[0]), "{calls:?}");
}

#[test]
fn a_call_is_signed_in_the_region_of_the_store() {
    let proxy = XksProxy::builder().host(HOST).region("eu-central-1").start().expect("a proxy");
    let world = World::with(proxy, store("PUBLIC_ENDPOINT"));
    let (code, text) = world.run(&ITS_CREDENTIAL);
    assert!(code == Some(1) && text.contains("401 AuthenticationFailedException"), "{text}");
}

#[test]
fn without_the_secret_a_call_without_a_signature_is_to_be_refused() {
    let world = World::new();
    let findings = "  ✓ health     401 to a call without a signature, as it must be … ms
  – credential not checkable from here: KMS does not show the secret of
               ABCDEFGHIJKLMNOPQRST
      To check it: --xks-proxy-authentication-credential
      AccessKeyId=ABCDEFGHIJKLMNOPQRST,RawSecretAccessKey=prompt://
  – distance   not checkable from here: KMS allows 250 ms from its own Region
";
    let expected = world::accepted(findings).replace("should accept", "should reach");
    assert_eq!(world.run(&[]), (Some(0), expected));
    assert!(!world.proxy.requests()[0].authenticated);
    let health = r#"{"xksProxyFleetSize":2,"xksProxyVendor":"V","xksProxyModel":"M","ekmVendor":"E",
        "ekmFleetDetails":[{"id":"a","model":"b","healthStatus":"ACTIVE"}]}"#;
    world.proxy.inject(Fault::response(200, "application/json", health).always());
    let (code, text) = world.run(&[]);
    let warning = "  ! health     200 to a call without a signature … ms
      The proxy does not look at signatures: whoever reaches it can use the keys
      behind it.
  ✓ fleet      2 proxies, M by V
";
    assert!(code == Some(0) && text.contains(warning), "{text}");
}

#[test]
fn the_proxy_is_checked_as_it_would_be_after_the_changes() {
    let other = "/new/kms/xks/v1";
    let credential = Credential::new("AAAABBBBCCCCDDDDEEEE", "othersecretothersecretothersecretothersecret");
    let proxy = XksProxy::builder().host("new.example.com").key_store(other, [credential]);
    let proxy = proxy.start().expect("a proxy");
    let world = World::with_names(proxy, store("PUBLIC_ENDPOINT"), &["new.example.com"]);
    let words = [
        "--xks-proxy-uri-endpoint",
        "https://new.example.com",
        "--xks-proxy-uri-path",
        other,
        "--xks-proxy-authentication-credential",
        "AccessKeyId=AAAABBBBCCCCDDDDEEEE,RawSecretAccessKey=othersecretothersecretothersecretothersecret",
    ];
    let (code, text) = world.run(&words);
    assert_eq!(code, Some(0), "{text}");
    assert!(
        text.starts_with("prod-xks: KMS should accept https://new.example.com/new/kms/xks/v1\n"),
        "{text}"
    );
    let asked = world.emulator.requests().into_iter().map(|request| request.operation);
    assert!(asked.into_iter().all(|call| call == kms_emulator::Operation::DescribeCustomKeyStores));
}

#[test]
fn data_has_each_finding_with_what_kms_would_answer() {
    let world = World::new();
    world.proxy.set_credentials("/kms/xks/v1", []);
    let words = ["--output", "json"].into_iter().chain(ITS_CREDENTIAL);
    let run = world.aws(words).run();
    let mut data: Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!((run.code, run.stderr.as_str()), (Some(1), ""));
    for finding in data["Findings"].as_array_mut().expect("findings") {
        let time = finding["Milliseconds"].take();
        assert_eq!(time.is_u64(), finding["Check"] != "distance", "{finding}");
    }
    assert_eq!(
        data["Findings"][2],
        json!({
            "Check": "health",
            "Outcome": "failed",
            "Milliseconds": null,
            "Message": "404 InvalidUriPathException",
            "Reason": "The proxy has no key store with the path /kms/xks/v1.",
            "Exception": "XksProxyInvalidConfigurationException",
            "ConnectionErrorCode": "XKS_PROXY_INVALID_CONFIGURATION",
        })
    );
    let outcomes: Vec<&Value> =
        data["Findings"].as_array().expect("findings").iter().map(|one| &one["Outcome"]).collect();
    assert_eq!(outcomes, ["ok", "ok", "failed", "unknown"]);
    assert_eq!(
        (&data["CustomKeyStoreId"], &data["Endpoint"], &data["Path"], &data["Result"]),
        (
            &json!("cks-1234567890abcdef0"),
            &json!(format!("https://{HOST}")),
            &json!("/kms/xks/v1"),
            &json!("failed")
        )
    );
    let words = ["--query", "Findings[?Outcome=='failed'].ConnectionErrorCode", "--output", "text"];
    let run = world.aws(words.into_iter().chain(ITS_CREDENTIAL)).run();
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), "XKS_PROXY_INVALID_CONFIGURATION\n"));
}

#[test]
fn a_store_without_a_proxy_has_nothing_to_check() {
    let cluster = json!({"CustomKeyStoreName": "hsm-eu", "CustomKeyStoreId": "cks-0000000000000000a"});
    let emulator = world::stores([cluster]);
    let aws = |more: &[&'static str]| Aws::new([&["cks", "check", "hsm-eu"], more].concat()).to(&emulator);
    aws(&[]).run().prints("hsm-eu is a CloudHSM key store. It has no proxy to check.\n");
    aws(&["--query", "[Findings, Endpoint, Result]", "--output", "json"])
        .run()
        .prints("[\n    [],\n    null,\n    \"ok\"\n]\n");
}

#[test]
fn a_store_that_is_not_there_is_a_usage_error() {
    let emulator = store("PUBLIC_ENDPOINT");
    let run = Aws::new(["cks", "check", "prod-xk"]).to(&emulator).run();
    run.fails(
        252,
        "There is no custom key store with the identifier or the name prod-xk. Did you mean prod-xks?",
    );
}

#[test]
fn a_secret_that_the_proxy_repeats_is_hidden() {
    let world = World::new();
    let health = |text: &str| {
        json!({"xksProxyFleetSize": 1, "xksProxyVendor": text, "xksProxyModel": text, "ekmVendor": text,
            "ekmFleetDetails": [{"id": text, "model": text, "healthStatus": "DEGRADED"}]})
    };
    let encoded = "cHJveHlzZWNyZXRwcm94eXNlY3JldHByb3h5c2VjcmV0cHJveHlzZWNyZXQ=";
    let answers = [
        (200, "application/json", health(&format!("a {SECRET} \u{1b}[31m\n b")).to_string()),
        (200, "application/json", health(encoded).to_string()),
        (200, "application/json", json!({"xksProxyFleetSize": SECRET}).to_string()),
        (200, &*format!("text/{SECRET}"), String::new()),
        (401, "application/json", json!({"errorName": SECRET, "errorMessage": SECRET}).to_string()),
        (
            500,
            "application/json",
            json!({"errorName": "InternalException", "errorMessage": SECRET}).to_string(),
        ),
        (500, "text/html", SECRET.to_owned()),
    ];
    for (status, content_type, body) in &answers {
        world.proxy.clear_faults();
        world.proxy.inject(Fault::response(*status, content_type, body.clone()).always());
        for more in [&[][..], &["--output", "json"], &["--debug"]] {
            let run = world.aws(ITS_CREDENTIAL.iter().chain(more).copied()).run();
            assert!(run.code.is_some_and(|code| code < 2), "{run:?}");
            run.hides(SECRET);
            run.hides("proxysecretproxysecret");
            run.hides("cHJveHlzZWNyZXRwcm94eXNlY3JldHBy");
            run.hides("\u{1b}");
        }
    }
}

#[test]
fn an_identifier_that_looks_like_a_secret_is_hidden() {
    let world = World::new();
    let credential = format!("AccessKeyId={secret},RawSecretAccessKey={ID}{ID}{ID}", secret = &SECRET[..30]);
    for more in [&[][..], &["--output", "json"], &["--debug"]] {
        let words = ["--xks-proxy-authentication-credential", credential.as_str()];
        let run = world.aws(words.into_iter().chain(more.iter().copied())).run();
        assert_eq!(run.code, Some(1), "{run:?}");
        run.hides(&SECRET[..30]);
    }
}

#[test]
fn a_secret_key_in_the_place_of_the_identifier_is_neither_shown_nor_sent() {
    let world = World::new();
    let secret = "S".repeat(43);
    let credential =
        format!("AccessKeyId={secret},RawSecretAccessKey=ABCDEFGHIJKLMNOPQRSTABCDEFGHIJKLMNOPQRSTABC");
    let run = world.aws(["--xks-proxy-authentication-credential", &credential]).run();
    run.hides(&secret);
    let refused = "  ✗ credential not an AccessKeyId
      An AccessKeyId has 20 to 30 characters: A to Z and 2 to 7.
      An update fails with ValidationException.
";
    assert!(run.code == Some(1) && run.stdout.ends_with(refused), "{run:?}");
    assert!(world.proxy.requests().is_empty());
}
