//! Which error is told where a line has several, and how.

use crate::aws::{Aws, Run};

fn run(words: &[&str]) -> Run {
    Aws::new(words).run()
}

#[test]
fn an_unknown_command_is_told_where_it_stands() {
    let unknown = "argument command: Found invalid choice 'xyzzy'";
    for line in [
        &["xyzzy", "--version"][..],
        &["xyzzy", "--version=3"],
        &["xyzzy", "--output", "jsoon"],
        &["--region", "eu-west-1", "xyzzy", "update-custom-key-store", "--color"],
        &["--", "xyzzy", "--output"],
    ] {
        run(line).fails(252, unknown);
    }
    run(&["--output", "jsoon", "xyzzy"]).fails(252, "argument --output: Found invalid choice 'jsoon'");
    assert!(run(&["--version", "xyzzy"]).stdout.starts_with("aws-cli/2."));
    run(&["xyzzy", "--c", "on"]).fails(252, "ambiguous option: --c could match");
    run(&["xyzzy", "--profile"]).fails(252, "argument --profile: expected one argument");
    run(&["kms", "xyzzy", "--output", "jsoon"]).fails(252, "argument --output: Found invalid choice 'jsoon'");
}

#[test]
fn a_command_of_the_full_aws_cli_and_an_alias_are_no_unknown_commands() {
    assert!(run(&["s3", "--version"]).stdout.starts_with("aws-cli/2."));
    run(&["s3", "--output", "jsoon"]).fails(252, "argument --output: Found invalid choice 'jsoon'");
    let aliased = |value: &str, words: &[&str]| {
        let file = format!("[toplevel]\nxyzzy = {value}\n");
        Aws::new(words).file(".aws/cli/alias", file).run()
    };
    assert!(aliased("kms", &["xyzzy", "--version"]).stdout.starts_with("aws-cli/2."));
    aliased("kms", &["xyzzy", "--output", "jsoon"])
        .fails(252, "argument --output: Found invalid choice 'jsoon'");
    aliased("plugh --version", &["xyzzy"]).fails(252, "argument command: Found invalid choice 'plugh'");
    aliased("plugh --output jsoon", &["xyzzy"]).fails(252, "argument command: Found invalid choice 'plugh'");
}

#[test]
fn a_format_of_errors_that_is_none_is_told_while_the_options_of_the_line_do_not_count_yet() {
    let told = "Invalid cli_error_format: 'bogus'. Using 'enhanced' format.\n\naws: [ERROR]: An error occurred \
                (ParamValidation): ";
    for words in
        [&["--output", "jsoon"][..], &["--query", "["], &["--endpoint-url", "localhost"], &["--debug=1"]]
    {
        let run = Aws::update(words).env("AWS_CLI_ERROR_FORMAT", "Bogus").run();
        assert_eq!(run.code, Some(252));
        assert_eq!(run.stderr.starts_with(told), words != ["--debug=1"], "{words:?}: {}", run.stderr);
        let run = Aws::update(words).file(".aws/config", "[default]\ncli_error_format = bogus\n").run();
        assert_eq!(run.stderr.starts_with(told), words != ["--debug=1"], "{words:?}: {}", run.stderr);
    }
    for words in
        [&["--foo"][..], &["--xks-proxy-uri-path", "/"], &["--max-items"], &["--cli-read-timeout", "x"]]
    {
        let run = Aws::update(words).env("AWS_CLI_ERROR_FORMAT", "bogus").run();
        assert!(!run.stderr.contains("cli_error_format"), "{words:?}: {}", run.stderr);
    }
    let run = Aws::update(["--query", "[", "--cli-error-format", "json"])
        .env("AWS_CLI_ERROR_FORMAT", "bogus")
        .run();
    assert!(run.stderr.starts_with('{'), "{}", run.stderr);
}

#[test]
fn the_profile_of_the_line_does_not_count_for_errors_before_it_does() {
    let start = "\naws: [ERROR]: An error occurred (ParamValidation): Bad value for --";
    for words in [["--endpoint-url", "localhost"], ["--query", "["]] {
        let run = Aws::update(words.into_iter().chain(["--profile", "nope"])).run().fails(252, "Bad value");
        assert!(run.stderr.starts_with(start), "{}", run.stderr);
        let run = Aws::update(words).env("AWS_PROFILE", "nope").run().fails(252, "Bad value");
        assert!(run.stderr.starts_with("\naws: [ERROR]: Bad value for --"), "{}", run.stderr);
    }
}

#[test]
fn an_unknown_binary_format_of_the_profile_ends_every_command() {
    for (value, shown) in [("bogus", "'bogus'"), ("", "''"), ("Base64", "'Base64'"), ("it's", "\"it's\"")] {
        let with = |words: &[&str]| {
            Aws::new(words).file(".aws/config", format!("[default]\ncli_binary_format = {value}\n")).run()
        };
        let hint = "cli_binary_format in the profile must be one of: base64, raw-in-base64-out.";
        for line in [&["kms", "xyzzy"][..], &["kms", "update-custom-key-store", "--generate-cli-skeleton"]] {
            let run = with(line).fails(255, hint);
            assert!(run.stderr.starts_with(&format!("\naws: [ERROR]: {shown}\n")), "{}", run.stderr);
        }
        let run = with(&["kms", "delete-custom-key-store", "--cli-binary-format", "base64"]);
        run.fails(252, "the following arguments are required: --custom-key-store-id");
    }
}
