//! The prompt for an MFA code, with and without a terminal.
#![cfg(target_os = "linux")]

use std::ffi::OsString;

use kms_emulator::Emulator;

use crate::aws::{Aws, PROGRAM};
use crate::endpoint::Endpoint;
use crate::roles::{describe, emulator, taken};
use crate::terminal::{CTRL_C, Terminal};

const SERIAL: &str = "arn:aws:iam::111122223333:mfa/u";

const PROMPT: &str = "Enter MFA code for arn:aws:iam::111122223333:mfa/u: ";

fn config() -> String {
    format!(
        "[profile r]\nrole_arn = arn:aws:iam::111122223333:role/r\nsource_profile = src\nmfa_serial = {SERIAL}\n\
         [profile src]\naws_access_key_id = AKIDSOURCE\naws_secret_access_key = hush-hush\n"
    )
}

/// A run without any terminal.
fn without_terminal() -> Aws {
    let words = ["--wait", PROGRAM, "kms", "describe-custom-key-stores", "--profile", "r"];
    let words = words.into_iter().chain(["--query", "length(CustomKeyStores)"]).map(OsString::from);
    Aws::of("/usr/bin/setsid", words).file(".aws/config", config())
}

fn services() -> (Emulator, Endpoint) {
    (emulator("ASIAROLE"), Endpoint::start([taken("ASIAROLE")]))
}

#[test]
fn without_a_terminal_the_code_is_read_from_stdin_with_a_warning() {
    let (kms, sts) = services();
    let aws = without_terminal().env("AWS_ENDPOINT_URL_STS", sts.url()).stdin("123456\n");
    let run = aws.to(&kms).run();
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), "0\n"), "{}", run.stderr);
    assert_eq!(run.stderr, format!("Warning: Password input may be echoed.\n{PROMPT}\n"));
    let body = sts.bodies().remove(0);
    assert!(
        body.ends_with("&SerialNumber=arn%3Aaws%3Aiam%3A%3A111122223333%3Amfa%2Fu&TokenCode=123456"),
        "{body}"
    );
}

#[test]
fn no_code_and_a_short_one_are_errors() {
    let eof = format!("{PROMPT}\naws: [ERROR]:\nhint: The input ended before an MFA code was given.\n");
    without_terminal().run().fails(255, &eof);
    let blank = "Invalid length for parameter TokenCode, value: 0, valid min length: 6\n";
    without_terminal().stdin("\n").run().fails(252, blank);
    without_terminal().stdin("99887\n").run().fails(252, "TokenCode, value: 5, valid min").hides("99887");
    without_terminal().stdin(b"\xff\n").run().fails(255, "The MFA code cannot be read: ");
}

#[test]
fn a_code_that_sts_repeats_is_not_shown() {
    let message = "Value '987654' at 'tokenCode' failed";
    let xml = format!("<E><Error><Code>ValidationError</Code><Message>{message}</Message></Error></E>");
    let sts = Endpoint::start([crate::endpoint::typed(400, "text/xml", xml)]);
    let aws = without_terminal().env("AWS_ENDPOINT_URL_STS", sts.url()).stdin("987654\n");
    aws.run().fails(254, "Value '****' at 'tokenCode' failed").hides("987654");
}

#[test]
fn on_a_terminal_the_code_is_not_shown() {
    let (kms, sts) = services();
    let aws = describe("r", &config()).env("AWS_ENDPOINT_URL_STS", sts.url()).env("AWS_PAGER", "");
    let mut terminal = Terminal::start(aws.to(&kms));
    terminal.shows(PROMPT);
    terminal.press(b"123456\n");
    let (code, shown) = terminal.end();
    assert_eq!((code, shown), (Some(0), format!("{PROMPT}\r\n0\r\n")));
    assert!(sts.bodies()[0].contains("&TokenCode=123456"), "{}", sts.bodies()[0]);
}

#[test]
fn an_interrupt_at_the_prompt_leaves_the_terminal_as_it_was() {
    // A shell on the same terminal looks at it afterwards.
    let aws = describe("r", &config());
    let (command, home) = aws.into_parts();
    let words: Vec<String> = command.get_args().map(|word| word.to_string_lossy().into_owned()).collect();
    let script = format!("trap : INT; '{PROGRAM}' '{}'; echo code $?; stty -a", words.join("' '"));
    let mut shell = Aws::of("/bin/sh", ["-c", &script]).env("AWS_PAGER", "");
    shell = shell.file(".aws/config", config());
    drop(home);
    let mut terminal = Terminal::start(shell);
    terminal.shows(PROMPT);
    terminal.press(CTRL_C);
    let (_, shown) = terminal.end();
    assert!(shown.contains("code 130"), "{shown}");
    assert!(shown.split_whitespace().any(|word| word == "echo"), "{shown}");
}

#[test]
fn a_cached_role_needs_no_code() {
    let (kms, sts) = services();
    let aws = without_terminal().env("AWS_ENDPOINT_URL_STS", sts.url()).stdin("123456\n");
    let (_, home) = aws.to(&kms).run_and_keep_home();
    let file = std::fs::read_dir(home.path().join(".aws/cli/cache")).expect("a folder").flatten().next();
    let file = file.expect("a cached role");
    let name = format!(".aws/cli/cache/{}", file.file_name().to_string_lossy());
    let cached = std::fs::read(file.path()).expect("a file");
    without_terminal().file(&name, cached).to(&kms).run().prints("0\n");
}

#[test]
fn before_the_prompt_the_code_is_asked_for_once() {
    let (kms, sts) = services();
    let words = ["kms", "describe-custom-key-stores", "--profile", "r", "--cli-auto-prompt"];
    let aws = Aws::new(words).file(".aws/config", config()).without("AWS_ACCESS_KEY_ID");
    let aws = aws.env("AWS_ENDPOINT_URL_STS", sts.url()).env("AWS_PAGER", "").env("TERM", "xterm");
    let mut prompt = crate::prompt::Prompt::start(aws.to(&kms), (24, 80));
    prompt.shows(PROMPT.trim_end());
    prompt.press(b"123456\n");
    prompt.shows("r · us-east-1");
    prompt.press(crate::prompt::REVIEW);
    prompt.shows("^X run");
    prompt.press(crate::prompt::RUN);
    assert_eq!(prompt.end(), Some(0), "{}", prompt.screen());
    assert_eq!(sts.bodies().len(), 1);
    assert!(!prompt.scrolled_off().contains("123456"));
}
