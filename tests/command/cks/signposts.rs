//! Hints of `aws kms` that lead to `aws cks`.

use aws_sdk_kms::types::ConnectionErrorCodeType;
use kms_emulator::{Change, ConnectionErrorCode, ConnectionState, Effect, Emulator, Fault};

use crate::aws::{Aws, Run};

const SECRET: &str = "hunter2hunter2";

/// Two stores, CloudHSM and external, in this state; with their identifiers.
fn emulator(state: ConnectionState) -> (Emulator, [String; 2]) {
    let emulator = Emulator::builder().seed(2).start().expect("an emulator");
    let ids = [0, 1].map(|at| emulator.stores()[at]["CustomKeyStoreId"].as_str().expect("an id").to_owned());
    for id in &ids {
        emulator.change(Change::of(id).state(state)).expect("a change");
    }
    (emulator, ids)
}

fn kms(emulator: &Emulator, operation: &str, id: &str, more: &[&str]) -> Aws {
    let words = ["kms", operation, "--custom-key-store-id", id];
    Aws::new(words.iter().chain(more)).to(emulator)
}

fn refuses(emulator: &Emulator, code: &str) {
    let (code, message) = (code.into(), "No.".into());
    emulator.inject(Fault::once(Effect::Error { status: 400, code, message }));
}

/// The hints of a run that the service refused.
#[track_caller]
fn hints(run: &Run) -> Vec<&str> {
    assert_eq!((run.code, run.stdout.as_str()), (Some(254), ""), "{}", run.stderr);
    run.stderr.lines().filter(|line| line.starts_with("hint: ")).collect()
}

const STATES: &str = "hint: KMS does not do this in the store's present state. Most properties change only while a store is \
                      DISCONNECTED, and only then can it be connected or deleted. A FAILED store has to be disconnected \
                      first.";

