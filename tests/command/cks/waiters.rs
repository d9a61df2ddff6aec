//! `aws kms wait`.

use std::time::{Duration, Instant};

use kms_emulator::{
    AccessKey, Change, ConnectionErrorCode, ConnectionState, Effect, Emulator, Fault, Operation, SeedStore,
};
use serde_json::json;

use crate::aws::{Aws, Run};
#[cfg(unix)]
use crate::terminal::{CTRL_C, Terminal};

const ID: &str = "cks-1234567890abcdef0";

const NEVER: &str = "1h";

/// An emulator with one external key store in this state.
pub fn emulator(state: &str) -> Emulator {
    store(state, json!({})).start().expect("an emulator")
}

/// The same with other members of the store, to be started.
pub fn store(state: &str, more: serde_json::Value) -> kms_emulator::Builder {
    let proxy = json!({
        "AccessKeyId": "ABCDEFGHIJKLMNOPQRST", "UriEndpoint": "https://xks.example.com",
        "UriPath": "/kms/xks/v1", "Connectivity": "PUBLIC_ENDPOINT",
    });
    let mut store = json!({
        "CustomKeyStoreId": ID, "CustomKeyStoreName": "prod-xks", "ConnectionState": state,
        "XksProxyConfiguration": proxy,
    });
    for (name, value) in more.as_object().expect("members") {
        store[name] = value.clone();
    }
    let stores = SeedStore::read(&json!([store]).to_string()).expect("a store");
    Emulator::builder().seed_stores(stores)
}

/// The operations that were called, in order.
pub fn operations(emulator: &Emulator) -> Vec<&'static str> {
    emulator.requests().iter().map(|request| request.operation.name()).collect()
}

/// Before the n-th look at the store, somebody changes its state.
pub fn changes_at(emulator: &Emulator, look: u32, change: Change) {
    emulator.change(change.before(Operation::DescribeCustomKeyStores, look)).expect("a change");
}

fn wait(emulator: &Emulator, state: &str, more: &[&str]) -> Aws {
    waiter(state, &["--custom-key-store-id", ID], more).to(emulator)
}

fn waiter(state: &str, store: &[&str], more: &[&str]) -> Aws {
    let waiter = format!("custom-key-store-{state}");
    let words = ["kms", "wait", &waiter, "--interval", "20ms"];
    Aws::new(words.iter().chain(store).chain(more))
}

/// It failed with exactly this behind the name of the waiter.
#[track_caller]
fn fails(run: Run, words: &str) {
    assert_eq!((run.code, run.stdout.as_str()), (Some(255), ""));
    assert_eq!(run.stderr, format!("\naws: [ERROR]: Waiter CustomKeyStore{words}\n"));
}

#[test]
fn a_state_that_is_there_already_ends_the_wait_with_the_first_look() {
    for state in ["connected", "disconnected"] {
        let emulator = emulator(&state.to_uppercase());
        wait(&emulator, state, &[]).run().prints("");
        assert_eq!(operations(&emulator), ["DescribeCustomKeyStores"]);
        assert_eq!(emulator.requests()[0].json(), json!({ "CustomKeyStoreId": ID }));
    }
}

#[test]
fn a_store_is_waited_for_by_its_name_too() {
    let emulator = emulator("CONNECTED");
    waiter("connected", &["--custom-key-store-name", "prod-xks"], &[]).to(&emulator).run().prints("");
    assert_eq!(emulator.requests()[0].json(), json!({ "CustomKeyStoreName": "prod-xks" }));
}

#[test]
fn a_state_that_leads_there_is_waited_out_in_silence() {
    for (before, state, after) in [
        ("CONNECTING", "connected", ConnectionState::Connected),
        ("DISCONNECTING", "disconnected", ConnectionState::Disconnected),
    ] {
        let emulator = emulator(before);
        changes_at(&emulator, 3, Change::of(ID).state(after));
        wait(&emulator, state, &[]).run().prints("");
        assert_eq!(operations(&emulator).len(), 3);
    }
}

#[test]
fn failed_ends_the_wait_with_the_code_its_meaning_and_the_remedy() {
    let emulator = emulator("CONNECTING");
    let code = ConnectionErrorCode::parse("NETWORK_ERRORS").expect("a code");
    changes_at(&emulator, 2, Change::of(ID).failed(code));
    let run = wait(&emulator, "connected", &[]).run();
    fails(
        run,
        "Connected failed: prod-xks is FAILED with NETWORK_ERRORS: network errors keep KMS from the store; they often \
         pass.\n\
         To do: Disconnect the store, wait some minutes, and connect it again.\n  \
         aws cks disconnect prod-xks\n  \
         aws cks connect prod-xks",
    );
    assert_eq!(operations(&emulator).len(), 2);
}

