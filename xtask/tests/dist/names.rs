//! Look-ups of names in the release file, where nothing is around it: by `/etc/hosts`, by DNS, and where `/etc/nsswitch.conf`
//! asks for more.

use std::net::{Ipv4Addr, UdpSocket};
use std::path::Path;
use std::process::Command;
use std::thread;

use kms_emulator::Emulator;

use super::empty_root::EmptyRoot;
use super::{is_root, output, stdout};

/// Where the name server is. Resolvers look nowhere but at this port.
const NAME_SERVER: (Ipv4Addr, u16) = (Ipv4Addr::new(127, 53, 53, 53), 53);

/// The only name that the name server knows.
const KNOWN: &str = "kms.dns.example";

const RESOLV_CONF: &str = "nameserver 127.53.53.53\noptions timeout:2 attempts:1\n";

/// Answers as DNS does, until the test ends: KNOWN is 127.0.0.1, any other name does not exist.
fn start_name_server() {
    let socket = UdpSocket::bind(NAME_SERVER).expect("a socket");
    thread::spawn(move || {
        let mut query = [0; 512];
        while let Ok((length, client)) = socket.recv_from(&mut query) {
            socket.send_to(&answer(&query[..length]), client).expect("a sent answer");
        }
    });
}

fn answer(query: &[u8]) -> Vec<u8> {
    // Behind the head of 12 bytes come the labels of the name, an empty one, the type and the class.
    let mut labels = Vec::new();
    let mut at = 12;
    while query[at] != 0 {
        let end = at + 1 + usize::from(query[at]);
        labels.push(String::from_utf8_lossy(&query[at + 1..end]));
        at = end;
    }
    let question = &query[12..at + 5];
    let is_known = labels.join(".") == KNOWN;
    let is_address = query[at + 1..at + 3] == [0, 1];
    let code = if is_known { 0 } else { 3 };
    let answers = u8::from(is_known && is_address);
    let mut answer = query[..2].to_vec();
    answer.extend([0x81, 0x80 | code, 0, 1, 0, answers, 0, 0, 0, 0]);
    answer.extend(question);
    if answers == 1 {
        answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
    }
    answer
}

/// A describe of the emulator's stores, by this name of it.
fn describe(root: &EmptyRoot, user: &str, host: &str, emulator: &Emulator) -> Command {
    let port = emulator.endpoint().rsplit_once(':').expect("a port").1.trim_end_matches('/').to_owned();
    let mut aws = root.aws(user);
    aws.args([
        "kms",
        "describe-custom-key-stores",
        "--query",
        "length(CustomKeyStores)",
        "--region",
        "us-east-1",
    ]);
    aws.arg("--endpoint-url").arg(format!("http://{host}:{port}"));
    aws.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test").env("AWS_MAX_ATTEMPTS", "1");
    aws.env("LD_LIBRARY_PATH", "/lib");
    aws
}

/// A module of another C library: the program that loads it ends.
fn add_trap(root: &Path) {
    let source = root.join("trap.c");
    std::fs::write(&source, "__attribute__((constructor)) void trap(void) { __builtin_trap(); }\n")
        .expect("a file");
    std::fs::create_dir_all(root.join("lib")).expect("a folder");
    for service in ["files", "dns", "mymachines", "resolve", "myhostname", "systemd"] {
        let module = root.join(format!("lib/libnss_{service}.so.2"));
        stdout(Command::new("cc").args(["-shared", "-fPIC", "-nostdlib", "-o"]).arg(module).arg(&source));
    }
}

#[test]
#[ignore = "needs cargo xtask dist"]
fn names_are_found_in_an_empty_root() {
    if !is_root() {
        return;
    }
    start_name_server();
    let emulator = Emulator::builder().seed(3).signature_check(false).start().expect("an emulator");
    let plain = || EmptyRoot::new().write("etc/resolv.conf", RESOLV_CONF);
    let found = |root: &EmptyRoot, user: &str, host: &str| {
        assert_eq!(stdout(&mut describe(root, user, host, &emulator)).trim(), "3", "{host}");
        let unknown = output(&mut describe(root, user, "unknown.dns.example", &emulator));
        let words = String::from_utf8_lossy(&unknown.stderr);
        assert_eq!(unknown.status.code(), Some(255), "{unknown:?}");
        assert!(words.contains("Could not connect to the endpoint URL"), "{words}");
    };
    found(&plain(), "0:0", KNOWN);
    let with_hosts = plain().write("etc/hosts", "127.0.0.1 kms.hosts.example\n");
    found(&with_hosts, "0:0", "kms.hosts.example");

    for services in [
        "files mymachines resolve [!UNAVAIL=return] dns myhostname",
        "resolve [!UNAVAIL=return] files dns",
        "files myhostname mdns4_minimal [NOTFOUND=return] dns",
        "nothing",
    ] {
        let asks_for_more = plain()
            .write("etc/nsswitch.conf", &format!("passwd: files systemd\nhosts: {services}\n"))
            .write("etc/hosts", "127.0.0.1 kms.hosts.example\n");
        add_trap(asks_for_more.path());
        // A user whom nobody knows, without HOME.
        found(&asks_for_more, "4711:4711", "kms.hosts.example");
        found(&asks_for_more, "4711:4711", KNOWN);
    }
}
