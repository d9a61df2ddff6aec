//! Replies that are not what they should be: the real program against a server that sends what it likes.

use std::time::{Duration, Instant};

use crate::aws::{Aws, Run};
use crate::endpoint::{Endpoint, typed};

const JSON: &str = "application/x-amz-json-1.1";

/// An update that gets this reply.
fn update(reply: impl Into<Vec<u8>>) -> Run {
    let endpoint = Endpoint::start([reply.into()]);
    Aws::update(["--new-custom-key-store-name", "n"]).env("AWS_ENDPOINT_URL", endpoint.url()).run()
}

/// `create-custom-key-store` that gets this reply.
fn create(reply: impl Into<Vec<u8>>) -> Run {
    let endpoint = Endpoint::start([reply.into()]);
    let words = ["kms", "create-custom-key-store", "--custom-key-store-name", "n", "--output", "text"];
    Aws::new(words).env("AWS_ENDPOINT_URL", endpoint.url()).run()
}

/// A reply with one more header line.
fn with_line(status: u16, line: &[u8], body: &str) -> Vec<u8> {
    let reply = String::from_utf8(typed(status, JSON, body)).expect("UTF-8");
    let (first, rest) = reply.split_once("\r\n").expect("lines");
    [first.as_bytes(), b"\r\n", line, b"\r\n", rest.as_bytes()].concat()
}

