use std::ffi::OsString;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use proptest::prelude::*;
use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;

use super::app::{App, Outcome};
use super::draw;
use crate::cks::store::Store;
use crate::cli::alias::Aliases;
use crate::cli::{partial, words};
use crate::environment::Environment;
use crate::value::json;

const PASSWORD: &str = "Hush-7Qx7zZ1";

const STORES: &str = r#"[
  {"CustomKeyStoreId": "cks-1", "CustomKeyStoreName": "prod-xks", "CustomKeyStoreType": "EXTERNAL_KEY_STORE",
   "ConnectionState": "CONNECTED", "XksProxyConfiguration": {"Connectivity": "PUBLIC_ENDPOINT",
   "AccessKeyId": "ABCDE23456723EXAMPLE", "UriEndpoint": "https://a.example.com", "UriPath": "/kms/xks/v1"}},
  {"CustomKeyStoreId": "cks-2", "CustomKeyStoreName": "hsm", "CustomKeyStoreType": "AWS_CLOUDHSM",
   "ConnectionState": "DISCONNECTED", "CloudHsmClusterId": "cluster-2a3b4c5d6e7"}
]"#;

fn stores() -> Vec<Store> {
    let stores = json::parse(STORES).expect("a document");
    stores.as_list().expect("a list").iter().filter_map(Store::of).collect()
}

/// The prompt of a line, in which the stores are known.
fn app<'e>(line: &[&str], environment: &'e Environment) -> App<'e> {
    let words = words::words(line.iter().map(OsString::from));
    let partial = partial::read(&words, &Aliases::default()).expect("a line");
    let mut app = App::new(partial, "default · us-east-1".to_owned(), true, environment);
    app.set_stores(Ok(stores()));
    app
}

fn key(code: KeyCode) -> KeyEvent {
    KeyEvent::new(code, KeyModifiers::NONE)
}

fn control(c: char) -> KeyEvent {
    KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL)
}

fn type_in(app: &mut App, text: &str) {
    for c in text.chars() {
        assert_eq!(app.key(key(KeyCode::Char(c))), None);
    }
}

/// The lines of a screen of this size.
fn screen(app: &App, width: u16, height: u16) -> Vec<String> {
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    draw::draw(app, &mut buffer);
    let row = |y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..height).map(row).collect()
}

#[test]
fn the_form_of_an_external_store_looks_like_this() {
    let environment = Environment::default();
    let mut app = app(&["kms", "update-custom-key-store", "--custom-key-store-id", "cks-1"], &environment);
    type_in(&mut app, "prod-2");
    app.key(key(KeyCode::Tab));
    type_in(&mut app, "https://b.example.com:443");
    let expected = "
 aws kms update-custom-key-store                            default · us-east-1
   custom key store id*       cks-1   prod-xks, external, CONNECTED
   new custom key store name  prod-2                                now prod-xks
 ▸ uri endpoint               https://b.example.com:443    now https://a.exampl…
     ! XksProxyUriEndpoint must be https:// and a host name, without port and
       path: ':', its character 22, does not fit.
     ! KMS changes this only in a store that is DISCONNECTED; it is CONNECTED.
   uri path                                                      now /kms/xks/v1
   access key id                                           now ABCDE23456723EXA…
   raw secret access key
   connectivity                                              now PUBLIC_ENDPOINT

 --xks-proxy-uri-endpoint  10 to 128 characters
 Now: https://a.example.com
 The address at which KMS reaches the external key store proxy: https:// and a
 host name, without a port. With a VPC endpoint service it is https:// and the
 private DNS name of the service. The store must be disconnected.
 Tab next  ^R review  Esc leave  F1 more help";
    assert_eq!(format!("\n{}", screen(&app, 80, 18).join("\n")), expected);
}

#[test]
fn the_line_that_is_run_has_what_was_typed_and_the_one_that_is_shown_no_secret() {
    let environment = Environment::default();
    let line = ["kms", "update-custom-key-store", "--custom-key-store-id", "cks-2", "--region", "eu-west-1"];
    let mut app = app(&line, &environment);
    app.key(key(KeyCode::Tab));
    type_in(&mut app, PASSWORD);
    app.key(control('r'));
    let Some(Outcome::Run { words, line }) = app.key(control('x')) else { panic!("a run") };
    let expected = [
        "kms",
        "update-custom-key-store",
        "--region=eu-west-1",
        "--custom-key-store-id",
        "cks-2",
        "--key-store-password",
        PASSWORD,
    ];
    assert_eq!(words, expected);
    assert_eq!(
        line,
        "aws kms update-custom-key-store --region=eu-west-1 --custom-key-store-id cks-2 --key-store-password \
         file://key-store-password.txt"
    );
}

