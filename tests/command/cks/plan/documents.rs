//! Where a change comes from, lines that are refused, and the command that a plan ends with.

use serde_json::{Value, json};

use super::{
    CREDENTIAL, FILE, NEW_ENDPOINT, PASSWORD, SECRET, command, data, emulator, line, plan, refused, run,
};

#[test]
fn a_secret_that_a_file_holds_is_read_from_there_again_by_the_command() {
    let credential = "AccessKeyId=ABCDEFGHIJKLMNOPQRS7,RawSecretAccessKey@=file://secret.txt";
    let shown = run("CONNECTED", line("prod-xks", &[CREDENTIAL, credential]).file("secret.txt", SECRET));
    let want = format!("aws cks apply prod-xks {CREDENTIAL} {credential}");
    assert!(shown.code == Some(0) && command(&shown) == want, "{shown:?}");

    let words = ["--key-store-password", "file://my password.txt"];
    let shown = run("FAILED", line("hsm-eu", &words).file("my password.txt", PASSWORD));
    let want = "aws cks apply hsm-eu --key-store-password 'file://my password.txt'";
    assert!(command(&shown) == want, "{shown:?}");
}

#[test]
fn the_file_for_the_console_changes_path_and_credential() {
    let file = configuration("/new/kms/xks/v1");
    run("CONNECTED", line("prod-xks", &[FILE, "proxy.json"]).file("proxy.json", file)).prints(
        "\
prod-xks (cks-1234567890abcdef0), external, CONNECTED

  XksProxyUriPath                   /kms/xks/v1 → /new/kms/xks/v1
  XksProxyAuthenticationCredential  AccessKeyId ABCDEFGHIJKLMNOPQRST →
                                    ABCDEFGHIJKLMNOPQRS7, secret key: new value,
                                    cannot be compared

Its keys can be used all the time.
KMS may use the old credential for up to five minutes more: the proxy must
accept both until then.
The new settings must lead to the same keys: else nothing that was encrypted
under the store's KMS keys can be decrypted.
Steps: check the proxy · update · compare
Do it:  aws cks apply prod-xks --xks-proxy-configuration-file proxy.json
",
    );
}

#[test]
fn options_win_over_the_file() {
    let words = [FILE, "proxy.json", "--xks-proxy-uri-path", "/option/kms/xks/v1", "--output", "json"];
    let aws = line("prod-xks", &words).file("proxy.json", configuration("/new/kms/xks/v1"));
    let report = data(run("CONNECTED", aws));
    assert_eq!(
        report["Request"],
        json!({
            "CustomKeyStoreId": "cks-1234567890abcdef0", "XksProxyUriPath": "/option/kms/xks/v1",
            "XksProxyAuthenticationCredential": {
                "AccessKeyId": "ABCDEFGHIJKLMNOPQRS7", "RawSecretAccessKey": "****",
            },
        })
    );
}

fn configuration(path: &str) -> String {
    json!({
        "XksProxyUriPath": path,
        "XksProxyAuthenticationCredential": {
            "AccessKeyId": "ABCDEFGHIJKLMNOPQRS7", "RawSecretAccessKey": SECRET,
        },
    })
    .to_string()
}