#[test]
fn the_adaptive_mode_is_as_quick_as_the_standard_one() {
    let throttled = typed(400, JSON, r#"{"__type": "ThrottlingException", "message": "Rate exceeded"}"#);
    let endpoint = Endpoint::start([throttled, typed(200, JSON, "{}")]);
    let aws = Aws::update(["--new-custom-key-store-name", "n"]).env("AWS_ENDPOINT_URL", endpoint.url());
    let began = Instant::now();
    aws.env("AWS_RETRY_MODE", "adaptive").env("AWS_MAX_ATTEMPTS", "2").run().prints("");
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    let heads = endpoint.heads();
    assert_eq!(heads.len(), 2);
    assert!(heads[0].contains(" cfg/retry-mode#adaptive "), "{}", heads[0]);
}

#[test]
fn a_line_that_is_no_header_does_not_lose_the_reply() {
    let lines: [&[u8]; 8] = [
        b"X Y: z",
        b"X : y",
        b"no colon at all",
        b": no name",
        b"X: caf\xe9",
        b"X\xe9: y",
        b"(X): y",
        b"X: folded\r\n  over two lines",
    ];
    for line in lines {
        let run = create(with_line(200, line, r#"{"CustomKeyStoreId":"cks-1"}"#));
        assert_eq!((run.code, run.stdout.as_str()), (Some(0), "cks-1\n"), "{line:?}: {}", run.stderr);
    }
}

#[test]
fn a_length_with_a_blank_before_its_colon_counts() {
    create("HTTP/1.1 200 x\r\nContent-Length : 24\r\n\r\n{\"CustomKeyStoreId\":\"c\"}").prints("c\n");
}

#[test]
fn a_query_error_counts_only_with_a_code_and_a_type() {
    for (header, code) in [
        ("A;Sender", "A"),
        ("A;", "A"),
        ("a#A:b;Sender", "A"),
        ("A", "T"),
        (";Sender", "T"),
        ("A;Sender;B", "T"),
        ("A;Sender\r\nx-amzn-query-error: B;Sender", "T"),
    ] {
        let header = format!("x-amzn-query-error: {header}");
        let run = update(with_line(400, header.as_bytes(), r#"{"__type":"T","message":"m"}"#));
        run.fails(
            254,
            &format!("An error occurred ({code}) when calling the UpdateCustomKeyStore operation"),
        );
    }
}

#[test]
fn in_a_lambda_function_no_trace_id_is_sent() {
    let endpoint = Endpoint::start([typed(200, JSON, "{}")]);
    let run = Aws::update(["--new-custom-key-store-name", "n"])
        .env("AWS_ENDPOINT_URL", endpoint.url())
        .env("AWS_LAMBDA_FUNCTION_NAME", "function")
        .env("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1")
        .run();
    run.prints("");
    let head = endpoint.heads().concat().to_lowercase();
    assert!(!head.contains("trace-id") && !head.contains("5759e988"), "{head}");
}

#[cfg(unix)]
#[test]
fn a_closed_stdout_takes_everything_and_loses_it() {
    let endpoint = Endpoint::start([typed(200, JSON, r#"{"CustomKeyStoreId":"c"}"#)]);
    let line = r#"exec "$0" kms create-custom-key-store --custom-key-store-name n --endpoint-url "$1" >&-"#;
    let run = Aws::of("/bin/sh", ["-c", line, crate::aws::PROGRAM, endpoint.url()]).run();
    run.prints("");
    assert_eq!(endpoint.requests(), ["POST /"]);
}

const PAGE: &str = "<html><title>Sign in to the guest network</title></html>";

/// Whether the update that got this reply took it for one of another server.
fn is_refused(reply: Vec<u8>) -> bool {
    let run = update(reply);
    let told = run.stderr.contains("The change may not have been made.");
    assert_eq!((run.code, run.stdout.as_str()), (Some(if told { 255 } else { 0 }), ""), "{}", run.stderr);
    told
}

#[test]
fn a_success_that_is_not_of_the_service_is_told_with_its_kind_its_size_and_its_place() {
    let endpoint = Endpoint::start([typed(200, "text/html; charset=utf-8", PAGE)]);
    let sent = |words: &[&str]| {
        let words = ["kms"].iter().chain(words);
        let run = Aws::new(words).env("AWS_ENDPOINT_URL", endpoint.url()).env("AWS_MAX_ATTEMPTS", "3").run();
        run.hides("guest");
        run
    };
    let told = |operation: &str| {
        let (url, size) = (endpoint.url(), PAGE.len());
        format!(
            "\naws: [ERROR]: The reply to {operation} is not one of the service: {url}/ answered with status 200, \
             content type text/html, and {size} bytes that are not JSON."
        )
    };
    let id = ["--custom-key-store-id", "cks-1"];
    for (command, operation) in [
        ("update-custom-key-store", "UpdateCustomKeyStore"),
        ("delete-custom-key-store", "DeleteCustomKeyStore"),
        ("connect-custom-key-store", "ConnectCustomKeyStore"),
        ("disconnect-custom-key-store", "DisconnectCustomKeyStore"),
    ] {
        let told = format!("{} The change may not have been made.\n", told(operation));
        sent(&[command, id[0], id[1]])
            .fails(255, &told)
            .fails(255, "describe-custom-key-stores before you repeat");
    }
    let told_of_create = format!("{} The change may not have been made.\n", told("CreateCustomKeyStore"));
    sent(&["create-custom-key-store", "--custom-key-store-name", "n"]).fails(255, &told_of_create);
    for format in ["json", "text", "table", "yaml", "yaml-stream", "off"] {
        let words = ["describe-custom-key-stores", "--output", format];
        sent(&words).fails(255, &format!("{}\n", told("DescribeCustomKeyStores")));
    }
    assert_eq!(endpoint.requests().len(), 11, "none is tried again");
}

#[test]
fn a_success_is_the_services_own_if_its_type_or_its_body_is_json() {
    for (content_type, body) in [
        ("text/html", PAGE),
        ("text/html; charset=json", PAGE),
        ("text/plain", "OK"),
        ("text/plain", " \n"),
        ("text/plain", "{\"a\":"),
        ("text/html", ""),
        ("application/xml", "<a/>"),
        ("", "OK"),
        ("not a type", "OK"),
    ] {
        assert!(is_refused(typed(200, content_type, body)), "{content_type} {body}");
        assert!(is_refused(typed(299, content_type, body)), "{content_type} {body}");
    }
    assert!(is_refused(typed(200, "text/html", b"caf\xe9")));
    assert!(is_refused("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK".into()));
    for (content_type, body) in [
        ("text/html", "{}"),
        ("text/plain", " {\"a\":1}\n"),
        (JSON, PAGE),
        ("application/json", "OK"),
        ("APPLICATION/JSON; charset=utf-8", ""),
        ("application/problem+json", "OK"),
        (JSON, " \n"),
        (JSON, "[]"),
    ] {
        assert!(!is_refused(typed(200, content_type, body)), "{content_type} {body}");
    }
    for bare in ["200 OK\r\nContent-Length: 0", "204 No Content", "200 OK\r\nno header"] {
        assert!(is_refused(format!("HTTP/1.1 {bare}\r\n\r\n").into()), "{bare}");
    }
}

#[test]
fn a_success_that_says_it_is_json_and_is_not_gets_a_hint() {
    let hint = |operation: &str| {
        format!(
            "hint: The reply to {operation} is of type JSON but is not valid JSON: nothing in it was read."
        )
    };
    let look = " Look with describe-custom-key-stores whether the change was made.\n";
    let run = update(typed(200, JSON, PAGE));
    assert_eq!((run.code, run.stderr), (Some(0), hint("UpdateCustomKeyStore") + look));
    let run = create(typed(200, JSON, r#"{"CustomKeyStoreId":"c"} x"#));
    assert_eq!((run.code, run.stderr), (Some(0), hint("CreateCustomKeyStore") + look));
    for whole in ["", " \n", "{}", "[]", r#"{"a":1}"#] {
        update(typed(200, JSON, whole)).prints("");
    }
}

#[test]
fn a_content_type_that_repeats_a_secret_is_shown_without_it() {
    let endpoint = Endpoint::start([typed(200, "text/S3cretPassword", PAGE)]);
    let run =
        Aws::update(["--key-store-password", "S3cretPassword"]).env("AWS_ENDPOINT_URL", endpoint.url()).run();
    run.fails(255, "content type text/****").hides("S3cretPassword");
    let endpoint = Endpoint::start([typed(200, "text/a sentence", PAGE)]);
    let run =
        Aws::update(["--key-store-password", "S3cretPassword"]).env("AWS_ENDPOINT_URL", endpoint.url()).run();
    run.fails(255, "an unknown content type");
}

#[test]
fn errors_with_a_page_are_the_reference_s() {
    update(typed(403, "text/html", PAGE)).fails(254, "An error occurred (403)").fails(254, "guest");
    update(typed(503, "text/html", PAGE)).fails(254, "Service Unavailable").hides("guest");
    update(typed(302, "text/html", PAGE)).fails(254, "An error occurred (302)");
}
