//! The pages of custom key stores that the endpoint answers with. They are made before anything is measured, so
//! that the time of a run is the program's own.

use std::collections::HashMap;
use std::error::Error;
use std::io::{Read, Write};
use std::net::TcpStream;

use kms_emulator::{Builder, Emulator, SeedStore};
use serde_json::{Value, json};

/// The most stores that KMS puts into one page.
const PAGE: usize = 1000;

/// The replies to DescribeCustomKeyStores, by the marker of the request; the first page has an empty one.
pub struct Pages {
    replies: HashMap<String, String>,
}

impl Pages {
    /// As many stores, of all types and states, as the emulator describes them. The same ones every time.
    pub fn of_all_kinds(count: usize) -> Result<Self, Box<dyn Error>> {
        Pages::of(Emulator::builder().seed(count))
    }

    /// As many stores of CloudHSM clusters, each with a certificate as long as that of a real cluster.
    pub fn with_certificates(count: usize) -> Result<Self, Box<dyn Error>> {
        let lines = format!("{}\n", "MIID".repeat(16)).repeat(18);
        let certificate = format!("-----BEGIN CERTIFICATE-----\n{lines}-----END CERTIFICATE-----\n");
        let store = |number| json!({ "CustomKeyStoreName": format!("store-{number}"), "TrustAnchorCertificate": certificate });
        let stores: Value = (1..=count).map(store).collect();
        Pages::of(Emulator::builder().seed_stores(SeedStore::read(&stores.to_string())?))
    }

    fn of(stores: Builder) -> Result<Self, Box<dyn Error>> {
        let emulator = stores.signature_check(false).start()?;
        let mut replies = HashMap::new();
        let mut request = json!({ "Limit": PAGE });
        loop {
            let reply = describe(emulator.endpoint(), &request)?;
            let next = serde_json::from_str::<Value>(&reply)?["NextMarker"].as_str().map(str::to_owned);
            replies.insert(marker(&request).to_owned(), reply);
            match next {
                Some(next) => request["Marker"] = next.into(),
                None => return Ok(Pages { replies }),
            }
        }
    }

    /// The page that a request's body asks for.
    pub fn asked_for(&self, request: &[u8]) -> Option<&str> {
        let request: Value = serde_json::from_slice(request).ok()?;
        self.replies.get(marker(&request)).map(String::as_str)
    }
}

fn marker(request: &Value) -> &str {
    request["Marker"].as_str().unwrap_or_default()
}

/// One call of the emulator: the body of its reply.
fn describe(endpoint: &str, request: &Value) -> Result<String, Box<dyn Error>> {
    let host = endpoint.trim_start_matches("http://");
    let body = request.to_string();
    let mut stream = TcpStream::connect(host)?;
    write!(
        stream,
        "POST / HTTP/1.1\r\nHost: {host}\r\nX-Amz-Target: TrentService.DescribeCustomKeyStores\r\n\
         Content-Type: application/x-amz-json-1.1\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )?;
    let mut reply = String::new();
    stream.read_to_string(&mut reply)?;
    let (_head, body) = reply.split_once("\r\n\r\n").ok_or("the emulator sent no reply")?;
    Ok(body.to_owned())
}
