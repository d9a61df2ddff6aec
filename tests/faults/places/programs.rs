//! Other programs and streams: what reads stdout, the pager, who prints credentials.

use std::fs::{self, OpenOptions};
use std::io::Read;
use std::path::Path;

use rustix::process::{Pid, Signal, kill_process};

use super::network::{PAGE, Place, UPDATE, set_up};
use crate::aws::{Aws, script};
use crate::fault::Fault;
use crate::server::{At, Server};
use crate::stage::{Stage, wait_until};

/// A list of stores that is longer than any pipe.
const LONG: Place = Place { words: &["kms", "describe-custom-key-stores", "--limit", "1000"], ..PAGE };

/// The bytes that a pipe takes which nobody reads.
const PIPE: u64 = 1 << 16;

/// A line that does not fit is not begun.
const PAGE_OF_MEMORY: u64 = 1 << 12;

pub fn stdout(fault: Option<Fault>) -> Stage {
    let is_long = fault.is_some_and(Fault::is_silence);
    let (server, aws) = set_up(if is_long { LONG } else { PAGE }, None);
    match fault {
        Some(Fault::Refused) => Stage::new(aws.after("exec >&-")).asks(server, None),
        Some(Fault::ReadOnly) => Stage::new(aws.after("exec 1</dev/null")).asks(server, None),
        Some(Fault::FullDisk) => {
            let full = OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
            Stage::new(aws.stdout(full)).asks(server, None)
        }
        Some(Fault::ClosedPipe) => {
            let (reader, writer) = std::io::pipe().expect("a pipe");
            drop(reader);
            Stage::new(aws.stdout(writer)).asks(server, None)
        }
        Some(fault) if is_long => unread(aws, server, fault),
        _ => Stage::new(aws).asks(server, None),
    }
}

/// A pipe that is full: nobody reads, or somebody begins too late.
fn unread(aws: Aws, server: Server, fault: Fault) -> Stage {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    let kept = reader.try_clone().expect("a second handle");
    let stage = Stage::new(aws.stdout(writer)).asks(server, None).keeps(kept);
    let mut waiting = reader.try_clone().expect("a second handle");
    let stage = stage.meanwhile(move |_| {
        let is_full = || rustix::io::ioctl_fionread(&reader).is_ok_and(|bytes| bytes > PIPE - PAGE_OF_MEMORY);
        wait_until("the pipe is full", is_full);
    });
    if fault.signal().is_some() {
        return stage;
    }
    stage.then(move |_| {
        let mut text = String::new();
        waiting.read_to_string(&mut text).expect("a text");
        assert!(text.trim_end().ends_with('}'), "the output is cut short");
    })
}

pub fn pager(fault: Option<Fault>) -> Stage {
    let (server, aws) = set_up(PAGE, None);
    let waits = "read line < /dev/tty";
    let (pager, shown) = match fault {
        None => ("cat".to_owned(), None),
        Some(Fault::Refused) => ("no-such-pager".to_owned(), None),
        Some(Fault::Reset) => ("sh -c 'kill -9 $$'".to_owned(), None),
        Some(Fault::CutShort) => ("true".to_owned(), None),
        Some(Fault::ClosedPipe) => (format!("sh -c 'exec <&-; echo rea\"\"dy; {waits}'"), Some("ready")),
        Some(_) => (format!("sh -c 'cat; echo rea\"\"dy; {waits} || {waits}'"), Some("ready")),
    };
    let stage = Stage::new(aws.env("AWS_PAGER", pager)).asks(server, None).on_terminal();
    let Some(shown) = shown else { return stage };
    // Other signals leave nobody who would wait for it.
    let is_left = fault.is_some_and(|fault| fault.signal().is_none() || fault == Fault::Interrupt);
    let stage = stage.meanwhile(move |run| run.screen.shows(shown));
    // The user leaves it.
    if is_left { stage.then(|run| run.screen.press(b"\n")) } else { stage }
}

/// A program that prints credentials.
pub fn process(fault: Option<Fault>) -> Stage {
    let (server, aws) = set_up(Place { at: At::Body, ..UPDATE }, None);
    let aws = aws.word("--profile").word("cp").without("AWS_ACCESS_KEY_ID");
    let home = aws.home().display().to_string();
    let command = if fault == Some(Fault::Refused) { "./absent" } else { "./give hunter2-argument-hunter2" };
    let aws = aws.file(".aws/config", format!("[profile cp]\ncredential_process = {command}\n"));
    let folder = tempfile::tempdir().expect("a folder");
    let pid = folder.path().join("pid");
    let go = folder.path().join("go");
    let good = format!("cat '{home}/out'");
    let text = match fault {
        Some(Fault::Reset) => "kill -9 $$".to_owned(),
        Some(Fault::Slow | Fault::Stopped) => format!(
            "echo $$ > '{}'; while ! [ -e '{}' ]; do sleep 0.01; done; {good}",
            pid.display(),
            go.display()
        ),
        Some(Fault::CutShort) => format!("head -c 60 '{home}/out'"),
        Some(Fault::Garbage) => r"printf '\000\377hunter2-process-hunter2'".to_owned(),
        Some(Fault::Endless) => "exec yes hunter2-process-hunter2".to_owned(),
        Some(Fault::ServerError) => "echo 'no token, log in first' >&2; exit 1".to_owned(),
        Some(Fault::ClosedPipe) => format!("exec >&-; {good} 2>/dev/null; true"),
        Some(fault) if fault.signal().is_some() => format!("echo $$ > '{}'; exec sleep 600", pid.display()),
        _ => good,
    };
    script(aws.home(), "give", &text);
    let aws = if fault == Some(Fault::Endless) { aws.with_address_space(600_000) } else { aws };
    let stage = Stage::new(aws).asks(server, None);
    match fault {
        Some(Fault::Slow | Fault::Stopped) => {
            let stage =
                stage.meanwhile(move |_| wait_until("the process runs", || number_in(&pid).is_some()));
            stage.then(move |_| fs::write(go, "").expect("a file")).keeps(folder)
        }
        Some(fault) if fault.signal().is_some() => {
            let started = pid.clone();
            let stage =
                stage.meanwhile(move |_| wait_until("the process runs", || number_in(&started).is_some()));
            stage.afterwards(move |_| ended(&pid, fault)).keeps(folder)
        }
        _ => stage,
    }
}

/// Nothing is left behind of the process, unless there was nobody any more to end it.
fn ended(file: &Path, fault: Fault) {
    let pid = number_in(file).expect("a process");
    if fault == Fault::Killed {
        kill_process(pid, Signal::KILL).expect("it runs on");
    }
    wait_until("the process ends", || !runs(pid));
}

/// Whether there is such a process, and not only its exit code that nobody asks for.
fn runs(pid: Pid) -> bool {
    let state = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_pid()));
    state.is_ok_and(|state| !state.contains(") Z "))
}

fn number_in(file: &Path) -> Option<Pid> {
    Pid::from_raw(fs::read_to_string(file).ok()?.trim().parse().ok()?)
}
