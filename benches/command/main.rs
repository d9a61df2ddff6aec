//! What a command costs: runs the `aws` program, `curl` and each other `aws` on the PATH in turns, and prints
//! their figures side by side as Markdown.
//!
//! ```text
//! cargo bench [--bench command] -- [FILTER] [--skip PART] [--quick] [--aws PROGRAM]
//! ```
//!
//! FILTER is a part of a scenario's name, and `--skip` leaves out those with another part. `--quick` takes fewer runs. `--aws` measures another program than
//! the one that Cargo has just built. A figure over its limit is marked in the report and is no failure: this
//! program fails only when it cannot measure.
//!
//! One scenario's way: `scenario` says what is run, `programs` finds who runs it, `workbench` gives it a
//! directory, an environment and an endpoint, `launch` and `instructions` measure one run, `measure` takes
//! the turns, and `report` writes the tables.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a report is what this program is for")]

mod endpoint;
mod instructions;
mod launch;
mod limits;
mod machine;
mod measure;
mod programs;
mod report;
mod scenario;
mod stores;
mod workbench;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use measure::Plan;
use workbench::Workbench;

/// What the arguments ask for.
struct Options {
    filter: String,
    skip: Option<String>,
    quick: bool,
    aws: PathBuf,
}

impl Options {
    /// Reads the arguments behind the program's name.
    ///
    /// Cargo passes `--bench` for `cargo bench` and nothing for `cargo test --benches`, where a quick look is
    /// enough.
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let (mut filter, mut aws) = (String::new(), PathBuf::from(env!("CARGO_BIN_EXE_aws")));
        let (mut skip, mut quick, mut bench) = (None, false, false);
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--bench" => bench = true,
                "--quick" => quick = true,
                "--skip" => skip = Some(arguments.next().ok_or("--skip needs a part of a name")?),
                "--aws" => aws = arguments.next().ok_or("--aws needs a program")?.into(),
                option if option.starts_with('-') => return Err(format!("{option}: no such option")),
                _ => filter = argument,
            }
        }
        Ok(Options { filter, skip, quick: quick || !bench, aws })
    }

    fn want(&self, name: &str) -> bool {
        name.contains(&self.filter) && !self.skip.as_ref().is_some_and(|part| name.contains(part))
    }
}

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).peekable();
    // First, and before anything is allocated: a launcher's memory is the floor of what it measures.
    if arguments.next_if(|first| first == launch::LAUNCHER).is_some() {
        return launch::launcher(arguments);
    }
    let options = Options::parse(arguments.map(|argument| argument.to_string_lossy().into_owned()));
    match options.map_err(Into::into).and_then(|options| run(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("command bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Measures and prints.
fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let workbench = Workbench::set_up()?;
    let aws = absolute(&options.aws)?;
    let found = programs::find(&aws, &workbench);
    let counter = instructions::counter();
    println!("{}", report::facts(&machine::facts(), &programs::missing(&found, counter.is_some())));
    println!("{}", report::programs(&found));
    let plan = Plan { quick: options.quick, counter: counter.as_deref() };
    let mut rows = Vec::new();
    for scenario in scenario::SCENARIOS.iter().filter(|scenario| options.want(scenario.name)) {
        eprintln!("measuring: {}", scenario.name);
        workbench.configure(scenario.profiles)?;
        rows.extend(measure::scenario(scenario, &found, &workbench, &plan)?);
    }
    println!("{}", report::commands(&rows));
    print!("{}", report::comparisons(&rows));
    print!("{}", report::failures(&rows));
    println!("{}", report::summary(&found, &rows));
    Ok(())
}

/// The program's place, whatever directory it is started in.
fn absolute(program: &Path) -> Result<PathBuf, String> {
    program.canonicalize().map_err(|error| format!("{}: {error}", program.display()))
}
