//! Every place at which the program touches the world, with every fault there: one table, and one runner.
//!
//! ```text
//! cargo test --test faults -- [FILTER] [--bless]
//! ```
//!
//! FILTER is a part of a cell's name, such as `STS/` or `/SIGTERM`. `docs/hardening.md` shows the table; `--bless` writes it
//! there. The arguments of Rust's own test harness work as well.
//!
//! The faults are made with what Linux has: `/dev/full`, `/proc`, namespaces. Elsewhere there is nothing to run.
#![forbid(unsafe_code)]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

#[cfg(target_os = "linux")]
mod answers;
#[cfg(target_os = "linux")]
#[path = "../command/aws.rs"]
#[allow(dead_code, reason = "shared with tests/command, which needs more of it")]
mod aws;
#[cfg(target_os = "linux")]
mod cell;
#[cfg(target_os = "linux")]
mod document;
#[cfg(target_os = "linux")]
mod fault;
#[cfg(target_os = "linux")]
mod places;
#[cfg(target_os = "linux")]
#[path = "../command/planted_secrets/plants.rs"]
#[allow(dead_code, reason = "shared with tests/command, which needs more of it")]
mod plants;
#[cfg(target_os = "linux")]
mod run;
#[cfg(target_os = "linux")]
mod server;
#[cfg(target_os = "linux")]
mod stage;
#[cfg(target_os = "linux")]
mod table;
#[cfg(target_os = "linux")]
#[path = "../command/terminal/open.rs"]
mod terminal;
#[cfg(target_os = "linux")]
#[path = "../conformance/tls.rs"]
mod tls;

#[cfg(target_os = "linux")]
use std::process::ExitCode;

#[cfg(target_os = "linux")]
use libtest_mimic::{Arguments, Failed, Trial};

#[cfg(target_os = "linux")]
use cell::{Cell, Expected, Row};
#[cfg(target_os = "linux")]
use fault::Fault;

/// Cells that run at a time, where the arguments do not say otherwise. Most of their time is waiting.
#[cfg(target_os = "linux")]
const THREADS: usize = 12;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    if let [_, argument, fault] = &std::env::args().collect::<Vec<_>>()[..]
        && argument == places::names::ARGUMENT
    {
        places::names::serve(fault);
        return ExitCode::SUCCESS;
    }
    let (own, rest): (Vec<String>, Vec<String>) = std::env::args().partition(|word| word == "--bless");
    let mut arguments = Arguments::from_iter(rest);
    arguments.test_threads.get_or_insert(THREADS);
    let rows: &'static [Row] = table::rows().leak();
    if !own.is_empty() {
        document::write(rows);
    }
    let mut trials = vec![Trial::test("the document shows the table", || Ok(document::check(rows)?))];
    for row in rows {
        trials.push(trial(row, None, &row.well));
        for (fault, cell) in &row.cells {
            if let Cell::Ends(expected) = cell {
                trials.push(trial(row, Some(*fault), expected));
            }
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

#[cfg(target_os = "linux")]
fn trial(row: &'static Row, fault: Option<Fault>, expected: &'static Expected) -> Trial {
    let name = format!("{}/{}", row.place, fault.map_or("no fault", Fault::name));
    let trial = Trial::test(name, move || run::check(row, fault, expected).map_err(Failed::from));
    trial.with_ignored_flag(!(row.is_possible)(fault))
}

#[cfg(not(target_os = "linux"))]
fn main() {}
