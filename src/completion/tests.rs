//! The engine over sources that are made up.

use super::*;
use crate::completion::sample::{Sample, sample};

fn found_with(sample: &Sample, text: &str) -> Vec<Candidate> {
    let cursor = text.find('|').unwrap_or(text.len());
    let text = text.replacen('|', "", 1);
    let Some(line) = Line::of_text(&text, cursor) else { return Vec::new() };
    candidates(&Asked { line, text, cursor }, sample, &Environment::default())
}

/// What can stand at `|`, or at the end.
fn found(text: &str) -> Vec<String> {
    found_with(&sample(), text).into_iter().map(|candidate| candidate.value).collect()
}

const IDS: [&str; 2] = ["cks-1234567890abcdef0", "cks-9876543210fedcba9"];
const UPDATE: &str = "aws kms update-custom-key-store";

#[test]
fn commands_are_those_of_this_program_unless_there_is_another() {
    assert_eq!(found("aws km"), ["kms"]);
    assert_eq!(found("aws "), ["kms", "cks", "ks", "list", "help"]);
    assert_eq!(found("aws kms con"), ["connect-custom-key-store"]);
    assert_eq!(found("aws --region us-east-1 kms conn"), ["connect-custom-key-store"]);
    let other = Sample { has_other_program: true, ..sample() };
    let names =
        |text| found_with(&other, text).into_iter().map(|candidate| candidate.value).collect::<Vec<_>>();
    assert_eq!(names("aws s3ap"), ["s3api"]);
    assert_eq!(
        names("aws kms up"),
        ["update-alias", "update-custom-key-store", "update-key-description", "update-primary-region"]
    );
    assert_eq!(names("aws kms up| --region us-east-1").len(), 4);
}

#[test]
fn an_operation_has_its_options_then_the_global_ones() {
    let all = found(&format!("{UPDATE} --"));
    assert_eq!(
        (all.len(), all[0].as_str(), all[31].as_str()),
        (32, "--custom-key-store-id", "--cli-error-format")
    );
    assert_eq!(found(&format!("{UPDATE} ")), [&all[..], &["help".to_owned()]].concat());
    assert_eq!(
        found(&format!("{UPDATE} --xks-proxy-uri")),
        ["--xks-proxy-uri-endpoint", "--xks-proxy-uri-path"]
    );
    assert_eq!(found("aws kms create-custom-key-store --trust"), ["--trust-anchor-certificate"]);
    assert_eq!(found("aws kms describe-custom-key-stores --m"), ["--marker", "--max-items"]);
    assert_eq!(found("aws --reg"), ["--region"]);
    assert_eq!(found("aws kms --reg"), ["--region"]);
}

#[test]
fn options_that_are_given_are_not_offered_again() {
    for text in [
        "--custom-key-store-id cks-1 --",
        "--custom-key-store-id=cks-1 --",
        "--| --custom-key-store-id cks-1",
    ] {
        let names = found(&format!("{UPDATE} {text}"));
        assert!(
            names.len() == 31 && !names.contains(&"--custom-key-store-id".to_owned()),
            "{text}: {names:?}"
        );
    }
    assert!(found(&format!("{UPDATE} --debug --deb")).is_empty());
    assert!(found("aws --debug kms update-custom-key-store --deb").is_empty());
}

#[test]
fn values_are_those_that_an_option_takes() {
    let values = |option: &str| found(&format!("{UPDATE} {option} "));
    assert_eq!(values("--xks-proxy-connectivity"), ["PUBLIC_ENDPOINT", "VPC_ENDPOINT_SERVICE"]);
    assert_eq!(values("--output"), ["json", "text", "table", "yaml", "yaml-stream", "off"]);
    assert_eq!(values("--color"), ["on", "off", "auto"]);
    assert_eq!(values("--generate-cli-skeleton"), ["input", "yaml-input", "output"]);
    assert_eq!(values("--profile"), ["default", "dev", "prod"]);
    assert_eq!(values("--region").len(), 38);
    assert_eq!(values("--ca-bundle"), ["certs/", "xks cred.json"]);
    assert_eq!(values("--key-store-password"), ["file://"]);
    assert!(values("--new-custom-key-store-name").is_empty() && values("--xks-proxy-uri-path").is_empty());
    assert_eq!(found(&format!("{UPDATE} --region us-e")), ["us-east-1", "us-east-2"]);
    assert_eq!(found(&format!("{UPDATE} --xks-proxy-uri-path f")), ["file://"]);
}

