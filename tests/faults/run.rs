//! Runs a cell, and compares what happened with what is expected.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, ExitStatus};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use pty_process::blocking as pty;
use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::{LocalModes, tcgetattr};
use tempfile::TempDir;

use crate::aws::Aws;
use crate::cell::{Expected, Row};
use crate::fault::Fault;
use crate::plants;
use crate::stage::{Meanwhile, Screen, Stage, wait_until};
use crate::terminal;

/// How long something may be awaited before the test has failed.
pub const LIMIT: Duration = Duration::from_secs(30);

/// What a run did.
#[derive(Debug)]
struct Seen {
    code: i32,
    stdout: String,
    stderr: String,
    requests: usize,
    left: Vec<String>,
    shows_typing: bool,
}

/// Runs a row with a fault or without: as it is, and with `--debug`, which may say more but no secret.
///
/// # Errors
/// What is not as expected.
pub fn check(row: &Row, fault: Option<Fault>, expected: &Expected) -> Result<(), String> {
    std::thread::scope(|scope| {
        let debugged = scope.spawn(|| {
            let mut stage = (row.setup)(fault);
            stage.aws = stage.aws.word("--debug");
            let (seen, _) = run(stage, fault)?;
            if seen.code == expected.code { Ok(()) } else { Err(format!("--debug: {seen:#?}")) }
        });
        let plain = check_plain(row, fault, expected);
        plain.and(debugged.join().unwrap_or_else(|_| Err("--debug: it panicked".to_owned())))
    })
}

fn check_plain(row: &Row, fault: Option<Fault>, expected: &Expected) -> Result<(), String> {
    let (seen, home) = run((row.setup)(fault), fault)?;
    let is_quiet = expected.says.is_empty() == seen.stderr.is_empty();
    let told = expected.code == seen.code && is_quiet && seen.stderr.contains(expected.says);
    let mut left: Vec<&str> = expected.left.to_vec();
    left.sort_unstable();
    let did = expected.has_printed(&seen.stdout) && seen.requests == expected.requests && seen.left == left;
    if !told || !did || seen.shows_typing != expected.shows_typing {
        return Err(format!("{seen:#?}"));
    }
    if fault != Some(Fault::Killed) {
        return Ok(());
    }
    let mut again = (row.setup)(None);
    again.aws = again.aws.env("HOME", home.path());
    let (next, _) = run(again, None)?;
    let is_well = next.code == row.well.code && row.well.has_printed(&next.stdout);
    if is_well { Ok(()) } else { Err(format!("the next run: {next:#?}")) }
}

fn run(stage: Stage, fault: Option<Fault>) -> Result<(Seen, TempDir), String> {
    let Stage { aws, is_on_terminal, meanwhile, stop, then, requests, heads, afterwards, kept } = stage;
    let before = tree(aws.home());
    let mut going = Going::start(aws, is_on_terminal);
    let (pid, home) = (going.child.id(), going.home.as_ref().expect("a home").path().to_owned());
    meanwhile(&mut Meanwhile { pid, home: &home, screen: &mut going });
    if let Some(signal) = fault.and_then(Fault::signal) {
        kill_process(Pid::from_child(&going.child), signal).expect("a signal");
    }
    if fault == Some(Fault::Stopped) {
        going.stop_and_continue(stop);
    }
    then(&mut Meanwhile { pid, home: &home, screen: &mut going });
    let status = going.ended()?;
    let shows_typing = going.shows_typing();
    let (stdout, stderr) = going.told();
    let left = changes(&before, &tree(&home))?;
    let seen = Seen { code: code(status), stdout, stderr, requests: requests(), left, shows_typing };
    if let Some(secret) = plants::shown_in(&format!("{}{}", seen.stdout, seen.stderr), &heads()) {
        return Err(format!("{secret} in {seen:#?}"));
    }
    afterwards(&home);
    drop(kept);
    Ok((seen, going.home.take().expect("a home")))
}

/// The exit code as a shell has it.
fn code(status: ExitStatus) -> i32 {
    status.code().or_else(|| Some(128 + status.signal()?)).unwrap_or(-1)
}

/// The files below a folder, and what is in them.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(place) = folders.pop() {
        for entry in fs::read_dir(place).expect("a folder").flatten() {
            let (path, kind) = (entry.path(), entry.file_type().expect("a type"));
            if kind.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).expect("a place below it").display().to_string();
            let size = entry.metadata().map_or(0, |data| data.len());
            let is_read = kind.is_file() && size < 1 << 20;
            found.insert(
                name,
                if is_read { fs::read(path).expect("a file") } else { size.to_string().into() },
            );
        }
    }
    found
}

