//! The report: machine facts, programs and commands, in Markdown.

use std::time::Duration;

use crate::launch::Run;
use crate::limits;
use crate::measure::{Figures, Row};
use crate::programs::Program;
use crate::scenario::Tool;

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

/// The table that sets this project's program beside each other `aws`.
fn comparison_columns<'a>() -> Vec<Column<Pair<'a>>> {
    vec![
        Column { title: "command", align: Align::Left, cell: |pair| pair.row.scenario.to_owned() },
        Column { title: "compared with", align: Align::Left, cell: |pair| pair.base.program.name.clone() },
        Column {
            title: "times faster, wall",
            align: Align::Right,
            cell: |pair| times(pair.is_faster(|run| run.wall)),
        },
        Column { title: "cpu", align: Align::Right, cell: |pair| times(pair.is_faster(|run| run.cpu)) },
        Column { title: "times smaller, RSS", align: Align::Right, cell: |pair| times(pair.is_smaller()) },
        Column { title: "limit", align: Align::Left, cell: |pair| allowed(&pair.faster_check()) },
        Column { title: "", align: Align::Left, cell: |pair| verdict(&pair.faster_check()) },
    ]
}

/// The table of what ten times the work takes.
fn growth_columns<'a>() -> Vec<Column<Pair<'a>>> {
    vec![
        Column { title: "command", align: Align::Left, cell: |pair| pair.row.scenario.to_owned() },
        Column { title: "program", align: Align::Left, cell: |pair| pair.row.program.name.clone() },
        Column { title: "times the cpu time", align: Align::Right, cell: |pair| times(pair.growth()) },
        Column { title: "of", align: Align::Left, cell: |pair| pair.base.scenario.to_owned() },
        Column { title: "limit", align: Align::Left, cell: |pair| allowed(&pair.growth_check()) },
        Column { title: "", align: Align::Left, cell: |pair| verdict(&pair.growth_check()) },
    ]
}

/// A row and another one beside it.
struct Pair<'a> {
    row: &'a Row,
    base: &'a Row,
}

impl Pair<'_> {
    fn is_faster(&self, time: fn(&Run) -> Duration) -> Option<f64> {
        Some(shortest(self.base, time)?.as_secs_f64() / shortest(self.row, time)?.as_secs_f64())
    }

    fn is_smaller(&self) -> Option<f64> {
        Some(peak_rss(self.base)? as f64 / peak_rss(self.row)? as f64)
    }

    fn growth(&self) -> Option<f64> {
        let cpu = |row| shortest(row, |run| run.cpu);
        Some(cpu(self.row)?.as_secs_f64() / cpu(self.base)?.as_secs_f64())
    }

    /// Only the second version of the AWS CLI sets a limit.
    fn faster_check(&self) -> Vec<Check> {
        let limit = self.row.limits.times_faster.filter(|_| self.base.program.name.starts_with("aws-cli/2."));
        limit.map(|limit| Check::at_least(self.is_faster(|run| run.wall), limit)).into_iter().collect()
    }

    fn growth_check(&self) -> Vec<Check> {
        let limit = self.row.limits.growth;
        limit.map(|limit| Check::at_most(self.growth(), limit, times(Some(limit)))).into_iter().collect()
    }
}

/// A limit, and how the figure stands to it.
struct Check {
    measured: bool,
    broken: bool,
    limit_text: String,
}

impl Check {
    fn at_most(figure: Option<f64>, limit: f64, limit_text: String) -> Self {
        let broken = figure.is_some_and(|figure| figure > limit);
        Check { measured: figure.is_some(), broken, limit_text }
    }

    fn at_least(figure: Option<f64>, limit: f64) -> Self {
        let broken = figure.is_some_and(|figure| figure < limit);
        Check { measured: figure.is_some(), broken, limit_text: format!("at least {}", times(Some(limit))) }
    }

    fn instructions(figure: Option<u64>, limit: u64) -> Self {
        Check::at_most(figure.map(|n| n as f64), limit as f64, format!("{} M instr", millions(Some(limit))))
    }

    fn bytes(figure: Option<u64>, limit: u64) -> Self {
        Check::at_most(figure.map(|n| n as f64), limit as f64, format!("{} MB", megabytes(Some(limit))))
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

/// The tables of comparisons, with other programs and with less work; nothing where there is nothing to compare.
pub fn comparisons(rows: &[Row]) -> String {
    filled(comparison_columns(), beside_others(rows)) + &filled(growth_columns(), beside_a_tenth(rows))
}

fn filled<'a>(columns: Vec<Column<Pair<'a>>>, pairs: Vec<Pair<'a>>) -> String {
    if pairs.is_empty() { String::new() } else { format!("{}\n", table(&columns, &pairs)) }
}

/// Each row of this project with each other `aws` that did the same.
fn beside_others(rows: &[Row]) -> Vec<Pair<'_>> {
    let is_other = |ours: &Row, row: &Row| {
        row.program.tool == Tool::Aws && !row.program.ours && row.scenario == ours.scenario
    };
    let others =
        |row| rows.iter().filter(move |base| is_other(row, base)).map(move |base| Pair { row, base });
    rows.iter().filter(|row| row.program.ours).flat_map(others).collect()
}

/// Each row with that of the same program and a tenth of the work.
fn beside_a_tenth(rows: &[Row]) -> Vec<Pair<'_>> {
    let is_tenth = |row: &Row, base: &Row| {
        Some(base.scenario) == row.tenfold_of && base.program.path == row.program.path
    };
    let pair = |row| Some(Pair { row, base: rows.iter().find(|base| is_tenth(row, base))? });
    rows.iter().filter_map(pair).collect()
}

/// Why rows have no figures, as a list.
pub fn failures(rows: &[Row]) -> String {
    let failed = rows.iter().filter_map(|row| Some((row, row.outcome.as_ref().err()?)));
    failed.map(|(row, reason)| format!("- {}, {}: {reason}\n", row.scenario, row.program.name)).collect()
}

/// How many limits were checked, and how many figures are over theirs.
pub fn summary(programs: &[Program], rows: &[Row]) -> String {
    let mut checks: Vec<Check> =
        programs.iter().flat_map(size_check).chain(rows.iter().flat_map(checks)).collect();
    checks.extend(beside_others(rows).iter().flat_map(Pair::faster_check));
    checks.extend(beside_a_tenth(rows).iter().flat_map(Pair::growth_check));
    let measured = checks.iter().filter(|check| check.measured).count();
    let broken = checks.iter().filter(|check| check.broken).count();
    format!(
        "{broken} of {measured} figures with a limit do not keep to it; {} more were not measured.",
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
    let broken: Vec<&str> =
        checks.iter().filter(|check| check.broken).map(|check| check.limit_text.as_str()).collect();
    if !broken.is_empty() {
        format!("**missed** {}", broken.join(", "))
    } else if checks.iter().any(|check| !check.measured) {
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
    milliseconds(shortest(row, time))
}

fn shortest(row: &Row, time: fn(&Run) -> Duration) -> Option<Duration> {
    runs(row).iter().map(time).min()
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

fn times(factor: Option<f64>) -> String {
    factor.map_or_else(none, |factor| format!("{factor:.1} ×"))
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