#[test]
fn a_credential_is_written_so_that_it_is_read_as_it_was_typed() {
    let environment = Environment::default();
    let credential = |id: &str, secret: &str| {
        let mut app =
            app(&["kms", "update-custom-key-store", "--custom-key-store-id", "cks-1"], &environment);
        for text in ["", "", "", id, secret] {
            type_in(&mut app, text);
            app.key(key(KeyCode::Tab));
        }
        app.key(control('r'));
        let Some(Outcome::Run { words, .. }) = app.key(control('x')) else { panic!("a run") };
        words.last().cloned().expect("a value")
    };
    let id = "ABCDE23456723EXAMPLE";
    let secret = "a".repeat(40);
    assert_eq!(
        credential(id, &format!("{secret}/+=")),
        format!("AccessKeyId={id},RawSecretAccessKey={secret}/+=")
    );
    assert_eq!(
        credential(id, "file://a b,c.txt"),
        format!("AccessKeyId={id},RawSecretAccessKey@='file://a b,c.txt'")
    );
    assert_eq!(
        credential(id, &format!("{secret},'\"")),
        format!(r#"{{"AccessKeyId":"{id}","RawSecretAccessKey":"{secret},'\""}}"#)
    );
}

#[test]
fn what_has_no_field_stays_on_the_line() {
    let environment = Environment::default();
    let line = |words: &[&str]| {
        let mut app = app(words, &environment);
        let form = screen(&app, 130, 24).join("\n");
        app.key(control('r'));
        let Some(Outcome::Run { line, words }) = app.key(control('x')) else {
            panic!("{:?}", screen(&app, 80, 24))
        };
        (line, words, form)
    };
    let credential = "--xks-proxy-authentication-credential";
    let update = ["kms", "update-custom-key-store", "--custom-key-store-id", "cks-1"];
    let with = |more: &[&'static str]| line(&[&update[..], more].concat());
    let begin = "aws kms update-custom-key-store --custom-key-store-id cks-1";
    assert_eq!(with(&[credential, "file://c.json"]).0, format!("{begin} {credential} file://c.json"));
    let typed = "RawSecretAccessKey='Hush";
    let (shown, words, form) = with(&[credential, typed]);
    assert_eq!(shown, format!("{begin} {credential} file://{}.txt", credential.trim_start_matches('-')));
    assert!(form.contains(&format!("! The value of {credential} is not understood")), "{form}");
    assert!(form.contains("as on the line") && !form.contains("Hush"), "{form}");
    assert_eq!(words.last().map(String::as_str), Some(typed));
    let plain = "AccessKeyId=ABCDE23456723EXAMPLE,RawSecretAccessKey@=file://s.txt";
    assert_eq!(with(&[credential, plain]).0, format!("{begin} {credential} {plain}"));
    let describe =
        ["kms", "describe-custom-key-stores", "--limit", "5", "--max-items=-1", "--query", "a || b"];
    assert_eq!(
        line(&describe).0,
        "aws kms describe-custom-key-stores '--query=a || b' --limit 5 --max-items=-1"
    );
    let document = ["kms", "update-custom-key-store", "--cli-input-yaml", "file://d.yaml"];
    assert_eq!(line(&document).0, "aws kms update-custom-key-store --cli-input-yaml file://d.yaml");
}

#[test]
fn an_endpoint_and_documents_on_the_line_are_shown_without_their_secrets() {
    let environment = Environment::default();
    let endpoint = format!("http://user:{PASSWORD}@127.0.0.1:1");
    for (option, file, document) in [
        ("--cli-input-json", "cli-input.json", format!(r#"{{"KeyStorePassword":"{PASSWORD}"}}"#)),
        ("--cli-input-yaml", "cli-input.yaml", format!("KeyStorePassword: {PASSWORD}")),
    ] {
        let line = ["kms", "update-custom-key-store", "--custom-key-store-id", "cks-2"];
        let line = [&line[..], &["--endpoint-url", &endpoint, option, &document]].concat();
        let reviewed = || {
            let mut app = app(&line, &environment);
            app.key(control('r'));
            app
        };
        let review = screen(&reviewed(), 130, 60).join("\n");
        assert!(
            review.contains("stand for the document that was typed") && !review.contains(PASSWORD),
            "{review}"
        );
        let globals = "--endpoint-url=http://***@127.0.0.1:1";
        let shown = format!(
            "aws kms update-custom-key-store '{globals}' --custom-key-store-id cks-2 {option} file://{file}"
        );
        assert_eq!(reviewed().key(key(KeyCode::Char('p'))), Some(Outcome::Print(shown.clone())));
        let Some(Outcome::Run { words, line }) = reviewed().key(control('x')) else { panic!("a run") };
        assert_eq!(line, shown);
        assert!(words.contains(&format!("--endpoint-url={endpoint}")) && words.contains(&document));
        let mut app = reviewed();
        app.key(key(KeyCode::Char('w')));
        assert!(screen(&app, 80, 24).join("\n").contains("The line has a document"));
    }
    let line =
        ["kms", "update-custom-key-store", "--custom-key-store-id", "cks-2", "--endpoint-url", &endpoint];
    let mut app = app(&line, &environment);
    app.key(control('r'));
    app.key(key(KeyCode::Char('w')));
    let Some(Outcome::Write { text, line, .. }) = app.key(key(KeyCode::Enter)) else { panic!("a document") };
    assert!(!text.contains(PASSWORD) && line.contains("http://***@127.0.0.1:1"), "{line}");
    assert!(!line.contains(PASSWORD), "{line}");
}

#[test]
fn what_a_document_gives_is_not_replaced_by_what_the_store_has() {
    let environment = Environment::default();
    let line = [
        "kms",
        "update-custom-key-store",
        "--cli-input-json",
        "file://d.json",
        "--xks-proxy-connectivity",
        "VPC_ENDPOINT_SERVICE",
        "--custom-key-store-id",
        "cks-1",
    ];
    let mut app = app(&line, &environment);
    app.key(control('r'));
    let review = screen(&app, 130, 28).join("\n");
    assert!(review.contains("! The document on the line counts, too."), "{review}");
    assert_eq!(review.matches(" ! ").count(), 1, "{review}");
    assert!(!review.contains("endpoint") && !review.contains("Plan of"), "{review}");
    let Some(Outcome::Run { words, .. }) = app.key(control('x')) else { panic!("a run") };
    let expected = [
        "kms",
        "update-custom-key-store",
        "--custom-key-store-id",
        "cks-1",
        "--xks-proxy-connectivity",
        "VPC_ENDPOINT_SERVICE",
        "--cli-input-json",
        "file://d.json",
    ];
    assert_eq!(words, expected);
}

#[test]
fn pasted_lines_end_once() {
    let environment = Environment::default();
    let mut app = app(&["kms", "create-custom-key-store"], &environment);
    while app.form.as_ref().is_some_and(|form| form.field().member.name != "TrustAnchorCertificate") {
        app.key(key(KeyCode::Tab));
    }
    app.paste("a\r\nb\rc\nd\r\n");
    assert_eq!(app.form.as_ref().map(|form| form.field().text()), Some("a\nb\nc\nd"));
}

#[test]
fn what_is_wrong_on_the_line_is_told_before_it_is_left_out() {
    let environment = Environment::default();
    let update = ["kms", "update-custom-key-store", "--custom-key-store-id", "cks-1"];
    let run = |more: &[&str]| {
        let line: Vec<&str> = update.iter().chain(more).copied().collect();
        let mut app = app(&line, &environment);
        let form = screen(&app, 130, 28).join("\n");
        app.key(control('r'));
        assert_eq!(app.key(control('x')), None, "{form}");
        let review = screen(&app, 130, 28).join("\n");
        assert!(review.contains("the same key again runs it"), "{review}");
        let Some(Outcome::Run { words, .. }) = app.key(control('x')) else { panic!("a run") };
        assert_eq!(words[..4], update);
        let told =
            |screen: &str| screen.lines().find(|line| line.contains('!')).map(|line| line.trim().to_owned());
        assert_eq!(told(&form), told(&review));
        (told(&form).unwrap_or_default(), words[4..].join(" "))
    };
    let unknown = "! This command does not know these words of the line and leaves them out:";
    let name = "--new-custom-key-store-name";
    assert_eq!(
        run(&["--xks-proxy-uri-pth", "/a/kms/xks/v1", name, "new", "it's"]),
        (format!("{unknown} --xks-proxy-uri-pth /a/kms/xks/v1 'it'\\''s'"), format!("{name} new"))
    );
    assert_eq!(run(&["--key-store-pasword", PASSWORD]).0, format!("{unknown} --key-store-pasword '****'"));
    assert_eq!(run(&[name]), (format!("! {name} has no value on the line and is left out."), String::new()));
    assert_eq!(run(&[name, ""]).0, format!("! {name} has no value on the line and is left out."));
    let mut app = app(&[&update[..], &[name]].concat(), &environment);
    type_in(&mut app, "new");
    app.key(control('r'));
    assert!(matches!(app.key(control('x')), Some(Outcome::Run { .. })));
}

#[test]
fn options_count_for_the_command_that_is_chosen() {
    let environment = Environment::default();
    let mut app = app(&["kms", "updat", "--custom-key-store-id", "cks-2", "--stray"], &environment);
    type_in(&mut app, "update-custom-key-store");
    app.key(key(KeyCode::Enter));
    let form = screen(&app, 130, 24).join("\n");
    assert!(form.contains("cks-2   hsm") && form.contains("out: --stray"), "{form}");
}

#[test]
fn a_credential_on_the_line_is_not_changed() {
    let environment = Environment::default();
    let option = "--xks-proxy-authentication-credential";
    let line = |text: &str| {
        let line = ["kms", "update-custom-key-store", "--custom-key-store-id", "cks-1", option, text];
        let mut app = app(&line, &environment);
        app.key(control('r'));
        let Some(Outcome::Run { words, .. }) = app.key(control('x')) else { panic!("a run of {text}") };
        words.last().cloned().expect("a value")
    };
    let id = "AccessKeyId=ABCDE23456723EXAMPLE";
    let secret = format!("RawSecretAccessKey={}", "k".repeat(43));
    let plain = format!("{id},{secret}");
    for understood in [
        format!("{id}, RawSecretAccessKey= {}", "k".repeat(43)),
        format!("{plain} "),
        format!("{id},RawSecretAccessKey='{}'", "k".repeat(43)),
        format!(r#" {{"AccessKeyId":"ABCDE23456723EXAMPLE","RawSecretAccessKey":"{}"}}"#, "k".repeat(43)),
    ] {
        assert_eq!(line(&understood), plain, "{understood}");
    }
    let file = format!("{id},RawSecretAccessKey@=file://s.txt");
    assert_eq!(line(&file), file);
    assert_eq!(line(&format!("{id},RawSecretAccessKey@='file://s.txt'")), file);
    for left in [
        format!("{plain},tail"),
        format!("{plain},Foo=1"),
        format!("{id},{plain}"),
        format!("{id},RawSecretAccessKey="),
        format!("{id},RawSecretAccessKey=file://s.txt"),
        r#"{"AccessKeyId":"ABCDE23456723EXAMPLE","X":"y"}"#.to_owned(),
        r#"{"RawSecretAccessKey":"file://s.txt"}"#.to_owned(),
        r#"{"RawSecretAccessKey":5}"#.to_owned(),
        "[]".to_owned(),
        "x".to_owned(),
    ] {
        assert_eq!(line(&left), left);
    }
}

fn any_key() -> impl Strategy<Value = KeyEvent> {
    let codes = prop_oneof![
        4 => "[ -~é→]".prop_map(|text| KeyCode::Char(text.chars().next().unwrap_or(' '))),
        1 => prop::sample::select(vec![
            KeyCode::Enter, KeyCode::Tab, KeyCode::BackTab, KeyCode::Up, KeyCode::Down, KeyCode::Left,
            KeyCode::Right, KeyCode::Home, KeyCode::End, KeyCode::Backspace, KeyCode::Delete, KeyCode::Esc,
            KeyCode::PageUp, KeyCode::PageDown, KeyCode::F(1), KeyCode::F(9),
        ]),
    ];
    let controls = prop::sample::select(vec!['a', 'e', 'k', 'r', 'u', 'w', 'x', 's']).prop_map(control);
    prop_oneof![8 => codes.prop_map(key), 1 => controls]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_keys_and_no_size_make_it_panic_and_a_secret_is_never_shown(
        command in prop::sample::select(vec!["update-custom-key-store", "create-custom-key-store", "describe-custom-key-stores", "x"]),
        keys in prop::collection::vec(any_key(), 0..60),
        (width, height) in (1_u16..130, 1_u16..40),
    ) {
        let environment = Environment::default();
        let line = ["kms", command, "--custom-key-store-id", "cks-2", "--key-store-password", PASSWORD];
        let mut app = app(&line, &environment);
        for key in keys {
            let outcome = app.key(key);
            let shown = screen(&app, width, height).join("\n");
            prop_assert!(!shown.contains(PASSWORD), "{}", shown);
            if let Some(Outcome::Print(line) | Outcome::Write { text: line, .. } | Outcome::Run { line, .. }) = &outcome {
                prop_assert!(!line.contains(PASSWORD), "{}", line);
            }
            if outcome.is_some() {
                break;
            }
        }
    }
}
