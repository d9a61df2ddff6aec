//! The way to a proxy: names, connections, and proxies of HTTP before it.

use std::net::TcpListener;

use xks_proxy::XksProxy;

use super::world::{HOST, ITS_CREDENTIAL, World, shown, store, store_at};
use crate::aws::Aws;
use crate::cks::tunnel::Tunnel;

fn checked(connectivity: &str, endpoint: &str) -> (Option<i32>, String) {
    let emulator = store_at(connectivity, endpoint);
    shown(&Aws::new(["cks", "check", "prod-xks"]).to(&emulator).run())
}

#[test]
fn a_name_that_is_not_known_is_a_failure_unless_it_is_private() {
    let endpoint = "https://xks-proxy.invalid";
    let (code, text) = checked("PUBLIC_ENDPOINT", endpoint);
    assert_eq!(code, Some(1), "{text}");
    let start = "prod-xks: KMS would refuse https://xks-proxy.invalid/kms/xks/v1\n\n  ✗ name       xks-proxy.invalid: ";
    let end = "      KMS looks the name up in the public DNS.
      An update fails with XksProxyUriUnreachableException, a connect with
      XKS_PROXY_NOT_REACHABLE.
";
    assert!(text.starts_with(start) && text.ends_with(end), "{text}");
    let (code, text) = checked("VPC_ENDPOINT_SERVICE", endpoint);
    let start =
        "prod-xks: https://xks-proxy.invalid/kms/xks/v1 is not checkable from here\n\n  – name       ";
    let end = "      KMS reaches this proxy through a VPC endpoint service, which may not be
      open to this machine.
";
    assert!(code == Some(0) && text.starts_with(start) && text.ends_with(end), "{text}");
}

#[test]
fn a_port_that_accepts_nothing_is_a_failure_unless_it_is_private() {
    // Nobody listens at this address of the machine.
    let endpoint = "https://127.0.0.62";
    let expected = "\
prod-xks: KMS would refuse https://127.0.0.62/kms/xks/v1

  ! name       127.0.0.62 → 127.0.0.62 … ms
      KMS looks the name up in the public DNS and cannot reach a private
      address.
  ✗ TCP        port 443: Connection refused … ms
      Nothing accepts connections there, or a firewall is in the way.
      An update fails with XksProxyUriUnreachableException, a connect with
      XKS_PROXY_NOT_REACHABLE.
";
    assert_eq!(checked("PUBLIC_ENDPOINT", endpoint), (Some(1), expected.to_owned()));
    let expected = "\
prod-xks: https://127.0.0.62/kms/xks/v1 is not checkable from here

  ✓ name       127.0.0.62 → 127.0.0.62 … ms
  – TCP        not checkable from here: port 443: Connection refused … ms
      KMS reaches this proxy through a VPC endpoint service, which may not be
      open to this machine.
";
    assert_eq!(checked("VPC_ENDPOINT_SERVICE", endpoint), (Some(0), expected.to_owned()));
}

#[test]
#[expect(clippy::print_stderr, reason = "says that it was skipped")]
fn a_proxy_of_this_machine_is_checked_without_a_tunnel() {
    if TcpListener::bind("127.0.0.1:443").is_err() {
        eprintln!("skipped: port 443 is taken, or not for this user");
        return;
    }
    let Ok(proxy) = XksProxy::builder().port(443).start() else { return };
    let emulator = store_at("VPC_ENDPOINT_SERVICE", "https://127.0.0.1");
    let words = ["cks", "check", "prod-xks"].into_iter().chain(ITS_CREDENTIAL);
    let aws =
        Aws::new(words).to(&emulator).env("HTTPS_PROXY", "http://127.0.0.1:1").env("NO_PROXY", "127.0.0.1");
    let run = aws.file("ca.pem", proxy.ca_pem()).env("AWS_CA_BUNDLE", "ca.pem").run();
    let (code, text) = shown(&run);
    let start = "\
prod-xks: KMS should accept https://127.0.0.1/kms/xks/v1

  ✓ name       127.0.0.1 → 127.0.0.1 … ms
  ✓ TCP        port 443 … ms
  ✓ TLS        1.3, certificate for 127.0.0.1 by XKS proxy for tests … ms
               CA, 90 days left
";
    assert!(code == Some(0) && text.starts_with(start), "{text}");
}

