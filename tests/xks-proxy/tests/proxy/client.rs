//! A client that is as small as can be: one connection per request, signed by AWS's own signer.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, SupportedProtocolVersion};
use serde_json::{Value, json};
use xks_proxy::{Credential, XksProxy};

/// Who asks, for what, and how.
#[derive(Clone)]
pub struct Client {
    pub address: SocketAddr,
    pub host: &'static str,
    /// `None` speaks plain HTTP.
    pub ca_pem: Option<String>,
    pub client_certificate: Option<String>,
    pub versions: &'static [&'static SupportedProtocolVersion],
    pub method: &'static str,
    pub path: String,
    pub body: String,
    pub content_type: &'static str,
    pub access_key_id: String,
    pub secret: String,
    pub service: &'static str,
    pub region: &'static str,
    pub time: SystemTime,
    pub limit: Duration,
}

/// A response: its status, its head in lower case, and its body.
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

    /// The status and `errorName`.
    pub fn error(&self) -> (u16, String) {
        (self.status, self.json()["errorName"].as_str().unwrap().into())
    }
}

impl Client {
    pub fn new(proxy: &XksProxy) -> Self {
        let metadata =
            json!({"kmsRequestId": "11111111-2222-4333-8444-555555555555", "kmsOperation": "KmsHealthCheck"});
        Self {
            address: proxy.address(),
            host: "localhost",
            ca_pem: Some(proxy.ca_pem()),
            client_certificate: None,
            versions: rustls::ALL_VERSIONS,
            method: "POST",
            path: "/kms/xks/v1/health".into(),
            body: json!({"requestMetadata": metadata}).to_string(),
            content_type: "application/json",
            access_key_id: Credential::DEFAULT_ID.into(),
            secret: Credential::DEFAULT_SECRET.into(),
            service: "kms-xks-proxy",
            region: "us-east-1",
            time: SystemTime::now(),
            limit: Duration::from_secs(30),
        }
    }

    /// The response to a signed request.
    pub fn ask(&self) -> Reply {
        self.send(&self.signed()).unwrap()
    }

    /// The status of the response to a signed request, or what went wrong.
    pub fn status(&self) -> Result<u16, String> {
        self.send(&self.signed()).map(|reply| reply.status).map_err(|error| error.to_string())
    }

    /// The response to a request without a signature.
    pub fn ask_unsigned(&self) -> Reply {
        self.send(&self.text(&[])).unwrap()
    }

    pub fn signed(&self) -> String {
        let headers = [("host", self.host), ("content-type", self.content_type)];
        let credentials = Credentials::new(&self.access_key_id, &self.secret, None, None, "tests").into();
        let parameters = v4::SigningParams::builder()
            .identity(&credentials)
            .region(self.region)
            .name(self.service)
            .time(self.time)
            .settings(SigningSettings::default())
            .build()
            .unwrap();
        let url = format!("https://{}{}", self.host, self.path);
        let body = SignableBody::Bytes(self.body.as_bytes());
        let request = SignableRequest::new(self.method, url, headers.into_iter(), body).unwrap();
        let (instructions, _) = sign(request, &parameters.into()).unwrap().into_parts();
        self.text(&instructions.headers().collect::<Vec<_>>())
    }

    fn text(&self, headers: &[(&str, &str)]) -> String {
        let Self { method, path, host, content_type, body, .. } = self;
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let length = body.len();
        format!(
            "{method} {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: {content_type}\r\n{headers}\
             content-length: {length}\r\nconnection: close\r\n\r\n{body}"
        )
    }

    /// Sends the request and reads until the proxy closes the connection, for at most `limit` between two reads.
    pub fn send(&self, request: &str) -> io::Result<Reply> {
        let stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(self.limit))?;
        let received = match &self.ca_pem {
            None => exchange(stream, request)?,
            Some(pem) => exchange(StreamOwned::new(self.connection(pem), stream), request)?,
        };
        let (head, body) = received.split_once("\r\n\r\n").ok_or(io::ErrorKind::UnexpectedEof)?;
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Ok(Reply { status, head: head.to_ascii_lowercase(), body: body.into() })
    }

    /// Connects and ends the handshake, as the client sees its end.
    pub fn handshake(&self) -> io::Result<()> {
        let mut stream = TcpStream::connect(self.address)?;
        let mut connection = self.connection(self.ca_pem.as_deref().unwrap());
        while connection.is_handshaking() {
            connection.complete_io(&mut stream)?;
        }
        Ok(())
    }

    fn connection(&self, ca_pem: &str) -> ClientConnection {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(ca_pem.as_bytes()).unwrap()).unwrap();
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(self.versions)
            .unwrap()
            .with_root_certificates(roots);
        let config = match &self.client_certificate {
            None => builder.with_no_client_auth(),
            Some(pem) => {
                let certificate = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
                let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).unwrap();
                builder.with_client_auth_cert(vec![certificate], key).unwrap()
            }
        };
        ClientConnection::new(Arc::new(config), ServerName::try_from(self.host).unwrap()).unwrap()
    }
}

fn exchange(mut stream: impl Read + Write, request: &str) -> io::Result<String> {
    stream.write_all(request.as_bytes())?;
    stream.flush()?;
    let mut received = Vec::new();
    stream.read_to_end(&mut received)?;
    Ok(String::from_utf8(received).unwrap())
}
