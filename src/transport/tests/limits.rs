//! What rustls does not take, and the words for it.

use rcgen::CustomExtension;

use super::certificates::*;
use super::server::ok;
use super::*;
use crate::transport::tls::error::{Distrust, TlsFailure};

/// The failure of a request, with its words, which name no type of a library.
fn refusal(bundle: &Bundle, identity: &Identity) -> TlsFailure {
    let server = Server::start_tls(&[ok()], identity.server_config());
    let tls = Tls::new(true, Some(bundle.path().to_owned()));
    let settings = ClientSettings {
        connection: ConnectionSettings { tls, ..connection() },
        ..settings(&format!("https://localhost:{}", server.port))
    };
    let error = failure(&settings);
    assert!(server.received().is_empty());
    match error {
        TransportError::Tls { failure, .. } => failure,
        other => panic!("{other:?}"),
    }
}

fn policies(critical: bool) -> CustomExtension {
    let any = vec![0x30, 8, 0x30, 6, 6, 4, 0x55, 0x1d, 0x20, 0];
    let mut extension = CustomExtension::from_oid_content(&[2, 5, 29, 32], any);
    extension.set_criticality(critical);
    extension
}

#[test]
fn what_this_program_does_not_take_is_named_and_says_what_helps() {
    let root = authority("root", None, |_| {});
    let critical = link("server", &["localhost"], key(), Some(&root), |params| {
        params.custom_extensions = vec![policies(true)];
    });
    assert_eq!(
        refusal(&bundle(&[&root]), &chain(&[&critical])),
        TlsFailure::Untrusted(Distrust::CriticalPolicies)
    );

    let server = leaf(&root);
    let old = version_1(&server, root.key());
    let shown = Identity { chain: vec![old], ..chain(&[&server]) };
    assert_eq!(refusal(&bundle(&[&root]), &shown), TlsFailure::Untrusted(Distrust::Version1));

    // The same certificate, as if its signature were one with SHA-224, of which nobody knows anything here.
    let (sha_256, sha_224) = ([0xce, 0x3d, 4, 3, 2], [0xce, 0x3d, 4, 3, 1]);
    let mut other = server.der().to_vec();
    while let Some(start) = other.windows(sha_256.len()).position(|window| window == sha_256) {
        other[start..][..sha_224.len()].copy_from_slice(&sha_224);
    }
    let shown = Identity { chain: vec![other.into()], ..chain(&[&server]) };
    assert_eq!(refusal(&bundle(&[&root]), &shown), TlsFailure::Untrusted(Distrust::SignatureAlgorithm));

    for (what, words, help) in [
        (Distrust::CriticalPolicies, "critical policies", "not critical"),
        (Distrust::Version1, "version 1", "version 3"),
        (Distrust::SignatureAlgorithm, "SHA-1 or P-521", "P-384"),
    ] {
        let failure = TlsFailure::Untrusted(what);
        let told = failure.to_string();
        assert!(told.contains(words) && told.contains("this program does not take"), "{told}");
        assert!(failure.hint().is_some_and(|hint| hint.contains(help)), "{told}");
    }
}

#[test]
fn an_authority_that_is_not_known_is_the_first_reason() {
    let (root, other) = (authority("root", None, |_| {}), authority("other", None, |_| {}));
    let between = authority("between", Some(&root), |params| {
        params.custom_extensions = vec![policies(true)];
    });
    let server = leaf(&between);
    let unknown = TlsFailure::Untrusted(Distrust::UnknownIssuer);
    assert_eq!(refusal(&bundle(&[&other]), &chain(&[&server, &between])), unknown);
    let in_chain = TlsFailure::Untrusted(Distrust::SelfSignedInChain);
    assert_eq!(refusal(&bundle(&[&other]), &chain(&[&server, &between, &root])), in_chain);
}

#[test]
fn the_alerts_of_a_server_are_told_in_openssls_words() {
    let answer = |alert: &'static [u8]| {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let _ = std::io::Read::read(&mut stream, &mut [0; 4096]);
                let _ = std::io::Write::write_all(&mut stream, alert);
            }
        });
        match failure(&settings(&format!("https://127.0.0.1:{port}"))) {
            TransportError::Tls { failure, .. } => (failure.to_string(), failure.hint().unwrap_or_default()),
            other => panic!("{other:?}"),
        }
    };
    for (alert, words, help) in [
        (
            &[21, 3, 3, 0, 2, 2, 40][..],
            "[SSL: SSLV3_ALERT_HANDSHAKE_FAILURE] sslv3 alert handshake failure (_ssl.c:1006)",
            "P-521",
        ),
        (
            &[21, 3, 3, 0, 2, 2, 70],
            "[SSL: TLSV1_ALERT_PROTOCOL_VERSION] tlsv1 alert protocol version (_ssl.c:1006)",
            "TLS 1.2",
        ),
        (
            &[21, 3, 3, 0, 2, 2, 116],
            "[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] tlsv13 alert certificate required (_ssl.c:1006)",
            "client certificate",
        ),
        (&[21, 3, 3, 0, 2, 2, 99], "[SSL] the server ended the session with alert 99 (_ssl.c:1006)", ""),
        (&[22, 3, 3, 0, 4, 2, 0, 0, 0], "[SSL] the server does not keep to TLS (_ssl.c:1006)", ""),
    ] {
        let (told, hint) = answer(alert);
        assert_eq!(told, words);
        assert!(hint.contains(help), "{hint}");
    }
}
