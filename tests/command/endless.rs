//! Servers and programs that never stop sending: told in a sentence, in bounded time and memory.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::aws::{Aws, Run};
use crate::endpoint::{Endpoint, typed};

/// A reply that begins and then repeats one piece for ever.
struct Flood {
    url: String,
    requests: Arc<AtomicUsize>,
}

impl Flood {
    fn of(head: &str, piece: Vec<u8>) -> Flood {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (requests, head) = (Arc::new(AtomicUsize::new(0)), head.to_owned());
        let counter = Arc::clone(&requests);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                counter.fetch_add(1, Ordering::Relaxed);
                let _ = flood(stream, &head, &piece);
            }
        });
        Flood { url, requests }
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }
}

/// Sends until the client has had enough.
fn flood(mut stream: TcpStream, head: &str, piece: &[u8]) -> std::io::Result<()> {
    let mut request = Vec::new();
    while !request.windows(4).any(|window| window == b"\r\n\r\n") {
        let mut bytes = [0; 4096];
        let read = stream.read(&mut bytes)?;
        request.extend_from_slice(&bytes[..read]);
    }
    stream.write_all(head.as_bytes())?;
    loop {
        stream.write_all(piece)?;
    }
}

/// Bodies without end: of an announced length, in chunks, until the connection closes.
fn bodies() -> [Flood; 3] {
    let piece = vec![b' '; 1 << 16];
    let chunk = [b"10000\r\n", &piece[..], b"\r\n"].concat();
    [
        Flood::of("HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n", piece.clone()),
        Flood::of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", chunk),
        Flood::of("HTTP/1.1 400 Bad\r\nContent-Type: application/x-amz-json-1.1\r\n\r\n", piece),
    ]
}

/// Runs it with three attempts, and with no more memory than a reply of the greatest length needs.
fn within_bounds(aws: Aws) -> Run {
    let aws = aws.env("AWS_MAX_ATTEMPTS", "3");
    if cfg!(target_os = "linux") { aws.with_address_space(400_000).run() } else { aws.run() }
}

#[test]
fn a_reply_without_end_is_told_once_and_its_change_may_have_been_made() {
    for flood in bodies() {
        let update = Aws::update(["--new-custom-key-store-name", "n"]).env("AWS_ENDPOINT_URL", &flood.url);
        let run = within_bounds(update);
        let told = format!("The reply from the endpoint URL \"{}/\" is longer than 64 MiB.", flood.url);
        let run = run.fails(255, &told);
        assert!(
            run.stderr.contains("look with describe-custom-key-stores before you repeat"),
            "{}",
            run.stderr
        );
        assert_eq!(flood.requests(), 1);
    }
}

#[test]
fn the_other_services_have_the_same_limit() {
    let [_, _, flood] = bodies();
    let role = "[default]\nrole_arn = arn:aws:iam::111122223333:role/r\nsource_profile = s\n\
                [profile s]\naws_access_key_id = A\naws_secret_access_key = B\n";
    let run = within_bounds(
        Aws::update(["--new-custom-key-store-name", "n"])
            .without("AWS_ACCESS_KEY_ID")
            .without("AWS_SECRET_ACCESS_KEY")
            .file(".aws/config", role)
            .env("AWS_ENDPOINT_URL_STS", &flood.url),
    );
    run.fails(255, &format!("The reply from the endpoint URL \"{}/\" is longer than 64 MiB.", flood.url));
    assert_eq!(flood.requests(), 1);
}

#[test]
fn whoever_gives_credentials_over_http_may_send_1_mib() {
    for flood in bodies() {
        let run = within_bounds(
            Aws::update(["--new-custom-key-store-name", "n"])
                .without("AWS_ACCESS_KEY_ID")
                .without("AWS_SECRET_ACCESS_KEY")
                .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", &flood.url),
        );
        run.fails(255, &format!("The reply from the endpoint URL \"{}/\" is longer than 1 MiB.", flood.url));
        assert_eq!(flood.requests(), 1);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_of_credentials_without_end_is_an_error() {
    let without_keys = || {
        let aws = Aws::update(["--new-custom-key-store-name", "n"]);
        aws.without("AWS_ACCESS_KEY_ID").without("AWS_SECRET_ACCESS_KEY")
    };
    let run = within_bounds(without_keys().env("AWS_CREDENTIAL_FILE", "/dev/zero"));
    run.fails(255, "The file /dev/zero is larger than 64 MiB.\n");
    let container = without_keys().env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1");
    let run = within_bounds(container.env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/dev/zero"));
    run.fails(255, "file too large: '/dev/zero'\n");
}

#[test]
fn a_head_without_end_is_no_reply() {
    let endless = "is longer than 1 MiB.";
    let closed = "Connection was closed before we received a valid response";
    for (head, piece, told) in [
        ("HTTP/1.1 200 OK\r\n", "X: y\r\n", closed),
        ("HTTP/1.1 200 OK\r\nX: ", "yyyyyyyyyyyyyyyy", closed),
        ("HTTP/1.1 200 ", "OKOKOKOKOKOKOKOK", closed),
        ("", "yyyyyyyyyyyyyyyy", closed),
        ("", "HTTP/1.1 100 Continue\r\n\r\n", endless),
        ("", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", endless),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "X: y\r\n", closed),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", "extension", closed),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            "0000000000000000",
            "is longer than 64 MiB.",
        ),
    ] {
        let flood = Flood::of(head, piece.repeat(1000).into_bytes());
        let update = Aws::update(["--new-custom-key-store-name", "n"]).env("AWS_ENDPOINT_URL", &flood.url);
        update.with_address_space(400_000).run().fails(255, told);
    }
}

#[test]
fn a_reply_of_values_that_take_far_more_memory_than_their_text_is_told() {
    for value in ["[],", "0,", "{},"] {
        let body = format!("{{\"CustomKeyStores\":[{}0]}}", value.repeat(5_000_000));
        let endpoint = Endpoint::start([typed(200, "application/x-amz-json-1.1", body)]);
        let words = ["kms", "describe-custom-key-stores"];
        let aws = Aws::new(words).env("AWS_ENDPOINT_URL", endpoint.url());
        let told = "The reply of the service has more than 4000000 values.";
        aws.with_address_space(1_000_000).run().fails(255, told);
    }
}

#[test]
fn a_reply_just_within_the_limit_is_read() {
    let mut body = br#"{"CustomKeyStoreId":"cks-1"}"#.to_vec();
    body.resize(64 << 20, b' ');
    let endpoint = Endpoint::start([typed(200, "application/x-amz-json-1.1", body)]);
    let words = ["kms", "create-custom-key-store", "--custom-key-store-name", "n", "--output", "text"];
    Aws::new(words).env("AWS_ENDPOINT_URL", endpoint.url()).run().prints("cks-1\n");
}
