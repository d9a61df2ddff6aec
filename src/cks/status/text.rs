//! The status of stores as text for people.

use comfy_table::{ColumnConstraint, Table, Width, presets};

use super::Seen;
use crate::cks::Order;
use crate::cks::failed::Failed;
use crate::cks::progress::clock;
use crate::cks::store::{Proxy, State, Store};
use crate::syntax::printable::printable;
use crate::syntax::shell_words;

/// The columns between two columns of the table.
const GAP: u16 = 2;

/// What stands below a store begins so far from the left.
const INDENT: usize = 4;

/// A table with a line for each store, and below some what there is to say. `seen` adds for how long a state has been seen.
pub(super) fn page(stores: &[Store], order: &Order, seen: Option<&Seen>, width: usize) -> String {
    if stores.is_empty() {
        return "There are no custom key stores in this account and Region.\n".to_owned();
    }
    let mut rows = vec![headings(seen)];
    rows.extend(stores.iter().map(|store| cells(store, seen)));
    // The identifier is the one column that is not needed where there is no room for it: a name is as good.
    let has_ids = total(&widths(&rows)) <= width;
    if !has_ids {
        rows.iter_mut().for_each(|row| _ = row.remove(1));
    }
    let widths = fitting(widths(&rows), width);
    let mut page = line(&rows[0], &widths);
    for (store, row) in stores.iter().zip(&rows[1..]) {
        page += &line(row, &widths);
        if !has_ids && !order.invocation.stores.is_empty() {
            page += &paragraph(&store.id, width);
        }
        page += &below(store, order, width);
    }
    page
}

fn headings(seen: Option<&Seen>) -> Vec<String> {
    let time = seen.map(|_| "SEEN FOR");
    ["NAME", "ID", "TYPE", "STATE"].into_iter().chain(time).chain(["WHERE"]).map(str::to_owned).collect()
}

fn cells(store: &Store, seen: Option<&Seen>) -> Vec<String> {
    let time = seen.map(|seen| clock(seen.time(store)));
    let first = [&store.name, &store.id, store.kind.words(), store.state.name()].map(printable);
    first.into_iter().chain(time).chain([printable(&place(store))]).collect()
}

/// Where the keys are.
fn place(store: &Store) -> String {
    let Some(proxy) = &store.proxy else { return store.cluster.clone().unwrap_or_default() };
    let Proxy { endpoint, path, service, connectivity, .. } = proxy;
    let url = format!("{}{}", endpoint.as_deref().unwrap_or_default(), path.as_deref().unwrap_or_default());
    // The other parts of a service's name say what all stores have: AWS and the Region.
    match service.as_deref().and_then(|service| service.rsplit('.').next()) {
        Some(service) => format!("{service} → {url}"),
        None if connectivity.as_deref() == Some("PUBLIC_ENDPOINT") => format!("{url} (public)"),
        None => url,
    }
}

/// What there is to say about a store's state.
fn below(store: &Store, order: &Order, width: usize) -> String {
    match &store.state {
        State::Connected => String::new(),
        State::Failed => failed(store, order, width),
        state => paragraph(state.keys(), width),
    }
}

/// Why a store is FAILED, and what to do.
fn failed(store: &Store, order: &Order, width: usize) -> String {
    let failed = Failed::of(store, order.globals);
    let why = paragraph(&format!("{} {}", failed.reason(), store.state.keys()), width);
    let remedy = paragraph(&format!("To do: {}", failed.remedy), width);
    let commands =
        failed.commands.iter().map(|command| shell_words::broken(command, INDENT + 2, width) + "\n");
    [why, remedy].into_iter().chain(commands).collect()
}

fn paragraph(text: &str, width: usize) -> String {
    let indent = INDENT as u16;
    let width = u16::try_from(width).unwrap_or(u16::MAX).max(indent + 1);
    let mut table = Table::new();
    table.load_style(presets::NOTHING).add_row([text]);
    if let Some(column) = table.column_mut(0) {
        column.set_padding((indent, 0)).set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
    }
    trimmed(&table)
}

/// The row of a table: several lines where a value is wider than its column.
fn line(cells: &[String], widths: &[u16]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).add_row(cells);
    for (at, width) in widths.iter().enumerate() {
        let gap = if at + 1 < widths.len() { GAP } else { 0 };
        if let Some(column) = table.column_mut(at) {
            column
                .set_padding((0, gap))
                .set_constraint(ColumnConstraint::Absolute(Width::Fixed(width + gap)));
        }
    }
    trimmed(&table)
}

fn trimmed(table: &Table) -> String {
    table.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// The columns that the widest value of each column of the table takes.
fn widths(rows: &[Vec<String>]) -> Vec<u16> {
    let mut table = Table::new();
    table.add_rows(rows);
    table.column_max_content_widths()
}

/// The columns of all columns of the table and the gaps between them.
fn total(widths: &[u16]) -> usize {
    widths.iter().map(|width| usize::from(*width) + usize::from(GAP)).sum::<usize>() - usize::from(GAP)
}

/// Takes columns from the widest until all fit.
fn fitting(mut widths: Vec<u16>, width: usize) -> Vec<u16> {
    while total(&widths) > width {
        match widths.iter_mut().max() {
            Some(widest) if *widest > 1 => *widest -= 1,
            _ => break,
        }
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_columns_give_way() {
        assert_eq!(fitting(vec![8, 8, 12, 90], 80), [8, 8, 12, 46]);
        assert_eq!(fitting(vec![200, 8, 12, 90], 80), [27, 8, 12, 27]);
        assert_eq!(fitting(vec![8, 8, 12, 9], 80), [8, 8, 12, 9]);
        assert_eq!(fitting(vec![8, 8, 12, 90], 5), [1, 1, 1, 1]);
    }

    proptest::proptest! {
        #[test]
        fn no_line_is_wider_than_the_page(
            cells in proptest::collection::vec("[a-z→ 漢é/.:]{0,90}", 4..6),
            text in "[a-z 漢é/]{0,200}",
            width in 20_usize..120,
        ) {
            let widths = fitting(widths(std::slice::from_ref(&cells)), width);
            for line in (line(&cells, &widths) + &paragraph(&text, width)).lines() {
                let columns: usize = line.chars().map(|c| if c == '漢' { 2 } else { 1 }).sum();
                proptest::prop_assert!(columns <= width, "{line:?}");
            }
        }
    }
}
