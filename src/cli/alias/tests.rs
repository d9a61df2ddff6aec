use std::ffi::{OsStr, OsString};

use super::*;
use crate::syntax::ini;

fn aliases(file: &str) -> Aliases {
    Aliases::new(ini::parse_flat(file.as_bytes()).expect("the file is of the syntax"))
}

/// One line that tells what a command line stands for, and with which global options.
fn read(file: &str, line: &[&str]) -> String {
    let words = words::words(line.iter().map(OsString::from));
    let parsed = words::parse(&words, &TOP).expect("global options");
    let mut globals = Globals::default();
    globals.update(parsed.options).expect("global options");
    let command = parsed.positional.expect("a command");
    let line = Line { command, rest: parsed.unknown, all: words };
    let said = match expand(line, &aliases(file), &mut globals) {
        Err(Stop::Done(Request::Shell(line))) => return format!("$ {}", line.display()),
        Err(Stop::Done(_)) => return "version".to_owned(),
        Err(Stop::Error(error)) => return error.to_string(),
        Ok(line) => {
            let rest: Vec<String> = line.rest.into_iter().map(|word| word.text).collect();
            format!("{} {}", line.command.text, rest.join(" "))
        }
    };
    let options = [globals.region, globals.output, globals.query];
    options.into_iter().flatten().fold(said, |said, option| format!("{said} | {option}"))
}

#[test]
fn words_of_the_line_follow_those_of_the_alias() {
    let file =
        "[toplevel]\nks = kms\nup =\n  kms update-custom-key-store\n  --new-custom-key-store-name 'a b'\n";
    assert_eq!(read(file, &["ks", "help"]), "kms help");
    assert_eq!(
        read(file, &["up", "--custom-key-store-id", "x"]),
        "kms update-custom-key-store --new-custom-key-store-name a b --custom-key-store-id x"
    );
    assert_eq!(read(file, &["kms", "ks"]), "kms ks", "an alias for a command is none for an operation");
    assert_eq!(read(file, &["KS"]), "KS ", "names are lower-cased in the file alone");
}

#[test]
fn global_options_of_an_alias_win_over_those_of_the_line() {
    let file =
        "[toplevel]\nks = --region eu-west-1 kms --output text\n[command kms]\nd = help --output json\n";
    assert_eq!(read(file, &["ks", "--region", "us-west-2", "--query", "q"]), "kms  | eu-west-1 | text | q");
    assert_eq!(read(file, &["kms", "d", "--region", "us-west-2"]), "kms help | us-west-2 | json");
    assert_eq!(read(file, &["ks", "d"]), "kms help | eu-west-1 | json");
}

#[test]
fn color_auto_says_nothing() {
    let mut globals = Globals { color: Color::On, ..Globals::default() };
    let read = read_into(&mut globals, "kms --color auto");
    assert!(read && globals.color == Color::On);
    assert!(read_into(&mut globals, "kms --color off") && globals.color == Color::Off);
}

#[test]
fn what_an_alias_does_not_say_stays_as_the_line_says() {
    let mut globals = Globals { read_timeout: Some(5), ..Globals::default() };
    assert!(read_into(&mut globals, "kms --ca-bundle x --cli-connect-timeout 0"));
    assert_eq!((globals.read_timeout, globals.connect_timeout), (Some(5), Some(0)));
    assert_eq!(globals.ca_bundle.as_deref(), Some(OsStr::new("x")));
}

fn read_into(globals: &mut Globals, value: &str) -> bool {
    let command = Word { text: "a".to_owned(), raw: None, place: 0 };
    let line = Line { command, rest: Vec::new(), all: Vec::new() };
    expand(line, &aliases(&format!("[toplevel]\na = {value}\n")), globals).is_ok()
}

#[test]
fn an_alias_with_the_name_of_a_command_can_use_it() {
    let file = "[toplevel]\nkms = kms --region eu-west-1\nb = kms\n\
                [command kms]\nconnect-custom-key-store = zzz --custom-key-store-id x\n";
    assert_eq!(read(file, &["kms", "help"]), "kms help | eu-west-1");
    assert_eq!(read(file, &["b", "help"]), "kms help | eu-west-1");
    assert_eq!(
        read(file, &["kms", "connect-custom-key-store", "y"]),
        "kms connect-custom-key-store --custom-key-store-id x y | eu-west-1",
        "the first word is taken for the operation's name"
    );
    assert_eq!(read("[command kms]\nhelp = !x\n", &["kms", "help"]), "kms help");
}

