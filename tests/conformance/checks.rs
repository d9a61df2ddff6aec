//! Checks of the harness itself, and of its data. They run as trials named `harness/...`.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Arc;

use libtest_mimic::{Failed, Trial};
use serde_json::{Value, json};

use crate::case::{self, Case, Outcome, Reply, Text};
use crate::differences::Differences;
use crate::judge::{self, Key};
use crate::process::{self, Ended, Invocation};
use crate::server::Server;
use crate::{GROUPS, json as layout, mutate, sigv4};

/// The checks, ready to run.
pub fn trials(cases: &Arc<Vec<Case>>, differences: &Arc<Differences>) -> Vec<Trial> {
    let own: [(&str, fn()); 19] = [
        ("a_signature_of_the_published_test_suite_is_right", published_signature),
        ("a_signature_of_another_request_is_wrong", signature_of_another_request),
        ("a_request_without_a_signature_has_no_verdict", no_signature),
        ("a_wrong_exit_code_differs", wrong_exit),
        ("a_wrong_output_differs", wrong_output),
        ("a_missing_request_differs", missing_request),
        ("stderr_may_go_on_after_the_recorded_text", longer_stderr),
        ("stderr_of_a_silent_reference_must_be_empty", silent_stderr),
        ("hints_after_a_silent_reference_are_no_difference", hints_alone),
        ("a_terminal_shows_hints_beside_the_output", hints_on_a_terminal),
        ("stderr_is_compared_up_to_the_text_that_the_case_names", stderr_until),
        ("what_a_case_ignores_is_neither_compared_nor_recorded", ignored),
        ("the_order_of_the_fields_of_a_form_or_a_query_does_not_count", order_of_fields),
        ("requests_to_the_metadata_service_do_not_count", metadata_service),
        ("the_server_keeps_a_connection_and_repeats_its_last_reply", server_keeps_connection),
        ("the_server_takes_the_targets_that_a_proxy_gets", server_as_proxy),
        ("bytes_that_are_no_text_reach_the_program", raw_arguments),
        ("a_terminal_has_its_size_and_takes_what_is_typed", terminal),
        ("the_same_seed_makes_the_same_line", mutate::the_same_seed_makes_the_same_line),
    ];
    let mut trials: Vec<Trial> = Vec::new();
    for (name, check) in own {
        trials.push(named(name, move || {
            check();
            Ok(())
        }));
    }
    let (listed, differences) = (Arc::clone(cases), Arc::clone(differences));
    trials.push(named("each_known_difference_stands_for_a_case_and_is_documented", move || {
        Ok(differences.check(&listed)?)
    }));
    let listed = Arc::clone(cases);
    trials.push(named("each_case_has_an_id_of_its_own_that_begins_with_its_group", move || unique(&listed)));
    trials.push(named("the_case_files_are_laid_out_as_the_recorder_writes_them", laid_out));
    trials
}

fn named(name: &str, check: impl FnOnce() -> Result<(), Failed> + Send + 'static) -> Trial {
    Trial::test(format!("harness/{name}"), check)
}

/// `post-x-www-form-urlencoded` of the AWS Signature Version 4 test suite, as headers and body.
fn signed_form() -> (BTreeMap<String, String>, &'static [u8]) {
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("host", "example.amazonaws.com"),
        ("x-amz-date", "20150830T123600Z"),
        (
            "authorization",
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date, \
             Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
        ),
    ];
    (headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into(), b"Param1=value1")
}

fn published_signature() {
    let (headers, body) = signed_form();
    assert_eq!(sigv4::verify("POST", "/", &headers, body, sigv4::SECRET_ACCESS_KEY), Some(true));
    let absolute = "http://example.amazonaws.com/";
    assert_eq!(sigv4::verify("POST", absolute, &headers, body, sigv4::SECRET_ACCESS_KEY), Some(true));
    assert_eq!(sigv4::scope(&headers).as_deref(), Some("AKIDEXAMPLE/us-east-1/service/aws4_request"));
}

