//! Requests through a proxy: the real program, a small real proxy on loopback, and the emulator behind it.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use crate::aws::{Aws, Run};
use crate::endpoint::{Endpoint, reply};
use crate::update::stores;

const PASSWORD: &str = "Zq7-hunter2-Zq7";

/// A proxy that forwards requests for `http://` to their servers and answers `CONNECT` with 407. It ends with the
/// test.
struct Proxy {
    port: u16,
    heads: Receiver<String>,
}

impl Proxy {
    fn start() -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let (sender, heads) = channel();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let sender = sender.clone();
                thread::spawn(move || forward(client, &sender));
            }
        });
        Proxy { port, heads }
    }

    /// Its address with a user and a password.
    fn url(&self) -> String {
        format!("http://us%40er:{PASSWORD}@127.0.0.1:{}", self.port)
    }

    /// The requests so far: line and headers.
    fn heads(&self) -> Vec<String> {
        self.heads.try_iter().collect()
    }
}

/// Forwards the requests of one connection, each on a connection of its own.
fn forward(client: TcpStream, heads: &Sender<String>) -> Option<()> {
    let mut reader = BufReader::new(client.try_clone().ok()?);
    let mut client = client;
    loop {
        let (head, body) = read(&mut reader)?;
        heads.send(head.clone()).ok()?;
        let Some((host, path)) =
            head.split(' ').nth(1)?.strip_prefix("http://").and_then(|url| url.split_once('/'))
        else {
            client
                .write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
                .ok()?;
            return Some(());
        };
        let lines = head.lines().skip(1).filter(|line| !line.to_ascii_lowercase().starts_with("proxy-"));
        let lines: Vec<&str> = lines.collect();
        let head = format!("POST /{path} HTTP/1.1\r\n{}\r\n", lines.join("\r\n"));
        let mut server = TcpStream::connect(host).ok()?;
        server.write_all(&[head.into_bytes(), body].concat()).ok()?;
        let (head, body) = read(&mut BufReader::new(server))?;
        client.write_all(&[head.into_bytes(), body].concat()).ok()?;
    }
}

/// A head with its blank line, and the body.
fn read(stream: &mut impl BufRead) -> Option<(String, Vec<u8>)> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        (stream.read_line(&mut head).ok()? > 0).then_some(())?;
    }
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).ok()?;
    Some((head, body))
}

/// An update that would go to the region's own endpoint.
fn update_in(region: &str, proxy: &str, more: &[&str]) -> Run {
    let words = ["--region", region].into_iter().chain(more.iter().copied());
    Aws::update(words).env("HTTPS_PROXY", proxy).run()
}

#[test]
fn an_update_and_its_name_go_through_the_proxy() {
    let (emulator, external, _) = stores();
    let proxy = Proxy::start();
    let words = ["kms", "update-custom-key-store", "--custom-key-store-id", &external];
    let words = words.iter().chain(&["--new-custom-key-store-name", "Renamed"]);
    Aws::new(words).to(&emulator).env("HTTP_PROXY", proxy.url()).run().prints("");
    let named = emulator.stores().into_iter().find(|store| store["CustomKeyStoreId"] == external.as_str());
    assert_eq!(named.expect("the store")["CustomKeyStoreName"], "Renamed");
    let heads = proxy.heads();
    assert_eq!(heads.len(), 1);
    let line = format!("POST {}/ HTTP/1.1\r\n", emulator.endpoint().trim_end_matches('/'));
    assert!(heads[0].starts_with(&line), "{heads:?}");
    // us@er:Zq7-hunter2-Zq7
    assert!(heads[0].contains("proxy-authorization: Basic dXNAZXI6WnE3LWh1bnRlcjItWnE3\r\n"), "{heads:?}");
}

#[test]
fn all_pages_go_through_the_proxy() {
    let (emulator, ..) = stores();
    let proxy = Proxy::start();
    let words =
        ["kms", "describe-custom-key-stores", "--page-size", "10", "--query", "length(CustomKeyStores)"];
    Aws::new(words).to(&emulator).env("http_proxy", proxy.url()).run().prints("40\n");
    assert_eq!(proxy.heads().len(), 4);
}

#[test]
fn a_host_of_no_proxy_is_reached_directly() {
    let (emulator, external, _) = stores();
    let proxy = Proxy::start();
    let words = [
        "kms",
        "update-custom-key-store",
        "--new-custom-key-store-name=n",
        "--custom-key-store-id",
        &external,
    ];
    let aws = || Aws::new(words).to(&emulator).env("HTTP_PROXY", proxy.url());
    aws().env("NO_PROXY", "example.org, 127.0.0.1").run().prints("");
    aws().env("no_proxy", "*").run().prints("");
    aws().env("REQUEST_METHOD", "GET").run().prints("");
    aws().env("http_proxy", "").run().prints("");
    assert_eq!(proxy.heads(), Vec::<String>::new());
}

