//! Aliases of `~/.aws/cli/alias`, in the real program.

use serde_json::json;

use crate::aws::Aws;

const FILE: &str = ".aws/cli/alias";

/// The program in a home directory with these aliases.
fn aws(aliases: &str, words: &[&str]) -> Aws {
    Aws::new(words).file(FILE, aliases)
}

#[test]
fn an_alias_sends_the_request_of_what_it_stands_for() {
    let (emulator, id, _) = crate::update::stores();
    let aliases = format!(
        "[toplevel]\nks =\n  kms\n  --region us-east-1\n[command kms]\n\
         rename = update-custom-key-store --custom-key-store-id {id} --new-custom-key-store-name\n"
    );
    aws(&aliases, &["ks", "rename", "Two words", "--region", "us-west-2"]).to(&emulator).run().prints("");
    let request = emulator.requests().pop().expect("a request");
    let body: serde_json::Value = serde_json::from_slice(&request.body).expect("JSON");
    assert_eq!(body, json!({"CustomKeyStoreId": id, "NewCustomKeyStoreName": "Two words"}));
    let authorization = request.headers["authorization"].to_str().expect("text");
    assert!(authorization.contains("/us-east-1/kms/"), "{authorization}");
}

#[test]
fn options_of_an_alias_decide_how_output_and_errors_are_told() {
    let (emulator, ..) = crate::update::stores();
    let aliases = "[command kms]\nnames = describe-custom-key-stores --output text --query length(CustomKeyStores)\n\
                   broken = update-custom-key-store --cli-error-format json\n";
    let count = emulator.stores().len();
    aws(aliases, &["--output", "json", "kms", "names"]).to(&emulator).run().prints(&format!("{count}\n"));
    let run = aws(aliases, &["kms", "broken"]).run();
    assert_eq!(run.code, Some(252));
    assert!(run.stderr.starts_with("{\n    \"Code\": \"ParamValidation\""), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn a_shell_has_the_streams_the_environment_and_the_other_words_and_gives_the_exit_code() {
    let aliases = "[toplevel]\nsh =\n  !f() {\n    printf '[%s]' \"$@\"; echo \" $MARK $AWS_PROFILE\"; cat; exit 7\n  }; f\n";
    let line = ["--profile", "p", "sh", "it's", "a  b", "--region", "r", "$MARK", "--x=1"];
    let run = aws(aliases, &line).env("MARK", "m").env("AWS_PROFILE", "q").stdin("in").run();
    assert_eq!((run.code, run.stderr.as_str()), (Some(7), ""));
    assert_eq!(run.stdout, "[it's][a  b][$MARK][--x=1] m q\nin");
}

#[cfg(unix)]
#[test]
fn help_on_a_line_for_the_shell_is_for_the_shell() {
    let aliases = "[toplevel]\nk = !echo kubectl\n[command kms]\nsh = !echo shell\n";
    for (line, printed) in [
        (&["k", "get", "-h"][..], "kubectl get -h\n"),
        (&["k", "--help"], "kubectl --help\n"),
        (&["k", "help", "version"], "kubectl help version\n"),
        (&["--region", "r", "kms", "sh", "--help"], "shell --help\n"),
        (&["kms", "sh", "help", "region"], "shell help region\n"),
    ] {
        aws(aliases, line).run().prints(printed);
    }
}

#[cfg(unix)]
#[test]
fn a_signal_that_ends_the_shell_ends_the_program() {
    use std::os::unix::process::ExitStatusExt;
    let (mut command, _home) = aws("[toplevel]\nend = !kill -TERM $$\n", &["end"]).into_parts();
    assert_eq!(command.status().expect("an ended program").signal(), Some(15));
}

#[cfg(unix)]
#[test]
fn a_word_that_is_not_utf8_reaches_the_shell_as_it_is() {
    use std::os::unix::ffi::OsStrExt;
    let word = std::ffi::OsStr::from_bytes(b"a'\xff");
    let run = Aws::new([std::ffi::OsStr::new("sh"), word])
        .file(FILE, "[toplevel]\nsh = !f() { printf %s \"$1\" | od -An -tx1; }; f\n")
        .run();
    run.prints(" 61 27 ff\n");
}

#[cfg(unix)]
#[test]
fn an_alias_for_a_command_of_the_full_aws_cli_is_handed_over_as_it_was_given() {
    let aliases =
        "[toplevel]\nb = s3 ls --region eu-west-1\nks = kms\nsh = !echo own\n[command kms]\nenc = encrypt\n";
    let other = |words: &[&str]| {
        let aws = aws(aliases, words);
        let other = crate::aws::script(aws.home(), "other", r#"printf '[%s]' "$@""#);
        aws.env("AWS_KMS_CLI_FALLBACK", other).run()
    };
    other(&["b", "--x", "s3://y"]).prints("[b][--x][s3://y]");
    other(&["--debug", "kms", "enc"]).prints("[--debug][kms][enc]");
    other(&["ks", "encrypt"]).prints("[ks][encrypt]");
    other(&["s3", "own"]).prints("[s3][own]");
    other(&["sh"]).prints("own\n");
    other(&["ks", "update-custom-key-store"]).fails(252, "required: --custom-key-store-id");
}

#[cfg(unix)]
#[test]
fn a_broken_file_is_for_the_program_to_tell_that_runs_the_command() {
    let aws = aws("oops", &["s3", "ls"]);
    let other = crate::aws::script(aws.home(), "other", "echo other");
    aws.env("AWS_KMS_CLI_FALLBACK", other).run().prints("other\n");
    let aws = Aws::new(["kms", "--version"]).file(FILE, "[toplevel]\noops\n");
    let path = aws.home().join(FILE).display().to_string();
    let words = format!("aws: [ERROR]: Unable to parse config file: {path}\nhint: In line 2, ");
    aws.run().fails(255, &words);
    let aws = Aws::new(["--version"]).file(".aws/cli/alias/folder", "");
    aws.run().fails(255, ".aws/cli/alias) could not be found.");
}

#[test]
fn pages_and_near_names_know_aliases() {
    let aliases =
        "[toplevel]\nstores = kms\n[command kms]\nrename-store = update-custom-key-store --region r\n";
    for words in [["stores", "rename-store", "help"], ["stores", "rename-store", "--help"]] {
        let run = aws(aliases, &words).run();
        assert!(run.stdout.contains("--new-custom-key-store-name"), "{run:?}");
    }
    aws(aliases, &["store"]).run().fails(252, "invalid choice 'store'\n\nMaybe you meant:\n\n  * stores\n");
    aws(aliases, &["kms", "rename-stores"]).run().fails(252, "Maybe you meant:\n\n  * rename-store\n");
}

#[test]
fn secrets_in_an_alias_are_never_shown() {
    let aliases = "[command kms]\na = update-custom-key-store --key-store-password hunter2 hunter3\n\
                   b = update-custom-key-store --key-store-password 'hunter2\n\
                   c = update-custom-key-store --key-store-pasword hunter2\n";
    for name in ["a", "b", "c"] {
        let run = aws(aliases, &["kms", name, "--custom-key-store-id", "x", "--debug"]).run();
        assert!(matches!(run.code, Some(252 | 255)) && run.stderr.contains("****"), "{run:?}");
        run.hides("hunter");
    }
}
