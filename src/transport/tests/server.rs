//! A server on loopback that follows a script.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What the server does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Sends these bytes and keeps the connection.
    Send(String),
    /// Sends these bytes and closes the connection.
    SendAndClose(String),
    /// Sends these bytes and then nothing more, until the client goes.
    SendAndHang(String),
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    /// The number of its connection, from 0.
    pub(crate) connection: usize,
    /// The request line and the headers.
    pub(crate) head: String,
    /// The body.
    pub(crate) body: String,
}

/// A running server. Its threads end with the test.
pub(crate) struct Server {
    pub(crate) port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    script: Vec<Step>,
    received: Mutex<Vec<Received>>,
    tls: Option<Arc<ServerConfig>>,
}

trait Duplex: Read + Write {}
impl<T: Read + Write> Duplex for T {}

/// An HTTP reply with a `Content-Length`.
pub(crate) fn reply(status: u16, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status} x\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len())
}

pub(crate) fn ok() -> Step {
    Step::Send(reply(200, "", "{}"))
}

impl Server {
    /// The last step repeats.
    pub(crate) fn start(script: &[Step]) -> Server {
        Server::listen("127.0.0.1:0", script, None)
    }

    pub(crate) fn start_tls(script: &[Step], tls: Arc<ServerConfig>) -> Server {
        Server::listen("127.0.0.1:0", script, Some(tls))
    }

    pub(crate) fn listen(address: &str, script: &[Step], tls: Option<Arc<ServerConfig>>) -> Server {
        let listener = TcpListener::bind(address).expect("a free port");
        let port = listener.local_addr().map(|address: SocketAddr| address.port()).expect("a port");
        let shared = Arc::new(Shared { script: script.to_vec(), received: Mutex::new(Vec::new()), tls });
        let server = Server { port, shared: Arc::clone(&shared) };
        thread::spawn(move || {
            for (number, stream) in listener.incoming().flatten().enumerate() {
                let shared = Arc::clone(&shared);
                thread::spawn(move || shared.serve(number, stream));
            }
        });
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.shared.received.lock().expect("no panic").clone()
    }
}

impl Shared {
    fn serve(&self, connection: usize, tcp: TcpStream) -> Option<()> {
        let mut stream: Box<dyn Duplex> = match &self.tls {
            None => Box::new(tcp),
            Some(config) => Box::new(StreamOwned::new(ServerConnection::new(Arc::clone(config)).ok()?, tcp)),
        };
        loop {
            let request = read_request(&mut stream, connection)?;
            let step = {
                let mut received = self.received.lock().ok()?;
                received.push(request);
                self.script[(received.len() - 1).min(self.script.len() - 1)].clone()
            };
            let (Step::Send(text) | Step::SendAndClose(text) | Step::SendAndHang(text)) = &step;
            stream.write_all(text.as_bytes()).and_then(|()| stream.flush()).ok()?;
            match step {
                Step::Send(_) => {}
                Step::SendAndClose(_) => return Some(()),
                Step::SendAndHang(_) => {
                    let _ = stream.read(&mut [0]);
                    return Some(());
                }
            }
        }
    }
}

fn read_request(stream: &mut dyn Duplex, connection: usize) -> Option<Received> {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        bytes.push(byte[0]);
    }
    let head = String::from_utf8(bytes).ok()?;
    let length = header(&head, "content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(Received { connection, head, body: String::from_utf8(body).ok()? })
}

/// The value of a header.
pub(crate) fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let line = |line: &'a str| line.split_once(": ").filter(|(found, _)| found.eq_ignore_ascii_case(name));
    head.lines().find_map(line).map(|(_, value)| value)
}

/// Listens on a port, reads what each client says first, and answers with `bytes` and then a byte now and then, for ever.
pub(crate) fn dribbling(bytes: &'static [u8]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            thread::spawn(move || {
                let _ = stream.read(&mut [0; 4096]);
                let _ = stream.write_all(bytes);
                while stream.write_all(b"x").is_ok() {
                    thread::sleep(std::time::Duration::from_millis(5));
                }
            });
        }
    });
    port
}

/// The beginning of a record of TLS that is announced to be long.
pub(crate) const RECORD: &[u8] = &[22, 3, 3, 0x3f, 0xff, 2, 0, 0x3f, 0xf0];
