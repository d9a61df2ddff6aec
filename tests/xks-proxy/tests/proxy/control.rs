//! The program, and its control paths.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use xks_proxy::XksProxy;

use crate::client::Client;

/// A running program that ends with its stdin, the address of its control paths, and a client of it.
struct Program {
    child: Child,
    control: String,
    client: Client,
}

impl Program {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_xks-proxy"))
            .args(arguments)
            .arg("--exit-with-stdin")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines().map(Result::unwrap);
        let url = lines.next().unwrap().strip_prefix("Listening on https://").unwrap().to_owned();
        let control = lines.next().unwrap().strip_prefix("Control on http://").unwrap().to_owned();
        let other = XksProxy::builder().start().unwrap();
        let client = Client { address: url.parse().unwrap(), ..Client::new(&other) };
        let mut program = Self { child, control, client };
        program.client.ca_pem = Some(program.call("GET", "/_proxy/ca", "").1);
        program
    }

    /// The status and the body of a control path.
    fn call(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.control).unwrap();
        let length = body.len();
        let head =
            format!("{method} {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {length}");
        stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes()).unwrap();
        let mut received = String::new();
        stream.read_to_string(&mut received).unwrap();
        let (head, body) = received.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    fn set(&self, settings: Value) {
        assert_eq!(self.call("POST", "/_proxy/settings", &settings.to_string()), (200, "{}".into()));
    }

    /// The next lines that the program writes to stderr; then it ends.
    fn log(mut self, lines: usize) -> Vec<String> {
        let log = BufReader::new(self.child.stderr.take().unwrap()).lines();
        let log = log.take(lines).map(Result::unwrap).collect();
        drop(self.child.stdin.take());
        assert!(self.child.wait().unwrap().success());
        log
    }
}

#[test]
fn everything_can_be_changed_over_the_control_paths() {
    let program = Program::start(&[]);
    let client = &program.client;
    assert_eq!(client.status(), Ok(200));
    program.set(json!({"fleet": [{"id": "a", "healthStatus": "UNAVAILABLE"}]}));
    assert_eq!(client.ask().json()["ekmFleetDetails"][0]["healthStatus"], "UNAVAILABLE");
    program.set(json!({"certificate": "wrong_name", "tls_versions": "1.3"}));
    assert!(client.status().is_err());
    program.set(json!({"certificate": {"valid_for_days": 3}, "client_certificates": true}));
    assert!(client.status().is_err());
    let certificate = program.call("GET", "/_proxy/client-certificate", "").1;
    assert_eq!(Client { client_certificate: Some(certificate), ..client.clone() }.status(), Ok(200));
    program.set(json!({"client_certificates": false, "credentials": {"/kms/xks/v1": []}}));
    assert_eq!(client.status(), Ok(404));
    let credential = json!({"AccessKeyId": client.access_key_id, "RawSecretAccessKey": client.secret});
    program.set(json!({"credentials": {"/kms/xks/v1": [credential]}}));
    assert_eq!(client.status(), Ok(200));
    let fault =
        r#"{"times": null, "effect": {"error": {"status": 429, "error_name": "ThrottlingException"}}}"#;
    assert_eq!(program.call("POST", "/_proxy/faults", fault).0, 200);
    assert_eq!(client.ask().error(), (429, "ThrottlingException".into()));
    assert_eq!(program.call("DELETE", "/_proxy/faults", "").0, 200);
    assert_eq!(client.status(), Ok(200));
    let (_, requests) = program.call("GET", "/_proxy/requests", "");
    assert!(requests.contains("\"status\":429") && !requests.contains(&client.secret), "{requests}");
    assert_eq!(program.call("DELETE", "/_proxy/requests", "").0, 200);
    assert_eq!(program.call("GET", "/_proxy/requests", "").1, "[]");
}

#[test]
fn a_control_request_that_is_not_valid_changes_nothing_and_says_why() {
    let program = Program::start(&[]);
    for (path, body) in [
        ("/_proxy/settings", r#"{"colour": "red"}"#),
        ("/_proxy/settings", r#"{"certificate": "good"}"#),
        ("/_proxy/faults", r#"{"at": "body", "effect": {"respond": {"body": ""}}}"#),
    ] {
        let (status, message) = program.call("POST", path, body);
        assert_eq!(status, 400, "{message}");
        assert!(message.starts_with(r#"{"message":""#), "{message}");
    }
    assert_eq!(program.call("GET", "/_proxy/nothing", "").0, 404);
    assert_eq!(program.client.status(), Ok(200));
}

#[test]
fn the_program_reads_key_stores_and_writes_certificates() {
    let directory = std::env::temp_dir().join(format!("xks-proxy-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let file = |name: &str| directory.join(name).to_str().unwrap().to_owned();
    let (old, new, ca, client) = (file("old"), file("new"), file("ca"), file("client"));
    for (file, id) in [(&old, "OLDBCDEFGHIJKLMNOPQR"), (&new, "NEWBCDEFGHIJKLMNOPQR")] {
        let credential = json!({"AccessKeyId": id, "RawSecretAccessKey": id.repeat(3)});
        let content =
            json!({"XksProxyUriPath": "/a/kms/xks/v1", "XksProxyAuthenticationCredential": credential});
        std::fs::write(file, content.to_string()).unwrap();
    }
    let program = Program::start(&[
        "--key-store",
        &old,
        "--key-store",
        &new,
        "--host",
        "xks.example.com",
        "--client-certificates",
        "--ca-file",
        &ca,
        "--client-certificate-file",
        &client,
        "--verbose",
    ]);
    for id in ["OLDBCDEFGHIJKLMNOPQR", "NEWBCDEFGHIJKLMNOPQR"] {
        let caller = Client {
            host: "xks.example.com",
            path: "/a/kms/xks/v1/health".into(),
            access_key_id: id.into(),
            secret: id.repeat(3),
            ca_pem: Some(std::fs::read_to_string(&ca).unwrap()),
            client_certificate: Some(std::fs::read_to_string(&client).unwrap()),
            ..program.client.clone()
        };
        assert_eq!(caller.status(), Ok(200));
    }
    assert!(program.client.status().is_err());
    let log = program.log(3);
    std::fs::remove_dir_all(&directory).unwrap();
    let signed = |id: &str| format!("POST /a/kms/xks/v1/health, signed by {id} -> 200");
    assert_eq!(log[..2], [signed("OLDBCDEFGHIJKLMNOPQR"), signed("NEWBCDEFGHIJKLMNOPQR")]);
    assert!(log[2].starts_with("no TLS: "), "{log:?}");
}