#[test]
fn values_behind_an_equals_sign_are_whole_words() {
    assert_eq!(found(&format!("{UPDATE} --output=t")), ["--output=text", "--output=table"]);
    assert_eq!(found(&format!("{UPDATE} --out=y")), ["--out=yaml", "--out=yaml-stream"]);
    assert_eq!(
        found(&format!("{UPDATE} --custom-key-store-id=cks-9")),
        ["--custom-key-store-id=cks-9876543210fedcba9"]
    );
    assert_eq!(
        found(&format!("{UPDATE} --key-store-password=file://x")),
        ["--key-store-password=file://xks cred.json"]
    );
    assert!(found(&format!("{UPDATE} --debug=")).is_empty());
}

#[test]
fn files_are_offered_behind_their_prefix() {
    let value = |text: &str| found(&format!("{UPDATE} --key-store-password {text}"));
    assert_eq!(value("file://"), ["file://certs/", "file://xks cred.json"]);
    assert_eq!(value("fileb://c"), ["fileb://certs/"]);
    assert_eq!(value("'file://xks cr"), ["file://xks cred.json"]);
    assert_eq!(value(r"file://xks\ cr"), ["file://xks cred.json"]);
    assert_eq!(
        found(&format!("{UPDATE} --xks-proxy-authentication-credential R")),
        ["RawSecretAccessKey=", "RawSecretAccessKey@="]
    );
    let stem = "AccessKeyId=x,RawSecretAccessKey@=file://x";
    assert_eq!(
        found(&format!("{UPDATE} --xks-proxy-authentication-credential {stem}")),
        [format!("{stem}ks cred.json")]
    );
}

#[test]
fn stores_are_offered_where_they_are_named() {
    let operations = ["update-custom-key-store", "connect-custom-key-store", "disconnect-custom-key-store"];
    for operation in operations.into_iter().chain(["delete-custom-key-store", "describe-custom-key-stores"]) {
        assert_eq!(found(&format!("aws kms {operation} --custom-key-store-id ")), IDS);
    }
    let names = ["ExampleExternalStore", "Example HSM store"];
    assert_eq!(found("aws kms describe-custom-key-stores --custom-key-store-name "), names);
    assert_eq!(found("aws kms wait custom-key-store-connected --custom-key-store-name "), names);
    assert!(found("aws kms create-custom-key-store --custom-key-store-name ").is_empty());
    assert_eq!(found("aws cks apply "), [names[0], names[1], IDS[0], IDS[1], "help"]);
    assert_eq!(found("aws cks status ExampleExternalStore "), [names[1], IDS[1]]);
    let stores = found_with(&sample(), &format!("{UPDATE} --region DISCONNECTED --custom-key-store-id "));
    assert_eq!(
        stores[0].about, "ExampleExternalStore, external, DISCONNECTED",
        "the options of the line count"
    );
}

