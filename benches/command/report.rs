//! The report: machine facts, programs and commands, in Markdown.

use std::time::Duration;

use crate::launch::Run;
use crate::limits;
use crate::measure::{Figures, Row};
use crate::programs::Program;

/// A column of a table: its title, and its text for a row.
struct Column<T> {
    title: &'static str,
    align: Align,
    cell: fn(&T) -> String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Align {
    Left,
    Right,
}

/// The table of programs.
const PROGRAMS: &[Column<Program>] = &[
    Column { title: "program", align: Align::Left, cell: |program| program.name.clone() },
    Column { title: "version", align: Align::Left, cell: |program| program.version.clone() },
    Column { title: "file MB", align: Align::Right, cell: |program| megabytes(program.size) },
    Column { title: "limit", align: Align::Left, cell: |program| allowed(&size_check(program)) },
    Column { title: "", align: Align::Left, cell: |program| verdict(&size_check(program)) },
];

/// The table of commands.
const COMMANDS: &[Column<Row>] = &[
    Column { title: "command", align: Align::Left, cell: |row| row.scenario.to_owned() },
    Column { title: "program", align: Align::Left, cell: |row| row.program.name.clone() },
    Column { title: "instr M", align: Align::Right, cell: |row| millions(instructions(row)) },
    Column { title: "cpu ms min", align: Align::Right, cell: |row| least(row, |run| run.cpu) },
    Column { title: "median", align: Align::Right, cell: |row| median(row, |run| run.cpu) },
    Column { title: "wall ms min", align: Align::Right, cell: |row| least(row, |run| run.wall) },
    Column { title: "median", align: Align::Right, cell: |row| median(row, |run| run.wall) },
    Column { title: "RSS MB", align: Align::Right, cell: |row| megabytes(peak_rss(row)) },
    Column { title: "runs", align: Align::Right, cell: |row| runs(row).len().to_string() },
    Column { title: "limit", align: Align::Left, cell: |row| allowed(&checks(row)) },
    Column {
        title: "",
        align: Align::Left,
        cell: |row| match &row.outcome {
            Ok(_) => verdict(&checks(row)),
            Err(_) => "**failed**, see below".to_owned(),
        },
    },
];

/// A figure, if it was measured, and its limit.
struct Check {
    figure: Option<u64>,
    limit: u64,
    limit_text: String,
}

impl Check {
    fn instructions(figure: Option<u64>, limit: u64) -> Self {
        Check { figure, limit, limit_text: format!("{} M instr", millions(Some(limit))) }
    }

    fn bytes(figure: Option<u64>, limit: u64) -> Self {
        Check { figure, limit, limit_text: format!("{} MB", megabytes(Some(limit))) }
    }

    fn is_over(&self) -> bool {
        self.figure.is_some_and(|figure| figure > self.limit)
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

/// The table of commands.
pub fn commands(rows: &[Row]) -> String {
    table(COMMANDS, rows)
}

/// Why rows have no figures, as a list.
pub fn failures(rows: &[Row]) -> String {
    let failed = rows.iter().filter_map(|row| Some((row, row.outcome.as_ref().err()?)));
    failed.map(|(row, reason)| format!("- {}, {}: {reason}\n", row.scenario, row.program.name)).collect()
}

/// How many limits were checked, and how many figures are over theirs.
pub fn summary(programs: &[Program], rows: &[Row]) -> String {
    let checks: Vec<Check> =
        programs.iter().flat_map(size_check).chain(rows.iter().flat_map(checks)).collect();
    let measured = checks.iter().filter(|check| check.figure.is_some()).count();
    let over = checks.iter().filter(|check| check.is_over()).count();
    format!(
        "{over} of {measured} figures with a limit are over it; {} more were not measured.",
        checks.len() - measured
    )
}

fn size_check(program: &Program) -> Vec<Check> {
    if program.ours { vec![Check::bytes(program.size, limits::BINARY_SIZE)] } else { Vec::new() }
}

fn checks(row: &Row) -> Vec<Check> {
    let instructions = row.limits.instructions.map(|limit| Check::instructions(instructions(row), limit));
    let peak_rss = row.limits.peak_rss.map(|limit| Check::bytes(peak_rss(row), limit));
    instructions.into_iter().chain(peak_rss).collect()
}

/// The limits in words.
fn allowed(checks: &[Check]) -> String {
    let texts: Vec<&str> = checks.iter().map(|check| check.limit_text.as_str()).collect();
    texts.join(", ")
}

/// Whether the figures keep to the limits.
fn verdict(checks: &[Check]) -> String {
    let over: Vec<&str> =
        checks.iter().filter(|check| check.is_over()).map(|check| check.limit_text.as_str()).collect();
    if !over.is_empty() {
        format!("**over** {}", over.join(", "))
    } else if checks.iter().any(|check| check.figure.is_none()) {
        "not measured".to_owned()
    } else if checks.is_empty() {
        String::new()
    } else {
        "ok".to_owned()
    }
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

fn least(row: &Row, time: fn(&Run) -> Duration) -> String {
    milliseconds(runs(row).iter().map(time).min())
}

fn median(row: &Row, time: fn(&Run) -> Duration) -> String {
    let mut times: Vec<Duration> = runs(row).iter().map(time).collect();
    times.sort();
    milliseconds(times.get(times.len() / 2).copied())
}

fn milliseconds(time: Option<Duration>) -> String {
    time.map_or_else(none, |time| format!("{:.2}", time.as_secs_f64() * 1e3))
}

fn millions(count: Option<u64>) -> String {
    count.map_or_else(none, |count| format!("{:.2}", count as f64 / 1e6))
}

fn megabytes(bytes: Option<u64>) -> String {
    bytes.map_or_else(none, |bytes| format!("{:.1}", bytes as f64 / 1e6))
}

fn none() -> String {
    "–".to_owned()
}

/// A Markdown table that can be read as it is.
fn table<T>(columns: &[Column<T>], rows: &[T]) -> String {
    let mut cells: Vec<Vec<String>> =
        vec![columns.iter().map(|column| column.title.to_owned()).collect(), Vec::new()];
    // A bar would end the cell.
    let cell = |column: &Column<T>, row| (column.cell)(row).replace('|', "\\|");
    cells.extend(rows.iter().map(|row| columns.iter().map(|column| cell(column, row)).collect()));
    let widths: Vec<usize> = (0..columns.len())
        .map(|at| {
            cells
                .iter()
                .filter_map(|row| row.get(at))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
                .max(3)
        })
        .collect();
    cells[1] = columns
        .iter()
        .zip(&widths)
        .map(|(column, &width)| match column.align {
            Align::Left => "-".repeat(width),
            Align::Right => format!("{}:", "-".repeat(width - 1)),
        })
        .collect();
    let mut text = String::new();
    for row in cells {
        for ((cell, column), &width) in row.iter().zip(columns).zip(&widths) {
            text.push_str(&match column.align {
                Align::Left => format!("| {cell:<width$} "),
                Align::Right => format!("| {cell:>width$} "),
            });
        }
        text.push_str("|\n");
    }
    text
}
