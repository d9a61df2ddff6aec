//! The endpoint: HTTP/1.1 on loopback, with or without TLS. It answers a signed UpdateCustomKeyStore as KMS
//! does when all is well, and everything else with an error, so that a run that ends well has done its work.

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

/// What each request must have, in lower case.
const WANTED: [&str; 3] = [
    "\r\nauthorization: aws4-hmac-sha256 credential=",
    "\r\nx-amz-target: trentservice.updatecustomkeystore\r\n",
    "\r\ncontent-type: application/x-amz-json-1.1\r\n",
];

const DONE: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\n\
    x-amzn-RequestId: 11111111-2222-3333-4444-555555555555\r\nContent-Length: 2\r\n\r\n{}";

const REFUSED: &str = "HTTP/1.1 400 Bad Request\r\nContent-Type: application/x-amz-json-1.1\r\n\
    Content-Length: 33\r\n\r\n{\"__type\":\"ValidationException\"}\n";

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
pub fn start(tls: Option<Arc<ServerConfig>>) -> io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    thread::spawn(move || {
        for socket in listener.incoming() {
            let tls = tls.clone();
            // A connection that breaks is the program's affair: its exit code shows it.
            thread::spawn(move || socket.and_then(|socket| converse(socket, tls)));
        }
    });
    Ok(port)
}

fn converse(socket: TcpStream, tls: Option<Arc<ServerConfig>>) -> io::Result<()> {
    socket.set_nodelay(true)?;
    match tls {
        Some(config) => {
            let connection = ServerConnection::new(config).map_err(io::Error::other)?;
            serve(StreamOwned::new(connection, socket))
        }
        None => serve(socket),
    }
}

/// Answers one request after the other until the peer closes the connection.
fn serve(stream: impl Read + Write) -> io::Result<()> {
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
        let good = head.starts_with("post / ") && WANTED.iter().all(|part| head.contains(part));
        stream.get_mut().write_all(if good && !body.is_empty() { DONE } else { REFUSED }.as_bytes())?;
        stream.get_mut().flush()?;
    }
}
