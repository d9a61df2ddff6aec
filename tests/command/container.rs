//! Credentials of a container's endpoint.

use kms_emulator::{AccessKey, Emulator};

use crate::aws::Aws;
use crate::endpoint::{Endpoint, reply, typed};

const FAILURE: &str = "Error when retrieving credentials from container-role: Error retrieving metadata: ";

fn credentials(expiration: &str) -> String {
    format!(
        r#"{{"AccessKeyId":"ASIAECS","SecretAccessKey":"hush-hush","Token":"etok","Expiration":"{expiration}"}}"#
    )
}

fn emulator() -> Emulator {
    let key = AccessKey::new("ASIAECS", "hush-hush").with_session_token("etok");
    Emulator::builder().access_key(key).start().expect("an emulator")
}

fn describe(url: &str) -> Aws {
    Aws::new(["kms", "describe-custom-key-stores", "--query", "length(CustomKeyStores)"])
        .without("AWS_ACCESS_KEY_ID")
        .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", url)
}

#[test]
fn the_endpoint_is_asked_once_and_without_a_proxy() {
    let (emulator, endpoint) =
        (emulator(), Endpoint::start([reply(200, credentials("2099-01-01T00:00:00Z"))]));
    let aws = describe(&format!("{}/ecs path?id=1", endpoint.url())).env("http_proxy", "http://127.0.0.1:1");
    aws.env("no_proxy", emulator.endpoint().trim_start_matches("http://")).to(&emulator).run().prints("0\n");
    assert_eq!(endpoint.requests(), ["GET /ecs%20path?id=1"]);
    let head = endpoint.heads().remove(0).to_lowercase();
    assert!(head.contains("\r\naccept: application/json\r\n") && !head.contains("authorization"), "{head}");
}

#[test]
fn a_token_comes_from_the_file_or_else_from_the_variable() {
    let (emulator, endpoint) =
        (emulator(), Endpoint::start([reply(200, credentials("2099-01-01T00:00:00Z"))]));
    let with_token =
        || describe(endpoint.url()).to(&emulator).env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "tok-variable");
    with_token().run().prints("0\n");
    with_token().file("t", "tok-file").env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "t").run().prints("0\n");
    let sent =
        |head: &String| head.lines().find(|line| line.starts_with("authorization:")).map(str::to_owned);
    let sent: Vec<_> = endpoint.heads().iter().filter_map(sent).collect();
    assert_eq!(sent, ["authorization: tok-variable", "authorization: tok-file"]);
}

#[test]
fn a_token_that_cannot_be_sent_is_not() {
    let endpoint = Endpoint::start([reply(200, "{}")]);
    let message = "Auth token value is not a legal header value";
    let aws = describe(endpoint.url()).file("t", "tok\n").env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "t");
    aws.run().fails(255, message).hides("tok\n");
    describe(endpoint.url()).env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "a\r\nx: y").run().fails(255, message);
    let binary =
        describe(endpoint.url()).file("t", b"\xff").env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "t");
    binary.run().fails(255, message);
    let absent = describe(endpoint.url()).env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "absent");
    absent.run().fails(255, "[Errno 2] No such file or directory: 'absent'\n");
    assert_eq!(endpoint.requests(), [""; 0]);
}

