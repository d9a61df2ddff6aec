//! What the proxy's certificates and TLS settings do to a client.

use rustls::SupportedProtocolVersion;
use rustls::version::{TLS12, TLS13};
use xks_proxy::{Certificate, TlsVersions, XksProxy};

use crate::client::Client;

static ONLY_12: &[&SupportedProtocolVersion] = &[&TLS12];
static ONLY_13: &[&SupportedProtocolVersion] = &[&TLS13];

#[test]
fn the_certificate_has_the_names_of_the_proxy() {
    let proxy = XksProxy::builder().host("xks.example.com").start().unwrap();
    for host in ["xks.example.com", "localhost", "127.0.0.1"] {
        assert_eq!(Client { host, ..Client::new(&proxy) }.status(), Ok(200), "{host}");
    }
    let error = Client { host: "other.example.com", ..Client::new(&proxy) }.status().unwrap_err();
    assert!(error.contains("certificate not valid for name"), "{error}");
}

#[test]
fn every_bad_certificate_is_refused_for_its_reason() {
    let proxy = XksProxy::builder().start().unwrap();
    let client = Client::new(&proxy);
    for (certificate, reason) in [
        (Certificate::Expired, "expired"),
        (Certificate::NotYetValid, "not valid yet"),
        (Certificate::WrongName, "not valid for name \"localhost\""),
        (Certificate::UnknownAuthority, "UnknownIssuer"),
    ] {
        proxy.set_certificate(certificate).unwrap();
        let error = client.status().unwrap_err();
        assert!(error.contains(reason), "{certificate:?}: {error}");
    }
    proxy.set_certificate(Certificate::ValidForDays(3)).unwrap();
    assert_eq!(client.status(), Ok(200));
}

#[test]
fn a_name_that_no_certificate_can_have_is_an_error() {
    assert!(XksProxy::builder().host("xks.exämple.com").start().is_err());
}

#[test]
fn client_certificates_are_demanded_as_each_version_of_tls_does_it() {
    let proxy = XksProxy::builder().client_certificates(true).start().unwrap();
    for (versions, handshake_succeeds) in [(ONLY_12, false), (ONLY_13, true)] {
        let without = Client { versions, ..Client::new(&proxy) };
        assert_eq!(without.handshake().is_ok(), handshake_succeeds);
        let error = without.status().unwrap_err();
        assert!(error.contains("CertificateRequired"), "{error}");
        let with = Client { client_certificate: Some(proxy.client_certificate_pem().unwrap()), ..without };
        assert_eq!(with.status(), Ok(200));
    }
    let other = XksProxy::builder().start().unwrap().client_certificate_pem().unwrap();
    assert!(Client { client_certificate: Some(other), ..Client::new(&proxy) }.status().is_err());
    proxy.set_client_certificates(false).unwrap();
    assert_eq!(Client::new(&proxy).status(), Ok(200));
}

#[test]
fn a_proxy_speaks_only_the_versions_it_is_told_to() {
    let proxy = XksProxy::builder().tls_versions(TlsVersions::Only12).start().unwrap();
    let status = |versions| Client { versions, ..Client::new(&proxy) }.status();
    assert_eq!(status(ONLY_12), Ok(200));
    assert!(status(ONLY_13).is_err());
    proxy.set_tls_versions(TlsVersions::Only13).unwrap();
    assert!(status(ONLY_12).is_err());
    assert_eq!(status(ONLY_13), Ok(200));
}
