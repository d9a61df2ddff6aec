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
    let (absent, bin) = (aws.home().join("absent"), aws.home().join("bin"));
    let path = format!("{}:{}:/usr/bin:/bin", absent.display(), bin.display());
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
fn off_in_any_case_names_no_program() {
    for off in ["off", "OFF"] {
        Aws::new(["s3", "ls"]).env("AWS_KMS_CLI_FALLBACK", off).run().fails(252, "invalid choice 's3'");
    }
}

#[test]
fn a_named_program_that_cannot_run_is_an_error_that_says_why() {
    let fails = |name: &str, why: &str| {
        let aws = Aws::new(["s3", "ls"]).file("plain", "#!/bin/sh\n");
        script(aws.home(), "orphan", "");
        let first_line = format!("#!{}\n", aws.home().join("absent").display());
        std::fs::write(aws.home().join("orphan"), first_line).expect("a written script");
        let program = if name == "no-such-name" { name.into() } else { aws.home().join(name) };
        let shown =
            format!("Could not run {} for what this program does not have: {why}\n", program.display());
        let run = aws.env("AWS_KMS_CLI_FALLBACK", &program).run().fails(255, &shown);
        assert!(run.stderr.contains("\nhint: AWS_KMS_CLI_FALLBACK names the program"), "{}", run.stderr);
        assert!(!run.stderr.contains("os error"), "{}", run.stderr);
    };
    fails("missing", "no such file.");
    fails("plain/below", "no such file.");
    fails("no-such-name", "no such file in the folders of PATH.");
    fails("", "it is a directory.");
    fails("plain", "it is not executable.");
    fails("orphan", "the program that its first line names, or a library that it needs, does not exist.");
}

/// `aws` of this program in the first folder of PATH, other files in those behind it.
fn first_on_path(aws: Aws, behind: &[(&str, &str)]) -> Aws {
    let own = aws.home().join("own");
    std::fs::create_dir_all(&own).expect("a folder");
    std::os::unix::fs::symlink(PROGRAM, own.join("aws")).expect("a symbolic link");
    let mut path = vec![own.display().to_string()];
    for (name, text) in behind {
        let folder = aws.home().join(name);
        script(&folder, "aws", text);
        path.push(folder.display().to_string());
    }
    path.extend(["/usr/bin".to_owned(), "/bin".to_owned()]);
    aws.env("PATH", path.join(":")).without("AWS_KMS_CLI_FALLBACK")
}

#[test]
fn a_bare_name_is_looked_up_behind_this_program() {
    let aws = first_on_path(Aws::new(["s3", "ls"]), &[("other", "echo other")]);
    aws.env("AWS_KMS_CLI_FALLBACK", "aws").run().prints("other\n");
    let aws = first_on_path(Aws::new(["s3", "ls"]), &[("other", "echo other")]);
    script(&aws.home().join("own"), "aws2", "echo two");
    aws.env("AWS_KMS_CLI_FALLBACK", "aws2").run().prints("two\n");
    let aws = first_on_path(Aws::new(["s3", "ls"]), &[]);
    aws.env("AWS_KMS_CLI_FALLBACK", "aws").run().fails(252, "Found invalid choice 's3'");
}