fn signature_of_another_request() {
    let (mut headers, body) = signed_form();
    let verify = |path, headers: &_, body, secret| sigv4::verify("POST", path, headers, body, secret);
    assert_eq!(verify("/", &headers, b"Param1=value2", sigv4::SECRET_ACCESS_KEY), Some(false));
    assert_eq!(verify("/x", &headers, body, sigv4::SECRET_ACCESS_KEY), Some(false));
    assert_eq!(verify("/", &headers, body, "another secret"), Some(false));
    headers.insert("host".to_owned(), "example.com".to_owned());
    assert_eq!(verify("/", &headers, body, sigv4::SECRET_ACCESS_KEY), Some(false));
    headers.insert("authorization".to_owned(), "Basic YTpi".to_owned());
    assert_eq!(verify("/", &headers, body, sigv4::SECRET_ACCESS_KEY), Some(false));
}

fn no_signature() {
    let (mut headers, body) = signed_form();
    headers.remove("authorization");
    assert_eq!(sigv4::verify("POST", "/", &headers, body, sigv4::SECRET_ACCESS_KEY), None);
    assert_eq!(sigv4::scope(&headers), None);
}

/// A case with `members` beside those that each case has.
fn case(members: Value) -> Case {
    let mut case = json!({"id": "harness/case", "tier": "core", "argv": []});
    let (Some(case_members), Value::Object(members)) = (case.as_object_mut(), members) else {
        panic!("the members are no object");
    };
    case_members.extend(members);
    serde_json::from_value(case).expect("the case is right")
}

fn outcome() -> Outcome {
    let request =
        json!({"method": "POST", "path": "/", "body": {"CustomKeyStoreId": "cks-1"}, "signature_ok": true});
    Outcome {
        exit: Some(0),
        stdout: Some(Text("out\n".to_owned())),
        stderr: Some(Text("warned\n".to_owned())),
        requests: Some(vec![request.as_object().cloned().unwrap_or_default()]),
        files: None,
    }
}

/// The parts that differ once `change` has been at the outcome.
fn changed(members: Value, change: impl FnOnce(&mut Outcome)) -> Vec<Key> {
    let (want, mut got) = (outcome(), outcome());
    change(&mut got);
    judge::judge(&case(members), &want, &got).into_iter().map(|difference| difference.key).collect()
}

fn wrong_exit() {
    assert_eq!(changed(json!({}), |_| ()), []);
    assert_eq!(changed(json!({}), |got| got.exit = Some(252)), [Key::Exit]);
    assert_eq!(changed(json!({}), |got| got.exit = None), [Key::Exit]);
}

fn wrong_output() {
    assert_eq!(changed(json!({}), |got| got.stdout = Some(Text("out\nmore\n".to_owned()))), [Key::Stdout]);
    let found = judge::judge(
        &case(json!({})),
        &outcome(),
        &Outcome { stdout: Some(Text("oops\n".into())), ..outcome() },
    );
    assert_eq!(
        found.iter().map(ToString::to_string).collect::<String>(),
        "  stdout differs (- want, + got), line 1:\n    - \"out\\n\"\n    + \"oops\\n\"\n"
    );
}

fn missing_request() {
    assert_eq!(changed(json!({}), |got| got.requests = Some(Vec::new())), [Key::Requests]);
    let unsigned = |got: &mut Outcome| {
        got.requests.iter_mut().flatten().for_each(|request| drop(request.remove("signature_ok")));
    };
    assert_eq!(changed(json!({}), unsigned), [Key::Requests]);
}

fn longer_stderr() {
    let stderr = |text: &str| {
        let text = Some(Text(text.to_owned()));
        changed(json!({}), |got| got.stderr = text)
    };
    assert_eq!(stderr("warned\nand more\n"), []);
    assert_eq!(stderr("first\nwarned\n"), [Key::Stderr]);
    assert_eq!(stderr("warn"), [Key::Stderr]);
    assert_eq!(stderr(""), [Key::Stderr]);
}

fn silent_stderr() {
    let silent = Outcome { stderr: Some(Text(String::new())), ..outcome() };
    let found = judge::judge(&case(json!({})), &silent, &outcome());
    assert_eq!(found.iter().map(|difference| difference.key).collect::<Vec<_>>(), [Key::Stderr]);
}

