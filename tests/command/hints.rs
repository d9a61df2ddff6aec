//! Hints: lines of this program's own on stderr.

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
}

#[test]
fn a_variable_silences_hints_and_changes_nothing_else() {
    let run = unknown_profile().env("AWS_KMS_CLI_HINTS", "off").run();
    assert_eq!(run.code, Some(255));
    assert_eq!(run.stderr, "\naws: [ERROR]: The config profile (develoment) could not be found\n");
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
    assert_eq!(hints(&run).len(), 1, "{}", run.stderr);
}
