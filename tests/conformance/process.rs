//! Starts the program as a process, with pipes or on a pseudo-terminal, and waits for its end.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking as pty;

/// How long a program may take.
const LIMIT: Duration = Duration::from_secs(60);
/// How often a program that writes nothing is asked whether it has ended.
const PERIOD: Duration = Duration::from_millis(5);
/// How long a terminal may stay silent after the program's end before what was written counts as all.
const SILENCE: Duration = Duration::from_millis(200);

/// A process to start.
pub struct Invocation<'a> {
    pub program: &'a Path,
    pub arguments: Vec<OsString>,
    /// The whole environment: nothing is inherited.
    pub environment: BTreeMap<String, OsString>,
    pub directory: &'a Path,
    pub stdin: &'a [u8],
    /// The rows and columns of the terminal that all three streams are.
    pub terminal: Option<(u16, u16)>,
}

/// How a process ended.
pub struct Ended {
    /// The exit code, or the signal as a negative number.
    pub code: i32,
    /// On a terminal, all that was written.
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
}

/// Starts the process and waits for its end, at most [`LIMIT`].
pub fn run(invocation: &Invocation) -> io::Result<Ended> {
    match invocation.terminal {
        Some(size) => on_terminal(invocation, size),
        None => on_pipes(invocation),
    }
}

fn on_pipes(invocation: &Invocation) -> io::Result<Ended> {
    let mut child = Command::new(invocation.program)
        .args(&invocation.arguments)
        .env_clear()
        .envs(&invocation.environment)
        .current_dir(invocation.directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let end = Instant::now() + LIMIT;
    let stdout = whole(child.stdout.take());
    let stderr = whole(child.stderr.take());
    if let Some(mut pipe) = child.stdin.take() {
        let input = invocation.stdin.to_vec();
        // A program may end without reading its input: that is no error.
        thread::spawn(move || pipe.write_all(&input));
    }
    let rest = || end.saturating_duration_since(Instant::now());
    let (Ok(stdout), Ok(stderr)) = (stdout.recv_timeout(rest()), stderr.recv_timeout(rest())) else {
        return Err(stopped(&mut child));
    };
    let code = code(wait(&mut child, end)?);
    Ok(Ended { code, stdout, stderr })
}

fn on_terminal(invocation: &Invocation, (rows, columns): (u16, u16)) -> io::Result<Ended> {
    let (mut terminal, side) = pty::open().map_err(io::Error::other)?;
    terminal.resize(Size::new(rows, columns)).map_err(io::Error::other)?;
    let mut child = pty::Command::new(invocation.program)
        .args(&invocation.arguments)
        .env_clear()
        .envs(&invocation.environment)
        .current_dir(invocation.directory)
        .spawn(side)
        .map_err(io::Error::other)?;
    let end = Instant::now() + LIMIT;
    let (sender, written) = mpsc::channel();
    let mut reader = File::from(terminal.as_fd().try_clone_to_owned()?);
    thread::spawn(move || pieces(&mut reader, &sender));
    let mut typed = invocation.stdin.is_empty();
    let mut stdout = Vec::new();
    while Instant::now() < end {
        match written.recv_timeout(SILENCE) {
            Ok(piece) => stdout.extend(piece),
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) if child.try_wait()?.is_some() => break,
            // A prompt stands and nothing follows: the user types.
            Err(RecvTimeoutError::Timeout) if !typed && !stdout.is_empty() => {
                terminal.write_all(invocation.stdin)?;
                typed = true;
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
    let code = code(wait(&mut child, end)?);
    Ok(Ended { code, stdout, stderr: Vec::new() })
}

/// All that is read from a pipe, once it has ended.
fn whole(pipe: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What a broken pipe gave before still counts.
        let _ = pipe.map(|mut pipe| pipe.read_to_end(&mut bytes));
        sender.send(bytes)
    });
    receiver
}

/// Sends on what is read, until the end of the terminal: an error, when the other side is closed.
fn pieces(reader: &mut impl Read, sender: &Sender<Vec<u8>>) {
    let mut buffer = [0; 65536];
    while let Ok(length @ 1..) = reader.read(&mut buffer) {
        if sender.send(buffer[..length].to_vec()).is_err() {
            return;
        }
    }
}

fn wait(child: &mut Child, end: Instant) -> io::Result<ExitStatus> {
    while Instant::now() < end {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        thread::sleep(PERIOD);
    }
    Err(stopped(child))
}

/// Ends a program that took too long.
fn stopped(child: &mut Child) -> io::Error {
    // It may end by itself just now: then there is nothing to kill, and the wait has its status.
    let _ = child.kill().and_then(|()| child.wait());
    io::Error::new(io::ErrorKind::TimedOut, format!("did not end within {} s", LIMIT.as_secs()))
}

fn code(status: ExitStatus) -> i32 {
    status.code().or_else(|| status.signal().map(|signal| -signal)).unwrap_or(i32::MIN)
}
