//! On a terminal: the pager, colour, and Ctrl-C while both run.
#![cfg(unix)]

mod open;

use std::io::Write;
use std::process::Child;
use std::sync::mpsc::Receiver;
use std::thread;
use std::time::Duration;

use kms_emulator::{Effect, Emulator, Fault};
pub use open::open;
use pty_process::blocking as pty;
use rustix::process::{Pid, kill_process};
use tempfile::TempDir;

use crate::aws::Aws;

/// How long a text may be awaited before the test has failed.
const LIMIT: Duration = Duration::from_secs(30);

pub const CTRL_C: &[u8] = b"\x03";

/// A run of the program with a terminal as its three streams.
pub struct Terminal {
    child: Child,
    keyboard: pty::Pty,
    screen: Receiver<Vec<u8>>,
    shown: Vec<u8>,
    _home: TempDir,
}

impl Terminal {
    /// Starts it on a terminal of 80 columns.
    pub fn start(aws: Aws) -> Terminal {
        let (child, keyboard, screen, home) = open(aws, (24, 80));
        Terminal { child, keyboard, screen, shown: Vec::new(), _home: home }
    }

    /// Waits until this is on the screen.
    #[track_caller]
    pub fn shows(&mut self, text: &str) {
        while !self.text().contains(text) {
            match self.screen.recv_timeout(LIMIT) {
                Ok(piece) => self.shown.extend(piece),
                Err(_) => panic!("{text:?} in {:?}", self.text()),
            }
        }
    }

    /// Whether the terminal shows what is typed.
    pub fn echoes(&self) -> bool {
        let modes = rustix::termios::tcgetattr(&self.keyboard).expect("a terminal").local_modes;
        modes.contains(rustix::termios::LocalModes::ECHO)
    }

    pub fn signal(&self, signal: rustix::process::Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("a signal");
    }

    pub fn press(&mut self, keys: &[u8]) {
        self.keyboard.write_all(keys).expect("typed keys");
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.shown).into_owned()
    }

    /// Waits for its end: the exit code, if no signal ended it, and all that was shown.
    pub fn end(mut self) -> (Option<i32>, String) {
        // When the last process has left the terminal, there is no more to read.
        while let Ok(piece) = self.screen.recv_timeout(LIMIT) {
            self.shown.extend(piece);
        }
        let code = self.child.wait().expect("an ended program").code();
        (code, self.text())
    }
}

fn run(aws: Aws) -> (Option<i32>, String) {
    Terminal::start(aws).end()
}

fn emulator(stores: usize) -> Emulator {
    Emulator::builder().seed(stores).start().expect("an emulator")
}

/// The identifier of each store, a page and a line for each.
fn identifiers(emulator: &Emulator, more: &[&str]) -> Aws {
    let words = ["kms", "describe-custom-key-stores", "--page-size", "1", "--output", "text"];
    let query = ["--query", "CustomKeyStores[].CustomKeyStoreId"];
    Aws::new(words.iter().chain(&query).chain(more)).to(emulator)
}

fn identifier(emulator: &Emulator, index: usize) -> String {
    emulator.stores()[index]["CustomKeyStoreId"].as_str().expect("an identifier").to_owned()
}

/// The second request is answered after a long time.
fn delay_second_page(emulator: &Emulator, delay_ms: u64) {
    emulator.inject(Fault::once(Effect::Answer));
    emulator.inject(Fault { delay_ms, ..Fault::once(Effect::Answer) });
}

#[test]
fn the_pager_gets_each_page_as_soon_as_it_is_there() {
    let emulator = emulator(2);
    delay_second_page(&emulator, 30_000);
    let mut terminal = Terminal::start(identifiers(&emulator, &[]).env("AWS_PAGER", "sed -u s/^/paged:/"));
    terminal.shows(&format!("paged:{}\r\n", identifier(&emulator, 0)));
    terminal.press(CTRL_C);
    assert_eq!(terminal.end().0, Some(130));
}

#[test]
fn an_interrupt_between_pages_lets_the_pager_show_what_it_has() {
    let emulator = emulator(2);
    delay_second_page(&emulator, 30_000);
    let pager = "sh -c 'trap \"\" INT; cat; echo shown'";
    let mut terminal = Terminal::start(identifiers(&emulator, &[]).env("AWS_PAGER", pager));
    let first = identifier(&emulator, 0);
    terminal.shows(&first);
    while emulator.requests().len() < 2 {
        thread::sleep(Duration::from_millis(5));
    }
    terminal.press(CTRL_C);
    assert_eq!(terminal.end(), (Some(130), format!("{first}\r\n^Cshown\r\n\r\n")));
}

