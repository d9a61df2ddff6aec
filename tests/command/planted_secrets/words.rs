//! Errors of the command line itself: usage, parameters, documents, parameter files, aliases.

use super::plants::{ALIASES_FILE, UPDATE};
use super::scenario::Scenario;

const CREDENTIAL: &str = "--xks-proxy-authentication-credential";

pub fn scenarios() -> Vec<Scenario> {
    [usage(), values(), documents(), aliases()].into_iter().flatten().collect()
}

/// Scenarios of the words that follow the name of the operation.
fn updates(code: i32, lines: &[(&'static str, &[&str])]) -> Vec<Scenario> {
    let scenario = |(says, words): &(&'static str, &[&str])| {
        let start = &UPDATE[..4];
        Scenario::new(format!("{words:?}"), code, says).line(start.iter().chain(*words).copied())
    };
    lines.iter().map(scenario).collect()
}

fn usage() -> Vec<Scenario> {
    let mut scenarios = updates(
        252,
        &[
            ("Unknown options: ****", &["--key-store-password", "first", "hunter2-password-hunter2"]),
            ("did you mean --key-store-password?", &["--key-store-pasword", "hunter2-password-hunter2"]),
            ("did you mean --key-store-password?", &["--key-store-pasword=hunter2-password-hunter2"]),
            (
                "Unknown options",
                &[
                    CREDENTIAL,
                    "AccessKeyId=A",
                    "RawSecretAccessKey=hunter2-xks-key-of-43-characters-or-more-hunter2",
                ],
            ),
            (
                "Unknown options",
                &[CREDENTIAL, "AccessKeyId=A", "hunter2-xks-key-of-43-characters-or-more-hunter2"],
            ),
            ("Unknown options", &["RawSecretAccessKey=hunter2-xks-key-of-43-characters-or-more-hunter2"]),
            ("expected one argument", &["--key-store-password"]),
            ("Unknown options", &["--bogus", "--key-store-password", "hunter2-password-hunter2"]),
            (
                "Found invalid choice 'bogus'",
                &["--output", "bogus", "--key-store-password", "hunter2-password-hunter2"],
            ),
            (
                "Bad value for --endpoint-url",
                &["--endpoint-url", "x", "--key-store-password", "hunter2-password-hunter2"],
            ),
            ("Bad value for --query", &["--query", "[", "--key-store-password", "hunter2-password-hunter2"]),
            ("ambiguous option", &["--xks=AccessKeyId=hunter2-xks-id-hunter2"]),
        ],
    );
    let line = ["kms", "--key-store-password", "hunter2-password-hunter2", "update-custom-key-store"];
    scenarios.push(Scenario::new("before the operation", 252, "Found invalid choice '****'").line(line));
    let line = ["--key-store-password", "hunter2-password-hunter2", "kms", "update-custom-key-store"];
    scenarios.push(Scenario::new("before the command", 252, "Found invalid choice '****'").line(line));
    let line = ["kms", "update-custom-key-store", "--key-store-password", "hunter2-password-hunter2"];
    scenarios.push(Scenario::new("something is missing", 252, "arguments are required").line(line));
    scenarios
        .push(Scenario::new("a time-out", 255, "whole number of seconds").words(["--cli-read-timeout", "x"]));
    scenarios
}

fn values() -> Vec<Scenario> {
    let mut scenarios = updates(
        252,
        &[
            ("Expected: '='", &[CREDENTIAL, "hunter2-xks-key-of-43-characters-or-more-hunter2"]),
            (
                "Expected: '<singled quoted>'",
                &[
                    CREDENTIAL,
                    "AccessKeyId=A,RawSecretAccessKey='hunter2-xks-key-of-43-characters-or-more-hunter2",
                ],
            ),
            (
                "Invalid length",
                &[
                    CREDENTIAL,
                    "AccessKeyId=A,,RawSecretAccessKey=hunter2-xks-key-of-43-characters-or-more-hunter2",
                ],
            ),
            ("Error parsing parameter", &[CREDENTIAL, "AccessKeyId=A,AccessKeyId=hunter2-xks-id-hunter2"]),
            ("Invalid type", &[CREDENTIAL, "AccessKeyId=hunter2-xks-id-hunter2,RawSecretAccessKey=x,y"]),
            (
                "Invalid JSON: ",
                &[CREDENTIAL, r#"{"RawSecretAccessKey": "hunter2-xks-key-of-43-characters-or-more-hunter2""#],
            ),
            ("Invalid JSON:", &[CREDENTIAL, r#"["hunter2-xks-key-of-43-characters-or-more-hunter2"]"#]),
            (
                "Invalid type",
                &[
                    CREDENTIAL,
                    "AccessKeyId=A,RawSecretAccessKey=[hunter2-xks-key-of-43-characters-or-more-hunter2]",
                ],
            ),
            (
                "Invalid type",
                &[
                    CREDENTIAL,
                    r#"{"RawSecretAccessKey": {"x": "hunter2-xks-key-of-43-characters-or-more-hunter2"}}"#,
                ],
            ),
            ("Unknown parameter", &[CREDENTIAL, "hunter2-xks-key-of-43-characters-or-more-hunter2-hunter2="]),
            (
                "Unknown parameter",
                &[
                    CREDENTIAL,
                    r#"{"hunter2-xks-key-of-43-characters-or-more-hunter2": "hunter2-xks-key-of-43-characters-or-more-hunter2"}"#,
                ],
            ),
            (
                "Invalid length for parameter NewCustomKeyStoreName",
                &["--new-custom-key-store-name", "", "--key-store-password", "hunter2-password-hunter2"],
            ),
            (
                "No such file",
                &["--key-store-password", "file://none", CREDENTIAL, "AccessKeyId=hunter2-xks-id-hunter2"],
            ),
        ],
    );
    let file = |name, says, words: &[&str], content: &str| {
        let line = UPDATE[..4].iter().chain(words).copied();
        Scenario::new(name, 252, says).line(line).file("f", content)
    };
    let xks = "AccessKeyId=A,RawSecretAccessKey=\"hunter2-paramfile-hunter2";
    scenarios.push(file("a file of shorthand", "Expected: ", &[CREDENTIAL, "file://f"], xks));
    let xks = "{\"AccessKeyId\": \"hunter2-paramfile-hunter2\", ";
    scenarios.push(file("a file of JSON", "Invalid JSON: ", &[CREDENTIAL, "file://f"], xks));
    let nested = "AccessKeyId=A,RawSecretAccessKey@=fileb://f";
    scenarios.push(file(
        "bytes in shorthand",
        "Invalid type",
        &[CREDENTIAL, nested],
        "hunter2-paramfile-hunter2",
    ));
    let bytes = ["--key-store-password", "fileb://f"];
    scenarios.push(file("bytes for a text", "Invalid type", &bytes, "hunter2-paramfile-hunter2"));
    let nested = [CREDENTIAL, "AccessKeyId=hunter2-xks-id-hunter2,RawSecretAccessKey@=file://none"];
    scenarios
        .push(Scenario::new("no file", 255, "No such file").line(UPDATE[..4].iter().copied()).words(nested));
    let (list, map) =
        (r#"["hunter2-document-hunter2"]"#, r#"{"hunter2-document-hunter2": "hunter2-document-hunter2"}"#);
    for (member, value, says) in [
        ("KeyStorePassword", list, "Connection was closed"),
        ("KeyStorePassword", map, "Connection was closed"),
        ("XksProxyAuthenticationCredential", list, "Invalid type"),
        ("XksProxyAuthenticationCredential", map, "Unknown parameter"),
    ] {
        let document = format!(r#"{{"CustomKeyStoreId": 5, "{member}": {value}}}"#);
        let line = ["kms", "update-custom-key-store", "--cli-input-json", &document];
        let scenario = Scenario::new(format!("without validation {member} {value}"), 255, says).line(line);
        scenarios.push(scenario.file(".aws/config", "[default]\nparameter_validation = false\n"));
    }
    scenarios
}

fn documents() -> Vec<Scenario> {
    let document = |says: &'static str, option: &str, text: &str| {
        let line = UPDATE[..2].iter().copied().chain([option]);
        let inline = Scenario::new(format!("{option} {text}"), 252, says).line(line.clone()).words([text]);
        let file = Scenario::new(format!("{option} file://{text}"), 252, says).line(line).words(["file://d"]);
        [inline, file.file("d", text)]
    };
    let (json, yaml) = ("--cli-input-json", "--cli-input-yaml");
    let scenarios = [
        document(
            "Invalid type",
            json,
            r#"{"CustomKeyStoreId": "cks-1", "KeyStorePassword": ["hunter2-document-hunter2"]}"#,
        ),
        document("Invalid JSON received.", json, r#"{"KeyStorePassword": "hunter2-document-hunter2""#),
        document("Invalid JSON received.", json, r#"{"KeyStorePassword": hunter2-document-hunter2}"#),
        document("expecting map", json, r#"["hunter2-document-hunter2"]"#),
        document("Invalid type", json, r#"{"XksProxyAuthenticationCredential": "hunter2-document-hunter2"}"#),
        document(
            "Invalid type",
            json,
            r#"{"XksProxyAuthenticationCredential": ["hunter2-document-hunter2"]}"#,
        ),
        document(
            "Missing required",
            json,
            r#"{"XksProxyAuthenticationCredential": {"hunter2-document-hunter2": 1}}"#,
        ),
        document("Invalid type", yaml, "KeyStorePassword: [hunter2-document-hunter2]"),
        document("Invalid YAML received.", yaml, "KeyStorePassword: !hunter2-document-hunter2 x"),
        document("Invalid YAML received.", yaml, "KeyStorePassword: 'hunter2-document-hunter2"),
        document("Invalid YAML received.", yaml, "KeyStorePassword: *hunter2-document-hunter2"),
        document("Invalid YAML received.", yaml, "KeyStorePassword: \"hunter2-document-hunter2\\q\""),
        document("Invalid YAML received.", yaml, "hunter2-document-hunter2: a\nhunter2-document-hunter2: b"),
        document("Invalid YAML received.", yaml, "%hunter2-document-hunter2 1\n---\na: b\n\t- c"),
        document("expecting map", yaml, "hunter2-document-hunter2"),
        document("Invalid type", yaml, "XksProxyAuthenticationCredential: hunter2-document-hunter2"),
        document("Invalid YAML received.", yaml, "KeyStorePassword: !!set {hunter2-document-hunter2}"),
        document("Invalid YAML received.", yaml, "KeyStorePassword: {? [hunter2-document-hunter2] : x}"),
    ];
    let mut scenarios: Vec<Scenario> = scenarios.into_iter().flatten().collect();
    let two = [
        "--cli-input-json",
        r#"{"KeyStorePassword": "hunter2-document-hunter2"}"#,
        "--cli-input-yaml",
        "a: b",
    ];
    scenarios.push(Scenario::new("two documents", 252, "Only one --cli-input- parameter").words(two));
    scenarios
}

fn aliases() -> Vec<Scenario> {
    let line = |says, code, words: &[&str]| {
        Scenario::new(format!("alias {words:?}"), code, says).line(words.iter().copied())
    };
    let broken =
        |says, text: &str| Scenario::new(format!("aliases {text}"), 255, says).file(ALIASES_FILE, text);
    vec![
        line("Connection was closed", 255, &["kms", "password", "--profile", "keys"]),
        line("Unknown options: ", 252, &["kms", "two", "--custom-key-store-id", "x"]),
        line("No closing quotation", 255, &["kms", "open"]),
        line("Found invalid choice", 252, &["kms", "passwort"]),
        broken("In line 2, ", "[toplevel]\nhunter2-alias-hunter2\n"),
        broken("In line 2, ", "[toplevel]\n[hunter2-alias-hunter2\n"),
        broken("In line 3, ", "[toplevel]\na = hunter2-alias-hunter2\na = hunter2-alias-hunter2\n"),
        broken("In line 2, ", "[hunter2-alias-hunter2]\n[hunter2-alias-hunter2]\n"),
    ]
}
