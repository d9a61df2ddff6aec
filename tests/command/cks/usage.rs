//! The lines of `aws cks` and `aws kms wait` that are not understood.

use crate::aws::Aws;

#[test]
fn a_line_that_is_not_understood_is_a_usage_error() {
    let cases = [
        (
            &["cks", "staus"][..],
            "argument command: Found invalid choice 'staus'\n\nMaybe you meant:\n\n  * status",
        ),
        (&["cks", "plan"], "the following arguments are required: STORE"),
        (&["cks", "plan", "a", "b"], "Unknown options: b"),
        (&["cks", "connect", "a", "--interval", "soon"], "argument --interval: expected a duration"),
        (&["cks", "status", "--interval", "10s"], "argument --interval: it can be given with --watch only"),
        (&["cks", "connect", "a", "--timeout", "0s"], "argument --timeout: expected a duration"),
        (
            &["cks", "apply", "a", "--on-failure", "leave"],
            "argument --on-failure: Found invalid choice 'leave'",
        ),
        (&["kms", "wait"], "the following arguments are required: waiter"),
        (&["kms", "wait", "custom-key-store-conected"], "* custom-key-store-connected"),
        (
            &["kms", "wait", "custom-key-store-connected"],
            "the following arguments are required: --custom-key-store-id or --custom-key-store-name",
        ),
        (
            &[
                "kms",
                "wait",
                "custom-key-store-connected",
                "--custom-key-store-id",
                "a",
                "--custom-key-store-name",
                "b",
            ],
            "--custom-key-store-id and --custom-key-store-name cannot be given together.",
        ),
    ];
    for (line, words) in cases {
        Aws::new(line).run().fails(252, words);
    }
}

#[test]
fn options_of_aws_cks_are_not_abbreviated() {
    let hint = "Unknown options: --time\nhint: --time: did you mean --timeout?";
    Aws::new(["cks", "connect", "a", "--time", "1m"]).run().fails(252, hint);
    Aws::new(["cks", "status", "--outp", "json"]).run().fails(252, "Unknown options: --outp");
    Aws::new(["--outp=json", "cks", "status"]).run().fails(252, "Unknown options: --outp=json");
}

#[test]
fn pages_show_the_commands_and_their_options() {
    for (line, words) in [
        (&["cks"][..], "AVAILABLE COMMANDS\n    status "),
        (&["--region", "eu-west-1", "cks"], "AVAILABLE COMMANDS\n    status "),
        (&["cks", "help"], "disconnect  Disconnect a store and wait until it is disconnected."),
        (&["cks", "apply", "help"], "--xks-proxy-configuration-file (string)"),
        (&["cks", "apply", "--help"], "--on-failure (string)"),
        (&["help", "cks"], "SYNOPSIS\n    aws cks <command> [options]"),
        (&["kms", "wait", "help"], "custom-key-store-disconnected"),
        (&["kms", "wait", "custom-key-store-connected", "help"], "--custom-key-store-name <value>]"),
    ] {
        let run = Aws::new(line).run();
        assert!(run.code == Some(0) && run.stdout.contains(words), "{line:?}: {run:?}");
    }
}

#[test]
fn an_alias_of_that_name_wins() {
    Aws::new(["cks"]).file(".aws/cli/alias", "[toplevel]\ncks = !echo mine\n").run().prints("mine\n");
}
