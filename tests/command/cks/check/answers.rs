//! What proxies answer, rightly and wrongly.

use std::time::Duration;

use serde_json::json;
use xks_proxy::{Credential, Fault, HealthStatus, KeyManager, Stage};

use super::world::{ITS_CREDENTIAL, World, accepted, refused};

const NOT_REACHABLE: &str = "      An update fails with XksProxyUriUnreachableException, a connect with
      XKS_PROXY_NOT_REACHABLE.
";
const INVALID_RESPONSE: &str = "      An update fails with XksProxyInvalidResponseException, a connect with
      XKS_PROXY_INVALID_RESPONSE.
";
const DISTANCE: &str = "  – distance   not checkable from here: KMS allows 250 ms from its own Region\n";

/// A proxy with this fault is refused, with these lines behind those on TLS.
#[track_caller]
fn refuses(fault: Fault, findings: &str) {
    let world = World::new();
    world.proxy.inject(fault.always());
    assert_eq!(world.run(&ITS_CREDENTIAL), (Some(1), refused(findings)));
}

#[test]
fn errors_of_the_proxy_api_are_told_with_what_kms_makes_of_them() {
    let busy = "      The proxy has too many calls to answer.\n";
    let dependency = "      The proxy cannot serve now, or its key manager does not answer.\n";
    let unexpected = "      KMS expects no such answer to a call for the health.\n";
    let denied = "      The rules of the proxy refuse the call.
      An update fails with XksProxyInvalidConfigurationException, a connect with
      XKS_PROXY_ACCESS_DENIED.\n";
    for (status, name, lines) in [
        (400, "ValidationException", format!("{unexpected}{INVALID_RESPONSE}")),
        (403, "AccessDeniedException", denied.to_owned()),
        (405, "UnsupportedOperationException", format!("{unexpected}{INVALID_RESPONSE}")),
        (429, "ThrottlingException", format!("{busy}{NOT_REACHABLE}")),
        (
            500,
            "InternalException",
            format!("      The proxy reports an error of its own or of its key manager.\n{INVALID_RESPONSE}"),
        ),
        (501, "UnsupportedOperationException", format!("{unexpected}{INVALID_RESPONSE}")),
        (503, "DependencyTimeoutException", format!("{dependency}{NOT_REACHABLE}")),
    ] {
        let findings = format!("  ✗ health     {status} {name} … ms\n{lines}{DISTANCE}");
        refuses(Fault::error(status, name), &findings);
    }
}

#[test]
fn what_the_proxy_says_of_its_error_is_shown() {
    let body = json!({"errorName": "InternalException", "errorMessage": "the disk\nis full"}).to_string();
    let findings = "  ✗ health     500 InternalException … ms
      The proxy reports an error of its own or of its key manager. The proxy
      says: the disk\u{fffd}is full
";
    refuses(
        Fault::response(500, "application/json", body),
        &format!("{findings}{INVALID_RESPONSE}{DISTANCE}"),
    );
}

#[test]
fn a_wrong_credential_and_a_wrong_path_are_told_apart() {
    let world = World::new();
    world.proxy.set_credentials(
        "/kms/xks/v1",
        [Credential::new("ABCDEFGHIJKLMNOPQRST", "otherothersecretotherothersecretotherothersecret")],
    );
    let findings = "  ✗ health     401 AuthenticationFailedException … ms
      The proxy does not know the credential ABCDEFGHIJKLMNOPQRST, or has
      another secret for it.
      An update fails with XksProxyIncorrectAuthenticationCredentialException, a
      connect with INVALID_CREDENTIALS.
";
    assert_eq!(world.run(&ITS_CREDENTIAL), (Some(1), refused(&format!("{findings}{DISTANCE}"))));
    world.proxy.set_credentials("/kms/xks/v1", []);
    let findings = "  ✗ health     404 InvalidUriPathException … ms
      The proxy has no key store with the path /kms/xks/v1.
      An update fails with XksProxyInvalidConfigurationException, a connect with
      XKS_PROXY_INVALID_CONFIGURATION.
";
    let signed = world.run(&ITS_CREDENTIAL);
    assert_eq!(signed, (Some(1), refused(&format!("{findings}{DISTANCE}"))));
    let (code, text) = world.run(&[]);
    assert!(code == Some(1) && text.contains(findings), "{text}");
}

