//! What proxies show in TLS.

use xks_proxy::{Certificate, Fault, Stage, TlsVersions, XksProxy};

use super::world::{GOOD, HOST, ITS_CREDENTIAL, World, store};

const INVALID_TLS: &str = "      An update fails with XksProxyUriUnreachableException, a connect with
      XKS_PROXY_INVALID_TLS_CONFIGURATION.
";

/// The output with these lines behind that on the tunnel.
fn after_tunnel(answer: &str, findings: &str) -> String {
    let before = GOOD.split_once("  ✓ TLS").expect("a finding").0;
    let findings = format!("{before}{findings}");
    match answer {
        "not checkable" => {
            let url = "https://xks.example.com/kms/xks/v1";
            findings
                .replace(&format!("KMS should accept {url}"), &format!("{url} is not checkable from here"))
        }
        answer => findings.replace("should accept", answer),
    }
}

#[test]
fn a_certificate_that_kms_would_not_trust_is_told_with_the_reason() {
    let its = "  ✗ TLS        1.3, certificate for XKS proxy for tests by XKS proxy … ms\n               for tests CA\n";
    let unknown = "  ✗ TLS        1.3, certificate for XKS proxy for tests by Unknown CA … ms\n";
    for (certificate, first, reason) in [
        (Certificate::Expired, its, "It expired 1 day ago."),
        (Certificate::NotYetValid, its, "It is not valid yet."),
        (Certificate::WrongName, its, "It is not for xks.example.com, but for wrong.example.com."),
        (
            Certificate::UnknownAuthority,
            unknown,
            "No authority that is trusted here vouches for it. KMS trusts public\n      authorities only.",
        ),
    ] {
        let world = World::new();
        world.proxy.set_certificate(certificate).expect("a certificate");
        let findings = format!("{first}      {reason}\n{INVALID_TLS}");
        assert_eq!(world.run(&ITS_CREDENTIAL), (Some(1), after_tunnel("would refuse", &findings)));
        assert!(world.proxy.requests().is_empty(), "nothing is sent to a server that is not trusted");
    }
}

#[test]
fn without_a_bundle_public_authorities_are_trusted() {
    let world = World::new();
    let run = world.aws(ITS_CREDENTIAL).without("AWS_CA_BUNDLE").run();
    let reason = "      No authority that is trusted here vouches for it. KMS trusts public\n";
    assert!(run.code == Some(1) && run.stdout.contains(reason), "{run:?}");
    let run = world.aws(ITS_CREDENTIAL).without("AWS_CA_BUNDLE");
    let run = run.file(".aws/config", "[default]\nca_bundle = ca.pem\n").run();
    assert!(run.code == Some(0) && run.stdout.contains("  ✓ health"), "{run:?}");
}

#[test]
fn a_certificate_that_soon_ends_is_a_warning() {
    let world = World::new();
    for (days, text) in [(29, "29 days"), (1, "1 day"), (0, "0 days")] {
        world.proxy.set_certificate(Certificate::ValidForDays(days)).expect("a certificate");
        let (code, text_found) = world.run(&ITS_CREDENTIAL);
        let lines = format!(
            "  ! TLS        1.3, certificate for xks.example.com by XKS proxy for … ms
               tests CA, {text} left
      Renew it soon: KMS refuses the proxy when it has expired.\n"
        );
        assert!(code == Some(0) && text_found.contains(&lines), "{text_found}");
    }
}

#[test]
fn tls_1_2_is_as_good() {
    let world = World::new();
    world.proxy.set_tls_versions(TlsVersions::Only12).expect("a version");
    assert_eq!(world.run(&ITS_CREDENTIAL), (Some(0), GOOD.replace("TLS        1.3", "TLS        1.2")));
}

#[test]
fn a_proxy_that_demands_a_client_certificate_is_not_checkable() {
    let demand = "  – TLS        not checkable from here: the proxy demands a client … ms
               certificate
      Only KMS can show the one that the proxy wants.
";
    let session =
        GOOD.split_once("  ✓ TLS").expect("a finding").1.split_once("  ✓ health").expect("another").0;
    for (versions, before) in
        [(TlsVersions::Only12, String::new()), (TlsVersions::Only13, format!("  ✓ TLS{session}"))]
    {
        let world = World::new();
        world.proxy.set_client_certificates(true).expect("a demand");
        world.proxy.set_tls_versions(versions).expect("a version");
        let expected = after_tunnel("not checkable", &format!("{before}{demand}"));
        assert_eq!(world.run(&ITS_CREDENTIAL), (Some(0), expected.clone()), "{versions:?}");
        assert_eq!(world.run(&[]), (Some(0), expected), "{versions:?}");
    }
}

#[test]
fn what_does_not_speak_tls_is_refused() {
    let proxy = XksProxy::builder().host(HOST).plain_http().start().expect("a proxy");
    let world = World::with(proxy, store("PUBLIC_ENDPOINT"));
    let findings = "  ✗ TLS        no session … ms\n      What answers does not speak TLS.\n";
    let expected = after_tunnel("would refuse", &format!("{findings}{INVALID_TLS}"));
    assert_eq!(world.run(&ITS_CREDENTIAL), (Some(1), expected));
}

#[test]
fn a_proxy_that_closes_the_connection_before_tls_is_not_reachable() {
    for stage in [Stage::Accept, Stage::Handshake] {
        let world = World::new();
        world.proxy.inject(Fault::close(stage).always());
        let findings = "  ✗ TLS        closed … ms
      The connection is closed before there is a TLS session.
      An update fails with XksProxyUriUnreachableException, a connect with
      XKS_PROXY_NOT_REACHABLE.
";
        assert_eq!(world.run(&ITS_CREDENTIAL), (Some(1), after_tunnel("would refuse", findings)));
    }
}

#[test]
fn a_proxy_that_is_silent_before_tls_has_timed_out() {
    for stage in [Stage::Accept, Stage::Handshake] {
        let world = World::new();
        world.proxy.inject(Fault::hang(stage).always());
        let findings = "  ✗ TLS        no answer in 5 s … ms
      The proxy has accepted the connection, but does not speak TLS in time.
      An update fails with XksProxyUriUnreachableException, a connect with
      XKS_PROXY_TIMED_OUT.
";
        assert_eq!(world.run(&ITS_CREDENTIAL), (Some(1), after_tunnel("would refuse", findings)));
    }
}

#[test]
fn without_verification_nobody_knows_whether_the_certificate_is_trusted() {
    let world = World::new();
    world.proxy.set_certificate(Certificate::UnknownAuthority).expect("a certificate");
    let words = ITS_CREDENTIAL.into_iter().chain(["--no-verify-ssl"]);
    let run = world.aws(words).run();
    let lines = "certificate for XKS proxy for tests by Unknown CA,";
    assert!(run.code == Some(0) && run.stdout.contains("  – TLS        1.3, "), "{run:?}");
    assert!(run.stdout.contains(lines) && run.stdout.contains("  ✓ health"), "{run:?}");
}

#[test]
fn a_bundle_that_cannot_be_read_is_not_the_fault_of_the_proxy() {
    let world = World::new();
    let run = world.aws(ITS_CREDENTIAL).env("AWS_CA_BUNDLE", "missing.pem").run();
    let lines = "  – TLS        not checkable from here: the CA bundle cannot be read";
    assert!(run.code == Some(0) && run.stdout.contains(lines), "{run:?}");
}
