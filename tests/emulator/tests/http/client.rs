//! A client that is as small as can be: one connection per call, signed by AWS's own signer.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use kms_emulator::{AccessKey, Emulator};
use serde_json::{Value, json};

pub const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// A caller: who signs, for which Region and service, and when.
#[derive(Clone)]
pub struct Client {
    pub endpoint: String,
    pub access_key_id: String,
    pub secret_access_key: String,
    pub session_token: Option<String>,
    pub region: String,
    pub service: &'static str,
    pub time: SystemTime,
}

/// A reply: the status, the header lines in lower case, and the body.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// `__type` and `message` of an error reply.
    pub fn error(&self) -> (String, String) {
        let body = self.json();
        (body["__type"].as_str().unwrap().into(), body["message"].as_str().unwrap().into())
    }
}

impl Client {
    pub fn new(emulator: &Emulator) -> Self {
        Self {
            endpoint: emulator.endpoint().into(),
            access_key_id: AccessKey::DEFAULT_ID.into(),
            secret_access_key: AccessKey::DEFAULT_SECRET.into(),
            session_token: None,
            region: "us-east-1".into(),
            service: "kms",
            time: SystemTime::now(),
        }
    }

    pub fn in_region(&self, region: &str) -> Self {
        Self { region: region.into(), ..self.clone() }
    }

    /// The output of a call that must succeed.
    pub fn output(&self, operation: &str, input: Value) -> Value {
        let reply = self.call(operation, &input.to_string());
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.json()
    }

    /// The error code of a call that must fail with status 400.
    pub fn refusal(&self, operation: &str, input: Value) -> String {
        let reply = self.call(operation, &input.to_string());
        assert_eq!(reply.status, 400, "{reply:?}");
        reply.error().0
    }

    /// The only member of DescribeCustomKeyStores for this store.
    pub fn described(&self, id: &str) -> Value {
        self.output("DescribeCustomKeyStores", json!({"CustomKeyStoreId": id}))["CustomKeyStores"][0].clone()
    }

    /// Signs and sends a call with this body.
    pub fn call(&self, operation: &str, body: &str) -> Reply {
        let (head, rest) = split(&send(&self.endpoint, &self.signed(operation, body)));
        reply(head, rest)
    }

    /// The bytes of a signed call.
    pub fn signed(&self, operation: &str, body: &str) -> String {
        let host = self.endpoint.strip_prefix("http://").unwrap();
        let target = format!("TrentService.{operation}");
        let headers = [("host", host), ("content-type", CONTENT_TYPE), ("x-amz-target", &target)];
        let token = self.session_token.clone();
        let credentials =
            Credentials::new(&self.access_key_id, &self.secret_access_key, token, None, "tests").into();
        let parameters = v4::SigningParams::builder()
            .identity(&credentials)
            .region(&self.region)
            .name(self.service)
            .time(self.time)
            .settings(SigningSettings::default())
            .build()
            .unwrap();
        let signable = SignableBody::Bytes(body.as_bytes());
        let request =
            SignableRequest::new("POST", format!("{}/", self.endpoint), headers.into_iter(), signable);
        let (instructions, _) = sign(request.unwrap(), &parameters.into()).unwrap().into_parts();
        let signature = instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned()));
        let plain = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let lines: String =
            plain.into_iter().chain(signature).map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        request_text("POST / HTTP/1.1", &lines, body)
    }
}

/// A request that closes its connection after the reply.
pub fn request_text(line: &str, headers: &str, body: &str) -> String {
    format!("{line}\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

/// An unsigned request without awsJson headers.
pub fn plain(endpoint: &str, line: &str, headers: &str, body: &str) -> Reply {
    let host = endpoint.strip_prefix("http://").unwrap();
    let (head, rest) =
        split(&send(endpoint, &request_text(line, &format!("host: {host}\r\n{headers}"), body)));
    reply(head, rest)
}

/// Everything the server sends until it closes the connection.
pub fn send(endpoint: &str, request: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect(endpoint.strip_prefix("http://").unwrap()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut received = Vec::new();
    stream.read_to_end(&mut received).unwrap();
    received
}

/// The head in lower case, and the body.
pub fn split(received: &[u8]) -> (String, String) {
    let text = String::from_utf8(received.to_vec()).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (head.to_ascii_lowercase(), body.into())
}

fn reply(head: String, body: String) -> Reply {
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Reply { status, head, body }
}

/// The input of CreateCustomKeyStore for a public external key store.
pub fn external(name: &str) -> Value {
    json!({
        "CustomKeyStoreName": name,
        "CustomKeyStoreType": "EXTERNAL_KEY_STORE",
        "XksProxyConnectivity": "PUBLIC_ENDPOINT",
        "XksProxyUriEndpoint": "https://xks.example.com",
        "XksProxyUriPath": format!("/{name}/kms/xks/v1"),
        "XksProxyAuthenticationCredential": {
            "AccessKeyId": "ABCDEFGHIJKLMNOPQRST",
            "RawSecretAccessKey": "proxysecretproxysecretproxysecretproxysecret",
        },
    })
}

/// The input of CreateCustomKeyStore for a CloudHSM key store.
pub fn cloud_hsm(name: &str) -> Value {
    json!({
        "CustomKeyStoreName": name,
        "CloudHsmClusterId": "cluster-2a23b4cdefgh",
        "TrustAnchorCertificate": "-----BEGIN CERTIFICATE-----",
        "KeyStorePassword": "kmsuser-password",
    })
}
