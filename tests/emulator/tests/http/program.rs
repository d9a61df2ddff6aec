//! The program: its first line, its options, its end.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Output, Stdio};

use kms_emulator::Emulator;
use serde_json::json;

use crate::client::{Client, cloud_hsm, external};

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kms-emulator"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A running program that ends with its stdin, and a client for it.
fn started(arguments: &[&str]) -> (Child, Client) {
    let mut child = program(arguments).arg("--exit-with-stdin").spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let endpoint = line.strip_prefix("Listening on ").unwrap().trim_end().to_owned();
    let emulator = Emulator::builder().start().unwrap();
    (child, Client { endpoint, ..Client::new(&emulator) })
}

fn finished(arguments: &[&str]) -> Output {
    program(arguments).spawn().unwrap().wait_with_output().unwrap()
}

#[test]
fn the_program_serves_until_its_stdin_ends() {
    let (child, client) = started(&["--seed", "3"]);
    let page = client.output("DescribeCustomKeyStores", json!({}));
    assert_eq!(page["CustomKeyStores"].as_array().unwrap().len(), 3);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn a_verbose_program_logs_each_call_without_secrets() {
    let (mut child, client) = started(&["--verbose"]);
    client.output("CreateCustomKeyStore", cloud_hsm("a"));
    client.refusal("CreateCustomKeyStore", cloud_hsm("a"));
    drop(child.stdin.take());
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert!(child.wait().unwrap().success());
    assert!(!log.contains("kmsuser-password"), "{log}");
    let outcomes: Vec<_> = log.lines().map(|line| line.rsplit_once(" -> ").unwrap().1).collect();
    assert_eq!(outcomes, ["ok", "CustomKeyStoreNameInUseException"]);
}

#[test]
fn the_stores_of_a_file_are_there_from_the_start() {
    let file = std::env::temp_dir().join(format!("kms-emulator-{}.json", std::process::id()));
    let stores = json!([{"CustomKeyStoreName": "from-file", "ConnectionState": "CONNECTED"}]);
    std::fs::File::create(&file).unwrap().write_all(stores.to_string().as_bytes()).unwrap();
    let (_child, client) = started(&["--seed-file", file.to_str().unwrap()]);
    let page = client.output("DescribeCustomKeyStores", json!({"CustomKeyStoreName": "from-file"}));
    std::fs::remove_file(&file).unwrap();
    assert_eq!(page["CustomKeyStores"][0]["ConnectionState"], "CONNECTED");
}

#[test]
fn keys_are_there_from_the_start() {
    let (_child, client) = started(&["--seed", "3", "--keys", "5", "--store-keys", "store-0001=4"]);
    let page = client.output("ListKeys", json!({}));
    // The third made-up store has two keys of its own.
    assert_eq!(page["Keys"].as_array().unwrap().len(), 11);
}

#[test]
fn the_program_asks_the_proxies_that_it_is_told_of() {
    let proxy = xks_proxy::XksProxy::builder().host("xks.example.com").start().unwrap();
    let ca = std::env::temp_dir().join(format!("kms-emulator-{}.pem", std::process::id()));
    std::fs::write(&ca, proxy.ca_pem()).unwrap();
    let address = format!("xks.example.com={}", proxy.address());
    let options = ["--proxy", &address, "--proxy-ca", ca.to_str().unwrap(), "--proxy-time-limit", "20s"];
    let (_child, client) = started(&options);
    std::fs::remove_file(&ca).unwrap();
    assert_eq!(
        client.refusal("CreateCustomKeyStore", external("a")),
        "XksProxyInvalidConfigurationException"
    );
    assert_eq!(proxy.requests()[0].status, Some(404));
}

#[test]
fn a_wrong_option_or_file_ends_the_program_at_once() {
    assert_eq!(finished(&["--transition", "soon"]).status.code(), Some(2));
    assert_eq!(finished(&["--proxy", "a=127.0.0.1:443"]).status.code(), Some(2));
    let output = finished(&["--seed-file", "no/such/file"]);
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.starts_with("kms-emulator: cannot read no/such/file: "), "{message}");
}

#[test]
fn help_names_every_option() {
    let help = String::from_utf8(finished(&["--help"]).stdout).unwrap();
    for option in [
        "--port",
        "--seed",
        "--seed-file",
        "--transition",
        "--keys",
        "--delay",
        "--proxy",
        "--proxy-ca",
        "--exit-with-stdin",
        "--verbose",
    ] {
        assert!(help.contains(option), "{help}");
    }
}
