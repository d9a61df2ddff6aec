//! Hints: lines of this program's own on stderr.

use kms_emulator::{Effect, Emulator, Fault};
use serde_json::Value;

#[cfg(unix)]
use crate::aws::script;
use crate::aws::{Aws, Run};

/// The lines of stderr that are hints. They stand below everything else.
#[track_caller]
fn hints(run: &Run) -> Vec<&str> {
    let lines: Vec<&str> = run.stderr.lines().collect();
    let others = lines.iter().take_while(|line| !line.starts_with("hint: ")).count();
    assert!(lines[others..].iter().all(|line| line.starts_with("hint: ")), "{}", run.stderr);
    lines[others..].to_vec()
}

/// An unknown profile with a near name.
fn unknown_profile() -> Aws {
    let files = Aws::new(["kms", "describe-custom-key-stores", "--profile", "develoment"]);
    files.file(".aws/config", "[profile development]\nregion = eu-west-1\n")
}

#[test]
fn lines_of_our_own_below_an_error_have_a_prefix() {
    let run = unknown_profile().run();
    assert_eq!(run.code, Some(255));
    assert_eq!(
        run.stderr,
        "\naws: [ERROR]: The config profile (develoment) could not be found\nhint: Maybe you meant: development\n"
    );
    let run =
        Aws::new(["kms", "describe-custom-key-stores", "--custm-key-store-id", "x", "--max-itms=1"]).run();
    let near = [
        "hint: --custm-key-store-id: did you mean --custom-key-store-id?",
        "hint: --max-itms: did you mean --max-items?",
    ];
    assert_eq!((run.code, hints(&run)), (Some(252), near.to_vec()));
    let run = Aws::new(["kms", "describe-custom-key-stores", "--", "--region", "x"]).run();
    assert_eq!((run.code, hints(&run)), (Some(252), Vec::new()));
    let nobody = ["kms", "describe-custom-key-stores", "--endpoint-url", "http://127.0.0.1:9"];
    let run = Aws::new(nobody).run();
    assert_eq!((run.code, hints(&run)), (Some(255), vec!["hint: The system says: Connection refused."]));
}

#[test]
fn a_misspelt_option_is_told_where_the_line_fails_for_another_reason() {
    let near = |line: &[&str]| hints(&Aws::new(line).run()).concat();
    assert_eq!(
        near(&["kms", "connect-custom-key-store", "--custom-key-stor-id", "cks-1"]),
        "hint: An option is misspelt: did you mean --custom-key-store-id?"
    );
    let line = ["--regoin", "hunter2", "kms", "describe-custom-key-stores"];
    assert_eq!(near(&line), "hint: An option is misspelt: did you mean --region?");
    for line in
        [&["kms", "connect-custom-key-store"][..], &["kms", "connect-custom-key-store", "--", "--regoin"]]
    {
        assert_eq!(near(line), "", "{line:?}");
    }
}

#[test]
fn a_misspelt_region_has_near_names() {
    let run = Aws::new(["kms", "describe-custom-key-stores", "--region", "us_east-1"]).run();
    let near = "hint: No Region that this program knows is named us_east-1. Maybe you meant: us-east-1";
    assert_eq!((run.code, hints(&run)), (Some(255), vec![near]));
}

#[test]
fn a_variable_silences_hints_and_changes_nothing_else() {
    let run = unknown_profile().env("AWS_KMS_CLI_HINTS", "off").run();
    assert_eq!(run.code, Some(255));
    assert_eq!(run.stderr, "\naws: [ERROR]: The config profile (develoment) could not be found\n");
}

#[test]
fn errors_from_before_the_line_was_read_have_no_hints_either_where_errors_are_data() {
    let foreign = || Aws::new(["s3", "ls"]).env("AWS_KMS_CLI_FALLBACK", "./nosuch");
    let broken = || Aws::new(UPDATE).file(".aws/config", "broken");
    for aws in [&foreign as &dyn Fn() -> Aws, &broken] {
        assert_eq!(hints(&aws().run()).len(), 1);
        for format in ["json", "YAML"] {
            let run = aws().env("AWS_CLI_ERROR_FORMAT", format).run();
            assert_eq!(run.code, Some(255));
            assert!(!run.stderr.is_empty() && hints(&run).is_empty(), "{}", run.stderr);
        }
    }
}

