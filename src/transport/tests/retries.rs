//! Which replies are tried again, on the wire.

use super::server::{Step, ok, reply};
use super::*;

/// The number of attempts for a first reply, when two are allowed.
fn attempts(status: u16, headers: &str, body: &str) -> u32 {
    let server = Server::start(&[Step::Send(reply(status, headers, body)), ok()]);
    let (outcome, record) = send(&ClientSettings { max_attempts: 2, ..settings(&server.url()) });
    assert_eq!(outcome, Ok(()));
    assert_eq!(server.received().len(), record.attempts() as usize);
    record.attempts()
}

#[test]
fn a_status_of_the_server_is_retried_whatever_the_body() {
    assert_eq!(attempts(502, "", "<html>"), 2);
}

#[test]
fn a_code_is_retried_whatever_the_status() {
    assert_eq!(attempts(400, "", "{\"__type\":\"com.amazonaws.kms#ThrottlingException:http://x\"}"), 2);
    assert_eq!(attempts(400, "", "{\"__type\":\"PriorRequestNotComplete\"}"), 2);
    assert_eq!(attempts(400, "x-amzn-query-error: SlowDown;Sender\r\n", "{\"__type\":\"X\"}"), 2);
}

#[test]
fn other_errors_are_final() {
    for (status, body) in [
        (400, "{\"__type\":\"DependencyTimeoutException\"}"),
        (400, "{\"__type\":\"KMSInternalException\"}"),
        (400, "{\"code\":\"ThrottlingException\"}"),
        (429, "{\"__type\":\"Foo\"}"),
        (408, ""),
        (501, ""),
        (400, "[]"),
    ] {
        assert_eq!(attempts(status, "x-amzn-errortype: ThrottlingException\r\n", body), 1, "{status} {body}");
    }
}

#[test]
fn a_clock_that_is_off_is_final() {
    let date = "Date: Mon, 01 Jan 2001 00:00:00 GMT\r\n";
    assert_eq!(attempts(403, date, "{\"__type\":\"InvalidSignatureException\"}"), 1);
    assert_eq!(attempts(400, date, "{\"__type\":\"RequestTimeTooSkewed\"}"), 1);
}

#[test]
fn redirects_are_not_followed() {
    for status in [300, 301, 302, 304, 307, 308] {
        assert_eq!(attempts(status, "Location: http://127.0.0.1:1/\r\n", ""), 1, "{status}");
    }
}

#[test]
fn a_success_that_cannot_be_parsed_is_a_reply_and_final() {
    let server = Server::start(&[Step::Send(reply(200, "", "<html>"))]);
    let settings = ClientSettings { max_attempts: 2, ..settings(&server.url()) };
    let record = Record::default();
    let client = clients::kms(&settings, &record);
    let request = client.describe_custom_key_stores().send();
    assert_eq!(runtime().expect("a runtime").block_on(async { outcome(request.await) }), Ok(()));
    assert_eq!((server.received().len(), status(&record)), (1, Some(200)));
}

#[test]
fn a_reply_is_forgotten_when_the_next_attempt_gets_none() {
    let server = Server::start(&[Step::Send(reply(500, "", "")), Step::SendAndClose(String::new())]);
    let (outcome, record) = send(&ClientSettings { max_attempts: 2, ..settings(&server.url()) });
    assert!(matches!(outcome, Err(TransportError::ConnectionClosed { .. })), "{outcome:?}");
    assert_eq!((record.take_reply().is_none(), record.attempts()), (true, 2));
}
