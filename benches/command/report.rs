//! The report: machine facts, programs, commands and comparisons, in Markdown.

use std::time::Duration;

use crate::check::{Check, allowed, megabytes, millions, none, summary, times, verdict};
use crate::launch::Run;
use crate::limits;
use crate::measure::{Figures, Row};
use crate::programs::Program;
use crate::recorded::{self, Recorded, Time};
use crate::scenario::Tool;
use crate::table::{Column, table};

/// The table of programs.
const PROGRAMS: &[Column<Program>] = &[
    Column::words("program", |program| program.name.clone()),
    Column::words("version", |program| program.version.clone()),
    Column::number("file MB", |program| megabytes(program.size)),
    Column::words("limit", |program| allowed(&size_check(program))),
    Column::words("", |program| verdict(&size_check(program))),
];

/// The table of commands.
const COMMANDS: &[Column<Row>] = &[
    Column::words("command", |row| row.scenario.to_owned()),
    Column::words("program", |row| row.program.name.clone()),
    Column::number("instr M", |row| millions(instructions(row))),
    Column::number("cpu ms min", |row| milliseconds(shortest(row, |run| run.cpu))),
    Column::number("median", |row| milliseconds(median(row, |run| run.cpu))),
    Column::number("wall ms min", |row| milliseconds(shortest(row, |run| run.wall))),
    Column::number("median", |row| milliseconds(median(row, |run| run.wall))),
    Column::number("RSS MB", |row| megabytes(peak_rss(row))),
    Column::number("faults", |row| page_faults(row).map_or_else(none, |count| count.to_string())),
    Column::number("runs", |row| runs(row).len().to_string()),
    Column::words("limit", |row| allowed(&checks(row))),
    Column::words("", |row| match &row.outcome {
        Ok(_) => verdict(&checks(row)),
        Err(_) => "**failed**, see below".to_owned(),
    }),
];

/// A row and another one beside it.
struct Pair<'a> {
    row: &'a Row,
    base: &'a Row,
}

impl<'a> Pair<'a> {
    /// The table that sets this project's programs beside each other `aws`.
    const BESIDE_OTHER: &'a [Column<Self>] = &[
        Column::words("command", |pair| pair.row.scenario.to_owned()),
        Column::words("program", |pair| pair.row.program.name.clone()),
        Column::words("compared with", |pair| pair.base.program.name.clone()),
        Column::number("times faster, wall", |pair| times(pair.is_faster(|run| run.wall))),
        Column::number("cpu", |pair| times(pair.is_faster(|run| run.cpu))),
        Column::number("times smaller, RSS", |pair| times(pair.is_smaller())),
        Column::words("limit", |pair| allowed(&pair.faster_check())),
        Column::words("", |pair| verdict(&pair.faster_check())),
    ];

    /// The table of yardsticks.
    const BESIDE_YARDSTICK: &'a [Column<Self>] = &[
        Column::words("command", |pair| pair.row.scenario.to_owned()),
        Column::words("program", |pair| pair.row.program.name.clone()),
        Column::number("times the cpu time", |pair| times(pair.times_yardstick())),
        Column::words("of", |pair| format!("{}, {}", pair.base.scenario, pair.base.program.name)),
        Column::words("limit", |pair| allowed(&pair.yardstick_check())),
        Column::words("", |pair| verdict(&pair.yardstick_check())),
    ];

    fn is_faster(&self, time: fn(&Run) -> Duration) -> Option<f64> {
        Some(shortest(self.base, time)?.as_secs_f64() / shortest(self.row, time)?.as_secs_f64())
    }

    fn is_smaller(&self) -> Option<f64> {
        Some(peak_rss(self.base)? as f64 / peak_rss(self.row)? as f64)
    }

    fn times_yardstick(&self) -> Option<f64> {
        let cpu = |row| shortest(row, |run| run.cpu);
        Some(cpu(self.row)?.as_secs_f64() / cpu(self.base)?.as_secs_f64())
    }

    /// Only the second version of the AWS CLI sets a limit.
    fn faster_check(&self) -> Vec<Check> {
        let limit = self.row.limits.times_faster.filter(|_| self.base.program.name.starts_with("aws-cli/2."));
        let check = |limit| Check::times_at_least(self.is_faster(|run| run.wall), limit);
        limit.map(check).into_iter().collect()
    }

    fn yardstick_check(&self) -> Vec<Check> {
        let limit = self.row.limits.times_yardstick;
        limit.map(|limit| Check::times_at_most(self.times_yardstick(), limit)).into_iter().collect()
    }
}

/// A row and what was recorded for it.
struct Past<'a> {
    row: &'a Row,
    recorded: &'a Recorded,
}

impl<'a> Past<'a> {
    /// The table that sets this project's programs beside what was recorded.
    const COLUMNS: &'a [Column<Self>] = &[
        Column::words("command", |past| past.row.scenario.to_owned()),
        Column::words("program", |past| past.row.program.name.clone()),
        Column::words("time", |past| past.recorded.time.name().to_owned()),
        Column::number("ms", |past| milliseconds(past.time())),
        Column::number("recorded ms", |past| format!("{:.0}", past.recorded.milliseconds)),
        Column::number("times faster", |past| times(past.is_faster())),
    ];

    /// The least of the row.
    fn time(&self) -> Option<Duration> {
        match self.recorded.time {
            Time::Cpu => shortest(self.row, |run| run.cpu),
            Time::Wall => shortest(self.row, |run| run.wall),
        }
    }

    fn is_faster(&self) -> Option<f64> {
        self.time().map(|time| self.recorded.milliseconds / 1e3 / time.as_secs_f64())
    }
}