#[test]
fn structured_errors_are_data_without_hints() {
    for format in ["json", "yaml", "text", "table"] {
        let aws = Aws::new(["kms", "describe-custom-key-stores", "--cli-error-format", format]);
        let run = aws.without("AWS_DEFAULT_REGION").run();
        assert_eq!(run.code, Some(253));
        assert!(run.stderr.contains("NoRegion") && !run.stderr.contains("hint: "), "{}", run.stderr);
    }
    let run = Aws::new(["kms", "describe-custom-key-stores"]).without("AWS_DEFAULT_REGION").run();
    assert_eq!(hints(&run).len(), 2, "{}", run.stderr);
}

const UPDATE: [&str; 4] = ["kms", "update-custom-key-store", "--custom-key-store-id", "cks-1"];
const CREATE: [&str; 4] = ["kms", "create-custom-key-store", "--custom-key-store-name", "n"];

/// A service that says yes to everything.
fn yes() -> Emulator {
    let emulator = Emulator::builder().signature_check(false).start().expect("an emulator");
    emulator.inject(Fault::once(Effect::Body { status: 200, body: b"{}".to_vec() }).times(100));
    emulator
}

/// The hints below an error with this exit code, after it was made sure that silence changes nothing else.
#[track_caller]
fn told(aws: impl Fn() -> Aws, code: i32) -> Vec<String> {
    let emulator = yes();
    let run = aws().to(&emulator).run();
    let silent = aws().to(&emulator).env("AWS_KMS_CLI_HINTS", "off").run();
    assert_eq!((run.code, silent.code), (Some(code), Some(code)), "{}", run.stderr);
    assert_eq!(run.stdout, silent.stdout);
    let hints: Vec<String> = hints(&run).into_iter().map(|hint| hint["hint: ".len()..].to_owned()).collect();
    let own: String = hints.iter().map(|hint| format!("hint: {hint}\n")).collect();
    let normal = |text: &str| text.replace(|c: char| c.is_ascii_digit(), "");
    // The home directory's name and the port are new each time.
    assert_eq!(
        normal(&run.stderr).len(),
        normal(&silent.stderr).len() + normal(&own).len(),
        "{}",
        run.stderr
    );
    assert!(!silent.stderr.contains("hint: "), "{}", silent.stderr);
    hints
}

fn with(line: &[&str], more: &[&str]) -> Vec<String> {
    line.iter().chain(more).map(|word| (*word).to_owned()).collect()
}

/// The hints after a success, which are all that stderr has.
#[track_caller]
fn after_success(line: &[&str], more: &[&str], files: &[(&str, &str)]) -> Vec<String> {
    let aws = || files.iter().fold(Aws::new(with(line, more)), |aws, (name, text)| aws.file(name, text));
    let run = aws().to(&yes()).run();
    assert_eq!(hints(&run).len(), run.stderr.lines().count(), "{}", run.stderr);
    told(aws, 0)
}

fn line_end(path: &str) -> String {
    format!(
        "The value of {path} ends in a line end, which is a part of it. printf %s writes a file without one."
    )
}