#[test]
fn commands_name_the_profile_and_the_region_of_the_line() {
    let emulator = store("DISCONNECTED", json!({ "CustomKeyStoreName": "it's mine" })).start().expect("one");
    let run = wait(&emulator, "connected", &["--region", "us-east-1"]).run();
    let command = r"aws cks connect 'it'\''s mine' --region us-east-1";
    fails(
        run,
        &format!(
            "Connected failed: it's mine is DISCONNECTED, which does not lead to CONNECTED.\nTo do:\n  {command}"
        ),
    );
}

#[test]
fn a_name_that_terminals_obey_is_not_shown() {
    let emulator = store("DISCONNECTED", json!({ "CustomKeyStoreName": "\u{1b}[2Jx" })).start().expect("one");
    let run = wait(&emulator, "connected", &[]).run();
    run.fails(255, &format!("{ID} is DISCONNECTED")).hides("\u{1b}");
}

#[test]
fn a_state_that_leads_elsewhere_ends_the_wait_at_once() {
    for (found, state, command) in [
        ("DISCONNECTED", "Connected", "connect"),
        ("DISCONNECTING", "Connected", "connect"),
        ("CONNECTED", "Disconnected", "disconnect"),
        ("CONNECTING", "Disconnected", "disconnect"),
    ] {
        let emulator = emulator(found);
        let run = wait(&emulator, &state.to_lowercase(), &[]).run();
        let target = state.to_uppercase();
        fails(
            run,
            &format!(
                "{state} failed: prod-xks is {found}, which does not lead to {target}.\nTo do:\n  aws cks {command} prod-xks"
            ),
        );
        assert_eq!(operations(&emulator).len(), 1);
    }
}

#[test]
fn a_wait_for_disconnected_fails_on_failed_and_says_why_it_is_so() {
    let emulator = store("FAILED", json!({ "ConnectionErrorCode": "XKS_PROXY_TIMED_OUT" })).start();
    let run = wait(&emulator.expect("one"), "disconnected", &[]).run();
    let run = run.fails(255, "Disconnected failed: prod-xks is FAILED with XKS_PROXY_TIMED_OUT: ");
    assert!(run.stderr.ends_with("\nTo do:\n  aws cks disconnect prod-xks\n"), "{}", run.stderr);
}

#[test]
fn a_store_that_is_connected_and_lost_again_ends_the_wait() {
    let emulator = emulator("CONNECTING");
    changes_at(&emulator, 2, Change::of(ID).state(ConnectionState::Disconnected));
    wait(&emulator, "connected", &[]).run().fails(255, "prod-xks is DISCONNECTED, which does not");
}

#[test]
fn a_store_that_does_not_exist_or_is_deleted_meanwhile_fails_in_the_words_of_kms() {
    let words = "Waiter CustomKeyStoreConnected failed: An error occurred (CustomKeyStoreNotFoundException)";
    let emulator = emulator("CONNECTING");
    let other = waiter("connected", &["--custom-key-store-name", "none"], &[]);
    other.to(&emulator).run().fails(255, words);
    assert_eq!(operations(&emulator).len(), 1);
    changes_at(&emulator, 2, Change::of(ID).delete());
    wait(&emulator, "connected", &[]).run().fails(255, words);
    assert_eq!(operations(&emulator).len(), 3);
}

#[test]
fn an_error_that_does_not_pass_ends_the_wait() {
    let emulator = emulator("CONNECTING");
    let (status, code) = (400, "AccessDeniedException".into());
    emulator.inject(Fault::once(Effect::Answer));
    emulator.inject(Fault::once(Effect::Error { status, code, message: "not you".into() }));
    fails(
        wait(&emulator, "connected", &[]).run(),
        "Connected failed: An error occurred (AccessDeniedException): not you",
    );
}

#[test]
fn throttling_errors_of_kms_and_lost_connections_are_ridden_out() {
    let error = |status, code: &str| {
        let code = code.to_owned();
        Fault::once(Effect::Error { status, code, message: String::new() })
    };
    for fault in [
        Fault::throttling(),
        error(429, "TooManyRequestsException"),
        error(500, "KMSInternalException"),
        error(503, "ServiceUnavailable"),
        Fault::once(Effect::Body { status: 502, body: b"<html>".to_vec() }),
        Fault::once(Effect::Close),
        Fault::once(Effect::LoseReply),
        Fault::once(Effect::Truncate { keep: 5 }),
    ] {
        let emulator = emulator("CONNECTING");
        emulator.inject(fault.clone().times(5));
        changes_at(&emulator, 7, Change::of(ID).state(ConnectionState::Connected));
        let run = wait(&emulator, "connected", &[]).run();
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{fault:?}");
        assert_eq!(operations(&emulator).len(), 7, "{fault:?}");
    }
}

