//! Help and version.

use crate::aws::Aws;

#[track_caller]
fn page(words: &[&str]) -> String {
    let run = Aws::new(words).without("HOME").without("AWS_DEFAULT_REGION").run();
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{words:?}");
    run.stdout
}

#[test]
fn every_level_has_a_page_by_three_names() {
    for name in ["help", "--help", "-h"] {
        assert!(page(&[name]).contains("Commands:\n  kms "));
        assert!(page(&["kms", name]).contains("\n  update-custom-key-store "));
        let operation = page(&["kms", "update-custom-key-store", name]);
        assert!(operation.contains("--xks-proxy-authentication-credential <structure>"), "{operation}");
        assert!(operation.contains("Examples:") && operation.contains("--cli-error-format"), "{operation}");
    }
}

#[test]
fn a_page_in_a_pipe_is_plain_text_of_eighty_columns() {
    let page = page(&["kms", "update-custom-key-store", "help"]);
    assert!(!page.contains('\u{1b}'));
    let long = page.lines().filter(|line| line.chars().count() > 80).collect::<Vec<_>>();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn the_word_help_as_a_value_is_a_value() {
    let run = Aws::update(["--new-custom-key-store-name", "help", "--generate-cli-skeleton"]).run();
    assert!(run.stdout.starts_with("{\n    \"CustomKeyStoreId\""), "{run:?}");
}

#[test]
fn the_version_begins_like_that_of_the_aws_cli() {
    let line = page(&["--version"]);
    let words: Vec<&str> = line.trim_end().split(' ').collect();
    let [reference, own, rust, system, architecture] = words[..] else { panic!("five words: {line}") };
    assert_eq!(reference, "aws-cli/2.36.7");
    assert_eq!(own, format!("aws-kms-cli/{}", env!("CARGO_PKG_VERSION")));
    assert!(rust.starts_with("Rust/1.") && system.contains('/'), "{line}");
    assert_eq!(architecture, std::env::consts::ARCH);
}
