//! A server on loopback that has every fault, at whatever moment of a connection.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::answers::{self, Request};
use crate::fault::Fault;

/// The moment of a connection that a fault comes at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum At {
    Connection,
    Handshake,
    /// In place of the head of a reply.
    Head,
    /// Behind the head.
    Body,
}

/// What goes wrong, and when.
#[derive(Clone)]
pub struct Script {
    pub fault: Option<Fault>,
    pub at: At,
    /// The requests whose replies go wrong.
    pub concerns: fn(&Request) -> bool,
    /// Speaks TLS: from the beginning, or behind a CONNECT.
    pub tls: Option<Arc<ServerConfig>>,
}

/// A running server. Whoever it keeps waiting is let go when it is dropped.
pub struct Server {
    port: u16,
    seen: Arc<Seen>,
}

/// What the server has seen.
#[derive(Default)]
pub struct Seen {
    heads: Mutex<Vec<String>>,
    /// How many are kept waiting, and whether they may go.
    held: Mutex<(usize, bool)>,
    gate: Condvar,
}

trait Duplex: Read + Write {}
impl<T: Read + Write> Duplex for T {}

impl Server {
    pub fn start(script: Script) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let seen = Arc::new(Seen::default());
        let served = Arc::clone(&seen);
        thread::spawn(move || {
            while let Ok((socket, _)) = listener.accept() {
                let (script, seen) = (script.clone(), Arc::clone(&served));
                let is_last = script.fault == Some(Fault::Refused);
                // A connection that breaks is what the program is to be told of.
                let serve = move || converse(&socket, &script, &seen);
                if is_last {
                    // From now on connections are refused.
                    drop(listener);
                    let _ = serve();
                    return;
                }
                thread::spawn(serve);
            }
        });
        Server { port, seen }
    }

    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub fn seen(&self) -> Arc<Seen> {
        Arc::clone(&self.seen)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.seen.release();
    }
}

impl Seen {
    /// Request line and headers of each request so far.
    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether somebody is kept waiting.
    pub fn holds(&self) -> bool {
        self.lock_held().0 > 0
    }

    /// Whoever is kept waiting goes on.
    pub fn release(&self) {
        self.lock_held().1 = true;
        self.gate.notify_all();
    }

    fn hold(&self) {
        let mut held = self.lock_held();
        held.0 += 1;
        while !held.1 {
            held = self.gate.wait(held).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn lock_held(&self) -> std::sync::MutexGuard<'_, (usize, bool)> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn converse(socket: &TcpStream, script: &Script, seen: &Seen) -> io::Result<()> {
    socket.set_nodelay(true)?;
    let mut stream: Box<dyn Duplex> = Box::new(socket.try_clone()?);
    if let (Some(fault), At::Connection | At::Handshake) = (script.fault, script.at) {
        if (fault, script.at) != (Fault::CutShort, At::Connection) {
            // The client speaks first.
            socket.peek(&mut [0])?;
        }
        if fault != Fault::Stopped {
            return spoil(fault, script.at, None, &mut stream, socket, seen);
        }
        seen.hold();
    }
    // Behind a proxy, TLS begins with the tunnel.
    if let (Some(config), At::Connection | At::Handshake) = (&script.tls, script.at) {
        stream = secure(config, stream)?;
    }
    while let Some(request) = Request::read(&mut stream)? {
        seen.heads.lock().unwrap_or_else(PoisonError::into_inner).push(request.head.clone());
        match script.fault {
            Some(Fault::Stopped) if (script.concerns)(&request) => {
                let good = answers::good(&request);
                let (first, rest) = good.split_at(if script.at == At::Body { good.len() - 1 } else { 0 });
                stream.write_all(first)?;
                stream.flush()?;
                seen.hold();
                stream.write_all(rest)?;
            }
            Some(fault) if (script.concerns)(&request) => {
                if let Some(reply) = answers::bad(fault, script.at, &request) {
                    stream.write_all(&reply)?;
                    stream.flush()?;
                    continue;
                }
                return spoil(fault, script.at, Some(&request), &mut stream, socket, seen);
            }
            _ => stream.write_all(&answers::good(&request))?,
        }
        stream.flush()?;
        match &script.tls {
            Some(config) if request.is_connect() => stream = secure(config, stream)?,
            _ if script.fault == Some(Fault::Refused) => return Ok(()),
            _ => {}
        }
    }
    Ok(())
}

fn secure(config: &Arc<ServerConfig>, stream: Box<dyn Duplex>) -> io::Result<Box<dyn Duplex>> {
    let connection = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
    Ok(Box::new(StreamOwned::new(connection, stream)))
}

/// Does what the fault is, and ends the connection.
fn spoil(
    fault: Fault,
    at: At,
    request: Option<&Request>,
    stream: &mut dyn Duplex,
    socket: &TcpStream,
    seen: &Seen,
) -> io::Result<()> {
    let good = request.map(answers::good).unwrap_or_default();
    if at == At::Body && (fault.is_silence() || matches!(fault, Fault::Reset | Fault::CutShort)) {
        stream.write_all(&good[..good.len() - 1])?;
        stream.flush()?;
    }
    match fault {
        Fault::Reset => {
            if at == At::Body {
                // Else the head may be lost with the connection.
                thread::sleep(Duration::from_millis(100));
            }
            rustix::net::sockopt::set_socket_linger(socket, Some(Duration::ZERO))?;
            return Ok(());
        }
        Fault::CutShort => match at {
            At::Connection | At::Body => {}
            // The beginning of a record of 100 bytes.
            At::Handshake => socket.try_clone()?.write_all(&[22, 3, 3, 0, 100, 2])?,
            At::Head => stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Le")?,
        },
        Fault::Garbage => stream.write_all(b"\0\xffhunter2-reply-key-hunter2\r\n\r\n")?,
        Fault::Endless => return flood(at, stream),
        _ => seen.hold(),
    }
    stream.flush()?;
    socket.shutdown(Shutdown::Write)?;
    // What is still on its way would make a reset of the end.
    io::copy(&mut socket.try_clone()?, &mut io::sink()).map(drop)
}

/// Sends until the client has had enough.
fn flood(at: At, stream: &mut dyn Duplex) -> io::Result<()> {
    let (start, piece): (&[u8], Vec<u8>) = match at {
        // Alerts that are warnings.
        At::Connection | At::Handshake => (b"", [21, 3, 3, 0, 2, 1, 90].repeat(1000)),
        At::Head => (b"HTTP/1.1 200 OK\r\n", b"X: hunter2-reply-key-hunter2\r\n".repeat(1000)),
        At::Body => (b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n", vec![b' '; 1 << 16]),
    };
    stream.write_all(start)?;
    loop {
        stream.write_all(&piece)?;
    }
}