fn hints_alone() {
    let silent = Outcome { stderr: Some(Text(String::new())), ..outcome() };
    let found = |stderr: &str| {
        let got = Outcome { stderr: Some(Text(stderr.to_owned())), ..outcome() };
        let found = judge::judge(&case(json!({})), &silent, &got);
        found.into_iter().map(|difference| difference.key).collect::<Vec<_>>()
    };
    assert_eq!(found(""), []);
    assert_eq!(found("hint: one\nhint: two\n"), []);
    for other in ["warned\n", "hint: one\nwarned\n", "hint:one\n", "hint: one\n\n", "a hint: one\n"] {
        assert_eq!(found(other), [Key::Stderr], "{other:?}");
    }
    assert_eq!(
        changed(json!({}), |got| got.stderr = Some(Text("hint: one\nwarned\n".to_owned()))),
        [Key::Stderr]
    );
}

fn hints_on_a_terminal() {
    let more = |got: &mut Outcome| got.stdout = Some(Text("out\nhint: one\r\n".to_owned()));
    assert_eq!(changed(json!({"tty": true}), more), []);
    assert_eq!(changed(json!({}), more), [Key::Stdout]);
}

fn stderr_until() {
    let until = || json!({"stderr_until": "ned"});
    assert_eq!(changed(until(), |got| got.stderr = Some(Text("warned of a secret".to_owned()))), []);
    assert_eq!(changed(until(), |got| got.stderr = Some(Text("turned\n".to_owned()))), [Key::Stderr]);
    assert_eq!(judge::comparable(&case(until()), &outcome()).stderr, Some(Text("warned".to_owned())));
}

fn ignored() {
    let ignore = || json!({"ignore": ["stderr", "body"]});
    let change = |got: &mut Outcome| {
        got.stderr = Some(Text("other".to_owned()));
        got.requests.iter_mut().flatten().for_each(|request| request["body"] = json!({}));
    };
    assert_eq!(changed(ignore(), change), []);
    let recorded =
        serde_json::to_value(judge::comparable(&case(ignore()), &outcome())).expect("it can be written");
    let request = json!({"method": "POST", "path": "/", "signature_ok": true});
    assert_eq!(recorded, json!({"exit": 0, "stdout": "out\n", "requests": [request]}));
}

/// The parts that differ when the request `want` is recorded and `got` comes.
fn requested(want: &[Value], got: &[Value]) -> Vec<Key> {
    let outcome = |requests: &[Value]| {
        let requests = requests.iter().filter_map(Value::as_object).cloned().collect();
        Outcome { requests: Some(requests), ..outcome() }
    };
    let found = judge::judge(&case(json!({})), &outcome(want), &outcome(got));
    found.into_iter().map(|difference| difference.key).collect()
}

fn order_of_fields() {
    let form = |content_type: &str, body: Value| json!({"method": "POST", "path": "/", "content_type": content_type, "body": body});
    let recorded =
        form("application/x-www-form-urlencoded", json!({"Action": "AssumeRole", "Id": "a b", "X": ""}));
    let sent = |body: &str| form("application/x-www-form-urlencoded; charset=utf-8", json!(body));
    assert_eq!(requested(std::slice::from_ref(&recorded), &[sent("X=&Id=a+b&Action=AssumeRole")]), []);
    assert_eq!(requested(&[recorded], &[sent("X=&Id=a+c&Action=AssumeRole")]), [Key::Requests]);
    let get = |path: &str| json!({"method": "GET", "path": path});
    assert_eq!(requested(&[get("/x?a=1&b=2")], &[get("/x?b=2&a=1")]), []);
    assert_eq!(requested(&[get("/x?a=1&b=2")], &[get("/x?a=1")]), [Key::Requests]);
}

fn metadata_service() {
    let get = |path: &str| json!({"method": "GET", "path": path});
    assert_eq!(requested(&[get("/")], &[get("/latest/meta-data/"), get("/")]), []);
    assert_eq!(requested(&[get("/")], &[get("/latest"), get("/")]), [Key::Requests]);
}

/// Sends each request on one connection and reads the replies' statuses and bodies.
fn replies(server: &Server, requests: &[&str]) -> Vec<(String, String)> {
    let stream = TcpStream::connect(("127.0.0.1", server.port())).expect("the server listens");
    let mut stream = BufReader::new(stream);
    let mut read = Vec::new();
    for request in requests {
        stream.get_mut().write_all(request.as_bytes()).expect("the connection stands");
        let (mut status, mut length, mut line) = (String::new(), 0, String::new());
        while stream.read_line(&mut line).expect("the reply comes") > 2 {
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.trim().parse().expect("the length is a number");
            } else if status.is_empty() {
                status = line.trim().to_owned();
            }
            line.clear();
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).expect("the body comes");
        read.push((status, String::from_utf8(body).expect("the body is text")));
    }
    read
}

