//! Connections, time-outs and broken replies.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use super::server::{RECORD, Step, dribbling, ok, reply};
use super::*;

#[test]
fn one_connection_serves_all_requests_of_a_client() {
    let server = Server::start(&[ok()]);
    let (outcome, _) = send_many(&settings(&server.url()), 3);
    assert_eq!(outcome, Ok(()));
    let connections: Vec<usize> = server.received().iter().map(|request| request.connection).collect();
    assert_eq!(connections, [0, 0, 0]);
}

#[test]
fn a_retry_uses_the_same_connection() {
    let server = Server::start(&[Step::Send(reply(500, "", "{}")), ok()]);
    let (outcome, record) = send(&ClientSettings { max_attempts: 2, ..settings(&server.url()) });
    assert_eq!((outcome, status(&record), record.attempts()), (Ok(()), Some(200), 2));
    let connections: Vec<usize> = server.received().iter().map(|request| request.connection).collect();
    assert_eq!(connections, [0, 0]);
}

#[test]
fn a_connection_that_the_server_has_closed_is_not_used_again() {
    let close = Step::SendAndClose(reply(200, "Connection: close\r\n", "{}"));
    let server = Server::start(&[close.clone(), Step::SendAndClose(reply(200, "", "{}")), ok()]);
    let settings = settings(&server.url());
    let record = Record::default();
    let client = clients::kms(&settings, &record);
    let requests = async {
        for _ in 0..3 {
            outcome(client.update_custom_key_store().custom_key_store_id("cks-1").send().await)?;
            // The end of a connection needs a moment to arrive.
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok::<_, TransportError>(())
    };
    assert_eq!(runtime().expect("a runtime").block_on(requests), Ok(()));
    let connections: Vec<usize> = server.received().iter().map(|request| request.connection).collect();
    assert_eq!(connections, [0, 1, 2]);
}

#[test]
fn the_head_of_a_reply_has_a_limit_and_its_body_has_none() {
    let with_header = |length: usize| {
        let server =
            Server::start(&[Step::Send(reply(200, &format!("X: {}\r\n", "x".repeat(length)), "{}"))]);
        send(&settings(&server.url())).0.map_err(|error| error.to_string().contains("closed"))
    };
    assert_eq!(with_header(60_000), Ok(()));
    assert_eq!(with_header(1_000_000), Err(true));
    let long = format!("\"{}\"", "x".repeat(3_000_000));
    let server = Server::start(&[Step::Send(reply(200, "", &long))]);
    let (outcome, record) = send(&settings(&server.url()));
    assert_eq!(outcome, Ok(()));
    assert_eq!(record.take_reply().map(|reply| reply.bytes().len()), Some(long.len()));
}

#[test]
fn a_reply_whose_form_http_forbids_counts_as_a_closed_connection() {
    for head in [
        "HTTP/1.1 200 OK\r\nContent-Length: abc",
        "HTTP/1.1 200 OK\r\nContent-Length: -1",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked",
        "HTTP/1.1  200 OK\r\nContent-Length: 2",
        "HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 2",
    ] {
        let server = Server::start(&[Step::SendAndClose(format!("{head}\r\n\r\n{{}}"))]);
        let error = failure(&settings(&server.url()));
        assert!(error.to_string().contains("Connection was closed before we received"), "{head}: {error}");
        assert!(error.hint().is_some_and(|hint| hint.contains("may have done what was asked")), "{head}");
    }
}

#[test]
fn a_refused_connection_is_told_with_the_url_and_a_final_slash() {
    let error = failure(&settings("http://127.0.0.1:1"));
    assert_eq!(error.to_string(), "Could not connect to the endpoint URL: \"http://127.0.0.1:1/\"");
    assert!(error.hint().is_some_and(|hint| hint.contains("refused")), "{error:?}");
    let error = failure(&settings("http://127.0.0.1:1/base/"));
    assert_eq!(error.to_string(), "Could not connect to the endpoint URL: \"http://127.0.0.1:1/base/\"");
}

#[test]
fn a_name_without_address_cannot_be_connected_to() {
    let error = failure(&settings("https://no-such-host.invalid:8443/x"));
    assert_eq!(
        error.to_string(),
        "Could not connect to the endpoint URL: \"https://no-such-host.invalid:8443/x\""
    );
}

#[test]
fn addresses_are_taken_in_any_form_that_the_system_knows() {
    let server = Server::start(&[ok()]);
    for host in ["localhost", "127.1", "127.0.0.1"] {
        let (outcome, _) = send(&settings(&format!("http://{host}:{}", server.port)));
        assert_eq!(outcome, Ok(()), "{host}");
    }
    if TcpListener::bind("[::1]:0").is_ok() {
        let server = Server::listen("[::1]:0", &[ok()], None);
        assert_eq!(send(&settings(&format!("http://[::1]:{}", server.port))).0, Ok(()));
    }
}

#[test]
fn a_closed_connection_is_told_as_such() {
    let server = Server::start(&[Step::SendAndClose(String::new())]);
    let url = server.url();
    assert_eq!(failure(&settings(&url)), TransportError::NoReply { url: format!("{url}/") });
}

#[test]
fn a_body_shorter_than_announced_is_a_closed_connection() {
    let server =
        Server::start(&[Step::SendAndClose("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{}".to_owned())]);
    let url = server.url();
    let (outcome, record) = send(&settings(&url));
    assert_eq!(outcome, Err(TransportError::ConnectionClosed { url: format!("{url}/") }));
    assert!(record.take_reply().is_none());
}

#[test]
fn a_reply_that_is_not_http_is_a_closed_connection() {
    let server = Server::start(&[Step::SendAndClose("\u{15}\u{3}\u{1}\0\u{2}\u{2}F".to_owned())]);
    let url = server.url();
    assert_eq!(failure(&settings(&url)), TransportError::NoReply { url: format!("{url}/") });
}

/// The connection ends in every case; what had come before decides what is said of TLS.
#[test]
fn tls_is_suggested_only_where_no_status_line_was_seen() {
    for (sent, suggested) in [
        ("", true),
        ("\u{15}\u{3}\u{1}\0\u{2}\u{2}F", true),
        ("HTT", true),
        ("SSH-2.0-x\r\n\r\n", true),
        ("HTTP/", false),
        ("HTTP/1.1 200 OK\r\nContent-Le", false),
        ("HTTP/1.1 2x0 OK\r\n\r\n", false),
        ("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{}", false),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", false),
    ] {
        let server = Server::start(&[Step::SendAndClose(sent.to_owned())]);
        let error = failure(&settings(&server.url()));
        let words = format!(
            "Connection was closed before we received a valid response from endpoint URL: \"{}/\".",
            server.url()
        );
        assert_eq!(error.to_string(), words, "{sent:?}");
        let hint = error.hint().is_some_and(|hint| hint.contains("https://"));
        assert_eq!(hint, suggested, "{sent:?}");
    }
    // The second request of a connection that has spoken HTTP.
    let server = Server::start(&[ok(), Step::SendAndClose(String::new())]);
    let error = send_many(&settings(&server.url()), 2).0.expect_err("no second reply");
    assert!(error.hint().is_some_and(|hint| !hint.contains("https://")), "{error:?}");
}

#[test]
fn a_broken_body_is_retried() {
    let short = Step::SendAndClose("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{}".to_owned());
    let server = Server::start(&[short, ok()]);
    let (outcome, record) = send(&ClientSettings { max_attempts: 2, ..settings(&server.url()) });
    assert_eq!((outcome, record.attempts()), (Ok(()), 2));
}

fn reading_for(limit: Duration, url: &str) -> ClientSettings {
    let connection = ConnectionSettings { read_timeout: Some(limit), ..connection() };
    ClientSettings { connection, ..settings(url) }
}

#[test]
fn silence_before_or_inside_a_reply_is_a_read_timeout() {
    for sent in ["", "HTTP/1.1 200 OK\r\nConte", "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{}"] {
        let server = Server::start(&[Step::SendAndHang(sent.to_owned())]);
        let url = server.url();
        let settings = reading_for(Duration::from_millis(50), &url);
        assert_eq!(failure(&settings), TransportError::ReadTimeout { url: format!("{url}/") }, "{sent}");
    }
}

#[test]
fn a_read_timeout_is_retried_on_a_new_connection() {
    let server = Server::start(&[Step::SendAndHang(String::new()), ok()]);
    let settings = reading_for(Duration::from_millis(200), &server.url());
    let (outcome, record) = send(&ClientSettings { max_attempts: 2, ..settings });
    assert_eq!((outcome, record.attempts()), (Ok(()), 2));
    assert_eq!(server.received()[1].connection, 1);
}

#[test]
fn no_limits_mean_no_limits() {
    let server = Server::start(&[ok()]);
    let connection = ConnectionSettings { connect_timeout: None, read_timeout: None, ..connection() };
    let (outcome, _) = send(&ClientSettings { connection, ..settings(&server.url()) });
    assert_eq!(outcome, Ok(()));
}

#[test]
fn a_handshake_without_answer_is_a_read_timeout_after_the_connect_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("https://127.0.0.1:{}", listener.local_addr().expect("an address").port());
    let connection = ConnectionSettings { connect_timeout: Some(Duration::from_millis(50)), ..connection() };
    let settings = ClientSettings { connection, ..settings(&url) };
    let error = failure(&settings);
    assert_eq!(error, TransportError::HandshakeTimeout { url: format!("{url}/") });
    assert_eq!(error.to_string(), format!("Read timeout on endpoint URL: \"{url}/\""));
    assert!(error.hint().is_some_and(|hint| hint.contains("nothing was sent")));
}

