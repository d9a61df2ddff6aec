//! Conformance: runs the recorded cases with the `aws` program against a scripted endpoint on loopback, and
//! compares what it does with what the reference, AWS CLI v2, did.
//!
//! ```text
//! cargo test --test conformance -- [FILTER] [--tier core|edge] [--verbose] [--aws PROGRAM] [--record]
//! ```
//!
//! FILTER is a part of a case's ID, or a regular expression where it has signs of one. `--record` writes what
//! PROGRAM, a new release of the reference, does into the case files instead of comparing. `--mutate` runs changed lines
//! with the program and the reference (`mutate.rs`). The arguments of Rust's own test harness work as well.
#![forbid(unsafe_code)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test fails by panicking, and a harness prints"
)]

mod case;
mod checks;
mod differences;
mod json;
mod judge;
mod mutate;
mod process;
mod record;
mod run;
mod server;
mod sigv4;
mod tls;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use regex_lite::Regex;

use case::{Case, Tier};
use differences::Differences;
use run::Runner;
use tls::Authority;

/// The groups that run, each a file below `cases`.
const GROUPS: [&str; 43] = [
    "args",
    "shorthand",
    "paramfile",
    "cliinput",
    "skeleton",
    "validation",
    "errors",
    "formats",
    "query",
    "pagination",
    "timestamps",
    "ttyout",
    "config",
    "credentials",
    "endpoints",
    "tls",
    "network",
    "debug",
    "ref-alias",
    "ref-alias-more",
    "ref-config",
    "ref-credentials",
    "ref-endpoint-urls",
    "ref-endpoints",
    "ref-errors",
    "ref-globals",
    "ref-input",
    "ref-jmespath",
    "ref-json",
    "ref-misc",
    "ref-other-hosts",
    "ref-pagefile",
    "ref-pages",
    "ref-prompt",
    "ref-proxies",
    "ref-retries",
    "ref-shorthand",
    "ref-shorthand-more",
    "ref-signing",
    "ref-table",
    "ref-text",
    "ref-timestamps",
    "ref-yaml",
];

/// Cases that run at a time, where the arguments do not say otherwise. Most of their time is waiting: for processes,
/// for terminals that fall silent, for time-outs and retries.
const THREADS: usize = 8;

/// What the arguments ask for.
struct Options {
    harness: Arguments,
    aws: PathBuf,
    tier: Option<Tier>,
    /// Instead of the harness's own filter.
    pattern: Option<Regex>,
    verbose: bool,
    record: bool,
    mutations: Option<Mutations>,
}

/// What `--mutate`, `--seed` and `--reference` ask for.
struct Mutations {
    count: usize,
    seed: u64,
    reference: PathBuf,
}

impl Options {
    /// Takes out our own arguments and leaves the rest to the harness.
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut rest: Vec<String> = arguments.next().into_iter().collect();
        let mut aws: Option<PathBuf> = None;
        let (mut tier, mut verbose, mut record) = (None, false, false);
        let (mut count, mut seed, mut reference) = (None, 0, None);
        while let Some(argument) = arguments.next() {
            let (name, value) =
                argument.split_once('=').map_or((&*argument, None), |(n, v)| (n, Some(v.to_owned())));
            let mut value =
                || value.clone().or_else(|| arguments.next()).ok_or(format!("{name} needs a value"));
            match name {
                "--aws" => aws = Some(value()?.into()),
                "--tier" => {
                    tier = Some(match value()?.as_str() {
                        "core" => Tier::Core,
                        "edge" => Tier::Edge,
                        other => return Err(format!("--tier {other}: neither core nor edge")),
                    });
                }
                "--verbose" => verbose = true,
                "--record" => record = true,
                "--mutate" => count = Some(number(name, &value()?)?),
                "--seed" => seed = number(name, &value()?)?,
                "--reference" => reference = Some(PathBuf::from(value()?)),
                _ => rest.push(argument),
            }
        }
        let mut harness = Arguments::from_iter(rest);
        harness.test_threads.get_or_insert(THREADS);
        let pattern = match harness
            .filter
            .take_if(|filter| filter.contains(['^', '$', '*', '+', '?', '(', '[', '|']))
        {
            Some(filter) => Some(Regex::new(&filter).map_err(|error| format!("{filter}: {error}"))?),
            None => None,
        };
        if record && aws.is_none() {
            return Err(
                "--record needs --aws PROGRAM: the reference's program, not this project's".to_owned()
            );
        }
        let aws = aws.unwrap_or(env!("CARGO_BIN_EXE_aws").into());
        let aws = absolute(aws)?;
        let mutations = match (count, reference) {
            (None, _) => None,
            (Some(_), None) => return Err("--mutate needs --reference PROGRAM".to_owned()),
            (Some(count), Some(reference)) => {
                Some(Mutations { count, seed, reference: absolute(reference)? })
            }
        };
        Ok(Options { harness, aws, tier, pattern, verbose, record, mutations })
    }

    /// Whether the tier and the pattern let the name through; the rest is the harness's affair.
    fn admits(&self, name: &str, tier: Tier) -> bool {
        self.tier.is_none_or(|only| only == tier) && self.pattern.as_ref().is_none_or(|p| p.is_match(name))
    }

    /// Whether the case is among those that the arguments ask for.
    fn selects(&self, case: &Case) -> bool {
        let name = Trial::test(case.id.clone(), || Ok(()));
        self.admits(&case.id, case.tier) && !self.harness.is_filtered_out(&name)
    }
}

