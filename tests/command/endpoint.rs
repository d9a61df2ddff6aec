//! A server on loopback that gives scripted replies over raw HTTP: the endpoint of a container, an instance or a
//! service that credentials come from.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// The first byte of a client that speaks TLS.
const TLS_HANDSHAKE: u8 = 22;

/// A running server. It ends with the test.
pub struct Endpoint {
    url: String,
    shared: Arc<Shared>,
}

/// Makes a reply of the number of a request, its head and its body.
type Answer = dyn Fn(usize, &str, &str) -> Vec<u8> + Send + Sync;

struct Shared {
    /// The reply to the request of this number, from 0, with this head and body.
    answer: Box<Answer>,
    heads: Mutex<Vec<String>>,
    bodies: Mutex<Vec<String>>,
}

/// A whole reply.
pub fn reply(status: u16, body: impl AsRef<[u8]>) -> Vec<u8> {
    typed(status, "text/plain", body)
}

/// A whole reply with a content type.
pub fn typed(status: u16, content_type: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let length = body.as_ref().len();
    let head =
        format!("HTTP/1.1 {status} x\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n");
    [head.as_bytes(), body.as_ref()].concat()
}

impl Endpoint {
    /// Gives these replies, one for each request; the last one repeats. One that is no whole reply closes the
    /// connection.
    pub fn start(replies: impl IntoIterator<Item = Vec<u8>>) -> Endpoint {
        let replies: Vec<Vec<u8>> = replies.into_iter().collect();
        Endpoint::answering(move |number, _, _| replies[number.min(replies.len() - 1)].clone())
    }

    /// Gives the reply that a function makes for the number of a request, from 0, its head and its body.
    pub fn answering(answer: impl Fn(usize, &str, &str) -> Vec<u8> + Send + Sync + 'static) -> Endpoint {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let answer = Box::new(answer);
        let shared = Arc::new(Shared { answer, heads: Mutex::default(), bodies: Mutex::default() });
        let served = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&served);
                std::thread::spawn(move || shared.serve(stream));
            }
        });
        Endpoint { url, shared }
    }

    /// Without a slash at its end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Request line and headers of each request so far.
    pub fn heads(&self) -> Vec<String> {
        self.shared.heads.lock().expect("no panic").clone()
    }

    /// The body of each request so far.
    pub fn bodies(&self) -> Vec<String> {
        self.shared.bodies.lock().expect("no panic").clone()
    }

    /// Method and path of each request so far.
    pub fn requests(&self) -> Vec<String> {
        let line = |head: &String| head.lines().next().unwrap_or_default().replace(" HTTP/1.1", "");
        self.heads().iter().map(line).collect()
    }
}

impl Shared {
    fn serve(&self, mut stream: TcpStream) -> Option<()> {
        loop {
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") {
                stream.read_exact(&mut byte).ok()?;
                head.push(byte[0]);
                if head == [TLS_HANDSHAKE] {
                    return stream.write_all(&reply(400, "This is no server of TLS.")).ok();
                }
            }
            let head = String::from_utf8(head).ok()?;
            let mut body = vec![0; content_length(&head).unwrap_or_default()];
            stream.read_exact(&mut body).ok()?;
            let body = String::from_utf8(body).ok()?;
            let number = {
                let mut heads = self.heads.lock().ok()?;
                heads.push(head.clone());
                self.bodies.lock().ok()?.push(body.clone());
                heads.len() - 1
            };
            // Nobody who counts the requests waits for the answer.
            let reply = (self.answer)(number, &head, &body);
            stream.write_all(&reply).ok()?;
            if !is_whole(&reply) {
                return Some(());
            }
        }
    }
}

fn is_whole(reply: &[u8]) -> bool {
    let text = String::from_utf8_lossy(reply);
    let Some((head, _)) = text.split_once("\r\n\r\n") else { return false };
    content_length(head) == Some(reply.len() - head.len() - 4)
}

fn content_length(head: &str) -> Option<usize> {
    let head = head.to_ascii_lowercase();
    head.split("content-length: ").nth(1)?.lines().next()?.parse().ok()
}