#[test]
fn a_server_that_the_tunnel_does_not_reach_is_a_failure_unless_it_is_private() {
    let tunnel = Tunnel::to([]);
    for (connectivity, code, mark, last) in [
        ("PUBLIC_ENDPOINT", Some(1), '✗', "      XKS_PROXY_NOT_REACHABLE.\n"),
        ("VPC_ENDPOINT_SERVICE", Some(0), '–', "      open to this machine.\n"),
    ] {
        let emulator = store(connectivity);
        let run = Aws::new(["cks", "check", "prod-xks"]).to(&emulator).env("HTTPS_PROXY", tunnel.url()).run();
        let (found, text) = shown(&run);
        assert_eq!(found, code, "{text}");
        assert!(text.contains(&format!("  {mark} tunnel     ")) && text.ends_with(last), "{text}");
        let words = text.replace(" … ms", "").split_whitespace().collect::<Vec<_>>().join(" ");
        let message = "http://127.0.0.1:… (HTTPS_PROXY): cannot connect to xks.example.com: it answers 502 ";
        assert!(words.contains(message), "{text}");
    }
    assert_eq!(tunnel.ends(), [format!("{HOST}:443"), format!("{HOST}:443")]);
}

#[test]
fn a_proxy_of_http_that_lets_nobody_through_is_no_fault_of_the_store() {
    let world = World::new();
    let refusing = crate::endpoint::Endpoint::start([crate::endpoint::reply(407, "who are you?")]);
    for (url, reason) in [
        (
            refusing.url().replace("http://", "http://user:Zq7-hunter2-Zq7@"),
            "wants a user and a password, or others (407).",
        ),
        ("http://user:Zq7-hunter2-Zq7@127.0.0.1:1".to_owned(), "The system says: Connection refused."),
        (
            "http://user:Zq7-hunter2-Zq7@127.0.0.1:bad".to_owned(),
            "Failed to parse: http://***:***@127.0.0.1:bad",
        ),
    ] {
        let run = world.aws(ITS_CREDENTIAL).env("HTTPS_PROXY", url).run();
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
        assert!(run.stdout.starts_with("prod-xks: https://xks.example.com/kms/xks/v1 is not checkable from here\n\n  – tunnel     not checkable from here"), "{run:?}");
        let words = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(reason), "{words}");
        run.hides("hunter2");
    }
}

#[test]
fn an_endpoint_that_is_none_is_told_before_anything_is_looked_up() {
    let world = World::new();
    for (option, value) in [
        ("--xks-proxy-uri-endpoint", "http://xks.example.com"),
        ("--xks-proxy-uri-endpoint", "https://xks.example.com:8443"),
        ("--xks-proxy-uri-endpoint", "https://user@xks.example.com"),
        ("--xks-proxy-uri-endpoint", "https:// xks"),
        ("--xks-proxy-uri-endpoint", "https://xks.example.com/a\u{1b}[31m"),
        ("--xks-proxy-uri-path", "kms/xks/v1"),
        ("--xks-proxy-uri-path", "/a?b/kms/xks/v1"),
        ("--xks-proxy-uri-path", "/../é/kms/xks/v1"),
    ] {
        let (code, text) = world.run(&[option, value]);
        let end = "      An endpoint is https:// and a host name, without a port. A path ends with
      /kms/xks/v1.
      An update fails with ValidationException.
";
        assert!(
            code == Some(1) && text.contains("\n  ✗ URL        not that of a proxy: ") && text.ends_with(end),
            "{text}"
        );
        assert!(!text.contains('\u{1b}'), "{text}");
    }
    let id = [
        "--xks-proxy-authentication-credential",
        "{\"AccessKeyId\":\"AAAABBBB\\nCCCCDDDDEEEE\",\"RawSecretAccessKey\":\"proxysecretproxysecretproxysecretproxysecret\"}",
    ];
    let (code, text) = world.run(&id);
    assert!(code == Some(1) && text.contains("  ✗ credential not an AccessKeyId\n"), "{text}");
    assert_eq!(world.tunnel.ends(), [""; 0]);
}
