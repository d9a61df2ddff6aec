//! `aws cks keys`: the KMS keys in a store.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use kms_emulator::{AccessKey, Effect, Emulator, Fault, Operation};
use serde_json::{Value, json};

use super::waiters::{operations, store};
use crate::aws::{Aws, Run};
use crate::interrupts::interrupted;
use crate::terminal::{CTRL_C, Terminal};

const A: &str = "0aaaaaaa-0000-4000-8000-000000000001";

const B: &str = "0bbbbbbb-0000-4000-8000-000000000002";

/// A store in this state with two keys, and three keys outside of it.
fn two_of_five(state: &str) -> Emulator {
    let keys = json!([
        { "KeyId": A, "Description": "orders" },
        { "KeyId": B, "Description": "backups of the orders", "KeyState": "PendingDeletion" },
    ]);
    store(state, json!({ "Keys": keys })).keys(3).start().expect("an emulator")
}

fn keys(emulator: &Emulator, more: &[&str]) -> Aws {
    Aws::new(["cks", "keys", "prod-xks"].iter().chain(more)).to(emulator)
}

/// What it found, as data.
#[track_caller]
fn found(run: &Run) -> Value {
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{}", run.stdout);
    serde_json::from_str(&run.stdout).expect("JSON")
}

fn denied() -> Fault {
    let message = "User: arn:aws:iam::111122223333:user/u is not authorized".to_owned();
    Fault::once(Effect::Error { status: 400, code: "AccessDeniedException".into(), message })
}

/// The keys that were described, each as often as it was.
fn described(emulator: &Emulator) -> Vec<String> {
    let requests = emulator.requests();
    let of_keys = requests.iter().filter(|request| request.operation == Operation::DescribeKey);
    of_keys.map(|request| request.json()["KeyId"].as_str().expect("a key").to_owned()).collect()
}

#[test]
fn the_keys_of_a_store_are_a_table_and_a_count() {
    let emulator = two_of_five("CONNECTED");
    keys(&emulator, &[]).run().prints(&format!(
        "KEY ID                                DESCRIPTION            STATE\n\
         {A}  orders                 Enabled\n\
         {B}  backups of the orders  PendingDeletion\n\
         \n\
         2 keys in prod-xks of 5 in the account and Region.\n"
    ));
    assert_eq!(operations(&emulator)[..2], ["DescribeCustomKeyStores", "ListKeys"]);
    assert_eq!(emulator.requests()[1].json(), json!({ "Limit": 1000 }));
    assert_eq!((emulator.requests().len(), described(&emulator).len()), (7, 5));
}

#[test]
fn keys_of_a_store_that_is_not_connected_cannot_be_used() {
    let emulator = two_of_five("DISCONNECTED");
    let run = keys(&emulator, &[]).run();
    assert!(run.stdout.contains("orders                 Unavailable\n"), "{run:?}");
    let end = "2 keys in prod-xks of 5 in the account and Region.\nprod-xks is DISCONNECTED: they cannot be used.\n";
    assert!(run.code == Some(0) && run.stdout.ends_with(end), "{run:?}");
}

#[test]
fn of_an_unknown_state_it_is_not_known_whether_keys_can_be_used() {
    let emulator = two_of_five("CONNECTED");
    let mut store = emulator.stores().remove(0);
    store["ConnectionState"] = json!("PAUSED");
    let body = json!({ "CustomKeyStores": [store], "Truncated": false }).to_string().into_bytes();
    emulator.inject(Fault::once(Effect::Body { status: 200, body }));
    let run = keys(&emulator, &[]).run();
    let end = "prod-xks is PAUSED: whether they can be used is not known.\n";
    assert!(run.code == Some(0) && run.stdout.ends_with(end), "{run:?}");
}

