//! Commands of the full AWS CLI are handed over.
#![cfg(unix)]

use crate::aws::{Aws, PROGRAM, script};

/// A stand-in for the full AWS CLI: it tells how it was called, and ends with 7.
const OTHER: &str =
    r#"printf 'other:'; printf ' [%s]' "$@"; printf ' %s\n' "$MARK"; cat; echo oops >&2; exit 7"#;

#[test]
fn the_next_aws_on_path_gets_arguments_environment_streams_and_gives_the_exit_code() {
    let aws = Aws::new(["--region", "x y", "s3", "ls", "", "--debug"]);
    script(&aws.home().join("bin"), "aws", OTHER);
    let path = format!("/nowhere:{}:/usr/bin:/bin", aws.home().join("bin").display());
    let run = aws.env("PATH", path).env("MARK", "m").without("AWS_KMS_CLI_FALLBACK").stdin("in").run();
    assert_eq!(run.code, Some(7));
    assert_eq!(run.stdout, "other: [--region] [x y] [s3] [ls] [] [--debug] m\nin");
    assert_eq!(run.stderr, "oops\n");
}

#[test]
fn nothing_is_read_before_a_command_is_handed_over() {
    let aws = Aws::new(["kms", "encrypt", "--output", "nonsense"]).file(".aws/config", "broken");
    let other = script(aws.home(), "other", "echo yes");
    aws.env("AWS_KMS_CLI_FALLBACK", other).run().prints("yes\n");
}

#[test]
fn the_named_program_wins_over_path() {
    let aws = Aws::new(["configure"]);
    script(&aws.home().join("bin"), "aws", "echo path");
    let other = script(aws.home(), "named", "echo named");
    let path = format!("{}:/usr/bin:/bin", aws.home().join("bin").display());
    aws.env("PATH", path).env("AWS_KMS_CLI_FALLBACK", other).run().prints("named\n");
}

#[test]
fn a_named_program_that_cannot_run_is_an_error() {
    let aws = Aws::new(["s3", "ls"]).env("AWS_KMS_CLI_FALLBACK", "/no/such/aws");
    aws.run().fails(255, "Could not run /no/such/aws");
}

#[test]
fn without_another_aws_the_choice_is_invalid_and_a_line_says_how_to_name_one() {
    let run = Aws::new(["s3", "ls"])
        .run()
        .fails(252, "argument command: Found invalid choice 's3'\n\n\nusage: aws");
    assert!(run.stderr.contains("AWS_KMS_CLI_FALLBACK"), "{}", run.stderr);
    let run =
        Aws::new(["kms", "encrypt"]).run().fails(252, "argument operation: Found invalid choice 'encrypt'");
    assert!(run.stderr.contains("AWS_KMS_CLI_FALLBACK"), "{}", run.stderr);
}

#[test]
fn links_to_this_program_and_copies_of_it_never_call_each_other() {
    let aws = Aws::new(["s3", "ls"]);
    let folder = |name: &str| {
        let folder = aws.home().join(name);
        std::fs::create_dir_all(&folder).expect("a folder");
        folder.join("aws")
    };
    let (soft, hard, copy) = (folder("soft"), folder("hard"), folder("copy"));
    std::os::unix::fs::symlink(PROGRAM, &soft).expect("a symbolic link");
    std::fs::copy(PROGRAM, &copy).expect("a copy");
    std::fs::hard_link(&copy, &hard).expect("a hard link");
    let path: Vec<String> =
        ["soft", "copy", "hard", "soft"].map(|n| aws.home().join(n).display().to_string()).into();
    let run = aws.env("PATH", path.join(":")).without("AWS_KMS_CLI_FALLBACK").run();
    run.fails(252, "Found invalid choice 's3'");
}

#[test]
fn a_program_named_as_its_own_fallback_is_none() {
    let run = Aws::new(["s3", "ls"]).env("AWS_KMS_CLI_FALLBACK", PROGRAM).run();
    run.fails(252, "Found invalid choice 's3'");
}
