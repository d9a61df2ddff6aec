//! What a request looks like on the wire.

use aws_sdk_kms::config::Credentials;

use super::server::{Step, header, ok, reply};
use super::*;

fn received(settings: &ClientSettings, server: &Server) -> server::Received {
    let (outcome, _) = send(settings);
    assert_eq!(outcome, Ok(()));
    server.received().remove(0)
}

#[test]
fn a_request_has_the_headers_of_the_reference() {
    let server = Server::start(&[ok()]);
    let request = received(&settings(&server.url()), &server);
    assert!(request.head.starts_with("POST / HTTP/1.1\r\n"), "{}", request.head);
    let header = |name| header(&request.head, name);
    assert_eq!(header("host"), Some(server.url().trim_start_matches("http://")));
    assert_eq!(header("content-type"), Some("application/x-amz-json-1.1"));
    assert_eq!(header("x-amz-target"), Some("TrentService.UpdateCustomKeyStore"));
    assert_eq!(header("accept-encoding"), Some("identity"));
    assert_eq!(header("amz-sdk-request"), Some("attempt=1"));
    assert_eq!(header("user-agent"), Some("aws-cli/2.36.7"));
    assert_eq!(header("x-amz-user-agent"), None);
    assert_eq!(header("amz-sdk-invocation-id").map(str::len), Some(36));
    assert_eq!(request.body, "{\"CustomKeyStoreId\":\"cks-1\"}");
    let signed = "content-type;host;x-amz-date;x-amz-target, Signature=";
    assert!(header("authorization").is_some_and(|value| value.contains(signed)), "{}", request.head);
}

#[test]
fn a_retry_says_so() {
    let server = Server::start(&[Step::Send(reply(503, "x-amz-retry-after: 19000\r\n", "")), ok()]);
    let (outcome, _) = send(&ClientSettings { max_attempts: 3, ..settings(&server.url()) });
    assert_eq!(outcome, Ok(()));
    let requests = server.received();
    assert_eq!(header(&requests[1].head, "amz-sdk-request"), Some("attempt=2; max=3"));
    let id = |index: usize| header(&requests[index].head, "amz-sdk-invocation-id").map(str::to_owned);
    assert_eq!(id(0), id(1));
}

#[test]
fn an_empty_region_leaves_its_place_in_the_signature_empty() {
    let server = Server::start(&[ok()]);
    let request = received(&ClientSettings { region: String::new(), ..settings(&server.url()) }, &server);
    let authorization = header(&request.head, "authorization").expect("a signature");
    assert!(authorization.starts_with("AWS4-HMAC-SHA256 Credential=AKID/"), "{authorization}");
    assert!(authorization.contains("//kms/aws4_request,"), "{authorization}");
}

#[test]
fn a_session_token_is_sent_and_signed() {
    let server = Server::start(&[ok()]);
    let credentials = Credentials::new("AKID", "secret", Some("token".to_owned()), None, "test");
    let request =
        received(&ClientSettings { credentials: Some(credentials), ..settings(&server.url()) }, &server);
    assert_eq!(header(&request.head, "x-amz-security-token"), Some("token"));
    let authorization = header(&request.head, "authorization").expect("a signature");
    assert!(authorization.contains("x-amz-security-token;x-amz-target"), "{authorization}");
}

#[test]
fn without_credentials_a_request_is_unsigned() {
    let server = Server::start(&[ok()]);
    let request = received(&ClientSettings { credentials: None, ..settings(&server.url()) }, &server);
    assert_eq!(header(&request.head, "authorization"), None);
}

#[test]
fn the_path_and_query_of_an_endpoint_url_stay_as_they_are() {
    for (given, sent) in
        [("", "/"), ("/", "/"), ("/p", "/p"), ("/p/", "/p/"), ("/?a=b", "/?a=b"), ("/p%20q", "/p%20q")]
    {
        let server = Server::start(&[ok()]);
        let request = received(&settings(&format!("{}{given}", server.url())), &server);
        assert!(request.head.starts_with(&format!("POST {sent} HTTP/1.1\r\n")), "{given}: {}", request.head);
    }
}

#[test]
fn a_body_can_be_replaced_before_it_is_signed() {
    let server = Server::start(&[Step::Send(reply(500, "", "")), ok()]);
    let settings = ClientSettings { max_attempts: 2, ..settings(&server.url()) };
    let record = Record::default();
    record.replace_body(b"{\"CustomKeyStoreId\":5}".to_vec());
    let client = clients::kms(&settings, &record);
    let request = client.update_custom_key_store().custom_key_store_id("cks-1").send();
    let outcome = runtime().expect("a runtime").block_on(async { outcome(request.await) });
    assert_eq!(outcome, Ok(()));
    for request in server.received() {
        assert_eq!(request.body, "{\"CustomKeyStoreId\":5}");
        assert_eq!(header(&request.head, "content-length"), Some("22"));
    }
}

#[test]
fn the_record_keeps_the_reply_as_it_came() {
    let headers = "x-amzn-query-error: Q;Sender\r\nx-amzn-requestid: 1-2\r\n";
    let server = Server::start(&[Step::Send(reply(400, headers, "{\"__type\":\"X\"}"))]);
    let (outcome, record) = send(&settings(&server.url()));
    assert_eq!(outcome, Ok(()));
    let reply = record.take_reply().expect("a reply");
    assert_eq!((reply.status, reply.bytes()), (400, b"{\"__type\":\"X\"}".as_slice()));
    assert_eq!(reply.header("x-amzn-query-error"), Some("Q;Sender"));
    assert_eq!(reply.request_id(), Some("1-2"));
}
