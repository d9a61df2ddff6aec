//! Servers that send what no proxy sends.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned, SupportedCipherSuite};

use super::world::{HOST, ITS_CREDENTIAL, SECRET, shown, store};
use crate::aws::Aws;
use crate::cks::tunnel::Tunnel;

type Session = StreamOwned<ServerConnection, TcpStream>;

/// What a server does with a session after the request.
type Act = fn(&mut Session) -> std::io::Result<()>;

/// A server of TLS that ends with the test: its address and its certificate.
fn serve(act: Act) -> (SocketAddr, String) {
    serve_with(ring::default_provider().cipher_suites, act)
}

/// The same with these cipher suites.
fn serve_with(cipher_suites: Vec<SupportedCipherSuite>, act: Act) -> (SocketAddr, String) {
    let provider = CryptoProvider { cipher_suites, ..ring::default_provider() };
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed([HOST.to_owned()]).expect("a certificate");
    let config = ServerConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(
            vec![cert.der().clone()],
            PrivatePkcs8KeyDer::from(signing_key.serialize_der()).into(),
        )
        .expect("a certificate");
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = ServerConnection::new(Arc::clone(&config)).expect("a connection");
            let mut session = StreamOwned::new(connection, stream);
            thread::spawn(move || {
                let mut request = [0; 4096];
                let _ = session.read(&mut request);
                let _ = act(&mut session);
            });
        }
    });
    (address, cert.pem())
}

/// The exit code and the lines from those on TLS on.
fn checked(act: Act) -> (Option<i32>, String) {
    checked_at(serve(act))
}

fn checked_at((address, pem): (SocketAddr, String)) -> (Option<i32>, String) {
    let tunnel = Tunnel::to([(HOST, address)]);
    let emulator = store("PUBLIC_ENDPOINT");
    let words = ["cks", "check", "prod-xks"].into_iter().chain(ITS_CREDENTIAL);
    let aws = Aws::new(words).to(&emulator).env("HTTPS_PROXY", tunnel.url()).with_address_space(400_000);
    let began = Instant::now();
    let run = aws.file("ca.pem", pem).env("AWS_CA_BUNDLE", "ca.pem").run();
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
    let (code, text) = shown(&run);
    let last = text.split_once("KMS trusts public authorities only.\n").map(|(_, last)| last.to_owned());
    (code, last.unwrap_or(text))
}

/// Sends it until the other end has gone.
fn without_end(session: &mut Session, bytes: &[u8]) -> std::io::Result<()> {
    loop {
        session.write_all(bytes)?;
    }
}

const INVALID_RESPONSE: &str = "      An update fails with XksProxyInvalidResponseException, a connect with
      XKS_PROXY_INVALID_RESPONSE.
";

#[test]
fn answers_without_end_are_cut_off() {
    let acts: [Act; 5] = [
        |session| {
            session.write_all(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n",
            )?;
            without_end(session, &[b' '; 8192])
        },
        |session| {
            session.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")?;
            without_end(session, b"1\r\n \r\n")
        },
        |session| {
            session.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")?;
            without_end(session, &[b'0'; 8192])
        },
        |session| without_end(session, b"HTTP/1.1 100 Continue\r\n\r\n"),
        |session| session.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"),
    ];
    let findings = "  ✗ HTTP       too long an answer … ms\n      It has more than 64 KiB.\n";
    for (number, act) in acts.into_iter().enumerate() {
        assert_eq!(checked(act), (Some(1), format!("{findings}{INVALID_RESPONSE}")), "{number}");
    }
}

#[test]
fn a_proxy_without_the_cipher_suites_of_the_specification_is_refused() {
    let others = ring::default_provider().cipher_suites.into_iter();
    let others = others.filter(|suite| format!("{suite:?}").contains("AES_128")).collect::<Vec<_>>();
    assert!(others.len() == 3, "{others:?}");
    let (code, text) = checked_at(serve_with(others, |_| Ok(())));
    let findings = "  ✗ TLS        no session … ms
      The proxy must speak TLS 1.2 with ECDHE and AES-256-GCM, or 1.3 with
      AES-256-GCM or ChaCha20.
      An update fails with XksProxyUriUnreachableException, a connect with
      XKS_PROXY_INVALID_TLS_CONFIGURATION.
";
    assert!(code == Some(1) && text.ends_with(findings), "{text}");
}