#[test]
fn a_store_without_keys_has_no_table() {
    let emulator = store("DISCONNECTED", json!({})).keys(1).start().expect("an emulator");
    keys(&emulator, &[]).run().prints("0 keys in prod-xks of 1 in the account and Region.\n");
    let emulator = store("CONNECTED", json!({})).start().expect("an emulator");
    keys(&emulator, &[]).run().prints("0 keys in prod-xks of 0 in the account and Region.\n");
}

#[test]
fn data_is_for_scripts() {
    let emulator = two_of_five("DISCONNECTED");
    let data = found(&keys(&emulator, &["--output", "json"]).run());
    let arn = |id: &str| format!("arn:aws:kms:us-east-1:111122223333:key/{id}");
    let key = |id: &str, description: &str, state: &str| {
        json!({
            "KeyId": id, "Arn": arn(id), "Description": description, "KeyState": state, "Enabled": false,
            "XksKeyId": format!("key-{id}"),
        })
    };
    let wanted = json!({
        "CustomKeyStoreId": "cks-1234567890abcdef0", "CustomKeyStoreName": "prod-xks",
        "ConnectionState": "DISCONNECTED",
        "Keys": [key(A, "orders", "Unavailable"), key(B, "backups of the orders", "PendingDeletion")],
        "Examined": 5, "NotReadable": [],
    });
    assert_eq!(data, wanted);
    keys(&emulator, &["--query", "Keys[].KeyId", "--output", "text"]).run().prints(&format!("{A}\t{B}\n"));
    keys(&emulator, &["--query", "Examined"]).run().prints("5\n");
}

#[test]
fn all_pages_are_read_each_key_is_looked_at_once_and_no_more_than_a_thousand_a_second() {
    let emulator = store("CONNECTED", json!({ "Keys": 1100 })).keys(1100).start().expect("an emulator");
    let began = Instant::now();
    let data = found(&keys(&emulator, &["--output", "json"]).run());
    let elapsed = began.elapsed();
    assert!(elapsed > Duration::from_millis(2100), "{elapsed:?}");
    assert_eq!((data["Keys"].as_array().map(Vec::len), &data["Examined"]), (Some(1100), &json!(2200)));
    let ids: Vec<&str> =
        data["Keys"].as_array().into_iter().flatten().filter_map(|key| key["KeyId"].as_str()).collect();
    assert!(ids.is_sorted(), "in the order of the list");
    let described = described(&emulator);
    assert_eq!((described.len(), described.iter().collect::<BTreeSet<_>>().len()), (2200, 2200));
    assert_eq!(operations(&emulator)[..4], ["DescribeCustomKeyStores", "ListKeys", "ListKeys", "ListKeys"]);
}

