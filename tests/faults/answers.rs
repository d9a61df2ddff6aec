//! What all the services say, where nothing is wrong with them.

use std::borrow::Cow;
use std::io::{self, Read};

use crate::fault::Fault;
use crate::server::At;

/// A request as it came.
pub struct Request {
    pub head: String,
    pub body: String,
}

impl Request {
    /// The next one; `None` at the end of the connection.
    pub fn read(stream: &mut dyn Read) -> io::Result<Option<Request>> {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            if stream.read(&mut byte)? == 0 {
                return Ok(None);
            }
            head.push(byte[0]);
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let lower = head.to_ascii_lowercase();
        let length =
            lower.split("content-length: ").nth(1).and_then(|rest| rest.lines().next()?.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        stream.read_exact(&mut body)?;
        Ok(Some(Request { head, body: String::from_utf8_lossy(&body).into_owned() }))
    }

    pub fn is_connect(&self) -> bool {
        self.head.starts_with("CONNECT ")
    }

    /// Whether this operation of KMS is called.
    pub fn calls(&self, operation: &str) -> bool {
        self.head.contains(&format!("TrentService.{operation}\r\n"))
    }

    pub fn is_of_sts(&self) -> bool {
        self.body.starts_with("Action=")
    }

    fn begins(&self, start: &str) -> bool {
        self.head.starts_with(start)
    }

    pub fn is_of_portal(&self) -> bool {
        self.begins("GET /federation/credentials")
    }

    pub fn is_of_token(&self) -> bool {
        self.begins("POST /token")
    }

    pub fn is_of_instance(&self) -> bool {
        self.begins("PUT /latest/") || self.begins("GET /latest/")
    }

    pub fn is_of_container(&self) -> bool {
        self.begins("GET /container")
    }
}

/// A whole reply.
pub fn reply(status: u16, content_type: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status} x\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n{body}")
        .into()
}

const JSON: &str = "application/json";

/// The reply where nothing is wrong.
pub fn good(request: &Request) -> Vec<u8> {
    if request.is_connect() {
        return b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    }
    if request.is_of_sts() {
        return reply(200, "text/xml", &ROLE.replace("KEYS", XML_KEYS));
    }
    let keys = format!(
        r#""{}": "ASIAREPLY", "{}": "{KEY}", "{}": "{TOKEN}""#,
        "accessKeyId", "secretAccessKey", "sessionToken"
    );
    if request.is_of_portal() {
        return reply(
            200,
            JSON,
            &format!(r#"{{"roleCredentials": {{{keys}, "expiration": 4070908800000}}}}"#),
        );
    }
    if request.is_of_token() {
        let token = format!(
            r#"{{"accessToken": "{TOKEN}", "tokenType": "Bearer", "expiresIn": 3600, "refreshToken": "{TOKEN}"}}"#
        );
        return reply(200, JSON, &token);
    }
    if request.begins("PUT /latest/api/token") {
        return reply(200, "text/plain", TOKEN);
    }
    if request.begins("GET /latest/meta-data/iam/security-credentials/ ") {
        return reply(200, "text/plain", "role");
    }
    if request.is_of_instance() || request.is_of_container() {
        let body = format!(
            r#"{{"Code": "Success", "AccessKeyId": "ASIAREPLY", "SecretAccessKey": "{KEY}", "Token": "{TOKEN}", "Expiration": "2099-01-01T00:00:00Z"}}"#
        );
        return reply(200, JSON, &body);
    }
    reply(200, "application/x-amz-json-1.1", &of_kms(request))
}

fn of_kms(request: &Request) -> Cow<'static, str> {
    if request.body.contains("\"Limit\":1000") {
        let stores = r#"{"CustomKeyStoreId": "cks-1234567890abcdef0"},"#.repeat(3000);
        return format!(r#"{{"CustomKeyStores": [{}{{}}]}}"#, stores).into();
    }
    of_page(request).into()
}

fn of_page(request: &Request) -> &'static str {
    let is_first = !request.body.contains("Marker");
    if request.calls("DescribeCustomKeyStores") && request.body.contains("Limit") && is_first {
        return r#"{"CustomKeyStores": [], "Truncated": true, "NextMarker": "m"}"#;
    }
    if request.calls("DescribeCustomKeyStores") {
        return STORE;
    }
    if request.calls("ListKeys") {
        return r#"{"Keys": [{"KeyId": "k-1"}], "Truncated": false}"#;
    }
    if request.calls("DescribeKey") {
        return r#"{"KeyMetadata": {"KeyId": "k-1", "CustomKeyStoreId": "cks-1234567890abcdef0"}}"#;
    }
    "{}"
}

/// The whole reply that is the fault, if it is one. A service that refuses repeats what it was sent, secrets and all.
pub fn bad(fault: Fault, at: At, request: &Request) -> Option<Vec<u8>> {
    let is_throttled = match fault {
        Fault::Garbage if at == At::Body => {
            return Some(reply(200, "text/html", "<html>hunter2-reply-key-hunter2</html>"));
        }
        // One empty page after the other.
        Fault::Endless if request.calls("ListKeys") => {
            let marker = if request.body.contains("\"mm\"") { "m" } else { "mm" };
            let page = format!(r#"{{"Keys": [], "Truncated": true, "NextMarker": "{marker}"}}"#);
            return Some(reply(200, JSON, &page));
        }
        Fault::ServerError => false,
        Fault::Throttled => true,
        _ => return None,
    };
    if at == At::Head {
        return Some(reply(if is_throttled { 429 } else { 503 }, "text/plain", ""));
    }
    let (status, code) = if is_throttled { (400, "ThrottlingException") } else { (503, "InternalFailure") };
    let sent = format!("{}{}", request.head, request.body);
    if request.is_of_sts() {
        let code = code.trim_end_matches("Exception");
        let sent = sent.replace('&', "&amp;").replace('<', "&lt;");
        let error = format!("<Error><Code>{code}</Code><Message>{sent}</Message></Error>");
        return Some(reply(status, "text/xml", &format!("<ErrorResponse>{error}</ErrorResponse>")));
    }
    let sent = serde_json::Value::from(sent);
    let body = format!(r#"{{"__type": "x#{code}", "message": {sent}}}"#);
    Some(reply(status, &format!("{JSON}\r\nx-amzn-ErrorType: {code}"), &body))
}

const KEY: &str = "hunter2-reply-key-hunter2";
const TOKEN: &str = "hunter2-reply-token-hunter2";

const STORE: &str = r#"{"CustomKeyStores": [{"CustomKeyStoreId": "cks-1234567890abcdef0", "CustomKeyStoreName": "prod-xks", "ConnectionState": "CONNECTED", "CustomKeyStoreType": "EXTERNAL_KEY_STORE", "XksProxyConfiguration": {"Connectivity": "PUBLIC_ENDPOINT", "UriEndpoint": "https://xks.example.com", "UriPath": "/kms/xks/v1"}}]}"#;

const ROLE: &str = "<AssumeRoleResponse><AssumeRoleResult><Credentials>KEYS</Credentials></AssumeRoleResult></AssumeRoleResponse>";

const XML_KEYS: &str = "<AccessKeyId>ASIAREPLY</AccessKeyId><SecretAccessKey>hunter2-reply-key-hunter2</SecretAccessKey><SessionToken>hunter2-reply-token-hunter2</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>";
