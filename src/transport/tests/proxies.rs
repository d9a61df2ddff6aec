//! Requests through proxies.

use std::sync::{Arc, Mutex};
use std::thread;

use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::certificates::{Bundle, issued};
use super::server::{RECORD, Step, dribbling, header, ok, reply};
use super::*;
use crate::environment::Environment;
use crate::transport::error::Retry;
use crate::transport::proxy::error::{BadProxyUrl, ProxyError, ProxyFailure};
use crate::transport::tls::error::TlsFailure;

/// A proxy that connects clients to any port of this machine. Its threads end with the test.
struct Tunnels {
    port: u16,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Tunnels {
    fn start(tls: Option<Arc<ServerConfig>>) -> Tunnels {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("a listener for tokio");
        let port = listener.local_addr().expect("an address").port();
        let heads: Arc<Mutex<Vec<String>>> = Arc::default();
        let tunnels = Tunnels { port, heads: Arc::clone(&heads) };
        thread::spawn(move || {
            runtime().expect("a runtime").block_on(async {
                let listener = TcpListener::from_std(listener).expect("a listener");
                while let Ok((stream, _)) = listener.accept().await {
                    let (tls, heads) = (tls.clone(), Arc::clone(&heads));
                    tokio::spawn(async move {
                        match tls {
                            None => connect(stream, &heads).await,
                            Some(tls) => {
                                connect(TlsAcceptor::from(tls).accept(stream).await.ok()?, &heads).await
                            }
                        }
                    });
                }
            });
        });
        tunnels
    }

    /// The heads of all requests.
    fn heads(&self) -> Vec<String> {
        self.heads.lock().expect("no panic").clone()
    }
}

async fn connect<S: AsyncRead + AsyncWrite + Unpin>(mut client: S, heads: &Mutex<Vec<String>>) -> Option<()> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        head.push(char::from(client.read_u8().await.ok()?));
    }
    let port = head.split([':', ' ']).nth(2)?.parse().ok()?;
    heads.lock().ok()?.push(head);
    let mut server = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
    client.write_all(b"HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n").await.ok()?;
    copy_bidirectional(&mut client, &mut server).await.ok()?;
    Some(())
}

fn through(proxy: &str, url: &str) -> ClientSettings {
    let variables = [("http_proxy", proxy), ("https_proxy", proxy), ("no_proxy", "direct.example")];
    let proxies = Proxies::from_environment(&variables.into_iter().collect());
    ClientSettings { connection: ConnectionSettings { proxies, ..connection() }, ..settings(url) }
}

fn trusting(settings: ClientSettings, bundle: &Bundle) -> ClientSettings {
    let tls = Tls::new(true, Some(bundle.path().to_owned()));
    ClientSettings { connection: ConnectionSettings { tls, ..settings.connection }, ..settings }
}

/// What goes wrong with the proxy.
#[track_caller]
fn proxy_failure(settings: &ClientSettings) -> ProxyFailure {
    match failure(settings) {
        TransportError::Proxy(error) => error.failure,
        other => panic!("not a failure of the proxy: {other}"),
    }
}

#[test]
fn a_request_for_http_goes_to_the_proxy_with_its_whole_url() {
    let proxy = Server::start(&[Step::Send(reply(500, "", "")), ok()]);
    let url = format!("http://us%40er:secret@127.0.0.1:{}", proxy.port);
    let settings = ClientSettings { max_attempts: 2, ..through(&url, "http://KMS.example:80/a%20b/?c=d") };
    assert_eq!(send(&settings).0, Ok(()));
    let received = proxy.received();
    assert_eq!(received.len(), 2);
    for request in received {
        let head = request.head;
        assert!(head.starts_with("POST http://kms.example:80/a%20b/?c=d HTTP/1.1\r\n"), "{head}");
        assert_eq!(header(&head, "host"), Some("KMS.example"));
        assert_eq!(header(&head, "proxy-authorization"), Some("Basic dXNAZXI6c2VjcmV0"));
        assert_eq!(request.connection, 0);
    }
}