#[test]
fn a_file_of_another_form_is_refused_with_what_is_wrong_and_without_its_secret() {
    let whole = configuration("/kms/xks/v1");
    let half = json!({"XksProxyUriPath": "/kms/xks/v1", "XksProxyAuthenticationCredential": {"RawSecretAccessKey": SECRET}});
    for (content, problem) in [
        (whole.trim_end_matches('}').to_owned() + "}", "its last brace, }, is missing"),
        (whole.replace(',', ""), "it is not JSON: Expecting ',' delimiter: line 1 column"),
        (format!("[{whole}]"), "all of it must be an object in braces"),
        (whole.replace("XksProxyUriPath", "XksProxyPath"), "it has XksProxyPath, and may only have"),
        (whole.replace(&format!("\"{SECRET}\""), "43"), "RawSecretAccessKey must be a text in quotes"),
        (
            whole.replace("RawSecretAccessKey", SECRET),
            "it has ****, and may only have AccessKeyId and RawSecretAccessKey",
        ),
        (half.to_string(), "AccessKeyId is missing"),
        (r#"{"XksProxyUriPath": "/kms/xks/v1"}"#.to_owned(), "XksProxyAuthenticationCredential is missing"),
    ] {
        let words = format!("proxy.json is no configuration of an external key store proxy: {problem}");
        refused(line("prod-xks", &[FILE, "proxy.json"]).file("proxy.json", content), &words);
    }
    refused(line("prod-xks", &[FILE, "none.json"]), "No such file or directory: 'none.json'");
}

#[test]
fn a_filled_in_skeleton_is_a_change() {
    let skeleton =
        json!({"CustomKeyStoreId": "cks-1234567890abcdef0", "NewCustomKeyStoreName": "new"}).to_string();
    let words = ["--cli-input-json", "file://update.json"];
    let shown = run("CONNECTED", line("prod-xks", &words).file("update.json", &skeleton));
    let want = "aws cks apply cks-1234567890abcdef0 --cli-input-json file://update.json";
    assert!(shown.code == Some(0) && command(&shown) == want, "{shown:?}");

    let yaml = "NewCustomKeyStoreName: new\n";
    let shown = plan("CONNECTED", "prod-xks", &["--cli-input-yaml", yaml]);
    let want = "aws cks apply cks-1234567890abcdef0 --new-custom-key-store-name new";
    assert!(shown.code == Some(0) && command(&shown) == want, "{shown:?}");
}

#[test]
fn a_skeleton_for_another_store_is_refused() {
    let skeleton = json!({"CustomKeyStoreId": "cks-other", "NewCustomKeyStoreName": "new"}).to_string();
    let words =
        "The document is for the custom key store cks-other, but the line names cks-1234567890abcdef0.";
    plan("CONNECTED", "prod-xks", &["--cli-input-json", &skeleton]).fails(252, words);
}

#[test]
fn what_aws_kms_refuses_is_refused_in_the_same_words() {
    let half = format!("RawSecretAccessKey={SECRET}");
    for (words, error) in [
        (
            vec!["--xks-proxy-uri-path", "/v1"],
            "Invalid length for parameter XksProxyUriPath, value: 3, valid min length: 10",
        ),
        (
            vec![CREDENTIAL, &half],
            "Missing required parameter in XksProxyAuthenticationCredential: \"AccessKeyId\"",
        ),
        (
            vec!["--cli-input-json", r#"{"XksProxyPath": "/kms/xks/v1"}"#],
            "Unknown parameter in input: \"XksProxyPath\", must be one of: CustomKeyStoreId, NewCustomKeyStoreName,",
        ),
        (
            vec!["--cli-input-json", r#"{"XksProxyUriPath": 1}"#],
            "Invalid type for parameter XksProxyUriPath, value: 1, type: <class 'int'>",
        ),
    ] {
        refused(line("prod-xks", &words), &format!("Parameter validation failed:\n{error}"));
    }
}

#[test]
fn a_plan_of_nothing_is_refused() {
    let words =
        "Nothing was asked for: give an option that changes the store, --connect or --leave-disconnected.";
    refused(line("prod-xks", &[]), words);
    refused(line("prod-xks", &["--detailed-exitcode"]), words);
    refused(line("prod-xks", &["--cli-input-json", "{}"]), words);
    let both = ["--connect", "--leave-disconnected"];
    refused(line("prod-xks", &both), "--connect and --leave-disconnected cannot be given together.");
}

#[test]
fn a_store_that_is_not_there_is_told_with_near_names() {
    let words = "There is no custom key store with the identifier or the name prod-xs. Did you mean prod-xks";
    plan("CONNECTED", "prod-xs", &NEW_ENDPOINT).fails(252, words);
}

#[test]
fn the_command_goes_to_the_same_region_and_endpoint() {
    let emulator = emulator("CONNECTED");
    let words = ["--region", "us-east-1", "--endpoint-url", emulator.endpoint(), "--leave-disconnected"];
    let run = line("prod-xks", &words).run();
    let want = format!(
        "aws cks apply prod-xks --region us-east-1 --endpoint-url {} --leave-disconnected",
        emulator.endpoint()
    );
    assert!(command(&run) == want, "{run:?}");
}

#[test]
fn the_command_quotes_what_a_shell_would_read() {
    for (name, words) in [
        ("it's $HOME", r"--new-custom-key-store-name 'it'\''s $HOME'"),
        ("-x", "--new-custom-key-store-name=-x"),
        ("a\u{1b}[2Jb", r"--new-custom-key-store-name $'a\u001b[2Jb'"),
    ] {
        let run = plan("CONNECTED", "prod-xks", &[&format!("--new-custom-key-store-name={name}")]);
        let want = format!("aws cks apply cks-1234567890abcdef0 {words}");
        assert!(command(&run) == want && !run.stdout.contains('\u{1b}'), "{run:?}");
    }
}

#[test]
fn the_secrets_of_a_line_are_asked_for_in_the_command_however_they_were_given() {
    let credential = json!({"AccessKeyId": "ABCDEFGHIJKLMNOPQRS7", "RawSecretAccessKey": SECRET});
    let rotated = format!("{CREDENTIAL} AccessKeyId=ABCDEFGHIJKLMNOPQRS7,RawSecretAccessKey@=prompt://");
    let document = json!({"XksProxyAuthenticationCredential": credential}).to_string();
    let of_cluster = json!({"KeyStorePassword": PASSWORD}).to_string();
    for (store, words, wanted) in [
        ("prod-xks", [CREDENTIAL, &credential.to_string()], rotated.as_str()),
        ("prod-xks", ["--cli-input-json", &document], &rotated),
        ("prod-xks", ["--cli-input-yaml", &document], &rotated),
        ("hsm-eu", ["--cli-input-json", &of_cluster], "--key-store-password prompt://"),
        ("hsm-eu", ["--key-store-password", PASSWORD], "--key-store-password prompt://"),
    ] {
        let run = plan("CONNECTED", store, &words);
        assert_eq!(command(&run), format!("aws cks apply {store} {wanted}"));
    }
    // stdin has it only once.
    let run = run("CONNECTED", line("hsm-eu", &["--key-store-password", "file://-"]).stdin(PASSWORD));
    assert_eq!(command(&run), "aws cks apply hsm-eu --key-store-password prompt://");
}

#[test]
fn a_secret_in_a_document_that_is_refused_is_not_shown() {
    for document in [
        json!({"XksProxyAuthenticationCredential": SECRET}),
        json!({"XksProxyAuthenticationCredential": {"AccessKeyId": SECRET}}),
        json!({"KeyStorePassword": [PASSWORD]}),
        json!({"XksProxyAuthenticationCredential": {"RawSecretAccessKey": {"is": SECRET}}}),
    ] {
        refused(
            line("prod-xks", &["--cli-input-json", &document.to_string()]),
            "Parameter validation failed:",
        );
    }
}

/// The request of a plan, and that of the line that it ends with.
fn requests(words: &[&str], name: &str, content: &str) -> (Value, Value) {
    let planned = |words: &[&str]| run("CONNECTED", line("prod-xks", words).file(name, content));
    let report = |words: &[&str]| data(planned(&[words, &["--output", "json"]].concat()))["Request"].take();
    let command = command(&planned(words));
    let again = command.strip_prefix("aws cks apply prod-xks ").expect("a line for the same store");
    (report(words), report(&again.split(' ').collect::<Vec<_>>()))
}

#[test]
fn an_option_that_holds_what_a_document_or_the_file_would_change_stays_on_the_command() {
    let document =
        json!({"XksProxyUriEndpoint": "https://document.example.com", "XksProxyUriPath": "/new/kms/xks/v1"});
    let endpoint = ["--xks-proxy-uri-endpoint", "https://old.example.com"];
    let words = [&["--cli-input-json", "file://update.json"][..], &endpoint].concat();
    let (planned, again) = requests(&words, "update.json", &document.to_string());
    assert_eq!(
        planned,
        json!({"CustomKeyStoreId": "cks-1234567890abcdef0", "XksProxyUriPath": "/new/kms/xks/v1"})
    );
    assert_eq!(again, planned);

    let words = [FILE, "proxy.json", "--xks-proxy-uri-path", "/kms/xks/v1"];
    let (planned, again) = requests(&words, "proxy.json", &configuration("/new/kms/xks/v1"));
    assert!(
        planned["XksProxyUriPath"].is_null() && planned["XksProxyAuthenticationCredential"].is_object(),
        "{planned}"
    );
    assert_eq!(again, planned);

    // What an inline document has become is on the line itself.
    let document = document.to_string();
    let words = [&["--cli-input-json", document.as_str()][..], &endpoint].concat();
    let run = plan("CONNECTED", "prod-xks", &words);
    assert_eq!(command(&run), "aws cks apply prod-xks --xks-proxy-uri-path /new/kms/xks/v1");
}

#[test]
fn a_value_that_looks_like_an_option_is_one_word_with_its_own() {
    let aws = line("prod-xks", &["--xks-proxy-configuration-file=-proxy.json"]);
    let run = run("CONNECTED", aws.file("-proxy.json", configuration("/new/kms/xks/v1")));
    assert_eq!(command(&run), "aws cks apply prod-xks --xks-proxy-configuration-file=-proxy.json");
}

#[test]
fn a_value_from_stdin_stands_in_the_command_unless_it_is_a_secret() {
    let words = ["--xks-proxy-uri-path", "file://-"];
    let shown = run("CONNECTED", line("prod-xks", &words).stdin("/new/kms/xks/v1"));
    assert_eq!(command(&shown), "aws cks apply prod-xks --xks-proxy-uri-path /new/kms/xks/v1", "{shown:?}");
}