#[test]
fn the_time_out_ends_the_wait_with_the_state_and_the_last_failure() {
    let slow = emulator("CONNECTING");
    let run = wait(&slow, "connected", &["--timeout", "2s"]).run();
    fails(run, "Connected failed: prod-xks is still CONNECTING after 2s.");
    assert!(operations(&slow).len() > 3);

    slow.inject(Fault::once(Effect::Answer));
    slow.inject(Fault::throttling().times(1000));
    let run = wait(&slow, "connected", &["--timeout", "2s"]).run();
    let words = "Connected failed: prod-xks is still CONNECTING after 2s. The last look failed: An error occurred \
                 (ThrottlingException) when calling the DescribeCustomKeyStores operation";
    run.fails(255, words);

    slow.clear_faults();
    slow.inject(Fault::once(Effect::Close).times(1000));
    let run = wait(&slow, "connected", &["--timeout", "2s"]).run();
    let words =
        format!("Connected failed: KMS has not shown the state of {ID} within 2s. The last look failed: ");
    run.fails(255, &words);
}

#[test]
fn the_time_out_ends_a_call_that_hangs() {
    let emulator = emulator("CONNECTED");
    emulator.inject(Fault { delay_ms: 60_000, ..Fault::once(Effect::Answer) });
    let began = Instant::now();
    let run = wait(&emulator, "connected", &["--timeout", "2s"]).run();
    fails(run, &format!("Connected failed: KMS has not shown the state of {ID} within 2s."));
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
}

#[test]
fn an_endpoint_where_nobody_has_ever_answered_is_not_waited_for() {
    let emulator = emulator("CONNECTED");
    let endpoint = emulator.endpoint().to_owned();
    emulator.stop();
    let store = ["--custom-key-store-id", ID];
    let run = waiter("connected", &store, &[]).env("AWS_ENDPOINT_URL", endpoint).run();
    run.fails(255, "Waiter CustomKeyStoreConnected failed: Could not connect to the endpoint URL");
}

#[test]
fn what_no_service_of_aws_says_ends_the_wait() {
    let emulator = emulator("CONNECTED");
    emulator.inject(Fault::once(Effect::Body { status: 200, body: b"<html>".to_vec() }));
    wait(&emulator, "connected", &[]).run().fails(255, "is of type JSON but is not valid JSON");
    emulator.inject(Fault::once(Effect::Body { status: 200, body: b"{\"CustomKeyStores\": []}".to_vec() }));
    wait(&emulator, "connected", &[]).run().fails(255, "does not show the custom key store");
}

#[test]
fn a_state_that_nobody_knows_is_waited_out() {
    let body = json!({ "CustomKeyStores": [
        { "CustomKeyStoreId": ID, "CustomKeyStoreName": "prod-xks", "ConnectionState": "MOVING" },
    ] });
    let emulator = emulator("CONNECTED");
    emulator.inject(Fault::once(Effect::Body { status: 200, body: body.to_string().into_bytes() }).times(2));
    wait(&emulator, "connected", &[]).run().prints("");
    assert_eq!(operations(&emulator).len(), 3);
    let body = body.to_string().replace("MOVING", r"\u001b[2J").into_bytes();
    emulator.inject(Fault::once(Effect::Body { status: 200, body }).times(1000));
    let run = wait(&emulator, "connected", &["--timeout", "1s"]).run();
    fails(run, r"Connected failed: prod-xks is still \u{1b}[2J after 1s.");
}