#[test]
fn a_host_of_no_proxy_is_reached_directly() {
    let (server, proxy) = (Server::start(&[ok()]), Server::start(&[ok()]));
    let environment =
        [("http_proxy", format!("127.0.0.1:{}", proxy.port)), ("no_proxy", "127.0.0.1".to_owned())];
    let proxies = Proxies::from_environment(&Environment::from_iter(environment));
    let connection = ConnectionSettings { proxies, ..connection() };
    assert_eq!(send(&ClientSettings { connection, ..settings(&server.url()) }).0, Ok(()));
    assert_eq!((server.received().len(), proxy.received().len()), (1, 0));
    assert!(server.received()[0].head.starts_with("POST / HTTP/1.1\r\n"));
}

#[test]
fn a_tunnel_serves_all_requests_of_a_client_and_keeps_the_password_of_the_proxy() {
    let identity = issued(|_| {});
    let (bundle, tunnels) = (Bundle::new(&identity.pem), Tunnels::start(None));
    let server = Server::start_tls(&[Step::Send(reply(500, "", "")), ok()], identity.server_config());
    let url = format!("https://LOCALHOST:{}", server.port);
    let proxy = format!("http://user:secret@127.0.0.1:{}", tunnels.port);
    let settings = ClientSettings { max_attempts: 2, ..trusting(through(&proxy, &url), &bundle) };
    assert_eq!(send_many(&settings, 3).0, Ok(()));
    let authority = format!("localhost:{}", server.port);
    let connect = format!(
        "CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\nProxy-Authorization: Basic dXNlcjpzZWNyZXQ=\r\n\r\n"
    );
    assert_eq!(tunnels.heads(), [connect]);
    let received = server.received();
    assert_eq!(received.len(), 4);
    for request in received {
        assert!(request.head.starts_with("POST / HTTP/1.1\r\n"), "{}", request.head);
        assert_eq!(header(&request.head, "proxy-authorization"), None);
        assert_eq!(request.connection, 0);
    }
}

#[test]
fn a_proxy_with_tls_is_verified_as_a_server_is() {
    let identity = issued(|_| {});
    let (bundle, other) = (Bundle::new(&identity.pem), Bundle::new(&issued(|_| {}).pem));
    let tunnels = Tunnels::start(Some(identity.server_config()));
    let server = Server::start_tls(&[ok()], identity.server_config());
    let url = format!("https://localhost:{}", server.port);
    let proxy = |host: &str| format!("https://{host}:{}", tunnels.port);
    assert_eq!(send_many(&trusting(through(&proxy("localhost"), &url), &bundle), 2).0, Ok(()));
    assert_eq!(tunnels.heads().len(), 1);

    for (host, bundle) in [("127.1", &bundle), ("localhost", &other)] {
        let settings = trusting(through(&proxy(host), &url), bundle);
        assert!(matches!(proxy_failure(&settings), ProxyFailure::Tls(_)), "{host}");
        assert_eq!(
            failure(&settings).to_string(),
            format!("Failed to connect to proxy URL: \"{}\"", proxy(host))
        );
    }
    let tls = Tls::new(false, None);
    let connection = ConnectionSettings { tls, ..through(&proxy("127.1"), &url).connection };
    assert_eq!(send(&ClientSettings { connection, ..settings(&url) }).0, Ok(()));
}

#[test]
fn a_proxy_with_tls_is_verified_for_http_too() {
    let identity = issued(|_| {});
    let bundle = Bundle::new(&identity.pem);
    let proxy = Server::start_tls(&[ok()], identity.server_config());
    let settings = through(&format!("https://localhost:{}", proxy.port), "http://kms.example");
    assert!(matches!(proxy_failure(&settings), ProxyFailure::Tls(_)));
    assert_eq!(send(&trusting(settings, &bundle)).0, Ok(()));
    assert!(proxy.received()[0].head.starts_with("POST http://kms.example/ HTTP/1.1\r\n"));
}

