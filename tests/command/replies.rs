//! Replies that are not what they should be: the real program against a server that sends what it likes.

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
