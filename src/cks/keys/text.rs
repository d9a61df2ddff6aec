//! The keys of a store as text for people.

use comfy_table::{ColumnConstraint, ContentArrangement, Row, Table, Width, presets};

use super::Report;
use crate::syntax::printable::printable;

/// The keys that cannot be read of which the identifier is shown.
const SHOWN: usize = 10;

/// The columns between two columns of the table.
const GAP: u16 = 2;

pub(super) fn page(report: &Report, width: usize) -> String {
    let mut page = if report.keys.is_empty() { String::new() } else { table(report, width) + "\n" };
    let keys = |count: usize| format!("{count} {}", if count == 1 { "key" } else { "keys" });
    let name = printable(report.custom_key_store_name);
    page +=
        &format!("{} in {name} of {} in the account and Region.\n", keys(report.keys.len()), report.examined);
    let them = if report.keys.len() == 1 { "it" } else { "they" };
    let state = printable(report.connection_state.name());
    page += &match report.connection_state.keys_usable() {
        _ if report.keys.is_empty() => String::new(),
        Some(true) => String::new(),
        Some(false) => format!("{name} is {state}: {them} cannot be used.\n"),
        None => format!("{name} is {state}: whether {them} can be used is not known.\n"),
    };
    if !report.not_readable.is_empty() {
        let count = report.not_readable.len();
        page += &format!("\n{} could not be read and may be in the store, too:\n", keys(count));
        for key in report.not_readable.iter().take(SHOWN) {
            page += &format!("  {}  {}\n", printable(&key.key_id), printable(&key.error_code));
        }
        if count > SHOWN {
            page += &format!("  and {} more (--output json shows all)\n", count - SHOWN);
        }
    }
    page
}

/// A line for each key; a long description is cut off.
fn table(report: &Report, width: usize) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_truncation_indicator("…");
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    table.add_row(["KEY ID", "DESCRIPTION", "STATE"]);
    for key in &report.keys {
        let mut row = Row::from([&key.key_id, &key.description, &key.key_state].map(|text| printable(text)));
        row.max_height(1);
        table.add_row(row);
    }
    let widths = table.column_max_content_widths();
    for (at, width) in widths.iter().enumerate() {
        let gap = if at + 1 < widths.len() { GAP } else { 0 };
        if let Some(column) = table.column_mut(at) {
            column.set_padding((0, gap));
            if at != 1 {
                column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width + gap)));
            }
        }
    }
    table.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}
