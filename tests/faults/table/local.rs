//! Files, streams and other programs.

use crate::cell::{Row, by_default, ends};
use crate::fault::Fault::*;
use crate::fault::{Fault, SIGNALS};
use crate::places::{files, programs};

const NOBODY_ANSWERS: &str = "nobody answers who could do so";
const READING: &str = "nothing is written here, and a file has no other end";

const ROLE: &[&str] = &[".aws/cli/cache/*.json"];

pub fn rows() -> Vec<Row> {
    vec![cache_read(), cache_write(), config(), stdout(), pager(), process()]
}

fn config() -> Row {
    let absent = || ends(255).says("The config profile (r) could not be found");
    Row::new(
        "Config read",
        "An update with a role of the configuration file.",
        files::config,
        ends(0).requests(2).left(ROLE),
    )
    .cell(Refused, absent().note("a folder in its place: as if it were absent, as in the AWS CLI"))
    .cell(Slow, absent().note("a pipe in its place, which is not opened"))
    .cell(CutShort, ends(255).says("Unable to parse config file"))
    .cell(Garbage, ends(255).says("Unable to parse config file"))
    .cell(
        Endless,
        ends(255).says("is larger than 64 MiB").note("it is not read, and nothing is sent without it"),
    )
    .cell(ReadOnly, ends(0).requests(2).left(ROLE))
    .never(&[Reset, ServerError, Throttled], NOBODY_ANSWERS)
    .never(&[FullDisk, ClosedPipe], READING)
    .never(&SIGNALS, "only a regular file is opened, and nothing keeps a run waiting that reads one")
}

fn cache_read() -> Row {
    let new = ends(0).says("cannot be kept for the next command: [Errno 21] Is a directory").requests(2);
    let unreadable = |why| ends(255).says(why);
    let setup = |fault: Option<Fault>| match fault {
        Some(fault) if fault.is_silence() => files::locked_token(Some(fault)),
        _ => files::cached_role(fault),
    };
    let taken = ends(0).requests(2).left(&[".aws/cli/cache/*.json", ".aws/sso/cache/*.json"]);
    let about = "An update with a role that is cached, or with a token whose file another process has locked to renew it.";
    Row::new("Cache read", about, setup, ends(0).requests(1))
        .cell(Refused, new.note("a folder in its place"))
        .cell(Slow, taken.clone().note("it waits for the other process, and takes its token"))
        .cell(CutShort, unreadable("cannot be used: the end is missing"))
        .cell(Garbage, unreadable("cannot be used: it is not valid JSON"))
        .cell(Endless, unreadable("cannot be used: file too large"))
        .cell(ReadOnly, ends(0).requests(1))
        .never(&[Reset, ServerError, Throttled], NOBODY_ANSWERS)
        .never(&[FullDisk, ClosedPipe], READING)
        .ended_by_signals(0)
        .cell(Stopped, taken)
}

fn cache_write() -> Row {
    let kept = || ends(0).says("cannot be kept for the next command").requests(2);
    let setup = |fault: Option<Fault>| match fault {
        Some(fault) if fault.is_silence() => files::slowly_kept_role(Some(fault)),
        _ => files::new_role(fault),
    };
    const DRAFT: &[&str] = &[".aws/cli/cache/tmp*.tmp"];
    Row::new(
        "Cache write",
        "An update with a new role, which is kept for the next one.",
        setup,
        ends(0).requests(2).left(ROLE),
    )
    .cell(Refused, kept())
    .cell(FullDisk, kept())
    .cell(ReadOnly, kept())
    .cell(Slow, ends(0).requests(2).left(ROLE))
    .never(&[Reset, CutShort, Garbage, Endless, ServerError, Throttled], NOBODY_ANSWERS)
    .never(&[ClosedPipe], "a file is no pipe")
    .cell(Interrupt, by_default(Interrupt).requests(1).left(ROLE))
    .cell(Termination, by_default(Termination).requests(1).left(DRAFT))
    .cell(HangUp, by_default(HangUp).requests(1).left(DRAFT))
    .cell(
        Killed,
        by_default(Killed).requests(1).left(DRAFT).note("the draft goes with a run of ten minutes later"),
    )
    .cell(Stopped, ends(0).requests(2).left(ROLE))
    .needs(|fault| !fault.is_some_and(Fault::is_silence) || files::can_slow_down())
}

fn stdout() -> Row {
    let setup = |fault: Option<Fault>| programs::stdout(fault);
    Row::new("stdout", "`describe-custom-key-stores`.", setup, ends(0).prints("1\n").requests(2))
        .cell(Refused, ends(0).requests(2))
        .cell(Slow, ends(0).requests(1))
        .cell(FullDisk, ends(255).says("Could not write the output: No space left on device.").requests(2))
        .cell(ReadOnly, ends(0).requests(2))
        .cell(ClosedPipe, ends(0).requests(2))
        .never(&[Reset, CutShort, Garbage, Endless, ServerError, Throttled], NOBODY_ANSWERS)
        .cell(Interrupt, ends(130).requests(1))
        .cell(Termination, by_default(Termination).requests(1))
        .cell(HangUp, by_default(HangUp).requests(1))
        .cell(Killed, by_default(Killed).requests(1))
        .cell(Stopped, ends(0).requests(1))
}

fn pager() -> Row {
    Row::new(
        "Pager",
        "`describe-custom-key-stores` on a terminal.",
        programs::pager,
        ends(0).says("1\r\n").requests(2),
    )
    .cell(Refused, ends(253).says("Unable to redirect output to pager").requests(2))
    .cell(Reset, ends(0).requests(2))
    .cell(Slow, ends(0).says("ready").requests(2))
    .cell(CutShort, ends(0).requests(2))
    .cell(ClosedPipe, ends(0).says("ready").requests(2))
    .never(
        &[Garbage, Endless, ServerError, Throttled, FullDisk, ReadOnly],
        "the pager's own output and end are its own affair",
    )
    .cell(Interrupt, ends(0).says("ready").requests(2))
    .cell(Termination, by_default(Termination).says("ready").requests(2))
    .cell(HangUp, by_default(HangUp).says("ready").requests(2))
    .cell(Killed, by_default(Killed).says("ready").requests(2))
    .cell(Stopped, ends(0).says("ready").requests(2))
}

fn process() -> Row {
    let refused = "Error when retrieving credentials from custom-process:";
    Row::new(
        "credential_process",
        "An update with credentials that a program prints.",
        programs::process,
        ends(0).requests(1),
    )
    .cell(Refused, ends(255).says("[Errno 2] No such file or directory: './absent'"))
    .cell(Reset, ends(255).says(refused))
    .cell(Slow, ends(0).requests(1).note("there is no time-out"))
    .cell(CutShort, ends(255).says("The output of credential_process cannot be used: "))
    .cell(Garbage, ends(255).says("The output of credential_process cannot be used: "))
    .cell(Endless, ends(255).says("is longer than 1 MiB; it was ended."))
    .cell(ServerError, ends(255).says("custom-process: no token, log in first").note("it fails"))
    .never(&[Throttled], "a program has no limit of calls")
    .never(&[FullDisk, ReadOnly], "it writes into a pipe")
    .cell(ClosedPipe, ends(255).says("The output of credential_process cannot be used: "))
    .signals(0)
}
