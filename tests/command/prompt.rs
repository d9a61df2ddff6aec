//! The prompt on a real terminal, whose screen an emulator keeps.
#![cfg(unix)]

mod choices;
mod fields;
mod signals;
mod switches;
mod tasks;

use std::io::Write;
use std::num::NonZero;
use std::process::Child;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use kms_emulator::{Emulator, SeedStore};
use pty_process::Size;
use pty_process::blocking as pty;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::aws::Aws;
use crate::terminal;

/// How long something may be awaited before the test has failed.
const LIMIT: Duration = Duration::from_secs(30);

pub const ENTER: &[u8] = b"\r";
pub const TAB: &[u8] = b"\t";
pub const REVIEW: &[u8] = b"\x12";
pub const RUN: &[u8] = b"\x18";
pub const RIGHT: &[u8] = b"\x1b[C";

/// A run of the program on a terminal, and what stands on its screen.
pub struct Prompt {
    child: Child,
    keyboard: pty::Pty,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    /// Everything that ever was written.
    pub written: Vec<u8>,
    pub home: TempDir,
}

impl Prompt {
    /// Starts it on a terminal of so many lines and columns.
    pub fn start(aws: Aws, (lines, columns): (u16, u16)) -> Prompt {
        let (child, keyboard, output, home) = terminal::open(aws, (lines, columns));
        let screen = vt100::Parser::new(at_least_one(lines), at_least_one(columns), 1000);
        Prompt { child, keyboard, output, screen, written: Vec::new(), home }
    }

    /// The lines of the screen, without blanks at their ends.
    pub fn screen(&self) -> String {
        self.screen.screen().contents()
    }

    fn take(&mut self, piece: &[u8]) {
        self.screen.process(piece);
        self.written.extend(piece);
    }

    /// Waits until this is so on the screen.
    #[track_caller]
    pub fn until(&mut self, what: &str, is_so: impl Fn(&str) -> bool) {
        let end = Instant::now() + LIMIT;
        while !is_so(&self.screen()) {
            match self.output.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(piece) => self.take(&piece),
                Err(_) => panic!("{what:?} in\n{}", self.screen()),
            }
        }
    }

    /// Waits until this is on the screen.
    #[track_caller]
    pub fn shows(&mut self, text: &str) {
        self.until(text, |screen| screen.contains(text));
    }

    /// Goes down in the review until this is on the screen, however it is wrapped.
    #[track_caller]
    pub fn goes_down_to(&mut self, text: &str) {
        for _ in 0..60 {
            if bare(&self.screen()).contains(&bare(text)) {
                return;
            }
            self.press(b"\x1b[B");
            self.draws();
        }
        panic!("{text:?} in\n{}", self.screen());
    }

    /// Gives the terminal another size.
    pub fn resize(&mut self, (lines, columns): (u16, u16)) {
        self.screen.screen_mut().set_size(at_least_one(lines), at_least_one(columns));
        self.keyboard.resize(Size::new(lines, columns)).expect("a size");
    }

    pub fn press(&mut self, keys: &[u8]) {
        self.keyboard.write_all(keys).expect("typed keys");
    }

    /// Takes the next frame, whole.
    pub fn draws(&mut self) {
        let mut limit = LIMIT;
        while let Ok(piece) = self.output.recv_timeout(limit) {
            self.take(&piece);
            limit = Duration::from_millis(30);
        }
    }

    /// Goes on to the field with this label, and types.
    #[track_caller]
    pub fn fill(&mut self, label: &str, text: &[u8]) {
        let mark = format!("▸ {label}");
        for _ in 0..20 {
            if self.screen().contains(&mark) {
                break;
            }
            self.press(TAB);
            self.draws();
        }
        self.shows(&mark);
        self.press(text);
    }

    pub fn hides_cursor(&self) -> bool {
        self.screen.screen().hide_cursor()
    }

    /// What was on the screen, and what has left it at its top.
    pub fn scrolled_off(&mut self) -> String {
        self.screen.screen_mut().set_scrollback(usize::MAX);
        let text = self.screen();
        self.screen.screen_mut().set_scrollback(0);
        text
    }

    /// Waits for its end, and returns the exit code.
    pub fn end(&mut self) -> Option<i32> {
        while let Ok(piece) = self.output.recv_timeout(LIMIT) {
            self.take(&piece);
        }
        self.child.wait().expect("an ended program").code()
    }
}

/// A text without what wraps it.
fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '\\').collect()
}

fn at_least_one(number: u16) -> NonZero<u16> {
    NonZero::new(number).expect("a size")
}

/// A line with a prompt.
pub fn prompted(emulator: &Emulator, words: &[&str]) -> Aws {
    Aws::new(words.iter().chain(&["--cli-auto-prompt"])).to(emulator).env("TERM", "xterm")
}

/// An external store and one of a cluster.
pub fn emulator(state: &str) -> Emulator {
    stores(state, json!({"Connectivity": "PUBLIC_ENDPOINT"}))
}

/// The same, but the external store is behind a VPC endpoint service.
pub fn of_service() -> Emulator {
    let service = "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0";
    let proxy = json!({"Connectivity": "VPC_ENDPOINT_SERVICE", "VpcEndpointServiceName": service});
    stores("DISCONNECTED", proxy)
}

fn stores(state: &str, proxy: Value) -> Emulator {
    let mut configuration = json!({
        "AccessKeyId": "ABCDE23456723EXAMPLE",
        "UriEndpoint": "https://xks.example.com",
        "UriPath": "/kms/xks/v1",
    });
    for (name, value) in proxy.as_object().expect("an object") {
        configuration[name] = value.clone();
    }
    let external = json!({
        "CustomKeyStoreName": "prod-xks",
        "CustomKeyStoreType": "EXTERNAL_KEY_STORE",
        "ConnectionState": state,
        "XksProxyConfiguration": configuration,
    });
    let cluster = json!({
        "CustomKeyStoreName": "hsm",
        "ConnectionState": state,
        "CloudHsmClusterId": "cluster-2a3b4c5d6e7",
    });
    let seeds = [external, cluster].map(|store| serde_json::from_value::<SeedStore>(store).expect("a store"));
    Emulator::builder().seed_stores(seeds).start().expect("an emulator")
}