impl Time {
    fn name(self) -> &'static str {
        match self {
            Time::Cpu => "cpu",
            Time::Wall => "wall",
        }
    }
}

/// The machine's facts and what is missing, as a list.
pub fn facts(facts: &[(&str, String)], missing: &[&str]) -> String {
    let mut text: String = facts.iter().map(|(name, value)| format!("- {name}: {value}\n")).collect();
    if !missing.is_empty() {
        text.push_str(&format!("- Missing: {}\n", missing.join(", ")));
    }
    text
}

/// The table of programs.
pub fn programs(programs: &[Program]) -> String {
    table(PROGRAMS, programs)
}

/// The table of commands, those of comparisons, why rows have no figures, and how many limits are kept.
pub fn measured(programs: &[Program], rows: &[Row]) -> String {
    let (others, recorded, yardsticks) =
        (beside_others(rows), beside_recorded(rows), beside_yardsticks(rows));
    let mut text = table(COMMANDS, rows) + &table(Pair::BESIDE_OTHER, &others);
    if !recorded.is_empty() {
        let (program, taken) = (recorded::PROGRAM, recorded::TAKEN);
        text.push_str(&format!("Beside figures of {program} that were recorded before ({taken}):\n\n"));
        text.push_str(&table(Past::COLUMNS, &recorded));
    }
    text.push_str(&table(Pair::BESIDE_YARDSTICK, &yardsticks));
    text.push_str(&failures(rows));
    let checks = programs.iter().flat_map(size_check).chain(rows.iter().flat_map(checks));
    let checks = checks.chain(others.iter().flat_map(Pair::faster_check));
    let checks: Vec<Check> = checks.chain(yardsticks.iter().flat_map(Pair::yardstick_check)).collect();
    text + &summary(&checks)
}

fn own(rows: &[Row]) -> impl Iterator<Item = &Row> {
    rows.iter().filter(|row| row.program.ours.is_some())
}

/// Each row of this project with each other `aws` that did the same.
fn beside_others(rows: &[Row]) -> Vec<Pair<'_>> {
    let is_other = |ours: &Row, row: &Row| {
        row.program.tool == Tool::Aws && row.program.ours.is_none() && row.scenario == ours.scenario
    };
    let others =
        |row| rows.iter().filter(move |base| is_other(row, base)).map(move |base| Pair { row, base });
    own(rows).flat_map(others).collect()
}

/// Each row of this project with what was recorded for it.
fn beside_recorded(rows: &[Row]) -> Vec<Past<'_>> {
    let recorded = |row: &Row| recorded::FIGURES.iter().find(|figure| figure.scenario == row.scenario);
    own(rows).filter_map(|row| Some(Past { row, recorded: recorded(row)? })).collect()
}

/// Each row with that which its scenario is compared with.
fn beside_yardsticks(rows: &[Row]) -> Vec<Pair<'_>> {
    let is_yardstick = |row: &Row, base: &Row| {
        row.yardstick.is_some_and(|yardstick| {
            let is_it = match yardstick.tool {
                Tool::Aws => base.program.path == row.program.path,
                tool => base.program.tool == tool && row.program.tool != tool,
            };
            base.scenario == yardstick.scenario && is_it
        })
    };
    let pair = |row| Some(Pair { row, base: rows.iter().find(|base| is_yardstick(row, base))? });
    rows.iter().filter_map(pair).collect()
}

/// Why rows have no figures, as a list.
fn failures(rows: &[Row]) -> String {
    let failed = rows.iter().filter_map(|row| Some((row, row.outcome.as_ref().err()?)));
    let lines: String =
        failed.map(|(row, reason)| format!("- {}, {}: {reason}\n", row.scenario, row.program.name)).collect();
    if lines.is_empty() { lines } else { lines + "\n" }
}

fn size_check(program: &Program) -> Vec<Check> {
    let check = |linking| Check::bytes(program.size, limits::file_size(linking));
    program.ours.map(check).into_iter().collect()
}

fn checks(row: &Row) -> Vec<Check> {
    let instructions = row.limits.instructions.map(|limit| Check::instructions(instructions(row), limit));
    let peak_rss = row.limits.peak_rss.map(|limit| Check::bytes(peak_rss(row), limit));
    instructions.into_iter().chain(peak_rss).collect()
}

fn figures(row: &Row) -> Option<&Figures> {
    row.outcome.as_ref().ok()
}

fn runs(row: &Row) -> &[Run] {
    figures(row).map_or(&[], |figures| &figures.runs)
}

fn instructions(row: &Row) -> Option<u64> {
    figures(row)?.instructions
}

/// The most of all runs.
fn peak_rss(row: &Row) -> Option<u64> {
    runs(row).iter().map(|run| run.peak_rss).max()
}

/// The fewest of all runs: they differ a little with the addresses that a program gets.
fn page_faults(row: &Row) -> Option<u64> {
    runs(row).iter().map(|run| run.page_faults).min()
}

fn shortest(row: &Row, time: fn(&Run) -> Duration) -> Option<Duration> {
    runs(row).iter().map(time).min()
}

fn median(row: &Row, time: fn(&Run) -> Duration) -> Option<Duration> {
    let mut times: Vec<Duration> = runs(row).iter().map(time).collect();
    times.sort();
    times.get(times.len() / 2).copied()
}

fn milliseconds(time: Option<Duration>) -> String {
    time.map_or_else(none, |time| format!("{:.2}", time.as_secs_f64() * 1e3))
}