#[test]
fn many_keys_are_looked_at_at_a_time() {
    let emulator = store("CONNECTED", json!({ "Keys": 200 })).start().expect("an emulator");
    emulator.set_delay(Operation::DescribeKey, Duration::from_millis(200));
    let began = Instant::now();
    assert_eq!(found(&keys(&emulator, &["--query", "length(Keys)"]).run()), json!(200));
    // One after the other they would take 40 seconds.
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

#[test]
fn throttling_and_trouble_that_passes_are_ridden_out() {
    let error = |status, code: &str| Effect::Error { status, code: code.into(), message: String::new() };
    for effect in [
        Fault::throttling().effect,
        error(429, "TooMany"),
        error(500, "KMSInternalException"),
        error(503, "ServiceUnavailable"),
        Effect::Close,
        Effect::LoseReply,
        Effect::Truncate { keep: 5 },
    ] {
        let emulator = two_of_five("CONNECTED");
        emulator.inject(Fault::once(effect.clone()).of(Operation::DescribeKey).times(12));
        emulator.inject(Fault::once(effect.clone()).of(Operation::ListKeys));
        let data = found(&keys(&emulator, &["--output", "json"]).run());
        assert_eq!((data["Keys"].as_array().map(Vec::len), &data["Examined"]), (Some(2), &json!(5)));
        assert_eq!(data["NotReadable"], json!([]), "{effect:?}");
        assert_eq!(emulator.requests().len(), 1 + 2 + 5 + 12, "{effect:?}");
    }
}

#[test]
fn a_key_that_may_not_be_read_does_not_stop_the_rest() {
    for code in ["AccessDeniedException", "NotFoundException"] {
        let refusal = || {
            let message = String::new();
            Fault::once(Effect::Error { status: 400, code: code.into(), message }).of(Operation::DescribeKey)
        };
        let emulator = two_of_five("CONNECTED");
        emulator.inject(refusal());
        let data = found(&keys(&emulator, &["--output", "json"]).run());
        let id = data["NotReadable"][0]["KeyId"].as_str().expect("an identifier");
        assert_eq!(data["NotReadable"], json!([{ "KeyId": id, "ErrorCode": code }]));
        let readable = data["Keys"].as_array().map_or(0, Vec::len);
        assert_eq!((readable, &data["Examined"]), (if [A, B].contains(&id) { 1 } else { 2 }, &json!(5)));
        emulator.inject(refusal());
        let run = keys(&emulator, &[]).run();
        let end = "\n\n1 key could not be read and may be in the store, too:\n  ";
        assert!(run.code == Some(0) && run.stdout.contains(end), "{run:?}");
        assert!(run.stdout.ends_with(&format!("  {code}\n")), "{run:?}");
    }
}

#[test]
fn of_many_keys_that_may_not_be_read_some_are_named() {
    let emulator = store("CONNECTED", json!({ "Keys": 1 })).keys(29).start().expect("an emulator");
    emulator.inject(denied().of(Operation::DescribeKey).times(25));
    let run = keys(&emulator, &[]).run();
    assert!(run.stdout.ends_with("\n  and 15 more (--output json shows all)\n"), "{run:?}");
    assert_eq!(run.stdout.matches("AccessDeniedException").count(), 10, "{run:?}");
}

#[test]
fn nothing_is_known_where_no_key_may_be_read() {
    let emulator = two_of_five("CONNECTED");
    emulator.inject(denied().of(Operation::DescribeKey).times(5));
    let words = "An error occurred (AccessDeniedException) when calling the DescribeKey operation";
    keys(&emulator, &[]).run().fails(254, words);
    emulator.clear_requests();
    emulator.inject(denied().of(Operation::ListKeys));
    let words = "An error occurred (AccessDeniedException) when calling the ListKeys operation";
    keys(&emulator, &[]).run().fails(254, words);
    assert_eq!(operations(&emulator), ["DescribeCustomKeyStores", "ListKeys"]);
}

#[test]
fn an_error_that_concerns_all_keys_ends_the_look() {
    let emulator = store("CONNECTED", json!({ "Keys": 300 })).start().expect("an emulator");
    let error = Effect::Error { status: 400, code: "ExpiredTokenException".into(), message: String::new() };
    emulator.inject(Fault::once(error).of(Operation::DescribeKey));
    let words = "An error occurred (ExpiredTokenException) when calling the DescribeKey operation";
    keys(&emulator, &[]).run().fails(254, words);
    assert!(described(&emulator).len() < 300);
    // Requests of the first run may still be on their way to its emulator.
    let emulator = store("CONNECTED", json!({ "Keys": 300 })).start().expect("an emulator");
    let page = Effect::Body { status: 200, body: b"<html>".to_vec() };
    emulator.inject(Fault::once(page).of(Operation::DescribeKey));
    keys(&emulator, &[]).run().fails(255, "KeyMetadata");
}

#[test]
fn descriptions_are_cut_off_at_the_width_and_cannot_move_the_cursor() {
    let keys_of_store = json!([{ "KeyId": A, "Description": "\u{1b}[2J".to_owned() + &"long ".repeat(99) }]);
    let emulator = store("CONNECTED", json!({ "Keys": keys_of_store })).start().expect("an emulator");
    let run = keys(&emulator, &[]).run();
    let line = run.stdout.lines().nth(1).expect("a key");
    assert!(line.starts_with(&format!("{A}  \\u{{1b}}[2Jlong ")) && line.ends_with("…  Enabled"), "{line}");
    assert!(line.chars().count() <= 80, "{line}");
}

#[test]
fn credentials_that_expire_meanwhile_are_renewed() {
    let key = |id: &str| AccessKey::new(id, "hush-hush").with_session_token("tok");
    let emulator = store("CONNECTED", json!({ "Keys": 1500 })).access_key(key("AKIDTOKEN1"));
    let emulator = emulator.access_key(key("AKIDTOKEN2")).start().expect("an emulator");
    emulator.set_delay(Operation::DescribeKey, Duration::from_millis(150));
    // The program asks twice at the start, since there is little time left; later ones are the second ones.
    let script = "echo x >> ran; [ $(wc -l < ran) -gt 2 ] && n=2 t='+1hour' || { n=1; t='+3sec'; }\n\
                  echo '{\"Version\":1,\"AccessKeyId\":\"AKIDTOKEN'$n'\",\"SecretAccessKey\":\"hush-hush\",\
                  \"SessionToken\":\"tok\",\"Expiration\":\"'$(date -u -d $t +%FT%TZ)'\"}'\n";
    let aws = keys(&emulator, &["--query", "length(Keys)"])
        .without("AWS_ACCESS_KEY_ID")
        .without("AWS_SECRET_ACCESS_KEY")
        .file(".aws/config", "[default]\ncredential_process = sh p.sh\n")
        .file("p.sh", script);
    assert_eq!(found(&aws.run()), json!(1500));
    let signed_with = |id: &str| {
        let requests = emulator.requests();
        requests.iter().any(|request| format!("{:?}", request.headers.get("authorization")).contains(id))
    };
    assert!(signed_with("AKIDTOKEN1") && signed_with("AKIDTOKEN2"));
    assert_eq!(described(&emulator).len(), 1500);
}

#[test]
fn an_unknown_store_is_a_usage_error_and_no_key_is_looked_at() {
    let emulator = two_of_five("CONNECTED");
    let words =
        "There is no custom key store with the identifier or the name prod-xsk. Did you mean prod-xks?";
    Aws::new(["cks", "keys", "prod-xsk"]).to(&emulator).run().fails(252, words);
    assert_eq!(operations(&emulator), ["DescribeCustomKeyStores"]);
}

#[test]
fn an_interrupt_ends_the_look() {
    let emulator = two_of_five("CONNECTED");
    emulator.set_delay(Operation::DescribeKey, Duration::from_secs(60));
    interrupted(keys(&emulator, &[]));
}

#[test]
fn a_terminal_shows_a_bar_that_is_gone_in_the_end() {
    let emulator = store("CONNECTED", json!({})).keys(300).start().expect("an emulator");
    emulator.set_delay(Operation::DescribeKey, Duration::from_millis(100));
    let mut terminal = Terminal::start(keys(&emulator, &[]).env("TERM", "xterm"));
    terminal.shows(" of 300");
    let (code, shown) = terminal.end();
    let end = "0 keys in prod-xks of 300 in the account and Region.\r\n";
    assert!(code == Some(0) && shown.contains("Looking at the keys"), "{shown:?}");
    assert!(shown.ends_with(end) && shown.contains("\u{1b}[2K"), "{shown:?}");
    emulator.set_delay(Operation::DescribeKey, Duration::from_secs(60));
    let mut terminal = Terminal::start(keys(&emulator, &[]).env("TERM", "xterm"));
    terminal.shows("Listing the keys");
    while described(&emulator).len() < 301 {
        std::thread::sleep(Duration::from_millis(5));
    }
    terminal.press(CTRL_C);
    assert_eq!(terminal.end().0, Some(130));
}

#[test]
fn the_operations_behind_it_are_no_commands() {
    for command in ["list-keys", "describe-key"] {
        Aws::new(["kms", command]).run().fails(252, &format!("Found invalid choice '{command}'"));
    }
}