#[test]
fn a_ca_bundle_that_is_none_is_told_at_once() {
    let tunnels = Tunnels::start(None);
    let connection =
        through(&format!("https://127.0.0.1:{}", tunnels.port), "https://kms.example").connection;
    let folder = tempfile::tempdir().expect("a folder");
    let tls = Tls::new(true, Some(folder.path().join("ca.pem")));
    let connection = ConnectionSettings { tls, ..connection };
    let (outcome, record) =
        send(&ClientSettings { connection, max_attempts: 3, ..settings("https://kms.example") });
    let error = outcome.expect_err("no session");
    assert!(error.hint().is_some_and(|hint| hint.contains("No such file")), "{error:?}");
    assert_eq!(record.attempts(), 1);
}

#[test]
fn the_server_behind_a_tunnel_is_verified_for_its_own_name() {
    let identity = issued(|_| {});
    let (bundle, tunnels) = (Bundle::new(&identity.pem), Tunnels::start(None));
    let server = Server::start_tls(&[ok()], identity.server_config());
    let proxy = format!("http://localhost:{}", tunnels.port);
    let settings = trusting(through(&proxy, &format!("https://kms.example:{}", server.port)), &bundle);
    let wrong_host = matches!(
        failure(&settings),
        TransportError::Tls { failure: TlsFailure::WrongHost { host, .. }, .. } if host == "kms.example"
    );
    assert!(wrong_host);
}

#[test]
fn a_proxy_that_refuses_is_asked_again_and_told_without_its_password() {
    for (status, hint) in [(407, "a user and a password"), (403, "with status 403"), (201, "with status 201")]
    {
        let proxy = Server::start(&[Step::Send(reply(status, "", "no"))]);
        let url = format!("http://user:secret@127.0.0.1:{}", proxy.port);
        let settings = ClientSettings { max_attempts: 2, ..through(&url, "https://kms.example") };
        let error = failure(&settings);
        let shown = format!("Failed to connect to proxy URL: \"http://***:***@127.0.0.1:{}\"", proxy.port);
        assert_eq!(error.to_string(), shown);
        assert!(error.hint().is_some_and(|text| text.contains(hint)), "{error:?}");
        assert!(!format!("{error:?}").contains("secret"));
        let heads: Vec<String> = proxy.received().into_iter().map(|request| request.head).collect();
        assert_eq!(heads.len(), 2);
        assert!(
            heads.iter().all(|head| head.starts_with("CONNECT kms.example:443 HTTP/1.1\r\n")),
            "{heads:?}"
        );
    }
}

#[test]
fn a_proxy_that_nothing_connects_to_is_told() {
    for url in ["http://kms.example", "https://kms.example"] {
        for proxy in ["http://127.0.0.1:1", "http://no-such-host.invalid"] {
            let settings = through(proxy, url);
            assert!(matches!(proxy_failure(&settings), ProxyFailure::Unreachable { .. }));
            assert_eq!(
                failure(&settings).to_string(),
                format!("Failed to connect to proxy URL: \"{proxy}\"")
            );
        }
    }
}

#[test]
fn a_tunnel_that_does_not_open_is_a_failure_of_the_endpoint() {
    let url = "https://kms.example/";
    let closed = "Connection was closed before we received a valid response from endpoint URL: \"https://kms.example/\".";
    let silent = "Read timeout on endpoint URL: \"https://kms.example/\"";
    for (step, words, is_timeout) in [
        (Step::SendAndClose(String::new()), closed, false),
        (Step::SendAndClose("SSH-2.0-x\r\n".to_owned()), closed, false),
        (Step::SendAndHang("HTTP/1.1 abc\r\n".to_owned()), closed, false),
        (Step::SendAndHang("x".repeat(70_000)), closed, false),
        (Step::SendAndHang(String::new()), silent, true),
        (Step::SendAndHang("HTTP/1.1 200 OK\r\nA: b\r\n".to_owned()), silent, true),
    ] {
        let proxy = Server::start(&[step]);
        let mut settings = through(&format!("http://127.0.0.1:{}", proxy.port), url);
        settings.connection.connect_timeout = Some(Duration::from_millis(100));
        let error = failure(&settings);
        assert_eq!((error.to_string().as_str(), error.class().1 == Retry::AfterTimeout), (words, is_timeout));
        assert!(error.hint().is_some_and(|hint| hint.contains(&format!("http://127.0.0.1:{}", proxy.port))));
    }
}

