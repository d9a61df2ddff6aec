//! TLS: who is trusted, and how refusals are told.

use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, date_time_ymd};

use super::certificates::{Bundle, Identity, issued, params, self_signed};
use super::server::ok;
use super::*;
use crate::transport::tls::error::{Distrust, TlsFailure};

fn server(identity: &Identity) -> Server {
    Server::start_tls(&[ok()], identity.server_config())
}

fn trusting(host: &str, server: &Server, bundle: &Bundle) -> ClientSettings {
    let url = format!("https://{host}:{}", server.port);
    with_tls(Tls::new(true, Some(bundle.path().to_owned())), &url)
}

fn with_tls(tls: Tls, url: &str) -> ClientSettings {
    ClientSettings { connection: ConnectionSettings { tls, ..connection() }, ..settings(url) }
}

fn refusal(settings: &ClientSettings) -> TlsFailure {
    match failure(settings) {
        TransportError::Tls { failure, .. } => failure,
        other => panic!("not a refusal: {other}"),
    }
}

#[test]
fn a_certificate_of_an_authority_in_the_bundle_is_accepted_for_its_names() {
    let identity = issued(|_| {});
    let (server, bundle) = (server(&identity), Bundle::new(&format!("# a comment\n{}", identity.pem)));
    for host in ["localhost", "127.0.0.1"] {
        let (outcome, record) = send_many(&trusting(host, &server, &bundle), 2);
        assert_eq!((outcome, status(&record)), (Ok(()), Some(200)), "{host}");
    }
    let connections: Vec<usize> = server.received().iter().map(|request| request.connection).collect();
    assert_eq!(connections, [0, 0, 1, 1]);
}

#[test]
fn a_host_that_the_certificate_does_not_name_is_refused_with_the_names() {
    let identity = issued(|_| {});
    let (server, bundle) = (server(&identity), Bundle::new(&identity.pem));
    for host in ["127.1", "2130706433"] {
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let expected = TlsFailure::WrongHost { host: host.to_owned(), names };
        assert_eq!(refusal(&trusting(host, &server, &bundle)), expected);
    }
}

#[test]
fn an_unknown_authority_is_refused() {
    let identity = issued(|_| {});
    let (server, other) = (server(&identity), Bundle::new(&issued(|_| {}).pem));
    let unknown = TlsFailure::Untrusted(Distrust::UnknownIssuer);
    let without_bundle = settings(&format!("https://localhost:{}", server.port));
    assert_eq!(refusal(&without_bundle), unknown);
    assert_eq!(
        failure(&without_bundle).to_string(),
        format!(
            "SSL validation failed for https://localhost:{}/ [SSL: CERTIFICATE_VERIFY_FAILED] certificate \
             verify failed: unable to get local issuer certificate (_ssl.c:1006)",
            server.port
        )
    );
    // The other authority has the same name and another key.
    assert!(matches!(refusal(&trusting("localhost", &server, &other)), TlsFailure::Untrusted(_)));
}

#[test]
fn a_self_signed_certificate_is_accepted_if_the_bundle_holds_it() {
    for is_ca in [IsCa::NoCa, IsCa::ExplicitNoCa, IsCa::Ca(BasicConstraints::Unconstrained)] {
        let identity = self_signed(is_ca, &["localhost"]);
        let (server, bundle) = (server(&identity), Bundle::new(&identity.pem));
        assert_eq!(send(&trusting("localhost", &server, &bundle)).0, Ok(()), "{is_ca:?}");
        assert!(matches!(refusal(&trusting("127.0.0.1", &server, &bundle)), TlsFailure::WrongHost { .. }));
        let other = Bundle::new(&self_signed(is_ca, &["localhost"]).pem);
        assert_ne!(send(&trusting("localhost", &server, &other)).0, Ok(()), "{is_ca:?}");
        let self_signed = TlsFailure::Untrusted(Distrust::SelfSigned);
        assert_eq!(
            refusal(&settings(&format!("https://localhost:{}", server.port))),
            self_signed,
            "{is_ca:?}"
        );
    }
}