/// The path from the root: a program runs in another directory than ours.
fn absolute(path: PathBuf) -> Result<PathBuf, String> {
    std::path::absolute(&path).map_err(|error| format!("{}: {error}", path.display()))
}

fn number<N: std::str::FromStr>(option: &str, text: &str) -> Result<N, String> {
    text.parse().map_err(|_| format!("{option} {text}: not a number"))
}

fn main() -> ExitCode {
    let done = Options::parse(std::env::args()).and_then(|options| {
        let authority = Authority::new().map_err(|error| format!("certificates: {error}"))?;
        if let Some(mutations) = &options.mutations {
            return mutate(&options, mutations, authority);
        }
        let runner = Runner::new(options.aws.clone(), Arc::new(authority));
        if options.record { record(&options, &runner) } else { compare(&options, runner) }
    });
    done.unwrap_or_else(|error| {
        eprintln!("conformance: {error}");
        ExitCode::FAILURE
    })
}

fn mutate(options: &Options, mutations: &Mutations, authority: Authority) -> Result<ExitCode, String> {
    let mut cases = Vec::new();
    for group in GROUPS {
        let selected = |case: &Case| options.selects(case) && !case.tty;
        cases.extend(case::load(group)?.into_iter().filter(selected));
    }
    if cases.is_empty() {
        return Err("no case is selected".to_owned());
    }
    let authority = Arc::new(authority);
    let program = Runner::new(options.aws.clone(), Arc::clone(&authority));
    let reference = Runner::new(mutations.reference.clone(), authority);
    let threads = options.harness.test_threads.unwrap_or(THREADS);
    let differ = mutate::run(&cases, mutations.count, mutations.seed, &program, &reference, threads);
    Ok(if differ == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn record(options: &Options, runner: &Runner) -> Result<ExitCode, String> {
    for group in GROUPS {
        let threads = options.harness.test_threads.unwrap_or(THREADS);
        let count = record::group(group, runner, threads, |case| options.selects(case))?;
        println!("{group}: {count} recorded");
    }
    Ok(ExitCode::SUCCESS)
}

fn compare(options: &Options, runner: Runner) -> Result<ExitCode, String> {
    let mut cases = Vec::new();
    for group in GROUPS {
        cases.extend(case::load(group)?);
    }
    let cases = Arc::new(cases);
    let differences = Arc::new(Differences::load()?);
    let runner = Arc::new(runner);
    let mut trials: Vec<Trial> = checks::trials(&cases, &differences)
        .into_iter()
        .filter(|trial| options.admits(trial.name(), Tier::Core))
        .collect();
    for (position, case) in cases.iter().enumerate().filter(|(_, case)| options.admits(&case.id, case.tier)) {
        let (cases, differences, runner) =
            (Arc::clone(&cases), Arc::clone(&differences), Arc::clone(&runner));
        let (verbose, waits) = (options.verbose, differences.waits(&case.id));
        let trial =
            Trial::test(case.id.clone(), move || trial(&cases[position], &runner, &differences, verbose));
        trials.push(trial.with_ignored_flag(waits));
    }
    let failed = libtest_mimic::run(&options.harness, trials).has_failed();
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Runs one case and compares.
fn trial(case: &Case, runner: &Runner, differences: &Differences, verbose: bool) -> Result<(), Failed> {
    let want = case.expect.as_ref().ok_or("  nothing is recorded: run with --record")?;
    let got = runner.run(case)?;
    let mut fault = match differences.settle(&case.id, &judge::judge(case, want, &got)) {
        Ok(()) => return Ok(()),
        Err(fault) => format!("  argv {:?}\n{fault}", case.argv),
    };
    if verbose {
        fault.push_str(&format!("  the case: {case:#?}\n  the outcome: {got:#?}\n"));
    }
    Err(fault.into())
}