#[test]
fn what_is_not_http_is_refused() {
    let acts: [Act; 3] = [
        |session| session.write_all(b"SSH-2.0-OpenSSH_9.9\r\n\r\n"),
        |session| session.write_all(&[0; 1000]),
        |session| {
            session.write_all(b"HTTP/1.1 200 OK\r\n")?;
            without_end(session, b"x: 0123456789012345678901234567890123456789\r\n")
        },
    ];
    let findings = "  ✗ HTTP       no answer of HTTP … ms\n      What answers does not speak HTTP/1.1.\n";
    for (number, act) in acts.into_iter().enumerate() {
        assert_eq!(checked(act), (Some(1), format!("{findings}{INVALID_RESPONSE}")), "{number}");
    }
}

#[test]
fn an_answer_that_drips_is_not_waited_for_to_its_end() {
    let (code, text) = checked(|session| {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
        for byte in answer.iter().chain(&[b' '; 1000]) {
            session.write_all(&[*byte])?;
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    });
    assert!(code == Some(1) && text.starts_with("  ✗ health     no answer in 5 s … ms\n"), "{text}");
}

#[test]
fn http_1_0_is_a_warning() {
    let (code, text) = checked(|session| {
        let body = r#"{"errorName":"AuthenticationFailedException"}"#;
        write!(session, "HTTP/1.0 401 x\r\nContent-Type: application/json\r\n\r\n{body}")?;
        session.conn.send_close_notify();
        session.flush()
    });
    let start = "  ! HTTP       HTTP/1.0\n      The proxy API is HTTP/1.1 or later.\n  ✗ health     401 Authentication";
    assert!(code == Some(1) && text.starts_with(start), "{text}");
}

#[test]
fn a_clock_that_is_off_is_told() {
    for (date, side) in
        [("Thu, 01 Jan 2099 00:00:00 GMT", "ahead of"), ("Thu, 01 Jan 2009 00:00:00 GMT", "behind")]
    {
        let act: Act = match side {
            "behind" => |session| unauthorized(session, "Thu, 01 Jan 2009 00:00:00 GMT"),
            _ => |session| unauthorized(session, "Thu, 01 Jan 2099 00:00:00 GMT"),
        };
        let (code, text) = checked(act);
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            code == Some(1) && words.contains(&format!("minutes {side} the one here; 5 are allowed.")),
            "{date} {text}"
        );
    }
    let (code, text) = checked(|session| unauthorized(session, "no date"));
    assert!(
        code == Some(1) && text.contains("The proxy does not know the credential ABCDEFGHIJKLMNOPQRST"),
        "{text}"
    );
}

fn unauthorized(session: &mut Session, date: &str) -> std::io::Result<()> {
    let body = r#"{"errorName":"AuthenticationFailedException"}"#;
    let length = body.len();
    write!(
        session,
        "HTTP/1.1 401 x\r\nDate: {date}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

#[test]
fn where_a_redirect_leads_is_shown_without_the_secret() {
    let (code, text) = checked(|session| {
        let to = format!("https://other.example.com/{SECRET}");
        write!(session, "HTTP/1.1 307 x\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n")
    });
    let line = "  ✗ HTTP       307: redirects to https://other.example.com/**** … ms\n";
    assert!(code == Some(1) && text.starts_with(line), "{text}");
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_a_check() {
    let (address, pem) = serve(|_| {
        thread::sleep(Duration::from_secs(60));
        Ok(())
    });
    let tunnel = Tunnel::to([(HOST, address)]);
    let emulator = store("PUBLIC_ENDPOINT");
    let aws = Aws::new(["cks", "check", "prod-xks"]).to(&emulator).env("HTTPS_PROXY", tunnel.url());
    crate::interrupts::interrupted(aws.file("ca.pem", pem).env("AWS_CA_BUNDLE", "ca.pem"));
}