#[test]
fn a_script_that_runs_this_program_again_is_an_error_that_names_both() {
    for wrapper in
        [r#"aws "$@""#, r#"exec aws "$@""#, r#"aws "$@" --more"#, r#"exec aws --region eu-west-1 "$@""#]
    {
        for named in [false, true] {
            let aws = first_on_path(Aws::new(["s3", "ls"]), &[("wrapper", wrapper)]);
            let script = aws.home().join("wrapper/aws");
            let aws = if named { aws.env("AWS_KMS_CLI_FALLBACK", &script) } else { aws };
            let run = aws.run().fails(255, "The command goes round in a circle: ");
            let both = format!(
                "{PROGRAM} has handed it over to {}, which has run {PROGRAM} again.",
                script.display()
            );
            assert!(run.stderr.contains(&both), "{}", run.stderr);
            assert!(
                run.stderr.contains("\nhint: AWS_KMS_CLI_FALLBACK can name the full AWS CLI"),
                "{}",
                run.stderr
            );
        }
    }
}

#[test]
fn scripts_before_and_behind_this_program_do_not_go_round_either() {
    let aws = first_on_path(Aws::of("/bin/sh", ["-c", "aws s3 ls"]), &[("behind", r#"aws "$@""#)]);
    let before = script(&aws.home().join("before"), "aws", &format!(r#"exec {PROGRAM} "$@""#));
    let folder = |name: &str| aws.home().join(name).display().to_string();
    let path = [folder("before"), folder("own"), folder("behind"), "/usr/bin:/bin".into()].join(":");
    assert!(before.is_file());
    aws.env("PATH", path).run().fails(255, "The command goes round in a circle: ");
    // This program is not on PATH at all.
    let aws = Aws::of("/bin/sh", ["-c", "aws s3 ls"]).without("AWS_KMS_CLI_FALLBACK");
    script(&aws.home().join("before"), "aws", &format!(r#"exec {PROGRAM} "$@""#));
    let path = format!("{}:/usr/bin:/bin", aws.home().join("before").display());
    aws.env("PATH", path).run().fails(255, "The command goes round in a circle: ");
}

#[test]
fn a_script_before_this_program_does_not_keep_it_from_the_full_aws_cli() {
    let aws = first_on_path(Aws::of("/bin/sh", ["-c", "aws s3 ls"]), &[("full", "echo full \"$@\"")]);
    script(&aws.home().join("before"), "aws", &format!(r#"exec {PROGRAM} --debug "$@""#));
    let folder = |name: &str| aws.home().join(name).display().to_string();
    let path = [folder("before"), folder("own"), folder("full"), "/usr/bin:/bin".into()].join(":");
    aws.env("PATH", path).run().prints("full --debug s3 ls\n");
}

#[test]
fn a_script_that_leads_to_the_full_aws_cli_is_no_circle() {
    let wrapper = r#"PATH="${PATH#*wrapper:}"; PATH="$(dirname "$0")/../own:$PATH" exec aws "$@""#;
    let aws = first_on_path(Aws::new(["s3", "ls"]), &[("wrapper", wrapper), ("full", "echo full \"$@\"")]);
    aws.run().prints("full s3 ls\n");
}

#[test]
fn the_full_aws_cli_may_run_this_program_for_another_line() {
    let full = r#"
        case "$1" in
        s3) echo "s3 with $(aws configure export-credentials --profile base)" ;;
        configure) if [ "$4" = base ]; then aws configure export-credentials --profile root; else echo keys; fi ;;
        esac"#;
    let aws = first_on_path(Aws::new(["s3", "ls"]), &[("full", full)]);
    aws.run().prints("s3 with keys\n");
    let update = "aws kms update-custom-key-store --custom-key-store-id cks-1 --generate-cli-skeleton output";
    let aws = first_on_path(Aws::new(["s3", "ls"]), &[("full", update)]);
    let run = aws.run();
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
}

#[test]
fn nothing_else_in_the_environment_changes() {
    let aws = first_on_path(Aws::new(["s3", "ls"]), &[("full", "env | cut -d= -f1 | sort | tr '\\n' ' '")]);
    let run = aws.run();
    let names = "AWS_ACCESS_KEY_ID AWS_DEFAULT_REGION AWS_EC2_METADATA_DISABLED AWS_KMS_CLI_HANDED_OVER \
                 AWS_MAX_ATTEMPTS AWS_SECRET_ACCESS_KEY HOME PATH PWD ";
    let shown = run.stdout.replace("OLDPWD ", "").replace("SHLVL ", "").replace("_ ", "");
    assert_eq!(shown, names);
}

#[test]
fn topics_of_help_are_those_of_the_full_aws_cli() {
    for topic in ["config-vars", "topics", "no-such-topic"] {
        let aws = first_on_path(Aws::new(["help", topic]), &[("full", r#"echo full "$@""#)]);
        aws.run().prints(&format!("full help {topic}\n"));
    }
    let alone = |topic: &str| Aws::new(["help", topic]).run();
    for (topic, words) in [
        ("topics", "\n    return-codes    What the exit codes mean.\n"),
        ("config-vars", "\n    AWS_REGION, region\n        The Region."),
        ("return-codes", "\n    254  The service has answered with an error.\n"),
        ("global-options", "\n    --query (string)\n"),
    ] {
        let run = alone(topic);
        assert!(run.code == Some(0) && run.stdout.contains(words), "{run:?}");
    }
    let run =
        alone("s3-faq").fails(252, "argument subcommand: Found invalid choice 's3-faq'\n\n\nusage: aws");
    assert!(run.stderr.contains("\nhint: This program has"), "{}", run.stderr);
    let run = alone("return-code")
        .fails(252, "Found invalid choice 'return-code'\n\nMaybe you meant:\n\n  * return-codes\n");
    assert!(!run.stderr.contains("hint: "), "{}", run.stderr);
}

#[test]
fn pages_say_where_the_other_commands_are() {
    for (line, rest) in
        [(&["help"][..], "help"), (&["kms", "help"], "kms help"), (&["kms", "--help"], "kms help")]
    {
        let aws = first_on_path(Aws::new(line), &[("full", "echo full")]);
        let full = aws.home().join("full/aws").display().to_string();
        let run = aws.run();
        let page = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(page.contains(&format!("Here that is {full}: {full} {rest} shows them.")), "{page}");
        let run = Aws::new(line).run();
        assert!(run.stdout.contains("Here there is none."), "{}", run.stdout);
    }
}

#[test]
fn words_behind_help_lead_to_the_page_that_they_name() {
    let page = |line: &[&str]| {
        let run = Aws::new(line).run();
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{line:?}");
        run.stdout
    };
    assert_eq!(page(&["help", "kms"]), page(&["kms", "help"]));
    assert_eq!(page(&["kms", "help", "nonsense"]), page(&["kms", "help"]));
    let operation = page(&["kms", "delete-custom-key-store", "help"]);
    assert_eq!(page(&["help", "kms", "delete-custom-key-store"]), operation);
    assert_eq!(page(&["kms", "delete-custom-key-store", "help", "nonsense"]), operation);
    let waiter = "custom-key-store-connected";
    assert_eq!(page(&["help", "kms", "wait"]), page(&["kms", "wait", "help"]));
    assert_eq!(page(&["help", "kms", "wait", waiter]), page(&["kms", "wait", waiter, "help"]));
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
