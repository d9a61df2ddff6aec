//! The scripted endpoint: real HTTP/1.1 on loopback, with or without TLS, that replies as a case says and
//! records what it was asked. It takes any request target, so it plays an HTTP proxy as well.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use http::StatusCode;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::Value;

use crate::case::{Reply, Request};
use crate::{json, sigv4};

/// A server that listens until it is stopped.
pub struct Server {
    script: Arc<Script>,
    port: u16,
}

/// The replies still to give and the requests so far.
struct Script {
    replies: Vec<Reply>,
    requests: Mutex<Vec<Request>>,
    stopped: AtomicBool,
}

/// One request as it came.
struct Incoming {
    method: String,
    path: String,
    /// By lower-case name; of a repeated header the last one.
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Server {
    /// Starts to listen on a free port of 127.0.0.1. Without replies every request gets an empty JSON object.
    pub fn start(replies: &[Reply], tls: Option<Arc<ServerConfig>>) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let port = listener.local_addr()?.port();
        let replies = if replies.is_empty() { vec![Reply::default()] } else { replies.to_vec() };
        let script =
            Arc::new(Script { replies, requests: Mutex::new(Vec::new()), stopped: AtomicBool::new(false) });
        let listening = Arc::clone(&script);
        thread::spawn(move || {
            for socket in listener.incoming() {
                if listening.stopped.load(Ordering::Acquire) {
                    return;
                }
                let (script, tls) = (Arc::clone(&listening), tls.clone());
                // A connection that breaks is the program's affair: its result shows it.
                thread::spawn(move || socket.and_then(|socket| converse(&socket, tls, &script)));
            }
        });
        Ok(Server { script, port })
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Stops listening and tells what was asked.
    pub fn stop(self) -> Vec<Request> {
        self.script.stopped.store(true, Ordering::Release);
        // Wakes the listener, so that it sees the flag.
        drop(TcpStream::connect(("127.0.0.1", self.port)));
        self.script.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Script {
    /// Notes the request and picks its reply.
    fn record(&self, incoming: &Incoming) -> Reply {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let reply = &self.replies[requests.len().min(self.replies.len() - 1)];
        requests.push(incoming.recorded());
        reply.clone()
    }
}

impl Incoming {
    /// Reads the next request; `None` when the peer has closed the connection.
    fn read(stream: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut line = header_line(stream)?;
        if line.is_empty() {
            return Ok(None);
        }
        let mut words = line.split_whitespace();
        let (Some(method), Some(path)) = (words.next(), words.next()) else {
            return Err(io::ErrorKind::InvalidData.into());
        };
        // More than one leading slash is taken as one.
        let path =
            if path.starts_with("//") { format!("/{}", path.trim_start_matches('/')) } else { path.into() };
        let mut incoming =
            Incoming { method: method.into(), path, headers: BTreeMap::new(), body: Vec::new() };
        loop {
            line = header_line(stream)?;
            let Some((name, value)) = line.split_once(':') else { break };
            incoming.headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
        let length =
            incoming.headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        stream.take(length).read_to_end(&mut incoming.body)?;
        Ok(Some(incoming))
    }

    /// The request as it is recorded: an absent header has no member. A body that is no JSON (one with a lone
    /// surrogate is none) stays text.
    fn recorded(&self) -> Request {
        let header = |name: &str| self.headers.get(name).cloned().map(Value::from);
        let mut body = serde_json::from_slice(&self.body).unwrap_or_else(|_| Value::from(latin1(&self.body)));
        body.sort_all_objects();
        let signature_ok =
            sigv4::verify(&self.method, &self.path, &self.headers, &self.body, sigv4::SECRET_ACCESS_KEY);
        let members = [
            ("method", Some(Value::from(self.method.as_str()))),
            ("path", Some(Value::from(self.path.as_str()))),
            ("target", header("x-amz-target")),
            ("content_type", header("content-type")),
            ("body", Some(body).filter(|body| !body.is_null())),
            ("scope", sigv4::scope(&self.headers).map(Value::from)),
            ("signature_ok", signature_ok.map(Value::from)),
            ("token", header("x-amz-security-token")),
        ];
        members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }

    /// Whether the peer wants no further request on this connection.
    fn is_last(&self) -> bool {
        self.headers.get("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }
}

/// Serves one connection until either side closes it.
fn converse(socket: &TcpStream, tls: Option<Arc<ServerConfig>>, script: &Script) -> io::Result<()> {
    socket.set_nodelay(true)?;
    match tls {
        Some(config) => {
            let connection = ServerConnection::new(config).map_err(io::Error::other)?;
            serve(StreamOwned::new(connection, socket.try_clone()?), socket, script)
        }
        None => serve(socket.try_clone()?, socket, script),
    }
}

fn serve(stream: impl Read + Write, socket: &TcpStream, script: &Script) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    while let Some(incoming) = Incoming::read(&mut stream)? {
        let reply = script.record(&incoming);
        thread::sleep(Duration::from_secs_f64(reply.delay));
        if reply.close {
            return socket.shutdown(Shutdown::Both);
        }
        stream.get_mut().write_all(&written(&reply))?;
        stream.get_mut().flush()?;
        if reply.short > 0 || incoming.is_last() {
            break;
        }
    }
    socket.shutdown(Shutdown::Both)
}

/// The reply as bytes, with the headers that every reply of the service has unless the case says otherwise.
fn written(reply: &Reply) -> Vec<u8> {
    let body = match (&reply.body_b64, &reply.body) {
        (Some(bytes), _) => bytes.0.clone(),
        (None, Value::String(text)) => text.clone().into_bytes(),
        (None, value) => json::ascii(value).into_bytes(),
    };
    let reason =
        StatusCode::from_u16(reply.status).ok().and_then(|status| status.canonical_reason()).unwrap_or("");
    let date = DateTime::from(SystemTime::now()).fmt(Format::HttpDate).unwrap_or_default();
    let mut headers = BTreeMap::from([
        ("content-type", "application/x-amz-json-1.1"),
        ("x-amzn-requestid", "11111111-2222-3333-4444-555555555555"),
    ]);
    headers.extend(reply.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let mut out = format!("HTTP/1.1 {} {reason}\r\nServer: conformance\r\nDate: {date}\r\n", reply.status);
    for (name, value) in headers {
        out.push_str(&format!("{name}: {value}\r\n"));
    }
    out.push_str(&format!("content-length: {}\r\n\r\n", body.len() + reply.short));
    [out.into_bytes(), body].concat()
}

/// One line of a request's head without its end; empty at the end of the head or of the connection.
fn header_line(stream: &mut impl BufRead) -> io::Result<String> {
    let mut line = Vec::new();
    stream.read_until(b'\n', &mut line)?;
    Ok(latin1(&line).trim_end_matches(['\r', '\n']).to_owned())
}

/// HTTP's own reading of bytes as text: each byte is the character of its number.
fn latin1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}
