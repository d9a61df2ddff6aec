//! Writes what a program does into the case files as the expectation.

use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::Value;

use crate::case::{self, Case};
use crate::run::Runner;
use crate::{json, judge};

/// Records the group's cases that `selected` names and tells how many there were. All else in the file stays.
pub fn group(
    group: &str,
    runner: &Runner,
    threads: usize,
    selected: impl Fn(&Case) -> bool,
) -> Result<usize, String> {
    let path = case::file(group);
    let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let mut written: Vec<Value> =
        serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))?;
    let cases: Vec<(usize, Case)> =
        case::load(group)?.into_iter().enumerate().filter(|(_, case)| selected(case)).collect();
    for (position, expect) in outcomes(&cases, runner, threads)? {
        written[position]["expect"] = expect;
    }
    fs::write(&path, json::case_file(&written)).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(cases.len())
}

/// What the program does with each case, as it is written.
fn outcomes(cases: &[(usize, Case)], runner: &Runner, threads: usize) -> Result<Vec<(usize, Value)>, String> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((position, case)) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let outcome = runner
                        .run(case)
                        .map(|outcome| judge::comparable(case, &outcome))
                        .and_then(|outcome| serde_json::to_value(outcome).map_err(|error| error.to_string()))
                        .map(|outcome| (*position, outcome))
                        .map_err(|error| format!("{}: {error}", case.id));
                    results.lock().expect("no thread ends while it holds the results").push(outcome);
                }
            });
        }
    });
    results.into_inner().expect("no thread ends while it holds the results").into_iter().collect()
}
