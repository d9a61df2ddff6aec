//! Help on a terminal: the pager, bold names, and one option.
#![cfg(unix)]

use std::io::Write;
use std::path::{Path, PathBuf};

use kms_emulator::Emulator;

use crate::aws::{Aws, PROGRAM};
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
    let ambiguous = page(&["kms", "update-custom-key-store", "help", "xks"]);
    assert!(ambiguous.contains("--xks-proxy-uri-path (") && ambiguous.contains("--xks-proxy-connectivity ("));
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

/// The command lines of a page's examples.
fn examples(page: &str) -> Vec<String> {
    let section = page.split("\nEXAMPLES\n").nth(1).and_then(|rest| rest.split("\nSEE ALSO\n").next());
    let of_one = |example: &str| {
        example.lines().filter(|line| line.starts_with("        ")).map(|line| format!("{line}\n")).collect()
    };
    section.expect("examples").split("\n\n").map(of_one).collect()
}

#[test]
fn the_examples_of_our_own_commands_are_understood_when_they_are_pasted() {
    let emulator = Emulator::builder().start().expect("an emulator");
    let tasks = ["status", "plan", "apply", "connect", "disconnect", "check", "keys"];
    let pages = tasks.map(|task| page(&["cks", task, "help"]));
    let waiter = page(&["kms", "wait", "custom-key-store-connected", "help"]);
    let all: Vec<String> = pages.iter().chain([&waiter]).flat_map(|page| examples(page)).collect();
    assert!(all.len() > tasks.len(), "{all:?}");
    for example in all.iter().filter(|example| !example.contains("--watch")) {
        let shell = Aws::of("/bin/sh", ["-e", "-c", example]).to(&emulator).file("credential.json", "{}");
        std::os::unix::fs::symlink(PROGRAM, shell.home().join("aws")).expect("a link");
        let path = format!("{}:/usr/bin:/bin", shell.home().display());
        let run = shell.env("PATH", path).run();
        // There is no such store; the line is fine.
        assert!(
            !run.stderr.contains("usage: ") && !run.stderr.contains("Unknown options"),
            "{example}{run:?}"
        );
    }
}

#[test]
fn the_settings_of_the_page_are_those_that_the_program_reads() {
    let sources = sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")));
    let page = page(&["help", "config-vars"]);
    let heads = page.lines().filter(|line| line.starts_with("    ") && !line.starts_with("     ")).skip(1);
    let is_name = |word: &&str| word.contains('_') && !word.contains('~');
    let names: Vec<&str> = heads.flat_map(|head| head.split([',', ' ', '.'])).filter(is_name).collect();
    assert!(names.len() > 40, "{names:?}");
    for name in names {
        assert!(sources.contains(&format!("\"{name}\"")), "{name}");
    }
}

/// The text of all sources below a folder.
fn sources(folder: &Path) -> String {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let text = |path: PathBuf| match path.is_dir() {
        true => sources(&path),
        false => std::fs::read_to_string(path).unwrap_or_default(),
    };
    entries.map(text).collect()
}
