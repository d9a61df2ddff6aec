//! Takes turns: in each round every program runs once, so that what disturbs the machine disturbs all alike.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::instructions;
use crate::launch::{self, Launched, Run};
use crate::limits::{Limits, UNLIMITED};
use crate::programs::Program;
use crate::scenario::{Scenario, Tool, Yardstick};
use crate::workbench::Workbench;

/// Rounds of one scenario, and of a quick look at it.
const ROUNDS: usize = 40;
const QUICK_ROUNDS: usize = 8;

/// A program that takes more cpu time than this counts as slow: it runs in one of so many rounds.
const SLOW: Duration = Duration::from_millis(100);
const SLOW_STRIDE: usize = 8;

/// A program that takes more than this runs twice in all, and its first run counts: it fills no cache that
/// would show beside such a time. In a quick look it is the only one.
const VERY_SLOW: Duration = Duration::from_millis(1200);

/// So many characters of a failed program's stderr are kept.
const SAID: usize = 300;

/// How thoroughly to measure.
pub struct Plan<'a> {
    /// Fewer rounds.
    pub quick: bool,
    /// What counts instructions.
    pub counter: Option<&'a Path>,
}

/// One scenario with one program.
pub struct Row {
    /// The scenario's name.
    pub scenario: &'static str,
    /// Who ran.
    pub program: Program,
    /// What the program may use.
    pub limits: Limits,
    /// What its cpu time is compared with.
    pub yardstick: Option<Yardstick>,
    /// The figures, or why there are none.
    pub outcome: Result<Figures, String>,
}

/// What the runs of a row took.
pub struct Figures {
    /// User instructions of one run.
    pub instructions: Option<u64>,
    /// At least one.
    pub runs: Vec<Run>,
}

/// A program with the words it gets.
struct Contender<'a> {
    program: &'a Program,
    /// The program's file, or that which stands beside it for this tool.
    file: PathBuf,
    words: Vec<String>,
    first: Run,
    outcome: Result<Figures, String>,
}

/// Measures all programs that can do the scenario. A program that does not end as it should gets a row that
/// says so; an error means that measuring itself failed.
pub fn scenario(
    scenario: &Scenario,
    programs: &[Program],
    workbench: &Workbench,
    plan: &Plan,
) -> Result<Vec<Row>, Box<dyn Error>> {
    let mut contenders = Vec::new();
    for command in scenario.commands {
        for (program, file) in
            programs.iter().filter_map(|program| Some((program, program.file(command.tool)?)))
        {
            let words = workbench.words(command.line);
            // The completer becomes an `aws`, and what is counted ends with the program that it was.
            let counter = plan.counter.filter(|_| command.tool != Tool::Completer);
            contenders.push(Contender::warmed_up(program, file, words, scenario.exit, workbench, counter)?);
        }
    }
    for round in 0..if plan.quick { QUICK_ROUNDS } else { ROUNDS } {
        for contender in contenders.iter_mut().filter(|contender| contender.takes_part(round, plan.quick)) {
            contender.run(scenario.exit, workbench)?;
        }
    }
    let limits = |program: &Program| program.ours.map_or(UNLIMITED, |linking| scenario.limits.of(linking));
    let row = |Contender { program, outcome, .. }: Contender| Row {
        scenario: scenario.name,
        program: program.clone(),
        limits: limits(program),
        yardstick: scenario.yardstick,
        outcome,
    };
    Ok(contenders.into_iter().map(row).collect())
}

impl<'a> Contender<'a> {
    /// Runs the program once to see whether it works and how slow it is, which fills the caches too, and
    /// counts its instructions. Of another `aws` they are not counted: under valgrind a Python program takes
    /// minutes.
    fn warmed_up(
        program: &'a Program,
        file: PathBuf,
        words: Vec<String>,
        exit: i32,
        workbench: &Workbench,
        counter: Option<&Path>,
    ) -> Result<Self, Box<dyn Error>> {
        let first = launch::launch(&file, &words, workbench)?;
        let outcome = match unexpected(&first, exit) {
            Some(reason) => Err(reason),
            None => {
                let counter = counter.filter(|_| program.size.is_some());
                let runs = if first.run.cpu > VERY_SLOW { vec![first.run] } else { Vec::new() };
                let count = |counter| instructions::count(counter, &file, &words, workbench);
                Ok(Figures { instructions: counter.map(count).transpose()?, runs })
            }
        };
        Ok(Contender { program, file, words, first: first.run, outcome })
    }

    /// Whether it runs in this round: the slower, the less often.
    fn takes_part(&self, round: usize, quick: bool) -> bool {
        match self.first.cpu {
            cpu if cpu > VERY_SLOW => round == 0 && !quick,
            cpu if cpu > SLOW => round.is_multiple_of(SLOW_STRIDE),
            _ => true,
        }
    }

    /// One more run, unless one went wrong.
    fn run(&mut self, exit: i32, workbench: &Workbench) -> Result<(), Box<dyn Error>> {
        if let Ok(figures) = &mut self.outcome {
            let launched = launch::launch(&self.file, &self.words, workbench)?;
            match unexpected(&launched, exit) {
                Some(reason) => self.outcome = Err(reason),
                None => figures.runs.push(launched.run),
            }
        }
        Ok(())
    }
}

/// Why a run does not count: another exit code, with what the program said.
fn unexpected(launched: &Launched, exit: i32) -> Option<String> {
    let lines = launched.stderr.lines().map(str::trim).filter(|line| !line.is_empty());
    let said: String = lines.collect::<Vec<_>>().join(" / ").chars().take(SAID).collect();
    (launched.exit != exit).then(|| format!("exit {} instead of {exit}: {said}", launched.exit))
}
