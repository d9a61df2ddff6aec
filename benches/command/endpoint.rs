//! The endpoints: HTTP/1.1 on loopback, with or without TLS. Each answers the signed calls of one operation as
//! KMS does when all is well, and everything else with an error, so that a run that ends well has done its work.

use std::error::Error;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::crypto::ring;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::stores::Pages;

/// What each request must have, in lower case, beside the target.
const WANTED: [&str; 2] =
    ["\r\nauthorization: aws4-hmac-sha256 credential=", "\r\ncontent-type: application/x-amz-json-1.1\r\n"];

/// The head of every reply, up to the length of its body.
const HEAD: &str = "Content-Type: application/x-amz-json-1.1\r\n\
    x-amzn-RequestId: 11111111-2222-3333-4444-555555555555\r\nContent-Length:";

/// The operation that an endpoint answers.
pub enum Service {
    /// UpdateCustomKeyStore, whatever the change.
    Update,
    /// DescribeCustomKeyStores, page by page.
    Describe(Pages),
}

impl Service {
    /// The header that names the operation, in lower case.
    fn target(&self) -> &'static str {
        match self {
            Service::Update => "\r\nx-amz-target: trentservice.updatecustomkeystore\r\n",
            Service::Describe(_) => "\r\nx-amz-target: trentservice.describecustomkeystores\r\n",
        }
    }

    /// The body of a reply, unless the request has none or asks for a page that is not there.
    fn answer(&self, request: &[u8]) -> Option<&str> {
        match self {
            Service::Update => (!request.is_empty()).then_some("{}"),
            Service::Describe(pages) => pages.asked_for(request),
        }
    }
}

/// A certificate authority of this run alone, and the endpoint's certificate from it.
pub struct Authority {
    /// The authority's certificate, in PEM.
    pub certificate: String,
    /// The endpoint's side of TLS.
    pub config: Arc<ServerConfig>,
}

impl Authority {
    /// Makes new keys, and a certificate for `localhost`.
    pub fn new() -> Result<Self, Box<dyn Error>> {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "Benchmark CA");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let key = KeyPair::generate()?;
        let certificate = params.self_signed(&key)?.pem();
        let issuer = Issuer::new(params, key);

        let mut params = CertificateParams::new(["localhost".to_owned()])?;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate()?;
        let chain = vec![params.signed_by(&key, &issuer)?.der().clone()];
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, PrivatePkcs8KeyDer::from(key.serialize_der()).into())?;
        Ok(Authority { certificate, config: Arc::new(config) })
    }
}

/// Listens on a free port, which is returned, until this process ends.
pub fn start(service: Service, tls: Option<Arc<ServerConfig>>) -> io::Result<u16> {
    let service = Arc::new(service);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    thread::spawn(move || {
        for socket in listener.incoming() {
            let (service, tls) = (Arc::clone(&service), tls.clone());
            // A connection that breaks is the program's affair: its exit code shows it.
            thread::spawn(move || socket.and_then(|socket| converse(socket, &service, tls)));
        }
    });
    Ok(port)
}

fn converse(socket: TcpStream, service: &Service, tls: Option<Arc<ServerConfig>>) -> io::Result<()> {
    socket.set_nodelay(true)?;
    match tls {
        Some(config) => {
            let connection = ServerConnection::new(config).map_err(io::Error::other)?;
            serve(StreamOwned::new(connection, socket), service)
        }
        None => serve(socket, service),
    }
}

/// Answers one request after the other until the peer closes the connection.
fn serve(stream: impl Read + Write, service: &Service) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if stream.read_line(&mut head)? == 0 {
                return Ok(());
            }
        }
        head.make_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let mut body = vec![0; length.and_then(|length| length.trim().parse().ok()).unwrap_or(0)];
        stream.read_exact(&mut body)?;
        // Some write no space behind the colon.
        let head = head.replace(": ", ":").replace(':', ": ");
        let wanted = WANTED.into_iter().chain([service.target()]);
        let good = head.starts_with("post / ") && wanted.into_iter().all(|part| head.contains(part));
        let (status, answer) = match service.answer(&body).filter(|_| good) {
            Some(answer) => ("200 OK", answer),
            None => ("400 Bad Request", r#"{"__type":"ValidationException"}"#),
        };
        // All in one piece: what is sent in two can wait for an acknowledgement in between.
        let reply = format!("HTTP/1.1 {status}\r\n{HEAD} {}\r\n\r\n{answer}", answer.len());
        stream.get_mut().write_all(reply.as_bytes())?;
        stream.get_mut().flush()?;
    }
}