#[test]
fn an_alias_may_name_another() {
    let file = "[toplevel]\na = b --region r1\nb = kms\n[command kms]\nx = y 1\ny = --region r2\nz = !echo\n";
    assert_eq!(read(file, &["a", "x", "help"]), "kms 1 help | r2");
    assert_eq!(read(file, &["a", "y", "y", "help"]), "kms help | r2");
    assert_eq!(read(file, &["a", "y", "z", "q"]), "$ echo q");
}

#[test]
fn aliases_below_an_operation_give_its_options() {
    let file =
        "[command  kms connect-custom-key-store]\ndev = --custom-key-store-id d --region r\nsh = !echo\n";
    let line = |words: &[&str]| read(file, &[&["kms", "connect-custom-key-store"], words].concat());
    assert_eq!(line(&["dev"]), "kms connect-custom-key-store --custom-key-store-id d | r");
    assert_eq!(
        line(&["--custom-key-store-id", "dev"]),
        "kms connect-custom-key-store --custom-key-store-id dev"
    );
    assert_eq!(line(&["sh", "a b"]), "$ echo 'a b'");
    assert_eq!(line(&["help"]), "kms connect-custom-key-store help");
    assert!(line(&["deva"]).starts_with("argument subcommand: Found invalid choice 'deva'"));
}

#[test]
fn an_alias_with_the_name_of_an_operation_hides_the_aliases_below_it() {
    let below = "[command kms connect-custom-key-store]\ndev = --custom-key-store-id d\n";
    let shortcut = format!("[command kms]\nc = connect-custom-key-store --output text\n{below}");
    assert_eq!(
        read(&shortcut, &["kms", "c", "dev"]),
        "kms connect-custom-key-store --custom-key-store-id d | text"
    );
    let same = "connect-custom-key-store = connect-custom-key-store --region r\n";
    let hidden = shortcut.replace("[command kms]\n", &format!("[command kms]\n{same}"));
    assert_eq!(
        read(&hidden, &["kms", "connect-custom-key-store", "dev"]),
        "kms connect-custom-key-store dev | r"
    );
    assert_eq!(read(&hidden, &["kms", "c", "dev"]), "kms connect-custom-key-store dev | r | text");
}

#[test]
fn a_shell_gets_the_words_that_are_no_global_options() {
    let file = "[toplevel]\ne =\n  !f() {\n    # not a comment of the shell\n    echo \"$1\"\n  }; f\n";
    assert_eq!(
        read(file, &["e", "--region", "r", "it's", "--x"]),
        "$ f() {\necho \"$1\"\n}; f 'it'\"'\"'s' --x"
    );
}

#[test]
fn what_cannot_be_followed_is_an_error() {
    let file = "[toplevel]\na = b\nb = a\nq = kms 'x\np = kms --profile x\nd = kms --profile x --debug\n\
                v = kms --version --profile\ne =\nt = kms --cli-read-timeout x\n[command kms]\nl = l\n";
    assert!(read(file, &["a"]).starts_with("The alias \"a\" leads back to itself."));
    assert!(read(file, &["kms", "l"]).starts_with("The alias \"l\" leads back to itself."));
    assert_eq!(
        read(file, &["q"]),
        "Value of alias \"q\" could not be parsed. Received error: No closing quotation when parsing:\nkms 'x"
    );
    let global = |option: &str| {
        format!(
            "Global parameter \"{option}\" detected in alias \"{}\" which is not supported in subcommand aliases.",
            &option[2..3]
        )
    };
    assert_eq!(read(file, &["p"]), global("--profile"));
    assert_eq!(read(file, &["d"]), global("--debug"));
    assert_eq!(read(file, &["v"]), "version");
    assert!(read(file, &["e"]).starts_with("the following arguments are required: command"));
    assert!(read(file, &["t"]).starts_with("The value of --cli-read-timeout must be a whole number"));
}

proptest::proptest! {
    #[test]
    fn no_aliases_make_it_panic_or_run_for_ever(
        values in proptest::collection::vec("(!|'|--|a |b |kms |help |--region |--version |x|=| ){0,6}", 3..4),
        line in proptest::collection::vec("a|b|kms|connect-custom-key-store|help|--|x|--x", 0..5),
    ) {
        let file = format!(
            "[toplevel]\na={0}\nb={1}\nkms={2}\n[command kms]\na={1}\nb={2}\n\
             [command kms connect-custom-key-store]\na={2}\nb={0}\n",
            values[0], values[1], values[2]
        );
        let line: Vec<&str> = std::iter::once("a").chain(line.iter().map(String::as_str)).collect();
        read(&file, &line);
    }
}
