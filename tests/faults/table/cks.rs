//! `aws cks`.

use crate::cell::{Row, by_default, ends};
use crate::fault::Fault::*;
use crate::places::{cks, network};

const REFUSED: &str = "Could not connect to the endpoint URL";
const CLOSED: &str = "Connection was closed before we received a valid response from endpoint URL";
const TIMEOUT: &str = "Read timeout on endpoint URL";
const OUTLIVED: &str =
    "the end of the terminal does not stop a change on its way: half of it would leave the keys unusable";
const NO_FILE: &str = "nothing but a socket is read or written here";

pub fn rows() -> Vec<Row> {
    vec![status(), keys(), apply(), connect()]
}

fn status() -> Row {
    let about = "`aws cks status`: the list of stores.";
    let well = ends(0).shows("prod-xks  external  CONNECTED").requests(1);
    Row::new("cks status", about, |fault| network::stage(cks::STATUS, fault), well)
        .cell(Refused, ends(255).says(REFUSED))
        .cell(Reset, ends(255).says(CLOSED).requests(2))
        .cell(Slow, ends(255).says(TIMEOUT).requests(2))
        .cell(CutShort, ends(255).says(CLOSED).requests(2))
        .cell(Garbage, ends(255).says("is not one of the service").requests(1))
        .cell(Endless, ends(255).says("is longer than 64 MiB.").requests(1))
        .cell(ServerError, ends(254).says("(InternalFailure)").requests(2))
        .cell(Throttled, ends(254).says("(ThrottlingException)").requests(2))
        .never(&[FullDisk, ReadOnly, ClosedPipe], NO_FILE)
        .signals(1)
}

fn keys() -> Row {
    let about = "`aws cks keys`: the list of the account's keys, each page of which is asked for ten times.";
    let well = ends(0).prints("0 keys in prod-xks of 0 in the account and Region.\n").requests(2);
    let setup = |fault| network::stage(cks::KEYS, fault);
    Row::new("cks keys", about, setup, well)
        .cell(Refused, ends(255).says(REFUSED))
        .cell(Reset, ends(255).says(CLOSED).requests(11))
        .cell(Slow, ends(255).says(TIMEOUT).requests(11))
        .cell(CutShort, ends(255).says(CLOSED).requests(11))
        .cell(Garbage, ends(255).says("is not one of the service").requests(2))
        .cell(
            Endless,
            ends(255)
                .says("The list of keys does not end")
                .requests(1002)
                .note("empty pages, each with a next one"),
        )
        .cell(ServerError, ends(254).says("(InternalFailure)").requests(11))
        .cell(Throttled, ends(254).says("(ThrottlingException)").requests(11))
        .never(&[FullDisk, ReadOnly, ClosedPipe], NO_FILE)
        .signals(2)
}

fn apply() -> Row {
    let about = "`aws cks apply`: its UpdateCustomKeyStore, which KMS is asked for once where nobody knows what became of it. \
        The other steps are in `tests/command/cks/apply`.";
    let done = || ends(0).says("✓ read back").shows("Done: prod-xks is CONNECTED with the change");
    let unknown = || {
        let words = "It is not known whether KMS has made the change, which it does not show.";
        ends(1).says(words).shows("Steps: update · compare").requests(1)
    };
    let stopped = || ends(130).says("Stopped while updating.").shows("Steps: update").requests(1);
    change(Row::new("cks apply", about, cks::apply, done().requests(1)))
        .cell(Reset, unknown())
        .cell(Slow, unknown())
        .cell(CutShort, unknown())
        .cell(Garbage, unknown())
        .cell(ServerError, unknown())
        .cell(Throttled, done().requests(3))
        .cell(Interrupt, stopped())
        .cell(Termination, stopped())
        .cell(HangUp, done().requests(1).note(OUTLIVED))
        .cell(Killed, by_default(Killed).shows("Steps: update").requests(1))
}

fn connect() -> Row {
    let about = "`aws cks connect`: its ConnectCustomKeyStore, which is sent again where the store shows that it did not happen.";
    let done = |requests| {
        let connected = ends(0).prints("prod-xks is CONNECTED. Its keys can be used.\n");
        connected.says("KMS is connecting prod-xks").requests(requests)
    };
    let stopped = || ends(130).says("Stopped. KMS may have been asked to connect prod-xks").requests(1);
    change(Row::new("cks connect", about, cks::connect, done(1)))
        .cell(Reset, done(1))
        .cell(Slow, done(3))
        .cell(CutShort, done(1))
        .cell(Garbage, done(3))
        .cell(ServerError, done(3))
        .cell(Throttled, done(3))
        .cell(Interrupt, stopped())
        .cell(Termination, stopped())
        .cell(HangUp, done(1).note(OUTLIVED))
        .cell(Killed, by_default(Killed).requests(1))
}

fn change(row: Row) -> Row {
    let well = row.well.clone();
    row.never(
        &[Refused],
        "a service that has shown the store is there; a later one is in `tests/command/cks`",
    )
    .never(&[Endless], "the reply of every operation has the same limit: see Reply body")
    .never(&[FullDisk, ReadOnly, ClosedPipe], NO_FILE)
    .cell(Stopped, well)
}