#[test]
fn what_is_this_programs_own_is_completed_too() {
    assert_eq!(
        found("aws kms wait "),
        ["custom-key-store-connected", "custom-key-store-disconnected", "help"]
    );
    assert_eq!(found("aws cks co"), ["connect", "completion"]);
    assert_eq!(found("aws cks completion "), ["bash", "zsh", "fish", "powershell", "help"]);
    assert_eq!(found("aws cks apply x --on-failure "), ["roll-back", "keep"]);
    assert_eq!(
        found("aws cks plan x --xks-proxy-connectivity "),
        ["PUBLIC_ENDPOINT", "VPC_ENDPOINT_SERVICE"]
    );
    assert_eq!(found("aws cks apply x --key-store-password "), ["file://", "prompt://"]);
    let stem = "aws cks apply x --xks-proxy-authentication-credential RawSecretAccessKey@=";
    assert_eq!(found(&format!("{stem}p")), ["RawSecretAccessKey@=prompt://"]);
    assert_eq!(found("aws cks status --w"), ["--watch"]);
    assert_eq!(found("aws help "), ["kms", "cks", "topics", "config-vars", "return-codes", "global-options"]);
    for line in [UPDATE, "aws kms update-custom-key-store --xks-proxy-uri-path x", "aws cks apply"] {
        assert_eq!(
            found(&format!("{line} help xks-proxy-uri")),
            ["xks-proxy-uri-endpoint", "xks-proxy-uri-path"]
        );
        assert_eq!(found(&format!("{line} help --xks-proxy-uri-p")), ["--xks-proxy-uri-path"]);
    }
    assert_eq!(found("aws help cks st"), ["status"]);
}

#[test]
fn aliases_are_offered_and_followed() {
    assert_eq!(found("aws kms u"), ["update-custom-key-store", "ucks"]);
    assert_eq!(found("aws ks ucks --custom-key-store-id "), IDS);
    assert_eq!(
        found_with(&sample(), "aws ks ucks --custom-key-store-id ")[0].about,
        "ExampleExternalStore, external, eu-west-1"
    );
    assert!(found("aws list ").is_empty());
}

#[test]
fn members_of_the_output_are_offered_to_queries() {
    let stem = "aws kms describe-custom-key-stores --query ";
    assert_eq!(found(stem), ["CustomKeyStores", "NextMarker", "Truncated"]);
    assert_eq!(
        found(&format!("{stem}'CustomKeyStores[].Connection")),
        ["CustomKeyStores[].ConnectionState", "CustomKeyStores[].ConnectionErrorCode"]
    );
    assert_eq!(found("aws --query N| kms describe-custom-key-stores"), ["NextMarker"]);
    assert!(found("aws kms update-custom-key-store --query ").is_empty());
}

#[test]
fn what_leads_nowhere_offers_nothing() {
    for text in [
        "",
        "aws",
        "aws kms bogus ",
        "aws bogus --",
        "aws kms help ",
        "aws --version ",
        "aws cks bogus ",
        "aws kms wait bogus ",
    ] {
        assert!(found(text).is_empty(), "{text}");
    }
}

#[test]
fn everything_that_is_offered_has_a_text_if_it_is_an_option_or_a_command_of_this_program() {
    for text in [
        "aws kms ",
        "aws cks ",
        "aws kms wait ",
        "aws kms create-custom-key-store --",
        "aws cks apply x --",
        "aws cks status --",
    ] {
        for candidate in found_with(&sample(), text) {
            assert!(!candidate.about.is_empty() && !candidate.about.contains('\n'), "{text}: {candidate:?}");
        }
    }
}

fn variables<'a>(line: &'a str, more: &[(&'a str, &'a str)]) -> Environment {
    [("COMP_LINE", line), ("AWS_KMS_CLI_FALLBACK", "off")].into_iter().chain(more.iter().copied()).collect()
}

fn replies(arguments: &[&str], environment: &Environment) -> String {
    let arguments: Vec<OsString> = ["cks", "complete"].iter().chain(arguments).map(OsString::from).collect();
    reply(&arguments, environment).expect("a line of a shell")
}

#[test]
fn the_protocol_of_the_reference_has_whole_words_and_an_empty_line_for_none() {
    let line = format!("{UPDATE} --output=t");
    assert_eq!(replies(&["line"], &variables(&line, &[])), "--output=text\n--output=table\n");
    for (line, point) in [("aws kms bogus ", "14"), ("", "0"), ("aws kms up", "x"), ("aws kms up", "-1")] {
        let expected = if line.ends_with("up") { "update-custom-key-store\n" } else { "\n" };
        assert_eq!(replies(&["line"], &variables(line, &[("COMP_POINT", point)])), expected);
    }
    let tcsh: Environment = [("COMMAND_LINE", "aws kms conn")].into_iter().collect();
    assert_eq!(replies(&["line"], &tcsh), "connect-custom-key-store\n");
}

