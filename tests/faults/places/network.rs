//! Places at which a server is asked.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rustls::ServerConfig;

use super::{planted, update};
use crate::answers::Request;
use crate::aws::Aws;
use crate::fault::Fault;
use crate::plants::{SSO_TOKEN, SSO_TOKEN_GOOD};
use crate::server::{At, Script, Server};
use crate::stage::{Stage, wait_until};
use crate::tls::Authority;

/// A port on which nobody listens.
const NOBODY: &str = "127.0.0.1:1";

/// A place at a server.
#[derive(Clone, Copy)]
pub struct Place {
    pub at: At,
    /// The requests whose replies go wrong.
    pub concerns: fn(&Request) -> bool,
    /// What is run.
    pub words: &'static [&'static str],
    /// The variable that says where the server is, and what it says of the host `HOST`.
    pub address: (&'static str, &'static str),
    /// What else it needs.
    pub more: fn(Aws) -> Aws,
    pub is_secure: bool,
}

/// An update, at the endpoint of KMS.
pub const UPDATE: Place = Place {
    at: At::Head,
    concerns: |_| true,
    words: &[],
    address: ("AWS_ENDPOINT_URL_KMS", "http://hunter2-user:hunter2-endpoint-hunter2@HOST"),
    more: |aws| aws,
    is_secure: false,
};

/// A later page of a list.
pub const PAGE: Place = Place {
    concerns: |request| request.body.contains("Marker"),
    words: &["kms", "describe-custom-key-stores", "--page-size", "1", "--query", "length(CustomKeyStores)"],
    ..UPDATE
};

/// A role that STS gives.
pub const STS: Place = Place {
    concerns: Request::is_of_sts,
    address: ("AWS_ENDPOINT_URL_STS", "http://HOST"),
    more: |aws| aws.word("--profile").word("r"),
    ..UPDATE
};

/// A role that the portal of IAM Identity Center gives.
pub const PORTAL: Place = Place {
    concerns: Request::is_of_portal,
    address: ("AWS_ENDPOINT_URL_SSO", "http://HOST"),
    more: |aws| aws.word("--profile").word("s"),
    ..UPDATE
};

/// A token of IAM Identity Center that is renewed.
pub const TOKEN: Place = Place {
    concerns: Request::is_of_token,
    address: ("AWS_ENDPOINT_URL_SSO_OIDC", "http://HOST"),
    more: |aws| {
        let expired = SSO_TOKEN_GOOD.replacen("2099", "2001", 1);
        aws.word("--profile").word("s").file(SSO_TOKEN, expired)
    },
    ..UPDATE
};

/// The metadata service of an instance.
pub const INSTANCE: Place = Place {
    concerns: Request::is_of_instance,
    address: ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://HOST"),
    more: |aws| without_keys(aws).without("AWS_EC2_METADATA_DISABLED"),
    ..UPDATE
};

/// The endpoint of a container.
pub const CONTAINER: Place = Place {
    concerns: Request::is_of_container,
    address: ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://HOST/container"),
    more: without_keys,
    ..UPDATE
};

/// A proxy that opens a tunnel.
pub const TUNNEL: Place = Place {
    concerns: Request::is_connect,
    address: ("HTTPS_PROXY", "http://user:hunter2-proxy-hunter2@HOST"),
    more: |aws| aws.env("AWS_ENDPOINT_URL_KMS", "https://localhost"),
    is_secure: true,
    ..UPDATE
};

/// A proxy that forwards.
pub const PROXY: Place = Place {
    address: ("http_proxy", "http://user:hunter2-proxy-hunter2@HOST"),
    more: |aws| aws.env("AWS_ENDPOINT_URL_KMS", "http://kms.example.com"),
    ..UPDATE
};

/// An endpoint that speaks TLS.
pub const TLS: Place =
    Place { at: At::Handshake, address: ("AWS_ENDPOINT_URL_KMS", "https://HOST"), is_secure: true, ..UPDATE };

