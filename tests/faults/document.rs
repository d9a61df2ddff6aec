//! The table in `docs/hardening.md`.

use std::fmt::Write;
use std::fs;

use crate::cell::{Cell, Expected, Row};
use crate::fault::{self, Fault};

const DOCUMENT: &str = "docs/hardening.md";

const BEGIN: &str = "<!-- made by `cargo test --test faults -- --bless` -->\n";
const END: &str = "<!-- end of what is made -->\n";

/// Writes the table.
pub fn write(rows: &[Row]) {
    let document = fs::read_to_string(DOCUMENT).expect("the document");
    let (before, _, after) = parts(&document).expect("the place of the table");
    fs::write(DOCUMENT, format!("{before}{BEGIN}{}{END}{after}", text(rows))).expect("a written document");
}

/// # Errors
/// The document shows another table.
pub fn check(rows: &[Row]) -> Result<(), String> {
    let document = fs::read_to_string(DOCUMENT).map_err(|error| error.to_string())?;
    match parts(&document) {
        Some((_, shown, _)) if shown == text(rows) => Ok(()),
        _ => Err(format!("{DOCUMENT} is not of this table: cargo test --test faults -- --bless writes it")),
    }
}

fn parts(document: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = document.split_once(BEGIN)?;
    let (shown, after) = rest.split_once(END)?;
    Some((before, shown, after))
}

fn text(rows: &[Row]) -> String {
    let mut out = String::from("\n");
    let names: Vec<&str> = fault::ALL.iter().map(|(_, name)| *name).collect();
    let _ = writeln!(out, "| | {} |\n|---|{}", names.join(" | "), "---|".repeat(names.len()));
    for row in rows {
        let codes: Vec<String> = row.cells.values().map(code).collect();
        let _ = writeln!(out, "| [{}](#{}) | {} |", row.place, anchor(row.place), codes.join(" | "));
    }
    rows.iter().for_each(|row| place(row, &mut out));
    out.push('\n');
    out
}

fn code(cell: &Cell) -> String {
    match cell {
        Cell::Never(_) => "–".to_owned(),
        Cell::Ends(expected) => expected.code.to_string(),
    }
}

/// The name of a heading in links to it.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

fn place(row: &Row, out: &mut String) {
    let _ = writeln!(out, "\n### {}\n\n{}\n", row.place, row.about);
    out.push_str("| fault | exit code | requests | words | files left, and more |\n|---|---|---|---|---|\n");
    line("none", &row.well, out);
    let mut reasons: Vec<(&str, Vec<Fault>)> = Vec::new();
    for (fault, cell) in &row.cells {
        match cell {
            Cell::Ends(expected) => line(fault.name(), expected, out),
            Cell::Never(reason) => match reasons.iter_mut().find(|(known, _)| known == reason) {
                Some((_, faults)) => faults.push(*fault),
                None => reasons.push((reason, vec![*fault])),
            },
        }
    }
    if !reasons.is_empty() {
        out.push('\n');
    }
    for (reason, faults) in reasons {
        let names: Vec<&str> = faults.into_iter().map(Fault::name).collect();
        let _ = writeln!(out, "- There is no “{}”: {reason}.", names.join("”, “"));
    }
}

fn line(name: &str, expected: &Expected, out: &mut String) {
    let mut more: Vec<String> = expected.left.iter().map(|name| format!("`{name}`")).collect();
    if !expected.shows_typing {
        more.push("the terminal stays as it is".to_owned());
    }
    if !expected.note.is_empty() {
        more.push(expected.note.to_owned());
    }
    let words = match expected.says.trim() {
        "" => String::new(),
        says => format!("`{}`", says.replace('|', "\\|").replace('\n', " ")),
    };
    let Expected { code, requests, .. } = expected;
    let _ = writeln!(out, "| {name} | {code} | {requests} | {words} | {} |", more.join("; "));
}
