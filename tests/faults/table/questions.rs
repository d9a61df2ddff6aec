//! Questions on the terminal.

use crate::cell::{Expected, Row, by_default, ends};
use crate::fault::Fault::*;
use crate::places::questions;

const TYPED: &str = "a person answers";
const NO_FILE: &str = "nothing is read from a file or written to one here";

pub fn rows() -> Vec<Row> {
    vec![mfa(), secret(), form()]
}

fn mfa() -> Row {
    let asks = "Enter MFA code for arn:aws:iam::111122223333:mfa/u: ";
    let taken = || ends(0).says(asks).requests(2).left(&[".aws/cli/cache/*.json"]);
    let about = "An update with a role that needs a code, on a terminal.";
    let ended = || ends(255).says("The input ended before an MFA code was given.");
    let row = Row::new("MFA question", about, questions::mfa, taken());
    question(row, asks)
        .cell(
            Refused,
            taken().says("Warning: Password input may be echoed.").note("no terminal: stdin is read"),
        )
        .cell(Slow, taken().note("there is no time-out"))
        .cell(CutShort, ended())
        .cell(Garbage, ends(255).says("The MFA code cannot be read: invalid data."))
        .cell(Endless, taken().note("a terminal keeps 4,095 characters of a line"))
        .cell(ClosedPipe, ended())
}

fn secret() -> Row {
    let asks = "Raw secret access key of the proxy for prod-xks: ";
    let taken = || ends(0).says(asks).requests(1);
    let refused = || ends(252).says("There is no terminal to ask for RawSecretAccessKey.");
    let row = Row::new("prompt://", "A plan with a secret that is asked for.", questions::secret, taken());
    question(row, asks)
        .cell(Refused, refused())
        .cell(Slow, taken().note("there is no time-out"))
        .cell(CutShort, ends(252).says("Nothing was typed for RawSecretAccessKey"))
        .cell(Garbage, ends(252).says("What was typed for RawSecretAccessKey cannot be read: invalid data."))
        .cell(
            Endless,
            ends(1).says("RawSecretAccessKey has 4095 characters, and 64 are the most.").requests(1),
        )
        .cell(ClosedPipe, refused())
}

fn question(row: Row, asks: &'static str) -> Row {
    let row = row.never(&[Reset, ServerError, Throttled], TYPED).never(&[FullDisk, ReadOnly], NO_FILE);
    signals(row, asks, 0)
}

/// Every signal but one leaves the terminal as it was.
fn signals(row: Row, says: &'static str, requests: usize) -> Row {
    let well = row.well.clone();
    let ended = |fault| Expected { prints: "", ..by_default(fault) }.says(says).requests(requests);
    row.cell(Interrupt, ended(Interrupt))
        .cell(Termination, ended(Termination))
        .cell(HangUp, ended(HangUp))
        .cell(Killed, ended(Killed).leaves_terminal())
        .cell(Stopped, well)
}

fn form() -> Row {
    let left = |requests| ends(130).says("The stores cannot").requests(requests);
    let about = "`update-custom-key-store --cli-auto-prompt`: the stores that it offers. Ctrl-C leaves it.";
    let row = Row::new("Form", about, questions::form, ends(130).says("prod-xks").requests(1));
    signals(row, "prod-xks", 1)
        .cell(Refused, left(0))
        .cell(Reset, left(2))
        .cell(Slow, left(2))
        .cell(CutShort, left(2))
        .cell(Garbage, left(1))
        .cell(Endless, left(1))
        .cell(ServerError, left(2))
        .cell(Throttled, left(2))
        .never(&[FullDisk, ReadOnly, ClosedPipe], NO_FILE)
}