#[test]
fn a_time_out_beyond_all_time_is_no_problem() {
    let emulator = emulator("CONNECTED");
    wait(&emulator, "connected", &["--timeout", "9223372036854775807s"]).run().prints("");
    let interval = ["--interval", "9223372036854775807s", "--timeout", "2s"];
    let words = "is still CONNECTING after 2s.";
    wait(&self::emulator("CONNECTING"), "connected", &interval).run().fails(255, words);
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_the_wait_without_a_word_on_a_pipe() {
    let emulator = emulator("CONNECTING");
    let (child, _home) = wait(&emulator, "connected", &[]).stdout(std::process::Stdio::piped()).start();
    while operations(&emulator).len() < 3 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("a signal");
    let output = child.wait_with_output().expect("an ended program");
    assert_eq!((output.status.code(), output.stdout, output.stderr), (Some(130), b"\n".to_vec(), Vec::new()));
}

#[cfg(unix)]
#[test]
fn a_terminal_shows_the_state_and_the_time_in_one_line_that_goes_away() {
    let emulator = emulator("CONNECTING");
    let aws = wait(&emulator, "connected", &["--timeout", NEVER]).env("TERM", "xterm");
    let mut terminal = Terminal::start(aws);
    terminal.shows("0:00  prod-xks is CONNECTING");
    terminal.shows("0:01  prod-xks is CONNECTING");
    emulator.change(Change::of(ID).state(ConnectionState::Connected)).expect("a change");
    let (code, shown) = terminal.end();
    assert_eq!((code, shown.contains('\n')), (Some(0), false), "{shown:?}");
    assert!(shown.ends_with("\r\u{1b}[2K"), "{shown:?}");
}

#[cfg(unix)]
#[test]
fn an_interrupt_on_a_terminal_takes_the_line_away() {
    let emulator = emulator("CONNECTING");
    let mut terminal = Terminal::start(wait(&emulator, "connected", &[]).env("TERM", "xterm"));
    terminal.shows("prod-xks is CONNECTING");
    terminal.press(CTRL_C);
    let (code, shown) = terminal.end();
    assert_eq!(code, Some(130));
    assert!(shown.ends_with("\r\u{1b}[2K\r\n"), "{shown:?}");
}

#[cfg(unix)]
#[test]
fn a_terminal_without_abilities_sees_nothing_move() {
    let emulator = emulator("CONNECTING");
    changes_at(&emulator, 3, Change::of(ID).state(ConnectionState::Connected));
    let run = Terminal::start(wait(&emulator, "connected", &[]).env("TERM", "dumb")).end();
    assert_eq!(run, (Some(0), String::new()));
}

/// A wait with credentials of a process, which are valid for five seconds the first times. The program asks twice at the start,
/// since there is little time left. `later` is run from the third time on.
fn with_short_credentials(emulator: &Emulator, later: &str, more: &[&str]) -> Aws {
    let script = format!(
        "echo x >> ran; n=1; t=+5sec; [ $(wc -l < ran) -gt 2 ] && {{ {later}; }}\n\
         echo '{{\"Version\":1,\"AccessKeyId\":\"AKIDTOKEN'$n'\",\"SecretAccessKey\":\"hush-hush\",\
         \"SessionToken\":\"tok\",\"Expiration\":\"'$(date -u -d $t +%FT%TZ)'\"}}'\n"
    );
    wait(emulator, "connected", more)
        .without("AWS_ACCESS_KEY_ID")
        .without("AWS_SECRET_ACCESS_KEY")
        .file(".aws/config", "[default]\ncredential_process = sh p.sh\n")
        .file("p.sh", script)
}

fn with_two_keys() -> Emulator {
    let key = |id: &str| AccessKey::new(id, "hush-hush").with_session_token("tok");
    let emulator = store("CONNECTING", json!({})).access_key(key("AKIDTOKEN1")).access_key(key("AKIDTOKEN2"));
    emulator.start().expect("an emulator")
}

#[cfg(unix)]
#[test]
fn credentials_that_expire_during_the_wait_are_renewed() {
    let emulator = with_two_keys();
    let (child, home) = with_short_credentials(&emulator, "n=2 t=+1hour", &[]).start();
    let signed_with = |id: &str| {
        let requests = emulator.requests();
        requests.iter().any(|request| format!("{:?}", request.headers.get("authorization")).contains(id))
    };
    let began = Instant::now();
    while !signed_with("AKIDTOKEN2") && began.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(signed_with("AKIDTOKEN1"));
    emulator.change(Change::of(ID).state(ConnectionState::Connected)).expect("a change");
    let output = child.wait_with_output().expect("an ended program");
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
    assert_eq!(std::fs::read_to_string(home.path().join("ran")).expect("a file").lines().count(), 3);
}

#[cfg(unix)]
#[test]
fn the_time_out_ends_a_renewal_that_hangs() {
    let emulator = with_two_keys();
    let run = with_short_credentials(&emulator, "exec sleep 20", &["--timeout", "10s"]).run();
    fails(run, "Connected failed: prod-xks is still CONNECTING after 10s.");
}

#[cfg(unix)]
#[test]
fn credentials_that_cannot_be_renewed_end_the_wait() {
    let emulator = with_two_keys();
    let run = with_short_credentials(&emulator, "echo no more >&2; exit 1", &[]).run();
    run.fails(255, "Error when retrieving credentials from custom-process: no more");
}
