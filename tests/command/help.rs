//! Help on a terminal: the pager, bold names, and one option.
#![cfg(unix)]

use std::io::Write;

use crate::aws::Aws;
use crate::terminal::{CTRL_C, Terminal};

const UPDATE: [&str; 3] = ["kms", "update-custom-key-store", "help"];
const BOLD: &str = "\u{1b}[1m";

fn show(aws: Aws) -> (Option<i32>, String) {
    Terminal::start(aws).end()
}

fn page(words: &[&str]) -> String {
    let run = Aws::new(words).run();
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{words:?}");
    run.stdout
}

#[test]
fn a_page_longer_than_the_terminal_is_shown_by_the_pager_of_manual_pages() {
    let mark = |pager: &str| format!("sed s/^/{pager}:/");
    let both = || Aws::new(UPDATE).env("PAGER", mark("pager")).env("AWS_PAGER", mark("aws"));
    let (code, shown) = show(both());
    assert!(code == Some(0) && shown.starts_with(&format!("pager:{BOLD}NAME")), "{shown}");
    let (_, shown) = show(both().env("MANPAGER", mark("man")));
    assert!(shown.starts_with("man:"), "{shown}");
    let (_, shown) = show(Aws::new(["kms", "wait", "help"]).env("PAGER", mark("pager")));
    assert!(shown.starts_with("pager:"), "some more lines than the terminal: {shown}");
    let (_, shown) =
        show(Aws::new(["kms", "update-custom-key-store", "help", "region"]).env("PAGER", mark("pager")));
    assert!(shown.starts_with(BOLD), "a page that fits: {shown}");
}

#[test]
fn less_is_left_with_one_key() {
    if !std::path::Path::new("/usr/bin/less").exists() {
        _ = writeln!(std::io::stderr(), "skipped: there is no less");
        return;
    }
    let mut terminal = Terminal::start(Aws::new(UPDATE).env("TERM", "xterm"));
    terminal.shows("DESCRIPTION");
    terminal.press(b"q");
    let (code, shown) = terminal.end();
    assert_eq!(code, Some(0));
    assert!(!shown.contains("GLOBAL OPTIONS"), "the end of the page was not seen");
}

#[test]
fn an_interrupt_belongs_to_the_pager_and_leaves_none_behind() {
    // `cat` lets go of the terminal only when the pager has ended: `end` waits for that.
    let pager = "sh -c 'cat > /dev/null; trap : INT; echo ready; read line < /dev/tty || read line < /dev/tty; echo left'";
    let mut terminal = Terminal::start(Aws::new(UPDATE).env("MANPAGER", pager));
    terminal.shows("ready\r\n");
    terminal.press(CTRL_C);
    terminal.shows("^C");
    terminal.press(b"\n");
    let (code, shown) = terminal.end();
    assert!(code == Some(0) && shown.contains("left"), "{code:?} {shown}");
}

#[test]
fn a_pager_that_cannot_run_is_no_reason_to_show_nothing() {
    for pager in ["no-such-pager -x", "", " ", "'open", "/etc"] {
        let (code, shown) = show(Aws::new(UPDATE).env("MANPAGER", pager));
        assert_eq!(code, Some(0), "{pager:?}");
        assert!(shown.contains("aws help global-options explains them.\r\n"), "{pager:?}: {shown}");
    }
    let (code, _) = show(Aws::new(UPDATE).env("PAGER", "false"));
    assert_eq!(code, Some(0), "what a pager ends with is its own affair");
}

#[test]
fn headings_and_names_of_options_are_bold_on_a_terminal_that_can() {
    let shown = |aws: Aws| show(aws.env("MANPAGER", "")).1;
    let bold = shown(Aws::new(UPDATE));
    assert!(
        bold.contains(&format!(
            "{BOLD}OPTIONS\u{1b}[0m\r\n    {BOLD}--custom-key-store-id\u{1b}[0m (string)"
        ))
    );
    let plain = page(&UPDATE).replace('\n', "\r\n");
    assert_eq!(bold.replace(BOLD, "").replace("\u{1b}[0m", ""), plain);
    assert_eq!(shown(Aws::new(UPDATE).env("NO_COLOR", "1")), plain);
    assert_eq!(shown(Aws::new(UPDATE).env("TERM", "dumb")), plain);
}

#[test]
fn one_option_is_shown_by_its_name() {
    let option = page(&["kms", "update-custom-key-store", "help", "xks-proxy-uri-path"]);
    let section = "\nOPTION\n    --xks-proxy-uri-path (string)\n        The path to the proxy's API";
    assert!(option.contains(section) && !option.contains("--key-store-password"), "{option}");
    assert!(
        option.contains("Length: 10 to 128 characters\n        Pattern: ^(/[a-zA-Z0-9\\/_-]+/kms/xks/v"),
        "{option}"
    );
    for words in
        [["help", "--xks-proxy-uri-path"], ["--help", "--xks-proxy-uri-path"], ["-h", "xks-proxy-uri-path"]]
    {
        assert_eq!(page(&[&["kms", "update-custom-key-store"], &words[..]].concat()), option);
    }
    let credential = page(&["kms", "update-custom-key-store", "help", "xks-proxy-authentication-credential"]);
    assert!(credential.contains("\nEXAMPLES\n    Give KMS a new credential"), "{credential}");
    assert!(
        page(&["kms", "update-custom-key-store", "help", "--region"]).contains("\n    --region (string)\n")
    );
    assert!(page(&["cks", "apply", "help", "--on-failure"]).contains("            roll-back\n"));
    assert!(
        page(&["kms", "wait", "custom-key-store-connected", "help", "timeout"])
            .contains("--timeout (duration)")
    );
    // A value is a value, and a word that is no option changes nothing.
    let name =
        ["kms", "update-custom-key-store", "--new-custom-key-store-name", "help", "--xks-proxy-uri-path"];
    Aws::new(name).run().fails(252, "argument --xks-proxy-uri-path: expected one argument");
    let whole = page(&UPDATE);
    assert_eq!(page(&["kms", "update-custom-key-store", "help", "no-such-option"]), whole);
    assert_eq!(page(&["kms", "update-custom-key-store", "--region", "eu-west-1", "--help"]), whole);
}

#[test]
fn the_five_tasks_of_an_update_have_an_example_each() {
    let page = page(&UPDATE);
    let examples =
        page.split("\nEXAMPLES\n").nth(1).and_then(|rest| rest.split("\nOUTPUT\n").next()).expect("examples");
    for option in [
        "--new-custom-key-store-name DevelopmentKeys",
        "--key-store-password file://password.txt",
        "--cloud-hsm-cluster-id cluster-1a23b4cdefg",
        "AccessKeyId=ABCDE23456723EXAMPLE,RawSecretAccessKey@=file://key.txt",
        "--xks-proxy-connectivity VPC_ENDPOINT_SERVICE",
    ] {
        assert!(examples.contains(option), "{option}: {examples}");
    }
}

#[test]
fn a_page_has_the_sections_that_users_of_the_aws_cli_look_for() {
    let page = page(&UPDATE);
    let is_heading = |line: &&str| !line.is_empty() && !line.starts_with(' ');
    let headings: Vec<&str> = page.lines().filter(is_heading).collect();
    let wanted = [
        "NAME",
        "DESCRIPTION",
        "SYNOPSIS",
        "OPTIONS",
        "EXAMPLES",
        "OUTPUT",
        "ERRORS",
        "CONNECTION STATES",
        "CONNECTION ERROR CODES",
        "SEE ALSO",
        "GLOBAL OPTIONS",
    ];
    assert_eq!(headings, wanted);
}