#[test]
fn a_state_that_forbids_an_update_leads_to_apply_with_the_same_changes() {
    let (emulator, [hsm, external]) = emulator(ConnectionState::Connected);
    let more = ["--xks-proxy-uri-endpoint", "https://new.example.com", "--region", "us-east-1"];
    let run = kms(&emulator, "update-custom-key-store", &external, &more).run();
    let apply = format!(
        "hint: aws cks apply {external} --xks-proxy-uri-endpoint https://new.example.com --region us-east-1 takes all \
         steps that this change needs."
    );
    assert_eq!(hints(&run), [STATES, &apply]);
    let run = kms(&emulator, "update-custom-key-store", &hsm, &["--key-store-password", SECRET]).run();
    let apply = format!(
        "hint: aws cks apply {hsm} --key-store-password prompt:// takes all steps that this change needs."
    );
    assert_eq!(hints(&run), [STATES, &apply]);
    run.hides(SECRET);
    let document = format!(r#"{{"CustomKeyStoreId": "{hsm}", "KeyStorePassword": "{SECRET}"}}"#);
    let words = ["kms", "update-custom-key-store", "--cli-input-json"];
    let apply = format!("hint: aws cks apply {hsm} with the same changes takes all steps that they need.");
    let run = Aws::new(words.iter().chain(&[document.as_str()])).to(&emulator).run();
    assert_eq!(hints(&run), [STATES, &apply]);
    run.hides(SECRET);
    let apply = format!(
        "hint: aws cks apply {hsm} --cli-input-json file://it takes all steps that this change needs."
    );
    let run = Aws::new(words.iter().chain(&["file://it"])).to(&emulator).file("it", document).run();
    assert_eq!(hints(&run), [STATES, &apply]);
    run.hides(SECRET);
}

#[test]
fn a_state_that_forbids_to_connect_or_delete_leads_to_status() {
    let (emulator, [hsm, _]) = emulator(ConnectionState::Failed);
    let status = format!("hint: aws cks status {hsm} shows its state and what to do about it.");
    let disconnect = format!("hint: aws cks disconnect {hsm} disconnects it and waits until that is done.");
    assert_eq!(hints(&kms(&emulator, "connect-custom-key-store", &hsm, &[]).run()), [STATES, &status]);
    let run = kms(&emulator, "delete-custom-key-store", &hsm, &[]).run();
    assert_eq!(hints(&run), [STATES, &status, &disconnect]);
}

#[test]
fn what_the_proxy_does_wrong_leads_to_check() {
    let (emulator, [_, external]) = emulator(ConnectionState::Disconnected);
    let credential = format!("AccessKeyId=ABCDEFGHIJKLMNOPQRST,RawSecretAccessKey={}", SECRET.repeat(4));
    let more = ["--xks-proxy-authentication-credential", credential.as_str()];
    refuses(&emulator, "XksProxyIncorrectAuthenticationCredentialException");
    let run = kms(&emulator, "update-custom-key-store", &external, &more).run();
    let check = format!(
        "hint: aws cks check {external} --xks-proxy-authentication-credential \
         AccessKeyId=ID,RawSecretAccessKey@=prompt:// shows step by step what KMS finds at the proxy."
    );
    let meaning = "hint: The proxy does not accept the credential, or its clock is more than 5 minutes off. Compare both \
                   halves of the credential with the proxy's.";
    assert_eq!(hints(&run), [meaning, &check]);
    run.hides(SECRET);
}

#[test]
fn every_exception_about_proxies_and_clusters_is_explained() {
    let (emulator, [hsm, _]) = emulator(ConnectionState::Disconnected);
    let exceptions = include_str!("../../../src/operations/kms-exceptions.txt").lines();
    for code in exceptions.filter(|code| ["XksProxy", "CloudHsm"].iter().any(|start| code.starts_with(start)))
    {
        refuses(&emulator, code);
        let run =
            kms(&emulator, "update-custom-key-store", &hsm, &["--new-custom-key-store-name", "n"]).run();
        assert!((1..3).contains(&hints(&run).len()), "{}", run.stderr);
        refuses(&emulator, code);
        let create = Aws::new(["kms", "create-custom-key-store", "--custom-key-store-name", "n"]);
        let run = create.to(&emulator).run();
        assert!(
            hints(&run).iter().all(|hint| !hint.contains("STORE") && !hint.contains("check")),
            "{}",
            run.stderr
        );
    }
    refuses(&emulator, "CustomKeyStoreHasCMKsException");
    let run = kms(&emulator, "delete-custom-key-store", &hsm, &[]).run();
    assert_eq!(hints(&run)[1], format!("hint: aws cks keys {hsm} shows them."));
    for code in ["AccessDeniedException", "CustomKeyStoreNotFoundException"] {
        refuses(&emulator, code);
        assert_eq!(hints(&kms(&emulator, "connect-custom-key-store", &hsm, &[]).run()), [""; 0]);
    }
}

#[test]
fn signposts_are_hints_like_others() {
    let (emulator, [hsm, _]) = emulator(ConnectionState::Failed);
    let connect = || kms(&emulator, "connect-custom-key-store", &hsm, &[]);
    assert_eq!(hints(&connect().env("AWS_KMS_CLI_HINTS", "off").run()), [""; 0]);
    for format in ["json", "yaml", "text", "table"] {
        assert_eq!(hints(&connect().env("AWS_CLI_ERROR_FORMAT", format).run()), [""; 0]);
    }
}

#[test]
fn a_failed_store_that_was_asked_for_is_explained() {
    let (emulator, [hsm, _]) = emulator(ConnectionState::Connected);
    let store = emulator.stores()[0]["CustomKeyStoreName"].as_str().expect("a name").to_owned();
    let one = || kms(&emulator, "describe-custom-key-stores", &hsm, &["--region", "us-east-1"]);
    let said = |run: &Run| {
        let lines = run.stderr.lines();
        lines
            .map(|line| line.strip_prefix("hint: ").expect("nothing but hints").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(said(&one().run()), [""; 0]);
    for code in ConnectionErrorCodeType::values() {
        let failed = ConnectionErrorCode::parse(code).expect("a code");
        emulator.change(Change::of(&hsm).failed(failed)).expect("a change");
        let run = one().run();
        assert!(run.code == Some(0) && run.stdout.contains("FAILED"), "{run:?}");
        let lines = said(&run);
        assert!(lines[0].starts_with(&format!("{store} is FAILED ({code}): ")), "{lines:?}");
        let command = format!("aws cks status {store} --region us-east-1 shows the commands that do it.");
        assert_eq!(lines[1..], [command]);
    }
    let all = Aws::new(["kms", "describe-custom-key-stores"]).to(&emulator);
    assert_eq!(said(&all.run()), [""; 0]);
    assert_eq!(said(&one().env("AWS_KMS_CLI_HINTS", "off").run()), [""; 0]);
}

#[test]
fn a_value_that_looks_like_an_option_is_one_word_with_it() {
    let (emulator, [hsm, _]) = emulator(ConnectionState::Connected);
    refuses(&emulator, "CustomKeyStoreInvalidStateException");
    let run = kms(&emulator, "update-custom-key-store", &hsm, &["--new-custom-key-store-name=-x"]).run();
    let apply = format!(
        "hint: aws cks apply {hsm} --new-custom-key-store-name=-x takes all steps that this change needs."
    );
    assert_eq!(hints(&run), [STATES, &apply]);
}