/// The files that are new, other or gone. A document must be whole.
fn changes(
    before: &BTreeMap<String, Vec<u8>>,
    after: &BTreeMap<String, Vec<u8>>,
) -> Result<Vec<String>, String> {
    let random = regex_lite::Regex::new("[0-9a-f]{16,}").expect("an expression");
    let mut names = Vec::new();
    for (name, content) in after.iter().filter(|(name, content)| before.get(*name) != Some(*content)) {
        let is_whole = serde_json::from_slice::<serde_json::Value>(content).is_ok();
        if name.ends_with(".json") && !is_whole {
            return Err(format!("{name} is not whole: {:?}", String::from_utf8_lossy(content)));
        }
        names.push(random.replace_all(name, "*").into_owned());
    }
    names.extend(before.keys().filter(|name| !after.contains_key(*name)).map(|name| format!("no {name}")));
    names.sort_unstable();
    Ok(names)
}

fn is_stopped(pid: u32) -> bool {
    let state = fs::read_to_string(format!("/proc/{pid}/stat")).expect("a process");
    [") T ", ") t "].iter().any(|stopped| state.contains(stopped))
}

/// A run that goes on.
struct Going {
    child: Child,
    home: Option<TempDir>,
    /// What it writes on stdout, or on the terminal.
    stdout: Receiver<Vec<u8>>,
    stderr: Option<Receiver<Vec<u8>>>,
    shown: Vec<u8>,
    keyboard: Option<pty::Pty>,
}

impl Going {
    fn start(aws: Aws, is_on_terminal: bool) -> Going {
        if is_on_terminal {
            let (child, keyboard, stdout, home) = terminal::open(aws, (24, 80));
            let home = Some(home);
            return Going { child, home, stdout, stderr: None, shown: Vec::new(), keyboard: Some(keyboard) };
        }
        let (mut child, home) = aws.start();
        let stdout = child.stdout.take().map_or_else(|| mpsc::channel().1, pieces);
        let stderr = Some(pieces(child.stderr.take().expect("a pipe")));
        Going { child, home: Some(home), stdout, stderr, shown: Vec::new(), keyboard: None }
    }

    /// Stops it, and lets it go on. Whoever is asked for a secret and stops it finds the terminal as it was meanwhile.
    fn stop_and_continue(&mut self, stop: Signal) {
        let send = |signal| kill_process(Pid::from_child(&self.child), signal).expect("a signal");
        // Nobody can do anything about the other signal.
        let hides = stop == Signal::TSTP && !self.shows_typing();
        send(stop);
        wait_until("it stops", || is_stopped(self.child.id()));
        if hides {
            assert!(self.shows_typing(), "the terminal hides what is typed while it is stopped");
        }
        send(Signal::CONT);
        if hides {
            wait_until("the terminal hides again", || !self.shows_typing());
        }
    }

    /// Waits for its end.
    fn ended(&mut self) -> Result<ExitStatus, String> {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().map_err(|error| error.to_string())? {
                return Ok(status);
            }
            if began.elapsed() > LIMIT {
                return Err(format!("it does not end: {}", self.text()));
            }
            // A terminal that nobody reads would keep it waiting.
            while let Ok(piece) = self.stdout.try_recv() {
                self.shown.extend(piece);
            }
            thread::sleep(Duration::from_millis(3));
        }
    }

    /// All that was written on stdout and stderr; a terminal is both.
    fn told(&mut self) -> (String, String) {
        while let Ok(piece) = self.stdout.recv_timeout(LIMIT) {
            self.shown.extend(piece);
        }
        match self.stderr.take() {
            None => (String::new(), self.text()),
            Some(stderr) => {
                let bytes: Vec<u8> =
                    std::iter::from_fn(|| stderr.recv_timeout(LIMIT).ok()).flatten().collect();
                (self.text(), String::from_utf8_lossy(&bytes).into_owned())
            }
        }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.shown).into_owned()
    }
}

impl Screen for Going {
    fn shows(&mut self, text: &str) {
        while !self.text().contains(text) {
            match self.stdout.recv_timeout(LIMIT) {
                Ok(piece) => self.shown.extend(piece),
                Err(_) => panic!("{text:?} in {:?}", self.text()),
            }
        }
    }

    /// Whether the terminal is as a shell leaves it; without one there is nothing to put right.
    fn shows_typing(&self) -> bool {
        let wanted = LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
        self.keyboard
            .as_ref()
            .is_none_or(|keyboard| tcgetattr(keyboard).is_ok_and(|modes| modes.local_modes.contains(wanted)))
    }

    fn press(&mut self, keys: &[u8]) {
        self.keyboard.as_mut().expect("a terminal").write_all(keys).expect("typed keys");
    }
}

/// A test that has failed leaves nothing running.
impl Drop for Going {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What is read, as it comes.
fn pieces(mut stream: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(length @ 1..) = stream.read(&mut buffer) {
            if sender.send(buffer[..length].to_vec()).is_err() {
                return;
            }
        }
    });
    receiver
}