#[test]
fn answers_that_are_not_those_of_a_proxy_are_refused() {
    let health = |size: u32, managers: &str| {
        format!(
            r#"{{"xksProxyFleetSize":{size},"xksProxyVendor":"v","xksProxyModel":"m","ekmVendor":"e","ekmFleetDetails":[{managers}]}}"#
        )
    };
    let manager = |status: &str| format!(r#"{{"id":"a","model":"b","healthStatus":"{status}"}}"#);
    let eleven = [manager("ACTIVE").as_str(); 11].join(",");
    let json = "application/json";
    for (content_type, body, lines) in [
        ("text/html", "<html>".to_owned(), "The answer has text/html instead of application/json."),
        (json, "<html>".to_owned(), "Its body is not JSON."),
        (json, String::new(), "Its body is not JSON."),
        (json, "[".repeat(50_000), "In its body: invalid type: sequence, expected struct Health."),
        (
            json,
            r#"[1,"v","m","e",[["a","b","ACTIVE"]]]"#.to_owned(),
            "In its body: invalid type: sequence, expected struct Health.",
        ),
        (
            json,
            health(1, r#"["a","b","ACTIVE"]"#),
            "In its body: invalid type: sequence, expected struct KeyManager.",
        ),
        (
            json,
            health(1, &format!("{},{}", manager("ACTIVE"), "[".repeat(500))),
            "In its body: invalid type: sequence, expected struct KeyManager.",
        ),
        (json, "{}".to_owned(), "In its body: missing field `xksProxyFleetSize`."),
        (json, health(0, &manager("ACTIVE")), "In its body: xksProxyFleetSize is 0."),
        (json, health(1, ""), "In its body: 0 key managers, not 1 to 10."),
        (json, health(1, &eleven), "In its body: 11 key managers, not 1 to 10."),
        (
            json,
            health(1, &manager("FINE")),
            "In its body: unknown variant `FINE`, expected one of `ACTIVE`, `DEGRADED`,\n      `UNAVAILABLE`.",
        ),
    ] {
        let findings = format!(
            "  ✗ health     200, but not the health of a proxy … ms\n      {lines}\n{INVALID_RESPONSE}"
        );
        refuses(Fault::response(200, content_type, body), &format!("{findings}{DISTANCE}"));
    }
    let findings = "  ✗ health     502 … ms
      The answer is not one of the proxy API: something else may stand before
      the proxy.
";
    refuses(Fault::response(502, "text/html", "<html>"), &format!("{findings}{INVALID_RESPONSE}{DISTANCE}"));
    let findings = "  ✗ HTTP       302: redirects … ms\n      KMS does not follow redirects.\n";
    refuses(Fault::response(302, "text/html", ""), &format!("{findings}{INVALID_RESPONSE}{DISTANCE}"));
    let findings = "  ✗ HTTP       too long an answer … ms\n      It has more than 64 KiB.\n";
    refuses(Fault::response(200, json, vec![b' '; 1 << 20]), &format!("{findings}{INVALID_RESPONSE}"));
}

#[test]
fn a_proxy_that_closes_the_connection_is_not_reachable() {
    for stage in [Stage::Head, Stage::Body] {
        let findings =
            "  ✗ HTTP       closed … ms\n      The proxy closes the connection before it has answered.\n";
        refuses(Fault::close(stage), &format!("{findings}{NOT_REACHABLE}"));
    }
}

#[test]
fn a_proxy_that_does_not_answer_is_not_waited_for_any_longer() {
    for stage in [Stage::Head, Stage::Body] {
        let findings = "  ✗ health     no answer in 5 s … ms
      KMS waits 250 ms for an answer.
      An update fails with XksProxyUriUnreachableException, a connect with
      XKS_PROXY_TIMED_OUT.
";
        refuses(Fault::hang(stage), findings);
    }
    let world = World::new();
    world.proxy.inject(Fault::hang(Stage::Head).always());
    let (code, text) = world.run(&["--cli-read-timeout", "1"]);
    assert!(code == Some(1) && text.contains("  ✗ health     no answer in 1 s … ms\n"), "{text}");
}

#[test]
fn a_slow_answer_is_a_warning_for_kms_is_elsewhere() {
    let world = World::new();
    for stage in [Stage::Accept, Stage::Handshake, Stage::Head, Stage::Body] {
        world.proxy.inject(Fault::delay(stage, Duration::from_millis(70)).always());
    }
    let findings = "  ! health     200 to a call signed with ABCDEFGHIJKLMNOPQRST … ms
      KMS waits 250 ms for the connection, TLS and the answer. It may be nearer
      than this machine, or farther.
  ✓ fleet      1 proxy, XKS proxy for tests by Example
  ✓ manager    ACTIVE: hsm-1, Example HSM by Example
";
    assert_eq!(world.run(&ITS_CREDENTIAL), (Some(0), accepted(&format!("{findings}{DISTANCE}"))));
}

#[test]
fn each_key_manager_is_shown_and_one_is_enough() {
    let world = World::new();
    let manager = KeyManager::new;
    world.proxy.set_fleet([
        manager("hsm-1", HealthStatus::Active),
        manager("hsm-2", HealthStatus::Degraded),
        manager("hsm-3", HealthStatus::Unavailable),
    ]);
    let health = "  ✓ health     200 to a call signed with ABCDEFGHIJKLMNOPQRST … ms
  ✓ fleet      1 proxy, XKS proxy for tests by Example\n";
    let findings = "  ✓ manager    ACTIVE: hsm-1, Example HSM by Example
  ! manager    DEGRADED: hsm-2, Example HSM by Example
      It works with less than its full capacity.
  ! manager    UNAVAILABLE: hsm-3, Example HSM by Example
      The others do its work.
";
    assert_eq!(world.run(&ITS_CREDENTIAL), (Some(0), accepted(&format!("{health}{findings}{DISTANCE}"))));
    world.proxy.set_fleet([
        manager("hsm-1", HealthStatus::Unavailable),
        manager("hsm-2", HealthStatus::Unavailable),
    ]);
    let findings = "  ✗ manager    UNAVAILABLE: hsm-1, Example HSM by Example
  ✗ manager    UNAVAILABLE: hsm-2, Example HSM by Example
      No external key manager of this proxy is available.
";
    let findings = format!("{health}{findings}{NOT_REACHABLE}{DISTANCE}");
    assert_eq!(world.run(&ITS_CREDENTIAL), (Some(1), refused(&findings)));
}

#[test]
fn what_a_call_without_a_signature_is_told_is_not_what_kms_would_be_told() {
    let unknown = |findings: &str| {
        let credential = "  – credential not checkable from here: KMS does not show the secret of
               ABCDEFGHIJKLMNOPQRST
      To check it: --xks-proxy-authentication-credential
      AccessKeyId=ABCDEFGHIJKLMNOPQRST,RawSecretAccessKey=prompt://
";
        accepted(&format!("{findings}{credential}{DISTANCE}")).replace("should accept", "should reach")
    };
    let words = "      This call had no signature. KMS signs its calls and may get another
      answer: with the credential that is checked.
";
    let world = World::new();
    for (fault, message) in [
        (Fault::error(403, "AccessDeniedException"), "403 AccessDeniedException"),
        (Fault::error(400, "ValidationException"), "400 ValidationException"),
        (Fault::error(400, "AuthenticationFailedException"), "400 AuthenticationFailedException"),
        (Fault::response(403, "text/html", "<html>"), "403"),
    ] {
        world.proxy.clear_faults();
        world.proxy.inject(fault.always());
        let findings = format!("  – health     {message} … ms\n{words}");
        assert_eq!(world.run(&[]), (Some(0), unknown(&findings)), "{message}");
    }
    for (status, name) in [
        (404, "InvalidUriPathException"),
        (400, "InvalidUriPathException"),
        (429, "ThrottlingException"),
        (500, "InternalException"),
        (503, "DependencyTimeoutException"),
    ] {
        world.proxy.clear_faults();
        world.proxy.inject(Fault::error(status, name).always());
        let (code, text) = world.run(&[]);
        assert!(
            code == Some(1) && text.contains(&format!("  ✗ health     {status} {name} … ms\n")),
            "{text}"
        );
    }
}
