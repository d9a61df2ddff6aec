//! Completion in real shells on a terminal, and the `aws_completer` that they start.
#![cfg(unix)]

use std::path::{Path, PathBuf};

use kms_emulator::{Emulator, SeedStore};
use regex_lite::Regex;

use crate::aws::{Aws, PROGRAM, Run, script};
use crate::terminal::Terminal;

mod recorded;
mod stores;

/// The program that shells start. It stands beside the program under test.
fn program_of_completion() -> PathBuf {
    Path::new(PROGRAM).with_file_name("aws_completer")
}

const UPDATE: &str = "aws kms update-custom-key-store";

/// The line that shells put in place of a Tab.
const BEFORE: &str = "printf";

/// A shell, how it starts without the files of its user, and what its user has in them for `aws`.
#[derive(Clone, Copy, Debug)]
struct Shell {
    path: &'static str,
    options: &'static [&'static str],
    setup: &'static str,
}

const BASH: Shell = Shell {
    path: "/usr/bin/bash",
    options: &["--norc", "--noprofile", "-i"],
    setup: "set +o history; bind 'set bell-style none'; eval \"$(aws cks completion bash)\"",
};

/// As the documentation of the AWS CLI says.
const BASH_AS_BEFORE: Shell =
    Shell { setup: "set +o history; bind 'set bell-style none'; complete -C aws_completer aws", ..BASH };

const ZSH: Shell = Shell {
    path: "/usr/bin/zsh",
    options: &["-f", "-i"],
    setup: "unsetopt beep; autoload -Uz compinit; compinit -D -u; source <(aws cks completion zsh)",
};

/// As the documentation of the AWS CLI says.
const ZSH_AS_BEFORE: Shell = Shell {
    setup: "unsetopt beep; autoload -Uz bashcompinit compinit; bashcompinit; compinit -D -u; complete -C aws_completer aws",
    ..ZSH
};

const FISH: Shell = Shell {
    path: "/usr/bin/fish",
    options: &["--no-config", "-i"],
    setup: "aws cks completion fish | source",
};

/// A shell that is ready, in a folder with files.
struct Session {
    terminal: Terminal,
    home: String,
    typed: usize,
}

impl Session {
    /// `None`, and a word about it, where there is no such shell.
    #[allow(clippy::print_stderr, reason = "a test that does not run says so")]
    fn start(shell: Shell, emulator: &Emulator) -> Option<Session> {
        if !Path::new(shell.path).exists() {
            eprintln!("skipped: {} is not installed", shell.path);
            return None;
        }
        let aws = Aws::of(shell.path, shell.options)
            .to(emulator)
            .env("PATH", path_with_program())
            .env("TERM", "xterm")
            .env("PS1", "$ ")
            .file("xks cred.json", "")
            .file("certs/customerCA.crt", "")
            .file("my bundle.pem", "");
        let home = aws.home().display().to_string();
        let mut terminal = Terminal::start(aws);
        terminal.press(format!("{}; echo rea''dy\r", shell.setup).as_bytes());
        terminal.shows("ready\r\n");
        Some(Session { terminal, home, typed: 0 })
    }

    /// Types keys and runs the line as one that shows its words.
    #[track_caller]
    fn completes(&mut self, keys: &str, words: &[&str]) {
        self.typed += 1;
        // To the start of the line: the words become those of `printf`.
        let line = format!("{keys}\x01{BEFORE} '{}%s]' \r", self.typed);
        self.terminal.press(line.as_bytes());
        let shown: String = words.iter().map(|word| format!("{}{word}]", self.typed)).collect();
        self.terminal.shows(&shown);
    }

    /// What is on the screen once a key is pressed twice.
    #[track_caller]
    fn lists(&mut self, line: &str, texts: &[&str]) {
        self.terminal.press(format!("{line}\t\t").as_bytes());
        for text in texts {
            self.terminal.shows(text);
        }
        // Empties the line.
        self.terminal.press(b"\x15");
    }
}

fn path_with_program() -> String {
    let folder = Path::new(PROGRAM).parent().expect("a folder").display().to_string();
    format!("{folder}:/usr/bin:/bin")
}

