//! Fields: what is filled in, what is known about it, and what helps to type it.

use kms_emulator::{Effect, Emulator, Fault, Operation};

use super::{ENTER, Prompt, REVIEW, RIGHT, RUN, TAB, emulator, prompted};
use crate::terminal::CTRL_C;

const SIZE: (u16, u16) = (24, 80);

const UPDATE: [&str; 2] = ["kms", "update-custom-key-store"];

fn id(emulator: &Emulator) -> String {
    emulator.stores()[0]["CustomKeyStoreId"].as_str().expect("an identifier").to_owned()
}

#[test]
fn an_identifier_is_typed_by_hand_where_the_stores_are_not_known() {
    let emulator = emulator("CONNECTED");
    emulator.inject(Fault::once(Effect::Error {
        code: "AccessDeniedException".to_owned(),
        status: 400,
        message: "User is not authorized".to_owned(),
    }));
    let mut prompt = Prompt::start(prompted(&emulator, &UPDATE), SIZE);
    prompt.shows("The stores cannot be listed: ");
    prompt.shows("AccessDeniedException");
    prompt.press(id(&emulator).as_bytes());
    prompt.press(TAB);
    prompt.fill("new custom key store name", b"other");
    prompt.press(REVIEW);
    prompt.shows("^X run");
    prompt.press(RUN);
    assert_eq!(prompt.end(), Some(0), "{}", prompt.screen());
    assert_eq!(emulator.stores()[0]["CustomKeyStoreName"], "other");
}

#[test]
fn the_form_is_there_while_the_stores_are_fetched() {
    let emulator = emulator("CONNECTED");
    emulator.set_delay(Operation::DescribeCustomKeyStores, std::time::Duration::from_secs(3));
    let mut prompt = Prompt::start(prompted(&emulator, &UPDATE), SIZE);
    for sign in ["| Fetching the stores", "/ Fetching the stores", "- Fetching the stores"] {
        prompt.shows(sign);
    }
    prompt.press(b"prod");
    prompt.shows("prod-xks");
    assert_eq!(emulator.requests().len(), 1);
    prompt.press(CTRL_C);
    assert_eq!(prompt.end(), Some(130));
}

#[test]
fn leaving_does_not_wait_for_the_stores() {
    let emulator = emulator("CONNECTED");
    emulator.set_delay(Operation::DescribeCustomKeyStores, std::time::Duration::from_secs(60));
    let mut prompt = Prompt::start(prompted(&emulator, &UPDATE), SIZE);
    prompt.shows("Fetching the stores");
    prompt.press(CTRL_C);
    assert_eq!(prompt.end(), Some(130));
}

#[test]
fn without_credentials_the_reason_is_shown() {
    let emulator = emulator("CONNECTED");
    let aws = prompted(&emulator, &UPDATE).without("AWS_ACCESS_KEY_ID").without("AWS_SECRET_ACCESS_KEY");
    let mut prompt = Prompt::start(aws, SIZE);
    prompt.shows("The stores cannot be listed: Unable to locate credentials");
    prompt.press(CTRL_C);
    assert_eq!(prompt.end(), Some(130));
}

#[test]
fn what_stands_on_the_line_is_filled_in() {
    let emulator = emulator("DISCONNECTED");
    let id = id(&emulator);
    let line = [
        "kms",
        "update-custom-key-store",
        "--custom-key-store-id",
        &id,
        "--xks-proxy-connectivity",
        "VPC_ENDPOINT_SERVICE",
        "--xks-proxy-authentication-credential",
        "{\"AccessKeyId\": \"NEWID23456723EXAMPLE\", \"RawSecretAccessKey\": \"HushQx7zZ1HushQx7zZ1HushQx7zZ1HushQx7zZ1Hus=\"}",
        "--region",
        "eu-west-1",
        "--output",
        "text",
    ];
    let mut prompt = Prompt::start(prompted(&emulator, &line), SIZE);
    prompt.shows("default · eu-west-1");
    prompt.shows("NEWID23456723EXAMPLE");
    prompt.shows("••••••••••");
    prompt.shows("VPC_ENDPOINT_SERVICE");
    prompt.press(REVIEW);
    prompt.goes_down_to("--region=eu-west-1");
    prompt.goes_down_to("--output=text");
    prompt.press(CTRL_C);
    assert_eq!(prompt.end(), Some(130));
    assert!(!String::from_utf8_lossy(&prompt.written).contains("HushQx"));
}

#[test]
fn files_complete() {
    let emulator = emulator("CONNECTED");
    let aws =
        prompted(&emulator, &["kms", "update-custom-key-store", "--custom-key-store-id", &id(&emulator)])
            .file("keys/xks secret.txt", "HushQx7zZ1HushQx7zZ1HushQx7zZ1HushQx7zZ1Hus=")
            .file("keys/xks other.txt", "x");
    let mut prompt = Prompt::start(aws, SIZE);
    prompt.fill("access key id", b"NEWID23456723EXAMPLE");
    prompt.fill("raw secret access key", b"file://k");
    prompt.shows("file://keys/");
    prompt.press(TAB);
    prompt.shows("xks secret.txt");
    prompt.press(TAB);
    prompt.shows("file://keys/xks \n".trim_end());
    prompt.press(b"s\t");
    prompt.until("one file", |screen| !screen.contains("other.txt"));
    prompt.press(REVIEW);
    prompt.shows("^X run");
    prompt.press(RUN);
    assert_eq!(prompt.end(), Some(0), "{}", prompt.screen());
    let request = emulator.requests().last().expect("a request").json();
    let credential = &request["XksProxyAuthenticationCredential"];
    assert_eq!(credential["RawSecretAccessKey"], "HushQx7zZ1HushQx7zZ1HushQx7zZ1HushQx7zZ1Hus=");
}