#[test]
fn the_endpoint_of_a_region_is_connected_to_through_the_proxy() {
    for (region, variables, host) in [
        ("eu-central-1", &[][..], "kms.eu-central-1.amazonaws.com"),
        ("us-west-2-fips", &[], "kms-fips.us-west-2.amazonaws.com"),
        ("cn-north-1", &["AWS_USE_DUALSTACK_ENDPOINT"], "kms.cn-north-1.api.amazonwebservices.com.cn"),
        ("us-isob-east-1", &["AWS_USE_FIPS_ENDPOINT"], "kms-fips.us-isob-east-1.sc2s.sgov.gov"),
        (
            "eusc-de-east-1",
            &["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"],
            "kms-fips.eusc-de-east-1.api.amazonwebservices.eu",
        ),
    ] {
        let proxy = Proxy::start();
        let aws = Aws::update(["--region", region]).env("HTTPS_PROXY", proxy.url());
        let run = variables.iter().fold(aws, |aws, name| aws.env(name, "true")).run();
        run.fails(255, "aws: [ERROR]: Failed to connect to proxy URL: \"http://***:***@127.0.0.1:");
        let heads = proxy.heads();
        assert_eq!(heads.len(), 1);
        assert!(
            heads[0].starts_with(&format!("CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n")),
            "{heads:?}"
        );
    }
}

#[test]
fn where_no_endpoint_with_ipv6_is_known_it_is_refused() {
    let run = Aws::update(["--region", "us-isof-south-1"]).env("AWS_USE_DUALSTACK_ENDPOINT", "TRUE").run();
    run.fails(255, "Unable to construct a modeled endpoint with the following variant(s) ['dualstack']:\n");
    let run =
        Aws::update(["--region", "eu-isoe-west-1-fips"]).env("AWS_USE_DUALSTACK_ENDPOINT", "true").run();
    run.fails(255, "with the following variant(s) ['dualstack', 'fips']:\n");
}

#[test]
fn user_and_password_of_a_proxy_are_never_shown() {
    let proxy = Proxy::start();
    let bad = [
        format!("http://us%40er:{PASSWORD}@127.0.0.1:1"),
        format!("http://us%40er:{PASSWORD}@127.0.0.1:bad"),
        format!("http://us%40er:{PASSWORD}/@127.0.0.1"),
        format!("http://us%40er:{PASSWORD}@"),
        format!("http://us%40er:{PASSWORD}%40127.0.0.1"),
        format!("us%40er:{PASSWORD}@[::1"),
        format!("socks5://us%40er:{PASSWORD}@127.0.0.1:1"),
        format!("http://us%40er:{PASSWORD}\u{e9}@127.0.0.1"),
    ];
    for url in bad.iter().chain(&[proxy.url()]) {
        for more in [&[][..], &["--debug"], &["--endpoint-url", "http://kms.invalid", "--debug"]] {
            let words = more.iter().copied();
            let run = Aws::update(words).env("HTTP_PROXY", url).env("HTTPS_PROXY", url).run();
            assert_ne!(run.code, Some(0), "{url}");
            assert!(!run.stderr.contains("us%40er") && !run.stderr.contains("dXNAZXI6"), "{}", run.stderr);
            run.hides("hunter2");
        }
    }
}

#[test]
fn a_short_password_that_the_proxy_repeats_is_hidden_too() {
    let proxy = Endpoint::start([reply(407, "pw-pear is no good password")]);
    let url = proxy.url().replace("http://", "http://user:pw-pear@");
    let run = Aws::update(["--debug"])
        .env("AWS_ENDPOINT_URL", "http://kms.example.com")
        .env("http_proxy", url)
        .run();
    run.fails(254, "(407)").hides("pw-pear");
}

#[test]
fn a_url_that_is_no_proxy_is_told_with_what_it_should_be() {
    let run = update_in("us-east-1", "http://:bad", &[]);
    let run = run
        .fails(255, "[ERROR]: An HTTP Client raised an unhandled exception: Failed to parse: http://:bad\n");
    let run = run.fails(255, "It must have the form http://<host>:<port>");
    run.fails(255, "The proxy comes from https_proxy or HTTPS_PROXY");
}

#[test]
fn a_silent_proxy_ends_with_the_connect_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let proxy = format!("127.0.0.1:{}", listener.local_addr().expect("an address").port());
    let run = update_in("us-east-1", &proxy, &["--cli-connect-timeout", "1", "--cli-read-timeout", "0"]);
    let run = run.fails(255, "Read timeout on endpoint URL: \"https://kms.us-east-1.amazonaws.com/\"\n");
    run.fails(255, &format!("The proxy http://{proxy} does not answer."));
}

#[test]
fn an_unverified_server_is_warned_of_in_one_line() {
    let proxy = Proxy::start();
    let warning = "InsecureRequestWarning: Unverified HTTPS request";
    let words = ["--no-verify-ssl"];
    let aws = || Aws::update(words).env("HTTPS_PROXY", proxy.url()).env("AWS_MAX_ATTEMPTS", "2");
    let run = aws().run().fails(255, warning);
    assert_eq!(run.stderr.matches(warning).count(), 1, "{}", run.stderr);
    for filters in ["ignore", "ignore:Unverified HTTPS request"] {
        aws().env("PYTHONWARNINGS", filters).run().fails(255, "Failed to connect").hides(warning);
    }
    let http = aws().env("AWS_ENDPOINT_URL", "http://127.0.0.1:1").run();
    http.fails(255, "Could not connect").hides(warning);
    Aws::update(["--ca-bundle", "x"])
        .env("HTTPS_PROXY", proxy.url())
        .run()
        .fails(255, "Failed")
        .hides(warning);
}
