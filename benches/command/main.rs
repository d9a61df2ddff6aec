//! What a command costs: runs the `aws` program, `curl` and each other `aws` on the PATH in turns, and prints
//! their figures side by side as Markdown.
//!
//! ```text
//! cargo bench [--bench command] -- [FILTER]… [--skip PART] [--quick] [--aws [NAME=]FILE]… [--order FILE]
//! ```
//!
//! FILTER is a part of a scenario's name, and `--skip` leaves out those with another part. `--quick` takes fewer runs.
//! Each `--aws` names a file of this project to measure. Without it they are the file that Cargo has just built and,
//! where `cargo xtask dist` has built it, the release file. A figure over its limit is marked in the report and is no
//! failure: this program fails only when it cannot measure. `--order` measures nothing: it writes the functions that the
//! first file calls, for `cargo xtask dist` to lay them side by side.
//!
//! One scenario's way: `scenario` says what is run, `programs` finds who runs it, `workbench` gives it a
//! directory, an environment and an endpoint, `launch` and `instructions` measure one run, `measure` takes
//! the turns, and `report` writes the tables.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a report is what this program is for")]

mod check;
mod endpoint;
mod instructions;
mod launch;
mod limits;
mod machine;
mod measure;
mod programs;
mod recorded;
mod report;
mod scenario;
mod stores;
mod table;
mod workbench;

use std::collections::HashSet;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use measure::Plan;
use programs::Own;
use scenario::{Command, Tool};
use workbench::Workbench;

/// What the arguments ask for.
struct Options {
    filters: Vec<String>,
    skip: Option<String>,
    quick: bool,
    own: Vec<Own>,
    /// Where the functions go, if these are wanted.
    order: Option<PathBuf>,
}

impl Options {
    /// Reads the arguments behind the program's name.
    ///
    /// Cargo passes `--bench` for `cargo bench` and nothing for `cargo test --benches`, where a quick look is
    /// enough.
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let (mut filters, mut own) = (Vec::new(), Vec::new());
        let (mut skip, mut quick, mut bench, mut order) = (None, false, false, None);
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--bench" => bench = true,
                "--quick" => quick = true,
                "--skip" => skip = Some(arguments.next().ok_or("--skip needs a part of a name")?),
                "--aws" => own.push(named(&arguments.next().ok_or("--aws needs a program")?)?),
                "--order" => order = Some(arguments.next().ok_or("--order needs a file")?.into()),
                option if option.starts_with('-') => return Err(format!("{option}: no such option")),
                _ => filters.push(argument),
            }
        }
        if own.is_empty() {
            own = built()?;
        }
        Ok(Options { filters, skip, quick: quick || !bench, own, order })
    }

    fn want(&self, name: &str) -> bool {
        let asked_for = self.filters.is_empty() || self.filters.iter().any(|part| name.contains(part));
        asked_for && !self.skip.as_ref().is_some_and(|part| name.contains(part))
    }
}

/// The file of `[NAME=]FILE`.
fn named(argument: &str) -> Result<Own, String> {
    let (name, file) = argument.split_once('=').map_or((None, argument), |(name, file)| (Some(name), file));
    Ok(Own { name: name.map(str::to_owned), path: absolute(Path::new(file))? })
}

/// The file that Cargo has just built, and behind it the release file, if it is there.
fn built() -> Result<Vec<Own>, String> {
    let release = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("dist").join("aws");
    let files = [Some(PathBuf::from(env!("CARGO_BIN_EXE_aws"))), Some(release).filter(|file| file.exists())];
    files.iter().flatten().map(|file| Ok(Own { name: None, path: absolute(file)? })).collect()
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
    let found = programs::find(&options.own, &workbench);
    let counter = instructions::counter();
    if let Some(file) = &options.order {
        let counter = counter.ok_or("valgrind is needed to see what is called")?;
        return Ok(std::fs::write(file, called(options, &counter, &workbench)?)?);
    }
    println!("{}", report::facts(&machine::facts(), &programs::missing(&found, counter.is_some())));
    print!("{}", report::programs(&found));
    let plan = Plan { quick: options.quick, counter: counter.as_deref() };
    let mut rows = Vec::new();
    for scenario in scenario::SCENARIOS.iter().filter(|scenario| options.want(scenario.name)) {
        eprintln!("measuring: {}", scenario.name);
        workbench.configure(scenario.profiles)?;
        rows.extend(measure::scenario(scenario, &found, &workbench, &plan)?);
    }
    println!("{}", report::measured(&found, &rows));
    Ok(())
}

/// The functions that the first file calls in these scenarios, a line each, in the order of the scenarios that first call them.
fn called(options: &Options, counter: &Path, workbench: &Workbench) -> Result<String, Box<dyn Error>> {
    let program = &options.own.first().ok_or("no file to look at")?.path;
    let (mut lines, mut seen) = (String::new(), HashSet::new());
    for scenario in scenario::SCENARIOS.iter().filter(|scenario| options.want(scenario.name)) {
        let is_ours = |command: &&Command| matches!(command.tool, Tool::Aws | Tool::Ours);
        workbench.configure(scenario.profiles)?;
        for command in scenario.commands.iter().filter(is_ours) {
            let words = workbench.words(command.line);
            for function in instructions::functions(counter, program, &words, workbench)? {
                if seen.insert(function.clone()) {
                    lines.push_str(&function);
                    lines.push('\n');
                }
            }
        }
    }
    Ok(lines)
}

/// The program's place, whatever directory it is started in.
fn absolute(program: &Path) -> Result<PathBuf, String> {
    program.canonicalize().map_err(|error| format!("{}: {error}", program.display()))
}