#[test]
fn what_is_required_is_asked_for_first() {
    let emulator = emulator("CONNECTED");
    let mut prompt = Prompt::start(prompted(&emulator, &["kms", "create-custom-key-store"]), SIZE);
    prompt.shows("▸ custom key store name*");
    prompt.press(REVIEW);
    prompt.shows("✗ This is required.");
    prompt.shows("This has to be filled in or corrected first.");
    prompt.press(b"new");
    prompt.until("filled in", |screen| !screen.contains("✗"));
    prompt.shows("! A store of this type needs it.");
    prompt.fill("custom key store type", b"e");
    prompt.shows("‹ EXTERNAL_KEY_STORE ›");
    prompt.until("what applies", |screen| !screen.contains("trust anchor") && screen.contains("uri path"));
    prompt.press(CTRL_C);
    assert_eq!(prompt.end(), Some(130));
}

#[test]
fn a_store_that_becomes_public_has_no_service_any_more() {
    let emulator = super::of_service();
    let mut prompt = Prompt::start(prompted(&emulator, &UPDATE), SIZE);
    prompt.shows("CloudHSM");
    prompt.press(b"prod");
    prompt.until("one store", |screen| !screen.contains("CloudHSM"));
    prompt.press(ENTER);
    prompt.shows("prod-xks, DISCONNECTED");
    prompt.fill("connectivity", RIGHT);
    prompt.shows("‹ PUBLIC_ENDPOINT ›");
    prompt.press(REVIEW);
    prompt.goes_down_to("--xks-proxy-vpc-endpoint-service-name ''");
    prompt.press(RUN);
    assert_eq!(prompt.end(), Some(0), "{}", prompt.screen());
    let request = emulator.requests().last().expect("a request").json();
    assert_eq!(request["XksProxyVpcEndpointServiceName"], "");
    assert_eq!(request["XksProxyUriEndpoint"], "https://xks.example.com");
}

#[test]
fn a_secret_key_in_the_wrong_field_is_not_shown() {
    let emulator = emulator("CONNECTED");
    let line = ["kms", "update-custom-key-store", "--custom-key-store-id", &id(&emulator)];
    let mut prompt = Prompt::start(prompted(&emulator, &line), SIZE);
    prompt.fill("access key id", b"\x1b[200~HushQx7zZ1HushQx7zZ1HushQx7zZ1HushQx7zZ1Hus=\r\x1b[201~");
    prompt.shows("Are the identifier");
    prompt.press(REVIEW);
    prompt.shows("This has to be filled in or corrected first.");
    prompt.shows("▸ raw secret access key");
    prompt.press(CTRL_C);
    assert_eq!(prompt.end(), Some(130));
    assert!(!String::from_utf8_lossy(&prompt.written).contains("HushQx"));
}

#[test]
fn a_certificate_keeps_its_lines() {
    let emulator = emulator("CONNECTED");
    let certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
    let line = ["kms", "create-custom-key-store", "--trust-anchor-certificate", certificate];
    let mut prompt = Prompt::start(prompted(&emulator, &line), SIZE);
    prompt.press(b"new");
    prompt.fill("cloud hsm cluster id", b"cluster-5a6b7c2d3e4f");
    prompt.fill("trust anchor certificate", b"\x15\x1b[200~-----BEGIN CERTIFICATE-----\rMIIB\r");
    prompt.press(b"-----END CERTIFICATE-----\r\x1b[201~");
    prompt.shows("⏎MIIB⏎");
    prompt.fill("key store password", b"Hush7Qx-kmsuser");
    prompt.press(REVIEW);
    prompt.shows("^X run");
    prompt.press(RUN);
    assert_eq!(prompt.end(), Some(0), "{}", prompt.screen());
    let request = emulator.requests().last().expect("a request").json();
    assert_eq!(request["TrustAnchorCertificate"], certificate);
}

#[test]
fn keys_come_from_the_terminal_whatever_stdin_is() {
    let emulator = emulator("CONNECTED");
    let id = id(&emulator);
    let program = crate::aws::PROGRAM;
    let line =
        format!("'{program}' kms update-custom-key-store --custom-key-store-id {id} --cli-auto-prompt");
    let script = format!("printf 'piped\\022\\030' | {line}; echo code $?");
    let shell = crate::aws::Aws::of("/bin/sh", ["-c", &script]).to(&emulator).env("TERM", "xterm");
    let mut prompt = Prompt::start(shell, SIZE);
    prompt.shows("prod-xks, CONNECTED");
    prompt.press(b"typed");
    prompt.shows("new custom key store name  typed");
    prompt.press(CTRL_C);
    prompt.shows("code 130");
    prompt.end();
    assert_eq!(emulator.requests().len(), 1, "the stores were listed");
}