#[test]
fn without_alternative_names_the_common_name_counts() {
    let identity = issued(|params| {
        *params = CertificateParams::default();
        params.distinguished_name.push(rcgen::DnType::CommonName, "LOCALHOST");
    });
    let (server, bundle) = (server(&identity), Bundle::new(&identity.pem));
    assert_eq!(send(&trusting("localhost", &server, &bundle)).0, Ok(()));
    for (host, names) in [("127.1", vec!["LOCALHOST".to_owned()]), ("127.0.0.1", Vec::new())] {
        let expected = TlsFailure::WrongHost { host: host.to_owned(), names };
        assert_eq!(refusal(&trusting(host, &server, &bundle)), expected);
    }
}

#[test]
fn dates_are_checked() {
    let expired = issued(|params| params.not_after = date_time_ymd(2001, 1, 1));
    let early = issued(|params| params.not_before = date_time_ymd(4001, 1, 1));
    let own = {
        let mut params = params(&["localhost"]);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.not_after = date_time_ymd(2001, 1, 1);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        Identity { chain: vec![certificate.der().clone()], key: key.into(), pem: certificate.pem() }
    };
    for (identity, distrust) in
        [(expired, Distrust::Expired), (early, Distrust::NotYetValid), (own, Distrust::Expired)]
    {
        let (server, bundle) = (server(&identity), Bundle::new(&identity.pem));
        assert_eq!(refusal(&trusting("localhost", &server, &bundle)), TlsFailure::Untrusted(distrust));
    }
}

#[test]
fn without_verification_every_server_is_accepted_and_no_bundle_is_read() {
    let identity = issued(|params| params.not_after = date_time_ymd(2001, 1, 1));
    let server = server(&identity);
    let absent = tempfile::tempdir().expect("a folder");
    for host in ["localhost", "127.1"] {
        let tls = Tls::new(false, Some(absent.path().join("ca.pem")));
        let settings = with_tls(tls, &format!("https://{host}:{}", server.port));
        assert_eq!(send(&settings).0, Ok(()), "{host}");
    }
}

#[test]
fn a_bundle_that_is_none_is_told_at_once_and_only_for_https() {
    let identity = issued(|_| {});
    let https = server(&identity);
    let no_pem = Bundle::new("not a pem\n");
    let empty = Bundle::new("");
    let broken = Bundle::new("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    let not_base64 = Bundle::new("-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n");
    let folder = tempfile::tempdir().expect("a folder");
    let absent = folder.path().join("ca.pem");
    let no_file = "[Errno 2] No such file or directory";
    let no_certificate = "[X509: NO_CERTIFICATE_OR_CRL_FOUND] no certificate or crl found (_ssl.c:4154)";
    let undecodable = "[X509] PEM lib (_ssl.c:4154)";
    for (path, text) in [
        (absent.clone(), no_file),
        (std::env::temp_dir(), "[Errno 21] Is a directory"),
        (no_pem.path().to_owned(), no_certificate),
        (empty.path().to_owned(), no_certificate),
        (broken.path().to_owned(), undecodable),
        (not_base64.path().to_owned(), undecodable),
    ] {
        let url = format!("https://localhost:{}", https.port);
        let settings = ClientSettings { max_attempts: 3, ..with_tls(Tls::new(true, Some(path)), &url) };
        let (outcome, record) = send(&settings);
        let error = outcome.expect_err("no session");
        assert_eq!(error.to_string(), format!("SSL validation failed for {url}/ {text}"));
        assert_eq!(record.attempts(), 1);
    }
    let http = Server::start(&[ok()]);
    let settings = with_tls(Tls::new(true, Some(absent)), &http.url());
    assert_eq!(send(&settings).0, Ok(()));
}

#[test]
fn https_to_a_plain_server_and_http_to_a_tls_server_are_told_apart() {
    // An HTTP server that waits for the end of a request line would never answer a TLS greeting.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = std::io::Write::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n");
            let _ = std::io::Read::read(&mut stream, &mut [0; 4096]);
        }
    });
    assert_eq!(refusal(&settings(&format!("https://127.0.0.1:{port}"))), TlsFailure::NotTls);

    let tls = server(&issued(|_| {}));
    let error = failure(&settings(&format!("http://localhost:{}", tls.port)));
    assert!(matches!(error, TransportError::NoReply { .. }), "{error}");
    assert!(error.hint().is_some_and(|hint| hint.contains("https://")));
}
