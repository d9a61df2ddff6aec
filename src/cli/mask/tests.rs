use std::ffi::OsString;

use secrecy::ExposeSecret;

use super::super::words::words;
use super::*;

fn shown(line: &[&str]) -> Vec<String> {
    let words = words(line.iter().map(OsString::from));
    let masked = Masked::new(&words);
    words.iter().map(|word| masked.shown(word)).collect()
}

fn last(line: &[&str]) -> String {
    shown(line).pop().unwrap_or_default()
}

#[test]
fn a_word_behind_the_name_of_a_secret_is_hidden() {
    for name in [
        "--key-store-password",
        "--key-store-pasword",
        "--key",
        "--k",
        "--kye-st",
        "--key_store_password",
        "--KeyStorePassword",
        "KeyStorePassword",
        "key-store-password",
        "\u{2013}key-store-password",
        "\u{2014}-key-store-password",
        "--raw-secret-access-key",
        "--RawSecretAccessKey",
        "--secret-access-key",
        "--access-key-id",
        "--xks-proxy-authentification-credential",
        "--password",
        "--passwd",
        "--pwd",
        "-p",
    ] {
        for value in ["Hunter22x", "-S3cretPw1", "--Hunter-22", "a=b", "\u{e9}\u{e8} x", "word"] {
            assert_eq!(last(&[name, value]), "****", "{name} {value}");
            assert_eq!(last(&[name, "my", value]), "****", "{name} my {value}");
            assert_eq!(last(&[name, "--", value]), "****", "{name} -- {value}");
        }
        assert_eq!(shown(&[name])[0], name);
    }
}

#[test]
fn what_is_glued_to_the_name_of_a_secret_is_hidden() {
    for (word, told) in [
        ("--key-store-pasword=hunter2", "--key-store-pasword=****"),
        ("--key-store-password:S3cretPw1", "--key-store-password:****"),
        ("--key-store-passwordS3cretPw1", "--key-store-password****"),
        ("--key-store-password S3cretPw1", "--key-store-password****"),
        ("--key-store-pass-word=x", "--key-store-pass-word=****"),
        ("--key-store-paHunter22x", "--key-store-pa****"),
        ("--passwordHunter22x", "--password****"),
        ("RawSecretAccessKey=s3cr=", "RawSecretAccessKey=****"),
        ("RawSecretAccessKey:abc", "RawSecretAccessKey:****"),
    ] {
        assert_eq!(last(&[word]), told);
    }
}

#[test]
fn a_word_beside_a_structure_keeps_its_name_only() {
    let line = ["--xks-proxy-authentication-credential", "AccessKeyId=A", "RawSecretAccessKey=s3cr=", "x"];
    assert_eq!(shown(&line)[1..], ["AccessKeyId=****", "RawSecretAccessKey=****", "****"]);
}

#[test]
fn other_words_are_shown() {
    for line in [
        &["--new-custom-key-store-name", "two", "words"][..],
        &["--foo=bar"],
        &["--key-store-password", "x", "--region", "bar"],
        &["--key-store-password", "x", "--regoin", "bar"],
        &["--starting-token", "x", "y"],
        &["--xks-proxy-uri", "x", "y"],
        &["secretsmanager"],
        &["--profile", "secret-admin", "kmz"],
    ] {
        assert_eq!(last(line), line[line.len() - 1], "{line:?}");
    }
}

#[test]
fn a_text_of_words_is_shown_up_to_a_secret() {
    assert_eq!(command_line("kms update --foo 'bar"), "kms update --foo 'bar");
    assert_eq!(command_line("a\n --key-store-pasword \"x y"), "a\n --key-store-pasword ****");
    assert_eq!(command_line("a '--key-store-password=x"), "a '--key-store-password ****");
    assert_eq!(command_line("a RawSecretAccessKey='x"), "a RawSecretAccessKey ****");
    assert_eq!(command_line("a --key-st 'x"), "a --key-st ****");
}

#[test]
fn secrets_of_a_line_are_what_stands_behind_their_names() {
    let of = |line: &[&str]| {
        let words = words(line.iter().map(OsString::from));
        let secrets = Masked::new(&words).secrets();
        let mut texts: Vec<String> = secrets.iter().map(|text| text.expose_secret().to_owned()).collect();
        texts.dedup();
        texts
    };
    assert_eq!(of(&["kms", "--key-store-password", "Hunter22x", "--region", "eu-west-1"]), ["Hunter22x"]);
    assert_eq!(of(&["--key-store-password", "-Hunter22x"]), ["-Hunter22x", "Hunter22x"]);
    assert_eq!(of(&["KeyStorePassword:Hunter22x"]), ["Hunter22x"]);
    assert_eq!(of(&["--key-store-password", "file://secret.txt"]), [""; 0]);
    let document = r#"{"KeyStorePassword": "Hunter22x", "CustomKeyStoreId": "cks-1234"}"#;
    assert_eq!(of(&["--cli-input-json", document]), ["Hunter22x"]);
    assert_eq!(of(&["--profile", "secret-admin"]), [""; 0]);
    assert_eq!(of(&["--password", "kms", "update-custom-key-store"]), [""; 0]);
    assert_eq!(of(&["--endpoint-url", "http://u:Hunter@h"]), ["Hunter"]);
}