#[test]
fn a_foreign_host_is_not_asked() {
    describe("http://example.com/ecs").run().fails(255, "Unsupported host 'example.com'.  Can only retrieve");
    describe("").run().fails(255, "Unsupported host 'None'.");
    let relative = describe("").env("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "@example.com/");
    relative.run().fails(255, "Unsupported host 'example.com'.");
    describe("ftp://localhost/").run().fails(255, "Not supported URL scheme ftp");
    let message = "An HTTP Client raised an unhandled exception: Failed to parse: http://***@localhost:x/\n";
    describe("http://user:hunter2@localhost:x/").run().fails(255, message).hides("hunter2");
}

#[test]
fn failures_are_tried_three_times() {
    let closed = "Received error when attempting to retrieve container metadata: Connection was closed before we \
                  received a valid response from endpoint URL: \"";
    let not_json = "Unable to parse JSON returned from container metadata services\n";
    let failures = [
        (reply(404, "nope"), "Received non 200 response 404 from container metadata: nope\n"),
        (reply(302, credentials("")), "Received non 200 response 302 from container metadata: ****\n"),
        (reply(200, "nope"), not_json),
        (b"HTTP/1.1 200 x\r\n\r\n".to_vec(), not_json),
        (typed(200, "application/json", b"{\"AccessKeyId\":\"\xff\"}"), not_json),
        (Vec::new(), closed),
        (b"\0\xffgarbage".to_vec(), closed),
        (b"HTTP/1.1 200 x\r\nContent-Length: 9\r\n\r\n{}".to_vec(), closed),
    ];
    let runs = failures.map(|(reply, message)| {
        std::thread::spawn(move || {
            let endpoint = Endpoint::start([reply]);
            let run = describe(&format!("{}/ecs", endpoint.url())).run();
            run.fails(255, &format!("{FAILURE}{message}"));
            assert_eq!(endpoint.requests(), ["GET /ecs"; 3]);
        })
    });
    for run in runs {
        run.join().expect("the run is as it should be");
    }
}

#[test]
fn a_reply_that_repeats_the_token_or_has_credentials_is_told_without_them() {
    let runs = [
        ("denied: planted-auth", "denied: ****\n"),
        ("denied: Bearer planted-auth", "denied: ****\n"),
        ("the token is missing", "the token is missing\n"),
        ("{'secretAccessKey':'hush'}", "****\n"),
        (r#"{"token" : "hush"}"#, "****\n"),
        (r#"{\"sessionToken\":\"hush\"}"#, "****\n"),
        ("<Token>hush", "****\n"),
        ("session_token=hush", "****\n"),
    ]
    .map(|(body, shown)| {
        std::thread::spawn(move || {
            let endpoint = Endpoint::start([reply(403, body)]);
            let aws =
                describe(endpoint.url()).env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "Bearer planted-auth");
            let message = format!("{FAILURE}Received non 200 response 403 from container metadata: {shown}");
            let run = aws.word("--debug").run().fails(255, &message);
            run.hides("planted-auth");
            run.hides("hush");
        })
    });
    for run in runs {
        run.join().expect("the run is as it should be");
    }
}

#[test]
fn a_later_try_may_succeed() {
    let good = reply(200, credentials("2099-01-01T00:00:00Z"));
    let (emulator, endpoint) = (emulator(), Endpoint::start([reply(500, "x"), good]));
    describe(endpoint.url()).to(&emulator).run().prints("0\n");
    assert_eq!(endpoint.requests().len(), 2);
}

#[test]
fn a_reply_without_credentials_is_final() {
    for (body, message) in [
        (&br#"{"AccessKeyId":"x"}"#[..], "\naws: [ERROR]: 'SecretAccessKey'\n"),
        (b"[]", "cannot be used: a value has the wrong type (line 1, column 2).\n"),
        (b"null", "cannot be used: a value has the wrong type (line 1, column 4).\n"),
        (br#"{"AccessKeyId":["hush"]}"#, "a value has the wrong type (line 1, column 15).\n"),
    ] {
        let endpoint = Endpoint::start([typed(200, "application/json", body)]);
        describe(endpoint.url()).run().fails(255, message).hides("hush");
        assert_eq!(endpoint.requests().len(), 1);
    }
}

#[test]
fn credentials_that_expire_soon_are_asked_for_once_more() {
    let (past, good) = (credentials("2001-01-01T00:00:00Z"), credentials("2099-01-01T00:00:00Z"));
    let (emulator, endpoint) = (emulator(), Endpoint::start([reply(200, &past), reply(200, &good)]));
    describe(endpoint.url()).to(&emulator).run().prints("0\n");
    let endpoint = Endpoint::start([reply(200, &past)]);
    let message = "Credentials were refreshed, but the refreshed credentials are still expired.";
    describe(endpoint.url()).to(&emulator).run().fails(255, message);
    assert_eq!(endpoint.requests().len(), 2);
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_the_pause_between_tries_with_130() {
    let endpoint = Endpoint::start([reply(404, "")]);
    let (mut child, _home) = describe(endpoint.url()).start();
    while endpoint.requests().is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("a signal");
    assert_eq!(child.wait().expect("an ended program").code(), Some(130));
}