#[test]
fn a_secret_from_a_file_that_ends_in_a_line_end_is_sent_so_and_told() {
    let secret = "RawSecretAccessKey@=file://secret,AccessKeyId@=file://id";
    let files = [
        ("secret", "hunter2-raw-hunter2-hunter2-raw-hunter2-hunter2-raw-hunter2\n"),
        ("id", "ABCDEFGHIJKLMNOPQRST"),
        ("two", "hunter2-word\r\n\r\n"),
    ];
    let paths = ["XksProxyAuthenticationCredential.RawSecretAccessKey", "--key-store-password"];
    for line in [UPDATE, CREATE] {
        let given = ["--xks-proxy-authentication-credential", secret];
        assert_eq!(after_success(&line, &given, &files), [line_end(paths[0])]);
        assert_eq!(
            after_success(&line, &["--key-store-password", "file://two"], &files),
            [line_end(paths[1])]
        );
    }
    let emulator = yes();
    let aws =
        Aws::new(with(&UPDATE, &["--key-store-password", "file://two"])).file("two", "hunter2-word\r\n");
    aws.to(&emulator).run().hides("hunter2");
    let sent: Value = serde_json::from_slice(&emulator.requests()[0].body).expect("JSON");
    assert_eq!(sent["KeyStorePassword"], "hunter2-word\n");
    // A block scalar keeps its line end, and a document may be the file of anything.
    let yaml = "CustomKeyStoreId: cks-1\nKeyStorePassword: |\n  hunter2-word\n";
    let document = ["kms", "update-custom-key-store", "--cli-input-yaml", "file://d"];
    let of_yaml = line_end("KeyStorePassword")
        .replace("printf %s writes a file without one", "In YAML, |- in place of | leaves it out");
    assert_eq!(after_success(&document, &[], &[("d", yaml)]), [of_yaml]);
    let yaml = yaml.replace('|', "|-");
    assert_eq!(after_success(&document, &[], &[("d", &yaml)]), [""; 0]);
    // The same for what is no secret, unless it has several lines.
    let pem = ("pem", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
    assert_eq!(after_success(&CREATE, &["--trust-anchor-certificate", "file://pem"], &[pem]), [""; 0]);
    for command in ["delete", "connect", "disconnect", "update"] {
        let command = format!("{command}-custom-key-store");
        let line = ["kms", command.as_str(), "--custom-key-store-id", "file://id"];
        let told = after_success(&line, &[], &[("id", "cks-1\n")]);
        assert_eq!(told[0], line_end("--custom-key-store-id"), "{command}");
    }
}

#[test]
fn a_value_that_names_a_file_where_none_is_read_is_told() {
    let told = |path: &str, instead: &str| {
        format!("The value of {path} is taken as it stands: no file is read here. {instead}")
    };
    let file = "hunter2/".repeat(6);
    for prefix in ["file://", "fileb://", "file:", "FILE://"] {
        let shorthand = format!("AccessKeyId=ABCDEFGHIJKLMNOPQRST,RawSecretAccessKey={prefix}{file}");
        let json =
            format!(r#"{{"AccessKeyId": "ABCDEFGHIJKLMNOPQRST", "RawSecretAccessKey": "{prefix}{file}"}}"#);
        let raw = told(
            "XksProxyAuthenticationCredential.RawSecretAccessKey",
            "In shorthand, RawSecretAccessKey@=file://... reads a file.",
        );
        for value in [shorthand, json] {
            let given = ["--xks-proxy-authentication-credential", value.as_str()];
            assert_eq!(after_success(&UPDATE, &given, &[]), [raw.as_str()]);
        }
        let document = format!(r#"{{"CustomKeyStoreId": "cks-1", "KeyStorePassword": "{prefix}hunter2"}}"#);
        let password = told("KeyStorePassword", "The option --key-store-password file://... reads a file.");
        for option in ["--cli-input-json", "--cli-input-yaml"] {
            let line = ["kms", "update-custom-key-store", option, document.as_str()];
            assert_eq!(after_success(&line, &[], &[]), [password.as_str()]);
        }
    }
}

#[test]
fn an_option_that_nearly_names_a_file_is_told() {
    let told = "The value of --key-store-password is taken as it stands: no file is read here. The option \
                --key-store-password file://... reads a file.";
    for near in ["file:hunter2", "File://hunter2", "fileb:/hunter2"] {
        assert_eq!(after_success(&UPDATE, &["--key-store-password", near], &[]), [told], "{near}");
    }
    for plain in ["files-hunter2", "file hunter2", "profile://"] {
        assert_eq!(after_success(&UPDATE, &["--key-store-password", plain], &[]), [""; 0], "{plain}");
    }
}

#[test]
fn a_document_that_is_the_name_of_its_file_is_told() {
    let update = |option: &str, value: &str| {
        let line = with(&["kms", "update-custom-key-store", option, value], &[]);
        told(move || Aws::new(line.clone()).file("d/update.json", "{}"), 252)
    };
    for option in ["--cli-input-json", "--cli-input-yaml"] {
        let hint = |what: &str| format!("{option} file://{what}");
        assert!(
            update(option, "d/update.json")
                .contains(&hint("d/update.json reads the document from that file."))
        );
        assert!(update(option, "-").contains(&hint("/dev/stdin reads the document from standard input.")));
        for missing in ["hunter2.json", "file:hunter2.json"] {
            let missing = update(option, missing);
            assert!(missing.contains(&hint("<path> reads the document from a file.")), "{missing:?}");
            assert!(!missing.concat().contains("hunter2"));
        }
        for broken in ["{\"CustomKeyStoreId\": ", "[1, 2]", "file://d/update.json"] {
            let hints = update(option, broken);
            assert!(!hints.iter().any(|hint| hint.contains("reads the document")), "{broken}: {hints:?}");
        }
    }
}

#[test]
fn a_value_that_begins_with_a_hyphen_is_told_how_to_give() {
    let told = |words: &[&str]| {
        let line = words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        told(move || Aws::new(line.clone()), 252)
            .into_iter()
            .filter(|hint| hint.contains("hyphen"))
            .collect::<Vec<_>>()
    };
    let hint = |option: &str| format!("A value that begins with a hyphen is given as {option}=<value>.");
    for value in ["-hunter2-Pw", "--hunter2", "-----BEGIN"] {
        for option in ["--key-store-password", "--new-custom-key-store-name", "--xks-proxy-uri-path"] {
            let hints = told(&with(&UPDATE, &[option, value]).iter().map(String::as_str).collect::<Vec<_>>());
            assert_eq!(hints, [hint(option)], "{value}");
        }
    }
    assert_eq!(
        told(&["kms", "connect-custom-key-store", "--custom-key", "-x"]),
        [hint("--custom-key-store-id")]
    );
    assert_eq!(told(&["--query", "-x", "kms"]), [hint("--query")]);
    assert_eq!(told(&["--profile", "-x", "kms"]), [hint("--profile")]);
    // Here the value was left out.
    for line in
        [&["kms", "delete-custom-key-store", "--custom-key-store-id"][..], &["--query", "--region", "x"]]
    {
        assert_eq!(told(line), [""; 0], "{line:?}");
    }
    assert_eq!(told(&["kms", "delete-custom-key-store", "--custom-key-store-id", "--region=x"]), [""; 0]);
    assert_eq!(told(&["kms", "delete-custom-key-store", "--custom-key-store-id", "--"]), [""; 0]);
}

#[test]
fn what_a_document_takes_for_something_else_than_a_text_is_told() {
    let told = |option: &str, document: &str| {
        let line = with(&["kms", "create-custom-key-store", option, document], &[]);
        told(move || Aws::new(line.clone()), 252)
    };
    let hint = |path: &str, what: &str| {
        format!(
            "The value of {path} is read as {what}: in quotes it is a text, which is what is wanted here."
        )
    };
    let name = "CustomKeyStoreName: n\n";
    for (value, what) in [("12345678", "a number"), ("0.5", "a number"), ("true", "a truth value")] {
        for member in ["KeyStorePassword", "XksProxyVpcEndpointServiceOwner"] {
            let yaml = format!("{name}{member}: {value}\n");
            assert_eq!(told("--cli-input-yaml", &yaml), [hint(member, what)], "{yaml}");
        }
    }
    let json = r#"{"CustomKeyStoreName": "n", "XksProxyAuthenticationCredential": {"AccessKeyId": "ABCDEFGHIJKLMNOPQRST",
        "RawSecretAccessKey": 12345678}}"#;
    let raw = "XksProxyAuthenticationCredential.RawSecretAccessKey";
    assert_eq!(told("--cli-input-json", json), [hint(raw, "a number")]);
    assert_eq!(told("--cli-input-yaml", &format!("{name}KeyStorePassword:\n")), [""; 0]);
}

#[test]
fn an_update_that_changes_nothing_is_told_after_it_has_succeeded() {
    let nothing = ["Nothing was changed: no option says what to change."];
    assert_eq!(after_success(&UPDATE, &[], &[]), nothing);
    let document = ["kms", "update-custom-key-store", "--cli-input-json", r#"{"CustomKeyStoreId": "cks-1"}"#];
    assert_eq!(after_success(&document, &[], &[]), nothing);
    assert_eq!(after_success(&UPDATE, &["--new-custom-key-store-name", "n"], &[]), [""; 0]);
    for command in ["connect", "disconnect", "delete"] {
        let command = format!("{command}-custom-key-store");
        assert_eq!(after_success(&["kms", &command, "--custom-key-store-id", "cks-1"], &[], &[]), [""; 0]);
    }
    assert_eq!(after_success(&["kms", "describe-custom-key-stores"], &[], &[]), [""; 0]);
    assert_eq!(after_success(&CREATE, &[], &[]), [""; 0]);
    for refused in [["--endpoint-url", "http://127.0.0.1:1"], ["--query", "abs('x')"]] {
        let hints = told(|| Aws::new(with(&UPDATE, &refused)), 255);
        assert!(!hints.concat().contains("Nothing was changed"), "{hints:?}");
    }
}

#[test]
fn hints_after_a_success_are_not_there_where_errors_are_data() {
    for format in ["json", "yaml", "text", "table"] {
        let run = Aws::new(with(&UPDATE, &["--cli-error-format", format])).to(&yes()).run();
        run.prints("");
        let run = Aws::new(UPDATE).env("AWS_CLI_ERROR_FORMAT", format).to(&yes()).run();
        run.prints("");
        let config = format!("[default]\ncli_error_format = {format}\n");
        Aws::new(UPDATE).file(".aws/config", config).to(&yes()).run().prints("");
    }
}

#[cfg(unix)]
#[test]
fn without_a_full_aws_cli_its_advice_is_completed() {
    let lacking = |more: &[&str]| {
        let aws = Aws::new(with(&UPDATE, more)).without("AWS_ACCESS_KEY_ID").without("AWS_SECRET_ACCESS_KEY");
        aws.without("AWS_DEFAULT_REGION")
    };
    let credentials = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
    for (more, code, command) in
        [(&["--region", "us-east-1"][..], "NoCredentials", "aws login"), (&[], "NoRegion", "aws configure")]
    {
        let run = lacking(more).run().fails(253, code);
        let hints = hints(&run).concat();
        assert!(
            hints.contains(&format!("{command} is a command of the full AWS CLI, which was not found.")),
            "{hints}"
        );
        assert!(hints.contains(credentials) && hints.contains("~/.aws/credentials"), "{hints}");
        let aws = lacking(more);
        let other = script(aws.home(), "other", "echo full");
        let run = aws.env("AWS_KMS_CLI_FALLBACK", other).run().fails(253, code);
        assert!(!run.stderr.contains("which was not found"), "{}", run.stderr);
    }
    let run = Aws::new(UPDATE).without("AWS_DEFAULT_REGION").run().fails(253, "NoRegion");
    assert!(
        run.stderr.contains("which was not found") && !run.stderr.contains(credentials),
        "{}",
        run.stderr
    );
}

#[test]
fn a_history_that_is_wanted_is_told_not_to_be_there() {
    let aws = |config: &str, more: &[&str]| {
        let aws = Aws::new(with(&UPDATE, &["--new-custom-key-store-name", "n"])).file(".aws/config", config);
        let aws = more.chunks(2).fold(aws, |aws, pair| aws.env(pair[0], pair[1]));
        let (run, home) = aws.to(&yes()).run_and_keep_home();
        assert!(!home.path().join(".aws/cli").exists());
        assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""));
        run.stderr
    };
    let hint = "hint: cli_history is enabled, but this program keeps no history: it would hold secrets.\n";
    assert_eq!(aws("[default]\ncli_history = enabled\n", &[]), hint);
    assert_eq!(aws("[profile p]\ncli_history = enabled\n", &["AWS_PROFILE", "p"]), hint);
    for config in [
        "[default]\ncli_history = disabled\n",
        "[default]\ncli_history = Enabled\n",
        "[profile p]\ncli_history = enabled\n",
    ] {
        assert_eq!(aws(config, &[]), "");
    }
}
