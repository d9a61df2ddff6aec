//! Errors of connections, proxies, time-outs and output.

use super::scenario::{Reply, Scenario};

pub fn scenarios() -> Vec<Scenario> {
    [proxies(), connections(), output()].into_iter().flatten().collect()
}

/// Proxies that cannot be used, and what they say.
fn proxies() -> Vec<Scenario> {
    let url = "http://user:hunter2-proxy-hunter2@SERVER:1";
    let at = |says, proxy: &str, replies: Vec<Reply>| {
        let scenario = Scenario::new(format!("{proxy} {says}"), 255, says).replies(replies);
        scenario.variable("http_proxy", proxy).variable("https_proxy", proxy)
    };
    let secure = |scenario: Scenario| scenario.variable("AWS_ENDPOINT_URL", "https://kms.invalid");
    let refused = at("Failed to connect to proxy URL", url, vec![Reply::Text(407)]);
    let mut scenarios = vec![
        secure(refused),
        secure(at(
            "Connection was closed",
            url,
            vec![Reply::Bytes(b"hunter2-proxy-hunter2\r\n\r\n".to_vec())],
        )),
        secure(at("Connection was closed", url, vec![])),
        secure(at(
            // What the client has sent of TLS by then decides whether this is a failure of TLS or a closed connection.
            "",
            url,
            vec![Reply::Bytes(b"HTTP/1.1 200 x\r\n\r\nhunter2-proxy-hunter2".to_vec())],
        )),
        at("Failed to connect to proxy URL", url, vec![]),
        at("Connection was closed", url, vec![Reply::Bytes(b"hunter2-proxy-hunter2\r\n\r\n".to_vec())]),
        at("Failed to connect to proxy URL", "https://user:hunter2-proxy-hunter2@SERVER:1", vec![]),
    ];
    for proxy in [
        "http://user:hunter2-proxy-hunter2@127.0.0.1:1",
        "http://user:hunter2-proxy-hunter2@127.0.0.1:bad",
        "http://user:hunter2-proxy-hunter2/@127.0.0.1",
        "http://user:hunter2-proxy-hunter2@",
        "http://user:hunter2-proxy-hunter2%40127.0.0.1",
        "user:hunter2-proxy-hunter2@[::1",
        "socks5://user:hunter2-proxy-hunter2@127.0.0.1:1",
        "http://user:hunter2-proxy-hunter2\u{e9}@127.0.0.1",
    ] {
        scenarios.push(at("", proxy, vec![]));
        scenarios.push(secure(at("", proxy, vec![])));
        scenarios.push(at("", proxy, vec![]).profile("r"));
    }
    // A proxy that forwards answers in place of the service.
    let answers = |status, reply| {
        let name = format!("{status} of a proxy");
        Scenario::new(name, 254, "An error occurred (4").replies([reply]).variable("http_proxy", url)
    };
    scenarios.push(answers(407, Reply::Text(407)));
    scenarios.push(answers(407, Reply::of(407, "hunter2-proxy-hunter2 is no good password for user")));
    scenarios.push(answers(403, Reply::Text(403)).profile("legacy"));
    scenarios
}

fn connections() -> Vec<Scenario> {
    let scenario = |says: &'static str, replies: Vec<Reply>| Scenario::new(says, 255, says).replies(replies);
    let silent = scenario("Read timeout on endpoint URL", vec![Reply::Silence]);
    let bytes = |bytes: &[u8]| vec![Reply::Bytes(bytes.to_vec())];
    vec![
        silent.words(["--cli-read-timeout", "1"]),
        scenario("Connection was closed", bytes(b"hunter2-reply-key-hunter2\r\n\r\n")),
        scenario(
            "Connection was closed",
            bytes(b"HTTP/1.1 200 x\r\nContent-Length: 99\r\n\r\nhunter2-reply-key-hunter2"),
        ),
        scenario("is not one of the service", bytes(b"HTTP/1.1 200 x\r\nhunter2-reply-key-hunter2\r\n\r\n")),
    ]
}

fn output() -> Vec<Scenario> {
    let describe = |says: &'static str, body: &str| {
        let scenario = Scenario::new(says, 255, says).line(["kms", "describe-custom-key-stores"]);
        scenario.replies([Reply::of(200, body)])
    };
    vec![
        describe("No space left on device", r#"{"CustomKeyStores": []}"#).stdout("/dev/full"),
        describe("The same next token was received twice", r#"{"Truncated": true, "NextMarker": "m"}"#),
    ]
}