/// Without keys, so that the next provider is asked.
fn without_keys(aws: Aws) -> Aws {
    aws.without("AWS_ACCESS_KEY_ID").file(".aws/config", "")
}

/// Sets up a place.
pub fn stage(place: Place, fault: Option<Fault>) -> Stage {
    let (server, aws) = set_up(place, fault);
    Stage::new(aws).asks(server, fault)
}

/// The server of a place, and the program.
pub fn set_up(place: Place, fault: Option<Fault>) -> (Server, Aws) {
    let tls = place.is_secure.then(|| authority().1);
    let script = Script { fault, at: place.at, concerns: place.concerns, tls };
    let server = Server::start(script);
    let is_refused_at_once = fault == Some(Fault::Refused) && !is_later(place);
    let host = if is_refused_at_once { NOBODY.to_owned() } else { server.host() };
    let words = if place.words.is_empty() { update() } else { place.words.to_vec() };
    let (variable, url) = place.address;
    let mut aws = (place.more)(planted(words, &server.host()).env(variable, url.replace("HOST", &host)));
    if place.is_secure {
        aws = aws.env("AWS_CA_BUNDLE", authority().0.certificate());
    }
    if fault == Some(Fault::Slow) {
        aws = aws.word("--cli-read-timeout").word("1").word("--cli-connect-timeout").word("1");
        aws = aws.env("AWS_METADATA_SERVICE_TIMEOUT", "1");
    }
    if fault.is_some_and(Fault::is_signal) {
        // Far more than comes and goes meanwhile.
        aws = aws.env("AWS_METADATA_SERVICE_TIMEOUT", "30");
    }
    if fault == Some(Fault::Endless) {
        aws = aws.with_address_space(600_000);
    }
    (server, aws)
}

/// Whether the server has to answer something else before.
fn is_later(place: Place) -> bool {
    place.words.contains(&"--page-size")
}

/// The certificate authority of this run, and the server's side of TLS.
fn authority() -> (&'static Authority, Arc<ServerConfig>) {
    static AUTHORITY: OnceLock<Authority> = OnceLock::new();
    let authority = AUTHORITY.get_or_init(|| Authority::new().expect("an authority"));
    (authority, authority.config())
}

/// A place to which connections are not even refused: the queue of its listener is full.
pub fn silent_port(fault: Option<Fault>) -> Stage {
    let (listener, address) = full();
    let aws = planted(update(), &address.to_string());
    let is_timed = matches!(fault, Some(Fault::Slow | Fault::Stopped));
    let aws = if is_timed { aws.word("--cli-connect-timeout").word("1") } else { aws };
    let stage = Stage::new(aws).keeps(listener);
    if !fault.is_some_and(Fault::is_signal) {
        return stage;
    }
    stage.meanwhile(move |_| wait_until("a connection is tried", || is_tried(address)))
}

fn full() -> (Vec<Box<dyn std::any::Any>>, SocketAddr) {
    use rustix::net::{AddressFamily, SocketType, bind, getsockname, listen, socket};

    let socket = socket(AddressFamily::INET, SocketType::STREAM, None).expect("a socket");
    bind(&socket, &SocketAddr::from(([127, 0, 0, 1], 0))).expect("a free port");
    listen(&socket, 0).expect("a listener");
    let address = SocketAddr::try_from(getsockname(&socket).expect("an address")).expect("one of IPv4");
    let mut kept: Vec<Box<dyn std::any::Any>> = vec![Box::new(TcpListener::from(socket))];
    while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(200)) {
        kept.push(Box::new(stream));
    }
    (kept, address)
}

/// Whether somebody waits for a connection to this address, as `/proc/net/tcp` tells: state 2, SYN_SENT.
fn is_tried(address: SocketAddr) -> bool {
    let connections = std::fs::read_to_string("/proc/net/tcp").expect("the connections");
    let port = format!(":{:04X} 02 ", address.port());
    connections.contains(&port)
}