#[test]
fn the_connect_timeout_holds_for_the_whole_handshake() {
    let url = format!("https://127.0.0.1:{}", dribbling(RECORD));
    let connection = ConnectionSettings { connect_timeout: Some(Duration::from_millis(200)), ..connection() };
    let began = Instant::now();
    let settings = ClientSettings { connection, ..settings(&url) };
    assert_eq!(failure(&settings), TransportError::HandshakeTimeout { url: format!("{url}/") });
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
}

#[test]
fn other_schemes_are_refused_at_once() {
    let settings = ClientSettings { max_attempts: 3, ..settings("ftp://127.0.0.1") };
    let (outcome, record) = send(&settings);
    let error = outcome.expect_err("no reply");
    assert_eq!(
        error.to_string(),
        "An HTTP Client raised an unhandled exception: Not supported URL scheme ftp"
    );
    assert_eq!(record.attempts(), 1);
}

#[test]
fn a_large_reply_arrives_whole() {
    let body = format!("{{\"x\":\"{}\"}}", "y".repeat(3_000_000));
    let server = Server::start(&[Step::Send(reply(200, "", &body))]);
    let (outcome, record) = send(&settings(&server.url()));
    assert_eq!(outcome, Ok(()));
    assert_eq!(record.take_reply().map(|reply| reply.bytes().len()), Some(body.len()));
}