/// One store with a name of two words.
fn emulator() -> (Emulator, String) {
    let stores = SeedStore::read(r#"[{"CustomKeyStoreName": "Example HSM store"}]"#).expect("stores");
    let emulator = Emulator::builder().seed_stores(stores).start().expect("an emulator");
    let id = emulator.stores()[0]["CustomKeyStoreId"].as_str().expect("an identifier").to_owned();
    (emulator, id)
}

/// What is completed rightly in every shell.
#[track_caller]
fn completes_everything(shell: Shell) {
    let (emulator, id) = emulator();
    let Some(mut session) = Session::start(shell, &emulator) else { return };
    let update = ["aws", "kms", "update-custom-key-store"];
    let words = |more: &[&'static str]| [&update[..], more].concat();
    session.completes("aws kms update-cust\t", &update);
    session.completes(
        &format!("{UPDATE} --xks-proxy-conn\tV\t"),
        &words(&["--xks-proxy-connectivity", "VPC_ENDPOINT_SERVICE"]),
    );
    session.completes(
        &format!("{UPDATE} --custom-key-store-id cks-\t"),
        &[&update[..], &["--custom-key-store-id", &id]].concat(),
    );
    let secret = words(&["--key-store-password", "file://xks cred.json"]);
    session.completes(&format!("{UPDATE} --key-store-password file://xks\t"), &secret);
    session.completes(&format!("{UPDATE} --key-store-password 'file://xks\t"), &secret);
    session.completes(&format!("{UPDATE} --key-store-password \"file://xks\t"), &secret);
    session.completes(&format!("{UPDATE} --key-store-password file://xks\\ c\t"), &secret);
    session.completes(
        &format!("{UPDATE} --key-store-password file://cer\tc\t"),
        &words(&["--key-store-password", "file://certs/customerCA.crt"]),
    );
    session.completes(
        &format!("{UPDATE} --key-store-password=file://xks\t"),
        &words(&["--key-store-password=file://xks cred.json"]),
    );
    session.completes(&format!("{UPDATE} --ca-bundle my\t"), &words(&["--ca-bundle", "my bundle.pem"]));
    let home = session.home.clone();
    let bundle = format!("{home}/my bundle.pem");
    session.completes(
        &format!("{UPDATE} --ca-bundle ~/my\t"),
        &["aws", "kms", "update-custom-key-store", "--ca-bundle", &bundle],
    );
    session.completes(
        &format!(
            "{UPDATE} --xks-proxy-authentication-credential AccessKeyId=x,RawSecretAccessKey@=file://xks\t"
        ),
        &words(&[
            "--xks-proxy-authentication-credential",
            "AccessKeyId=x,RawSecretAccessKey@=file://xks cred.json",
        ]),
    );
    session.completes(
        "aws kms describe-custom-key-stores --query 'CustomKeyStores[0].CustomKeyStoreI\t",
        &["aws", "kms", "describe-custom-key-stores", "--query", "CustomKeyStores[0].CustomKeyStoreId"],
    );
    session.completes(&format!("{UPDATE} --output=ta\t"), &words(&["--output=table"]));
    session.completes(
        "aws kms describe-custom-key-stores --custom-key-store-name Exa\t",
        &["aws", "kms", "describe-custom-key-stores", "--custom-key-store-name", "Example HSM store"],
    );
    session.completes("aws cks conn\tExa\t", &["aws", "cks", "connect", "Example HSM store"]);
    assert_eq!(emulator.requests().len(), 1, "the stores are asked for once");
}

#[test]
fn bash_completes_commands_options_stores_and_files() {
    completes_everything(BASH);
}

#[test]
fn bash_completes_as_well_where_it_was_told_of_aws_completer() {
    completes_everything(BASH_AS_BEFORE);
}

#[test]
fn zsh_completes_commands_options_stores_and_files() {
    completes_everything(ZSH);
}

#[test]
fn zsh_finds_the_script_in_a_folder_of_functions() {
    let setup = "unsetopt beep; mkdir functions; aws cks completion zsh > functions/_aws; fpath+=($PWD/functions); \
                 autoload -Uz compinit; compinit -D -u";
    let (emulator, _) = emulator();
    let Some(mut session) = Session::start(Shell { setup, ..ZSH }, &emulator) else { return };
    for _ in 0..2 {
        session.completes("aws kms update-cust\t", &["aws", "kms", "update-custom-key-store"]);
    }
}

#[test]
fn zsh_completes_where_it_was_told_of_aws_completer() {
    let (emulator, id) = emulator();
    let Some(mut session) = Session::start(ZSH_AS_BEFORE, &emulator) else { return };
    let update = ["aws", "kms", "update-custom-key-store"];
    session.completes("aws kms update-cust\t", &update);
    let words = [&update[..], &["--custom-key-store-id", &id]].concat();
    session.completes(&format!("{UPDATE} --custom-key-store-i\tcks-\t"), &words);
}

#[test]
fn fish_completes_commands_options_stores_and_files() {
    completes_everything(FISH);
}

#[test]
fn shells_list_what_there_is_with_texts() {
    let (emulator, id) = emulator();
    for shell in [BASH, ZSH, FISH] {
        let Some(mut session) = Session::start(shell, &emulator) else { continue };
        session.lists("aws cks co", &["connect", "Connect a store and wait", "completion", "Print a script"]);
        session.lists("aws cks connect ", &[&id, "CloudHSM, "]);
    }
}

/// What `aws_completer` replies about a line with the cursor at its end.
fn completer(line: &str, emulator: Option<&Emulator>) -> Aws {
    let aws = Aws::of(program_of_completion(), [""; 0])
        .env("COMP_LINE", line)
        .env("COMP_POINT", line.len().to_string());
    match emulator {
        Some(emulator) => aws.to(emulator),
        None => aws.env("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
    }
}

/// The identifiers of all stores.
fn ids(emulator: &Emulator) -> Vec<String> {
    let id =
        |store: &serde_json::Value| store["CustomKeyStoreId"].as_str().expect("an identifier").to_owned();
    emulator.stores().iter().map(id).collect()
}

#[test]
fn aws_completer_replies_as_that_of_the_reference() {
    let emulator = Emulator::builder().seed(2).start().expect("an emulator");
    let ids = ids(&emulator).join("\n") + "\n";
    for operation in ["update-custom-key-store", "delete-custom-key-store"] {
        completer(&format!("aws kms {operation} --custom-key-store-id "), Some(&emulator)).run().prints(&ids);
    }
    completer("aws kms update-custom-key-st", None).run().prints("update-custom-key-store\n");
    completer("aws kms bogus ", None).run().prints("\n");
    Aws::of(program_of_completion(), [""; 0]).run().prints("\n");
    let profiles = "[profile dev]\n[default]\nregion = eu-west-1\n[profile prod]\n[sso-session s]\n";
    let line = format!("{UPDATE} --profile ");
    completer(&line, None).file(".aws/config", profiles).run().prints("default\ndev\nprod\n");
}

/// A line of a command that this program does not have, and the completer of another program.
fn foreign(line: &str, completer_of_other: &str) -> Run {
    let aws = completer(line, None);
    let other = aws.home().join("other");
    let program = script(&other, "aws", "exit 9");
    script(&other, "aws_completer", completer_of_other);
    aws.env("AWS_KMS_CLI_FALLBACK", program).run()
}

#[test]
fn other_commands_are_completed_by_the_full_aws_cli() {
    let show = "echo \"$COMP_LINE/$COMP_POINT\"; echo noise >&2";
    foreign("aws s3 l", show).prints("aws s3 l/8\n");
    foreign("aws kms encrypt --", show).prints("aws kms encrypt --/18\n");
    foreign("aws kms encrypt --", "exit 1").prints("\n");
    foreign("aws kms update-c", "exit 1").prints("update-custom-key-store\n");
    foreign("aws kms enc", "exit 1").prints("encrypt\n");
    completer("aws s3 l", None).run().prints("\n");
}

#[test]
fn a_completer_that_asks_this_one_is_not_asked_again() {
    foreign("aws s3 l", &format!("exec {}", program_of_completion().display())).prints("\n");
}

#[test]
fn scripts_are_printed_and_others_are_refused() {
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let run = Aws::new(["cks", "completion", shell]).without("AWS_DEFAULT_REGION").run();
        assert!(run.code == Some(0) && run.stdout.contains(&format!("cks complete {shell} ")), "{run:?}");
    }
    Aws::new(["cks", "completion"]).run().fails(252, "the following arguments are required: SHELL");
    Aws::new(["cks", "completion", "zshh"]).run().fails(252, "  * zsh");
}

/// What PowerShell takes for a single quote: about_Quoting_Rules.
const SINGLE_QUOTES: [char; 5] = ['\'', '\u{2018}', '\u{2019}', '\u{201a}', '\u{201b}'];

#[test]
fn powershell_gets_each_of_its_single_quotes_doubled() {
    let script = Aws::new(["cks", "completion", "powershell"]).run().stdout;
    let between = |before: &str, after: &str| {
        let (_, rest) = script.split_once(before).expect(before);
        rest.split_once(after).expect(after).0.to_owned()
    };
    let is_quoted = Regex::new(&between("-match '", "')").replace("''", "'")).expect("a pattern");
    let doubled = Regex::new(&between("-replace \"", "\"")).expect("a pattern");
    let by = between(&format!("-replace \"{doubled}\", '"), "'");
    for quote in SINGLE_QUOTES.map(String::from) {
        assert!(is_quoted.is_match(&quote), "{quote}");
        assert_eq!(doubled.replace_all(&quote, by.as_str()), quote.repeat(2));
    }
    // Older versions read what they are piped in the code page of the console.
    assert!(script.is_ascii() && !is_quoted.is_match("cks-1234567890abcdef0"));
}