#[test]
fn bash_gets_what_it_puts_in_place_of_the_word_as_it_sees_it() {
    let line = format!("{UPDATE} --output=t");
    let environment = variables(&line, &[("COMP_TYPE", "9")]);
    assert_eq!(replies(&["line", "aws", "t", "="], &environment), "text\ntable\n");
    assert_eq!(replies(&["bash", "t"], &environment), "\ntext\ntable\n");
    let open = variables("aws kms update-custom-key-store --key-store-password fi", &[("COMP_TYPE", "9")]);
    assert_eq!(replies(&["bash", "fi"], &open), "nospace\nfile://\n");
}

#[test]
fn a_listing_of_bash_has_texts() {
    let environment = variables("aws cks st", &[("COMP_TYPE", "63"), ("COLUMNS", "60")]);
    assert_eq!(replies(&["bash", "st"], &environment), "\nstatus\n", "one alone is put in");
    let at_once = variables("aws cks co", &[("COMP_TYPE", "33")]);
    assert!(replies(&["bash", "co"], &at_once).contains("(Connect "));
    let at_once = variables("aws kms update-custom-key-store --xks-proxy-u", &[("COMP_TYPE", "33")]);
    assert!(!replies(&["bash", "--xks-proxy-u"], &at_once).contains('('), "more of the word is put in");
    let environment = variables("aws cks con", &[("COMP_TYPE", "63"), ("COLUMNS", "60")]);
    assert!(!replies(&["bash", "con"], &environment).contains('('));
    let environment = variables("aws cks co", &[("COMP_TYPE", "63"), ("COLUMNS", "40")]);
    assert_eq!(
        replies(&["bash", "co"], &environment),
        "\nconnect     (Connect a store and wait…)\ncompletion  (Print a script with whic…)\n"
    );
}

#[test]
fn shells_that_split_the_line_get_texts_behind_a_tab() {
    let environment = variables("", &[]);
    let reply = replies(&["fish", "2", "aws", "cks", "st"], &environment);
    assert_eq!(reply, "status\tShow the state of stores, and what to do about it.\n");
    let words = ["zsh", "4", "aws", "kms", "update-custom-key-store", "--key-store-password", "f"];
    assert_eq!(replies(&words, &environment), "open\tfile://\tRead the value from a file.\n");
    for words in [&["zsh"][..], &["zsh", "x", "aws"], &["zsh", "0", "aws"], &["fish", "9", "aws"]] {
        let _ = replies(words, &environment);
    }
}

#[test]
fn a_listing_is_as_wide_as_it_must_be() {
    let long = "n".repeat(70_000);
    let found = vec![Candidate::new(long.as_str(), "first"), Candidate::new("x", "second")];
    let lines = listed(found, 80_000);
    assert_eq!(lines[0], format!("{long}  (first)"));
    assert_eq!(lines[1], format!("x{}  (second)", " ".repeat(69_999)));
}

proptest::proptest! {
    #[test]
    fn every_candidate_begins_with_what_is_typed_and_no_line_makes_it_panic(
        words in proptest::collection::vec("kms|cks|help|wait|status|update-custom-key-store|--[a-z]{0,3}|--output|--query|=|'|[a-zé ]{0,4}", 0..6),
        partial in "(--)?[a-z=]{0,3}",
    ) {
        let text = format!("aws {} {partial}", words.join(" "));
        for candidate in found_with(&sample(), &text) {
            let line = Line::of_text(&text, text.len()).expect("a line");
            proptest::prop_assert!(candidate.value.starts_with(&line.partial), "{candidate:?}");
        }
    }
}
