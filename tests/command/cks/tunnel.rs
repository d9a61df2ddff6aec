//! A proxy that opens tunnels, for `HTTPS_PROXY`: it knows where the names of servers are on this machine.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// It ends with the test. Names that it does not know get 502.
pub struct Tunnel {
    port: u16,
    ends: Receiver<String>,
}

impl Tunnel {
    pub fn to<'a>(addresses: impl IntoIterator<Item = (&'a str, SocketAddr)>) -> Tunnel {
        let addresses: BTreeMap<String, SocketAddr> =
            addresses.into_iter().map(|(name, address)| (format!("{name}:443"), address)).collect();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let (sender, ends) = channel();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (addresses, sender) = (addresses.clone(), sender.clone());
                thread::spawn(move || open(client, &addresses, &sender));
            }
        });
        Tunnel { port, ends }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What it was asked to connect to, so far.
    pub fn ends(&self) -> Vec<String> {
        self.ends.try_iter().collect()
    }
}

fn open(client: TcpStream, addresses: &BTreeMap<String, SocketAddr>, ends: &Sender<String>) -> Option<()> {
    let mut reader = BufReader::new(client.try_clone().ok()?);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let end = line.split(' ').nth(1)?.to_owned();
    while reader.read_line(&mut line).ok()? > 2 {}
    let server = addresses.get(&end).and_then(|address| TcpStream::connect(address).ok());
    ends.send(end).ok()?;
    let mut client = client;
    let Some(mut server) = server else {
        return client.write_all(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n").ok();
    };
    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").ok()?;
    // Pauses of TCP would be taken for those of the server.
    let _ = (server.set_nodelay(true), client.set_nodelay(true));
    let (mut from_server, mut to_client) = (server.try_clone().ok()?, client.try_clone().ok()?);
    let back = thread::spawn(move || {
        let _ = std::io::copy(&mut from_server, &mut to_client);
        let _ = to_client.shutdown(Shutdown::Both);
    });
    let _ = std::io::copy(&mut reader, &mut server);
    let _ = server.shutdown(Shutdown::Write);
    back.join().ok()
}