#[test]
fn an_interrupt_while_the_pager_is_read_belongs_to_the_pager() {
    // An interrupt may end the first reading; the second waits for the key that is pressed after it.
    let wait = "read line < /dev/tty || read line < /dev/tty";
    let pager = &format!("sh -c 'cat; trap : INT; echo ready; {wait}; echo left'");
    let emulator = emulator(1);
    let sent = identifiers(&emulator, &[]);
    // Without a request, nothing else has taken care of interrupts before the pager starts.
    let words = ["kms", "create-custom-key-store", "--custom-key-store-name", "n"];
    let unsent = Aws::new(words.iter().chain(&["--generate-cli-skeleton", "output"]));
    for aws in [sent, unsent] {
        let mut terminal = Terminal::start(aws.env("AWS_PAGER", pager));
        terminal.shows("ready\r\n");
        terminal.press(CTRL_C);
        // The system shows this once it has sent the signal. What the shell says of it may be lost: the system throws away
        // what is on its way to the screen then. The shell also says nothing if the signal comes before it reads.
        terminal.shows("^C");
        terminal.press(b"\n");
        let (code, shown) = terminal.end();
        assert_eq!((code, shown.contains("left")), (Some(0), true), "{shown}");
    }
}

#[test]
fn a_pager_that_is_left_early_ends_the_fetching_and_is_no_error() {
    let emulator = emulator(9);
    delay_second_page(&emulator, 500);
    let pager = "sh -c 'read line; echo \"$line\"'";
    let (code, shown) = run(identifiers(&emulator, &[]).env("AWS_PAGER", pager));
    assert_eq!((code, shown), (Some(0), format!("{}\r\n", identifier(&emulator, 0))));
    assert!(emulator.requests().len() < 9, "{}", emulator.requests().len());
}

#[test]
fn the_exit_code_of_the_pager_does_not_matter() {
    let emulator = emulator(1);
    let (code, _) = run(identifiers(&emulator, &[]).env("AWS_PAGER", "sh -c 'cat; exit 3'"));
    assert_eq!(code, Some(0));
}

#[test]
fn errors_and_empty_output_start_no_pager() {
    let emulator = emulator(1);
    let pager = "sh -c 'echo started; cat'";
    let (code, shown) = run(Aws::update([""; 0]).to(&emulator).env("AWS_PAGER", pager));
    assert_eq!((code, shown.contains("started")), (Some(254), false), "{shown}");
    let id = identifier(&emulator, 0);
    let connect = Aws::new(["kms", "connect-custom-key-store", "--custom-key-store-id", &id]);
    assert_eq!(run(connect.to(&emulator).env("AWS_PAGER", pager)), (Some(0), String::new()));
}

#[test]
fn a_blank_command_is_no_pager() {
    let emulator = emulator(1);
    let (code, shown) = run(identifiers(&emulator, &[]).env("AWS_PAGER", " "));
    assert_eq!(code, Some(255));
    assert!(shown.contains("The pager's command is blank."), "{shown}");
}

#[test]
fn the_options_of_less_can_be_set_even_to_none() {
    let emulator = emulator(1);
    let aws = || identifiers(&emulator, &[]).env("AWS_PAGER", "sh -c 'cat > /dev/null; echo \"[$LESS]\"'");
    assert_eq!(run(aws()), (Some(0), "[FRX]\r\n".to_owned()));
    assert_eq!(run(aws().env("LESS", "")), (Some(0), "[]\r\n".to_owned()));
}

#[test]
fn no_color_makes_a_table_plain_unless_colour_is_asked_for() {
    let emulator = emulator(1);
    let table = |color: &[&str]| {
        let words = ["kms", "describe-custom-key-stores", "--output", "table", "--no-cli-pager"];
        Aws::new(words.iter().chain(color)).to(&emulator)
    };
    let escape = |aws: Aws| run(aws).1.contains('\u{1b}');
    assert!(escape(table(&[])));
    assert!(escape(table(&[]).env("NO_COLOR", "")), "an empty value counts as none");
    assert!(!escape(table(&[]).env("NO_COLOR", "1")));
    assert!(!escape(table(&["--color", "off"])));
    assert!(escape(table(&["--color", "on"]).env("NO_COLOR", "1")));
}

#[test]
fn the_terminal_is_left_without_colour() {
    let emulator = emulator(1);
    let words = ["kms", "describe-custom-key-stores", "--output", "table", "--custom-key-store-name", "none"];
    let (code, shown) = run(Aws::new(words).to(&emulator).env("AWS_PAGER", ""));
    assert_eq!(code, Some(254));
    let end = "\u{1b}[0m\r\n\u{1b}[0m\u{1b}[0m";
    assert!(shown.starts_with("\r\n\u{1b}[0maws: [ERROR]: ") && shown.ends_with(end), "{shown:?}");
}

#[test]
fn an_error_that_a_service_sends_does_not_move_the_cursor() {
    let emulator = Emulator::builder().start().expect("an emulator");
    let effect = Effect::Error { status: 400, code: "Oops".to_owned(), message: "a\u{1b}[2Jb\nc".to_owned() };
    for (format, shown) in [("enhanced", "a\\u{1b}[2Jb\r\nc"), ("legacy", "a\\u{1b}[2Jb\r\nc")] {
        emulator.inject(Fault::once(effect.clone()));
        let aws =
            Aws::update(["--new-custom-key-store-name", "x", "--cli-error-format", format]).to(&emulator);
        let (code, text) = Terminal::start(aws).end();
        assert_eq!(code, Some(254));
        assert!(text.contains(shown) && !text.contains('\u{1b}'), "{text:?}");
    }
}