fn server_keeps_connection() {
    let script: Vec<Reply> = serde_json::from_value(json!([
        {"status": 400, "body": {"b": [1, "\u{e9}"], "a": null}},
        {"body": "as it is"},
    ]))
    .expect("the replies are right");
    let server = Server::start(&script, None).expect("a port is free");
    let request = "POST / HTTP/1.1\r\nX-Amz-Target: T.O\r\ncontent-length: 7\r\n\r\n{\"a\":1}";
    let read = replies(&server, &[request, request, request]);
    assert_eq!(read[0], ("HTTP/1.1 400 Bad Request".into(), "{\"b\": [1, \"\\u00e9\"], \"a\": null}".into()));
    assert_eq!(read[1], ("HTTP/1.1 200 OK".into(), "as it is".into()));
    assert_eq!(read[2], read[1]);
    let recorded = server.stop();
    assert_eq!(recorded.len(), 3);
    assert_eq!(
        Value::from(recorded[0].clone()),
        json!({"method": "POST", "path": "/", "target": "T.O", "body": {"a": 1}})
    );
}

fn server_as_proxy() {
    let server = Server::start(&[], None).expect("a port is free");
    let absolute = "POST http://kms.example.com/ HTTP/1.1\r\ncontent-length: 16\r\n\r\n{\"a\": \"\\ud800 \"}";
    let read = replies(&server, &["CONNECT kms.example.com:443 HTTP/1.1\r\n\r\n", absolute]);
    assert_eq!(read[0].1, "{}");
    let recorded: Vec<Value> = server.stop().into_iter().map(Value::from).collect();
    let connect = json!({"method": "CONNECT", "path": "kms.example.com:443", "body": ""});
    let surrogate =
        json!({"method": "POST", "path": "http://kms.example.com/", "body": "{\"a\": \"\\ud800 \"}"});
    assert_eq!(recorded, [connect, surrogate]);
}

/// Runs a program of the system.
fn ended(program: &str, arguments: &[&OsStr], stdin: &str, terminal: Option<(u16, u16)>) -> Ended {
    process::run(&Invocation {
        program: Path::new(program),
        arguments: arguments.iter().map(OsString::from).collect(),
        environment: [("PATH".to_owned(), "/usr/bin:/bin".into())].into(),
        directory: Path::new("/"),
        stdin: stdin.as_bytes(),
        terminal,
    })
    .expect("the program runs")
}

fn raw_arguments() {
    let script = OsStr::new("printf %s \"$1\"; cat >&2; exit 7");
    let arguments = [OsStr::new("-c"), script, OsStr::new("sh"), OsStr::from_bytes(b"a\xff")];
    let ended = ended("/bin/sh", &arguments, "input", None);
    assert_eq!((ended.code, ended.stdout, ended.stderr), (7, b"a\xff".to_vec(), b"input".to_vec()));
}

fn terminal() {
    let script = OsStr::new("stty size; printf 'code: '; read code; echo \"<$code>\"");
    let ended = ended("/bin/sh", &[OsStr::new("-c"), script], "123\n", Some((24, 100)));
    assert_eq!(String::from_utf8_lossy(&ended.stdout), "24 100\r\ncode: 123\r\n<123>\r\n");
    assert_eq!(ended.code, 0);
}

fn unique(cases: &[Case]) -> Result<(), Failed> {
    let mut seen = BTreeSet::new();
    for case in cases {
        let group = case.id.split('/').next().unwrap_or_default();
        if !GROUPS.contains(&group) || !seen.insert(&case.id) {
            return Err(format!("{}: of no group, or there twice", case.id).into());
        }
    }
    Ok(())
}

fn laid_out() -> Result<(), Failed> {
    for group in GROUPS {
        let text = fs::read_to_string(case::file(group))?;
        let cases: Vec<Value> = serde_json::from_str(&text)?;
        if layout::case_file(&cases) != text {
            return Err(format!("{group}.json: not as --record writes it").into());
        }
    }
    Ok(())
}