#[test]
fn a_connection_that_ends_before_a_reply_is_a_failure_of_the_proxy() {
    let proxy = Server::start(&[Step::SendAndClose(String::new())]);
    let settings = through(&format!("http://127.0.0.1:{}", proxy.port), "http://kms.example");
    assert_eq!(proxy_failure(&settings), ProxyFailure::Closed);
    let proxy = Server::start(&[Step::SendAndClose("garbage\r\n\r\n".to_owned())]);
    let settings = through(&format!("http://127.0.0.1:{}", proxy.port), "http://kms.example");
    assert!(matches!(failure(&settings), TransportError::NoReply { .. }));
}

#[test]
fn a_handshake_that_a_proxy_does_not_answer_ends_with_the_connect_timeout() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let proxy = format!("https://127.0.0.1:{}", listener.local_addr().expect("an address").port());
    let mut settings = through(&proxy, "https://kms.example");
    settings.connection.connect_timeout = Some(Duration::from_millis(50));
    assert_eq!(proxy_failure(&settings), ProxyFailure::Silent);
}

#[test]
fn the_connect_timeout_holds_for_each_step_through_a_proxy_as_a_whole() {
    let limited = |proxy: &str, url: &str| {
        let mut settings = through(proxy, url);
        settings.connection.connect_timeout = Some(Duration::from_millis(200));
        settings
    };
    let proxy = format!("https://127.0.0.1:{}", dribbling(RECORD));
    for url in ["http://kms.example", "https://kms.example"] {
        assert_eq!(proxy_failure(&limited(&proxy, url)), ProxyFailure::Silent);
    }
    let proxy = format!("http://127.0.0.1:{}", dribbling(b"HTTP/1.1 200 OK\r\nX: "));
    assert_eq!(proxy_failure(&limited(&proxy, "https://kms.example")), ProxyFailure::TunnelSilent);

    let tunnels = Tunnels::start(None);
    let url = format!("https://127.0.0.1:{}", dribbling(RECORD));
    let error = failure(&limited(&format!("http://localhost:{}", tunnels.port), &url));
    assert_eq!(error, TransportError::HandshakeTimeout { url: format!("{url}/") });
}

#[test]
fn a_url_that_is_no_proxy_is_told_at_once() {
    for (proxy, failure, words) in [
        (
            "http://user:sec/ret@h",
            BadProxyUrl::NoUrl,
            "unhandled exception: Failed to parse: http://***:***@h",
        ),
        ("http://[::1", BadProxyUrl::NoUrl, "unhandled exception: Failed to parse: http://[::1"),
        ("http://", BadProxyUrl::NoUrl, "unhandled exception: Failed to parse: http://"),
        ("http://u:\u{e9}@h", BadProxyUrl::NotAscii, "must be ASCII: http://***:***@h"),
        (" ", BadProxyUrl::NoUrl, "unhandled exception: Failed to parse: http:// "),
    ] {
        let url = "http://kms.example/".to_owned();
        let settings = ClientSettings { max_attempts: 3, ..through(proxy, &url) };
        let (outcome, record) = send(&settings);
        let error = outcome.expect_err("no proxy");
        assert!(error.to_string().contains(words), "{error}");
        let TransportError::Proxy(ProxyError { failure: found, .. }) = error else { panic!("{error}") };
        assert_eq!((found, record.attempts()), (ProxyFailure::BadUrl(failure), 1));
    }
    let error = failure(&through("http://", "https://kms.example"));
    assert!(error.to_string().ends_with("Failed to parse: http://"), "{error}");
}
